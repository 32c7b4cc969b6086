//! A backlog for the tests of `push failed` and `push replay`: a bucket with failed objects, and a collector's token.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{self, Account, Collector, Ctadmin, base64, zipped};

/// One collector for all tests; each has a token of its own. It ends with this process, which holds its stdin.
pub static COLLECTOR: LazyLock<Collector> = LazyLock::new(|| Collector::start("good,wrong-host"));

/// What the keys of failed objects begin with.
pub const FAILED: &str = "stream/failed/splunk-failed/2026/11/20/10/";

/// An account with failed objects, and a token.
pub struct Backlog {
    pub account: Account,
    pub token: String,
}

impl Backlog {
    /// An empty one, whose token has these settings besides acknowledgment.
    pub fn new(settings: &Value) -> Self {
        let account = support::account();
        let mut token = json!({ "name": format!("replay-{}", account.id()), "useACK": true });
        for (name, value) in settings.as_object().into_iter().flatten() {
            token[name] = value.clone();
        }
        let backlog = Self {
            token: COLLECTOR.token(token),
            account,
        };
        let place = json!({ "LocationConstraint": "us-west-2" });
        let bucket = json!({ "Bucket": backlog.bucket(), "CreateBucketConfiguration": place });
        let account = &backlog.account;
        account.seed("s3", "CreateBucket", "us-west-2", bucket);
        backlog
    }

    pub fn bucket(&self) -> String {
        format!("{}-failed", self.account.id())
    }

    /// Adds an object of these lines.
    pub fn put(&self, name: &str, lines: &[String]) {
        self.put_bytes(name, lines.join("\n").as_bytes());
    }

    /// Adds an object of these bytes.
    pub fn put_bytes(&self, name: &str, body: &[u8]) {
        let body = json!({ "base64": base64(body) });
        let key = format!("{FAILED}{name}");
        let object = json!({ "Bucket": self.bucket(), "Key": key, "Body": body });
        self.account.seed("s3", "PutObject", "us-west-2", object);
    }

    /// A run on the whole bucket.
    pub fn run(&self, arguments: &str) -> Ctadmin {
        let from = format!("--from s3://{}/stream/ -r us-west-2", self.bucket());
        self.with_token(&format!("{arguments} {from}"))
    }

    /// A run with the token and the collector's authority.
    pub fn with_token(&self, arguments: &str) -> Ctadmin {
        with_token(Ctadmin::on(&self.account, arguments), &self.token)
    }

    /// A replay of the whole bucket, object by object.
    pub fn replay(&self, options: &str) -> Ctadmin {
        let endpoint = COLLECTOR.endpoint("good");
        self.run(&format!(
            "push replay --hec-endpoint {endpoint} --yes --jobs 1 {options}"
        ))
    }

    /// What the collector has stored, each event as text, in order of arrival.
    pub fn received(&self) -> Vec<String> {
        let path = format!("received?token={}", self.token);
        let received = COLLECTOR.control("GET", &path, None);
        let received = received.as_array().expect("a list").iter();
        received
            .map(|event| event["data"].as_str().expect("base64").to_owned())
            .collect()
    }

    /// Waits until so many events were received.
    pub fn has_received(&self, count: usize) {
        let first = Instant::now();
        while self.received().len() < count {
            assert!(
                first.elapsed() < Duration::from_secs(30),
                "{:?}",
                self.received()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Replaces the faults that requests with the token meet.
    pub fn faults(&self, faults: &Value) {
        let faults = json!({ "token": self.token, "faults": faults });
        COLLECTOR.control("POST", "faults", Some(faults));
    }

    /// The keys of the marks.
    pub fn marks(&self) -> Vec<String> {
        let list = json!({ "Bucket": self.bucket(), "Prefix": "ctadmin-replayed/" });
        let listed = self.account.seed("s3", "ListObjectsV2", "us-west-2", list);
        let keys = listed["Contents"].as_array().into_iter().flatten();
        let keys = keys.map(|object| object["Key"].as_str().expect("a key"));
        let names = keys.map(|key| key.rsplit('/').next().unwrap_or(key).to_owned());
        names.collect()
    }
}

/// A run that has this token, trusts the collector's authority, and waits a short time for a run that was killed.
pub fn with_token(run: Ctadmin, token: &str) -> Ctadmin {
    let authority = COLLECTOR.authority().display().to_string();
    run.env("CTADMIN_HEC_TOKEN", token)
        .env("SSL_CERT_FILE", &authority)
        .env("CTADMIN_REPLAY_LEASE", "600ms")
}

/// A failed record with these data.
pub fn record(code: &str, arrived: u64, data: &[u8]) -> String {
    json!({
        "attemptsMade": 3,
        "arrivalTimestamp": 1000 * arrived,
        "errorCode": code,
        "errorMessage": format!("the message of {code} at {arrived}"),
        "attemptEndingTimestamp": 1000 * arrived + 5,
        "rawData": base64(data),
        "EventId": "0.0",
    })
    .to_string()
}

/// Data as CloudWatch Logs sends them.
pub fn logs(kind: &str, messages: &[String]) -> Vec<u8> {
    let events = messages.iter();
    let events = events.map(|text| json!({ "id": "1", "timestamp": 1, "message": text }));
    let envelope = json!({
        "messageType": kind,
        "owner": "111122223333",
        "logGroup": "group",
        "logStream": "stream",
        "subscriptionFilters": ["filter"],
        "logEvents": events.collect::<Value>(),
    });
    zipped(&envelope.to_string())
}

/// Events as the collector shows them.
pub fn shown(events: &[&[u8]]) -> Vec<String> {
    events.iter().map(|event| base64(event)).collect()
}
