//! What the verbs do to the trail stack, for the policy that allows it.

use super::super::Scheme;
use crate::resource::{Operations, bucket, queue, subscription, topic, trail};
use crate::stack::permissions::{Grant, Verb};

/// What a verb does. `bucket` is the bucket's name.
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
        grants.push(Grant {
            sid,
            service: kind.service,
            operations: operations(verb, &kind),
            arns,
        });
    }
    if verb == Verb::Show {
        grants.push(Grant {
            sid: "Ages",
            service: "cloudwatch",
            operations: vec!["GetMetricStatistics"],
            arns: vec!["*".to_owned()],
        });
    }
    grants
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
