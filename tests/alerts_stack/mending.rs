//! Drift is shown in words, and fixed; what a trail selects is only ever added to.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    GROUP, HOME, TRAIL, TWO, account_after, reasons, seed, standing, state, trail, trailed,
};
use crate::support::Account;
use crate::support::scenario::{carried_out, operations, planned, put_alarm, shown};

/// What `show` says has drifted around the alerts, and with them.
#[track_caller]
fn drift(account: &Account) -> Vec<Value> {
    let picture = shown(account, "show alerts");
    let resources = picture["resources"].as_array().expect("resources").iter();
    let drift = resources.flat_map(|it| it["drift"].as_array().expect("a list"));
    drift.cloned().collect()
}

/// Dashboard and policy drift; both are shown in these words, and fixed.
#[track_caller]
fn mended(drifts: [(&str, &str, Value); 2], words: [&str; 2]) {
    let account = standing();
    let before = state(&account);
    for (service, operation, params) in drifts {
        seed(&account, service, operation, params);
    }
    assert_eq!(drift(&account), words);
    let plan = carried_out(&account, TWO);
    let mut fixed = operations(&plan);
    fixed.sort();
    assert_eq!(fixed, ["PutDashboard us-west-2", "PutRolePolicy us-east-1"]);
    assert_eq!(state(&account), before);
}

/// The drift of each metric filter and alarm, by kind and alert.
#[track_caller]
fn drift_of_alerts(account: &Account) -> BTreeMap<(String, String), Value> {
    let picture = shown(account, "show alerts");
    let resources = picture["resources"].as_array().expect("resources").iter();
    let of_alerts = resources.filter(|it| it["kind"] == "metric-filter" || it["kind"] == "alarm");
    let drifted = of_alerts.filter(|it| it["drift"] != json!([]));
    let prefix = format!("{}-cloudtrail-", account.id());
    drifted
        .map(|it| {
            let kind = it["kind"].as_str().expect("a kind").to_owned();
            let name = it["name"].as_str().expect("a name");
            let alert = name.strip_prefix(&prefix).expect("named after its alert");
            ((kind, alert.to_owned()), it["drift"].clone())
        })
        .collect()
}

/// Each alert has a filter or an alarm that drifted, each in its own way: one run fixes all of them.
#[test]
fn filters_and_alarms_that_drifted() {
    let account = account_after(&[TRAIL, "create alerts"]);
    let before = state(&account);
    let metric =
        |name: &str| json!([{"metricName": name, "metricNamespace": GROUP, "metricValue": "1"}]);
    let filters = [
        (
            "root-usage",
            json!({"filterPattern": "{ $.a = 1 }"}),
            "pattern differs",
        ),
        (
            "iam-policy-changes",
            json!({"metricTransformations": metric("roots")}),
            "metric differs",
        ),
        (
            "cloudtrail-changes",
            json!({"fieldSelectionCriteria": "@aws.region = \"eu-west-1\"", "emitSystemFieldDimensions": ["@aws.region"]}),
            "emitSystemFieldDimensions is set, fieldSelectionCriteria is set",
        ),
    ];
    let mut expected = BTreeMap::new();
    for (alert, changes, words) in filters {
        let name = format!("{GROUP}-{alert}");
        let pattern = &before["logs"][HOME][GROUP]["metric_filters"][&name]["pattern"];
        let mut filter = json!({"logGroupName": GROUP, "filterName": name, "filterPattern": pattern,
            "metricTransformations": metric(alert)});
        for (member, value) in changes.as_object().expect("an object") {
            filter[member] = value.clone();
        }
        seed(&account, "logs", "PutMetricFilter", filter);
        expected.insert(
            ("metric-filter".to_owned(), alert.to_owned()),
            json!([words]),
        );
    }
    let alarms = [
        (
            "console-signin-failures",
            json!({"ActionsEnabled": false}),
            "actions are disabled",
        ),
        (
            "console-signin-without-mfa",
            json!({"AlarmActions": []}),
            "alarm does not notify the topic",
        ),
        (
            "kms-key-deletion",
            json!({"OKActions": []}),
            "alarm does not notify the topic",
        ),
        (
            "s3-bucket-policy-changes",
            json!({"MetricName": "roots"}),
            "metric differs",
        ),
        (
            "config-changes",
            json!({"Statistic": "Average"}),
            "evaluation differs",
        ),
        (
            "security-group-changes",
            json!({"ComparisonOperator": "GreaterThanThreshold"}),
            "evaluation differs",
        ),
        (
            "network-acl-changes",
            json!({"TreatMissingData": "missing"}),
            "evaluation differs",
        ),
        (
            "gateway-changes",
            json!({"EvaluationPeriods": 3, "DatapointsToAlarm": 2}),
            "evaluation differs",
        ),
        (
            "route-table-changes",
            json!({"AlarmDescription": "hush"}),
            "description differs",
        ),
    ];
    for (alert, changes, words) in alarms {
        let name = format!("{GROUP}-{alert}");
        let mut alarm = put_alarm(&name, &before["cloudwatch"]["alarms"][HOME][&name]);
        for (member, value) in changes.as_object().expect("an object") {
            alarm[member] = value.clone();
        }
        seed(&account, "cloudwatch", "PutMetricAlarm", alarm);
        expected.insert(("alarm".to_owned(), alert.to_owned()), json!([words]));
    }
    let gone = "vpc-changes";
    let filter = json!({"logGroupName": GROUP, "filterName": format!("{GROUP}-{gone}")});
    seed(&account, "logs", "DeleteMetricFilter", filter);
    let alarm = json!({"AlarmNames": [format!("{GROUP}-{gone}")]});
    seed(&account, "cloudwatch", "DeleteAlarms", alarm);
    for (kind, words) in [
        ("metric-filter", "metric filter is missing"),
        ("alarm", "alarm is missing"),
    ] {
        expected.insert((kind.to_owned(), gone.to_owned()), json!([words]));
    }
    assert_eq!(drift_of_alerts(&account), expected);
    let plan = carried_out(&account, "create alerts");
    let mut fixed = operations(&plan);
    fixed.sort();
    let alarms = ["PutMetricAlarm us-west-2"; 10];
    let filters = ["PutMetricFilter us-west-2"; 4];
    assert_eq!(fixed, [&alarms[..], &filters].concat());
    assert_eq!(state(&account), before);
}

#[test]
fn a_dashboard_and_a_policy_that_are_gone() {
    let dashboard = json!({"DashboardNames": [GROUP]});
    let policy = json!({"RoleName": "ACCOUNT-cloudtrail-logs", "PolicyName": "ACCOUNT-cloudtrail"});
    mended(
        [
            ("cloudwatch", "DeleteDashboards", dashboard),
            ("iam", "DeleteRolePolicy", policy),
        ],
        ["inline policy is missing", "dashboard is missing"],
    );
}

#[test]
fn a_dashboard_and_a_policy_that_differ() {
    let dashboard = json!({"DashboardName": GROUP, "DashboardBody": r#"{"widgets":[]}"#});
    let all = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]});
    let policy = json!({"RoleName": "ACCOUNT-cloudtrail-logs", "PolicyName": "ACCOUNT-cloudtrail",
        "PolicyDocument": all.to_string()});
    mended(
        [
            ("cloudwatch", "PutDashboard", dashboard),
            ("iam", "PutRolePolicy", policy),
        ],
        [
            "inline policy differs from what it should be",
            "dashboard differs from what it should be",
        ],
    );
}

#[test]
fn a_topic_policy_that_does_not_let_cloudwatch_in() {
    let policy = json!({"Version": "2012-10-17", "Statement": []}).to_string();
    let account = standing();
    let arn = "arn:aws:sns:us-west-2:ACCOUNT:ACCOUNT-cloudtrail-alerts";
    let attribute = json!({"TopicArn": arn, "AttributeName": "Policy", "AttributeValue": policy});
    seed(&account, "sns", "SetTopicAttributes", attribute);
    assert_eq!(drift(&account).len(), 1);
    let plan = carried_out(&account, TWO);
    assert_eq!(operations(&plan), ["SetTopicAttributes us-west-2"]);
    assert_eq!(drift(&account), Vec::<Value>::new());
}

#[test]
fn a_role_that_does_not_trust_cloudtrail() {
    let account = standing();
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]});
    let role = json!({"RoleName": "ACCOUNT-cloudtrail-logs", "PolicyDocument": trust.to_string()});
    seed(&account, "iam", "UpdateAssumeRolePolicy", role);
    assert_eq!(
        drift(&account),
        ["trust policy does not allow cloudtrail.amazonaws.com"]
    );
    let plan = carried_out(&account, TWO);
    assert_eq!(operations(&plan), ["UpdateAssumeRolePolicy us-east-1"]);
    let role = &state(&account)["iam"]["roles"]["ACCOUNT-cloudtrail-logs"]["trust"];
    let statements = role["Statement"].as_array().expect("statements");
    let services = statements.iter().map(|one| &one["Principal"]["Service"]);
    let services: Vec<&Value> = services.collect();
    let both = ["ec2.amazonaws.com", "cloudtrail.amazonaws.com"];
    assert_eq!(services, both, "who was let in before stays");
}

/// CloudTrail does not support conditions there, but an earlier version of this tool wrote one.
#[test]
fn a_role_that_is_trusted_with_a_condition() {
    let account = standing();
    let before = state(&account);
    let trust = &before["iam"]["roles"]["ACCOUNT-cloudtrail-logs"]["trust"];
    let theirs = json!({"Sid": "Theirs", "Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"aws:SourceAccount": "ACCOUNT"}}});
    let (mut old, mut wanted) = (trust.clone(), trust.clone());
    let arn = "arn:aws:cloudtrail:us-west-2:ACCOUNT:trail/ACCOUNT-cloudtrail-us-west-2";
    old["Statement"][0]["Condition"] = json!({"StringEquals": {"aws:SourceArn": arn}});
    for document in [&mut old, &mut wanted] {
        let statements = document["Statement"].as_array_mut();
        statements.expect("statements").insert(0, theirs.clone());
    }
    let role = json!({"RoleName": "ACCOUNT-cloudtrail-logs", "PolicyDocument": old.to_string()});
    seed(&account, "iam", "UpdateAssumeRolePolicy", role);
    // As the earlier version would have left it: CloudTrail refused the role.
    let nowhere = json!({"Name": "ACCOUNT-cloudtrail-us-west-2", "CloudWatchLogsLogGroupArn": "",
        "CloudWatchLogsRoleArn": ""});
    seed(&account, "cloudtrail", "UpdateTrail", nowhere);
    let plan = carried_out(&account, TWO);
    assert_eq!(
        operations(&plan),
        ["UpdateAssumeRolePolicy us-east-1", "UpdateTrail us-west-2"]
    );
    let after = state(&account);
    let trust = &after["iam"]["roles"]["ACCOUNT-cloudtrail-logs"]["trust"];
    assert_eq!(*trust, wanted);
    assert_eq!(after["cloudtrail"], before["cloudtrail"]);
}

#[test]
fn a_log_group_that_is_gone_comes_back_with_its_filters() {
    let account = standing();
    let before = state(&account);
    seed(
        &account,
        "logs",
        "DeleteLogGroup",
        json!({"logGroupName": GROUP}),
    );
    let plan = carried_out(&account, TWO);
    assert_eq!(reasons(&plan, "log-group").len(), 2);
    assert_eq!(reasons(&plan, "metric-filter").len(), 2);
    assert_eq!(state(&account), before);
}

#[test]
fn a_trail_that_was_made_anew_sends_again() {
    let account = standing();
    let sends = trail(&account)["CloudWatchLogsRoleArn"].clone();
    let name = json!({"Name": "ACCOUNT-cloudtrail-us-west-2"});
    seed(&account, "cloudtrail", "DeleteTrail", name);
    let picture = shown(&account, "show alerts");
    let trouble = "no multi-region trail: `ctadmin create alerts --multi-region`";
    assert_eq!(picture["warnings"][0], trouble);
    let create = TWO.replace("create alerts", "create alerts --multi-region");
    carried_out(&account, &create);
    assert_eq!(trail(&account)["CloudWatchLogsRoleArn"], sends);
    assert_eq!(drift(&account), Vec::<Value>::new());
}

/// Selectors that do not cover all management events get one more and stay otherwise.
#[track_caller]
fn selected(kind: &str, selectors: &Value, added: Value) {
    let account = trailed();
    let params = json!({"TrailName": "ACCOUNT-cloudtrail-us-west-2", kind: selectors});
    seed(&account, "cloudtrail", "PutEventSelectors", params);
    let plan = carried_out(&account, TWO);
    let reason = "no selector covers all management events";
    assert!(reasons(&plan, "trail-logs").contains(&reason.to_owned()));
    let mut expected = selectors.as_array().expect("a list").clone();
    expected.push(added);
    assert_eq!(trail(&account)[kind], json!(expected));
}

fn all_management_events() -> Value {
    json!({"ReadWriteType": "All", "IncludeManagementEvents": true, "DataResources": [],
        "ExcludeManagementEventSources": []})
}

#[test]
fn basic_selectors_get_one_more() {
    let objects = json!([{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::taxes/"]}]);
    let selector = |kind: &str, management: bool, data: &Value| {
        json!({"ReadWriteType": kind, "IncludeManagementEvents": management, "DataResources": data,
            "ExcludeManagementEventSources": []})
    };
    let writes = json!([selector("WriteOnly", true, &json!([]))]);
    selected("EventSelectors", &writes, all_management_events());
    let data = json!([selector("All", false, &objects)]);
    selected("EventSelectors", &data, all_management_events());
    let both = json!([
        selector("ReadOnly", true, &json!([])),
        selector("WriteOnly", false, &objects)
    ]);
    selected("EventSelectors", &both, all_management_events());
}

#[test]
fn advanced_selectors_get_an_advanced_one() {
    let data = json!([{"Name": "objects", "FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Data"]},
        {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
    ]}]);
    let added = json!({"Name": "Management events", "FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Management"]},
    ]});
    selected("AdvancedEventSelectors", &data, added.clone());
    let writes = json!([{"Name": "writes", "FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Management"]},
        {"Field": "readOnly", "Equals": ["false"]},
    ]}]);
    selected("AdvancedEventSelectors", &writes, added);
}

#[test]
fn selectors_that_cover_management_events_stay() {
    let account = trailed();
    let selectors = json!([all_management_events(), {"ReadWriteType": "All", "IncludeManagementEvents": false,
        "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}], "ExcludeManagementEventSources": []}]);
    let params = json!({"TrailName": "ACCOUNT-cloudtrail-us-west-2", "EventSelectors": selectors});
    seed(&account, "cloudtrail", "PutEventSelectors", params);
    let plan = carried_out(&account, TWO);
    assert!(!operations(&plan).contains(&"PutEventSelectors us-west-2".to_owned()));
    assert_eq!(trail(&account)["EventSelectors"], selectors);
}

#[test]
fn a_source_that_is_left_out_stays_so_and_is_noted() {
    let mut basic = all_management_events();
    basic["ExcludeManagementEventSources"] = json!(["kms.amazonaws.com"]);
    let advanced = json!({"Name": "Without keys", "FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Management"]},
        {"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]}]});
    for (kind, selector) in [
        ("EventSelectors", basic),
        ("AdvancedEventSelectors", advanced),
    ] {
        let account = trailed();
        let params = json!({"TrailName": "ACCOUNT-cloudtrail-us-west-2", kind: [selector]});
        seed(&account, "cloudtrail", "PutEventSelectors", params);
        let plan = planned(&account, TWO);
        let selecting = operations(&plan).contains(&"PutEventSelectors us-west-2".to_owned());
        assert!(!selecting, "{kind}");
        let notes = plan["notes"].to_string();
        let note = "excludes events of kms.amazonaws.com: alarms do not receive them";
        assert!(notes.contains(note), "{kind}: {notes}");
    }
}
