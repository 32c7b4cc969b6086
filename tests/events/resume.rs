//! `--resume`: a run reads on where another has ended.

use serde_json::Value;

use super::{HOME, Pull, line, record};
use crate::support::{Ran, zipped};

/// A run with a file of keys; what it printed.
fn run(pull: &Pull, more: &str, code: i32) -> (String, Ran) {
    let file = pull.state.path().join("last.json");
    let from = format!("--from s3://{}/AWSLogs/ --jobs 1", pull.bucket());
    let ran = pull.events(&format!("{from} {more} --resume"));
    let ran = ran.arg(&file.to_string_lossy()).exits(code);
    (ran.stdout.clone(), ran)
}

fn last(pull: &Pull) -> Value {
    let file = std::fs::read(pull.state.path().join("last.json")).expect("the file is there");
    serde_json::from_slice(&file).expect("JSON")
}

#[test]
fn a_run_reads_only_what_another_has_not_printed() {
    let pull = Pull::new();
    let away = pull.key("b");
    let home = pull.key("c").replace("eu-west-1", HOME);
    let put = |key: &str, name: &str| {
        pull.put(key, &zipped(&format!("{{\"Records\":[{}]}}", record(name))));
    };
    put(&away, "First");
    put(&home, "Second");
    assert_eq!(run(&pull, "", 0).0, ["First", "Second"].map(line).concat());
    let folder = |key: &str| {
        let (region, _) = key.split_once("2026/").expect("a day");
        format!("s3://{}/{region}", pull.bucket())
    };
    let keys = last(&pull);
    let keys = [away.as_str(), &home].map(|key| &keys[folder(key)]["last"]);
    assert_eq!(keys, [&away, &home]);
    // Another log of the region that comes first.
    put(&pull.key("d"), "Third");
    assert_eq!(run(&pull, "", 0).0, line("Third"));
    assert_eq!(run(&pull, "--since 2026-01-01", 0).0, "");
}

#[test]
fn a_log_that_was_not_read_to_its_end_stays_to_be_read() {
    let pull = Pull::new();
    pull.log("a", &[record("First")]);
    pull.put(&pull.key("b"), b"{\"Records\":[");
    pull.log("c", &[record("Third")]);
    assert_eq!(run(&pull, "", 1).0, ["First", "Third"].map(line).concat());
    assert_eq!(run(&pull, "", 1).0, "");
    pull.log("b", &[record("Second")]);
    assert_eq!(run(&pull, "", 0).0, line("Second"));
    pull.log("d", &[record("Fourth"), record("Fifth")]);
    assert_eq!(run(&pull, "--limit 1", 0).0, line("Fourth"));
    assert_eq!(run(&pull, "", 0).0, ["Fourth", "Fifth"].map(line).concat());
    run(&pull, "", 0).1.says("there is no new log");
}

/// CloudTrail's names are not in the order of its writing.
#[test]
fn a_log_that_was_written_late_is_read() {
    let pull = Pull::new();
    let put = |minute: &str, name: &str| {
        let key = pull.key(&format!("123456789012_CloudTrail_eu-west-1_{minute}_x"));
        pull.put(
            &key,
            &zipped(&format!("{{\"Records\":[{}]}}", record(name))),
        );
    };
    let day = pull.key("x");
    let (_, day) = day.split_once("/2026/").expect("a day");
    let day = format!("2026{}", day[..5].replace('/', ""));
    for (minute, name) in [
        ("T1000Z", "First"),
        ("T1030Z", "Second"),
        ("T0931Z", "Late"),
    ] {
        put(&format!("{day}{minute}"), name);
        assert_eq!(run(&pull, "", 0).0, line(name));
    }
    put(&format!("{day}T0929Z"), "TooLate");
    assert_eq!(run(&pull, "", 0).0, "");
}

#[test]
fn a_file_that_cannot_be_written_is_found_out_first() {
    let pull = Pull::new();
    pull.log("a", &[record("First")]);
    let from = format!("events --from s3://{}/AWSLogs/ --resume", pull.bucket());
    let file = pull.state.path().join("missing/last.json");
    let ran = pull
        .events(&from["events ".len()..])
        .arg(&file.to_string_lossy())
        .exits(1);
    assert_eq!(ran.stdout, "");
    ran.says("writing --resume");
}

#[test]
fn a_file_of_something_else_is_a_usage_error() {
    let pull = Pull::new();
    std::fs::write(pull.state.path().join("last.json"), "[]").expect("written");
    let (_, ran) = run(&pull, "", 2);
    ran.says("is not a file of keys");
}
