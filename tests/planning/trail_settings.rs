//! The trail stack: settings that options ask for, and what is refused before anything is changed.

use ctadmin::aws::read::{Selectors, TrailDescription};
use ctadmin::policy::{Policy, Statement};
use ctadmin::resource::queue_encryption::Encryption;
use ctadmin::resource::trail::TrailState;
use ctadmin::stack::trail::{Layout, Options};
use insta::assert_snapshot;

use super::applied::selector;
use super::memory::{Memory, place};
use super::trail::{multi_region, with_trail};
use super::{HOME, create, created, policy_of_others, tag};

#[test]
fn tags_are_added_to_all_that_is_not_new() {
    let options = Options {
        tags: vec![tag("team", "audit")],
        ..Options::default()
    };
    assert_snapshot!(create(&options, &mut with_trail()), @"
    1 TagQueue us-west-2 lab-cloudtrail-dlq: tags are missing
    2 TagQueue us-west-2 lab-cloudtrail: tags are missing
    3 TagResource us-west-2 lab-cloudtrail-us-west-2: tags are missing
    4 AddTags us-west-2 lab-cloudtrail-us-west-2: tags are missing
    ");
}

#[test]
fn a_new_bucket_is_tagged() {
    let options = Options {
        tags: vec![tag("team", "audit")],
        no_queue: true,
        ..multi_region()
    };
    assert_snapshot!(create(&options, &mut Memory::default()), @"
    1 CreateBucket us-west-2 lab-cloudtrail: bucket is missing
    2 PutBucketPolicy us-west-2 lab-cloudtrail: attach the bucket policy [after 1]
    3 PutPublicAccessBlock us-west-2 lab-cloudtrail: public access is not blocked [after 2]
    4 PutBucketTagging us-west-2 lab-cloudtrail: tag the bucket [after 3]
    5 CreateTopic us-west-2 lab-cloudtrail-us-west-2: topic is missing
    6 CreateTrail us-west-2 lab-cloudtrail-us-west-2: trail is missing [after 1, 2, 5]
    7 StartLogging us-west-2 lab-cloudtrail-us-west-2: start logging [after 6]
    ");
}

#[test]
fn versioning_and_encryption_are_set_beside_each_other() {
    let options = Options {
        versioning: true,
        queue_encryption: Some(Encryption::Managed),
        ..Options::default()
    };
    assert_snapshot!(create(&options, &mut with_trail()), @"
    1 PutBucketVersioning us-west-2 lab-cloudtrail: versioning is not enabled
    2 SetQueueAttributes us-west-2 lab-cloudtrail-dlq: queue encryption differs
    3 SetQueueAttributes us-west-2 lab-cloudtrail: queue encryption differs
    ");
}

#[test]
fn a_bucket_of_another_account_is_not_touched() {
    let options = Options {
        bucket: Some("central".to_owned()),
        bucket_owner: Some("999988887777".to_owned()),
        no_queue: true,
        ..multi_region()
    };
    assert_snapshot!(create(&options, &mut Memory::default()), @"
    1 CreateTopic us-west-2 lab-cloudtrail-us-west-2: topic is missing
    2 CreateTrail us-west-2 lab-cloudtrail-us-west-2: trail is missing [after 1]
    3 StartLogging us-west-2 lab-cloudtrail-us-west-2: start logging [after 2]
    ");
}

/// With so many trails of others in each region.
fn with_others(count: usize) -> Memory {
    let mut memory = Memory::default();
    for region in ["us-east-1", HOME] {
        for at in 0..count {
            let name = format!("other-{at}");
            let description = TrailDescription {
                name: name.clone(),
                arn: format!("arn:aws:cloudtrail:{region}:123456789012:trail/{name}"),
                home_region: region.to_owned(),
                ..TrailDescription::default()
            };
            let state = TrailState {
                description,
                ..TrailState::default()
            };
            memory.trails.insert(place(region, &name), state);
        }
    }
    memory
}

#[test]
fn a_sixth_trail_of_a_region_is_refused() {
    assert!(created(&Options::default(), &with_others(4)).starts_with("1 CreateBucket"));
    assert_snapshot!(created(&Options::default(), &with_others(5)), @"
    the limit of 5 trails per region is reached: us-east-1 (other-0, other-1, other-2, other-3, other-4); us-west-2 (other-0, other-1, other-2, other-3, other-4)
    delete a trail there; shadows of multi-region trails count too
    or leave the region out with --exclude-regions
    ");
    assert_snapshot!(created(&multi_region(), &with_others(5)), @"
    the limit of 5 trails per region is reached: us-east-1 (other-0, other-1, other-2, other-3, other-4); us-west-2 (other-0, other-1, other-2, other-3, other-4)
    delete a trail there; shadows of multi-region trails count too
    a multi-region trail counts toward the limit of every region
    ");
}

#[test]
fn a_bucket_that_denies_access_is_refused() {
    let memory = Memory {
        closed_buckets: vec!["lab-cloudtrail".to_owned()],
        ..Memory::default()
    };
    assert_snapshot!(created(&Options::default(), &memory), @"
    the bucket lab-cloudtrail answers 403: it belongs to another account, or the caller lacks s3:ListBucket
    if it is a central logging bucket, give --bucket-owner ACCOUNT; it is then not touched
    otherwise choose another name with --bucket
    ");
}

#[test]
fn a_bucket_policy_that_would_be_too_long_is_refused() {
    let mut memory = with_trail();
    memory.bucket().policy = Some(policy_of_others(20_000));
    assert_snapshot!(created(&Options::default(), &memory), @"
    the policy of the bucket lab-cloudtrail would have 21034 bytes; the limit is 20480
    remove statements that are no longer needed
    ");
}

#[test]
fn a_queue_policy_of_too_many_statements_is_refused() {
    let mut memory = with_trail();
    let statements: Vec<Statement> = (1..=20)
        .map(|at| Statement::allow(format!("Theirs{at}"), ["SQS:SendMessage"], ["*"]))
        .collect();
    memory.queue("lab-cloudtrail").policy = Some(Policy::new(&statements));
    assert_snapshot!(created(&Options::default(), &memory), @"
    the policy of the queue lab-cloudtrail would have 21 statements; the limit is 20
    remove statements that are no longer needed
    ");
}

#[test]
fn a_sixth_event_selector_is_refused() {
    let mut memory = with_trail();
    let selectors = Selectors::Basic(vec![selector(false); 5]);
    memory.trail(HOME).selectors = Some(Ok(selectors));
    assert_snapshot!(created(&Options::default(), &memory), @"
    no event selector of the trail lab-cloudtrail-us-west-2 covers all management events, and with one more it would have 6 event selectors; the limit is 5
    `aws cloudtrail put-event-selectors --region us-west-2 --trail-name lab-cloudtrail-us-west-2` replaces them: merge or remove some
    ");
}

#[test]
fn a_key_outside_the_region_of_the_bucket_is_refused() {
    let options = Options {
        kms_key_id: Some("arn:aws:kms:us-east-1:123456789012:key/1234".to_owned()),
        ..Options::default()
    };
    assert_snapshot!(created(&options, &Memory::default()), @"
    the KMS key is in us-east-1, the bucket lab-cloudtrail in us-west-2
    CloudTrail needs both in one region
    ");
}

#[test]
fn another_home_than_that_of_the_queue_is_refused() {
    let options = Options {
        home: Some("us-east-1".to_owned()),
        layout: Some(Layout::Regional),
        ..Options::default()
    };
    assert_snapshot!(created(&options, &with_trail()), @"
    the queue lab-cloudtrail is in us-west-2, not in us-east-1
    leave out --region, or give --region us-west-2
    ");
}

#[test]
fn two_queues_are_refused() {
    let mut memory = with_trail();
    let queue = memory.queue("lab-cloudtrail").clone();
    memory
        .queues
        .insert(place("us-east-1", "lab-cloudtrail"), queue);
    assert_snapshot!(created(&Options::default(), &memory), @"
    the queue lab-cloudtrail is in several regions: us-east-1, us-west-2
    choose one with --region
    ");
}
