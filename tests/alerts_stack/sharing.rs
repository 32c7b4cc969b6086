//! What is other people's stays as it is, byte for byte.

use serde_json::{Value, json};

use super::{GROUP, HOME, ROOT, TWO, alarm, group, reasons, seed, standing, state, trail, trailed};
use crate::support::Account;
use crate::support::scenario::{carried_out, operations, planned, put_alarm, shown};

/// A filter of others on a group.
fn filter(group: &str, name: &str) -> Value {
    json!({"logGroupName": group, "filterName": name, "filterPattern": "{ $.eventName = \"Theirs\" }",
        "metricTransformations": [{"metricName": "theirs", "metricNamespace": "Theirs", "metricValue": "7"}]})
}

/// An alarm of others, on a metric of theirs.
fn theirs(name: &str) -> Value {
    json!({"AlarmName": name, "AlarmDescription": "theirs", "ActionsEnabled": false, "MetricName": "theirs",
        "Namespace": "Theirs", "Statistic": "Maximum", "Period": 60, "EvaluationPeriods": 2, "Threshold": 9.0,
        "ComparisonOperator": "LessThanThreshold"})
}

#[test]
fn filters_and_alarms_of_others_stay() {
    let account = standing();
    let similar = [
        "theirs",
        "ACCOUNT-cloudtrail",
        "ACCOUNT-cloudtrail-theirs",
        "ACCOUNT-cloudtrail-root-usage-2",
        "account-cloudtrail-root-usage",
        "x-ACCOUNT-cloudtrail-root-usage",
    ];
    for name in similar {
        seed(&account, "logs", "PutMetricFilter", filter(GROUP, name));
        seed(&account, "cloudwatch", "PutMetricAlarm", theirs(name));
    }
    let kept = |account: &Account| {
        let filters = group(account, GROUP)["metric_filters"].clone();
        similar.map(|name| (filters[name].clone(), alarm(account, name)))
    };
    let before = kept(&account);
    assert!(
        before
            .iter()
            .all(|(filter, alarm)| filter.is_object() && alarm.is_object())
    );
    assert_eq!(planned(&account, TWO)["steps"], json!([]));
    carried_out(&account, "create alerts");
    assert_eq!(kept(&account), before);
    let picture = shown(&account, "show alerts").to_string();
    assert!(!picture.contains("root-usage-2"), "{picture}");
    carried_out(&account, "delete alerts");
    assert_eq!(kept(&account), before);
}

/// An account whose trail sends to a group of somebody else, as a role of somebody else.
fn taken() -> Account {
    let account = trailed();
    seed(
        &account,
        "logs",
        "CreateLogGroup",
        json!({"logGroupName": "theirs"}),
    );
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "sts:AssumeRole"}]});
    let role = json!({"RoleName": "theirs", "AssumeRolePolicyDocument": trust.to_string()});
    seed(&account, "iam", "CreateRole", role);
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:*",
        "Resource": "*"}]});
    let policy =
        json!({"RoleName": "theirs", "PolicyName": "writes", "PolicyDocument": policy.to_string()});
    seed(&account, "iam", "PutRolePolicy", policy);
    let sends = json!({"Name": "ACCOUNT-cloudtrail-us-west-2",
        "CloudWatchLogsLogGroupArn": "arn:aws:logs:us-west-2:ACCOUNT:log-group:theirs:*",
        "CloudWatchLogsRoleArn": "arn:aws:iam::ACCOUNT:role/theirs"});
    seed(&account, "cloudtrail", "UpdateTrail", sends);
    account
}

#[test]
fn a_trail_goes_on_sending_where_others_made_it_send() {
    let account = taken();
    seed(
        &account,
        "logs",
        "PutMetricFilter",
        filter("theirs", "theirs"),
    );
    let (before, sends) = (state(&account), trail(&account));
    let plan = carried_out(&account, TWO);
    assert_eq!(trail(&account), sends);
    assert_eq!(state(&account)["iam"], before["iam"], "no role of ours");
    assert_eq!(group(&account, GROUP), Value::Null, "no group of ours");
    let theirs = group(&account, "theirs");
    assert_eq!(theirs["retention"], Value::Null, "kept for ever");
    assert!(theirs["metric_filters"][ROOT].is_object(), "{theirs}");
    let notes = plan["notes"].to_string();
    assert!(
        notes.contains("which is not changed; the filters are created there"),
        "{notes}"
    );
    assert!(
        notes.contains("continues to write as arn:aws:iam::"),
        "{notes}"
    );

    let plan = carried_out(&account, "delete alerts");
    assert_eq!(state(&account), before);
    let notes = plan["notes"].to_string();
    assert!(
        notes.contains("continues to send to theirs, as others configured it"),
        "{notes}"
    );
}

#[test]
fn a_group_that_is_named_is_sent_to_instead() {
    let account = taken();
    let theirs = group(&account, "theirs");
    let plan = carried_out(&account, &format!("{TWO} --log-group ours"));
    assert_eq!(reasons(&plan, "trail-logs").len(), 1);
    let sends = trail(&account);
    let arn = "arn:aws:logs:us-west-2:ACCOUNT:log-group:ours:*";
    assert_eq!(sends["CloudWatchLogsLogGroupArn"], arn);
    let role = "arn:aws:iam::ACCOUNT:role/ACCOUNT-cloudtrail-logs";
    assert_eq!(sends["CloudWatchLogsRoleArn"], role);
    assert_eq!(group(&account, "theirs"), theirs);
    assert_eq!(group(&account, "ours")["retention"], 365);
}

#[test]
fn a_log_group_of_another_name_is_found_again() {
    let account = trailed();
    carried_out(&account, &format!("{TWO} --log-group /audit/trail"));
    assert_eq!(group(&account, GROUP), Value::Null);
    assert!(group(&account, "/audit/trail")["metric_filters"][ROOT].is_object());
    assert_eq!(planned(&account, TWO)["steps"], json!([]));
    let picture = shown(&account, "show alerts");
    let resources = picture["resources"].as_array().expect("resources");
    let shown_group = resources
        .iter()
        .find(|resource| resource["kind"] == "log-group");
    assert_eq!(shown_group.expect("a group")["name"], "/audit/trail");
    assert!(
        resources
            .iter()
            .all(|resource| resource["drift"] == json!([]))
    );
    carried_out(&account, "delete alerts");
    assert_eq!(group(&account, "/audit/trail")["metric_filters"], json!({}));
}

#[test]
fn a_log_group_that_stood_before_keeps_its_settings() {
    let account = trailed();
    seed(
        &account,
        "logs",
        "CreateLogGroup",
        json!({"logGroupName": GROUP, "tags": {"a": "b"}}),
    );
    let retention = json!({"logGroupName": GROUP, "retentionInDays": 7});
    seed(&account, "logs", "PutRetentionPolicy", retention);
    seed(&account, "logs", "PutMetricFilter", filter(GROUP, "theirs"));
    let before = group(&account, GROUP);
    let plan = carried_out(&account, TWO);
    assert_eq!(reasons(&plan, "log-group"), Vec::<String>::new());
    let after = group(&account, GROUP);
    for member in ["retention", "tags", "kms_key"] {
        assert_eq!(after[member], before[member], "{member}");
    }
    let theirs = &after["metric_filters"]["theirs"];
    assert_eq!(*theirs, before["metric_filters"]["theirs"]);
}

#[test]
fn a_topic_of_others_is_told_and_not_touched() {
    let account = trailed();
    seed(&account, "sns", "CreateTopic", json!({"Name": "pager"}));
    let before = state(&account)["sns"].clone();
    let arn = format!("arn:aws:sns:us-west-2:{}:pager", account.id());
    let plan = carried_out(&account, &format!("{TWO} --topic-arn {arn}"));
    let notes = plan["notes"].to_string();
    assert!(
        notes.contains("must allow cloudwatch.amazonaws.com to publish"),
        "{notes}"
    );
    assert_eq!(state(&account)["sns"], before);
    let told = json!(["arn:aws:sns:us-west-2:ACCOUNT:pager"]);
    assert_eq!(alarm(&account, ROOT)["AlarmActions"], told);
    assert_eq!(alarm(&account, ROOT)["OKActions"], told);
    assert_eq!(
        planned(&account, TWO)["steps"],
        json!([]),
        "it is told still"
    );
    carried_out(&account, "create alerts --only vpc-changes");
    let added = alarm(&account, "ACCOUNT-cloudtrail-vpc-changes");
    assert_eq!(
        added["AlarmActions"], told,
        "a new alarm tells whom the others tell"
    );
    carried_out(&account, "delete alerts");
    assert_eq!(state(&account)["sns"], before);
}

#[test]
fn another_dashboard_and_other_topics_stay() {
    let account = trailed();
    let body = r#"{"widgets":[{"type":"text","properties":{"markdown":"theirs"}}]}"#;
    let dashboard = json!({"DashboardName": "ACCOUNT-cloudtrail-theirs", "DashboardBody": body});
    seed(&account, "cloudwatch", "PutDashboard", dashboard);
    seed(
        &account,
        "sns",
        "CreateTopic",
        json!({"Name": "ACCOUNT-cloudtrail-alerts-2"}),
    );
    let before = state(&account);
    carried_out(&account, TWO);
    carried_out(&account, "delete alerts --with-logs");
    let after = state(&account);
    for section in ["cloudwatch", "sns", "iam"] {
        assert_eq!(after[section], before[section], "{section}");
    }
}

#[test]
fn an_alarm_of_others_with_the_very_name_is_not_deleted() {
    let account = standing();
    let ours = alarm(&account, ROOT);
    let mut settings = put_alarm(ROOT, &ours);
    settings["Namespace"] = json!("Theirs");
    seed(&account, "cloudwatch", "PutMetricAlarm", settings);
    let plan = carried_out(&account, "delete alerts");
    assert!(operations(&plan).contains(&"DeleteAlarms us-west-2".to_owned()));
    let left = state(&account)["cloudwatch"]["alarms"][HOME].clone();
    assert_eq!(super::names(&left), [ROOT]);
}

#[test]
fn a_second_scheme_has_alerts_of_its_own() {
    let account = standing();
    let before = state(&account);
    let trail = "create alerts --prefix other --multi-region --region us-west-2 --only root-usage";
    carried_out(&account, trail);
    assert_eq!(group(&account, "other-cloudtrail")["retention"], 365);
    assert_eq!(
        alarm(&account, ROOT),
        before["cloudwatch"]["alarms"][HOME][ROOT]
    );
    assert_eq!(planned(&account, TWO)["steps"], json!([]));
    carried_out(&account, "delete alerts --prefix other --with-logs");
    let after = state(&account);
    for section in ["cloudwatch", "logs", "iam"] {
        assert_eq!(after[section], before[section], "{section}");
    }
}
