//! The alarms of the central stack, and the topic that they notify.

use ctadmin::aws::read::CompositeAlarm;
use ctadmin::stack::Purpose;
use ctadmin::stack::central::Options;
use insta::assert_snapshot;

use super::central::{alone, central, with_central};
use super::memory::{Memory, place};
use super::{HOME, create, created, deleted, listed, plan};

const NAMES: [&str; 4] = ["behind", "late", "failing", "unprocessed"];
const OWN: &str = "arn:aws:sns:us-west-2:123456789012:lab-central-alarms";
const OTHER: &str = "arn:aws:sns:us-west-2:123456789012:other";

fn notified(memory: &mut Memory) -> Vec<Vec<String>> {
    let names = NAMES.map(|end| format!("lab-central-{end}"));
    let actions = names.map(|name| memory.alarm(&name).settings.alarm_actions.clone());
    actions.to_vec()
}

fn by_email() -> Options {
    Options {
        emails: vec!["ops@example.com".to_owned()],
        ..alone()
    }
}

fn on(arn: &str) -> Options {
    Options {
        alarm_topic: Some(arn.to_owned()),
        ..alone()
    }
}

#[test]
fn they_watch_both_streams() {
    let mut memory = with_central();
    let alarms = NAMES.map(|end| {
        let settings = &memory.alarm(&format!("lab-central-{end}")).settings;
        let dimension = &settings.dimensions[0];
        format!(
            "{} {} of {} {}: {} {} in {} periods of {} s",
            settings.namespace,
            settings.metric_name,
            dimension.name,
            dimension.value,
            settings.comparison_operator,
            settings.threshold,
            settings.evaluation_periods,
            settings.period
        )
    });
    assert_snapshot!(alarms.join("\n"), @"
    AWS/Kinesis GetRecords.IteratorAgeMilliseconds of StreamName lab-central: GreaterThanThreshold 900000 in 3 periods of 300 s
    AWS/Firehose DeliveryToS3.DataFreshness of DeliveryStreamName lab-central-to-s3: GreaterThanThreshold 900 in 3 periods of 300 s
    AWS/Firehose DeliveryToS3.Success of DeliveryStreamName lab-central-to-s3: LessThanThreshold 1 in 3 periods of 300 s
    AWS/Firehose OutputDecompressedRecords.Failed of DeliveryStreamName lab-central-to-s3: GreaterThanThreshold 0 in 1 periods of 300 s
    ");
}

#[test]
fn an_address_gets_a_topic_which_is_kept() {
    let mut memory = with_central();
    let plain = plan(&alone(), Purpose::Create, &memory).expect("a plan");
    assert_eq!(
        plain.notes,
        ["the alarms notify no topic: --alarm-topic ARN names one, --email ADDRESS creates one"]
    );
    assert_snapshot!(create(&by_email(), &mut memory), @"
    1 CreateTopic us-west-2 lab-central-alarms: topic is missing
    2 Subscribe us-west-2 lab-central-alarms/ops@example.com: address is not subscribed to the topic [after 1]
    3 PutMetricAlarm us-west-2 lab-central-behind: alarm does not notify the topic [after 1]
    4 PutMetricAlarm us-west-2 lab-central-late: alarm does not notify the topic [after 1]
    5 PutMetricAlarm us-west-2 lab-central-failing: alarm does not notify the topic [after 1]
    6 PutMetricAlarm us-west-2 lab-central-unprocessed: alarm does not notify the topic [after 1]
    ");
    assert_eq!(notified(&mut memory), [[OWN]; 4]);
    assert_eq!(created(&alone(), &memory), "");
    // What is missing notifies what the others do.
    memory.alarms.remove(&place(HOME, "lab-central-late"));
    create(&alone(), &mut memory);
    assert_eq!(notified(&mut memory), [[OWN]; 4]);
    assert_snapshot!(deleted(&alone(), &mut memory), @"
    1 DeleteDestination us-east-1 lab-central
    2 DeleteDestination us-west-2 lab-central
    3 DeleteDeliveryStream us-west-2 lab-central-to-s3 [after 1, 2]
    4 DeleteLogGroup us-west-2 /aws/kinesisfirehose/lab-central-to-s3 [after 3]
    5 DeleteRolePolicy global lab-central-firehose [after 3]
    6 DeleteRole global lab-central-firehose [after 5]
    7 DeleteStream us-west-2 lab-central [after 3, 1, 2]
    8 DeleteAlarms us-west-2 lab-central-behind and 3 more
    9 DeleteTopic us-west-2 lab-central-alarms [after 8]
    10 DeleteRolePolicy global lab-central-logs-to-kinesis [after 4, 3, 5, 6, 7, 1, 2, 9, 8]
    11 DeleteRole global lab-central-logs-to-kinesis [after 10]
    (the bucket lab-central-logs is kept, with its objects)
    (the bucket lab-central-trails is kept, with its objects)
    (records that are not delivered yet are lost)
    (AWS disables the subscription filters of the members: where the stack is created again, `delete member` and `create member` renew them)
    (the topic's subscriptions are deleted with it: ops@example.com)
    ");
    assert!(memory.alarms.is_empty() && memory.topics.is_empty());
}

#[test]
fn a_topic_of_others_is_notified_and_stays() {
    let mut memory = with_central();
    memory
        .topics
        .insert(place(HOME, "other"), Default::default());
    assert_snapshot!(create(&on(OTHER), &mut memory), @"
    1 PutMetricAlarm us-west-2 lab-central-behind: alarm does not notify the topic
    2 PutMetricAlarm us-west-2 lab-central-late: alarm does not notify the topic
    3 PutMetricAlarm us-west-2 lab-central-failing: alarm does not notify the topic
    4 PutMetricAlarm us-west-2 lab-central-unprocessed: alarm does not notify the topic
    ");
    assert_eq!(created(&alone(), &memory), "");
    deleted(&alone(), &mut memory);
    assert_eq!(memory.topics.len(), 1);
}

#[test]
fn thresholds_stay_and_what_else_differs_is_fixed() {
    let mut memory = with_central();
    let settings = &mut memory.alarm("lab-central-behind").settings;
    settings.threshold = 60_000.0;
    assert_eq!(created(&alone(), &memory), "");
    let settings = &mut memory.alarm("lab-central-behind").settings;
    settings.actions_enabled = false;
    assert_snapshot!(create(&alone(), &mut memory), @"1 PutMetricAlarm us-west-2 lab-central-behind: actions are disabled");
    assert_eq!(
        memory.alarm("lab-central-behind").settings.threshold,
        60_000.0
    );
}

#[test]
fn refusals() {
    let far = Options {
        members: central().members,
        ..on("arn:aws:sns:eu-west-1:123456789012:x")
    };
    let far = created(&far, &Memory::default());
    let missing = created(&on(OTHER), &with_central());
    let mut memory = with_central();
    memory.composites.push(CompositeAlarm {
        name: "any".to_owned(),
        rule: "ALARM(lab-central-late)".to_owned(),
    });
    let used = listed(&plan(&alone(), Purpose::Delete, &memory));
    assert_snapshot!([far, missing, used].join("\n\n"), @"
    the topic is in eu-west-1, but the alarms are in us-west-2
    name a topic in us-west-2

    the topic arn:aws:sns:us-west-2:123456789012:other is missing
    without --alarm-topic, --email ADDRESS creates a topic

    CloudWatch deletes no alarm that a composite alarm uses: any uses lab-central-late
    remove them from its rule (`aws cloudwatch put-composite-alarm --region us-west-2`), or delete the composite alarm first
    ");
}
