//! The Lambda function: its own tests pass, and `push transform` runs it on a recorded invocation.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{Ctadmin, Venv, base64, zipped};

#[test]
fn the_tests_of_the_function_pass() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/push/transform/run.py");
    let output = Command::new(Venv::get().python())
        .arg(tests)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("Python runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    let count = text
        .rsplit('\n')
        .nth(1)
        .and_then(|line| line.split(' ').next());
    let count: u32 = count.and_then(|number| number.parse().ok()).unwrap_or(0);
    assert!(count >= 40, "{text}");
}

/// An invocation with a record from CloudWatch Logs, and one that is not.
fn invocation() -> String {
    let events = json!([{ "id": "1", "timestamp": 1_700_000_000_007_u64, "message": "{\"eventName\": \"Grüße\"}" }]);
    let envelope = json!({
        "messageType": "DATA_MESSAGE",
        "owner": "111122223333",
        "logGroup": "lab-cloudtrail",
        "logStream": "111122223333_CloudTrail_eu-west-1",
        "subscriptionFilters": ["lab-cloudtrail-splunk"],
        "logEvents": events,
    });
    let data = base64(&zipped(&envelope.to_string()));
    let records = json!([{ "recordId": "1", "data": data }, { "recordId": "2", "data": "AAAA" }]);
    json!({ "invocationId": "i", "records": records }).to_string()
}

#[test]
fn a_recorded_invocation_is_answered_as_the_function_would() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("event.json");
    std::fs::write(&file, invocation()).expect("written");
    let answers = |options: &str| -> Value {
        let command = format!("push transform --event {} {options}", file.display());
        let ran = Ctadmin::alone(&command).exits(0);
        ran.says("\"failed.NotGzip\": 1");
        let response: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        response["records"].clone()
    };
    let raw = base64("{\"eventName\": \"Grüße\"}\n".as_bytes());
    let expected = json!([
        { "recordId": "1", "result": "Ok", "data": raw },
        { "recordId": "2", "result": "ProcessingFailed", "data": "AAAA" },
    ]);
    assert_eq!(answers(""), expected);
    let event = r#"{"time":1700000000.007,"host": "111122223333_CloudTrail_eu-west-1", "source": "lab-cloudtrail", "sourcetype": "aws:cloudtrail","event":{"eventName": "Grüße"}}"#;
    let event = base64(format!("{event}\n").as_bytes());
    assert_eq!(answers("--endpoint-type event")[0]["data"], json!(event));
}

#[test]
fn an_invocation_that_cannot_be_run_is_an_error_with_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |text: &str| {
        std::fs::write(folder.path().join("event.json"), text).expect("written");
        Ctadmin::alone("push transform --event event.json").within(folder.path())
    };
    run("{").exits(1).says("event.json: it is not JSON: ");
    run("{\"Records\": []}")
        .exits(1)
        .says("the list `records` is missing");
    let python = run(&invocation()).env("PATH", "/nowhere").exits(1);
    python.says("python3: it cannot be run: ");
    python.says("install Python");
    let missing = Ctadmin::alone("push transform --event nowhere.json").within(folder.path());
    missing.exits(1).says("nowhere.json: it cannot be read: ");
    Ctadmin::alone("push transform").exits(2).says("--event");
}
