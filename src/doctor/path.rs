//! The way from the trails to the queue: bucket and subscriptions.

use super::check::{Check, FIXES, REMOVE};
use super::findings::Findings;
use super::topics;
use crate::aws::read::BucketHead;
use crate::policy::Statement;
use crate::resource::subscription::is_of_queue;
use crate::stack::trail::statements::cloudtrail_writes;
use crate::words::{counted, few};

/// Whether the bucket is there.
pub fn bucket(findings: &Findings) -> Check {
    const NAME: &str = "bucket";
    let bucket = &findings.bucket;
    match (&findings.bucket_head, &findings.bucket_region) {
        (Ok(BucketHead::Missing), _) => Check::fail(
            NAME,
            format!("{bucket} is missing"),
            "`ctadmin create` creates it",
        ),
        (Ok(BucketHead::Forbidden), _) => Check::unknown(
            NAME,
            format!("{bucket} answers 403"),
            "it belongs to another account, or the caller lacks s3:ListBucket",
        ),
        (Err(error), _) => Check::not_read(NAME, error),
        (Ok(_), Some(region)) => Check::pass(NAME, format!("{bucket} in {region}")),
        (Ok(_), None) => Check::pass(NAME, bucket.clone()),
    }
}

/// Whether CloudTrail may write to it.
pub fn bucket_policy(findings: &Findings) -> Check {
    const NAME: &str = "bucket policy";
    if findings.lacks_bucket() {
        return Check::blocked(NAME, "bucket", "");
    }
    let prefixes = findings.survey.key_prefixes();
    let wanted = cloudtrail_writes(&findings.scheme, &findings.bucket, &prefixes);
    let policy = match &findings.bucket_policy {
        Err(error) => return Check::not_read(NAME, error),
        Ok(policy) => policy.as_ref(),
    };
    if let Some(sid) = policy.and_then(|policy| policy.denying("s3:PutObject")) {
        return Check::fail(NAME, format!("{sid} denies s3:PutObject"), REMOVE);
    }
    let lacks = |wanted: &&Statement| !policy.is_some_and(|policy| policy.means(wanted));
    let lacking: Vec<&str> = wanted.iter().filter(lacks).map(Statement::sid).collect();
    match lacking.as_slice() {
        [] => Check::pass(NAME, "allows CloudTrail to write"),
        sids => Check::fail(NAME, format!("lacks {}", sids.join(", ")), FIXES),
    }
}

/// Whether no subscription of the queue filters what is published.
pub fn filter_policies(findings: &Findings) -> Check {
    const NAME: &str = "filter policy";
    let found = findings.filter_policies.iter();
    let filtered = found.filter(|(_, policy)| matches!(policy, Ok(Some(_))));
    let filtered: Vec<&str> = filtered.map(|(region, _)| region.as_str()).collect();
    if !filtered.is_empty() {
        return Check::fail(
            NAME,
            format!("the queue's subscription has one in {}", few(&filtered)),
            "it filters notifications: remove it from the subscription",
        );
    }
    let mut errors = findings.filter_policies.values();
    if let Some(error) = errors.find_map(|found| found.as_ref().err()) {
        return Check::not_read(NAME, error);
    }
    if let Some(check) = topics::unless_missing(findings, NAME, "") {
        return check;
    }
    match findings.filter_policies.is_empty() {
        true => Check::blocked(NAME, SUBSCRIPTION, ""),
        false => Check::pass(NAME, "no subscription has one"),
    }
}

const SUBSCRIPTION: &str = "subscription";

/// Whether the queue is subscribed to every topic of the scheme.
pub fn subscriptions(findings: &Findings) -> Check {
    let home = findings.home.as_deref().unwrap_or_default();
    let queue = findings.scheme.queue_arn(home);
    let (subscribed, without): (Vec<_>, Vec<_>) =
        findings.topics().into_iter().partition(|(_, topic)| {
            let mut subscriptions = topic.subscriptions.iter();
            subscriptions.any(|found| is_of_queue(found, &queue))
        });
    let seen = format!("subscribed to {}", counted(subscribed.len(), "topic"));
    if !without.is_empty() {
        if findings.lacks_queue() {
            return Check::blocked(SUBSCRIPTION, "queue", "");
        }
        let regions = few(without.iter().map(|(region, _)| *region));
        return Check::fail(
            SUBSCRIPTION,
            format!("the queue is not subscribed to the topic in {regions}"),
            FIXES,
        );
    }
    topics::unless_missing(findings, SUBSCRIPTION, &seen)
        .unwrap_or_else(|| Check::pass(SUBSCRIPTION, seen))
}
