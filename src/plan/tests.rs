//! What a plan may say, and what is inconsistent.

use std::time::Duration;

use super::*;
use crate::call::iam::CreateUser;
use crate::call::sns::{CreateTopic, Subscribe};
use crate::call::sqs::{DeleteQueue, ListMessageMoveTasks, StartMessageMoveTask};
use crate::call::{Call, Kind, Source, Text};

const ACCOUNT: &str = "123456789012";

static QUEUE: Kind = Kind::new("queue", "sqs");
static SUBSCRIPTION: Kind = Kind::new("subscription", "sns");
static TOPIC: Kind = Kind::new("topic", "sns");
static USER: Kind = Kind::new("user", "iam");

fn step(kind: &'static Kind, name: &str, call: impl Into<Call>, reason: &str) -> Step {
    Step::new(kind, ACCOUNT, "us-west-2", name, call, reason)
}

fn deletion(region: &str) -> Step {
    let call = DeleteQueue {
        queue_url: format!("https://{region}/queue"),
    };
    Step::new(&QUEUE, ACCOUNT, region, "logs", call, "queue exists")
}

/// A plan of these steps.
pub fn plan(steps: Vec<Step>) -> Plan {
    Plan {
        command: "delete".into(),
        account: ACCOUNT.into(),
        partition: "aws".into(),
        home_region: Some("us-west-2".into()),
        regions: vec!["us-west-2".into()],
        notes: Vec::new(),
        unread: Vec::new(),
        steps,
    }
}

/// A task that is followed.
pub fn moving() -> Ready {
    let read = ListMessageMoveTasks {
        source_arn: "arn:aws:sqs:us-west-2:123456789012:dead".into(),
    };
    Ready {
        read: read.into(),
        state: "Results[0].Status",
        ready: &["COMPLETED"],
        failed: &["FAILED", "CANCELLED"],
        code: None,
        reason: Some("Results[0].FailureReason"),
        before: Some(("Results[0].StartedTimestamp", "1".into())),
        progress: "messages moved: {Results[0].ApproximateNumberOfMessagesMoved} of {Results[0].ApproximateNumberOfMessagesToMove}",
        done: "messages moved: about {Results[0].ApproximateNumberOfMessagesMoved}".into(),
        shown_within: Duration::from_secs(60),
        within: Duration::from_secs(36 * 60 * 60),
    }
}

/// A plan with all that a step needs besides its call: outputs, a secret, and something to wait for.
pub fn rich() -> Plan {
    let call = CreateTopic {
        name: "topic".into(),
        ..CreateTopic::default()
    };
    let topic = step(&TOPIC, "topic", call, "topic is missing");
    let call = Subscribe {
        topic_arn: topic.output("TopicArn"),
        protocol: "https".into(),
        endpoint: Text::Secret(Source::File("/run/it's secret".into())),
    };
    let subscription = step(&SUBSCRIPTION, "topic", call, "address is not subscribed");
    let subscription = subscription.after([&topic.id]);
    let call = StartMessageMoveTask {
        source_arn: "arn:aws:sqs:us-west-2:123456789012:dead".into(),
    };
    let task = step(&QUEUE, "dead", call, "3 messages").until(moving());
    plan(vec![topic, subscription, task])
}

#[track_caller]
fn refused(steps: Vec<Step>) -> String {
    plan(steps)
        .check()
        .expect_err("an inconsistent plan")
        .message
}

#[test]
fn one_name_in_two_regions_makes_two_ids() {
    let steps = vec![deletion("eu-west-1"), deletion("us-east-1")];
    let plan = plan(steps).checked().expect("a plan");
    assert_ne!(plan.steps[0].id, plan.steps[1].id);
}

#[test]
fn a_plan_that_contradicts_itself_is_an_error_that_names_both_steps() {
    let twice = refused(vec![deletion("eu-west-1"), deletion("eu-west-1")]);
    assert!(
        twice.contains(&deletion("eu-west-1").id.to_string()),
        "{twice}"
    );
    let (first, last) = (deletion("eu-west-1"), deletion("us-east-1"));
    let names = [first.id.to_string(), last.id.to_string()];
    let early = refused(vec![first.after([&last.id]), last]);
    assert!(names.iter().all(|name| early.contains(name)), "{early}");
}

#[test]
fn an_output_is_used_only_of_a_step_that_has_it_and_is_waited_for() {
    rich().check().expect("a plan");
    let mut unordered = rich().steps;
    unordered[1].after.clear();
    let mut unknown = rich().steps;
    let wrong = unknown[0].output("QueueUrl");
    if let Some(text) = unknown[1].call.texts().into_iter().next() {
        *text = wrong;
    }
    for (steps, why) in [
        (unordered, "which it does not wait for"),
        (unknown, "which has no such output"),
    ] {
        let names = [steps[0].id.to_string(), steps[1].id.to_string()];
        let message = refused(steps);
        assert!(names.iter().all(|name| message.contains(name)), "{message}");
        assert!(message.contains(why), "{message}");
    }
}

#[test]
fn what_a_step_saves_or_waits_for_is_returned() {
    let call = CreateUser {
        user_name: "reader".into(),
        tags: Vec::new(),
    };
    let profile = Profile {
        file: "key".into(),
        name: "reader".into(),
        region: "us-west-2".into(),
        left: 0,
    };
    let step = step(&USER, "reader", call, "user is missing").saving(profile);
    assert!(refused(vec![step]).contains("AccessKey.AccessKeyId"));
    let ready = Ready {
        state: "Results[0].State",
        ..moving()
    };
    assert!(refused(vec![deletion("eu-west-1").until(ready)]).contains("Results[0].State"));
}
