//! The topics: whether trails have them, and may publish to them. A topic whose trail could not be created counts, too.

use super::check::{FIXES, Link, Problem, REMOVE, Verdict, depends_on, fail, pass, unknown};
use super::delivery::TRAILS;
use super::findings::{Findings, regions_of};
use crate::error::CallError;
use crate::resource::topic::is_key_of_sns;
use crate::stack::trail::publishing::{denied_by, is_allowed, is_to_own_topic};
use crate::words::few;

pub const TOPICS: Link = Link("topics", exist);
pub const POLICY: Link = Link("topic policy", policies);
pub const ENCRYPTION: Link = Link("topic encryption", encryption);

/// Whether each trail has its topic, and publishes to it.
fn exist(findings: &Findings) -> Verdict {
    let missing = findings.without_topic();
    let other = findings.trails().filter(|(region, trail)| {
        !missing.contains(region) && !is_to_own_topic(&findings.scheme, region, trail)
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
        return fail(wrong.join("; "), FIXES);
    }
    all_read(findings)?;
    match findings.topics().len() {
        0 => Err(depends_on(TRAILS.0, "")),
        found => pass(format!("{found} found")),
    }
}

/// Whether the trails may publish to their topics.
fn policies(findings: &Findings) -> Verdict {
    let topics = findings.topics();
    let closed = topics.iter();
    let closed = closed.filter(|(region, topic)| !is_allowed(&findings.scheme, region, topic));
    let closed: Vec<&(&str, _)> = closed.collect();
    if !closed.is_empty() {
        let mut denying = closed.iter().filter_map(|(_, topic)| denied_by(topic));
        let regions = regions_of(closed.iter().copied());
        return match denying.next() {
            Some(sid) => fail(format!("{sid} denies sns:Publish in {regions}"), REMOVE),
            None => fail(
                format!("does not allow the trail to publish in {regions}"),
                FIXES,
            ),
        };
    }
    let seen = format!("{} allow their trail to publish", topics.len());
    none_missing(findings, &seen)?;
    pass(seen)
}

/// CloudTrail cannot use the key of `alias/aws/sns`, which allows no other principal:
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/configure-sns-notifications-for-cloudtrail.html>
/// and <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html>
fn encryption(findings: &Findings) -> Verdict {
    let topics = findings.topics().into_iter();
    let keys = topics.filter_map(|(region, topic)| Some((region, topic.kms_key_id.as_deref()?)));
    let (managed, own): (Vec<_>, Vec<_>) = keys.partition(|(_, key)| is_key_of_sns(Some(key)));
    if !managed.is_empty() {
        let regions = regions_of(&managed);
        return fail(
            format!("alias/aws/sns in {regions}, which CloudTrail cannot use"),
            "remove the key, or use one whose policy allows cloudtrail.amazonaws.com",
        );
    }
    if let Some((region, key)) = own.first() {
        return unknown(
            format!("the key {key} in {region}"),
            "its policy must allow cloudtrail.amazonaws.com kms:GenerateDataKey* and kms:Decrypt",
        );
    }
    none_missing(findings, "")?;
    pass("allows CloudTrail to publish")
}

/// What a check of topics that found nothing wrong depends on, where some topics are missing or unread.
pub fn none_missing(findings: &Findings, seen: &str) -> Result<(), Problem> {
    let is_empty = findings.topics().is_empty();
    if !findings.without_topic().is_empty() {
        return Err(depends_on(TOPICS.0, if is_empty { "" } else { seen }));
    }
    all_read(findings)?;
    match is_empty {
        true => Err(depends_on(TRAILS.0, "")),
        false => Ok(()),
    }
}

/// Whether the topics and trails of all regions could be read.
fn all_read(findings: &Findings) -> Result<(), &CallError> {
    findings.all_read(|look| &look.topic)?;
    findings.all_read(|look| &look.trails)
}
