//! `ctadmin events`: from a log in the bucket, by a notice in another region, to a line on the screen.

mod broken_off;
mod consume;
mod dead_letters;
mod look;
mod redrive;
mod resume;
mod sources;
mod stopped;
mod times;

use serde_json::{Value, json};

use crate::support::{self, Account, Ctadmin, base64, zipped};

const HOME: &str = "us-west-2";
const AWAY: &str = "eu-west-1";

/// An account with the trail stack in two regions, and nothing in the queue.
pub struct Pull {
    pub account: Account,
    /// Where runs remember what they have looked at.
    state: tempfile::TempDir,
}

impl Pull {
    pub fn new() -> Self {
        Self::made_with("")
    }

    fn made_with(options: &str) -> Self {
        let create = format!("create --region {HOME} --regions {HOME},{AWAY} {options}");
        let pull = Self {
            account: support::account_after(&json!({}), &[&create]),
            state: tempfile::tempdir().expect("a folder"),
        };
        pull.sqs("PurgeQueue", json!({}));
        pull
    }

    /// The binary to come, with a folder of its own to remember in.
    fn ctadmin(&self, arguments: &str) -> Ctadmin {
        let state = self.state.path().to_string_lossy();
        Ctadmin::on(&self.account, arguments).env("XDG_STATE_HOME", &state)
    }

    /// `ctadmin events` to come, in the home region.
    fn events(&self, arguments: &str) -> Ctadmin {
        self.ctadmin(&format!("events -r {HOME} {arguments}"))
    }

    /// `ctadmin activity` to come, in the home region.
    pub fn activity(&self, arguments: &str) -> Ctadmin {
        self.ctadmin(&format!("activity -r {HOME} {arguments}"))
    }

    pub fn bucket(&self) -> String {
        format!("{}-cloudtrail", self.account.id())
    }

    fn queue_url(&self) -> String {
        format!(
            "{}/{}/{}",
            self.account.endpoint(),
            self.account.id(),
            self.bucket()
        )
    }

    /// The key of a log.
    fn key(&self, name: &str) -> String {
        format!(
            "AWSLogs/{}/CloudTrail/{AWAY}/2026/01/31/{name}.json.gz",
            self.account.id()
        )
    }

    /// Puts bytes into the bucket.
    pub fn put(&self, key: &str, bytes: &[u8]) {
        let body = json!({"base64": base64(bytes)});
        let object = json!({"Bucket": self.bucket(), "Key": key, "Body": body});
        self.account.seed("s3", "PutObject", HOME, object);
    }

    /// Puts a log of these records into the bucket, as CloudTrail would.
    pub fn log(&self, name: &str, records: &[String]) {
        let text = format!("{{\"Records\":[{}]}}", records.join(","));
        self.put(&self.key(name), &zipped(&text));
    }

    /// What CloudTrail says of logs.
    pub fn notice(&self, names: &[&str]) -> String {
        let keys: Vec<String> = names.iter().map(|name| self.key(name)).collect();
        json!({"s3Bucket": self.bucket(), "s3ObjectKey": keys}).to_string()
    }

    /// Publishes to the topic of the other region.
    pub fn publish(&self, message: &str) {
        let topic = format!(
            "arn:aws:sns:{AWAY}:{0}:{0}-cloudtrail-{AWAY}",
            self.account.id()
        );
        let message = json!({"TopicArn": topic, "Message": message});
        self.account.seed("sns", "Publish", AWAY, message);
    }

    /// A log with one event of this name, and the notice of it.
    fn deliver(&self, name: &str) {
        self.log(name, &[record(name)]);
        self.publish(&self.notice(&[name]));
    }

    /// A request to the queue, behind the scenes.
    fn sqs(&self, operation: &str, mut params: Value) -> Value {
        if params.get("QueueUrl").is_none() {
            params["QueueUrl"] = self.queue_url().into();
        }
        self.account.seed("sqs", operation, HOME, params)
    }

    /// How many messages are in the queue: visible, and hidden.
    fn messages(&self, url: &str) -> (u64, u64) {
        let answer = self.sqs(
            "GetQueueAttributes",
            json!({"QueueUrl": url, "AttributeNames": ["All"]}),
        );
        let count = |name: &str| {
            let text = answer["Attributes"][name].as_str().expect("a count");
            text.parse::<u64>().expect("a number")
        };
        (
            count("ApproximateNumberOfMessages"),
            count("ApproximateNumberOfMessagesNotVisible"),
        )
    }

    /// How many messages are in the queue, and visible; none may be hidden.
    #[track_caller]
    pub fn visible(&self) -> u64 {
        let (visible, hidden) = self.messages(&self.queue_url());
        assert_eq!(hidden, 0, "all messages were given back");
        visible
    }

    /// The requests so far of this operation.
    pub fn requests(&self, operation: &str) -> usize {
        let requests = self.account.requests();
        requests
            .iter()
            .filter(|request| request.operation == operation)
            .count()
    }
}

/// An event of this name.
fn record(name: &str) -> String {
    json!({
        "eventVersion": "1.11",
        "eventTime": "2026-01-31T12:00:00Z",
        "awsRegion": AWAY,
        "eventSource": "iam.amazonaws.com",
        "eventName": name,
        "sourceIPAddress": "203.0.113.7",
        "readOnly": false,
        "userIdentity": {"type": "IAMUser", "userName": "alice"},
    })
    .to_string()
}

/// The line of such an event.
fn line(name: &str) -> String {
    format!("2026-01-31T12:00:00Z\t{AWAY}\talice\tiam:{name}\t203.0.113.7\t-\n")
}
