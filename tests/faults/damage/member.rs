//! What becomes of the stack of a member of a central account.

use serde_json::{Value, json};

use super::{Choice, Damage, Parts, also_trusting, another, gone, role};

/// The trail's log group.
const BASE: &str = "ACCOUNT-cloudtrail";
const TRAIL: &str = "ACCOUNT-cloudtrail-us-west-2";
const FILTER: &str = "ACCOUNT-cloudtrail-central-us-west-2";
/// The log group of flow logs.
const FLOW: &str = "ACCOUNT-vpc-flow";
const FLOW_FILTER: &str = "ACCOUNT-vpc-flow-central-us-east-1";
const ROLES: [(&str, &str); 3] = [
    ("ACCOUNT-cloudtrail-logs", "cloudtrail.amazonaws.com"),
    ("ACCOUNT-logs-to-central", "logs.amazonaws.com"),
    ("ACCOUNT-vpc-flow", "vpc-flow-logs.amazonaws.com"),
];

/// All parts; a filter goes with its group. The VPC is not in the home region.
pub fn parts(whole: &Value) -> Parts {
    let nowhere =
        json!({"Name": TRAIL, "CloudWatchLogsLogGroupArn": "", "CloudWatchLogsRoleArn": ""});
    let nowhere = another("cloudtrail", "UpdateTrail", nowhere);
    let mut damages = vec![
        ("trail", vec![nowhere]),
        ("group", group("logs", BASE, FILTER)),
        ("flow group", group("logs@us-east-1", FLOW, FLOW_FILTER)),
        ("flow log", flow_log()),
        ("detector", detector()),
    ];
    damages.extend(ROLES.map(|(name, service)| (name, role(whole, name, service))));
    Parts {
        damages,
        choices: choices(whole),
    }
}

/// A log group and the filter in it.
fn group(service: &'static str, name: &str, filter: &str) -> Vec<Damage> {
    let group = json!({"logGroupName": name});
    let mut named = group.clone();
    named["filterName"] = filter.into();
    vec![
        gone([(service, "DeleteLogGroup", group)]),
        another(service, "DeleteSubscriptionFilter", named),
    ]
}

fn flow_log() -> Vec<Damage> {
    let delete = json!({"TypeName": "AWS::EC2::FlowLog", "Identifier": "FLOW_LOG"});
    vec![gone([("cloudcontrol@us-east-1", "DeleteResource", delete)])]
}

fn detector() -> Vec<Damage> {
    let id = json!({"DetectorId": "DETECTOR"});
    let mut off = id.clone();
    off["Enable"] = json!(false);
    vec![
        gone([("guardduty", "DeleteDetector", id)]),
        another("guardduty", "UpdateDetector", off),
    ]
}

/// What people do to the parts, and what they have beside it.
fn choices(whole: &Value) -> Vec<Choice> {
    let retention = |group: &str| json!({"logGroupName": group, "retentionInDays": 7});
    let (role, _) = ROLES[1];
    let trust = also_trusting(&whole["iam"]["roles"][role]["trust"]);
    let trust = json!({"RoleName": role, "PolicyDocument": trust});
    let attached = json!({"RoleName": role, "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"});
    let mut theirs = whole["flow_logs"]["us-east-1"][0].clone();
    theirs["LogGroupName"] = "theirs".into();
    let theirs = json!({"TypeName": "AWS::EC2::FlowLog", "DesiredState": theirs.to_string()});
    let beside = json!({"logGroupName": "ACCOUNT-vpc-flow-2"});
    [
        ("group", ("logs", "PutRetentionPolicy", retention(BASE))),
        (
            "flow group",
            ("logs@us-east-1", "PutRetentionPolicy", retention(FLOW)),
        ),
        (role, ("iam", "UpdateAssumeRolePolicy", trust)),
        (role, ("iam", "AttachRolePolicy", attached)),
        (
            "beside",
            ("cloudcontrol@us-east-1", "CreateResource", theirs),
        ),
        ("beside", ("logs@us-east-1", "CreateLogGroup", beside)),
    ]
    .map(|(part, call)| (part, vec![call]))
    .into()
}
