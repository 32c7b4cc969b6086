//! The push stack: what is created, and what each drift of it needs.

use ctadmin::aws::read::Hidden;
use ctadmin::call::Source;
use ctadmin::resource::delivery_stream::{Token, Tuning};
use ctadmin::stack::push::Options;
use insta::assert_snapshot;

use super::alerts::with_trail;
use super::applied_firehose::TOKEN;
use super::memory::{Memory, place};
use super::{HOME, create, created, policy_of_others, tag};

const STREAM: &str = "lab-cloudtrail-splunk";

/// A collector, and a token in a variable.
pub fn push() -> Options {
    Options {
        endpoint: Some("https://hec.example.com:443".to_owned()),
        token: Some(given(TOKEN)),
        ..Options::default()
    }
}

fn given(token: &str) -> Token {
    let source = Source::Variable("CTADMIN_HEC_TOKEN".to_owned());
    Token::Given(source, Hidden(token.to_owned()))
}

pub fn secret(region: &str) -> Token {
    Token::Secret(format!(
        "arn:aws:secretsmanager:{region}:123456789012:secret:hec-AbCdEf"
    ))
}

/// A part, and what happens to it.
type Case = (&'static str, fn(&mut Memory));

/// A trail, and the stack.
pub fn with_push() -> Memory {
    let mut memory = with_trail();
    create(&push(), &mut memory);
    memory
}

/// The steps that fix what a change leaves of a created stack.
fn fixed(change: impl FnOnce(&mut Memory)) -> String {
    let mut memory = with_push();
    change(&mut memory);
    create(&push(), &mut memory)
}

#[test]
fn all_of_it_is_created_in_one_run() {
    assert_snapshot!(create(&push(), &mut with_trail()), @"
    1 CreateLogGroup us-west-2 lab-cloudtrail: log group is missing
    2 PutRetentionPolicy us-west-2 lab-cloudtrail: set the retention [after 1]
    3 CreateRole global lab-cloudtrail-logs: role is missing
    4 PutRolePolicy global lab-cloudtrail-logs: attach the inline policy [after 3]
    5 UpdateTrail us-west-2 lab-cloudtrail-us-west-2: trail sends to no log group [after 1, 3, 4, 2]
    6 CreateLogGroup us-west-2 /aws/kinesisfirehose/lab-cloudtrail-splunk: log group is missing
    7 PutRetentionPolicy us-west-2 /aws/kinesisfirehose/lab-cloudtrail-splunk: set the retention [after 6]
    8 CreateLogStream us-west-2 /aws/kinesisfirehose/lab-cloudtrail-splunk/DestinationDelivery: log stream is missing [after 6]
    9 CreateLogStream us-west-2 /aws/kinesisfirehose/lab-cloudtrail-splunk/BackupDelivery: log stream is missing [after 6]
    10 CreateBucket us-west-2 lab-cloudtrail-firehose: bucket is missing
    11 PutBucketPolicy us-west-2 lab-cloudtrail-firehose: attach the bucket policy [after 10]
    12 PutPublicAccessBlock us-west-2 lab-cloudtrail-firehose: public access is not blocked [after 11]
    13 PutBucketLifecycleConfiguration us-west-2 lab-cloudtrail-firehose: objects do not expire after 30 days [after 11]
    14 CreateRole global lab-cloudtrail-firehose: role is missing
    15 PutRolePolicy global lab-cloudtrail-firehose: attach the inline policy [after 14]
    16 CreateDeliveryStream us-west-2 lab-cloudtrail-splunk: delivery stream is missing [after 8, 9, 10, 11, 14, 15]
    17 CreateRole global lab-cloudtrail-logs-to-firehose: role is missing
    18 PutRolePolicy global lab-cloudtrail-logs-to-firehose: attach the inline policy [after 17]
    19 PutSubscriptionFilter us-west-2 lab-cloudtrail-splunk: subscription filter is missing [after 1, 16, 17, 18]
    20 PutMetricAlarm us-west-2 lab-cloudtrail-splunk-failing: alarm is missing
    21 PutMetricAlarm us-west-2 lab-cloudtrail-splunk-late: alarm is missing
    ");
}

#[test]
fn an_account_with_nothing_gets_the_trail_too() {
    let mut options = push();
    options.delivery.with_trail = true;
    options.delivery.trail.no_queue = true;
    let mut memory = Memory::default();
    create(&options, &mut memory);
    assert_eq!(created(&push(), &memory), "");
}

#[test]
fn without_options_what_exists_stays() {
    assert_eq!(created(&Options::default(), &with_push()), "");
}

#[test]
fn a_missing_part_is_created() {
    let cases: [Case; 7] = [
        ("stream", |memory| memory.streams.clear()),
        ("filter", |memory| memory.subscriptions.clear()),
        ("log streams", |memory| memory.log_streams.clear()),
        ("own log group", |memory| {
            let group = format!("/aws/kinesisfirehose/{STREAM}");
            memory.groups.remove(&place(HOME, &group));
        }),
        ("bucket", |memory| {
            memory.buckets.remove("lab-cloudtrail-firehose");
        }),
        ("roles", |memory| memory.roles.clear()),
        ("trail's delivery", |memory| {
            let trail = &mut memory.trail(HOME).description;
            (trail.log_group_arn, trail.log_role_arn) = (None, None);
        }),
    ];
    let fixes = cases.map(|(part, change)| format!("{part}:\n{}", fixed(change)));
    assert_snapshot!(fixes.join("\n"), @"
    stream:
    1 CreateDeliveryStream us-west-2 lab-cloudtrail-splunk: delivery stream is missing
    filter:
    1 PutSubscriptionFilter us-west-2 lab-cloudtrail-splunk: subscription filter is missing
    log streams:
    1 CreateLogStream us-west-2 /aws/kinesisfirehose/lab-cloudtrail-splunk/DestinationDelivery: log stream is missing
    2 CreateLogStream us-west-2 /aws/kinesisfirehose/lab-cloudtrail-splunk/BackupDelivery: log stream is missing
    own log group:
    1 CreateLogGroup us-west-2 /aws/kinesisfirehose/lab-cloudtrail-splunk: log group is missing
    2 PutRetentionPolicy us-west-2 /aws/kinesisfirehose/lab-cloudtrail-splunk: set the retention [after 1]
    bucket:
    1 CreateBucket us-west-2 lab-cloudtrail-firehose: bucket is missing
    2 PutBucketPolicy us-west-2 lab-cloudtrail-firehose: attach the bucket policy [after 1]
    3 PutPublicAccessBlock us-west-2 lab-cloudtrail-firehose: public access is not blocked [after 2]
    4 PutBucketLifecycleConfiguration us-west-2 lab-cloudtrail-firehose: objects do not expire after 30 days [after 2]
    roles:
    1 CreateRole global lab-cloudtrail-logs: role is missing
    2 PutRolePolicy global lab-cloudtrail-logs: attach the inline policy [after 1]
    3 CreateRole global lab-cloudtrail-firehose: role is missing
    4 PutRolePolicy global lab-cloudtrail-firehose: attach the inline policy [after 3]
    5 CreateRole global lab-cloudtrail-logs-to-firehose: role is missing
    6 PutRolePolicy global lab-cloudtrail-logs-to-firehose: attach the inline policy [after 5]
    trail's delivery:
    1 UpdateTrail us-west-2 lab-cloudtrail-us-west-2: trail sends to no log group
    ");
}

#[test]
fn what_differs_is_updated() {
    let cases: [Case; 9] = [
        ("endpoint type", |memory| {
            splunk(memory).endpoint_type = "Event".to_owned()
        }),
        ("endpoint", |memory| {
            splunk(memory).endpoint = "https://other:8088".to_owned()
        }),
        ("token", |memory| {
            splunk(memory).token = Some(Hidden("other".to_owned()))
        }),
        ("secret", |memory| {
            splunk(memory).secret = Some("arn".to_owned());
        }),
        ("prefix", |memory| splunk(memory).prefixes = (None, None)),
        ("role", |memory| {
            splunk(memory).role = "arn:aws:iam::123456789012:role/other".to_owned()
        }),
        ("logs", |memory| splunk(memory).log = None),
        ("encryption", |memory| memory.stream().is_encrypted = false),
        ("policies", |memory| {
            for role in ["lab-cloudtrail-firehose", "lab-cloudtrail-logs-to-firehose"] {
                memory.role(role).policy = Some(policy_of_others(9));
                memory.role(role).trust = Some(policy_of_others(9));
            }
            let bucket = memory.bucket_named("lab-cloudtrail-firehose");
            bucket.policy = Some(policy_of_others(9));
            bucket.public_access_block = None;
        }),
    ];
    let fixes = cases.map(|(part, change)| format!("{part}:\n{}", fixed(change)));
    assert_snapshot!(fixes.join("\n"), @"
    endpoint type:
    1 UpdateDestination us-west-2 lab-cloudtrail-splunk: endpoint type differs
    endpoint:
    1 UpdateDestination us-west-2 lab-cloudtrail-splunk: endpoint differs
    token:
    1 UpdateDestination us-west-2 lab-cloudtrail-splunk: token differs
    secret:
    1 UpdateDestination us-west-2 lab-cloudtrail-splunk: token differs
    prefix:
    1 UpdateDestination us-west-2 lab-cloudtrail-splunk: backup differs
    role:
    1 UpdateDestination us-west-2 lab-cloudtrail-splunk: role differs
    logs:
    1 UpdateDestination us-west-2 lab-cloudtrail-splunk: errors are not logged
    encryption:
    1 StartDeliveryStreamEncryption us-west-2 lab-cloudtrail-splunk: waiting records are not encrypted
    policies:
    1 PutBucketPolicy us-west-2 lab-cloudtrail-firehose: bucket policy lacks DenyInsecureTransportlab
    2 PutPublicAccessBlock us-west-2 lab-cloudtrail-firehose: public access is not blocked [after 1]
    3 UpdateAssumeRolePolicy global lab-cloudtrail-firehose: trust policy does not allow firehose.amazonaws.com
    4 PutRolePolicy global lab-cloudtrail-firehose: inline policy differs from what it should be [after 3]
    5 UpdateAssumeRolePolicy global lab-cloudtrail-logs-to-firehose: trust policy does not allow logs.amazonaws.com
    6 PutRolePolicy global lab-cloudtrail-logs-to-firehose: inline policy differs from what it should be [after 5]
    ");
}

fn splunk(memory: &mut Memory) -> &mut ctadmin::aws::read::Splunk {
    memory
        .stream()
        .splunk
        .as_mut()
        .expect("it delivers to Splunk")
}

#[test]
fn a_masked_token_may_be_the_one() {
    let mut memory = with_push();
    splunk(&mut memory).token = Some(Hidden("1111****-****".to_owned()));
    assert_eq!(created(&push(), &memory), "");
}

#[test]
fn the_port_of_https_need_not_be_shown() {
    let mut memory = with_push();
    splunk(&mut memory).endpoint = "https://hec.example.com".to_owned();
    assert_eq!(created(&push(), &memory), "");
}

#[test]
fn options_change_what_exists() {
    let options = Options {
        token: Some(secret(HOME)),
        tuning: Tuning {
            ack_timeout: Some(300),
            retry: Some(60),
            buffer_seconds: Some(5),
            buffer_mib: None,
            backs_up_all: Some(true),
        },
        backup_days: Some(7),
        log_retention_in_days: Some(14),
        filter_pattern: Some("{ $.readOnly = false }".to_owned()),
        ..push()
    };
    let mut memory = with_push();
    assert_snapshot!(create(&options, &mut memory), @"
    1 PutRetentionPolicy us-west-2 /aws/kinesisfirehose/lab-cloudtrail-splunk: events are kept for 30 days
    2 PutBucketLifecycleConfiguration us-west-2 lab-cloudtrail-firehose: objects do not expire after 7 days
    3 PutRolePolicy global lab-cloudtrail-firehose: inline policy differs from what it should be
    4 UpdateDestination us-west-2 lab-cloudtrail-splunk: token differs, acknowledgment timeout differs, retry duration differs, buffering differs, failed events only are backed up [after 3]
    5 PutSubscriptionFilter us-west-2 lab-cloudtrail-splunk: pattern differs [after 4]
    ");
    assert_eq!(created(&Options::default(), &memory), "");
    assert_eq!(splunk(&mut memory).buffer_mib, Some(1));
}

#[test]
fn a_bucket_that_an_option_named_stays_without_the_option() {
    let named = |bucket: &str| Options {
        backup_bucket: Some(bucket.to_owned()),
        ..push()
    };
    let mut memory = with_push();
    let theirs = memory.bucket().clone();
    memory.buckets.insert("theirs".to_owned(), theirs);
    assert_snapshot!(create(&named("theirs"), &mut memory), @"
    1 PutRolePolicy global lab-cloudtrail-firehose: inline policy differs from what it should be
    2 UpdateDestination us-west-2 lab-cloudtrail-splunk: backup differs [after 1]
    ");
    assert_eq!(created(&push(), &memory), "");
    memory.buckets.remove("theirs");
    assert_snapshot!(created(&push(), &memory), @"
    the backup bucket theirs is missing, or belongs to another account
    --backup-bucket lab-cloudtrail-firehose is the scheme's own
    ");
    let own = named("lab-cloudtrail-firehose");
    assert_snapshot!(create(&own, &mut memory), @"
    1 PutRolePolicy global lab-cloudtrail-firehose: inline policy differs from what it should be
    2 UpdateDestination us-west-2 lab-cloudtrail-splunk: backup differs [after 1]
    ");
}

#[test]
fn tags_are_added_to_all_that_can_have_them() {
    let mut options = push();
    options.delivery.tags = vec![tag("team", "audit")];
    assert_snapshot!(create(&options, &mut with_push()), @"
    1 TagResource us-west-2 lab-cloudtrail: tags are missing
    2 TagRole global lab-cloudtrail-logs: tags are missing
    3 TagResource us-west-2 /aws/kinesisfirehose/lab-cloudtrail-splunk: tags are missing
    4 TagRole global lab-cloudtrail-firehose: tags are missing
    5 TagDeliveryStream us-west-2 lab-cloudtrail-splunk: tags are missing
    6 TagRole global lab-cloudtrail-logs-to-firehose: tags are missing
    7 TagResource us-west-2 lab-cloudtrail-splunk-failing: tags are missing
    8 TagResource us-west-2 lab-cloudtrail-splunk-late: tags are missing
    ");
}

#[test]
fn a_stream_that_cannot_be_updated_is_replaced_only_with_the_option() {
    let cases: [fn(&mut Memory); 3] = [
        |memory| memory.stream().source = "KinesisStreamAsSource".to_owned(),
        |memory| splunk(memory).processors.clear(),
        |memory| memory.stream().splunk = None,
    ];
    let replacing = Options {
        replace: true,
        ..push()
    };
    let refusals = cases.map(|change| {
        let mut memory = with_push();
        change(&mut memory);
        let refusal = created(&push(), &memory);
        assert_eq!(
            create(&replacing, &mut memory).lines().count(),
            2,
            "it is deleted and created"
        );
        refusal.lines().next().unwrap_or_default().to_owned()
    });
    assert_snapshot!(refusals.join("\n"), @"
    the delivery stream lab-cloudtrail-splunk cannot be updated: its source is KinesisStreamAsSource
    the delivery stream lab-cloudtrail-splunk cannot be updated: it does not decompress and extract the messages of CloudWatch Logs
    the delivery stream lab-cloudtrail-splunk cannot be updated: it does not deliver to Splunk
    ");
    assert_eq!(created(&replacing, &with_push()), "");
}

#[test]
fn a_backup_of_all_events_cannot_be_taken_back() {
    let mut memory = with_push();
    splunk(&mut memory).backup = Some("AllEvents".to_owned());
    assert_eq!(created(&push(), &memory), "");
    let mut options = push();
    options.tuning.backs_up_all = Some(false);
    assert_snapshot!(created(&options, &memory), @"
    the delivery stream lab-cloudtrail-splunk cannot be updated: it backs up all events, which cannot be taken back
    --replace deletes it, with what it has not delivered, and creates it again; CloudWatch Logs retries for up to 24 hours what it cannot send meanwhile
    ");
}

#[test]
fn a_stream_that_failed_is_created_anew() {
    let failed = |memory: &mut Memory| memory.stream().status = "CREATING_FAILED".to_owned();
    assert_snapshot!(fixed(failed), @"
    1 DeleteDeliveryStream us-west-2 lab-cloudtrail-splunk: status is CREATING_FAILED
    2 CreateDeliveryStream us-west-2 lab-cloudtrail-splunk: replace it [after 1]
    ");
}
