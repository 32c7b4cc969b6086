//! The topics: whether trails have them, and may publish to them. A topic whose trail could not be created counts, too.

use super::check::{Check, FIXES, REMOVE};
use super::findings::Findings;
use crate::resource::topic::{self, is_key_of_sns};
use crate::stack::trail::publishing::{denied_by, is_allowed, is_to_own_topic};
use crate::words::few;

const TOPICS: &str = "topics";

/// Whether each trail has its topic, and publishes to it.
pub fn exist(findings: &Findings) -> Check {
    let scheme = &findings.scheme;
    let (missing, found) = (findings.without_topic(), findings.topics().len());
    let other = findings.trails().filter(|(region, trail)| {
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
    match unread(findings) {
        Some(check) => check(TOPICS),
        None if found == 0 => Check::blocked(TOPICS, "trails", ""),
        None => Check::pass(TOPICS, format!("{found} found")),
    }
}

/// Whether the trails may publish to their topics.
pub fn policies(findings: &Findings) -> Check {
    const NAME: &str = "topic policy";
    let topics = findings.topics();
    let closed = topics
        .iter()
        .filter(|(region, topic)| !is_allowed(&findings.scheme, region, topic));
    let closed: Vec<&(&str, &topic::TopicState)> = closed.collect();
    let regions = few(closed.iter().map(|(region, _)| *region));
    if let Some(sid) = closed.iter().find_map(|(_, topic)| denied_by(topic)) {
        return Check::fail(
            NAME,
            format!("{sid} denies sns:Publish in {regions}"),
            REMOVE,
        );
    }
    if !closed.is_empty() {
        let detail = format!("does not allow the trail to publish in {regions}");
        return Check::fail(NAME, detail, FIXES);
    }
    let open = topics.len();
    let seen = format!("{open} allow their trail to publish");
    unless_missing(findings, NAME, &seen).unwrap_or_else(|| Check::pass(NAME, seen))
}

/// CloudTrail cannot use the key of `alias/aws/sns`, which allows no other principal:
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/configure-sns-notifications-for-cloudtrail.html>
/// and <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html>
pub fn encryption(findings: &Findings) -> Check {
    const NAME: &str = "topic encryption";
    let topics = findings.topics().into_iter();
    let keys = topics.filter_map(|(region, topic)| Some((region, topic.kms_key_id.as_deref()?)));
    let (managed, own): (Vec<_>, Vec<_>) = keys.partition(|(_, key)| is_key_of_sns(Some(key)));
    if !managed.is_empty() {
        let regions = few(managed.iter().map(|(region, _)| *region));
        return Check::fail(
            NAME,
            format!("alias/aws/sns in {regions}, which CloudTrail cannot use"),
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
    unless_missing(findings, NAME, "")
        .unwrap_or_else(|| Check::pass(NAME, "allows CloudTrail to publish"))
}

/// What a check of topics is that found nothing wrong, where some topics are missing or unread.
pub fn unless_missing(findings: &Findings, name: &'static str, seen: &str) -> Option<Check> {
    let topics = findings.topics().len();
    let seen = if topics == 0 { "" } else { seen };
    if !findings.without_topic().is_empty() {
        return Some(Check::blocked(name, TOPICS, seen));
    }
    if let Some(check) = unread(findings) {
        return Some(check(name));
    }
    (topics == 0).then(|| Check::blocked(name, "trails", ""))
}

/// What to say of a check where the topic or the trail of a region could not be read.
fn unread(findings: &Findings) -> Option<impl Fn(&'static str) -> Check> {
    let error = findings.unread(|look| &look.topic);
    let error = error.or(findings.unread(|look| &look.trails))?;
    Some(move |name| Check::not_read(name, error))
}
