//! The alarms of the push stack, and the topic that they share with the alerts.

use ctadmin::aws::read::CompositeAlarm;
use ctadmin::stack::Purpose;
use ctadmin::stack::push::Options;
use insta::assert_snapshot;

use super::alerts::{two, with_alerts, with_trail};
use super::memory::Memory;
use super::push::{push, with_push};
use super::{create, created, deleted, listed, plan};

const LATE: &str = "lab-cloudtrail-splunk-late";
const TOPIC: &str = "arn:aws:sns:us-west-2:123456789012:lab-cloudtrail-alerts";

/// What the alarms of the stack notify.
fn notified(memory: &mut Memory) -> Vec<Vec<String>> {
    let names = ["lab-cloudtrail-splunk-failing", LATE];
    names
        .map(|name| memory.alarm(name).settings.alarm_actions.clone())
        .to_vec()
}

fn on(arn: &str) -> Options {
    Options {
        alarm_topic: Some(arn.to_owned()),
        ..push()
    }
}

#[test]
fn alarms_notify_the_topic_of_the_alerts_once_it_exists() {
    let mut memory = with_push();
    assert_eq!(notified(&mut memory), [[""; 0]; 2]);
    create(&two(), &mut memory);
    assert_snapshot!(create(&push(), &mut memory), @"
    1 PutMetricAlarm us-west-2 lab-cloudtrail-splunk-failing: alarm does not notify the topic
    2 PutMetricAlarm us-west-2 lab-cloudtrail-splunk-late: alarm does not notify the topic
    ");
    assert_eq!(notified(&mut memory), [[TOPIC]; 2]);
    assert_eq!(created(&Options::default(), &memory), "");
}

#[test]
fn alarms_that_notify_another_topic_keep_it() {
    let mut memory = with_alerts();
    let other = "arn:aws:sns:us-west-2:123456789012:other";
    memory.topics.insert(
        super::memory::place(super::HOME, "other"),
        Default::default(),
    );
    create(&on(other), &mut memory);
    assert_eq!(created(&push(), &memory), "");
    assert_eq!(notified(&mut memory), [[other]; 2]);
    assert_snapshot!(create(&on(TOPIC), &mut memory), @"
    1 PutMetricAlarm us-west-2 lab-cloudtrail-splunk-failing: alarm does not notify the topic
    2 PutMetricAlarm us-west-2 lab-cloudtrail-splunk-late: alarm does not notify the topic
    ");
    assert_eq!(notified(&mut memory), [[other, TOPIC]; 2]);
}

#[test]
fn thresholds_stay_and_what_else_differs_is_fixed() {
    let mut memory = with_push();
    let settings = &mut memory.alarm(LATE).settings;
    (settings.threshold, settings.period) = (1_800.0, 60);
    assert_eq!(created(&push(), &memory), "");
    let settings = &mut memory.alarm(LATE).settings;
    settings.dimensions.clear();
    settings.actions_enabled = false;
    assert_snapshot!(create(&push(), &mut memory), @"1 PutMetricAlarm us-west-2 lab-cloudtrail-splunk-late: metric differs, actions are disabled");
    assert_eq!(memory.alarm(LATE).settings.threshold, 1_800.0);
}

#[test]
fn the_topic_stays_as_long_as_alarms_notify_it() {
    let mut memory = with_alerts();
    create(&push(), &mut memory);
    let steps = deleted(&two(), &mut memory);
    let why = "it is notified by lab-cloudtrail-splunk-failing, lab-cloudtrail-splunk-late;";
    assert!(
        !steps.contains("DeleteTopic") && steps.contains(why),
        "{steps}"
    );
    assert_eq!(created(&push(), &memory), "");
    deleted(&push(), &mut memory);
    assert_snapshot!(deleted(&two(), &mut memory), @"
    1 DeleteTopic us-west-2 lab-cloudtrail-alerts
    (the log group lab-cloudtrail is kept, with its events: --with-logs deletes it)
    (the topic's subscriptions are deleted with it: ops@example.com)
    ");
    assert!(memory.alarms.is_empty() && memory.topics.len() == 1);
}

#[test]
fn refusals() {
    let far = created(&on("arn:aws:sns:eu-west-1:123456789012:x"), &with_trail());
    let missing = created(&on(TOPIC), &with_trail());
    let mut memory = with_push();
    memory.composites.push(CompositeAlarm {
        name: "any".to_owned(),
        rule: format!("ALARM({LATE})"),
    });
    let used = listed(&plan(&push(), Purpose::Delete, &memory));
    assert_snapshot!([far, missing, used].join("\n\n"), @"
    the topic is in eu-west-1, but the trail, its log group and what reads it are in us-west-2
    name a topic in us-west-2

    the topic arn:aws:sns:us-west-2:123456789012:lab-cloudtrail-alerts is missing
    without --alarm-topic, the alarms notify the topic of the stack alerts, if it exists

    CloudWatch deletes no alarm that a composite alarm uses: any uses lab-cloudtrail-splunk-late
    remove them from its rule (`aws cloudwatch put-composite-alarm --region us-west-2`), or delete the composite alarm first
    ");
}
