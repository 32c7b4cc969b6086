//! Alerts where nothing watches yet.

use ctadmin::alerts::Catalogue;
use serde_json::{Value, json};

use super::{BOTH, GROUP, HOME, account, alarm, group, names, seed, state, trail, trailed};
use crate::support::scenario::{carried_out, operations, planned};
use crate::support::{Account, Ctadmin};

/// The alerts in the catalogue's order.
const ALERTS: [&str; 16] = [
    "unauthorized-api-calls",
    "console-signin-without-mfa",
    "root-usage",
    "iam-policy-changes",
    "cloudtrail-changes",
    "console-signin-failures",
    "kms-key-deletion",
    "s3-bucket-policy-changes",
    "config-changes",
    "security-group-changes",
    "network-acl-changes",
    "gateway-changes",
    "route-table-changes",
    "vpc-changes",
    "organizations-changes",
    "ec2-instance-changes",
];

/// What an alert is about, by the catalogue.
fn alert(name: &str) -> ctadmin::alerts::Alert {
    let mut alerts = Catalogue::built_in().alerts.into_iter();
    alerts
        .find(|alert| alert.name == name)
        .expect("it is known")
}

#[track_caller]
fn assert_group_and_trail(account: &Account) {
    let found = group(account, GROUP);
    assert_eq!(found["retention"], 365);
    assert_eq!(found["kms_key"], Value::Null);
    let trail = trail(account);
    assert_eq!(trail["IsMultiRegionTrail"], true);
    assert_eq!(
        trail["CloudWatchLogsLogGroupArn"],
        "arn:aws:logs:us-west-2:ACCOUNT:log-group:ACCOUNT-cloudtrail:*"
    );
    assert_eq!(
        trail["CloudWatchLogsRoleArn"],
        "arn:aws:iam::ACCOUNT:role/ACCOUNT-cloudtrail-logs"
    );
    let role = &state(account)["iam"]["roles"]["ACCOUNT-cloudtrail-logs"];
    assert_eq!(
        role["trust"],
        json!({"Version": "2012-10-17", "Statement": [{
            "Sid": "CloudTrailWritesACCOUNT",
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }]})
    );
    assert_eq!(
        role["policies"],
        json!({"ACCOUNT-cloudtrail": {"Version": "2012-10-17", "Statement": [{
            "Sid": "WriteLogs",
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": "arn:aws:logs:us-west-2:ACCOUNT:log-group:ACCOUNT-cloudtrail:log-stream:ACCOUNT_CloudTrail_us-west-2*",
        }]}})
    );
    assert_eq!(role["attached"], json!([]));
}

#[track_caller]
fn assert_topic(account: &Account, subscriptions: &Value) {
    let topics = &state(account)["sns"];
    let topic = &topics["arn:aws:sns:us-west-2:ACCOUNT:ACCOUNT-cloudtrail-alerts"];
    assert_eq!(
        topic["attributes"]["Policy"],
        json!({"Version": "2012-10-17", "Statement": [{
            "Sid": "CloudWatchAlarmsPublishACCOUNT",
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "SNS:Publish",
            "Resource": "arn:aws:sns:us-west-2:ACCOUNT:ACCOUNT-cloudtrail-alerts",
            "Condition": {"StringEquals": {"aws:SourceAccount": "ACCOUNT"}},
        }]})
    );
    assert_eq!(topic["subscriptions"], *subscriptions);
}

#[track_caller]
fn assert_filters_and_alarms(account: &Account) {
    let group = group(account, GROUP);
    let filters = &group["metric_filters"];
    let wanted = ALERTS.map(|name| format!("ACCOUNT-cloudtrail-{name}"));
    let mut sorted = wanted.clone();
    sorted.sort();
    assert_eq!(names(filters), sorted);
    assert_eq!(names(&state(account)["cloudwatch"]["alarms"][HOME]), sorted);
    for (short, name) in ALERTS.iter().zip(&wanted) {
        let alert = alert(short);
        let filter = &filters[name];
        assert_eq!(filter["pattern"], alert.pattern.text(), "{name}");
        let mut counted = json!([{
            "metricName": short, "metricNamespace": "ACCOUNT-cloudtrail", "metricValue": "1",
        }]);
        counted.sort_all_objects();
        assert_eq!(filter["transformations"], counted, "{name}");
        let alarm = alarm(account, name);
        let topic = json!(["arn:aws:sns:us-west-2:ACCOUNT:ACCOUNT-cloudtrail-alerts"]);
        let threshold = if *short == "console-signin-failures" {
            3.0
        } else {
            1.0
        };
        let description = alarm["AlarmDescription"].as_str().expect("a description");
        assert!(description.starts_with(&alert.title), "{description}");
        assert!(description.contains(&alert.hint), "{description}");
        assert!(description.chars().count() <= 1024, "{description}");
        let expected = json!({
            "ActionsEnabled": true,
            "AlarmActions": topic,
            "OKActions": topic,
            "InsufficientDataActions": [],
            "MetricName": short,
            "Namespace": "ACCOUNT-cloudtrail",
            "Statistic": "Sum",
            "ExtendedStatistic": null,
            "Dimensions": [],
            "Period": 300,
            "Unit": null,
            "EvaluationPeriods": 1,
            "DatapointsToAlarm": 1,
            "Threshold": threshold,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "notBreaching",
            "Metrics": [],
        });
        for (member, value) in expected.as_object().expect("an object") {
            assert_eq!(alarm[member], *value, "{member} of {name}");
        }
    }
}

#[track_caller]
fn assert_dashboard(account: &Account) {
    let dashboards = &state(account)["cloudwatch"]["dashboards"];
    assert_eq!(names(dashboards), ["ACCOUNT-cloudtrail"]);
    let widgets = &dashboards["ACCOUNT-cloudtrail"]["body"]["widgets"];
    let widgets = widgets.as_array().expect("widgets");
    let arns = ALERTS.map(|name| {
        format!("arn:aws:cloudwatch:us-west-2:ACCOUNT:alarm:ACCOUNT-cloudtrail-{name}")
    });
    assert_eq!(widgets[0]["type"], "alarm");
    assert_eq!(
        (&widgets[0]["x"], &widgets[0]["y"]),
        (&json!(0), &json!(0)),
        "on top"
    );
    assert_eq!(widgets[0]["properties"]["alarms"], json!(arns));
    assert_eq!(widgets.len(), 17);
    let mut places = Vec::new();
    for (name, graph) in ALERTS.iter().zip(&widgets[1..]) {
        assert_eq!(graph["type"], "metric");
        let metrics = json!([["ACCOUNT-cloudtrail", name]]);
        assert_eq!(graph["properties"]["metrics"], metrics);
        assert_eq!(graph["properties"]["title"], alert(name).title);
        assert_eq!(graph["properties"]["stat"], "Sum");
        assert_eq!(graph["properties"]["region"], HOME);
        places.push((graph["y"].to_string(), graph["x"].to_string()));
    }
    places.sort();
    places.dedup();
    assert_eq!(places.len(), 16, "no graph lies on another");
}

#[test]
fn one_command_makes_trail_and_alerts() {
    let account = account();
    let command = format!("{BOTH} --email secops@example.com --email ops@example.com");
    carried_out(&account, &command);
    assert_group_and_trail(&account);
    let pending = |address: &str| json!({"protocol": "email", "endpoint": address, "raw": false, "filter_policy": null, "pending": true});
    let pending = [pending("ops@example.com"), pending("secops@example.com")];
    assert_topic(&account, &json!(pending));
    assert_filters_and_alarms(&account);
    assert_dashboard(&account);
    let plan = planned(&account, "create alerts");
    assert_eq!(plan["steps"], json!([]), "nor without a word more");
}

#[test]
fn the_same_stands_after_the_trail_was_made_first() {
    let account = trailed();
    carried_out(&account, "create alerts");
    let at_once = self::account();
    Ctadmin::on(&at_once, &format!("{BOTH} --yes")).exits(0);
    let shared = |account: &Account| {
        let text = state(account).to_string();
        let text = text.replace(account.endpoint(), "ENDPOINT");
        serde_json::from_str::<Value>(&text).expect("still JSON")
    };
    assert_eq!(shared(&account), shared(&at_once));
    assert_topic(&account, &json!([]));
    assert_group_and_trail(&account);
}

#[test]
fn the_trail_stack_does_not_undo_what_alerts_have_set() {
    let account = trailed();
    carried_out(&account, "create alerts");
    let before = account.snapshot();
    for again in ["create", "create --multi-region", "create alerts", BOTH] {
        assert_eq!(planned(&account, again)["steps"], json!([]), "{again}");
    }
    let name = json!({"Name": "ACCOUNT-cloudtrail-us-west-2", "EnableLogFileValidation": false});
    seed(&account, "cloudtrail", "UpdateTrail", name);
    let plan = carried_out(&account, "create");
    assert_eq!(operations(&plan), ["UpdateTrail us-west-2"]);
    assert_eq!(account.snapshot(), before);
}

#[test]
fn trail_drift_and_alerts_are_mended_in_one_run() {
    let account = trailed();
    let before = account.snapshot()["cloudtrail"].clone();
    let arn = format!(
        "arn:aws:cloudtrail:us-west-2:{0}:trail/{0}-cloudtrail-us-west-2",
        account.id()
    );
    seed(&account, "cloudtrail", "StopLogging", json!({"Name": arn}));
    assert_ne!(account.snapshot()["cloudtrail"], before);
    carried_out(&account, BOTH);
    assert_eq!(trail(&account)["IsLogging"], true);
    assert_group_and_trail(&account);
}

#[test]
fn a_new_role_is_waited_for() {
    let account = trailed();
    account.settings(json!({"role_delay": 3}));
    Ctadmin::on(&account, "create alerts --yes --only root-usage").exits(0);
    let requests = account.requests();
    let tries = requests
        .iter()
        .filter(|request| request.operation == "UpdateTrail");
    let codes: Vec<Option<&str>> = tries.map(|request| request.error.as_deref()).collect();
    assert!(codes.len() > 1, "{codes:?}");
    assert_eq!(codes[0], Some("InvalidCloudWatchLogsRoleArnException"));
    assert_eq!(codes.last(), Some(&None));
    assert_group_and_trail(&account);
}

#[test]
fn a_role_whose_policy_is_seen_late_is_waited_for() {
    let account = trailed();
    let trust = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }]});
    let role = json!({"RoleName": "ACCOUNT-cloudtrail-logs", "AssumeRolePolicyDocument": trust.to_string()});
    seed(&account, "iam", "CreateRole", role);
    account.settings(json!({"role_delay": 3}));
    Ctadmin::on(&account, "create alerts --yes --only root-usage").exits(0);
    let refusal = "InvalidCloudWatchLogsLogGroupArnException";
    let requests = account.requests();
    let refused = requests
        .iter()
        .any(|request| request.error.as_deref() == Some(refusal));
    assert!(refused, "CloudTrail saw the role without its policy");
    assert_eq!(
        trail(&account)["CloudWatchLogsRoleArn"],
        "arn:aws:iam::ACCOUNT:role/ACCOUNT-cloudtrail-logs"
    );
}
