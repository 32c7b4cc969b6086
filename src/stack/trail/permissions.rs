//! What the commands do to the trail stack, for the policy that allows it.

use crate::resource::{
    access_log_target, bucket, bucket_settings, queue, selectors, subscription, topic, trail,
};
use crate::stack::permissions::Grant;
use crate::stack::{Purpose, Scheme};

/// What a command does to this stack. `bucket` is the bucket's name, `access_logs` that of the bucket that is to get its
/// access logs.
pub fn of_stack(
    scheme: &Scheme,
    purpose: Purpose,
    bucket: &str,
    access_logs: Option<&str>,
) -> Vec<Grant> {
    let mut grants = grants(scheme, purpose, bucket);
    let arns = vec![scheme.bucket_arn(bucket)];
    if purpose != Purpose::Delete {
        grants.push(Grant::of(&bucket_settings::KIND, purpose, arns));
    }
    if let Some(target) = access_logs.filter(|_| purpose == Purpose::Create) {
        let arns = vec![scheme.bucket_arn(target)];
        let reads = &access_log_target::READS;
        grants.push(Grant::new("AccessLogBucket", "s3", reads, arns));
    }
    grants
}

/// What a command does to all but the settings of the bucket; other stacks do no more.
pub fn grants(scheme: &Scheme, purpose: Purpose, bucket: &str) -> Vec<Grant> {
    let (trails, topics) = (vec![scheme.trail_arns()], vec![scheme.topic_arns()]);
    let queues = vec![scheme.queue_arn("*"), scheme.dead_letter_queue_arn("*")];
    let mut grants = vec![
        Grant::of(&trail::KIND, purpose, trails.clone()),
        Grant::of(&topic::KIND, purpose, topics.clone()),
        Grant::of(&subscription::KIND, purpose, topics),
        Grant::of(&queue::KIND, purpose, queues),
    ];
    // `create --prune` deletes what a multi-region trail supersedes.
    if purpose == Purpose::Create {
        grants[0].operations.extend(trail::KIND.removals);
        grants[1].operations.extend(topic::KIND.removals);
    }
    // Deleting a trail does not require its selectors.
    if purpose != Purpose::Delete {
        grants.push(Grant::of(&selectors::KIND, purpose, trails));
        let bucket = vec![scheme.bucket_arn(bucket)];
        grants.push(Grant::of(&bucket::KIND, purpose, bucket));
    }
    if purpose == Purpose::Show {
        let (metrics, anything) = (&["GetMetricStatistics"], vec!["*".to_owned()]);
        grants.push(Grant::new("Ages", "cloudwatch", metrics, anything));
    }
    grants
}

/// What `events` does to the queue, its dead-letter queue, and the bucket, which may be encrypted with these keys.
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
        Grant::new("Queues", "sqs", &receiving, queues),
        // Moving messages also takes what is granted above, and to send them to where they came from:
        // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
        Grant::new("Redrive", "sqs", &redriving, vec![dead_letters]),
        Grant::new("Return", "sqs", &["SendMessage"], vec![queue]),
        Grant::new("Bucket", "s3", &["HeadBucket", "ListObjectsV2"], bucket_arn),
        Grant::new("Logs", "s3", &["GetObject"], logs(scheme, bucket)),
    ];
    grants.extend(decrypting(keys));
    // Messages that are moved back to an encrypted queue are encrypted anew:
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/troubleshooting-dlq-redrive.html
    if !keys.is_empty() {
        let encrypting = &["GenerateDataKey"];
        grants.push(Grant::new("Encrypt", "kms", encrypting, keys.to_vec()));
    }
    grants
}

/// What `doctor` reads: all that `show` does, and what else affects the delivery.
pub fn of_doctor(scheme: &Scheme, bucket: &str, keys: &[String]) -> Vec<Grant> {
    let mut grants = grants(scheme, Purpose::Show, bucket);
    let anything = vec!["*".to_owned()];
    let filters = ["GetSubscriptionAttributes"];
    grants.extend([
        Grant::new("Filters", "sns", &filters, anything),
        Grant::new("Logs", "s3", &["GetObject"], logs(scheme, bucket)),
    ]);
    grants.extend(decrypting(keys));
    grants
}

/// Logs and messages are read in plain text only by who may use their keys.
pub fn decrypting(keys: &[String]) -> Option<Grant> {
    (!keys.is_empty()).then(|| Grant::new("Decrypt", "kms", &["Decrypt"], keys.to_vec()))
}

/// The account's logs, under whatever key prefix.
fn logs(scheme: &Scheme, bucket: &str) -> Vec<String> {
    let (bucket, account) = (scheme.bucket_arn(bucket), &scheme.account);
    ["", "*/"]
        .map(|prefix| format!("{bucket}/{prefix}AWSLogs/{account}/*"))
        .into()
}
