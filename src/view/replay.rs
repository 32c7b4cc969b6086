//! What is replayed, as text and as JSON.

use serde_json::{Value, json};

use super::failed::numbers;
use super::table::table;
use crate::aws::read::Entry;
use crate::hec::Endpoint;
use crate::words::{counted, thousands, wrapped};

/// What became of a backlog.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Where it was sent.
    pub endpoint: String,
    /// How many objects there are.
    pub objects: usize,
    /// How many of them are done.
    pub done: usize,
    /// How many are not.
    pub left: usize,
    /// How many records were acknowledged.
    pub records: u64,
    /// How many events were.
    pub events: u64,
    /// How many events the collector may have although it did not acknowledge them.
    pub unconfirmed: u64,
    /// The objects that cannot be sent, and why.
    pub errors: Vec<(String, String)>,
}

impl Report {
    /// How far it has come, in words.
    pub fn progress(&self) -> String {
        let (done, objects) = (self.done, counted(self.objects, "object"));
        format!(
            "replayed {done} of {objects}; {}",
            numbers(self.records, self.events)
        )
    }
}

/// What to know before events are sent again.
pub const WARNING: &str = "Events that Splunk indexed without acknowledging them in time (Splunk.AckTimeout) will be there twice; \
     a CloudTrail event is known by its eventID.";

/// The question before events are sent.
pub fn question((objects, bytes): (usize, u64), place: &str, endpoint: &Endpoint) -> String {
    let objects = counted(objects, "object");
    format!(
        "Send the events of {objects} ({} bytes) in {place} to {endpoint}?",
        thousands(bytes)
    )
}

/// What a dry run would send: each object with the numbers of its records and events.
pub fn list(place: &str, objects: &[(Entry, (u64, u64))], width: Option<usize>) -> String {
    let rows = objects.iter().map(|(object, (records, events))| {
        let numbers = [object.size, *records, *events].map(thousands);
        let [size, records, events] = numbers;
        [records, events, size, object.key.clone()]
    });
    let table = table(["RECORDS", "EVENTS", "BYTES", "OBJECT"], rows, width);
    let (records, events) = total(objects);
    let all = format!(
        "{} in {} in {place}",
        numbers(records, events),
        counted(objects.len(), "object")
    );
    let all = wrapped(&all, 0, width);
    match objects.is_empty() {
        true => all,
        false => format!("{table}\n\n{all}"),
    }
}

/// The same as JSON, schema 1.
pub fn list_json(bucket: &str, objects: &[(Entry, (u64, u64))]) -> Value {
    let (records, events) = total(objects);
    let objects = objects.iter().map(|(object, (records, events))| {
        json!({"key": object.key, "size": object.size, "records": records, "events": events})
    });
    json!({
        "schema": 1,
        "bucket": bucket,
        "records": records,
        "events": events,
        "objects": objects.collect::<Value>(),
    })
}

fn total(objects: &[(Entry, (u64, u64))]) -> (u64, u64) {
    let all = objects.iter().map(|(_, numbers)| numbers);
    all.fold((0, 0), |sum, numbers| {
        (sum.0 + numbers.0, sum.1 + numbers.1)
    })
}

/// What became of a backlog, for a terminal of this width if it is one.
pub fn text(report: &Report, width: Option<usize>) -> String {
    let numbers = numbers(report.records, report.events);
    let all = format!("{numbers} acknowledged by {}", report.endpoint);
    let done = counted(report.done, "object");
    let mut text = format!("{}\nreplayed {done}", wrapped(&all, 0, width));
    if report.left > 0 {
        text.push_str(&format!("; {} left", counted(report.left, "object")));
    }
    for (key, why) in &report.errors {
        let why = wrapped(&format!("{key}: {why}"), 6, width);
        text.push_str(&format!("\nleft  {why}"));
    }
    text
}

/// The same as JSON, schema 1.
pub fn json(report: &Report, bucket: &str) -> Value {
    let errors = report.errors.iter();
    let errors = errors.map(|(key, why)| json!({"key": key, "error": why}));
    json!({
        "schema": 1,
        "bucket": bucket,
        "endpoint": report.endpoint,
        "objects": report.objects,
        "replayed": report.done,
        "left": report.left,
        "records": report.records,
        "events": report.events,
        "unconfirmed": report.unconfirmed,
        "errors": errors.collect::<Value>(),
    })
}
