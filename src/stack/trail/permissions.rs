//! The least that a caller of each verb must be allowed, made from the operations of the stack's kinds.

use super::super::Scheme;
use crate::call::permission;
use crate::policy::{Policy, Statement};
use crate::resource::{Operations, bucket, queue, subscription, topic, trail};

/// A verb that needs permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// `ctadmin create`
    Create,
    /// `ctadmin show`
    Show,
    /// `ctadmin delete`
    Delete,
}

/// The IAM policy for a verb. `bucket` is the bucket's name.
pub fn policy(scheme: &Scheme, verb: Verb, bucket: &str) -> Policy {
    let topics = scheme.topic_arns();
    let kinds = [
        ("Trails", trail::OPERATIONS, scheme.trail_arns()),
        ("Topics", topic::OPERATIONS, topics.clone()),
        ("Subscriptions", subscription::OPERATIONS, topics),
        ("Queue", queue::OPERATIONS, scheme.queue_arn("*")),
        ("Bucket", bucket::OPERATIONS, scheme.bucket_arn(bucket)),
    ];
    let mut anywhere = vec![
        "sts:GetCallerIdentity".to_owned(),
        "account:ListRegions".to_owned(),
    ];
    let mut statements = Vec::new();
    let mut granted: Vec<(String, String)> = Vec::new();
    for (sid, operations, arn) in kinds {
        let mut actions = Vec::new();
        for action in actions_of(verb, &operations) {
            if is_about_no_resource(&action) {
                anywhere.push(action);
            } else if !granted.contains(&(action.clone(), arn.clone())) {
                granted.push((action.clone(), arn.clone()));
                actions.push(action);
            }
        }
        if !actions.is_empty() {
            statements.push(Statement::allow(sid, actions, [arn]));
        }
    }
    statements.insert(0, Statement::allow("LookAround", anywhere, ["*"]));
    Policy::new(&statements)
}

fn actions_of(verb: Verb, kind: &Operations) -> Vec<String> {
    let operations: Vec<&str> = match verb {
        Verb::Create => [kind.reads, kind.tag_reads, kind.changes].concat(),
        Verb::Show => kind.reads.to_vec(),
        // The bucket is not even looked at.
        Verb::Delete if kind.service == "s3" => Vec::new(),
        Verb::Delete => [kind.reads, kind.removals].concat(),
    };
    let prune = match verb {
        // `create --prune` deletes what a multi-region trail supersedes.
        Verb::Create if kind.service != "sqs" => kind.removals,
        _ => &[],
    };
    let all = operations.into_iter().chain(prune.iter().copied());
    let mut actions = Vec::new();
    for action in all.flat_map(|operation| permission::actions(kind.service, operation)) {
        if !actions.contains(&action) {
            actions.push(action);
        }
    }
    actions
}

/// Actions that IAM does not let limit to a resource.
fn is_about_no_resource(action: &str) -> bool {
    action == "cloudtrail:DescribeTrails"
}
