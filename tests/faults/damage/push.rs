//! What becomes of the push stack.

use serde_json::{Value, json};

use super::{Choice, Damage, Parts, alarm, also_trusting, another, gone, role};
use crate::support::scenario::put_alarm;

/// The trail's log group, and the policies of the roles.
const BASE: &str = "ACCOUNT-cloudtrail";
const TRAIL: &str = "ACCOUNT-cloudtrail-us-west-2";
/// The stream and the filter.
const STREAM: &str = "ACCOUNT-cloudtrail-splunk";
const ERRORS: &str = "/aws/kinesisfirehose/ACCOUNT-cloudtrail-splunk";
const BUCKET: &str = "ACCOUNT-cloudtrail-firehose";
const ALARM: &str = "ACCOUNT-cloudtrail-splunk-late";
const ROLES: [(&str, &str); 2] = [
    ("ACCOUNT-cloudtrail-firehose", "firehose.amazonaws.com"),
    ("ACCOUNT-cloudtrail-logs-to-firehose", "logs.amazonaws.com"),
];

/// All parts; the filter goes with its group.
pub fn parts(whole: &Value) -> Parts {
    let nowhere =
        json!({"Name": TRAIL, "CloudWatchLogsLogGroupArn": "", "CloudWatchLogsRoleArn": ""});
    let nowhere = another("cloudtrail", "UpdateTrail", nowhere);
    let mut damages = vec![
        ("trail", vec![nowhere]),
        ("group", group(whole)),
        ("errors", errors()),
        ("stream", stream()),
        ("bucket", bucket()),
        ("alarm", alarm(whole, ALARM)),
    ];
    damages.extend(ROLES.map(|(name, service)| (name, role(whole, name, service))));
    Parts {
        damages,
        choices: choices(whole),
    }
}

/// The trail's log group and the filter in it.
fn group(whole: &Value) -> Vec<Damage> {
    let filter = &whole["logs"]["us-west-2"][BASE]["subscription_filters"][STREAM];
    let name = json!({"logGroupName": BASE, "filterName": STREAM});
    let mut other = put_filter(filter, "");
    other["roleArn"] = "arn:aws:iam::ACCOUNT:role/theirs".into();
    [
        ("DeleteSubscriptionFilter", name),
        ("PutSubscriptionFilter", other),
        ("DeleteLogGroup", json!({"logGroupName": BASE})),
    ]
    .map(|(operation, params)| gone([("logs", operation, params)]))
    .into()
}

fn put_filter(filter: &Value, pattern: &str) -> Value {
    json!({"logGroupName": BASE, "filterName": STREAM, "filterPattern": pattern,
        "destinationArn": filter["destinationArn"], "roleArn": filter["roleArn"]})
}

/// Firehose's own log group and its streams.
fn errors() -> Vec<Damage> {
    let group = json!({"logGroupName": ERRORS});
    let mut stream = group.clone();
    stream["logStreamName"] = "BackupDelivery".into();
    vec![
        gone([("logs", "DeleteLogGroup", group)]),
        another("logs", "DeleteLogStream", stream),
    ]
}

fn stream() -> Vec<Damage> {
    let delete = json!({"DeliveryStreamName": STREAM});
    let elsewhere = json!({"HECEndpoint": "https://elsewhere.example.com:443"});
    vec![
        gone([("firehose", "DeleteDeliveryStream", delete)]),
        another("firehose", "UpdateDestination", update(elsewhere)),
    ]
}

fn update(splunk: Value) -> Value {
    json!({"DeliveryStreamName": STREAM, "CurrentDeliveryStreamVersionId": "1",
        "DestinationId": "destinationId-000000000001", "SplunkDestinationUpdate": splunk})
}

fn bucket() -> Vec<Damage> {
    let name = json!({"Bucket": BUCKET});
    let mut damages = vec![another("s3", "DeletePublicAccessBlock", name.clone())];
    let all = [
        "DeleteBucketPolicy",
        "DeleteBucketLifecycle",
        "DeleteBucket",
    ];
    damages.extend(all.map(|operation| gone([("s3", operation, name.clone())])));
    damages
}

/// What people do to the parts, and what they have beside it under names that are almost the same.
fn choices(whole: &Value) -> Vec<Choice> {
    let filter = &whole["logs"]["us-west-2"][BASE]["subscription_filters"][STREAM];
    let retention = |group: &str| json!({"logGroupName": group, "retentionInDays": 7});
    let mut alarm = put_alarm(ALARM, &whole["cloudwatch"]["alarms"]["us-west-2"][ALARM]);
    alarm["Threshold"] = json!(1_800.0);
    let mut beside = alarm.clone();
    beside["AlarmName"] = "ACCOUNT-cloudtrail-splunk-late-2".into();
    let retry = update(json!({"RetryOptions": {"DurationInSeconds": 60}}));
    let tags =
        json!({"Bucket": BUCKET, "Tagging": {"TagSet": [{"Key": "owner", "Value": "theirs"}]}});
    let (role, _) = ROLES[0];
    let trust = also_trusting(&whole["iam"]["roles"][role]["trust"]);
    let trust = json!({"RoleName": role, "PolicyDocument": trust});
    let attached = json!({"RoleName": role, "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"});
    let group = json!({"logGroupName": "/aws/kinesisfirehose/ACCOUNT-cloudtrail-splunk-2"});
    [
        ("group", ("logs", "PutRetentionPolicy", retention(BASE))),
        (
            "group",
            ("logs", "PutSubscriptionFilter", put_filter(filter, "ERROR")),
        ),
        ("errors", ("logs", "PutRetentionPolicy", retention(ERRORS))),
        ("stream", ("firehose", "UpdateDestination", retry)),
        ("bucket", ("s3", "PutBucketTagging", tags)),
        ("alarm", ("cloudwatch", "PutMetricAlarm", alarm)),
        (role, ("iam", "UpdateAssumeRolePolicy", trust)),
        (role, ("iam", "AttachRolePolicy", attached)),
        ("beside", ("cloudwatch", "PutMetricAlarm", beside)),
        ("beside", ("logs", "CreateLogGroup", group)),
    ]
    .map(|(part, call)| (part, vec![call]))
    .into()
}
