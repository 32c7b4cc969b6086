//! Files, in all forms in which events are kept: the same report of each.

use super::{Folder, check, failed, fed, generated, log, rows, service, text, user, zipped};
use serde_json::Value;

/// A report without what names its source.
fn without_sources(mut report: Value) -> Value {
    report["sources"] = Value::Null;
    report
}

#[test]
fn a_report_has_the_numbers_of_a_plain_count() {
    let (folder, events) = Folder::of_week(3000);
    let report = folder.report("a.json");
    check(&report, &events);
    assert_eq!(report["sources"], serde_json::json!(["a.json"]));
    assert_eq!(report["unreadable"], 0);
    let times = events.iter().map(|event| &event["eventTime"]);
    assert_eq!(
        Some(&report["first"]),
        times.clone().min_by_key(|time| text(time))
    );
    assert_eq!(Some(&report["last"]), times.max_by_key(|time| text(time)));
    let newest: Vec<&Value> = report["newest"]
        .as_array()
        .expect("events")
        .iter()
        .collect();
    let last = events.iter().rev().take(1000);
    let mut last: Vec<&Value> = last.map(|event| &event["eventID"]).collect();
    let mut listed: Vec<&Value> = newest.iter().map(|event| &event["id"]).collect();
    last.sort_by_key(|id| text(id));
    listed.sort_by_key(|id| text(id));
    assert_eq!(listed, last);
}

#[test]
fn sign_ins_and_changes_are_those_of_a_plain_count() {
    let (folder, events) = Folder::of_week(3000);
    let report = folder.report("a.json");
    let sign_ins: Vec<&Value> = events
        .iter()
        .filter(|event| event["eventName"] == "ConsoleLogin")
        .collect();
    let number = |of: &dyn Fn(&Value) -> bool| sign_ins.iter().filter(|it| of(it)).count();
    let told = &report["sign_ins"];
    assert!(sign_ins.len() > 20);
    assert_eq!(told["events"], sign_ins.len());
    assert_eq!(told["failed"], number(&failed));
    assert_eq!(
        told["root"],
        number(&|it| it["userIdentity"]["type"] == "Root")
    );
    let without = |it: &Value| !failed(it) && it["additionalEventData"]["MFAUsed"] == "No";
    assert_eq!(told["without_mfa"], number(&without));
    for (alert, action) in [
        ("iam-policy-changes", "AttachRolePolicy"),
        ("kms-key-deletion", "ScheduleKeyDeletion"),
        ("security-group-changes", "AuthorizeSecurityGroupIngress"),
        ("cloudtrail-changes", "StopLogging"),
    ] {
        let changes = report["changes"].as_array().expect("changes");
        let change = changes.iter().find(|change| change["alert"] == alert);
        let changed = |event: &&Value| event["eventName"] == action && !failed(event);
        let wanted = events.iter().filter(changed).count();
        assert!(wanted > 0, "{alert}");
        assert_eq!(change.expect(alert)["events"], wanted, "{alert}");
    }
}

#[test]
fn all_forms_of_a_log_give_the_same_report() {
    let (folder, events) = Folder::of_week(1200);
    let report = without_sources(folder.report("a.json"));
    let plain = log(&events);
    let lines: Vec<String> = events.iter().map(Value::to_string).collect();
    let lines = lines.join("\n") + "\n";
    folder
        .write("b.json.gz", zipped(&plain))
        .write("c.jsonl", &lines)
        .write("d.jsonl.gz", zipped(&lines))
        .write("first.json", log(&events[..500]))
        .write("second.json.gz", zipped(&log(&events[500..])));
    for files in [
        "b.json.gz",
        "c.jsonl",
        "d.jsonl.gz",
        "first.json second.json.gz",
        "a.json --jobs 1",
        "a.json --jobs 7",
    ] {
        assert_eq!(without_sources(folder.report(files)), report, "{files}");
    }
    for input in [plain.as_bytes(), lines.as_bytes(), &zipped(&plain)] {
        let ran = fed("-o json -", input);
        assert_eq!((ran.code, without_sources(ran.json())), (0, report.clone()));
    }
    let two = folder.report("first.json second.json.gz");
    let named = serde_json::json!(["first.json", "second.json.gz"]);
    assert_eq!(two["sources"], named);
}

/// Whether a filter should choose an event.
type Chosen<'f> = &'f dyn Fn(&Value) -> bool;

#[test]
fn filters_choose_the_events_that_are_counted() {
    let (folder, events) = Folder::of_week(3000);
    let chosen = |of: Chosen<'_>| -> Vec<Value> {
        events.iter().filter(|event| of(event)).cloned().collect()
    };
    let cases: [(&str, Chosen<'_>); 4] = [
        ("user=alice", &|it| user(it) == "alice"),
        ("error=any", &failed),
        ("event=Describe*,List*", &|it| {
            let name = text(&it["eventName"]);
            name.starts_with("Describe") || name.starts_with("List")
        }),
        ("region!=us-east-1", &|it| it["awsRegion"] != "us-east-1"),
    ];
    for (filter, of) in cases {
        let report = folder.report(&format!("a.json --filter {filter}"));
        let events = chosen(of);
        assert!(events.len() > 50, "{filter}");
        check(&report, &events);
        assert_eq!(report["filters"], serde_json::json!([filter]));
    }
    let both = chosen(&|it| service(it) == "iam" && failed(it));
    let filters = "a.json --filter source=iam.amazonaws.com --filter error=any";
    check(&folder.report(filters), &both);
}

#[test]
fn a_time_is_compared_with_as_long_a_time_before() {
    let (folder, events) = Folder::of_week(3000);
    let between = |since: &str, until: &str| -> Vec<Value> {
        let within = |event: &&Value| (since..until).contains(&text(&event["eventTime"]).as_str());
        events.iter().filter(within).cloned().collect()
    };
    let report = folder.report("a.json --since 2026-01-09T12:00:00Z --until 2026-01-10T11:59:59Z");
    let now = between("2026-01-09T12:00:00Z", "2026-01-10T12:00:00Z");
    let before = between("2026-01-08T12:00:01Z", "2026-01-09T12:00:00Z");
    assert!(now.len() > 100 && before.len() > 100);
    check(&report, &now);
    let previous = serde_json::json!({
        "since": "2026-01-08T12:00:01Z", "until": "2026-01-09T12:00:00Z", "events": before.len(),
    });
    assert_eq!(report["previous"], previous);
    for (list, of) in [("users", user as fn(&Value) -> String), ("regions", region)] {
        let known = super::counted(&before, of);
        let mut new = super::counted(&now, of);
        new.retain(|name, _| !known.contains_key(name));
        assert_eq!(rows(&report["new"][list]), new, "{list}");
    }
    let quiet = folder.report("a.json --since 2027-01-01 --until 2027-01-02");
    assert_eq!(
        (&quiet["events"], &quiet["first"]),
        (&0.into(), &Value::Null)
    );
}

fn region(event: &Value) -> String {
    text(&event["awsRegion"])
}

#[test]
fn without_a_time_the_second_half_is_compared_with_the_first() {
    let (folder, events) = Folder::of_week(3000);
    let report = folder.report("a.json");
    let [first, last] = ["first", "last"].map(|end| text(&report[end]));
    assert_eq!(report["previous"]["since"], first);
    let middle = text(&report["previous"]["until"]);
    assert!(first < middle && middle < last);
    let seconds = |time: &str| {
        let time = humantime::parse_rfc3339(time).expect("a time");
        time.duration_since(std::time::UNIX_EPOCH)
            .expect("later")
            .as_secs()
    };
    let halves = [
        seconds(&middle) - seconds(&first),
        seconds(&last) - seconds(&middle),
    ];
    assert!(halves[0].abs_diff(halves[1]) <= 1, "{halves:?}");
    let new = rows(&report["new"]["users"]);
    let mallory = events
        .iter()
        .filter(|event| user(event) == "mallory")
        .count();
    assert_eq!(new.get("mallory"), Some(&(mallory as u64)));
    assert_eq!(
        rows(&report["new"]["regions"]).keys().collect::<Vec<_>>(),
        ["sa-east-1"]
    );
    let first = generated::rfc3339(generated::START);
    assert!(text(&report["first"]) >= first);
}

#[test]
fn the_newest_events_are_as_many_as_wanted() {
    let (folder, _) = Folder::of_week(300);
    let newest = |options: &str| {
        let report = folder.report(&format!("a.json {options}"));
        report["newest"].as_array().expect("events").len()
    };
    assert_eq!(
        [newest("--keep 0"), newest("--keep 7"), newest("")],
        [0, 7, 300]
    );
}

#[test]
fn nothing_is_a_report_too() {
    let folder = Folder::new();
    folder.write("empty.json", "{\"Records\":[]}");
    let report = folder.report("empty.json");
    assert_eq!(
        (&report["events"], &report["new"]),
        (&0.into(), &Value::Null)
    );
    let text = folder.activity("empty.json").exits(0).stdout;
    assert_eq!(text, "0 events\n0 failed, 0 of them denied\n");
    let page = folder.activity("-o html empty.json").exits(0).stdout;
    assert!(page.starts_with("<!DOCTYPE html>"));
    assert_eq!(fed("-", b"").code, 0);
}

#[test]
fn the_page_of_the_same_files_is_the_same() {
    let (folder, _) = Folder::of_week(300);
    let page = |jobs: &str| {
        let ran = folder.activity(&format!("-o html --jobs {jobs} a.json"));
        ran.exits(0).stdout
    };
    assert_eq!(page("1"), page("8"));
}
