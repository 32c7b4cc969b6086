//! What the central stack has for findings of GuardDuty: detectors, those of others too, rules and their log groups.

use std::collections::BTreeSet;

use ctadmin::aws::read::Detector;
use ctadmin::stack::Purpose;
use ctadmin::stack::central::Options;
use ctadmin::stack::engine::{Run, outline};
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::account;
use super::central::{central, params};
use super::memory::{Memory, place};
use super::{HOME, create, created, deleted, plan, tag};

const NAME: &str = "lab-central-guardduty";
const GROUP: &str = "/aws/events/lab-central-guardduty";

/// With GuardDuty.
fn with_members() -> Options {
    Options {
        no_guardduty: false,
        ..central()
    }
}

fn with_findings() -> Memory {
    let mut memory = Memory::default();
    create(&with_members(), &mut memory);
    memory
}

fn fixed(change: impl FnOnce(&mut Memory)) -> String {
    let mut memory = with_findings();
    change(&mut memory);
    create(&Options::default(), &mut memory)
}

/// Somebody's detector.
fn of_others() -> Detector {
    Detector {
        id: "theirs".to_owned(),
        status: "ENABLED".to_owned(),
        frequency: "SIX_HOURS".to_owned(),
        features: vec!["S3_DATA_EVENTS".to_owned()],
        ..Detector::default()
    }
}

fn features(names: &[&str]) -> Options {
    Options {
        guardduty_features: Some(names.iter().map(|name| (*name).to_owned()).collect()),
        ..Options::default()
    }
}

#[test]
fn events_are_sent_once_they_can_be_written() {
    let mut memory = super::central::with_central();
    assert_snapshot!(create(&Options::default(), &mut memory), @"
    1 CreateDetector us-east-1 lab-central: detector is missing
    2 CreateLogGroup us-east-1 /aws/events/lab-central-guardduty: log group is missing
    3 PutRetentionPolicy us-east-1 /aws/events/lab-central-guardduty: set the retention [after 2]
    4 PutResourcePolicy us-east-1 lab-central-guardduty: resource policy is missing
    5 PutSubscriptionFilter us-east-1 lab-central-guardduty: subscription filter is missing [after 2]
    6 PutRule us-east-1 lab-central-guardduty: rule is missing
    7 PutTargets us-east-1 lab-central-guardduty: events are not sent to the log group [after 6, 2, 4]
    8 CreateDetector us-west-2 lab-central: detector is missing
    9 CreateLogGroup us-west-2 /aws/events/lab-central-guardduty: log group is missing
    10 PutRetentionPolicy us-west-2 /aws/events/lab-central-guardduty: set the retention [after 9]
    11 PutResourcePolicy us-west-2 lab-central-guardduty: resource policy is missing
    12 PutSubscriptionFilter us-west-2 lab-central-guardduty: subscription filter is missing [after 9]
    13 PutRule us-west-2 lab-central-guardduty: rule is missing
    14 PutTargets us-west-2 lab-central-guardduty: events are not sent to the log group [after 13, 9, 11]
    ");
    let left: BTreeSet<String> = memory.names().into_iter().collect();
    assert!(left.contains(&format!("{HOME} {NAME}")));
}

#[test]
fn what_needs_an_unchanged_destination_waits_for_its_new_streams() {
    let (stream, group) = (place(HOME, "lab-central"), place(HOME, GROUP));
    let steps = fixed(|memory| {
        memory.data_streams.remove(&stream);
        memory.groups.remove(&group);
        memory.subscriptions.remove(&group);
    });
    assert_snapshot!(steps, @"
    1 DeleteDeliveryStream us-west-2 lab-central-to-s3: its data stream is missing, and it would not read a new one
    2 CreateStream us-west-2 lab-central: data stream is missing [after 1]
    3 IncreaseStreamRetentionPeriod us-west-2 lab-central: records are kept for 24 hours [after 2]
    4 StartStreamEncryption us-west-2 lab-central: records are not encrypted [after 3]
    5 CreateDeliveryStream us-west-2 lab-central-to-s3: delivery stream is missing [after 2, 3, 4]
    6 CreateLogGroup us-west-2 /aws/events/lab-central-guardduty: log group is missing
    7 PutRetentionPolicy us-west-2 /aws/events/lab-central-guardduty: set the retention [after 6]
    8 PutSubscriptionFilter us-west-2 lab-central-guardduty: subscription filter is missing [after 6, 2, 3, 4, 5]
    ");
}

#[test]
fn a_stream_that_is_created_anew_is_told_from_the_one_that_is_deleted() {
    let mut memory = with_findings();
    memory.data_streams.remove(&place(HOME, "lab-central"));
    let run = Run::new(Options::default(), Purpose::Create);
    let surveyed = memory.survey(&run, ());
    let planned = run.plan(&account(), &surveyed).expect("a plan");
    let is_deleted = |operation: &str| {
        let mut steps = planned.plan.steps.iter();
        let step = steps.find(|step| step.call.operation() == operation);
        let node = planned.graph.node_of(step.expect("the step is planned"));
        node.expect("the step is about a node").is_deleted()
    };
    assert!(is_deleted("DeleteDeliveryStream"));
    assert!(!is_deleted("CreateDeliveryStream"));
}

#[test]
fn the_requests_are_what_the_pages_of_aws_ask_for() {
    let plan = plan(&with_members(), Purpose::Create, &Memory::default()).expect("a plan");
    assert_snapshot!(params(&plan, "CreateDetector"), @r#"{"Enable":true,"FindingPublishingFrequency":"FIFTEEN_MINUTES","Features":[{"Name":"AI_ANALYST","Status":"DISABLED"},{"Name":"AI_PROTECTION","Status":"DISABLED"},{"Name":"EBS_MALWARE_PROTECTION","Status":"DISABLED"},{"Name":"EKS_AUDIT_LOGS","Status":"DISABLED"},{"Name":"LAMBDA_NETWORK_LOGS","Status":"DISABLED"},{"Name":"RDS_LOGIN_EVENTS","Status":"DISABLED"},{"Name":"EKS_RUNTIME_MONITORING","Status":"DISABLED"},{"Name":"S3_DATA_EVENTS","Status":"DISABLED"}],"Tags":{"ctadmin:scheme":"lab-central"}}"#);
    assert_snapshot!(params(&plan, "PutRule"), @r#"{"Name":"lab-central-guardduty","EventPattern":"{\"source\":[\"aws.guardduty\"],\"detail-type\":[\"GuardDuty Finding\"]}","State":"ENABLED"}"#);
    assert_snapshot!(params(&plan, "PutTargets"), @r#"{"Rule":"lab-central-guardduty","Targets":[{"Id":"lab-central-guardduty","Arn":"arn:aws:logs:us-east-1:123456789012:log-group:/aws/events/lab-central-guardduty"}]}"#);
    assert_snapshot!(params(&plan, "PutResourcePolicy"), @r#"{"policyName":"lab-central-guardduty","policyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"EventBridgeWrites\",\"Effect\":\"Allow\",\"Principal\":{\"Service\":[\"events.amazonaws.com\",\"delivery.logs.amazonaws.com\"]},\"Action\":[\"logs:CreateLogStream\",\"logs:PutLogEvents\"],\"Resource\":\"arn:aws:logs:us-east-1:123456789012:log-group:/aws/events/lab-central-guardduty:*\"}]}"}"#);
    assert_snapshot!(params(&plan, "PutSubscriptionFilter"), @r#"{"logGroupName":"/aws/events/lab-central-guardduty","filterName":"lab-central-guardduty","filterPattern":"","destinationArn":"arn:aws:logs:us-east-1:123456789012:destination:lab-central","distribution":"Random"}"#);
}

#[test]
fn a_detector_of_others_is_used_as_it_is() {
    let mut memory = super::central::with_central();
    memory.detectors.insert(HOME.to_owned(), of_others());
    let mut suspended = of_others();
    suspended.status = "DISABLED".to_owned();
    memory.detectors.insert("us-east-1".to_owned(), suspended);
    let named = Options {
        tags: vec![tag("team", "sec")],
        ..features(&["EKS_AUDIT_LOGS"])
    };
    let planned = plan(&named, Purpose::Create, &memory).expect("a plan");
    let services = planned.steps.iter().map(|step| step.call.service());
    assert!(!services.collect::<Vec<_>>().contains(&"guardduty"));
    assert_snapshot!(planned.notes.join("\n"), @"
    the alarms notify no topic: --alarm-topic ARN names one, --email ADDRESS creates one
    the GuardDuty detector in us-east-1, us-west-2 was created by others: it is used as it is
    the GuardDuty detector in us-east-1 is suspended: it finds nothing
    ");
    create(&named, &mut memory);
    let deleted = deleted(&Options::default(), &mut memory);
    assert!(!deleted.contains("DeleteDetector"), "{deleted}");
    let kept =
        "the GuardDuty detector in us-east-1, us-west-2 is kept: this scheme did not create it";
    assert!(deleted.contains(kept), "{deleted}");
}

#[test]
fn what_differs_is_fixed() {
    assert_snapshot!(fixed(|memory| {
        let detector = memory.detectors.get_mut(HOME).expect("it exists");
        detector.status = "DISABLED".to_owned();
        detector.frequency = "ONE_HOUR".to_owned();
    }), @"1 UpdateDetector us-west-2 lab-central: detector is suspended, findings are published every ONE_HOUR");
    assert_snapshot!(fixed(|memory| drop(memory.detectors.remove(HOME))), @"1 CreateDetector us-west-2 lab-central: detector is missing");
    let at = place(HOME, NAME);
    assert_snapshot!(fixed(|memory| {
        let rule = memory.rules.get_mut(&at).expect("it exists");
        rule.description.state = "DISABLED".to_owned();
        rule.description.pattern = r#"{"source":["aws.guardduty"]}"#.to_owned();
        rule.targets.clear();
    }), @"
    1 PutRule us-west-2 lab-central-guardduty: rule is disabled, event pattern differs
    2 PutTargets us-west-2 lab-central-guardduty: events are not sent to the log group [after 1]
    ");
    assert_snapshot!(fixed(|memory| {
        memory.log_policies.insert(at.clone(), "{}".to_owned());
        memory.subscriptions.clear();
    }), @"
    1 PutSubscriptionFilter us-east-1 lab-central-guardduty: subscription filter is missing
    2 PutResourcePolicy us-west-2 lab-central-guardduty: resource policy differs
    3 PutSubscriptionFilter us-west-2 lab-central-guardduty: subscription filter is missing
    ");
    assert_snapshot!(fixed(|memory| {
        memory.groups.remove(&place(HOME, GROUP));
        memory.rules.remove(&at);
        memory.log_policies.remove(&at);
    }), @"
    1 CreateLogGroup us-west-2 /aws/events/lab-central-guardduty: log group is missing
    2 PutRetentionPolicy us-west-2 /aws/events/lab-central-guardduty: set the retention [after 1]
    3 PutResourcePolicy us-west-2 lab-central-guardduty: resource policy is missing
    4 PutRule us-west-2 lab-central-guardduty: rule is missing
    5 PutTargets us-west-2 lab-central-guardduty: events are not sent to the log group [after 4, 1, 3]
    ");
}

#[test]
fn features_change_where_the_option_states_them() {
    let mut memory = with_findings();
    let two = features(&["S3_DATA_EVENTS", "RUNTIME_MONITORING"]);
    assert_snapshot!(create(&two, &mut memory), @"
    1 UpdateDetector us-east-1 lab-central: features differ: RUNTIME_MONITORING, S3_DATA_EVENTS
    2 UpdateDetector us-west-2 lab-central: features differ: RUNTIME_MONITORING, S3_DATA_EVENTS
    ");
    assert_eq!(created(&Options::default(), &memory), "");
    assert_snapshot!(create(&features(&[]), &mut memory), @"
    1 UpdateDetector us-east-1 lab-central: features differ: RUNTIME_MONITORING, S3_DATA_EVENTS
    2 UpdateDetector us-west-2 lab-central: features differ: RUNTIME_MONITORING, S3_DATA_EVENTS
    ");

    let new = plan(
        &Options {
            guardduty_features: two.guardduty_features,
            ..with_members()
        },
        Purpose::Create,
        &Memory::default(),
    );
    let features = &params(&new.expect("a plan"), "CreateDetector")["Features"];
    let features = features.as_array().expect("a list").iter();
    let on = features
        .clone()
        .filter(|feature| feature["Status"] == "ENABLED");
    let on: Vec<&Value> = on.map(|feature| &feature["Name"]).collect();
    assert_eq!(on, ["RUNTIME_MONITORING", "S3_DATA_EVENTS"]);
    let mut names = features.map(|feature| &feature["Name"]);
    assert!(
        !names.any(|name| name == "EKS_RUNTIME_MONITORING"),
        "not both"
    );
}

#[test]
fn a_region_without_room_for_a_resource_policy_is_refused() {
    let mut memory = super::central::with_central();
    for number in 0..10 {
        let at = place(HOME, &format!("of-others-{number}"));
        memory.log_policies.insert(at, json!({}).to_string());
    }
    assert_snapshot!(created(&Options::default(), &memory), @"
    us-west-2 has 10 resource policies of CloudWatch Logs, the most it can have; EventBridge needs one to write findings
    delete one that is no longer needed: aws logs describe-resource-policies --region us-west-2; or give --no-guardduty
    ");
    assert_eq!(
        created(
            &Options {
                no_guardduty: true,
                ..Options::default()
            },
            &memory
        ),
        ""
    );
}

#[test]
fn what_is_tagged_is_deleted() {
    let mut memory = with_findings();
    let tagged = Options {
        tags: vec![tag("team", "sec")],
        ..Options::default()
    };
    assert_snapshot!(create(&tagged, &mut memory), @"
    1 TagResource us-west-2 /aws/kinesisfirehose/lab-central-to-s3: tags are missing
    2 TagRole global lab-central-logs-to-kinesis: tags are missing
    3 TagRole global lab-central-firehose: tags are missing
    4 AddTagsToStream us-west-2 lab-central: tags are missing
    5 TagDeliveryStream us-west-2 lab-central-to-s3: tags are missing
    6 TagResource us-east-1 lab-central: tags are missing
    7 TagResource us-west-2 lab-central: tags are missing
    8 TagResource us-east-1 lab-central: tags are missing
    9 TagResource us-east-1 /aws/events/lab-central-guardduty: tags are missing
    10 TagResource us-east-1 lab-central-guardduty: tags are missing
    11 TagResource us-west-2 lab-central: tags are missing
    12 TagResource us-west-2 /aws/events/lab-central-guardduty: tags are missing
    13 TagResource us-west-2 lab-central-guardduty: tags are missing
    14 TagResource us-west-2 lab-central-behind: tags are missing
    15 TagResource us-west-2 lab-central-late: tags are missing
    16 TagResource us-west-2 lab-central-failing: tags are missing
    17 TagResource us-west-2 lab-central-unprocessed: tags are missing
    ");
    assert_snapshot!(deleted(&Options::default(), &mut memory), @"
    1 DeleteDetector us-east-1 lab-central
    2 DeleteSubscriptionFilter us-east-1 lab-central-guardduty
    3 DeleteDestination us-east-1 lab-central [after 2]
    4 RemoveTargets us-east-1 lab-central-guardduty
    5 DeleteRule us-east-1 lab-central-guardduty [after 4]
    6 DeleteLogGroup us-east-1 /aws/events/lab-central-guardduty [after 2, 4, 5]
    7 DeleteResourcePolicy us-east-1 lab-central-guardduty [after 4, 5]
    8 DeleteDetector us-west-2 lab-central
    9 DeleteSubscriptionFilter us-west-2 lab-central-guardduty
    10 DeleteDestination us-west-2 lab-central [after 9]
    11 DeleteDeliveryStream us-west-2 lab-central-to-s3 [after 3, 10]
    12 DeleteLogGroup us-west-2 /aws/kinesisfirehose/lab-central-to-s3 [after 11]
    13 DeleteRolePolicy global lab-central-firehose [after 11]
    14 DeleteRole global lab-central-firehose [after 13]
    15 DeleteStream us-west-2 lab-central [after 11, 3, 10]
    16 RemoveTargets us-west-2 lab-central-guardduty
    17 DeleteRule us-west-2 lab-central-guardduty [after 16]
    18 DeleteLogGroup us-west-2 /aws/events/lab-central-guardduty [after 9, 16, 17]
    19 DeleteResourcePolicy us-west-2 lab-central-guardduty [after 16, 17]
    20 DeleteAlarms us-west-2 lab-central-behind and 3 more
    21 DeleteRolePolicy global lab-central-logs-to-kinesis [after 12, 11, 13, 14, 15, 3, 10, 1, 6, 7, 2, 4, 5, 8, 18, 19, 9, 16, 17, 20]
    22 DeleteRole global lab-central-logs-to-kinesis [after 21]
    (the bucket lab-central-logs is kept, with its objects)
    (the bucket lab-central-trails is kept, with its objects)
    (records that are not delivered yet are lost)
    (AWS disables the subscription filters of the members: where the stack is created again, `delete member` and `create member` renew them)
    (the GuardDuty detector in us-east-1, us-west-2 is deleted with its findings)
    ");
    assert_eq!(memory.names(), ["lab-central-logs", "lab-central-trails"]);
}

/// What `show` says is wrong, a line for each resource.
fn shown(memory: &Memory) -> String {
    let run = Run::new(Options::default(), Purpose::Show);
    let surveyed = memory.survey(&run, ());
    let outline = outline(&run.stack, &account(), Purpose::Show, &surveyed).expect("an outline");
    let nodes = outline.graph.nodes().iter();
    let lines = nodes.flat_map(|node| {
        let drift = node.drift(&surveyed.observed).into_iter();
        let id = node.resource().id();
        drift.map(move |words| format!("{} {}: {words}", id.region, id.kind.name))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// What was left out is not shown to be missing.
#[test]
fn findings_are_drift_where_there_are_some() {
    assert_eq!(shown(&super::central::with_central()), "");
    let mut memory = with_findings();
    memory.detectors.remove(HOME);
    memory.rules.remove(&place("us-east-1", NAME));
    assert_snapshot!(shown(&memory), @"
    us-east-1 event-rule: rule is missing
    us-west-2 detector: detector is missing
    ");
}
