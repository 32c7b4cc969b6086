//! `ctadmin activity`: the real binary on files, buckets and queues; its numbers against a plain count.

mod damaged;
mod files;
mod generated;
mod hostile;
mod page;
mod sources;
mod terminal;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::{Ctadmin, Ran, zipped};

/// A log file of these events.
fn log(events: &[Value]) -> String {
    json!({"Records": events}).to_string()
}

/// A folder with logs.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        std::fs::write(self.file(name), content).expect("the file is written");
        self
    }

    /// The week in a plain log file, `a.json`.
    fn of_week(count: usize) -> (Self, Vec<Value>) {
        let events = generated::week(count);
        let folder = Self::new();
        folder.write("a.json", log(&events));
        (folder, events)
    }

    /// `ctadmin activity` to come, in this folder.
    fn activity(&self, arguments: &str) -> Ctadmin {
        Ctadmin::alone(&format!("activity {arguments}")).within(self.path())
    }

    /// What it reports as JSON.
    #[track_caller]
    fn report(&self, arguments: &str) -> Value {
        self.activity(&format!("-o json {arguments}"))
            .exits(0)
            .json()
    }
}

/// `ctadmin activity` with this on stdin.
fn fed(arguments: &str, input: &[u8]) -> Ran {
    let mut command = Ctadmin::alone(&format!("activity {arguments}")).into_command();
    fed_to(&mut command, input)
}

fn fed_to(command: &mut Command, input: &[u8]) -> Ran {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    // It may have seen enough before.
    let _ = stdin.write_all(input);
    drop(stdin);
    Ran::from(child.wait_with_output().expect("our child"))
}

/// How many events have which text.
fn counted(events: &[Value], of: impl Fn(&Value) -> String) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for event in events {
        *counts.entry(of(event)).or_default() += 1;
    }
    counts
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn service(event: &Value) -> String {
    text(&event["eventSource"]).replace(".amazonaws.com", "")
}

fn user(event: &Value) -> String {
    let who = &event["userIdentity"];
    let arn = text(&who["arn"]);
    match text(&who["type"]).as_str() {
        "Root" => "root".to_owned(),
        "AssumedRole" => arn.split_once('/').expect("a role").1.to_owned(),
        "AWSService" => text(&who["invokedBy"]).replace(".amazonaws.com", ""),
        _ => text(&who["userName"]),
    }
}

fn failed(event: &Value) -> bool {
    event.get("errorCode").is_some() || event.get("errorMessage").is_some()
}

fn denied(event: &Value) -> bool {
    let code = text(&event["errorCode"]);
    code == "AccessDenied" || code.ends_with("UnauthorizedOperation")
}

/// Names and numbers of a table of a report.
fn rows(table: &Value) -> BTreeMap<String, u64> {
    let rows = table["rows"].as_array().expect("rows");
    let number = |row: &Value| row["events"].as_u64().expect("a number");
    rows.iter()
        .map(|row| (text(&row["name"]), number(row)))
        .collect()
}

/// The report has the numbers of a plain count of these events.
#[track_caller]
fn check(report: &Value, events: &[Value]) {
    let number = |of: &dyn Fn(&Value) -> bool| events.iter().filter(|event| of(event)).count();
    assert_eq!(report["events"], number(&|_| true));
    assert_eq!(report["errors"], number(&failed));
    assert_eq!(report["denied"], number(&denied));
    let action = |event: &Value| format!("{}:{}", service(event), text(&event["eventName"]));
    let table = |name: &str| rows(&report[name]);
    let of = |field: &'static str| move |event: &Value| text(&event[field]);
    assert_eq!(table("regions"), counted(events, of("awsRegion")));
    assert_eq!(table("addresses"), counted(events, of("sourceIPAddress")));
    assert_eq!(table("services"), counted(events, service));
    assert_eq!(table("actions"), counted(events, action));
    assert_eq!(table("users"), counted(events, user));
    let failures: Vec<Value> = events.iter().filter(|it| failed(it)).cloned().collect();
    let error = |event: &Value| match event.get("errorCode") {
        Some(code) => text(code),
        None => text(&event["errorMessage"]),
    };
    assert_eq!(table("error_codes"), counted(&failures, error));
    let sums = |list: &Value| -> u64 {
        let rows = list["rows"].as_array().expect("rows").iter();
        rows.map(|row| row["events"].as_u64().expect("a number"))
            .sum()
    };
    assert_eq!(sums(&report["failures"]), failures.len() as u64);
    let bars = report["timeline"]["events"].as_array().expect("buckets");
    let bars: u64 = bars.iter().filter_map(Value::as_u64).sum();
    assert_eq!(bars, events.len() as u64);
}
