//! Deliveries from other log groups than the trail's.

use ctadmin::aws::read::{Lifecycle, LogGroup, STANDARD};
use ctadmin::call::lifecycle::{LifecycleExpiration, LifecycleRule};
use ctadmin::resource::bucket::BucketState;
use ctadmin::resource::log_group::LogGroupState;
use ctadmin::stack::Purpose;
use ctadmin::stack::engine::{Run, outline};
use ctadmin::stack::log_delivery::LogSource;
use ctadmin::stack::push::Options;
use insta::assert_snapshot;

use super::alerts::with_trail;
use super::memory::{Memory, place};
use super::push::{push, secret, with_push};
use super::{HOME, Tested, account, create, created, deleted, listed, plan};

const FLOW: &str = "/vpc/flow";
const FAR: &str = "us-east-1";

/// The delivery `flow`, as far as options say from where.
fn named(group: Option<&str>, region: Option<&str>) -> Options {
    let mut options = push();
    options.delivery.source = Some(LogSource {
        name: "flow".to_owned(),
        group: group.map(str::to_owned),
        region: region.map(str::to_owned),
    });
    options
}

fn flow() -> Options {
    named(Some(FLOW), Some(HOME))
}

/// As the commands after the first one have it.
fn by_name() -> Options {
    named(None, None)
}

/// Adds a log group of others.
fn add_group(memory: &mut Memory, region: &str) {
    let description = LogGroup {
        class: STANDARD.to_owned(),
        ..LogGroup::default()
    };
    let state = LogGroupState {
        description,
        ..LogGroupState::default()
    };
    memory.groups.insert(place(region, FLOW), state);
}

/// An account without a trail, with the log group.
fn with_group() -> Memory {
    let mut memory = Memory::default();
    add_group(&mut memory, HOME);
    memory
}

/// What `show` warns of.
fn warnings(stack: &Options, memory: &Memory) -> Vec<String> {
    let run = Run::new(stack.clone(), Purpose::Show);
    let surveyed = memory.survey(&run, stack.discovered(memory, Purpose::Show));
    let outline = outline(stack, &account(), Purpose::Show, &surveyed);
    outline.expect("all was read").warnings
}

#[test]
fn it_needs_no_trail_and_is_found_by_its_name() {
    let mut memory = with_group();
    assert_snapshot!(create(&flow(), &mut memory), @"
    1 CreateLogGroup us-west-2 /aws/kinesisfirehose/lab-cloudtrail-flow: log group is missing
    2 PutRetentionPolicy us-west-2 /aws/kinesisfirehose/lab-cloudtrail-flow: set the retention [after 1]
    3 CreateLogStream us-west-2 /aws/kinesisfirehose/lab-cloudtrail-flow/DestinationDelivery: log stream is missing [after 1]
    4 CreateLogStream us-west-2 /aws/kinesisfirehose/lab-cloudtrail-flow/BackupDelivery: log stream is missing [after 1]
    5 CreateBucket us-west-2 lab-cloudtrail-firehose: bucket is missing
    6 PutBucketPolicy us-west-2 lab-cloudtrail-firehose: attach the bucket policy [after 5]
    7 PutPublicAccessBlock us-west-2 lab-cloudtrail-firehose: public access is not blocked [after 6]
    8 PutBucketLifecycleConfiguration us-west-2 lab-cloudtrail-firehose: objects do not expire after 30 days [after 6]
    9 CreateRole global lab-cloudtrail-firehose-flow: role is missing
    10 PutRolePolicy global lab-cloudtrail-firehose-flow: attach the inline policy [after 9]
    11 CreateDeliveryStream us-west-2 lab-cloudtrail-flow: delivery stream is missing [after 3, 4, 5, 6, 9, 10]
    12 CreateRole global lab-cloudtrail-logs-to-firehose-flow: role is missing
    13 PutRolePolicy global lab-cloudtrail-logs-to-firehose-flow: attach the inline policy [after 12]
    14 PutSubscriptionFilter us-west-2 lab-cloudtrail-flow: subscription filter is missing [after 11, 12, 13]
    15 PutMetricAlarm us-west-2 lab-cloudtrail-flow-failing: alarm is missing
    16 PutMetricAlarm us-west-2 lab-cloudtrail-flow-late: alarm is missing
    ");
    assert_eq!(created(&by_name(), &memory), "");
    assert_snapshot!(deleted(&by_name(), &mut memory), @"
    1 DeleteLogGroup us-west-2 /aws/kinesisfirehose/lab-cloudtrail-flow
    2 DeleteSubscriptionFilter us-west-2 lab-cloudtrail-flow
    3 DeleteDeliveryStream us-west-2 lab-cloudtrail-flow [after 2]
    4 DeleteRolePolicy global lab-cloudtrail-firehose-flow [after 3]
    5 DeleteRole global lab-cloudtrail-firehose-flow [after 4]
    6 DeleteAlarms us-west-2 lab-cloudtrail-flow-failing and 1 more
    7 DeleteRolePolicy global lab-cloudtrail-logs-to-firehose-flow [after 1, 4, 5, 3, 2, 6]
    8 DeleteRole global lab-cloudtrail-logs-to-firehose-flow [after 7]
    (the backup bucket lab-cloudtrail-firehose is kept, with its objects)
    (what the delivery stream has not delivered yet is lost)
    ");
    assert_eq!(memory.groups.len(), 1);
    let nothing = deleted(&by_name(), &mut memory);
    assert_snapshot!(nothing, @"

    (no role says which log group flow delivers: give --source-log-group)
    ");
}

#[test]
fn what_differs_is_fixed() {
    let fixed = |change: fn(&mut Memory)| {
        let mut memory = with_group();
        create(&flow(), &mut memory);
        change(&mut memory);
        create(&flow(), &mut memory)
    };
    let fixes = [
        fixed(|memory| memory.streams.clear()),
        fixed(|memory| memory.subscriptions.clear()),
        fixed(|memory| memory.roles.clear()),
        fixed(|memory| memory.alarms.clear()),
        fixed(|memory| {
            let filters = memory.subscriptions.get_mut(&place(HOME, FLOW));
            filters.expect("filters")[0].destination_arn = "other".to_owned();
        }),
    ];
    assert_snapshot!(fixes.join("\n"), @"
    1 CreateDeliveryStream us-west-2 lab-cloudtrail-flow: delivery stream is missing
    1 PutSubscriptionFilter us-west-2 lab-cloudtrail-flow: subscription filter is missing
    1 CreateRole global lab-cloudtrail-firehose-flow: role is missing
    2 PutRolePolicy global lab-cloudtrail-firehose-flow: attach the inline policy [after 1]
    3 CreateRole global lab-cloudtrail-logs-to-firehose-flow: role is missing
    4 PutRolePolicy global lab-cloudtrail-logs-to-firehose-flow: attach the inline policy [after 3]
    1 PutMetricAlarm us-west-2 lab-cloudtrail-flow-failing: alarm is missing
    2 PutMetricAlarm us-west-2 lab-cloudtrail-flow-late: alarm is missing
    1 PutSubscriptionFilter us-west-2 lab-cloudtrail-flow: destination differs
    ");
}

#[test]
fn a_log_group_that_its_owner_deleted_is_said_and_does_not_keep_the_delivery() {
    let mut memory = with_group();
    create(&flow(), &mut memory);
    memory.groups.remove(&place(HOME, FLOW));
    memory.subscriptions.clear();
    assert_eq!(
        warnings(&by_name(), &memory),
        ["the log group /vpc/flow is missing"]
    );
    deleted(&by_name(), &mut memory);
    assert!(memory.streams.is_empty() && memory.roles.is_empty());
}

#[test]
fn deliveries_beside_each_other_share_the_bucket_only() {
    let mut memory = with_push();
    add_group(&mut memory, HOME);
    let before = memory.names();
    let steps = create(&flow(), &mut memory);
    assert!(!steps.contains("Bucket"), "{steps}");
    assert_eq!(created(&push(), &memory), "");
    let mut alone = memory.clone();
    deleted(&by_name(), &mut memory);
    assert_eq!(memory.names(), before);
    assert_eq!(created(&push(), &memory), "");
    deleted(&push(), &mut alone);
    assert_eq!(created(&by_name(), &alone), "");
    assert_eq!(alone.buckets.len(), memory.buckets.len());
}

#[test]
fn another_region_has_a_bucket_of_its_own() {
    let mut memory = with_push();
    add_group(&mut memory, FAR);
    create(&named(Some(FLOW), Some(FAR)), &mut memory);
    let buckets: Vec<&String> = memory.buckets.keys().collect();
    assert_snapshot!(format!("{buckets:?}"), @r#"["lab-cloudtrail", "lab-cloudtrail-firehose", "lab-cloudtrail-firehose-us-east-1"]"#);
    assert_eq!(created(&by_name(), &memory), "");
    assert_eq!(created(&push(), &memory), "");
}

#[test]
fn refusals() {
    let unknown = created(&by_name(), &with_group());
    let missing = created(&named(Some(FLOW), Some(FAR)), &with_group());
    let trails = created(&named(Some("lab-cloudtrail"), Some(HOME)), &with_push());
    let mut far = flow();
    far.token = Some(secret(FAR));
    let far = created(&far, &with_group());
    let own = named(
        Some("/aws/kinesisfirehose/lab-cloudtrail-splunk"),
        Some(HOME),
    );
    let own = created(&own, &with_push());
    let mut memory = with_group();
    create(&flow(), &mut memory);
    let other = named(Some("other"), Some(HOME));
    let moved = created(&other, &memory);
    let deleting = listed(&plan(&other, Purpose::Delete, &memory));
    let all = [unknown, missing, trails, far, own, moved, deleting];
    assert_snapshot!(all.join("\n\n"), @"
    the log group that flow delivers is unknown
    give --source-log-group NAME

    the log group /vpc/flow is missing in us-east-1
    --source-region REGION names another region

    the log group lab-cloudtrail is that of the trail
    `ctadmin create push` delivers it: omit --source-log-group and --name

    the secret is in us-east-1, but the log group and what reads it are in us-west-2
    name a secret in us-west-2

    Firehose writes to the log group /aws/kinesisfirehose/lab-cloudtrail-splunk: delivering it would make it write more, without end
    --source-log-group NAME names another

    flow delivers the log group /vpc/flow in us-west-2, not other in us-west-2
    choose another --name, or `ctadmin delete push --name flow` first

    flow delivers the log group /vpc/flow in us-west-2, not other in us-west-2
    choose another --name, or `ctadmin delete push --name flow` first
    ");
}

/// A bucket with a lifecycle rule of others, in the form that S3 takes no overlapping rules of.
fn with_older_rule() -> BucketState {
    let rule = LifecycleRule {
        id: Some("all".to_owned()),
        prefix: Some(String::new()),
        status: "Enabled".to_owned(),
        expiration: Some(LifecycleExpiration {
            days: Some(1),
            ..LifecycleExpiration::default()
        }),
        ..LifecycleRule::default()
    };
    let lifecycle = Lifecycle {
        rules: vec![rule],
        ..Lifecycle::default()
    };
    let mut state = BucketState::default();
    HOME.clone_into(&mut state.region);
    state.settings.lifecycle = Some(Ok(lifecycle));
    state
}

#[test]
fn overlapping_lifecycle_rules_of_others_are_refused() {
    let with_bucket = |name: &str| {
        let mut memory = with_trail();
        memory.buckets.insert(name.to_owned(), with_older_rule());
        memory
    };
    assert_snapshot!(created(&push(), &with_bucket("lab-cloudtrail-firehose")), @"
    the lifecycle rule all of the bucket lab-cloudtrail-firehose covers the same objects, and S3 accepts no overlapping rules of its form
    write that rule with Filter in the place of Prefix
    ");
    let other = Options {
        backup_bucket: Some("theirs".to_owned()),
        ..push()
    };
    // It is not changed.
    create(&other, &mut with_bucket("theirs"));
}
