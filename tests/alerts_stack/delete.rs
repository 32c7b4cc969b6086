//! `ctadmin delete alerts`: the trail is detached, and what this stack made goes, except for the events.

use serde_json::{Value, json};

use super::{
    GROUP, HOME, ROOT, TWO, account, alarm, group, seed, standing, standing_with, state, trail,
    trailed,
};
use crate::support::scenario::{carried_out, operations, planned};
use crate::support::{Account, Ctadmin};

/// The place of an operation among the requests that changed something.
#[track_caller]
fn place(account: &Account, operation: &str) -> usize {
    let changes = account.changes();
    let mut changes = changes.iter();
    let found = changes.position(|change| change.contains(operation));
    found.unwrap_or_else(|| panic!("{operation} was called"))
}

#[test]
fn everything_goes_but_the_log_group_and_the_trail() {
    let account = trailed();
    let before = state(&account);
    carried_out(&account, "create alerts --email a@example.com");
    let standing = trail(&account);
    let plan = carried_out(&account, "delete alerts");
    let mut after = state(&account);
    assert_eq!(group(&account, GROUP)["metric_filters"], json!({}));
    assert_eq!(group(&account, GROUP)["retention"], 365);
    after["logs"] = before["logs"].clone();
    let mut detached = trail(&account);
    for member in ["CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn"] {
        let left = &detached[member];
        assert!(left.is_null() || left == "", "{member}: {left}");
        detached[member] = standing[member].clone();
    }
    assert_eq!(detached, standing, "nothing else of the trail has changed");
    after["cloudtrail"] = before["cloudtrail"].clone();
    assert_eq!(after, before);
    let notes = plan["notes"].to_string();
    assert!(notes.contains("--with-logs deletes it"), "{notes}");
    assert!(
        notes.contains("the topic's subscriptions are deleted with it: a@example.com"),
        "{notes}"
    );
}

#[test]
fn the_events_go_when_they_are_asked_to() {
    let account = standing();
    let plan = carried_out(&account, "delete alerts --with-logs");
    assert_eq!(group(&account, GROUP), Value::Null);
    let operations = operations(&plan);
    let filters = "DeleteMetricFilter us-west-2".to_owned();
    assert!(!operations.contains(&filters), "they go with their group");
    let left = Ctadmin::on(
        &account,
        "delete alerts --with-logs --dry-run --detailed-exitcode",
    );
    left.exits(0);
}

#[test]
fn a_kept_log_group_goes_later() {
    let account = standing();
    carried_out(&account, "delete alerts");
    let plan = carried_out(&account, "delete alerts --with-logs");
    assert_eq!(operations(&plan), ["DeleteLogGroup us-west-2"]);
    assert_eq!(group(&account, GROUP), Value::Null);
}

#[test]
fn the_trail_is_detached_before_anything_that_it_needs_goes() {
    let account = standing();
    Ctadmin::on(&account, "delete alerts --with-logs --yes").exits(0);
    let detached = place(&account, "UpdateTrail");
    for after in ["DeleteRolePolicy", "DeleteRole ", "DeleteLogGroup"] {
        assert!(detached < place(&account, after), "{:?}", account.changes());
    }
}

#[test]
fn what_was_kept_is_taken_up_again() {
    let account = standing_with("--retention-days 30");
    let before = state(&account);
    carried_out(&account, "delete alerts");
    carried_out(&account, TWO);
    assert_eq!(group(&account, GROUP)["retention"], 30);
    assert_eq!(state(&account), before);
}

#[test]
fn the_trail_stack_can_go_first() {
    let account = standing();
    Ctadmin::on(&account, "delete --yes").exits(0);
    assert_ne!(
        alarm(&account, ROOT),
        Value::Null,
        "alarms are not the trail stack's"
    );
    let plan = carried_out(&account, "delete alerts --with-logs --region us-west-2");
    let operations = operations(&plan);
    assert!(!operations.contains(&"UpdateTrail us-west-2".to_owned()));
    let left = state(&account);
    assert_eq!(left["logs"], json!({}));
    assert_eq!(left["cloudwatch"], json!({"alarms": {}, "dashboards": {}}));
    assert_eq!(left["sns"], json!({}));
    assert_eq!(left["iam"]["roles"], json!({}));
}

#[test]
fn the_trail_stack_goes_after_the_alerts() {
    let account = standing();
    carried_out(&account, "delete alerts --with-logs");
    carried_out(&account, "delete");
    assert_eq!(state(&account)["cloudtrail"], json!({}));
}

#[test]
fn where_nothing_stands_nothing_goes() {
    for account in [account(), trailed()] {
        let plan = planned(&account, "delete alerts --with-logs --region us-west-2");
        assert_eq!(plan["steps"], json!([]));
        Ctadmin::on(&account, "delete alerts --yes --region us-west-2").exits(0);
        assert_eq!(account.changes(), Vec::<String>::new());
    }
}

#[test]
fn what_others_gave_the_role_stays_with_the_role() {
    let account = standing();
    let read = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    let policy = json!({"RoleName": "ACCOUNT-cloudtrail-logs", "PolicyArn": read});
    seed(&account, "iam", "AttachRolePolicy", policy);
    carried_out(&account, "delete alerts");
    let role = &state(&account)["iam"]["roles"]["ACCOUNT-cloudtrail-logs"];
    assert_eq!(role["attached"], json!([read]));
    assert_eq!(role["policies"], json!({}), "ours is gone");
}

#[test]
fn a_role_that_others_made_stays() {
    let account = trailed();
    let trust = json!({"Version": "2012-10-17", "Statement": []}).to_string();
    let role = json!({"RoleName": "ACCOUNT-cloudtrail-logs", "AssumeRolePolicyDocument": trust});
    seed(&account, "iam", "CreateRole", role);
    carried_out(&account, TWO);
    carried_out(&account, "delete alerts");
    let roles = &state(&account)["iam"]["roles"];
    assert_eq!(roles["ACCOUNT-cloudtrail-logs"]["policies"], json!({}));
}

#[test]
fn alarms_and_filters_of_a_former_catalogue_go_too() {
    let account = trailed();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("alerts.toml");
    let own = "[[alert]]\nname = \"mine\"\ntitle = \"Mine\"\npattern = '{ $.eventName = \"A\" }'\n";
    std::fs::write(&file, own).expect("written");
    let file = file.to_str().expect("UTF-8");
    carried_out(
        &account,
        &format!("create alerts --only mine --catalogue {file}"),
    );
    assert_ne!(alarm(&account, "ACCOUNT-cloudtrail-mine"), Value::Null);
    carried_out(&account, "delete alerts");
    assert_eq!(alarm(&account, "ACCOUNT-cloudtrail-mine"), Value::Null);
    assert_eq!(group(&account, GROUP)["metric_filters"], json!({}));
}

#[test]
fn many_alarms_go_in_pages() {
    let account = trailed();
    account.settings(json!({"alarms_page": 5, "logs_page": 3}));
    carried_out(&account, "create alerts");
    carried_out(&account, "delete alerts");
    assert_eq!(state(&account)["cloudwatch"]["alarms"][HOME], Value::Null);
    assert_eq!(group(&account, GROUP)["metric_filters"], json!({}));
}

/// An account with one alert in a log group of another name.
fn elsewhere() -> Account {
    let account = trailed();
    carried_out(&account, &format!("{TWO} --log-group custom"));
    account
}

#[test]
fn a_stopped_run_has_not_forgotten_the_log_group() {
    let account = elsewhere();
    account.settings(json!({"denied_operations": ["logs:DeleteMetricFilter"]}));
    Ctadmin::on(&account, "delete alerts --yes").exits(1);
    account.settings(json!({"denied_operations": []}));
    assert_eq!(
        group(&account, "custom")["metric_filters"]
            .as_object()
            .map(serde_json::Map::len),
        Some(2)
    );
    carried_out(&account, "delete alerts");
    assert_eq!(group(&account, "custom")["metric_filters"], json!({}));
    assert_eq!(state(&account)["iam"]["roles"], json!({}));
}

#[test]
fn the_role_tells_where_alerts_stand_whose_trail_is_gone() {
    let account = elsewhere();
    carried_out(&account, "delete");
    let delete = || Ctadmin::on(&account, "delete alerts --yes").env("AWS_REGION", "us-east-1");
    let picture = Ctadmin::on(&account, "show alerts -o json").env("AWS_REGION", "us-east-1");
    assert_eq!(picture.exits(0).json()["home_region"], HOME);
    let refused = Ctadmin::on(&account, "delete alerts --yes --region eu-west-1").exits(1);
    refused.says("is in us-west-2, not in eu-west-1");
    delete().exits(0);
    assert_eq!(group(&account, "custom")["metric_filters"], json!({}));
    assert_eq!(alarm(&account, ROOT), Value::Null);
    delete().exits(0).says("nothing to do");
}

#[test]
fn a_log_group_of_others_goes_only_by_its_name() {
    let account = elsewhere();
    let plan = planned(&account, "delete alerts --with-logs");
    let goes = operations(&plan).contains(&"DeleteLogGroup us-west-2".to_owned());
    assert!(!goes, "{plan:#}");
    let note = "it is not the scheme's; --log-group NAME deletes it";
    assert!(
        plan["notes"].to_string().contains(note),
        "{}",
        plan["notes"]
    );
    let theirs = json!({"logGroupName": "custom", "filterName": "theirs", "filterPattern": "x",
        "metricTransformations": [{"metricName": "a", "metricNamespace": "b", "metricValue": "1"}]});
    seed(&account, "logs", "PutMetricFilter", theirs);
    let delete = "delete alerts --with-logs --log-group custom";
    let refused = Ctadmin::on(&account, &format!("{delete} --yes")).exits(1);
    refused.says("cannot be deleted: it is read by the metric filter theirs");
    let theirs = json!({"logGroupName": "custom", "filterName": "theirs"});
    seed(&account, "logs", "DeleteMetricFilter", theirs);
    carried_out(&account, delete);
    assert_eq!(group(&account, "custom"), Value::Null);
}

#[test]
fn a_log_group_that_a_trail_still_sends_to_stays() {
    let account = standing();
    let trust = state(&account)["iam"]["roles"]["ACCOUNT-cloudtrail-logs"]["trust"].to_string();
    let role = json!({"RoleName": "theirs", "AssumeRolePolicyDocument": trust});
    seed(&account, "iam", "CreateRole", role);
    let sends = json!({"Name": "ACCOUNT-cloudtrail-us-west-2",
        "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-west-2:ACCOUNT:log-group:ACCOUNT-cloudtrail:*",
        "CloudWatchLogsRoleArn": "arn:aws:iam::ACCOUNT:role/theirs"});
    seed(&account, "cloudtrail", "UpdateTrail", sends);
    let plan = carried_out(&account, "delete alerts --with-logs");
    assert!(
        plan["notes"]
            .to_string()
            .contains("a trail still sends to it"),
        "{}",
        plan["notes"]
    );
    assert_eq!(group(&account, GROUP)["metric_filters"], json!({}));
}
