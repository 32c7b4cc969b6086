//! What becomes of the alerts stack.

use serde_json::{Value, json};

use super::{Choice, Damage, Parts, also_trusting, another, gone, theirs};
use crate::support::scenario::put_alarm;

/// The log group, the dashboard and the namespace.
const BASE: &str = "ACCOUNT-cloudtrail";
const ALERT: &str = "ACCOUNT-cloudtrail-root-usage";
const ROLE: &str = "ACCOUNT-cloudtrail-logs";
const TRAIL: &str = "ACCOUNT-cloudtrail-us-west-2";
const TOPIC: &str = "arn:aws:sns:us-west-2:ACCOUNT:ACCOUNT-cloudtrail-alerts";

/// All parts; a filter goes before its group does.
pub fn parts(whole: &Value) -> Parts {
    Parts {
        damages: vec![
            ("trail", trail()),
            ("filter", filter()),
            (
                "group",
                vec![gone([(
                    "logs",
                    "DeleteLogGroup",
                    json!({"logGroupName": BASE}),
                )])],
            ),
            ("role", role(whole)),
            ("alarm", alarm(whole)),
            ("topic", topic(whole)),
            ("dashboard", dashboard()),
        ],
        choices: [choices(whole), neighbours(whole)].concat(),
    }
}

fn trail() -> Vec<Damage> {
    let nowhere =
        json!({"Name": TRAIL, "CloudWatchLogsLogGroupArn": "", "CloudWatchLogsRoleArn": ""});
    vec![another("cloudtrail", "UpdateTrail", nowhere)]
}

fn filter() -> Vec<Damage> {
    let delete = json!({"logGroupName": BASE, "filterName": ALERT});
    let metric = json!([{"metricName": "root-usage", "metricNamespace": BASE, "metricValue": "1"}]);
    let mut put = delete.clone();
    put["filterPattern"] = "{ $.eventName = \"Nothing\" }".into();
    put["metricTransformations"] = metric;
    vec![
        another("logs", "DeleteMetricFilter", delete),
        another("logs", "PutMetricFilter", put),
    ]
}

fn role(whole: &Value) -> Vec<Damage> {
    let policy = json!({"RoleName": ROLE, "PolicyName": BASE});
    let mut wider = policy.clone();
    wider["PolicyDocument"] = theirs("logs:*").into();
    let trust = whole["iam"]["roles"][ROLE]["trust"].to_string();
    let untrusting = trust.replace("cloudtrail.amazonaws.com", "config.amazonaws.com");
    let untrusting = json!({"RoleName": ROLE, "PolicyDocument": untrusting});
    vec![
        gone([
            ("iam", "DeleteRolePolicy", policy.clone()),
            ("iam", "DeleteRole", json!({"RoleName": ROLE})),
        ]),
        another("iam", "DeleteRolePolicy", policy),
        another("iam", "PutRolePolicy", wider),
        Damage {
            calls: vec![("iam", "UpdateAssumeRolePolicy", untrusting)],
            // Written in one piece, with whom others let in.
            all: true,
        },
    ]
}

/// An alarm is written in one piece, with the threshold that people chose.
fn alarm(whole: &Value) -> Vec<Damage> {
    let put = |member: &str, value: Value| {
        let mut alarm = put_alarm(ALERT, &whole["cloudwatch"]["alarms"]["us-west-2"][ALERT]);
        alarm[member] = value;
        gone([("cloudwatch", "PutMetricAlarm", alarm)])
    };
    vec![
        gone([("cloudwatch", "DeleteAlarms", json!({"AlarmNames": [ALERT]}))]),
        put("ActionsEnabled", json!(false)),
        put("AlarmActions", json!([])),
        put("Statistic", json!("Average")),
        put("TreatMissingData", json!("breaching")),
    ]
}

fn topic(whole: &Value) -> Vec<Damage> {
    let unlimited = whole["sns"][TOPIC]["attributes"]["Policy"].to_string();
    let unlimited = unlimited.replace("aws:SourceAccount", "aws:PrincipalOrgID");
    vec![
        gone([("sns", "DeleteTopic", json!({"TopicArn": TOPIC}))]),
        Damage {
            calls: vec![("sns", "SetTopicAttributes", topic_policy(&unlimited))],
            all: true,
        },
    ]
}

fn topic_policy(policy: &str) -> Value {
    json!({"TopicArn": TOPIC, "AttributeName": "Policy", "AttributeValue": policy})
}

fn dashboard() -> Vec<Damage> {
    let other = json!({"DashboardName": BASE, "DashboardBody": "{\"widgets\":[]}"});
    vec![
        another(
            "cloudwatch",
            "DeleteDashboards",
            json!({"DashboardNames": [BASE]}),
        ),
        another("cloudwatch", "PutDashboard", other),
    ]
}

/// What people do to the parts.
fn choices(whole: &Value) -> Vec<Choice> {
    let retention = json!({"logGroupName": BASE, "retentionInDays": 30});
    let filter = json!({"logGroupName": BASE, "filterName": "theirs", "filterPattern": "theirs",
        "metricTransformations": [{"metricName": "theirs", "metricNamespace": "Theirs", "metricValue": "1"}]});
    let attached = json!({"RoleName": ROLE, "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"});
    let trust = also_trusting(&whole["iam"]["roles"][ROLE]["trust"]);
    let trust = json!({"RoleName": ROLE, "PolicyDocument": trust});
    let mut alarm = put_alarm(ALERT, &whole["cloudwatch"]["alarms"]["us-west-2"][ALERT]);
    alarm["Threshold"] = json!(7.0);
    let mut policy = whole["sns"][TOPIC]["attributes"]["Policy"].clone();
    let also = json!({"Sid": "Theirs", "Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sns:Publish", "Resource": TOPIC});
    let statements = policy["Statement"].as_array_mut();
    statements.expect("statements").push(also);
    let subscriber =
        json!({"TopicArn": TOPIC, "Protocol": "email", "Endpoint": "theirs@example.com"});
    let selectors = json!({"TrailName": TRAIL, "EventSelectors": [{"ReadWriteType": "All",
        "IncludeManagementEvents": true,
        "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::theirs/"]}]}]});
    vec![
        ("group", vec![("logs", "PutRetentionPolicy", retention)]),
        ("group", vec![("logs", "PutMetricFilter", filter)]),
        ("role", vec![("iam", "AttachRolePolicy", attached)]),
        ("role", vec![("iam", "UpdateAssumeRolePolicy", trust)]),
        ("alarm", vec![("cloudwatch", "PutMetricAlarm", alarm)]),
        (
            "topic",
            vec![(
                "sns",
                "SetTopicAttributes",
                topic_policy(&policy.to_string()),
            )],
        ),
        ("topic", vec![("sns", "Subscribe", subscriber)]),
        (
            "trail",
            vec![("cloudtrail", "PutEventSelectors", selectors)],
        ),
    ]
}

/// What other people have beside it, under names that are almost the same.
fn neighbours(whole: &Value) -> Vec<Choice> {
    let alarm = &whole["cloudwatch"]["alarms"]["us-west-2"][ALERT];
    let mut alarm = put_alarm("ACCOUNT-cloudtrail-root-usage-2", alarm);
    alarm["Namespace"] = "Theirs".into();
    let dashboard =
        json!({"DashboardName": "ACCOUNT-cloudtrail-2", "DashboardBody": "{\"widgets\":[]}"});
    [
        (
            "logs",
            "CreateLogGroup",
            json!({"logGroupName": "ACCOUNT-cloudtrail-2"}),
        ),
        (
            "sns",
            "CreateTopic",
            json!({"Name": "ACCOUNT-cloudtrail-alerts-2"}),
        ),
        ("cloudwatch", "PutMetricAlarm", alarm),
        ("cloudwatch", "PutDashboard", dashboard),
    ]
    .map(|call| ("beside", vec![call]))
    .into()
}
