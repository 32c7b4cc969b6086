//! The trail stack: what each drift of it needs, changes of the layout, and the order of deletion.

use ctadmin::aws::read::Selectors;
use ctadmin::stack::trail::{Layout, Options};
use insta::assert_snapshot;

use super::applied::selector;
use super::memory::{Memory, place};
use super::{HOME, create, created, deleted, policy_of_others};

const QUEUE: &str = "lab-cloudtrail";
const HOME_TOPIC: &str = "lab-cloudtrail-us-west-2";

pub fn multi_region() -> Options {
    Options {
        layout: Some(Layout::MultiRegion),
        ..Options::default()
    }
}

/// The stack in the multi-region layout, which is the shorter one.
pub fn with_trail() -> Memory {
    let mut memory = Memory::default();
    create(&multi_region(), &mut memory);
    memory
}

/// The steps that fix what a change leaves of a created stack; no option is given.
fn fixed(change: impl FnOnce(&mut Memory)) -> String {
    let mut memory = with_trail();
    change(&mut memory);
    create(&Options::default(), &mut memory)
}

#[test]
fn each_region_gets_a_trail() {
    assert_snapshot!(create(&Options::default(), &mut Memory::default()), @"
    1 CreateBucket us-west-2 lab-cloudtrail: bucket is missing
    2 PutBucketPolicy us-west-2 lab-cloudtrail: attach the bucket policy [after 1]
    3 PutPublicAccessBlock us-west-2 lab-cloudtrail: public access is not blocked [after 2]
    4 CreateQueue us-west-2 lab-cloudtrail-dlq: queue is missing
    5 CreateQueue us-west-2 lab-cloudtrail: queue is missing [after 4]
    6 CreateTopic us-east-1 lab-cloudtrail-us-east-1: topic is missing
    7 Subscribe us-east-1 lab-cloudtrail-us-east-1: queue is not subscribed to the topic [after 5, 4, 6]
    8 CreateTrail us-east-1 lab-cloudtrail-us-east-1: trail is missing [after 1, 2, 6]
    9 StartLogging us-east-1 lab-cloudtrail-us-east-1: start logging [after 8]
    10 CreateTopic us-west-2 lab-cloudtrail-us-west-2: topic is missing
    11 Subscribe us-west-2 lab-cloudtrail-us-west-2: queue is not subscribed to the topic [after 5, 4, 10]
    12 CreateTrail us-west-2 lab-cloudtrail-us-west-2: trail is missing [after 1, 2, 10]
    13 StartLogging us-west-2 lab-cloudtrail-us-west-2: start logging [after 12]
    ");
}

#[test]
fn one_trail_logs_all_regions() {
    assert_snapshot!(create(&multi_region(), &mut Memory::default()), @"
    1 CreateBucket us-west-2 lab-cloudtrail: bucket is missing
    2 PutBucketPolicy us-west-2 lab-cloudtrail: attach the bucket policy [after 1]
    3 PutPublicAccessBlock us-west-2 lab-cloudtrail: public access is not blocked [after 2]
    4 CreateQueue us-west-2 lab-cloudtrail-dlq: queue is missing
    5 CreateQueue us-west-2 lab-cloudtrail: queue is missing [after 4]
    6 CreateTopic us-west-2 lab-cloudtrail-us-west-2: topic is missing
    7 Subscribe us-west-2 lab-cloudtrail-us-west-2: queue is not subscribed to the topic [after 5, 4, 6]
    8 CreateTrail us-west-2 lab-cloudtrail-us-west-2: trail is missing [after 1, 2, 6]
    9 StartLogging us-west-2 lab-cloudtrail-us-west-2: start logging [after 8]
    ");
}

#[test]
fn without_a_queue_nothing_is_subscribed() {
    let options = Options {
        no_queue: true,
        ..multi_region()
    };
    assert_snapshot!(create(&options, &mut Memory::default()), @"
    1 CreateBucket us-west-2 lab-cloudtrail: bucket is missing
    2 PutBucketPolicy us-west-2 lab-cloudtrail: attach the bucket policy [after 1]
    3 PutPublicAccessBlock us-west-2 lab-cloudtrail: public access is not blocked [after 2]
    4 CreateTopic us-west-2 lab-cloudtrail-us-west-2: topic is missing
    5 CreateTrail us-west-2 lab-cloudtrail-us-west-2: trail is missing [after 1, 2, 4]
    6 StartLogging us-west-2 lab-cloudtrail-us-west-2: start logging [after 5]
    ");
}

#[test]
fn a_stack_that_exists_is_left_alone_without_options() {
    assert_eq!(created(&Options::default(), &with_trail()), "");
}

#[test]
fn a_missing_trail_of_one_region_is_created() {
    let mut memory = Memory::default();
    create(&Options::default(), &mut memory);
    memory
        .trails
        .remove(&place("us-east-1", "lab-cloudtrail-us-east-1"));
    assert_snapshot!(create(&Options::default(), &mut memory), @"
    1 CreateTrail us-east-1 lab-cloudtrail-us-east-1: trail is missing
    2 StartLogging us-east-1 lab-cloudtrail-us-east-1: start logging [after 1]
    ");
}

#[test]
fn a_stopped_trail_is_started() {
    let stopped = |memory: &mut Memory| memory.trail(HOME).status.logging = false;
    assert_snapshot!(fixed(stopped), @"1 StartLogging us-west-2 lab-cloudtrail-us-west-2: logging is stopped");
}

#[test]
fn a_trail_that_differs_is_updated_in_one_call() {
    let differing = |memory: &mut Memory| {
        let trail = &mut memory.trail(HOME).description;
        trail.topic_arn = None;
        trail.log_file_validation = false;
    };
    assert_snapshot!(fixed(differing), @"1 UpdateTrail us-west-2 lab-cloudtrail-us-west-2: topic is missing from the trail, log file validation is off");
}

#[test]
fn key_and_prefix_stay_unless_options_name_them() {
    let mut memory = with_trail();
    let trail = &mut memory.trail(HOME).description;
    trail.key_prefix = Some("theirs".to_owned());
    trail.kms_key_id = Some("arn:aws:kms:us-west-2:123456789012:key/theirs".to_owned());
    assert_snapshot!(create(&Options::default(), &mut memory), @"1 PutBucketPolicy us-west-2 lab-cloudtrail: bucket policy lacks AWSCloudTrailWrite20150319lab");
    let options = Options {
        key_prefix: Some("ours".to_owned()),
        kms_key_id: Some("arn:aws:kms:us-west-2:123456789012:key/ours".to_owned()),
        ..Options::default()
    };
    assert_snapshot!(create(&options, &mut memory), @"
    1 PutBucketPolicy us-west-2 lab-cloudtrail: bucket policy lacks AWSCloudTrailWrite20150319lab
    2 UpdateTrail us-west-2 lab-cloudtrail-us-west-2: key prefix is theirs, KMS key is arn:aws:kms:us-west-2:123456789012:key/theirs [after 1]
    ");
}

#[test]
fn management_events_are_selected() {
    let narrowed = |memory: &mut Memory| {
        memory.trail(HOME).selectors = Some(Ok(Selectors::Basic(vec![selector(false)])));
    };
    assert_snapshot!(fixed(narrowed), @"1 PutEventSelectors us-west-2 lab-cloudtrail-us-west-2: no selector covers all management events");
}

#[test]
fn services_that_are_left_out_stay_so_unless_an_option_includes_them() {
    let mut memory = with_trail();
    let mut narrowed = selector(true);
    narrowed.exclude_management_event_sources = vec!["kms.amazonaws.com".to_owned()];
    memory.trail(HOME).selectors = Some(Ok(Selectors::Basic(vec![narrowed])));
    assert_eq!(created(&Options::default(), &memory), "");
    let options = Options {
        include_all_sources: true,
        ..Options::default()
    };
    assert_snapshot!(create(&options, &mut memory), @"1 PutEventSelectors us-west-2 lab-cloudtrail-us-west-2: selectors exclude management events of kms.amazonaws.com");
}

#[test]
fn a_missing_topic_is_created_with_its_subscription() {
    let gone = |memory: &mut Memory| drop(memory.topics.remove(&place(HOME, HOME_TOPIC)));
    assert_snapshot!(fixed(gone), @"
    1 CreateTopic us-west-2 lab-cloudtrail-us-west-2: topic is missing
    2 Subscribe us-west-2 lab-cloudtrail-us-west-2: queue is not subscribed to the topic [after 1]
    ");
}

#[test]
fn a_topic_that_the_trail_cannot_publish_to_is_fixed() {
    let closed = |memory: &mut Memory| {
        memory.topic(HOME, HOME_TOPIC).policy = Some(policy_of_others(9));
    };
    assert_snapshot!(fixed(closed), @"1 SetTopicAttributes us-west-2 lab-cloudtrail-us-west-2: topic policy does not allow CloudTrail to publish as it should");
}

#[test]
fn a_missing_subscription_is_added() {
    let gone = |memory: &mut Memory| memory.topic(HOME, HOME_TOPIC).subscriptions.clear();
    assert_snapshot!(fixed(gone), @"1 Subscribe us-west-2 lab-cloudtrail-us-west-2: queue is not subscribed to the topic");
}

#[test]
fn a_missing_queue_is_created() {
    let gone = |memory: &mut Memory| drop(memory.queues.remove(&place(HOME, QUEUE)));
    assert_snapshot!(fixed(gone), @"1 CreateQueue us-west-2 lab-cloudtrail: queue is missing");
}

#[test]
fn a_queue_that_differs_is_fixed_in_one_call() {
    let differing = |memory: &mut Memory| {
        let queue = memory.queue(QUEUE);
        queue.attributes.remove("RedrivePolicy");
        queue.policy = None;
    };
    assert_snapshot!(fixed(differing), @"1 SetQueueAttributes us-west-2 lab-cloudtrail: queue policy does not allow the topics to send as it should, queue has no dead-letter queue");
}

#[test]
fn a_missing_dead_letter_queue_is_created() {
    let gone = |memory: &mut Memory| drop(memory.queues.remove(&place(HOME, "lab-cloudtrail-dlq")));
    assert_snapshot!(fixed(gone), @"1 CreateQueue us-west-2 lab-cloudtrail-dlq: queue is missing");
}

#[test]
fn dead_letters_that_go_elsewhere_stay_there() {
    let mut memory = with_trail();
    let redrive = r#"{"deadLetterTargetArn": "arn:aws:sqs:us-west-2:123456789012:theirs", "maxReceiveCount": 9}"#;
    let attributes = &mut memory.queue(QUEUE).attributes;
    attributes.insert("RedrivePolicy".to_owned(), redrive.to_owned());
    memory.queues.remove(&place(HOME, "lab-cloudtrail-dlq"));
    assert_eq!(created(&Options::default(), &memory), "");
}

#[test]
fn a_missing_bucket_is_created() {
    let gone = |memory: &mut Memory| memory.buckets.clear();
    assert_snapshot!(fixed(gone), @"
    1 CreateBucket us-west-2 lab-cloudtrail: bucket is missing
    2 PutBucketPolicy us-west-2 lab-cloudtrail: attach the bucket policy [after 1]
    3 PutPublicAccessBlock us-west-2 lab-cloudtrail: public access is not blocked [after 2]
    ");
}

#[test]
fn a_bucket_policy_that_lacks_statements_is_merged() {
    let closed = |memory: &mut Memory| memory.bucket().policy = Some(policy_of_others(9));
    assert_snapshot!(fixed(closed), @"1 PutBucketPolicy us-west-2 lab-cloudtrail: bucket policy lacks AWSCloudTrailAclCheck20150319lab, AWSCloudTrailWrite20150319lab, DenyInsecureTransportlab");
}

#[test]
fn public_access_is_blocked() {
    let opened = |memory: &mut Memory| memory.bucket().public_access_block = None;
    assert_snapshot!(fixed(opened), @"1 PutPublicAccessBlock us-west-2 lab-cloudtrail: public access is not blocked");
}

#[test]
fn prune_deletes_what_the_new_layout_supersedes_once_its_trail_exists() {
    let mut memory = Memory::default();
    create(&Options::default(), &mut memory);
    let options = Options {
        prune: true,
        ..multi_region()
    };
    assert_snapshot!(create(&options, &mut memory), @"
    1 UpdateTrail us-west-2 lab-cloudtrail-us-west-2: trail logs its own region only
    2 DeleteTrail us-east-1 lab-cloudtrail-us-east-1: superseded by the multi-region trail [after 1]
    3 DeleteTopic us-east-1 lab-cloudtrail-us-east-1: superseded by the multi-region trail [after 2, 1]
    ");
}

#[test]
fn the_trail_of_all_regions_becomes_regional_last() {
    let options = Options {
        layout: Some(Layout::Regional),
        ..Options::default()
    };
    assert_snapshot!(create(&options, &mut with_trail()), @"
    1 CreateTopic us-east-1 lab-cloudtrail-us-east-1: topic is missing
    2 Subscribe us-east-1 lab-cloudtrail-us-east-1: queue is not subscribed to the topic [after 1]
    3 CreateTrail us-east-1 lab-cloudtrail-us-east-1: trail is missing [after 1]
    4 StartLogging us-east-1 lab-cloudtrail-us-east-1: start logging [after 3]
    5 UpdateTrail us-west-2 lab-cloudtrail-us-west-2: trail logs every region [after 3, 4]
    ");
}

#[test]
fn deleting_takes_trails_before_topics_and_queues_last() {
    let mut memory = Memory::default();
    create(&Options::default(), &mut memory);
    assert_snapshot!(deleted(&Options::default(), &mut memory), @"
    1 DeleteTrail us-east-1 lab-cloudtrail-us-east-1
    2 DeleteTopic us-east-1 lab-cloudtrail-us-east-1 [after 1]
    3 DeleteTrail us-west-2 lab-cloudtrail-us-west-2
    4 DeleteTopic us-west-2 lab-cloudtrail-us-west-2 [after 3]
    5 DeleteQueue us-west-2 lab-cloudtrail [after 1, 3]
    6 DeleteQueue us-west-2 lab-cloudtrail-dlq [after 1, 3]
    (logging stops in 2 regions: this stack no longer records their management events, with those of IAM, STS and CloudFront; there is no other trail)
    (the bucket lab-cloudtrail is kept: it may hold audit logs)
    ");
    assert_eq!(
        (
            memory.trails.len(),
            memory.queues.len(),
            memory.buckets.len()
        ),
        (0, 0, 1)
    );
}

#[test]
fn deleting_what_is_left_needs_no_trail() {
    let mut memory = with_trail();
    memory.trails.clear();
    assert_snapshot!(deleted(&Options::default(), &mut memory), @"
    1 DeleteTopic us-west-2 lab-cloudtrail-us-west-2
    2 DeleteQueue us-west-2 lab-cloudtrail
    3 DeleteQueue us-west-2 lab-cloudtrail-dlq
    (no bucket is ever deleted: it may hold audit logs)
    ");
}
