//! Each alert of the catalogue on events that it is for, and on such as only look like them.

use serde_json::Value;

use super::tested;
use crate::support::Ctadmin;

fn names() -> Vec<String> {
    let json = Ctadmin::alone("alerts list -o json").exits(0).json();
    let alerts = json["alerts"].as_array().expect("alerts").clone();
    let name = |alert: Value| alert["name"].as_str().expect("a name").to_owned();
    alerts.into_iter().map(name).collect()
}

/// Whether the alert fits each event of a file.
fn fitting(arguments: &str, file: &str) -> Vec<bool> {
    let json = tested(&format!("--all -o json {arguments}"), file)
        .exits(0)
        .json();
    let events = json["events"].as_array().expect("events");
    assert_eq!(json["events_read"], events.len(), "{file}");
    events
        .iter()
        .map(|event| event["alerts"][0]["fits"].as_bool().expect("a verdict"))
        .collect()
}

#[test]
fn every_alert_fires_on_its_events_and_not_on_near_misses() {
    let names = names();
    assert_eq!(names.len(), 16);
    let sets = [
        ("wide", "iam-policy-changes"),
        ("no-config-probes", "unauthorized-api-calls"),
    ];
    let plain = names
        .iter()
        .map(|name| (name.clone(), format!("--only {name}")));
    let sets = sets.map(|(set, name)| (set.to_owned(), format!("--only {name} --set {set}")));
    for (file, arguments) in plain.chain(sets) {
        for (kind, expected) in [("fires", true), ("silent", false)] {
            let fitting = fitting(&arguments, &format!("{file}.{kind}.json"));
            assert!(fitting.len() >= 2, "{file}.{kind} has two events");
            assert_eq!(fitting, vec![expected; fitting.len()], "{file}.{kind}");
        }
    }
}

#[test]
fn sets_make_the_difference() {
    let wide = fitting("--only iam-policy-changes", "wide.fires.json");
    assert_eq!(wide, [false, false, true]);
    let probes = fitting(
        "--only unauthorized-api-calls",
        "no-config-probes.silent.json",
    );
    assert_eq!(probes, [true, true]);
}

/// An alert's events raise no other; but no pattern of a change asks whether the change was denied.
#[test]
fn alerts_overlap_only_where_they_should() {
    for name in names() {
        let file = format!("{name}.fires.json");
        let json = tested("-o json", &file).exits(0).json();
        let alarms = json["alerts"].as_array().expect("alerts");
        let counting = alarms.iter().filter(|alert| alert["events"] != 0);
        let counting: Vec<&str> = counting
            .map(|alert| alert["name"].as_str().expect("a name"))
            .collect();
        match name.as_str() {
            "unauthorized-api-calls" => assert_eq!(counting, [&name, "ec2-instance-changes"]),
            // One of them is the root user's.
            "console-signin-failures" => assert_eq!(counting, ["root-usage", &name]),
            _ => assert_eq!(counting, [&name], "{file}"),
        }
    }
}

#[test]
fn an_alarm_takes_as_many_events_as_its_threshold_in_one_period() {
    let alarm = |arguments: &str| {
        let arguments = format!("-o json --only console-signin-failures {arguments}");
        let json = tested(&arguments, "console-signin-failures.fires.json");
        let json = json.exits(0).json();
        let alert = &json["alerts"][0];
        (alert["events"].clone(), alert["alarm"].clone())
    };
    assert_eq!(alarm(""), (3.into(), true.into()));
    assert_eq!(
        alarm("--threshold console-signin-failures=4"),
        (3.into(), false.into())
    );
    assert_eq!(
        alarm("--period console-signin-failures=60"),
        (3.into(), false.into())
    );
}
