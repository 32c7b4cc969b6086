//! What `create` refuses after looking at the account, before anything is changed.

use serde_json::Value;

use super::desired::Desired;
use super::statements::{ACL_CHECK, TOPICS_SEND, WRITE};
use super::survey::Survey;
use super::{Layout, Options, hardening, keys, selectors};
use crate::error::{Error, Result};
use crate::plan::Unread;
use crate::policy::texts;
use crate::resource::bucket;

/// CloudTrail's limit on trails in a region, shadows included, which cannot be raised.
const TRAILS_PER_REGION: usize = 5;

/// Refuses a home that cannot be read, or that is only a default while the queue may be in a region that failed.
pub fn of_home(options: &Options, survey: &Survey, home: &str) -> Result<()> {
    if let Some(unread) = survey.unread.iter().find(|unread| unread.region == home) {
        let message = format!("the home region {home} cannot be read: {}", unread.error);
        return Err(Error::failed(message));
    }
    let known = options.home.is_some()
        || !survey.queue_regions().is_empty()
        || survey.subscribed_queue_region().is_some()
        || survey.multi_region_trail().is_some();
    // Where an organization denies everything, no queue can exist. In an opt-in region that does not accept the session
    // one can, but then topics elsewhere send to it.
    let mut unread = survey.unread.iter();
    let failed = unread
        .find(|Unread { error, .. }| !error.is_denied() && !error.is_refused_in_opt_in_region());
    match failed {
        Some(unread) if !known => {
            let message = format!(
                "the queue may be in {}, which cannot be read: {}",
                unread.region, unread.error
            );
            Err(Error::failed(message).hint("try again, or give the home region with --region"))
        }
        _ => Ok(()),
    }
}

/// Refuses what makes the desired state impossible.
pub fn of_desired(desired: &Desired<'_>) -> Result<()> {
    if desired.bucket.is_some() {
        check_bucket(desired.survey)?;
    }
    check_key(desired)?;
    keys::check(desired)?;
    hardening::check(desired)?;
    selectors::check(desired)?;
    check_home_is_walked(desired)?;
    check_room(desired)
}

fn check_bucket(survey: &Survey) -> Result<()> {
    match &survey.bucket {
        Some((_, Err(error))) => Err(error.clone().into()),
        Some((name, Ok(bucket::Lookup::Forbidden))) => {
            let message = format!(
                "the bucket {name} answers 403: it belongs to another account, or the caller lacks s3:ListBucket"
            );
            Err(Error::failed(message)
                .hint("if it is a central logging bucket, give --bucket-owner ACCOUNT; it is then not touched")
                .hint("otherwise choose another name with --bucket"))
        }
        _ => Ok(()),
    }
}

/// CloudTrail encrypts with a key in the bucket's region only:
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html>
fn check_key(desired: &Desired<'_>) -> Result<()> {
    let key = desired.options.kms_key_id.as_deref();
    let key = key.and_then(|arn| arn.split(':').nth(3));
    match (key, &desired.bucket) {
        (Some(key), Some(bucket)) if key != bucket.region => {
            let (name, region) = (&bucket.name, &bucket.region);
            let message = format!("the KMS key is in {key}, the bucket {name} in {region}");
            Err(Error::failed(message).hint("CloudTrail needs both in one region"))
        }
        _ => Ok(()),
    }
}

fn check_home_is_walked(desired: &Desired<'_>) -> Result<()> {
    match (&desired.layout, &desired.home) {
        (Layout::MultiRegion, Some(home)) if !desired.survey.scope.walks(home) => {
            let message = format!(
                "the multi-region trail belongs to the home region {home}, which is left out"
            );
            Err(Error::failed(message).hint(format!(
                "add {home} to --regions, or take it out of --exclude-regions"
            )))
        }
        _ => Ok(()),
    }
}

/// A new trail needs room in its region, a new multi-region trail in every region.
fn check_room(desired: &Desired<'_>) -> Result<()> {
    let mut full = Vec::new();
    for (region, found) in &desired.survey.regions {
        let (adds, home) = match desired.layout {
            Layout::Regional => (desired.regions.contains_key(region), Some(region)),
            Layout::MultiRegion => (true, desired.home.as_ref()),
        };
        let arn = home.map(|home| desired.scheme().trail_arn(home));
        let exists = found
            .trails
            .iter()
            .any(|trail| Some(&trail.arn) == arn.as_ref());
        if adds && !exists && found.trails.len() >= TRAILS_PER_REGION {
            let names = found.trails.iter().map(|trail| trail.name.as_str());
            let names = names.collect::<Vec<_>>().join(", ");
            full.push(format!("{region} ({names})"));
        }
    }
    if full.is_empty() {
        return Ok(());
    }
    let message = format!(
        "the limit of {TRAILS_PER_REGION} trails per region is reached: {}",
        full.join("; ")
    );
    let error = Error::failed(message)
        .hint("delete a trail there; shadows of multi-region trails count too");
    Err(match desired.layout {
        Layout::Regional => error.hint("or leave the region out with --exclude-regions"),
        Layout::MultiRegion => {
            error.hint("a multi-region trail counts toward the limit of every region")
        }
    })
}

/// Refuses to replace a statement that another scheme put there: schemes whose prefixes differ in nothing but hyphens
/// and underscores have the same statement ids.
pub fn of_shared_ids(survey: &Survey) -> Result<()> {
    let scheme = survey.scheme();
    let bucket = survey
        .own_bucket()
        .and_then(|bucket| bucket.policy.as_ref());
    let queues = survey.regions.values().flat_map(|found| &found.queue);
    let queues = queues.filter_map(|queue| queue.policy.as_ref());
    let ids = [ACL_CHECK, WRITE, TOPICS_SEND].map(|id| scheme.sid(id));
    for policy in bucket.into_iter().chain(queues) {
        for statement in ids.iter().filter_map(|id| policy.statement(id)) {
            if let Some(other) = source_prefix(statement).filter(|other| *other != scheme.prefix) {
                let message = format!(
                    "the prefixes {} and {other} differ in - and _ only, so their statements would have the same ids",
                    scheme.prefix
                );
                return Err(Error::failed(message).hint(
                    "choose a prefix with other letters or digits, or another bucket and queue",
                ));
            }
        }
    }
    Ok(())
}

/// The prefix of the scheme whose trails or topics a statement allows.
fn source_prefix(statement: &Value) -> Option<&str> {
    let operators = statement["Condition"].as_object()?.values();
    let mut keys = operators.filter_map(Value::as_object).flatten();
    let source = keys
        .find(|(key, _)| key.eq_ignore_ascii_case("aws:SourceArn"))?
        .1;
    let name = texts(source).next()?.rsplit([':', '/']).next()?;
    name.strip_suffix("-cloudtrail-*")
}
