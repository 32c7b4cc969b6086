//! What becomes of the stack of a central account. A domain of OpenSearch Service stays whole: while one is changed or
//! deleted, it takes no other change, so that a later run is needed.

use serde_json::{Value, json};

use super::{Choice, Damage, Parts, alarm, also_trusting, another, gone, role, theirs};
use crate::support::scenario::put_alarm;

/// The data stream, and the destinations.
const BASE: &str = "ACCOUNT-central";
const DELIVERY: &str = "ACCOUNT-central-to-s3";
const ERRORS: &str = "/aws/kinesisfirehose/ACCOUNT-central-to-s3";
const ARCHIVE: &str = "ACCOUNT-central-logs";
const TRAILS: &str = "ACCOUNT-central-trails";
const ALARM: &str = "ACCOUNT-central-late";
/// The rule, the filter and the resource policy for findings.
const FINDINGS: &str = "ACCOUNT-central-guardduty";
const FINDINGS_GROUP: &str = "/aws/events/ACCOUNT-central-guardduty";
const DOCUMENTS: &str = "ACCOUNT-central-to-opensearch";
const CONSUMER: &str = "ACCOUNT-central-to-opensearch-consumer";
const ROLES: [(&str, &str); 4] = [
    (
        "ACCOUNT-central-to-opensearch-firehose",
        "firehose.amazonaws.com",
    ),
    (
        "ACCOUNT-central-to-opensearch-consumer",
        "lambda.amazonaws.com",
    ),
    ("ACCOUNT-central-firehose", "firehose.amazonaws.com"),
    ("ACCOUNT-central-logs-to-kinesis", "logs.amazonaws.com"),
];

/// All parts, those of each region in the home region and in another one.
pub fn parts(whole: &Value) -> Parts {
    let mut trails = bucket(TRAILS);
    trails.push(gone([("s3", "DeleteBucket", json!({"Bucket": TRAILS}))]));
    let mut damages = vec![
        ("archive", bucket(ARCHIVE)),
        ("trails", trails),
        ("errors", errors()),
        ("streams", streams()),
        ("destination", destination(whole)),
        ("destination elsewhere", destination_elsewhere()),
        ("alarm", alarm(whole, ALARM)),
        ("detector", detector()),
        ("findings", findings()),
        ("rule", rule()),
        ("documents", documents()),
        ("consumer", consumer()),
    ];
    damages.extend(ROLES.map(|(name, service)| (name, role(whole, name, service))));
    Parts {
        damages,
        choices: choices(whole),
    }
}

fn bucket(name: &str) -> Vec<Damage> {
    let name = json!({"Bucket": name});
    let mut suspended = name.clone();
    suspended["VersioningConfiguration"] = json!({"Status": "Suspended"});
    vec![
        another("s3", "DeletePublicAccessBlock", name.clone()),
        another("s3", "PutBucketVersioning", suspended),
        // Written in one piece, with the statements of others.
        another("s3", "DeleteBucketPolicy", name),
    ]
}

/// Firehose's own log group and its stream.
fn errors() -> Vec<Damage> {
    let group = json!({"logGroupName": ERRORS});
    let mut stream = group.clone();
    stream["logStreamName"] = "DestinationDelivery".into();
    vec![
        gone([("logs", "DeleteLogGroup", group)]),
        another("logs", "DeleteLogStream", stream),
    ]
}

/// The data stream and the delivery stream, which does not outlive it.
fn streams() -> Vec<Damage> {
    let mut plain = json!({"StreamName": BASE, "EncryptionType": "KMS"});
    plain["KeyId"] = "alias/aws/kinesis".into();
    let elsewhere = update(json!({"Prefix": "elsewhere/"}));
    let delete = json!({"DeliveryStreamName": DELIVERY});
    vec![
        gone([("kinesis", "DeleteStream", json!({"StreamName": BASE}))]),
        gone([("firehose", "DeleteDeliveryStream", delete)]),
        another("firehose", "UpdateDestination", elsewhere),
        another("kinesis", "StopStreamEncryption", plain),
    ]
}

/// The delivery stream to the domain.
fn documents() -> Vec<Damage> {
    let name = json!({"DeliveryStreamName": DOCUMENTS});
    vec![gone([("firehose", "DeleteDeliveryStream", name)])]
}

/// The function, whose event source mapping stays.
fn consumer() -> Vec<Damage> {
    let name = json!({"FunctionName": CONSUMER});
    let short = json!({"FunctionName": CONSUMER, "Timeout": 3});
    vec![
        gone([("lambda", "DeleteFunction", name)]),
        another("lambda", "UpdateFunctionConfiguration", short),
    ]
}

fn update(s3: Value) -> Value {
    json!({"DeliveryStreamName": DELIVERY, "CurrentDeliveryStreamVersionId": "1",
        "DestinationId": "destinationId-000000000001", "ExtendedS3DestinationUpdate": s3})
}

fn destination(whole: &Value) -> Vec<Damage> {
    let name = json!({"destinationName": BASE});
    let found = &whole["log_destinations"]["us-west-2"][BASE];
    let put = json!({"destinationName": BASE, "targetArn": found["targetArn"],
        "roleArn": "arn:aws:iam::ACCOUNT:role/theirs"});
    let open = json!({"destinationName": BASE, "accessPolicy": theirs("logs:*")});
    vec![
        gone([("logs", "DeleteDestination", name)]),
        another("logs", "PutDestination", put),
        another("logs", "PutDestinationPolicy", open),
    ]
}

fn destination_elsewhere() -> Vec<Damage> {
    let name = json!({"destinationName": BASE});
    vec![gone([("logs@eu-west-1", "DeleteDestination", name)])]
}

fn detector() -> Vec<Damage> {
    let id = json!({"DetectorId": "DETECTOR"});
    let with = |name: &str, value: Value| {
        let mut update = id.clone();
        update[name] = value;
        another("guardduty", "UpdateDetector", update)
    };
    vec![
        gone([("guardduty", "DeleteDetector", id.clone())]),
        with("Enable", json!(false)),
        with("FindingPublishingFrequency", json!("SIX_HOURS")),
    ]
}

/// The log group of findings, its filter, and the policy by which EventBridge writes.
fn findings() -> Vec<Damage> {
    let group = json!({"logGroupName": FINDINGS_GROUP});
    let mut filter = group.clone();
    filter["filterName"] = FINDINGS.into();
    vec![
        gone([("logs", "DeleteLogGroup", group)]),
        another("logs", "DeleteSubscriptionFilter", filter),
        another(
            "logs",
            "DeleteResourcePolicy",
            json!({"policyName": FINDINGS}),
        ),
    ]
}

fn rule() -> Vec<Damage> {
    let name = json!({"Name": FINDINGS});
    let targets = json!({"Rule": FINDINGS, "Ids": [FINDINGS]});
    let pattern = json!({"Name": FINDINGS, "EventPattern": "{\"source\":[\"aws.ec2\"]}"});
    vec![
        gone([
            ("events", "RemoveTargets", targets.clone()),
            ("events", "DeleteRule", name.clone()),
        ]),
        another("events", "RemoveTargets", targets),
        another("events", "DisableRule", name),
        another("events", "PutRule", pattern),
    ]
}

/// What people do to the parts, and what they have beside it under names that are almost the same.
fn choices(whole: &Value) -> Vec<Choice> {
    let retention = |group: &str| json!({"logGroupName": group, "retentionInDays": 7});
    let mut late = put_alarm(ALARM, &whole["cloudwatch"]["alarms"]["us-west-2"][ALARM]);
    late["Threshold"] = json!(1_800.0);
    let buffering = update(json!({"BufferingHints": {"IntervalInSeconds": 60, "SizeInMBs": 64}}));
    let longer = json!({"StreamName": BASE, "RetentionPeriodHours": 200});
    let tags = |name: &str| json!({"Bucket": name, "Tagging": {"TagSet": [{"Key": "owner", "Value": "theirs"}]}});
    let (role, _) = ROLES[2];
    let trust = also_trusting(&whole["iam"]["roles"][role]["trust"]);
    let trust = json!({"RoleName": role, "PolicyDocument": trust});
    let target = json!({"Id": "theirs", "Arn": "arn:aws:sns:us-west-2:ACCOUNT:theirs"});
    let target = json!({"Rule": FINDINGS, "Targets": [target]});
    let beside =
        json!({"policyName": "ACCOUNT-central-guardduty-2", "policyDocument": theirs("logs:*")});
    let stream = json!({"StreamName": "ACCOUNT-central-2", "ShardCount": 1});
    [
        ("archive", ("s3", "PutBucketTagging", tags(ARCHIVE))),
        ("trails", ("s3", "PutBucketTagging", tags(TRAILS))),
        ("errors", ("logs", "PutRetentionPolicy", retention(ERRORS))),
        ("streams", ("firehose", "UpdateDestination", buffering)),
        (
            "streams",
            ("kinesis", "IncreaseStreamRetentionPeriod", longer),
        ),
        ("alarm", ("cloudwatch", "PutMetricAlarm", late)),
        (
            "findings",
            ("logs", "PutRetentionPolicy", retention(FINDINGS_GROUP)),
        ),
        ("rule", ("events", "PutTargets", target)),
        (role, ("iam", "UpdateAssumeRolePolicy", trust)),
        ("beside", ("logs", "PutResourcePolicy", beside)),
        ("beside", ("kinesis", "CreateStream", stream)),
    ]
    .map(|(part, call)| (part, vec![call]))
    .into()
}
