//! The alerts stack: what is created, and what each drift of it needs.

use ctadmin::alerts::{Catalogue, Choice};
use ctadmin::aws::read::Selectors;
use ctadmin::stack::alerts::{Options, Wanted};
use ctadmin::stack::log_delivery;
use ctadmin::stack::trail::{self, Layout};
use insta::assert_snapshot;

use super::applied::selector;
use super::memory::{Memory, place};
use super::{HOME, create, created, policy_of_others, tag};

pub const ROOT: &str = "lab-cloudtrail-root-usage";
const TOPIC: &str = "lab-cloudtrail-alerts";
const ROLE: &str = "lab-cloudtrail-logs";

pub fn choosing(choice: Choice) -> Options {
    Options {
        catalogue: Wanted::new(Catalogue::built_in(), choice).expect("known alerts"),
        emails: vec!["ops@example.com".to_owned()],
        ..Options::default()
    }
}

/// Two alerts and a subscriber.
pub fn two() -> Options {
    choosing(Choice {
        only: vec!["root-usage".to_owned(), "vpc-changes".to_owned()],
        ..Choice::default()
    })
}

/// As [`two`], with something else asked of what the trail delivers.
pub fn two_with(change: impl FnOnce(&mut log_delivery::Options)) -> Options {
    let mut options = two();
    change(&mut options.delivery);
    options
}

/// The multi-region trail.
pub fn with_trail() -> Memory {
    let mut memory = Memory::default();
    let options = trail::Options {
        layout: Some(Layout::MultiRegion),
        no_queue: true,
        ..trail::Options::default()
    };
    create(&options, &mut memory);
    memory
}

/// A trail, and the stack.
pub fn with_alerts() -> Memory {
    let mut memory = with_trail();
    create(&two(), &mut memory);
    memory
}

/// The steps that fix what a change leaves of a created stack.
fn fixed(change: impl FnOnce(&mut Memory)) -> String {
    let mut memory = with_alerts();
    change(&mut memory);
    create(&two(), &mut memory)
}

#[test]
fn the_choice_is_listed_before_new_alerts() {
    assert_snapshot!(create(&two(), &mut with_trail()), @"
    1 CreateLogGroup us-west-2 lab-cloudtrail: log group is missing
    2 PutRetentionPolicy us-west-2 lab-cloudtrail: set the retention [after 1]
    3 CreateRole global lab-cloudtrail-logs: role is missing
    4 PutRolePolicy global lab-cloudtrail-logs: attach the inline policy [after 3]
    5 UpdateTrail us-west-2 lab-cloudtrail-us-west-2: trail sends to no log group [after 1, 3, 4, 2]
    6 CreateTopic us-west-2 lab-cloudtrail-alerts: topic is missing
    7 Subscribe us-west-2 lab-cloudtrail-alerts/ops@example.com: address is not subscribed to the topic [after 6]
    8 PutDashboard us-west-2 lab-cloudtrail: dashboard is missing
    9 PutMetricFilter us-west-2 lab-cloudtrail-root-usage: metric filter is missing [after 1, 8]
    10 PutMetricAlarm us-west-2 lab-cloudtrail-root-usage: alarm is missing [after 6, 8]
    11 PutMetricFilter us-west-2 lab-cloudtrail-vpc-changes: metric filter is missing [after 1, 8]
    12 PutMetricAlarm us-west-2 lab-cloudtrail-vpc-changes: alarm is missing [after 6, 8]
    ");
}

#[test]
fn the_trail_is_created_before_it_sends() {
    let mut options = choosing(Choice {
        only: vec!["root-usage".to_owned()],
        ..Choice::default()
    });
    options.delivery.with_trail = true;
    options.delivery.trail.no_queue = true;
    assert_snapshot!(create(&options, &mut Memory::default()), @"
    1 CreateBucket us-west-2 lab-cloudtrail: bucket is missing
    2 PutBucketPolicy us-west-2 lab-cloudtrail: attach the bucket policy [after 1]
    3 PutPublicAccessBlock us-west-2 lab-cloudtrail: public access is not blocked [after 2]
    4 CreateTopic us-west-2 lab-cloudtrail-us-west-2: topic is missing
    5 CreateTrail us-west-2 lab-cloudtrail-us-west-2: trail is missing [after 1, 2, 4]
    6 StartLogging us-west-2 lab-cloudtrail-us-west-2: start logging [after 5]
    7 CreateLogGroup us-west-2 lab-cloudtrail: log group is missing
    8 PutRetentionPolicy us-west-2 lab-cloudtrail: set the retention [after 7]
    9 CreateRole global lab-cloudtrail-logs: role is missing
    10 PutRolePolicy global lab-cloudtrail-logs: attach the inline policy [after 9]
    11 UpdateTrail us-west-2 lab-cloudtrail-us-west-2: trail sends to no log group [after 7, 9, 10, 5, 6, 8]
    12 CreateTopic us-west-2 lab-cloudtrail-alerts: topic is missing
    13 Subscribe us-west-2 lab-cloudtrail-alerts/ops@example.com: address is not subscribed to the topic [after 12]
    14 PutDashboard us-west-2 lab-cloudtrail: dashboard is missing
    15 PutMetricFilter us-west-2 lab-cloudtrail-root-usage: metric filter is missing [after 7, 14]
    16 PutMetricAlarm us-west-2 lab-cloudtrail-root-usage: alarm is missing [after 12, 14]
    ");
}

#[test]
fn without_a_choice_the_alerts_that_exist_are_meant() {
    assert_eq!(created(&choosing(Choice::default()), &with_alerts()), "");
}

#[test]
fn without_a_choice_a_listed_alert_is_completed() {
    let mut memory = with_alerts();
    memory.filters.clear();
    memory.alarms.clear();
    let options = choosing(Choice::default());
    assert_snapshot!(create(&options, &mut memory), @"
    1 PutMetricFilter us-west-2 lab-cloudtrail-root-usage: metric filter is missing
    2 PutMetricAlarm us-west-2 lab-cloudtrail-root-usage: alarm is missing
    3 PutMetricFilter us-west-2 lab-cloudtrail-vpc-changes: metric filter is missing
    4 PutMetricAlarm us-west-2 lab-cloudtrail-vpc-changes: alarm is missing
    ");
}

#[test]
fn another_alert_is_added_to_those_that_exist() {
    let options = choosing(Choice {
        only: vec!["kms-key-deletion".to_owned()],
        ..Choice::default()
    });
    assert_snapshot!(create(&options, &mut with_alerts()), @"
    1 PutDashboard us-west-2 lab-cloudtrail: dashboard differs from what it should be
    2 PutMetricFilter us-west-2 lab-cloudtrail-kms-key-deletion: metric filter is missing [after 1]
    3 PutMetricAlarm us-west-2 lab-cloudtrail-kms-key-deletion: alarm is missing [after 1]
    ");
}

#[test]
fn a_missing_log_group_is_created_with_its_filters() {
    let gone = |memory: &mut Memory| {
        memory.groups.clear();
        memory.filters.clear();
    };
    assert_snapshot!(fixed(gone), @"
    1 CreateLogGroup us-west-2 lab-cloudtrail: log group is missing
    2 PutRetentionPolicy us-west-2 lab-cloudtrail: set the retention [after 1]
    3 PutMetricFilter us-west-2 lab-cloudtrail-root-usage: metric filter is missing [after 1]
    4 PutMetricFilter us-west-2 lab-cloudtrail-vpc-changes: metric filter is missing [after 1]
    ");
}

#[test]
fn a_retention_that_others_set_stays_unless_an_option_states_one() {
    let mut memory = with_alerts();
    memory.group().description.retention_in_days = Some(30);
    assert_eq!(created(&two(), &memory), "");
    let options = two_with(|delivery| delivery.retention_in_days = Some(90));
    assert_snapshot!(create(&options, &mut memory), @"1 PutRetentionPolicy us-west-2 lab-cloudtrail: events are kept for 30 days");
}

#[test]
fn a_group_that_an_interrupted_run_left_gets_its_retention() {
    let interrupted = |memory: &mut Memory| {
        memory.group().description.retention_in_days = None;
        let trail = &mut memory.trail(HOME).description;
        (trail.log_group_arn, trail.log_role_arn) = (None, None);
    };
    assert_snapshot!(fixed(interrupted), @"
    1 PutRetentionPolicy us-west-2 lab-cloudtrail: events never expire
    2 UpdateTrail us-west-2 lab-cloudtrail-us-west-2: trail sends to no log group [after 1]
    ");
}

#[test]
fn a_key_that_an_option_names_encrypts_the_group() {
    let key = "arn:aws:kms:us-west-2:123456789012:key/1234".to_owned();
    let options = two_with(|delivery| delivery.kms_key_id = Some(key));
    assert_snapshot!(create(&options, &mut with_alerts()), @"1 AssociateKmsKey us-west-2 lab-cloudtrail: KMS key is none");
}

#[test]
fn missing_tags_are_added_to_all_that_can_have_them() {
    let options = two_with(|delivery| delivery.tags = vec![tag("team", "audit")]);
    assert_snapshot!(create(&options, &mut with_alerts()), @"
    1 TagResource us-west-2 lab-cloudtrail: tags are missing
    2 TagRole global lab-cloudtrail-logs: tags are missing
    3 TagResource us-west-2 lab-cloudtrail-alerts: tags are missing
    4 TagResource us-west-2 lab-cloudtrail-root-usage: tags are missing
    5 TagResource us-west-2 lab-cloudtrail-vpc-changes: tags are missing
    ");
}

#[test]
fn a_missing_role_is_created() {
    let gone = |memory: &mut Memory| memory.roles.clear();
    assert_snapshot!(fixed(gone), @"
    1 CreateRole global lab-cloudtrail-logs: role is missing
    2 PutRolePolicy global lab-cloudtrail-logs: attach the inline policy [after 1]
    ");
}

#[test]
fn a_role_that_differs_is_fixed() {
    let differing = |memory: &mut Memory| {
        memory.role(ROLE).policy = Some(policy_of_others(9));
        memory.role(ROLE).trust = Some(policy_of_others(9));
    };
    assert_snapshot!(fixed(differing), @"
    1 UpdateAssumeRolePolicy global lab-cloudtrail-logs: trust policy does not allow cloudtrail.amazonaws.com
    2 PutRolePolicy global lab-cloudtrail-logs: inline policy differs from what it should be [after 1]
    ");
}

#[test]
fn a_trail_that_was_detached_sends_again() {
    let detached = |memory: &mut Memory| {
        let trail = &mut memory.trail(HOME).description;
        (trail.log_group_arn, trail.log_role_arn) = (None, None);
    };
    assert_snapshot!(fixed(detached), @"1 UpdateTrail us-west-2 lab-cloudtrail-us-west-2: trail sends to no log group");
}

#[test]
fn the_role_and_the_group_of_others_stay() {
    let mut memory = with_alerts();
    let role = "arn:aws:iam::123456789012:role/theirs".to_owned();
    memory.trail(HOME).description.log_role_arn = Some(role);
    memory.roles.clear();
    assert_eq!(created(&two(), &memory), "");
}

#[test]
fn a_trail_without_management_events_gets_a_selector() {
    let narrowed = |memory: &mut Memory| {
        memory.trail(HOME).selectors = Some(Ok(Selectors::Basic(vec![selector(false)])));
    };
    assert_snapshot!(fixed(narrowed), @"1 PutEventSelectors us-west-2 lab-cloudtrail-us-west-2: no selector covers all management events");
}

#[test]
fn a_missing_topic_is_created_with_its_subscriber() {
    let gone = |memory: &mut Memory| drop(memory.topics.remove(&place(HOME, TOPIC)));
    assert_snapshot!(fixed(gone), @"
    1 CreateTopic us-west-2 lab-cloudtrail-alerts: topic is missing
    2 Subscribe us-west-2 lab-cloudtrail-alerts/ops@example.com: address is not subscribed to the topic [after 1]
    ");
}

#[test]
fn a_topic_that_alarms_cannot_publish_to_is_fixed() {
    let closed = |memory: &mut Memory| memory.topic(HOME, TOPIC).policy = Some(policy_of_others(9));
    assert_snapshot!(fixed(closed), @"1 SetTopicAttributes us-west-2 lab-cloudtrail-alerts: topic policy does not allow CloudWatch to publish as it should");
}

#[test]
fn a_missing_subscriber_is_added() {
    let gone = |memory: &mut Memory| memory.topic(HOME, TOPIC).subscriptions.clear();
    assert_snapshot!(fixed(gone), @"1 Subscribe us-west-2 lab-cloudtrail-alerts/ops@example.com: address is not subscribed to the topic");
}

#[test]
fn a_dashboard_that_is_missing_or_differs_is_replaced() {
    let gone = |memory: &mut Memory| memory.dashboards.clear();
    assert_snapshot!(fixed(gone), @"1 PutDashboard us-west-2 lab-cloudtrail: dashboard is missing");
    let emptied = |memory: &mut Memory| {
        memory
            .dashboards
            .insert("lab-cloudtrail".to_owned(), "{}".to_owned());
    };
    assert_snapshot!(fixed(emptied), @"1 PutDashboard us-west-2 lab-cloudtrail: dashboard differs from what it should be");
}

#[test]
fn a_missing_filter_waits_for_nothing() {
    let gone = |memory: &mut Memory| {
        let filters = memory.filters.values_mut();
        filters.for_each(|filters| filters.retain(|filter| filter.name != ROOT));
    };
    assert_snapshot!(fixed(gone), @"1 PutMetricFilter us-west-2 lab-cloudtrail-root-usage: metric filter is missing");
}

#[test]
fn a_filter_that_differs_is_replaced() {
    let differing = |memory: &mut Memory| {
        let filter = memory.filter(ROOT);
        filter.pattern = "{ $.eventName = x }".to_owned();
        filter.by_dimension = true;
        filter.narrowed_by = vec!["applyOnTransformedLogs"];
    };
    assert_snapshot!(fixed(differing), @"1 PutMetricFilter us-west-2 lab-cloudtrail-root-usage: pattern differs, metric differs, applyOnTransformedLogs is set");
}

#[test]
fn a_missing_alarm_waits_for_nothing() {
    let gone = |memory: &mut Memory| drop(memory.alarms.remove(&place(HOME, ROOT)));
    assert_snapshot!(fixed(gone), @"1 PutMetricAlarm us-west-2 lab-cloudtrail-root-usage: alarm is missing");
}

#[test]
fn an_alarm_that_differs_is_replaced() {
    let differing = |memory: &mut Memory| {
        let alarm = memory.alarm(ROOT);
        alarm.settings.actions_enabled = false;
        alarm.settings.alarm_actions.clear();
        alarm.settings.treat_missing_data = "missing".to_owned();
        alarm.settings.alarm_description = "mine".to_owned();
    };
    assert_snapshot!(fixed(differing), @"1 PutMetricAlarm us-west-2 lab-cloudtrail-root-usage: actions are disabled, alarm does not notify the topic, evaluation differs, description differs");
}

#[test]
fn a_threshold_stays_unless_an_option_states_one() {
    let mut memory = with_alerts();
    let settings = &mut memory.alarm(ROOT).settings;
    (settings.threshold, settings.period) = (7.0, 60);
    memory.alarm("lab-cloudtrail-vpc-changes").plain = false;
    let options = Options {
        emails: Vec::new(),
        ..two()
    };
    assert_snapshot!(create(&options, &mut memory), @"
    1 PutDashboard us-west-2 lab-cloudtrail: dashboard differs from what it should be
    2 PutMetricAlarm us-west-2 lab-cloudtrail-vpc-changes: metric differs
    ");
    let stated = choosing(Choice {
        thresholds: vec![("root-usage".to_owned(), 2)],
        periods: vec![("root-usage".to_owned(), 600)],
        ..Choice::default()
    });
    assert_snapshot!(create(&stated, &mut memory), @"
    1 PutDashboard us-west-2 lab-cloudtrail: dashboard differs from what it should be
    2 PutMetricAlarm us-west-2 lab-cloudtrail-root-usage: threshold differs, period differs
    ");
}
