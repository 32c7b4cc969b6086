//! An account on the emulator: the AWS side of it as an environment for AWS clients, and the view behind its scenes.
//!
//! The methods of [`Account`] are the control API of `emulator/control.py`, which also explains every setting.

use std::collections::BTreeMap;
use std::process::Command;

use serde::Deserialize;
use serde_json::{Value, json};

use super::fault::Fault;

/// A list of one certificate: reading those of the machine takes a debug build longer than a small plan.
pub(super) const AUTHORITIES: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/authority.pem");

/// One AWS account on a server, and the view behind its scenes.
#[derive(Debug, Clone)]
pub struct Account {
    id: String,
    endpoint: String,
    agent: ureq::Agent,
}

impl Account {
    /// The account with this id on the server at `endpoint`.
    pub fn new(id: &str, endpoint: &str, agent: &ureq::Agent) -> Account {
        Account {
            id: id.to_owned(),
            endpoint: endpoint.to_owned(),
            agent: agent.clone(),
        }
    }

    /// Another account on the same server.
    pub fn sibling(&self) -> Account {
        self.siblings::<1>().into_iter().next().expect("one")
    }

    /// So many other accounts on the same server.
    pub fn siblings<const N: usize>(&self) -> [Account; N] {
        let own = self.id.parse::<u64>().expect("an id is a number");
        std::array::from_fn(|at| self.other(&format!("{:012}", own ^ (at as u64 + 1))))
    }

    /// The account with this id on the same server.
    pub fn other(&self, id: &str) -> Account {
        Account::new(id, &self.endpoint, &self.agent)
    }

    /// The account's id: twelve digits.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where all its services are: `http://127.0.0.1:<port>`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The environment in which an AWS client is this account's user "tester".
    pub fn env(&self) -> Vec<(String, String)> {
        [
            ("AWS_ACCESS_KEY_ID", format!("AKIATEST{}", self.id).as_str()),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_ENDPOINT_URL", &self.endpoint),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_CONFIG_FILE", "/dev/null"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
            ("AWS_PAGER", ""),
            // What a stopped run left is not watched for a minute.
            ("CTADMIN_QUEUE_WATCH", "200ms"),
            ("NO_PROXY", "127.0.0.1"),
            ("SSL_CERT_FILE", AUTHORITIES),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    /// Gives a command [`Account::env`] in the place of whatever AWS variables this process has inherited.
    pub fn apply_env(&self, command: &mut Command) {
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("AWS_") {
                command.env_remove(name);
            }
        }
        command.env_remove("SSL_CERT_DIR").envs(self.env());
    }

    /// An AWS service has an event for the default bus of EventBridge, such as a finding of GuardDuty.
    #[track_caller]
    pub fn event(&self, region: &str, source: &str, kind: &str, detail: Value) {
        let event = json!({ "region": region, "source": source, "type": kind, "detail": detail });
        self.post("event", event);
    }

    /// Every request so far, in order of arrival; without the tokens that every client invents for each.
    #[track_caller]
    pub fn requests(&self) -> Vec<Record> {
        let records = self.get("requests", "");
        let mut records: Vec<Record> =
            serde_json::from_value(records).expect("records have the fields of Record");
        for record in &mut records {
            if let Some(params) = record.params.as_object_mut() {
                params.remove("ClientToken");
                params.remove("ClientRequestToken");
            }
        }
        records
    }

    /// The requests that change something, as `service:Operation region`, in order of arrival.
    #[track_caller]
    pub fn changes(&self) -> Vec<String> {
        let named =
            |record: Record| format!("{}:{} {}", record.service, record.operation, record.region);
        self.requests()
            .into_iter()
            .filter(|record| record.mutating)
            .map(named)
            .collect()
    }

    /// Forgets the requests so far.
    #[track_caller]
    pub fn forget_requests(&self) {
        let url = format!("{}/_emulator/requests?account={}", self.endpoint, self.id);
        answer(self.agent.delete(&url).call());
    }

    /// Changes settings, such as `json!({"latency": 0.1, "cloudtrail_rate": true})`, and returns all of them.
    #[track_caller]
    pub fn settings(&self, settings: Value) -> Value {
        self.post("settings", settings)
    }

    /// Replaces the faults, and counts mutations from one again.
    #[track_caller]
    pub fn faults(&self, faults: impl IntoIterator<Item = Fault>) {
        let faults: Vec<Value> = faults.into_iter().map(Fault::into_value).collect();
        self.post("faults", json!({ "faults": faults }));
    }

    /// Waits until [`Fault::hang`] holds back an answer; false if none does for as long as even a machine that is busy
    /// with other things needs, which is less than requests to the emulator may take.
    #[track_caller]
    pub fn hung(&self) -> bool {
        self.get("hung", "&timeout=110")["hung"] == true
    }

    /// Lets the answers go that are held back.
    #[track_caller]
    pub fn release(&self) {
        self.post("release", json!({}));
    }

    /// Somebody who was subscribed to a topic by mail follows the link in it.
    #[track_caller]
    pub fn confirm(&self, topic_arn: &str, address: &str) {
        self.post(
            "confirm",
            json!({ "topic": topic_arn, "endpoint": address }),
        );
    }

    /// How many mutating requests have arrived since the faults were last set.
    #[track_caller]
    pub fn mutations(&self) -> u64 {
        self.get("mutations", "")["count"]
            .as_u64()
            .expect("a count is a number")
    }

    /// Everything that the account owns, with policies parsed: `s3`, `sns`, `sqs`, `cloudtrail` and `iam` by name or ARN.
    #[track_caller]
    pub fn snapshot(&self) -> Value {
        self.get("snapshot", "")
    }

    /// As [`Account::snapshot`], with policies as the text they are kept as, for comparison byte for byte.
    #[track_caller]
    pub fn raw_snapshot(&self) -> Value {
        self.get("snapshot", "&raw=1")
    }

    /// The messages that a queue holds, in order of arrival, those in flight too.
    #[track_caller]
    pub fn messages(&self, queue: &str, region: &str) -> Vec<Message> {
        let messages = self.get("messages", &format!("&queue={queue}&region={region}"));
        serde_json::from_value(messages).expect("messages have the fields of Message")
    }

    /// Puts events into a log group, as CloudTrail would; subscription filters send them on.
    #[track_caller]
    pub fn put_events(&self, region: &str, group: &str, messages: &[&str]) {
        let stream = format!("{}_CloudTrail_{region}", self.id());
        let events =
            json!({ "region": region, "group": group, "stream": stream, "messages": messages });
        self.post("events", events);
    }

    /// What became of the events that delivery streams took, once nothing is under way.
    #[track_caller]
    pub fn delivered(&self) -> Value {
        self.get("delivered", "&timeout=30")
    }

    /// The documents of a domain of OpenSearch Service, each with its index.
    #[track_caller]
    pub fn documents(&self, region: &str, domain: &str) -> Vec<Value> {
        let found = self.get("documents", &format!("&region={region}&domain={domain}"));
        serde_json::from_value(found).expect("a list")
    }

    /// The secrets of all access keys that there are, by the keys' ids.
    #[track_caller]
    pub fn secrets(&self) -> BTreeMap<String, String> {
        serde_json::from_value(self.get("secrets", "")).expect("secrets are texts")
    }

    /// Makes one AWS call past records, faults and rules, and returns its result. Bytes that are no text, such as a
    /// gzipped object, are given as `{"base64": "…"}`.
    #[track_caller]
    pub fn seed(&self, service: &str, operation: &str, region: &str, params: Value) -> Value {
        self.seeds([Seed {
            service,
            operation,
            region,
            params,
        }])
        .remove(0)
    }

    /// Makes several such calls in order, in one request.
    #[track_caller]
    pub fn seeds<'a>(&self, seeds: impl IntoIterator<Item = Seed<'a>>) -> Vec<Value> {
        let calls: Vec<Value> = seeds
            .into_iter()
            .map(|seed| {
                json!({
                    "service": seed.service,
                    "operation": seed.operation,
                    "region": seed.region,
                    "params": seed.params,
                })
            })
            .collect();
        match self.post("calls", json!({ "calls": calls }))["results"].take() {
            Value::Array(results) => results,
            other => panic!("results are a list, not {other}"),
        }
    }

    /// Gives this account, which holds nothing, the settings and resources of another one on the same server.
    #[track_caller]
    pub fn copy_from(&self, original: &Account) {
        self.post("copy", json!({ "original": original.id }));
    }

    /// Forgets records, settings and faults. The resources stay.
    #[track_caller]
    pub fn reset(&self) {
        self.post("reset", json!({}));
    }

    #[track_caller]
    fn get(&self, what: &str, query: &str) -> Value {
        let url = format!(
            "{}/_emulator/{what}?account={}{query}",
            self.endpoint, self.id
        );
        answer(self.agent.get(&url).call())
    }

    #[track_caller]
    fn post(&self, what: &str, mut body: Value) -> Value {
        body["account"] = json!(self.id);
        let url = format!("{}/_emulator/{what}", self.endpoint);
        answer(self.agent.post(&url).send_json(&body))
    }
}

#[track_caller]
fn answer(result: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Value {
    let mut response = result.expect("the emulator answers");
    let status = response.status();
    let mut body = response
        .body_mut()
        .with_config()
        .limit(1 << 30)
        .read_json::<Value>()
        .expect("the emulator speaks JSON");
    match body.get_mut("error").map(Value::take) {
        Some(Value::String(error)) => panic!("the emulator refuses ({status}): {error}"),
        _ => body,
    }
}

/// One request as the emulator saw it.
#[derive(Debug, Clone, Deserialize)]
pub struct Record {
    /// Its number, counted from 1 in order of arrival.
    pub seq: u64,
    /// The account that its key belongs to.
    pub account: String,
    /// The region it was signed for.
    pub region: String,
    /// The service as the AWS models name it: `s3`, `cloudtrail`, …
    pub service: String,
    /// The operation as AWS spells it.
    pub operation: String,
    /// Its parameters under AWS's own member names.
    pub params: Value,
    /// Whether the operation, going by its name, changes something.
    pub mutating: bool,
    /// The HTTP status of the answer, though a fault may have lost it; none if there is no answer (yet).
    pub status: Option<u16>,
    /// The AWS error code; none for success, and for errors of moto itself in answer to HEAD, which have no body.
    pub error: Option<String>,
    /// The action of the fault that struck it.
    pub fault: Option<String>,
    /// The client's User-Agent header.
    pub user_agent: String,
}

/// One message in a queue.
#[derive(Debug, Clone, Deserialize)]
pub struct Message {
    /// What was sent: for a notice from SNS, its envelope.
    pub body: String,
    /// How often it was received.
    pub receive_count: u64,
    /// Whether it can be received now.
    pub visible: bool,
}

/// One call for [`Account::seeds`].
#[derive(Debug, Clone)]
pub struct Seed<'a> {
    /// The service as the AWS models name it.
    pub service: &'a str,
    /// The operation as AWS spells it.
    pub operation: &'a str,
    /// The region to call.
    pub region: &'a str,
    /// The parameters under AWS's own member names.
    pub params: Value,
}
