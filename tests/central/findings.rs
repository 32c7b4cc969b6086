//! Findings of GuardDuty arrive in the archive, and a detector of others stays as it is.

use serde_json::{Value, json};

use super::archived::lines;
use super::{CENTRAL, HOME, OTHER, account};
use crate::support::scenario::{operations, planned};
use crate::support::{Account, AwsCli, Ctadmin};

/// GuardDuty finds something in a region.
fn find(account: &Account, region: &str) -> Value {
    let finding = json!({ "id": format!("finding-in-{region}"), "severity": 8, "type": "Grüße" });
    account.event(
        region,
        "aws.guardduty",
        "GuardDuty Finding",
        finding.clone(),
    );
    finding
}

#[test]
fn findings_of_all_regions_are_archived() {
    let central = account();
    let theirs = format!("aws guardduty create-detector --enable --region {OTHER}");
    AwsCli::version_1().run(&central, &theirs);
    let before = central.snapshot()["guardduty"][OTHER].clone();
    Ctadmin::on(&central, &format!("{CENTRAL} --yes"))
        .exits(0)
        .says("the GuardDuty detector in us-east-1 was created by others");
    let found = [HOME, OTHER].map(|region| find(&central, region));
    let group = format!("/aws/events/{}-central-guardduty", central.id());
    let lines = lines(&central);
    let lines = lines
        .iter()
        .filter(|line| line["messageType"] == "DATA_MESSAGE");
    let events = lines.flat_map(|line| {
        assert_eq!(line["owner"], central.id());
        assert_eq!(line["logGroup"], group.as_str());
        line["logEvents"].as_array().expect("events")
    });
    let events = events.map(|event| event["message"].as_str().expect("a text"));
    let events = events.map(|text| serde_json::from_str::<Value>(text).expect("JSON"));
    let mut details: Vec<Value> = events.map(|event| event["detail"].clone()).collect();
    details.sort_by_key(Value::to_string);
    let mut found = found.to_vec();
    found.sort_by_key(Value::to_string);
    assert_eq!(details, found);

    Ctadmin::on(&central, "delete central --drain 0 --yes").exits(0);
    let after = central.snapshot();
    assert_eq!(after["guardduty"], json!({ OTHER: before }));
    for section in ["events", "log_resource_policies"] {
        assert_eq!(after[section], json!({}), "{section}");
    }
}

#[test]
fn a_target_that_eventbridge_refuses_within_a_success_is_put_again() {
    let account = account();
    account.settings(json!({ "target_failures": 1 }));
    Ctadmin::on(&account, &format!("{CENTRAL} --yes")).exits(0);
    assert_eq!(planned(&account, "create central")["steps"], json!([]));
    account.settings(json!({ "target_failures": 1 }));
    Ctadmin::on(&account, "delete central --drain 0 --yes").exits(0);
    assert_eq!(account.snapshot()["events"], json!({}));
}

#[test]
fn guardduty_can_be_left_out_and_its_features_chosen() {
    let account = account();
    let alone = Ctadmin::on(&account, &format!("{CENTRAL} --no-guardduty --yes"));
    alone.exits(0);
    assert_eq!(account.snapshot()["guardduty"], json!({}));
    Ctadmin::on(&account, "show central --detailed-exitcode").exits(0);

    let features = "create central --guardduty-features s3_data_events,RUNTIME_MONITORING";
    Ctadmin::on(&account, &format!("{features} --yes")).exits(0);
    let features = account.snapshot()["guardduty"][HOME]["features"].clone();
    let features = features.as_object().expect("features").iter();
    let on = features.filter(|(_, status)| **status == "ENABLED");
    let on: Vec<&String> = on.map(|(name, _)| name).collect();
    assert_eq!(on, ["RUNTIME_MONITORING", "S3_DATA_EVENTS"]);
    let none = planned(&account, "create central --guardduty-features none");
    assert_eq!(
        operations(&none),
        ["UpdateDetector us-east-1", "UpdateDetector us-west-2"]
    );
    Ctadmin::on(&account, "create central --guardduty-features FLOW_LOGS")
        .exits(2)
        .says("FLOW_LOGS");
}
