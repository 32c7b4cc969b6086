//! The push stack beside others: what is refused, what is deleted, and what it shares with the alerts.

use ctadmin::aws::read::SecretState;
use ctadmin::call::logs::PutSubscriptionFilter;
use ctadmin::resource::delivery_stream::Token;
use ctadmin::stack::Purpose;
use ctadmin::stack::log_delivery;
use ctadmin::stack::push::Options;
use insta::assert_snapshot;

use super::alerts::{two, two_with, with_alerts, with_trail};
use super::memory::place;
use super::push::{push, secret, with_push};
use super::{HOME, create, created, deleted, listed, plan};

#[test]
fn a_secret_that_firehose_cannot_read_is_refused() {
    let options = Options {
        token: Some(secret(HOME)),
        ..push()
    };
    let Some(Token::Secret(arn)) = &options.token else {
        panic!("a secret");
    };
    let planned = |state| {
        let mut memory = with_trail();
        memory.secrets.insert(arn.clone(), state);
        plan(&options, Purpose::Create, &memory)
    };
    let refused = [None, Some(SecretState::Deleted)].map(|state| listed(&planned(state)));
    assert_snapshot!(refused.join("\n"), @r#"
    the secret arn:aws:secretsmanager:us-west-2:123456789012:secret:hec-AbCdEf is missing
    `aws secretsmanager create-secret --region us-west-2 --name NAME --secret-string file://FILE` creates one from a file with {"hec_token": "…"}, and prints its ARN
    the secret arn:aws:secretsmanager:us-west-2:123456789012:secret:hec-AbCdEf is scheduled for deletion
    `aws secretsmanager restore-secret --region us-west-2 --secret-id arn:aws:secretsmanager:us-west-2:123456789012:secret:hec-AbCdEf` restores it
    "#);
    let denied = planned(Some(SecretState::Denied)).expect("a plan");
    let notes = denied.notes.iter();
    assert_eq!(
        notes.filter(|note| note.contains("DescribeSecret")).count(),
        1
    );
    // A secret of another account is not looked for.
    let others = Options {
        token: Some(Token::Secret(arn.replace("123456789012", "111122223333"))),
        ..push()
    };
    assert!(plan(&others, Purpose::Create, &with_trail()).is_ok());
}

#[test]
fn refusals() {
    let nowhere = created(&Options::default(), &with_trail());
    let mut without_token = push();
    without_token.token = None;
    let without_token = created(&without_token, &with_trail());
    let far = Options {
        token: Some(secret("eu-west-1")),
        ..push()
    };
    let far = created(&far, &with_trail());
    let mut memory = with_alerts();
    let group = place(HOME, "lab-cloudtrail");
    let others = ["one", "two"].map(|name| PutSubscriptionFilter {
        filter_name: name.to_owned(),
        ..Default::default()
    });
    memory.subscriptions.insert(group, others.to_vec());
    let full = created(&push(), &memory);
    let mut looping = push();
    looping.delivery.log_group = Some("/aws/kinesisfirehose/x".to_owned());
    let looping = created(&looping, &with_trail());
    let bucket = Options {
        backup_bucket: Some("theirs".to_owned()),
        ..push()
    };
    let bucket = created(&bucket, &with_trail());
    let all = [nowhere, without_token, far, full, looping, bucket];
    assert_snapshot!(all.join("\n\n"), @"
    the delivery stream lab-cloudtrail-splunk is missing, and no option says where and with which token it delivers
    give --hec-endpoint https://HOST:PORT

    the delivery stream lab-cloudtrail-splunk is missing, and no option says where and with which token it delivers
    give --hec-secret ARN, --hec-token-file FILE, or CTADMIN_HEC_TOKEN

    the secret is in eu-west-1, but the trail, its log group and what reads it are in us-west-2
    name a secret in us-west-2

    the log group lab-cloudtrail has the subscription filters one and two; the limit is 2
    delete one that is no longer needed: aws logs delete-subscription-filter --region us-west-2 --log-group-name lab-cloudtrail --filter-name NAME

    Firehose writes to the log group /aws/kinesisfirehose/x: delivering it would make it write more, without end
    --log-group NAME names another

    the backup bucket theirs is missing, or belongs to another account
    --backup-bucket lab-cloudtrail-firehose is the scheme's own
    ");
}

#[test]
fn deleting_keeps_the_bucket_and_the_log_group() {
    assert_snapshot!(deleted(&push(), &mut with_push()), @"
    1 UpdateTrail us-west-2 lab-cloudtrail-us-west-2
    2 DeleteLogGroup us-west-2 /aws/kinesisfirehose/lab-cloudtrail-splunk
    3 DeleteSubscriptionFilter us-west-2 lab-cloudtrail-splunk
    4 DeleteRolePolicy global lab-cloudtrail-logs-to-firehose [after 3]
    5 DeleteRole global lab-cloudtrail-logs-to-firehose [after 4]
    6 DeleteDeliveryStream us-west-2 lab-cloudtrail-splunk [after 3]
    7 DeleteRolePolicy global lab-cloudtrail-firehose [after 6]
    8 DeleteRole global lab-cloudtrail-firehose [after 7]
    9 DeleteAlarms us-west-2 lab-cloudtrail-splunk-failing and 1 more
    10 DeleteRolePolicy global lab-cloudtrail-logs [after 1, 2, 6, 3, 9]
    11 DeleteRole global lab-cloudtrail-logs [after 10]
    (the log group lab-cloudtrail is kept, with its events: --with-logs deletes it)
    (the backup bucket lab-cloudtrail-firehose is kept, with its objects)
    (what the delivery stream has not delivered yet is lost)
    ");
}

#[test]
fn alerts_and_push_share_what_the_trail_delivers() {
    let mut memory = with_alerts();
    assert_snapshot!(create(&push(), &mut memory), @"
    1 CreateLogGroup us-west-2 /aws/kinesisfirehose/lab-cloudtrail-splunk: log group is missing
    2 PutRetentionPolicy us-west-2 /aws/kinesisfirehose/lab-cloudtrail-splunk: set the retention [after 1]
    3 CreateLogStream us-west-2 /aws/kinesisfirehose/lab-cloudtrail-splunk/DestinationDelivery: log stream is missing [after 1]
    4 CreateLogStream us-west-2 /aws/kinesisfirehose/lab-cloudtrail-splunk/BackupDelivery: log stream is missing [after 1]
    5 CreateBucket us-west-2 lab-cloudtrail-firehose: bucket is missing
    6 PutBucketPolicy us-west-2 lab-cloudtrail-firehose: attach the bucket policy [after 5]
    7 PutPublicAccessBlock us-west-2 lab-cloudtrail-firehose: public access is not blocked [after 6]
    8 PutBucketLifecycleConfiguration us-west-2 lab-cloudtrail-firehose: objects do not expire after 30 days [after 6]
    9 CreateRole global lab-cloudtrail-firehose: role is missing
    10 PutRolePolicy global lab-cloudtrail-firehose: attach the inline policy [after 9]
    11 CreateDeliveryStream us-west-2 lab-cloudtrail-splunk: delivery stream is missing [after 3, 4, 5, 6, 9, 10]
    12 CreateRole global lab-cloudtrail-logs-to-firehose: role is missing
    13 PutRolePolicy global lab-cloudtrail-logs-to-firehose: attach the inline policy [after 12]
    14 PutSubscriptionFilter us-west-2 lab-cloudtrail-splunk: subscription filter is missing [after 11, 12, 13]
    15 PutMetricAlarm us-west-2 lab-cloudtrail-splunk-failing: alarm is missing
    16 PutMetricAlarm us-west-2 lab-cloudtrail-splunk-late: alarm is missing
    ");
    assert_eq!(created(&two(), &memory), "");
    let mut other_order = with_push();
    create(&two(), &mut other_order);
    assert_eq!(memory.names(), other_order.names());

    let mut without_alerts = memory.clone();
    assert_snapshot!(deleted(&two(), &mut without_alerts), @"
    1 DeleteMetricFilter us-west-2 lab-cloudtrail-root-usage
    2 DeleteMetricFilter us-west-2 lab-cloudtrail-vpc-changes
    3 DeleteDashboards us-west-2 lab-cloudtrail
    4 DeleteAlarms us-west-2 lab-cloudtrail-root-usage and 1 more
    (the log group lab-cloudtrail is kept, and the trail sends to it as the role lab-cloudtrail-logs: it is read by the subscription filter lab-cloudtrail-splunk)
    (the topic lab-cloudtrail-alerts is kept, with its subscriptions: it is notified by lab-cloudtrail-splunk-failing, lab-cloudtrail-splunk-late; run the command again once these are deleted)
    ");
    assert_eq!(created(&push(), &without_alerts), "");
    deleted(&push(), &mut without_alerts);
    assert_eq!(without_alerts.roles.len(), 0);

    assert_snapshot!(deleted(&push(), &mut memory), @"
    1 DeleteLogGroup us-west-2 /aws/kinesisfirehose/lab-cloudtrail-splunk
    2 DeleteSubscriptionFilter us-west-2 lab-cloudtrail-splunk
    3 DeleteRolePolicy global lab-cloudtrail-logs-to-firehose [after 2]
    4 DeleteRole global lab-cloudtrail-logs-to-firehose [after 3]
    5 DeleteDeliveryStream us-west-2 lab-cloudtrail-splunk [after 2]
    6 DeleteRolePolicy global lab-cloudtrail-firehose [after 5]
    7 DeleteRole global lab-cloudtrail-firehose [after 6]
    8 DeleteAlarms us-west-2 lab-cloudtrail-splunk-failing and 1 more
    (the log group lab-cloudtrail is kept, and the trail sends to it as the role lab-cloudtrail-logs: it is read by the metric filter lab-cloudtrail-root-usage, the metric filter lab-cloudtrail-vpc-changes)
    (the backup bucket lab-cloudtrail-firehose is kept, with its objects)
    (what the delivery stream has not delivered yet is lost)
    ");
    assert_eq!(created(&two(), &memory), "");
    deleted(&two(), &mut memory);
    assert_eq!(memory.roles.len(), 0);
}

#[test]
fn a_log_group_that_others_read_is_not_deleted() {
    let mut memory = with_alerts();
    create(&push(), &mut memory);
    let mut options = push();
    options.delivery.with_logs = true;
    let message = |error: ctadmin::error::Error| error.message;
    let refused = plan(&options, Purpose::Delete, &memory);
    assert_snapshot!(refused.map_err(message).expect_err("refused"), @"the log group lab-cloudtrail cannot be deleted: it is read by the metric filter lab-cloudtrail-root-usage, the metric filter lab-cloudtrail-vpc-changes");
    let with_logs = two_with(|delivery| delivery.with_logs = true);
    let refused = plan(&with_logs, Purpose::Delete, &memory);
    assert_snapshot!(refused.map_err(message).expect_err("refused"), @"the log group lab-cloudtrail cannot be deleted: it is read by the subscription filter lab-cloudtrail-splunk");
}

#[test]
fn a_trail_is_not_moved_or_detached_while_others_read_what_it_sends() {
    let elsewhere = Options {
        delivery: log_delivery::Options {
            log_group: Some("elsewhere".to_owned()),
            ..log_delivery::Options::default()
        },
        ..push()
    };
    let mut memory = with_alerts();
    assert_snapshot!(created(&elsewhere, &memory), @"
    the trail sends to the log group lab-cloudtrail, which is read by the metric filter lab-cloudtrail-root-usage, the metric filter lab-cloudtrail-vpc-changes, not to elsewhere
    omit --log-group, or delete these first
    ");
    create(&push(), &mut memory);
    let moved = two_with(|delivery| delivery.log_group = Some("elsewhere".to_owned()));
    assert_snapshot!(created(&moved, &memory), @"
    the trail sends to the log group lab-cloudtrail, which is read by the metric filter lab-cloudtrail-root-usage, the metric filter lab-cloudtrail-vpc-changes, the subscription filter lab-cloudtrail-splunk, not to elsewhere
    omit --log-group, or delete these first
    ");
    assert_snapshot!(listed(&plan(&elsewhere, Purpose::Delete, &memory)), @"
    the subscription filter lab-cloudtrail-splunk is in the log group lab-cloudtrail, not in elsewhere
    omit --log-group
    ");
    let steps = deleted(&moved, &mut memory);
    assert!(!steps.contains("UpdateTrail"), "{steps}");
    assert_eq!(created(&push(), &memory), "");
}

#[test]
fn a_role_under_a_path() {
    for role in
        ["logs", "firehose", "logs-to-firehose"].map(|name| format!("lab-cloudtrail-{name}"))
    {
        let mut memory = with_push();
        let arn = format!("arn:aws:iam::123456789012:role/path/{role}");
        memory.role(&role).arn.clone_from(&arn);
        let refusal = created(&push(), &memory);
        assert!(refusal.contains(&format!("used by {arn}")), "{refusal}");
    }
}
