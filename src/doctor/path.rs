//! The way from the trails to the queue: bucket and subscriptions.

use super::check::{CREATES, FIXES, Link, REMOVE, Verdict, depends_on, fail, pass, unknown};
use super::findings::{Findings, regions_of};
use super::{queues, topics};
use crate::aws::read::BucketHead;
use crate::policy::Statement;
use crate::resource::subscription::is_of_queue;
use crate::stack::trail::statements::cloudtrail_writes;
use crate::words::{counted, few};

pub const BUCKET: Link = Link("bucket", bucket);
pub const BUCKET_POLICY: Link = Link("bucket policy", bucket_policy);
pub const SUBSCRIPTION: Link = Link("subscription", subscriptions);

/// Whether the bucket is there.
fn bucket(findings: &Findings) -> Verdict {
    let bucket = &findings.bucket;
    match (findings.bucket_head.as_ref()?, &findings.bucket_region) {
        (BucketHead::Missing, _) => fail(format!("{bucket} is missing"), CREATES),
        (BucketHead::Forbidden, _) => unknown(
            format!("{bucket} answers 403"),
            "it belongs to another account, or the caller lacks s3:ListBucket",
        ),
        (_, Some(region)) => pass(format!("{bucket} in {region}")),
        (_, None) => pass(bucket),
    }
}

/// Whether CloudTrail may write to it.
pub fn bucket_policy(findings: &Findings) -> Verdict {
    if findings.lacks_bucket() {
        return Err(depends_on(BUCKET.0, ""));
    }
    let prefixes = findings.survey.key_prefixes();
    let wanted = cloudtrail_writes(&findings.scheme, &findings.bucket, &prefixes);
    let policy = findings.bucket_policy.as_ref()?.as_ref();
    if let Some(sid) = policy.and_then(|policy| policy.denying("s3:PutObject")) {
        return fail(format!("{sid} denies s3:PutObject"), REMOVE);
    }
    let lacks = |wanted: &&Statement| !policy.is_some_and(|policy| policy.means(wanted));
    let lacking: Vec<&str> = wanted.iter().filter(lacks).map(Statement::sid).collect();
    match lacking.as_slice() {
        [] => pass("allows CloudTrail to write"),
        sids => fail(format!("lacks {}", sids.join(", ")), FIXES),
    }
}

/// Whether no subscription of the queue filters what is published.
pub fn filter_policies(findings: &Findings) -> Verdict {
    let found = findings.filter_policies.iter();
    let filtered = found.filter(|(_, policy)| matches!(policy, Ok(Some(_))));
    let filtered: Vec<&String> = filtered.map(|(region, _)| region).collect();
    if !filtered.is_empty() {
        let regions = few(filtered);
        return fail(
            format!("the queue's subscription has one in {regions}"),
            "it filters notifications: remove it from the subscription",
        );
    }
    for found in findings.filter_policies.values() {
        found.as_ref()?;
    }
    topics::none_missing(findings, "")?;
    match findings.filter_policies.is_empty() {
        true => Err(depends_on(SUBSCRIPTION.0, "")),
        false => pass("no subscription has one"),
    }
}

/// Whether the queue is subscribed to every topic of the scheme.
fn subscriptions(findings: &Findings) -> Verdict {
    let queue = findings.scheme.queue_arn(findings.home_name());
    let topics = findings.topics().into_iter();
    let (subscribed, without): (Vec<_>, Vec<_>) = topics.partition(|(_, topic)| {
        let mut subscriptions = topic.subscriptions.iter();
        subscriptions.any(|found| is_of_queue(found, &queue))
    });
    if !without.is_empty() {
        if findings.lacks_queue() {
            return Err(depends_on(queues::QUEUE.0, ""));
        }
        let regions = regions_of(&without);
        let detail = format!("the queue is not subscribed to the topic in {regions}");
        return fail(detail, FIXES);
    }
    let seen = format!("subscribed to {}", counted(subscribed.len(), "topic"));
    topics::none_missing(findings, &seen)?;
    pass(seen)
}
