//! Events arrive: what is put into the trail's log group is delivered to a collector, line by line.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};

use serde_json::{Value, json};

use super::{HOME, TRAIL, account_after};
use crate::support::{Ctadmin, Venv, base64};

const COLLECTOR: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/support/collector/server.py"
);

/// A running HTTP Event Collector, with certificates of its own. It ends when this handle is dropped.
pub struct Collector {
    process: Child,
    _stdin: Option<ChildStdin>,
    pub ports: Value,
    _folder: tempfile::TempDir,
}

impl Collector {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut process = Command::new(Venv::get().python())
            .arg(COLLECTOR)
            .arg("--certificates")
            .arg(folder.path())
            .args(["--https", "good,wrong-host", "--watch-stdin"])
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python starts");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("stdout is piped");
        BufReader::new(stdout).read_line(&mut line).expect("text");
        Self {
            _stdin: process.stdin.take(),
            process,
            ports: serde_json::from_str(&line).expect("the collector says where it listens"),
            _folder: folder,
        }
    }

    /// A request of the control API.
    fn control(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let url = format!("http://127.0.0.1:{}/_collector/{path}", self.ports["http"]);
        let answer = match (method, body) {
            ("POST", Some(body)) => ureq::post(&url).send_json(body),
            _ => ureq::get(&url).call(),
        };
        let mut answer = answer.expect("the collector answers");
        answer.body_mut().read_json().expect("JSON")
    }

    /// A new token.
    pub fn token(&self) -> String {
        let token = json!({ "name": "push", "useACK": true });
        let token = self.control("POST", "token", Some(token));
        token["token"].as_str().expect("a token").to_owned()
    }

    /// The events that arrived with a token, in Base64.
    pub fn received(&self, token: &str) -> Vec<String> {
        let received = self.control("GET", &format!("received?token={token}"), None);
        let received = received.as_array().expect("a list of events").iter();
        let lines = received.filter_map(|event| event["data"].as_str());
        lines.map(str::to_owned).collect()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn events_arrive_at_the_collector_or_in_the_backup_bucket() {
    let collector = Collector::start();
    let token = collector.token();
    let account = account_after(&[TRAIL]);
    account.settings(json!({ "hec_authority": collector.ports["ca"] }));
    let push = |kind: &str| {
        let port = &collector.ports["https"][kind];
        let command = format!("create push --hec-endpoint https://127.0.0.1:{port} --yes");
        let run = Ctadmin::on(&account, &command);
        run.env("CTADMIN_HEC_TOKEN", &token).exits(0);
    };
    push("good");
    let events = [
        r#"{"eventName":"ConsoleLogin"}"#,
        r#"{"eventName":"Grüße"}"#,
    ];
    account.put_events(HOME, &format!("{}-cloudtrail", account.id()), &events);
    assert_eq!(outcomes(&account.delivered()), ["delivered"]);
    assert_eq!(
        collector.received(&token),
        events.map(|event| base64(event.as_bytes()))
    );

    push("wrong-host");
    account.put_events(HOME, &format!("{}-cloudtrail", account.id()), &events);
    let outcomes = outcomes(&account.delivered());
    assert_eq!(outcomes.last().map(String::as_str), Some("failed"));
}

/// What became of the deliveries of events, in their order.
pub fn outcomes(delivered: &Value) -> Vec<String> {
    let all = delivered["deliveries"].as_array().expect("deliveries");
    let outcomes = all
        .iter()
        .map(|it| it["outcome"].as_str().expect("text").to_owned());
    outcomes.filter(|outcome| outcome != "dropped").collect()
}
