//! What a plan may say, and what is inconsistent.

use std::time::Duration;

use super::*;
use crate::call::iam::CreateUser;
use crate::call::sns::{CreateTopic, Subscribe};
use crate::call::sqs::{DeleteQueue, ListMessageMoveTasks, StartMessageMoveTask};
use crate::call::{Kind, Source, Text};

const ACCOUNT: &str = "123456789012";

static QUEUE: Kind = Kind::new("queue", "sqs");
static SUBSCRIPTION: Kind = Kind::new("subscription", "sns");
static TOPIC: Kind = Kind::new("topic", "sns");
static USER: Kind = Kind::new("user", "iam");

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
    let topic = Step::new(
        &TOPIC,
        ACCOUNT,
        "us-west-2",
        "topic",
        call,
        "topic is missing",
    );
    let call = Subscribe {
        topic_arn: topic.output("TopicArn"),
        protocol: "https".into(),
        endpoint: Text::Secret(Source::File("/run/it's secret".into())),
    };
    let reason = "address is not subscribed";
    let subscription = Step::new(&SUBSCRIPTION, ACCOUNT, "us-west-2", "topic", call, reason);
    let subscription = subscription.after([&topic.id]);
    let call = StartMessageMoveTask {
        source_arn: "arn:aws:sqs:us-west-2:123456789012:dead".into(),
    };
    let task = Step::new(&QUEUE, ACCOUNT, "us-west-2", "dead", call, "3 messages").until(moving());
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
    let names = |message: &str| {
        let steps = rich().steps;
        message.contains(&steps[0].id.to_string()) && message.contains(&steps[1].id.to_string())
    };
    let mut steps = rich().steps;
    steps[1].after.clear();
    let unordered = refused(steps);
    assert!(
        names(&unordered) && unordered.contains("does not wait for"),
        "{unordered}"
    );
    let mut steps = rich().steps;
    let wrong = steps[0].output("QueueUrl");
    if let Some(text) = steps[1].call.texts().into_iter().next() {
        *text = wrong;
    }
    let unknown = refused(steps);
    assert!(
        names(&unknown) && unknown.contains("no such output"),
        "{unknown}"
    );
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
    let step = Step::new(
        &USER,
        ACCOUNT,
        "us-west-2",
        "reader",
        call,
        "user is missing",
    );
    assert!(refused(vec![step.saving(profile)]).contains("AccessKey.AccessKeyId"));
    let ready = Ready {
        state: "Results[0].State",
        ..moving()
    };
    assert!(refused(vec![deletion("eu-west-1").until(ready)]).contains("Results[0].State"));
}
