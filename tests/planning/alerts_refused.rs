//! What `create alerts` refuses before anything is changed.

use ctadmin::aws::read::Selectors;
use ctadmin::call::cloudtrail::DataResource;
use ctadmin::stack::alerts::Options;
use ctadmin::stack::trail;
use insta::assert_snapshot;

use super::alerts::{ROOT, two, two_with, with_alerts, with_trail};
use super::applied::selector;
use super::memory::Memory;
use super::{HOME, create, created, policy_of_others};

#[test]
fn a_trail_stack_without_a_multi_region_trail() {
    let mut memory = Memory::default();
    create(&trail::Options::default(), &mut memory);
    assert_snapshot!(created(&two(), &memory), @"
    the scheme has no multi-region trail, and the alerts stack receives only the events that it delivers
    `ctadmin create --multi-region` creates one; `ctadmin create alerts --multi-region` creates both
    ");
}

#[test]
fn a_topic_that_is_missing_or_in_another_region() {
    let notifying = |region: &str| Options {
        topic_arn: Some(format!("arn:aws:sns:{region}:123456789012:pager")),
        emails: Vec::new(),
        ..two()
    };
    assert_snapshot!(created(&notifying("eu-west-1"), &with_trail()), @"
    the topic is in eu-west-1, but the trail, its log group and what reads it are in us-west-2
    name a topic in us-west-2
    ");
    assert_snapshot!(created(&notifying(HOME), &with_trail()), @"
    the topic arn:aws:sns:us-west-2:123456789012:pager is missing
    without --topic-arn, the scheme has a topic of its own
    ");
}

#[test]
fn a_key_of_another_region() {
    let key = "arn:aws:kms:eu-west-1:123456789012:key/1234".to_owned();
    let options = two_with(|delivery| delivery.kms_key_id = Some(key));
    assert_snapshot!(created(&options, &with_trail()), @"
    the key is in eu-west-1, but the trail, its log group and what reads it are in us-west-2
    name a key in us-west-2
    ");
}

#[test]
fn a_log_group_without_metric_filters() {
    let mut memory = with_alerts();
    memory.group().description.class = "INFREQUENT_ACCESS".to_owned();
    assert_snapshot!(created(&two(), &memory), @"
    the log group lab-cloudtrail is of the class INFREQUENT_ACCESS, which has no filters
    a group's class cannot be changed
    --log-group NAME names another
    ");
}

#[test]
fn another_log_group_while_filters_are_in_the_one_in_use() {
    let options = two_with(|delivery| delivery.log_group = Some("others".to_owned()));
    assert_snapshot!(created(&options, &with_alerts()), @"
    the trail sends to the log group lab-cloudtrail, which is read by the metric filter lab-cloudtrail-root-usage, the metric filter lab-cloudtrail-vpc-changes, not to others
    omit --log-group, or delete these first
    ");
}

#[test]
fn a_log_group_of_others_that_is_missing() {
    let mut memory = with_trail();
    let group = "arn:aws:logs:us-west-2:123456789012:log-group:theirs:*".to_owned();
    memory.trail(HOME).description.log_group_arn = Some(group);
    assert_snapshot!(created(&two(), &memory), @"
    the trail sends to the log group theirs, which is missing
    --log-group NAME sends to another one
    ");
}

#[test]
fn a_role_under_a_path() {
    let mut memory = with_alerts();
    let role = "arn:aws:iam::123456789012:role/path/lab-cloudtrail-logs".to_owned();
    memory.role("lab-cloudtrail-logs").arn = role;
    assert_snapshot!(created(&two(), &memory), @"
    the role's name is used by arn:aws:iam::123456789012:role/path/lab-cloudtrail-logs
    rename that role, or choose another --prefix
    ");
}

#[test]
fn a_sixth_action_of_an_alarm() {
    let mut memory = with_alerts();
    let topics = (1..=5).map(|at| format!("arn:aws:sns:us-west-2:123456789012:topic-{at}"));
    memory.alarm(ROOT).settings.alarm_actions = topics.collect();
    assert_snapshot!(created(&two(), &memory), @"
    the alarm lab-cloudtrail-root-usage has 5 actions for the state ALARM, which is the limit, and none is arn:aws:sns:us-west-2:123456789012:lab-cloudtrail-alerts
    remove one action of the alarm in CloudWatch
    --topic-arn, or --alarm-topic of the stacks push and central, names one of its topics instead, if all alarms have it
    ");
}

#[test]
fn a_topic_policy_that_would_be_too_long() {
    let mut memory = with_alerts();
    let policy = policy_of_others(30_500);
    memory.topic(HOME, "lab-cloudtrail-alerts").policy = Some(policy);
    assert_snapshot!(created(&two(), &memory), @"
    the policy of the topic lab-cloudtrail-alerts would have 30944 bytes; the limit is 30720
    remove statements that are no longer needed
    ");
}

#[test]
fn a_sixth_event_selector() {
    let mut memory = with_alerts();
    let mut data = selector(false);
    data.data_resources = vec![DataResource {
        r#type: "AWS::S3::Object".to_owned(),
        values: vec!["arn:aws:s3".to_owned()],
    }];
    memory.trail(HOME).selectors = Some(Ok(Selectors::Basic(vec![data; 5])));
    assert_snapshot!(created(&two(), &memory), @"
    no event selector of the trail lab-cloudtrail-us-west-2 covers all management events, and with one more it would have 6 event selectors; the limit is 5
    `aws cloudtrail put-event-selectors --region us-west-2 --trail-name lab-cloudtrail-us-west-2` replaces them: merge or remove some
    ");
}
