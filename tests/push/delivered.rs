//! Events arrive: what is put into the trail's log group is delivered to a collector, line by line.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};

use serde_json::{Value, json};

use super::{HOME, TRAIL, account_after};
use crate::support::{Account, Ctadmin, Venv, base64};

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

const EVENTS: [&str; 2] = [
    r#"{"eventName":"ConsoleLogin"}"#,
    r#"{"eventName":"Grüße"}"#,
];

/// An account with a trail, whose Firehose trusts the collector, and a token of the collector.
fn account_beside(collector: &Collector) -> (Account, String) {
    let token = json!({ "name": "push", "useACK": true });
    let token = collector.control("POST", "token", Some(token));
    let token = token["token"].as_str().expect("a token").to_owned();
    let account = account_after(&[TRAIL]);
    account.settings(json!({ "hec_authority": collector.ports["ca"] }));
    (account, token)
}

fn push(account: &Account, collector: &Collector, token: &str, kind: &str, options: &str) {
    let port = &collector.ports["https"][kind];
    let command = format!("create push --hec-endpoint https://127.0.0.1:{port} --yes {options}");
    let run = Ctadmin::on(account, &command);
    run.env("CTADMIN_HEC_TOKEN", token).exits(0);
}

fn put_events(account: &Account) {
    account.put_events(HOME, &format!("{}-cloudtrail", account.id()), &EVENTS);
}

/// What the collector received with a token: these members of each event.
fn received(collector: &Collector, token: &str, members: &[&str]) -> Vec<Vec<Value>> {
    let received = collector.control("GET", &format!("received?token={token}"), None);
    let received = received.as_array().expect("a list of events").iter();
    let chosen = |event: &Value| members.iter().map(|name| event[*name].clone()).collect();
    received.map(chosen).collect()
}

#[test]
fn events_arrive_at_the_collector_or_in_the_backup_bucket() {
    let collector = Collector::start();
    let (account, token) = account_beside(&collector);
    push(&account, &collector, &token, "good", "");
    put_events(&account);
    assert_eq!(outcomes(&account.delivered()), ["delivered"]);
    let lines = EVENTS.map(|event| vec![json!(base64(event.as_bytes()))]);
    assert_eq!(received(&collector, &token, &["data"]), lines);

    push(&account, &collector, &token, "wrong-host", "");
    put_events(&account);
    let outcomes = outcomes(&account.delivered());
    assert_eq!(outcomes.last().map(String::as_str), Some("failed"));
}

#[test]
fn a_function_says_of_each_event_what_it_is_and_where_it_is_from() {
    let collector = Collector::start();
    let (account, token) = account_beside(&collector);
    let options = "--transform lambda --endpoint-type event";
    push(&account, &collector, &token, "good", options);
    put_events(&account);
    assert_eq!(outcomes(&account.delivered()), ["delivered"]);
    let (id, group) = (account.id(), format!("{}-cloudtrail", account.id()));
    let events = EVENTS.map(|event| {
        let stream = format!("{id}_CloudTrail_{HOME}");
        let data = base64(event.as_bytes());
        vec![
            json!("aws:cloudtrail"),
            json!(group),
            json!(stream),
            json!(data),
        ]
    });
    let members = ["sourcetype", "source", "host", "data"];
    assert_eq!(received(&collector, &token, &members), events);

    push(&account, &collector, &token, "good", "--endpoint-type raw");
    put_events(&account);
    let outcomes = outcomes(&account.delivered());
    assert_eq!(outcomes, ["delivered", "delivered"]);
    let lines = EVENTS.map(|event| vec![json!(base64(event.as_bytes()))]);
    assert_eq!(received(&collector, &token, &["data"])[2..], lines);
}

/// What became of the deliveries of events, in their order.
pub fn outcomes(delivered: &Value) -> Vec<String> {
    let all = delivered["deliveries"].as_array().expect("deliveries");
    let outcomes = all
        .iter()
        .map(|it| it["outcome"].as_str().expect("text").to_owned());
    outcomes.filter(|outcome| outcome != "dropped").collect()
}
