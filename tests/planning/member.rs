//! The stack of a member: what is created, with which names of the central account, and what is left behind.

use ctadmin::aws::read::{Detector, GuardDutyRelation, Listed};
use ctadmin::stack::log_delivery;
use ctadmin::stack::member::{Central, Flow, Options, Trail};
use ctadmin::stack::{push, trail};
use insta::assert_snapshot;
use serde_json::json;

use super::memory::{Memory, place};
use super::{HOME, create, created, deleted, tag};

/// What the trail logs goes to the account 999999999999.
pub fn member() -> Options {
    let central = Central {
        account: "999999999999".to_owned(),
        prefix: "hub".to_owned(),
    };
    let trail = trail::Options {
        home: Some(HOME.to_owned()),
        bucket: Some(central.bucket()),
        bucket_owner: Some(central.account.clone()),
        ..trail::Options::default()
    };
    Options {
        central: Some(central.clone()),
        trail: Some(Trail {
            central: Some(central),
            delivery: log_delivery::Options {
                trail,
                with_trail: true,
                ..log_delivery::Options::default()
            },
        }),
        flow: Some(Flow::default()),
        ..Options::default()
    }
}

/// What `show` and `delete` are asked for.
fn unnamed() -> Options {
    Options {
        trail: Some(Trail::default()),
        flow: Some(Flow::default()),
        has_guardduty: true,
        ..Options::default()
    }
}

/// An account with a VPC in one of its two regions.
pub fn with_vpc() -> Memory {
    let mut memory = Memory::default();
    add_vpc(&mut memory, "vpc-1");
    memory
}

fn add_vpc(memory: &mut Memory, id: &str) {
    let vpc = Listed {
        identifier: id.to_owned(),
        properties: json!({ "VpcId": id }),
    };
    let at = place("us-east-1", "AWS::EC2::VPC");
    memory.resources.entry(at).or_default().push(vpc);
}

pub fn with_member() -> Memory {
    let mut memory = with_vpc();
    create(&member(), &mut memory);
    memory
}

#[test]
fn the_trail_and_its_log_group_send_to_the_central_account() {
    assert_snapshot!(create(&member(), &mut with_vpc()), @"
    1 CreateQueue us-west-2 lab-cloudtrail-dlq: queue is missing
    2 CreateQueue us-west-2 lab-cloudtrail: queue is missing [after 1]
    3 CreateTopic us-west-2 lab-cloudtrail-us-west-2: topic is missing
    4 Subscribe us-west-2 lab-cloudtrail-us-west-2: queue is not subscribed to the topic [after 2, 1, 3]
    5 CreateTrail us-west-2 lab-cloudtrail-us-west-2: trail is missing [after 3]
    6 StartLogging us-west-2 lab-cloudtrail-us-west-2: start logging [after 5]
    7 CreateLogGroup us-west-2 lab-cloudtrail: log group is missing
    8 PutRetentionPolicy us-west-2 lab-cloudtrail: set the retention [after 7]
    9 CreateRole global lab-cloudtrail-logs: role is missing
    10 PutRolePolicy global lab-cloudtrail-logs: attach the inline policy [after 9]
    11 UpdateTrail us-west-2 lab-cloudtrail-us-west-2: trail sends to no log group [after 7, 9, 10, 5, 6, 8]
    12 CreateRole global lab-logs-to-central: role is missing
    13 PutRolePolicy global lab-logs-to-central: attach the inline policy [after 12]
    14 PutSubscriptionFilter us-west-2 lab-cloudtrail-central-us-west-2: subscription filter is missing [after 7, 12, 13]
    15 CreateRole global lab-vpc-flow: role is missing
    16 PutRolePolicy global lab-vpc-flow: attach the inline policy [after 15]
    17 CreateLogGroup us-east-1 lab-vpc-flow: log group is missing
    18 PutRetentionPolicy us-east-1 lab-vpc-flow: set the retention [after 17]
    19 CreateResource us-east-1 vpc-1: flow log is missing [after 17, 15, 16]
    20 PutSubscriptionFilter us-east-1 lab-vpc-flow-central-us-east-1: subscription filter is missing [after 17, 12, 13]
    ");
}

#[test]
fn what_differs_is_fixed() {
    let fixed = |change: &dyn Fn(&mut Memory)| {
        let mut memory = with_member();
        change(&mut memory);
        create(&member(), &mut memory)
    };
    let at = place(HOME, "lab-cloudtrail");
    assert_snapshot!(fixed(&|memory| {
        memory.subscriptions.get_mut(&at).expect("the filter")[0].distribution = None;
    }), @"1 PutSubscriptionFilter us-west-2 lab-cloudtrail-central-us-west-2: distribution differs");
    assert_snapshot!(fixed(&|memory| drop(memory.roles.remove("lab-logs-to-central"))), @"
    1 CreateRole global lab-logs-to-central: role is missing
    2 PutRolePolicy global lab-logs-to-central: attach the inline policy [after 1]
    ");
    let mut other = member();
    let central = Central {
        account: "888888888888".to_owned(),
        prefix: "hub".to_owned(),
    };
    other.trail.as_mut().expect("a trail").central = Some(central.clone());
    other.central = Some(central);
    assert_snapshot!(create(&other, &mut with_member()), @"
    1 PutSubscriptionFilter us-west-2 lab-cloudtrail-central-us-west-2: destination differs
    2 PutSubscriptionFilter us-east-1 lab-vpc-flow-central-us-east-1: destination differs
    ");
}

#[test]
fn a_third_subscription_filter_is_refused() {
    let mut memory = with_member();
    let at = place(HOME, "lab-cloudtrail");
    let filters = memory.subscriptions.get_mut(&at).expect("a group");
    let mut others = vec![filters[0].clone(), filters[0].clone()];
    others[0].filter_name = "theirs".to_owned();
    others[1].filter_name = "also-theirs".to_owned();
    *filters = others;
    assert_snapshot!(created(&member(), &memory), @"
    the log group lab-cloudtrail has the subscription filters theirs and also-theirs; the limit is 2
    delete one that is no longer needed: aws logs delete-subscription-filter --region us-west-2 --log-group-name lab-cloudtrail --filter-name NAME
    ");
}

#[test]
fn the_trail_stays_and_its_log_group_while_it_is_in_use() {
    assert_snapshot!(deleted(&unnamed(), &mut with_member()), @"
    1 UpdateTrail us-west-2 lab-cloudtrail-us-west-2
    2 DeleteSubscriptionFilter us-west-2 lab-cloudtrail-central-us-west-2
    3 DeleteRolePolicy global lab-cloudtrail-logs [after 1, 2]
    4 DeleteRole global lab-cloudtrail-logs [after 3]
    5 DeleteResource us-east-1 vpc-1
    6 DeleteRolePolicy global lab-vpc-flow [after 5]
    7 DeleteRole global lab-vpc-flow [after 6]
    8 DeleteSubscriptionFilter us-east-1 lab-vpc-flow-central-us-east-1
    9 DeleteRolePolicy global lab-logs-to-central [after 2, 8]
    10 DeleteRole global lab-logs-to-central [after 9]
    (the log group lab-cloudtrail is kept, with its events: --with-logs deletes it)
    (the trail lab-cloudtrail-us-west-2 is kept: `ctadmin delete` deletes it)
    ");
    let mut memory = with_member();
    create(&super::alerts::two(), &mut memory);
    assert_snapshot!(deleted(&unnamed(), &mut memory), @"
    1 DeleteSubscriptionFilter us-west-2 lab-cloudtrail-central-us-west-2
    2 DeleteResource us-east-1 vpc-1
    3 DeleteRolePolicy global lab-vpc-flow [after 2]
    4 DeleteRole global lab-vpc-flow [after 3]
    5 DeleteSubscriptionFilter us-east-1 lab-vpc-flow-central-us-east-1
    6 DeleteRolePolicy global lab-logs-to-central [after 1, 5]
    7 DeleteRole global lab-logs-to-central [after 6]
    (the log group lab-cloudtrail is kept, and the trail sends to it as the role lab-cloudtrail-logs: it is read by the metric filter lab-cloudtrail-root-usage, the metric filter lab-cloudtrail-vpc-changes)
    (the trail lab-cloudtrail-us-west-2 is kept: `ctadmin delete` deletes it)
    ");
    assert_snapshot!(deleted(&push::Options::default(), &mut with_member()), @"

    (the log group lab-cloudtrail is kept, and the trail sends to it as the role lab-cloudtrail-logs: it is read by the subscription filter lab-cloudtrail-central-us-west-2)
    ");
}

#[test]
fn each_vpc_has_a_flow_log() {
    let mut memory = with_member();
    add_vpc(&mut memory, "vpc-2");
    assert_snapshot!(create(&member(), &mut memory), @"1 CreateResource us-east-1 vpc-2: flow log is missing");
    let mut rejected = member();
    rejected.flow = Some(Flow {
        traffic: Some("REJECT".to_owned()),
        retention_in_days: Some(7),
    });
    assert_snapshot!(create(&rejected, &mut memory), @"
    1 PutRetentionPolicy us-east-1 lab-vpc-flow: events are kept for 30 days
    2 CreateResource us-east-1 vpc-1: traffic differs
    3 DeleteResource us-east-1 vpc-1: traffic differs [after 2]
    4 CreateResource us-east-1 vpc-2: traffic differs
    5 DeleteResource us-east-1 vpc-2: traffic differs [after 4]
    ");
    // Without the option it stays, also in a new one.
    assert_snapshot!(create(&member(), &mut memory), @"");
    let at = place("us-east-1", "AWS::EC2::FlowLog");
    let logs = memory.resources.get_mut(&at).expect("flow logs");
    logs[0].properties["DeliverLogsPermissionArn"] = json!("arn:aws:iam::123456789012:role/theirs");
    assert_snapshot!(create(&member(), &mut memory), @"
    1 DeleteResource us-east-1 vpc-1: role differs
    2 CreateResource us-east-1 vpc-1: role differs [after 1]
    ");
    let logs = memory.resources[&at].iter();
    assert!(
        logs.map(|found| &found.properties["TrafficType"])
            .eq(["REJECT"; 2])
    );
    memory.roles.remove("lab-vpc-flow");
    rejected.tags = vec![tag("team", "sec")];
    rejected.trail = None;
    assert_snapshot!(create(&rejected, &mut memory), @"
    1 TagRole global lab-logs-to-central: tags are missing
    2 CreateRole global lab-vpc-flow: role is missing
    3 PutRolePolicy global lab-vpc-flow: attach the inline policy [after 2]
    4 TagResource us-east-1 lab-vpc-flow: tags are missing
    5 UpdateResource us-east-1 vpc-1: tags are missing
    6 UpdateResource us-east-1 vpc-2: tags are missing
    ");
}

#[test]
fn flow_logs_of_others_stay() {
    let mut memory = with_member();
    let at = place("us-east-1", "AWS::EC2::FlowLog");
    let logs = memory.resources.get_mut(&at).expect("flow logs");
    let properties =
        json!({ "ResourceId": "vpc-1", "TrafficType": "ALL", "LogGroupName": "theirs" });
    logs.push(Listed {
        identifier: "fl-theirs".to_owned(),
        properties,
    });
    assert_snapshot!(created(&member(), &memory), @"");
    deleted(&unnamed(), &mut memory);
    let left = memory.resources[&at].iter();
    assert!(left.map(|found| &found.identifier).eq(["fl-theirs"]));
}

#[test]
fn parts_can_be_left_out() {
    let parts = |trail: bool, flow: bool| {
        let all = member();
        Options {
            trail: all.trail.filter(|_| trail),
            flow: all.flow.filter(|_| flow),
            ..member()
        }
    };
    assert_snapshot!(create(&parts(false, true), &mut with_vpc()), @"
    1 CreateRole global lab-logs-to-central: role is missing
    2 PutRolePolicy global lab-logs-to-central: attach the inline policy [after 1]
    3 CreateRole global lab-vpc-flow: role is missing
    4 PutRolePolicy global lab-vpc-flow: attach the inline policy [after 3]
    5 CreateLogGroup us-east-1 lab-vpc-flow: log group is missing
    6 PutRetentionPolicy us-east-1 lab-vpc-flow: set the retention [after 5]
    7 CreateResource us-east-1 vpc-1: flow log is missing [after 5, 3, 4]
    8 PutSubscriptionFilter us-east-1 lab-vpc-flow-central-us-east-1: subscription filter is missing [after 5, 1, 2]
    ");
    let mut flow_only = with_vpc();
    create(&parts(false, true), &mut flow_only);
    assert_snapshot!(deleted(&unnamed(), &mut flow_only), @"
    1 DeleteResource us-east-1 vpc-1
    2 DeleteRolePolicy global lab-vpc-flow [after 1]
    3 DeleteRole global lab-vpc-flow [after 2]
    4 DeleteSubscriptionFilter us-east-1 lab-vpc-flow-central-us-east-1
    5 DeleteRolePolicy global lab-logs-to-central [after 4]
    6 DeleteRole global lab-logs-to-central [after 5]
    ");
    assert_snapshot!(create(&parts(true, false), &mut with_vpc()), @"
    1 CreateQueue us-west-2 lab-cloudtrail-dlq: queue is missing
    2 CreateQueue us-west-2 lab-cloudtrail: queue is missing [after 1]
    3 CreateTopic us-west-2 lab-cloudtrail-us-west-2: topic is missing
    4 Subscribe us-west-2 lab-cloudtrail-us-west-2: queue is not subscribed to the topic [after 2, 1, 3]
    5 CreateTrail us-west-2 lab-cloudtrail-us-west-2: trail is missing [after 3]
    6 StartLogging us-west-2 lab-cloudtrail-us-west-2: start logging [after 5]
    7 CreateLogGroup us-west-2 lab-cloudtrail: log group is missing
    8 PutRetentionPolicy us-west-2 lab-cloudtrail: set the retention [after 7]
    9 CreateRole global lab-cloudtrail-logs: role is missing
    10 PutRolePolicy global lab-cloudtrail-logs: attach the inline policy [after 9]
    11 UpdateTrail us-west-2 lab-cloudtrail-us-west-2: trail sends to no log group [after 7, 9, 10, 5, 6, 8]
    12 CreateRole global lab-logs-to-central: role is missing
    13 PutRolePolicy global lab-logs-to-central: attach the inline policy [after 12]
    14 PutSubscriptionFilter us-west-2 lab-cloudtrail-central-us-west-2: subscription filter is missing [after 7, 12, 13]
    ");
}

#[test]
fn the_invitation_of_the_central_account_is_accepted() {
    let options = Options {
        trail: None,
        flow: None,
        has_guardduty: true,
        ..member()
    };
    let mut memory = Memory::default();
    assert_snapshot!(create(&options, &mut memory), @"
    1 CreateRole global lab-logs-to-central: role is missing
    2 PutRolePolicy global lab-logs-to-central: attach the inline policy [after 1]
    3 CreateDetector us-east-1 lab-member: detector is missing
    4 CreateDetector us-west-2 lab-member: detector is missing
    ");
    let invited = |memory: &mut Memory, region: &str| {
        let relation = GuardDutyRelation {
            invitation: Some("its-id".to_owned()),
            administrator: None,
        };
        memory.relations.insert(region.to_owned(), relation);
    };
    invited(&mut memory, HOME);
    assert_snapshot!(create(&options, &mut memory), @"1 AcceptAdministratorInvitation us-west-2 lab-member: the invitation of 999999999999 is not accepted");
    // One that was there before the detector.
    let mut fresh = Memory::default();
    invited(&mut fresh, HOME);
    assert_snapshot!(create(&options, &mut fresh), @"
    1 CreateRole global lab-logs-to-central: role is missing
    2 PutRolePolicy global lab-logs-to-central: attach the inline policy [after 1]
    3 CreateDetector us-east-1 lab-member: detector is missing
    4 CreateDetector us-west-2 lab-member: detector is missing
    5 AcceptAdministratorInvitation us-west-2 lab-member: the invitation of 999999999999 is not accepted [after 4]
    ");
    assert_snapshot!(deleted(&unnamed(), &mut memory), @"
    1 DeleteRolePolicy global lab-logs-to-central
    2 DeleteRole global lab-logs-to-central [after 1]
    3 DeleteDetector us-east-1 lab-member
    4 DisassociateFromAdministratorAccount us-west-2 lab-member
    5 DeleteDetector us-west-2 lab-member [after 4]
    ");
    let theirs = Detector {
        id: "theirs".to_owned(),
        status: "ENABLED".to_owned(),
        ..Detector::default()
    };
    let mut memory = Memory::default();
    memory.detectors.insert(HOME.to_owned(), theirs);
    invited(&mut memory, HOME);
    assert_snapshot!(create(&options, &mut memory), @"
    1 CreateRole global lab-logs-to-central: role is missing
    2 PutRolePolicy global lab-logs-to-central: attach the inline policy [after 1]
    3 CreateDetector us-east-1 lab-member: detector is missing
    4 AcceptAdministratorInvitation us-west-2 lab-member: the invitation of 999999999999 is not accepted
    ");
    deleted(&unnamed(), &mut memory);
    assert_eq!(memory.detectors[HOME].id, "theirs");
}
