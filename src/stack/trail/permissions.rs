//! What the verbs do to the trail stack, for the policy that allows it.

use super::super::Scheme;
use crate::resource::{
    Operations, bucket, bucket_settings, queue, selectors, subscription, topic, trail,
};
use crate::stack::permissions::{Grant, Verb};

/// What the verbs of this stack do. `bucket` is the bucket's name, `access_logs` that of the bucket that is to get its
/// access logs.
pub fn of_verb(scheme: &Scheme, verb: Verb, bucket: &str, access_logs: Option<&str>) -> Vec<Grant> {
    let mut grants = grants(scheme, verb, bucket);
    let settings = operations(verb, &bucket_settings::OPERATIONS);
    let arns = vec![scheme.bucket_arn(bucket)];
    grants.push(grant("BucketSettings", "s3", &settings, arns));
    if let Some(target) = access_logs.filter(|_| verb == Verb::Create) {
        let arns = vec![scheme.bucket_arn(target)];
        grants.push(grant(
            "AccessLogBucket",
            "s3",
            &bucket_settings::TARGET_READS,
            arns,
        ));
    }
    grants
}

/// What a verb does to all but the settings of the bucket; other stacks do no more.
pub fn grants(scheme: &Scheme, verb: Verb, bucket: &str) -> Vec<Grant> {
    let topics = vec![scheme.topic_arns()];
    let queues = vec![scheme.queue_arn("*"), scheme.dead_letter_queue_arn("*")];
    let kinds = [
        ("Trails", trail::OPERATIONS, vec![scheme.trail_arns()]),
        ("Topics", topic::OPERATIONS, topics.clone()),
        ("Subscriptions", subscription::OPERATIONS, topics),
        ("Queues", queue::OPERATIONS, queues),
        (
            "Bucket",
            bucket::OPERATIONS,
            vec![scheme.bucket_arn(bucket)],
        ),
    ];
    let mut grants: Vec<Grant> = Vec::new();
    for (sid, kind, arns) in kinds {
        let mut operations = operations(verb, &kind);
        // Whoever deletes a trail need not know its selectors.
        if kind.service == "cloudtrail" && verb != Verb::Delete {
            operations.extend(self::operations(verb, &selectors::OPERATIONS));
        }
        grants.push(grant(sid, kind.service, &operations, arns));
    }
    if verb == Verb::Show {
        let anything = vec!["*".to_owned()];
        grants.push(grant(
            "Ages",
            "cloudwatch",
            &["GetMetricStatistics"],
            anything,
        ));
    }
    grants
}

/// What `events` does to the queue, its dead letters, and the bucket, which may be encrypted with these keys.
pub fn of_events(scheme: &Scheme, bucket: &str, keys: &[String]) -> Vec<Grant> {
    let queues = vec![scheme.queue_arn("*"), scheme.dead_letter_queue_arn("*")];
    let receiving = [
        "GetQueueAttributes",
        "ReceiveMessage",
        "ChangeMessageVisibilityBatch",
        "DeleteMessageBatch",
    ];
    let redriving = [
        "StartMessageMoveTask",
        "ListMessageMoveTasks",
        "ListDeadLetterSourceQueues",
    ];
    let (queue, dead_letters) = (scheme.queue_arn("*"), scheme.dead_letter_queue_arn("*"));
    let bucket_arn = vec![scheme.bucket_arn(bucket)];
    let mut grants = vec![
        grant("Queues", "sqs", &receiving, queues),
        // Moving messages also takes what is granted above, and to send them to where they came from:
        // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
        grant("Redrive", "sqs", &redriving, vec![dead_letters]),
        grant("Return", "sqs", &["SendMessage"], vec![queue]),
        grant("Bucket", "s3", &["HeadBucket", "ListObjectsV2"], bucket_arn),
        grant("Logs", "s3", &["GetObject"], logs(scheme, bucket)),
    ];
    grants.extend(decrypting(keys));
    // Messages that go back to an encrypted queue are encrypted anew:
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/troubleshooting-dlq-redrive.html
    if !keys.is_empty() {
        grants.push(grant("Encrypt", "kms", &["GenerateDataKey"], keys.to_vec()));
    }
    grants
}

/// What `doctor` reads: all that `show` does, and what is on the way beside it.
pub fn of_doctor(scheme: &Scheme, bucket: &str, keys: &[String]) -> Vec<Grant> {
    let mut grants = grants(scheme, Verb::Show, bucket);
    let anything = vec!["*".to_owned()];
    let filters = ["GetSubscriptionAttributes"];
    grants.extend([
        grant("Filters", "sns", &filters, anything),
        grant("Logs", "s3", &["GetObject"], logs(scheme, bucket)),
    ]);
    grants.extend(decrypting(keys));
    grants
}

fn grant(
    sid: &'static str,
    service: &'static str,
    operations: &[&'static str],
    arns: Vec<String>,
) -> Grant {
    Grant {
        sid,
        service,
        operations: operations.to_vec(),
        arns,
        passed_to: None,
    }
}

/// Logs and messages are read in plain text only by who may use their keys.
fn decrypting(keys: &[String]) -> Option<Grant> {
    (!keys.is_empty()).then(|| grant("Decrypt", "kms", &["Decrypt"], keys.to_vec()))
}

/// The account's logs, under whatever key prefix.
fn logs(scheme: &Scheme, bucket: &str) -> Vec<String> {
    let (bucket, account) = (scheme.bucket_arn(bucket), &scheme.account);
    ["", "*/"]
        .map(|prefix| format!("{bucket}/{prefix}AWSLogs/{account}/*"))
        .into()
}

fn operations(verb: Verb, kind: &Operations) -> Vec<&'static str> {
    match verb {
        // `create --prune` deletes what a multi-region trail supersedes.
        Verb::Create if kind.service != "sqs" => {
            [kind.reads, kind.tag_reads, kind.changes, kind.removals].concat()
        }
        Verb::Create => [kind.reads, kind.tag_reads, kind.changes].concat(),
        Verb::Show => kind.reads.to_vec(),
        // The bucket is not even looked at.
        Verb::Delete if kind.service == "s3" => Vec::new(),
        Verb::Delete => [kind.reads, kind.removals].concat(),
    }
}
