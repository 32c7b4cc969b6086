//! The topics: whether trails have them, and may publish to them. A topic whose trail could not be made counts, too.

use super::check::Check;
use super::look::Looked;
use crate::resource::topic::{self, is_key_of_sns};
use crate::stack::trail::publishing::{denied_by, is_allowed, is_to_own_topic};
use crate::words::few;

const TOPICS: &str = "topics";

const FIXES: &str = "`ctadmin create` fixes it";

/// Whether each trail has its topic, and publishes to it.
pub fn exist(looked: &Looked) -> Check {
    let scheme = &looked.scheme;
    let (missing, found) = (looked.without_topic(), looked.topics().len());
    let other = looked.trails().filter(|(region, trail)| {
        !missing.contains(region) && !is_to_own_topic(scheme, region, trail)
    });
    let other: Vec<&str> = other.map(|(region, _)| region).collect();
    let wrong = [
        ("missing", &missing),
        ("the trail publishes to another topic", &other),
    ];
    let wrong = wrong.iter().filter(|(_, regions)| !regions.is_empty());
    let wrong: Vec<String> = wrong
        .map(|(what, regions)| format!("{what} in {}", few(*regions)))
        .collect();
    if !wrong.is_empty() {
        return Check::fail(TOPICS, wrong.join("; "), FIXES);
    }
    match unread(looked) {
        Some(check) => check(TOPICS),
        None if found == 0 => Check::behind(TOPICS, "trails", ""),
        None => Check::pass(TOPICS, format!("{found} found")),
    }
}

/// Whether the trails may publish to their topics.
pub fn policies(looked: &Looked) -> Check {
    const NAME: &str = "topic policy";
    let topics = looked.topics();
    let closed = topics
        .iter()
        .filter(|(region, topic)| !is_allowed(&looked.scheme, region, topic));
    let closed: Vec<&(&str, &topic::Found)> = closed.collect();
    let regions = few(closed.iter().map(|(region, _)| *region));
    if let Some(sid) = closed.iter().find_map(|(_, topic)| denied_by(topic)) {
        let advice = "remove the statement, or give it a condition";
        return Check::fail(
            NAME,
            format!("{sid} denies sns:Publish in {regions}"),
            advice,
        );
    }
    if !closed.is_empty() {
        let detail = format!("does not let the trail publish in {regions}");
        return Check::fail(NAME, detail, FIXES);
    }
    let open = topics.len();
    let seen = format!("{open} let their trail publish");
    unless_missing(looked, NAME, &seen).unwrap_or_else(|| Check::pass(NAME, seen))
}

/// CloudTrail cannot use the key of `alias/aws/sns`, which lets nobody else in:
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/configure-sns-notifications-for-cloudtrail.html>
/// and <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html>
pub fn encryption(looked: &Looked) -> Check {
    const NAME: &str = "topic encryption";
    let topics = looked.topics().into_iter();
    let keys = topics.filter_map(|(region, topic)| Some((region, topic.kms_key_id.as_deref()?)));
    let (managed, own): (Vec<_>, Vec<_>) = keys.partition(|(_, key)| is_key_of_sns(Some(key)));
    if !managed.is_empty() {
        let regions = few(managed.iter().map(|(region, _)| *region));
        return Check::fail(
            NAME,
            format!("alias/aws/sns in {regions}, with which CloudTrail cannot publish"),
            "remove the key, or use one whose policy allows cloudtrail.amazonaws.com",
        );
    }
    if let Some((region, key)) = own.first() {
        return Check::unknown(
            NAME,
            format!("the key {key} in {region}"),
            "its policy must allow cloudtrail.amazonaws.com kms:GenerateDataKey* and kms:Decrypt",
        );
    }
    unless_missing(looked, NAME, "").unwrap_or_else(|| Check::pass(NAME, "lets CloudTrail publish"))
}

/// What a check of topics is that found nothing wrong, where some topics are missing or unread.
pub fn unless_missing(looked: &Looked, name: &'static str, seen: &str) -> Option<Check> {
    let topics = looked.topics().len();
    let seen = if topics == 0 { "" } else { seen };
    if !looked.without_topic().is_empty() {
        return Some(Check::behind(name, TOPICS, seen));
    }
    if let Some(check) = unread(looked) {
        return Some(check(name));
    }
    (topics == 0).then(|| Check::behind(name, "trails", ""))
}

/// What to say of a check where a region does not tell its topic or its trail.
fn unread(looked: &Looked) -> Option<impl Fn(&'static str) -> Check> {
    let error = looked.unread(|look| &look.topic);
    let error = error.or(looked.unread(|look| &look.trails))?;
    Some(move |name| Check::untold(name, error))
}
