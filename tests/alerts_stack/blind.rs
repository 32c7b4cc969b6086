//! What keeps an alarm from its state ALARM, or from notifying.

use serde_json::{Value, json};

use super::{
    GROUP, HOME, ROOT, TWO, alarm, group, reasons, seed, standing, standing_with, state, trail,
    trailed,
};
use crate::support::scenario::{carried_out, operations, planned, put_alarm, shown};
use crate::support::{Account, Ctadmin};

const TRAIL: &str = "ACCOUNT-cloudtrail-us-west-2";

#[track_caller]
fn troubles(account: &Account) -> Value {
    shown(account, "show alerts")["warnings"].clone()
}

#[track_caller]
fn notes(account: &Account, arguments: &str) -> String {
    planned(account, arguments)["notes"].to_string()
}

#[test]
fn a_trail_that_does_not_log() {
    let account = standing_with("--email a@example.com");
    assert_eq!(troubles(&account), json!([]));
    seed(
        &account,
        "cloudtrail",
        "StopLogging",
        json!({"Name": TRAIL}),
    );
    let trouble = "the trail does not log: `ctadmin create` starts it";
    assert_eq!(troubles(&account), json!([trouble]));
    let note = "the trail does not log, so no alarm is raised";
    assert!(notes(&account, TWO).contains(note));
    let both = format!("{TWO} --multi-region");
    assert!(!notes(&account, &both).contains(note));
    carried_out(&account, &both);
    assert_eq!(troubles(&account), json!([]));
}

#[test]
fn events_that_do_not_arrive() {
    let account = standing_with("--email a@example.com");
    let fine = json!({"LatestCloudWatchLogsDeliveryTime": 1_900_000_000});
    account.settings(json!({"delivery": {"*": fine}}));
    let picture = shown(&account, "show alerts");
    let resources = picture["resources"].as_array().expect("resources");
    let mut resources = resources.iter();
    let logs = resources.find(|resource| resource["kind"] == "trail-logs");
    let logs = logs.expect("what the trail sends");
    assert_eq!(logs["facts"]["last_delivery"], "2030-03-17T17:46:40Z");
    assert_eq!(troubles(&account), json!([]));
    let denied = json!({"LatestCloudWatchLogsDeliveryError": "Access denied."});
    account.settings(json!({"delivery": {"*": denied}}));
    let trouble = "CloudWatch Logs answers Access denied. to the trail";
    assert_eq!(troubles(&account), json!([trouble]));
    assert!(notes(&account, TWO).contains("CloudWatch Logs answers Access denied. to the trail"));
}

#[test]
fn services_that_the_trail_leaves_out() {
    let account = standing_with("--email a@example.com");
    let selector = json!({"ReadWriteType": "All", "IncludeManagementEvents": true, "DataResources": [],
        "ExcludeManagementEventSources": ["kms.amazonaws.com"]});
    let selectors = json!({"TrailName": TRAIL, "EventSelectors": [selector]});
    seed(&account, "cloudtrail", "PutEventSelectors", selectors);
    let trouble = "the trail's selectors exclude events of kms.amazonaws.com";
    assert_eq!(troubles(&account), json!([trouble]));
}

#[test]
fn a_topic_that_nobody_reads() {
    let account = standing();
    let trouble = "the topic has no subscriber: --email ADDRESS";
    assert_eq!(troubles(&account), json!([trouble]));
}

#[test]
fn an_alarm_that_looks_at_a_part_of_its_metric_only() {
    let account = standing();
    let before = alarm(&account, ROOT);
    for (member, value) in [
        ("Dimensions", json!([{"Name": "a", "Value": "b"}])),
        ("Unit", json!("Bytes")),
    ] {
        let mut settings = put_alarm(ROOT, &before);
        settings[member] = value;
        seed(&account, "cloudwatch", "PutMetricAlarm", settings);
        let plan = carried_out(&account, TWO);
        assert_eq!(reasons(&plan, "alarm"), ["metric differs"], "{member}");
        assert_eq!(alarm(&account, ROOT), before, "{member}");
    }
}

#[test]
fn an_alarm_of_our_name_that_looks_at_another_metric() {
    let account = standing();
    let mut settings = put_alarm(ROOT, &alarm(&account, ROOT));
    settings["Namespace"] = json!("Other");
    settings["Threshold"] = json!(7.0);
    seed(&account, "cloudwatch", "PutMetricAlarm", settings);
    let plan = carried_out(&account, TWO);
    assert_eq!(reasons(&plan, "alarm"), ["metric differs"]);
    let mended = alarm(&account, ROOT);
    assert_eq!(
        (&mended["Namespace"], &mended["Threshold"]),
        (&json!(GROUP), &json!(7.0))
    );
}

#[test]
fn who_is_told_that_a_metric_says_nothing_stays() {
    let account = standing();
    let pager = "arn:aws:sns:us-west-2:ACCOUNT:pager";
    let mut settings = put_alarm(ROOT, &alarm(&account, ROOT));
    settings["InsufficientDataActions"] = json!([pager]);
    settings["ActionsEnabled"] = json!(false);
    seed(&account, "cloudwatch", "PutMetricAlarm", settings);
    let plan = carried_out(&account, TWO);
    assert_eq!(reasons(&plan, "alarm"), ["actions are disabled"]);
    assert_eq!(
        alarm(&account, ROOT)["InsufficientDataActions"],
        json!([pager])
    );
}

#[test]
fn a_filter_that_counts_by_a_field() {
    let account = standing();
    let before = state(&account);
    let pattern = group(&account, GROUP)["metric_filters"][ROOT]["pattern"].clone();
    let filter = json!({"logGroupName": GROUP, "filterName": ROOT, "filterPattern": pattern,
        "metricTransformations": [{"metricName": "root-usage", "metricNamespace": GROUP, "metricValue": "1",
            "dimensions": {"who": "$.userIdentity.arn"}}]});
    seed(&account, "logs", "PutMetricFilter", filter);
    let plan = carried_out(&account, TWO);
    assert_eq!(operations(&plan), ["PutMetricFilter us-west-2"]);
    assert_eq!(state(&account), before);
}

#[test]
fn one_alarm_that_tells_nobody_does_not_change_whom_the_others_tell() {
    let account = trailed();
    seed(&account, "sns", "CreateTopic", json!({"Name": "pager"}));
    let pager = "arn:aws:sns:us-west-2:ACCOUNT:pager";
    let told = format!("--topic-arn {}", pager.replace("ACCOUNT", account.id()));
    carried_out(&account, &format!("create alerts {told}"));
    let picture = shown(&account, "show alerts");
    let resources = picture["resources"].as_array().expect("resources");
    assert!(
        !resources
            .iter()
            .any(|resource| resource["kind"] == "topic" && resource["exists"] == true)
    );
    let ours = pager.replace("ACCOUNT", account.id());
    let alarms = resources
        .iter()
        .filter(|resource| resource["kind"] == "alarm");
    let mut notified = alarms.map(|alarm| &alarm["facts"]["notifies"]);
    assert!(notified.all(|notified| *notified == json!([ours])));
    let mut settings = put_alarm(ROOT, &alarm(&account, ROOT));
    settings["AlarmActions"] = json!([]);
    seed(&account, "cloudwatch", "PutMetricAlarm", settings);
    let plan = carried_out(&account, "create alerts");
    assert_eq!(operations(&plan), ["PutMetricAlarm us-west-2"]);
    assert_eq!(alarm(&account, ROOT)["AlarmActions"], json!([pager]));
}

#[test]
fn an_alert_of_a_catalogue_of_ones_own_is_seen_without_it() {
    let account = trailed();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("own.toml");
    let own = "[[alert]]\nname = \"secrets-read\"\ntitle = \"A secret was read\"\n\
        pattern = '{ $.eventName = \"GetSecretValue\" }'\n";
    std::fs::write(&file, own).expect("a file");
    let file = file.to_str().expect("a path in text");
    let mine = format!(
        "create alerts --only secrets-read,root-usage --email a@example.com --catalogue {file}"
    );
    carried_out(&account, &mine);
    let picture = shown(&account, "show alerts");
    let resources = picture["resources"].as_array().expect("resources");
    let name = format!("{}-cloudtrail-secrets-read", account.id());
    let mut own = resources
        .iter()
        .filter(|resource| resource["name"] == *name);
    assert!(own.any(|resource| resource["kind"] == "alarm" && resource["exists"] == true));
    assert_eq!(troubles(&account), json!([]));
    assert_eq!(
        planned(&account, "create alerts --only root-usage")["steps"],
        json!([])
    );
    let filter = json!({"logGroupName": GROUP, "filterName": "ACCOUNT-cloudtrail-secrets-read"});
    seed(&account, "logs", "DeleteMetricFilter", filter);
    let trouble = format!(
        "{}-cloudtrail-secrets-read: its metric filter is missing; give --catalogue the file that it is from",
        account.id()
    );
    assert_eq!(troubles(&account), json!([trouble]));
    carried_out(&account, &mine);
    assert_eq!(troubles(&account), json!([]));
}

#[test]
fn the_trail_stack_tells_that_alarms_will_see_less() {
    let account = standing();
    let note = notes(&account, "create --regional");
    assert!(
        note.contains("alarms there will receive events of us-west-2 only"),
        "{note}"
    );
    let note = notes(&account, "delete");
    assert!(
        note.contains("alarms there will receive no more events"),
        "{note}"
    );
    assert!(
        note.contains("`ctadmin delete alerts --region us-west-2` deletes those of"),
        "{note}"
    );
    let without = trailed();
    for arguments in ["create --regional", "delete"] {
        let note = notes(&without, arguments);
        assert!(!note.contains("alarms"), "{note}");
    }
}

#[test]
fn a_trail_that_logs_one_region_by_now_is_detached_all_the_same() {
    let account = standing();
    Ctadmin::on(&account, "create --regional --yes").exits(0);
    carried_out(&account, "delete alerts --with-logs");
    let left = trail(&account);
    for member in ["CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn"] {
        assert!(
            left[member].is_null() || left[member] == "",
            "{member}: {left}"
        );
    }
    assert_eq!(state(&account)["cloudwatch"]["alarms"][HOME], Value::Null);
}
