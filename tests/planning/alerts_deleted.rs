//! The alerts stack: what is deleted, in which order, and what is kept.

use ctadmin::aws::read::CompositeAlarm;
use ctadmin::stack::Purpose;
use insta::assert_snapshot;

use super::alerts::{ROOT, two, two_with, with_alerts};
use super::{HOME, deleted, listed, plan};

#[test]
fn deleting_keeps_the_log_group() {
    let mut memory = with_alerts();
    assert_snapshot!(deleted(&two(), &mut memory), @"
    1 UpdateTrail us-west-2 lab-cloudtrail-us-west-2
    2 DeleteMetricFilter us-west-2 lab-cloudtrail-root-usage
    3 DeleteMetricFilter us-west-2 lab-cloudtrail-vpc-changes
    4 DeleteDashboards us-west-2 lab-cloudtrail
    5 DeleteAlarms us-west-2 lab-cloudtrail-root-usage and 1 more
    6 DeleteTopic us-west-2 lab-cloudtrail-alerts [after 4, 5]
    7 DeleteRolePolicy global lab-cloudtrail-logs [after 1, 2, 3, 6, 4, 5]
    8 DeleteRole global lab-cloudtrail-logs [after 7]
    (the log group lab-cloudtrail is kept, with its events: --with-logs deletes it)
    (the topic's subscriptions are deleted with it: ops@example.com)
    ");
    assert_eq!((memory.groups.len(), memory.alarms.len()), (1, 0));
}

#[test]
fn deleting_with_logs_takes_the_group_with_its_filters() {
    let mut memory = with_alerts();
    let options = two_with(|delivery| delivery.with_logs = true);
    assert_snapshot!(deleted(&options, &mut memory), @"
    1 UpdateTrail us-west-2 lab-cloudtrail-us-west-2
    2 DeleteLogGroup us-west-2 lab-cloudtrail [after 1]
    3 DeleteDashboards us-west-2 lab-cloudtrail
    4 DeleteAlarms us-west-2 lab-cloudtrail-root-usage and 1 more
    5 DeleteTopic us-west-2 lab-cloudtrail-alerts [after 3, 4]
    6 DeleteRolePolicy global lab-cloudtrail-logs [after 2, 1, 5, 3, 4]
    7 DeleteRole global lab-cloudtrail-logs [after 6]
    (the topic's subscriptions are deleted with it: ops@example.com)
    ");
    assert!(memory.groups.is_empty() && memory.roles.is_empty() && memory.dashboards.is_empty());
}

#[test]
fn alarms_and_filters_of_others_are_kept() {
    let mut memory = with_alerts();
    let alarm = &mut memory.alarm(ROOT).settings;
    alarm.namespace = "theirs".to_owned();
    memory.filter(ROOT).transformations.clear();
    assert_snapshot!(deleted(&two(), &mut memory), @"
    1 DeleteMetricFilter us-west-2 lab-cloudtrail-vpc-changes
    2 DeleteDashboards us-west-2 lab-cloudtrail
    3 DeleteAlarms us-west-2 lab-cloudtrail-vpc-changes
    (the log group lab-cloudtrail is kept, and the trail sends to it as the role lab-cloudtrail-logs: it is read by the metric filter lab-cloudtrail-root-usage)
    (the topic lab-cloudtrail-alerts is kept, with its subscriptions: it is notified by lab-cloudtrail-root-usage; run the command again once these are deleted)
    ");
    assert_eq!(memory.alarms.len(), 1);
}

#[test]
fn a_trail_that_sends_as_another_role_keeps_sending() {
    let mut memory = with_alerts();
    let role = "arn:aws:iam::123456789012:role/theirs".to_owned();
    memory.trail(HOME).description.log_role_arn = Some(role);
    let options = two_with(|delivery| delivery.with_logs = true);
    assert_snapshot!(deleted(&options, &mut memory), @"
    1 DeleteMetricFilter us-west-2 lab-cloudtrail-root-usage
    2 DeleteMetricFilter us-west-2 lab-cloudtrail-vpc-changes
    3 DeleteDashboards us-west-2 lab-cloudtrail
    4 DeleteAlarms us-west-2 lab-cloudtrail-root-usage and 1 more
    5 DeleteTopic us-west-2 lab-cloudtrail-alerts [after 3, 4]
    6 DeleteRolePolicy global lab-cloudtrail-logs [after 1, 2, 5, 3, 4]
    7 DeleteRole global lab-cloudtrail-logs [after 6]
    (the log group lab-cloudtrail is kept, with its events: a trail still sends to it)
    (the trail lab-cloudtrail-us-west-2 continues to send to lab-cloudtrail, as others configured it)
    (the topic's subscriptions are deleted with it: ops@example.com)
    ");
    assert_eq!(memory.groups.len(), 1);
}

#[test]
fn what_an_interrupted_deletion_left_is_deleted() {
    let mut memory = with_alerts();
    memory.alarms.clear();
    memory.dashboards.clear();
    memory.filters.clear();
    assert_snapshot!(deleted(&two(), &mut memory), @"
    1 UpdateTrail us-west-2 lab-cloudtrail-us-west-2
    2 DeleteTopic us-west-2 lab-cloudtrail-alerts
    3 DeleteRolePolicy global lab-cloudtrail-logs [after 1, 2]
    4 DeleteRole global lab-cloudtrail-logs [after 3]
    (the log group lab-cloudtrail is kept, with its events: --with-logs deletes it)
    (the topic's subscriptions are deleted with it: ops@example.com)
    ");
}

#[test]
fn deleting_an_alarm_that_a_composite_alarm_uses() {
    let mut memory = with_alerts();
    memory.composites.push(CompositeAlarm {
        name: "any".to_owned(),
        rule: format!("ALARM({ROOT})"),
    });
    assert_snapshot!(listed(&plan(&two(), Purpose::Delete, &memory)), @"
    CloudWatch deletes no alarm that a composite alarm uses: any uses lab-cloudtrail-root-usage
    remove them from its rule (`aws cloudwatch put-composite-alarm --region us-west-2`), or delete the composite alarm first
    ");
}
