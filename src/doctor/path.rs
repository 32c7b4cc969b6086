//! The way from the trails to the queue: bucket, topics, subscriptions.

use super::check::Check;
use super::look::Looked;
use crate::aws::read::BucketHead;
use crate::policy::Statement;
use crate::resource::subscription::is_of_queue;
use crate::stack::trail::statements::{cloudtrail_writes, trail_publishes};
use crate::words::few;

const MENDS: &str = "`ctadmin create` mends it";

/// What `ctadmin` never touches.
const REMOVE: &str = "remove the statement, or give it a condition";

/// Whether the bucket is there.
pub fn bucket(looked: &Looked) -> Check {
    const NAME: &str = "bucket";
    let bucket = &looked.bucket;
    match (&looked.bucket_head, &looked.bucket_region) {
        (Ok(BucketHead::Missing), _) => Check::fail(
            NAME,
            format!("{bucket} is missing"),
            "`ctadmin create` makes it",
        ),
        (Ok(BucketHead::Forbidden), _) => Check::unknown(
            NAME,
            format!("{bucket} answers 403"),
            "it belongs to another account, or the caller lacks s3:ListBucket",
        ),
        (Err(error), _) => Check::untold(NAME, error),
        (Ok(_), Some(region)) => Check::pass(NAME, format!("{bucket} in {region}")),
        (Ok(_), None) => Check::pass(NAME, bucket.clone()),
    }
}

/// Whether CloudTrail may write to it.
pub fn bucket_policy(looked: &Looked) -> Check {
    const NAME: &str = "bucket policy";
    if looked.lacks_bucket() {
        return Check::fail(NAME, "there is no bucket", "`ctadmin create` makes it");
    }
    let mut prefixes = looked.survey.key_prefixes(&looked.scheme);
    if prefixes.is_empty() {
        prefixes.insert(String::new());
    }
    let wanted = cloudtrail_writes(&looked.scheme, &looked.bucket, &prefixes);
    let policy = match &looked.bucket_policy {
        Err(error) => return Check::untold(NAME, error),
        Ok(policy) => policy.as_ref(),
    };
    if let Some(sid) = policy.and_then(|policy| policy.denying("s3:PutObject")) {
        return Check::fail(NAME, format!("{sid} denies s3:PutObject"), REMOVE);
    }
    let lacks = |wanted: &&Statement| !policy.is_some_and(|policy| policy.means(wanted));
    let lacking: Vec<&str> = wanted.iter().filter(lacks).map(Statement::sid).collect();
    match lacking.as_slice() {
        [] => Check::pass(NAME, "lets CloudTrail write"),
        sids => Check::fail(NAME, format!("lacks {}", sids.join(", ")), MENDS),
    }
}

/// Whether the trails may publish to their topics.
pub fn topic_policies(looked: &Looked) -> Check {
    const NAME: &str = "topic policy";
    let mut missing = Vec::new();
    let mut closed = Vec::new();
    let mut open = 0;
    for (region, trail) in looked.trails() {
        let Some(Ok(topic)) = looked.looks.get(region).map(|look| &look.topic) else {
            continue;
        };
        let wanted = trail_publishes(&looked.scheme, region);
        let policy = topic.as_ref().map(|topic| topic.policy.as_ref());
        let arn = looked.scheme.topic_arn(region);
        match policy {
            None => missing.push(region),
            Some(_) if trail.description.topic_arn.as_ref() != Some(&arn) => missing.push(region),
            Some(Some(policy))
                if policy.means(&wanted) && policy.denying("sns:Publish").is_none() =>
            {
                open += 1;
            }
            Some(_) => closed.push(region),
        }
    }
    if !missing.is_empty() {
        let regions = few(&missing);
        return Check::fail(
            NAME,
            format!("the trail tells no topic of the scheme in {regions}"),
            MENDS,
        );
    }
    if !closed.is_empty() {
        let regions = few(&closed);
        return Check::fail(
            NAME,
            format!("does not let the trail publish in {regions}"),
            MENDS,
        );
    }
    match looked
        .unread(|look| &look.topic)
        .or(looked.unread(|look| &look.trails))
    {
        Some(error) => Check::untold(NAME, error),
        None if open == 0 => Check::fail(NAME, "there is no topic", "`ctadmin create` makes it"),
        None => Check::pass(NAME, format!("{open} let their trail publish")),
    }
}

/// CloudTrail cannot use the key of `alias/aws/sns`:
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html>
pub fn topic_encryption(looked: &Looked) -> Check {
    const NAME: &str = "topic encryption";
    let topics = looked.survey.regions.iter();
    let topics =
        topics.filter_map(|(region, found)| Some((region.as_str(), found.topic.as_ref()?)));
    let keys = topics.filter_map(|(region, topic)| Some((region, topic.kms_key_id.as_deref()?)));
    let (managed, own): (Vec<_>, Vec<_>) =
        keys.partition(|(_, key)| key.ends_with("alias/aws/sns"));
    if !managed.is_empty() {
        let regions = few(managed.iter().map(|(region, _)| *region));
        return Check::fail(
            NAME,
            format!("alias/aws/sns in {regions}, with which CloudTrail cannot publish"),
            "take the key away, or use one whose policy lets cloudtrail.amazonaws.com in",
        );
    }
    match (own.first(), looked.unread(|look| &look.topic)) {
        (Some((region, key)), _) => Check::unknown(
            NAME,
            format!("the key {key} in {region}"),
            "its policy must allow cloudtrail.amazonaws.com kms:GenerateDataKey* and kms:Decrypt",
        ),
        (None, Some(error)) => Check::untold(NAME, error),
        (None, None) => Check::pass(NAME, "lets CloudTrail publish"),
    }
}

/// Whether the subscriptions let all through that the queue is to hear.
pub fn filter_policies(looked: &Looked) -> Check {
    const NAME: &str = "filter policy";
    let found = looked.filter_policies.iter();
    let filtered = found.filter(|(_, policy)| matches!(policy, Ok(Some(_))));
    let filtered: Vec<&str> = filtered.map(|(region, _)| region.as_str()).collect();
    if !filtered.is_empty() {
        return Check::fail(
            NAME,
            format!("the queue's subscription has one in {}", few(&filtered)),
            "it lets only some notices through, or none: remove it from the subscription",
        );
    }
    let mut errors = looked
        .filter_policies
        .values()
        .filter_map(|found| found.as_ref().err());
    match errors.next().or(looked.unread(|look| &look.topic)) {
        Some(error) => Check::untold(NAME, error),
        None => Check::pass(NAME, "no subscription has one"),
    }
}

/// Whether the queue hears of every topic that a trail tells.
pub fn subscriptions(looked: &Looked) -> Check {
    const NAME: &str = "subscription";
    let home = looked.home.as_deref().unwrap_or_default();
    let queue = looked.scheme.queue_arn(home);
    let mut deaf = Vec::new();
    let mut subscribed = 0;
    for (region, _) in looked.trails() {
        let Some(Ok(topic)) = looked.looks.get(region).map(|look| &look.topic) else {
            continue;
        };
        let subscriptions = topic.iter().flat_map(|topic| &topic.subscriptions);
        match subscriptions
            .into_iter()
            .any(|found| is_of_queue(found, &queue))
        {
            true => subscribed += 1,
            false => deaf.push(region),
        }
    }
    if !deaf.is_empty() {
        let regions = few(&deaf);
        return Check::fail(
            NAME,
            format!("the queue is not subscribed to the topic in {regions}"),
            MENDS,
        );
    }
    match looked
        .unread(|look| &look.topic)
        .or(looked.unread(|look| &look.trails))
    {
        Some(error) => Check::untold(NAME, error),
        None if subscribed == 0 => Check::fail(
            NAME,
            "there is no topic to hear",
            "`ctadmin create` makes it",
        ),
        None => Check::pass(NAME, format!("the queue hears {subscribed}")),
    }
}
