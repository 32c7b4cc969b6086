//! What the bucket does with log files, where the user asks for it: versioning, expiry, locks, access logs.
//!
//! What AWS would refuse, or would take and then not do, is refused here before anything is changed.

use std::collections::BTreeSet;

use serde_json::json;

use super::Options;
use super::desired::Desired;
use super::statements::behind;
use super::survey::Survey;
use crate::call::s3::{LoggingEnabled, S3};
use crate::call::{Call, lifecycle::LifecycleRule};
use crate::error::{Error, Result};
use crate::plan::Step;
use crate::resource::bucket::{Bucket, Lookup};
use crate::resource::bucket_settings::{Parts, Settings, lock_note};
use crate::resource::expiry::{Expiry, is_expiry};
use crate::stack::Scheme;

/// The settings that the options ask for, and so must be read.
pub fn parts(scheme: &Scheme, options: &Options) -> Parts {
    settings(scheme, options, "", &BTreeSet::new()).parts()
}

/// The settings of a bucket that gets log files behind these key prefixes.
pub fn settings(
    scheme: &Scheme,
    options: &Options,
    bucket: &str,
    key_prefixes: &BTreeSet<String>,
) -> Settings {
    Settings {
        versioning: options.versioning,
        expiry: options.lifecycle_days.map(|days| Expiry {
            id: expiry_id(scheme),
            prefixes: log_files(scheme, key_prefixes),
            days,
            class: None,
        }),
        retention: options.object_lock.clone(),
        access_logs: options
            .access_log_bucket
            .as_ref()
            .map(|target| LoggingEnabled {
                target_bucket: target.clone(),
                target_prefix: format!("{bucket}/"),
            }),
    }
}

/// What the keys of log, digest and insight files begin with; a bucket may hold other logs below `AWSLogs/`.
fn log_files(scheme: &Scheme, key_prefixes: &BTreeSet<String>) -> BTreeSet<String> {
    let below = format!("AWSLogs/{}/CloudTrail", scheme.account);
    let prefixes = key_prefixes.iter();
    prefixes.map(|prefix| behind(prefix, &below)).collect()
}

fn expiry_id(scheme: &Scheme) -> String {
    format!("{}-expire", scheme.base())
}

/// The days after which the scheme's own rules let log files expire.
pub fn expiration_days(scheme: &Scheme, rules: &[LifecycleRule]) -> Option<i32> {
    let id = expiry_id(scheme);
    let own = rules.iter().filter(|rule| is_expiry(&id, rule));
    let mut enabled = own.filter(|rule| rule.status == "Enabled");
    enabled.find_map(|rule| rule.expiration.as_ref()?.days)
}

/// Refuses what AWS does not do with the bucket that was found.
pub fn check(desired: &Desired<'_>) -> Result<()> {
    let Some(wanted) = &desired.bucket else {
        return Ok(());
    };
    if let Some(found) = desired.survey.own_bucket() {
        let elsewhere = "--object-lock is for new buckets: name another one with --bucket";
        wanted.check_settings(&found.settings, "--lifecycle-days", elsewhere)?;
    }
    check_target(desired.survey, wanted)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html>
fn check_target(survey: &Survey, wanted: &Bucket) -> Result<()> {
    let Some(logs) = &wanted.settings.access_logs else {
        return Ok(());
    };
    let target = &logs.target_bucket;
    let refused = |why: &str| {
        Err(Error::failed(format!(
            "access logs cannot be delivered to {target}: {why}"
        )))
    };
    if *target == wanted.name {
        return Err(Error::usage(format!(
            "access logs cannot be delivered to {target}: it is the bucket of the log files, and would log its own logs"
        ))
        .hint("name another bucket with --access-log-bucket"));
    }
    let target = match &survey.access_log_bucket {
        None => return Ok(()),
        Some(Err(error)) => return Err(error.clone().into()),
        Some(Ok(Lookup::Missing)) => return refused("there is no such bucket"),
        Some(Ok(Lookup::Forbidden)) => {
            return refused("it belongs to another account, or the caller lacks s3:ListBucket");
        }
        Some(Ok(Lookup::Owned(target))) => target,
    };
    if target.region != wanted.region {
        let (region, bucket, elsewhere) = (&target.region, &wanted.name, &wanted.region);
        return refused(&format!(
            "it is in {region}, the bucket {bucket} in {elsewhere}"
        ));
    }
    if target.object_lock {
        return refused("it has Object Lock, with which S3 delivers no access logs");
    }
    match &target.encryption {
        Some(algorithm) if algorithm != "AES256" => refused(&format!(
            "its default encryption is {algorithm}, with which S3 delivers no access logs"
        )),
        _ => Ok(()),
    }
}

/// What a plan with such steps means.
pub fn notes(desired: &Desired<'_>, steps: &[Step]) -> Vec<String> {
    let Some(wanted) = &desired.bucket else {
        return Vec::new();
    };
    let calls = steps.iter().filter_map(|step| match &step.call {
        Call::S3(call) => Some(call),
        _ => None,
    });
    let notes = calls.filter_map(|call| match call {
        S3::PutBucketLifecycleConfiguration(_) => expiry_note(wanted),
        S3::PutObjectLockConfiguration(_) => wanted.settings.retention.as_ref().map(lock_note),
        S3::PutBucketLogging(_) => target_note(desired.scheme(), wanted),
        _ => None,
    });
    notes.collect()
}

fn expiry_note(wanted: &Bucket) -> Option<String> {
    let expiry = wanted.settings.expiry.as_ref()?;
    let prefixes = Vec::from_iter(expiry.prefixes.iter().map(String::as_str)).join(", ");
    let (days, bucket) = (expiry.days, &wanted.name);
    Some(format!(
        "what CloudTrail wrote for this account to {bucket} below {prefixes} expires after {days} days, whichever trail wrote it; \
         noncurrent versions are deleted after {days} days more, locked ones not before their lock ends"
    ))
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html>
fn target_note(scheme: &Scheme, wanted: &Bucket) -> Option<String> {
    let logs = wanted.settings.access_logs.as_ref()?;
    let (target, prefix) = (&logs.target_bucket, &logs.target_prefix);
    let statement = json!([{
        "Sid": scheme.sid("S3ServerAccessLogs"),
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": format!("{}/{prefix}*", scheme.bucket_arn(target)),
        "Condition": {
            "ArnLike": {"aws:SourceArn": scheme.bucket_arn(&wanted.name)},
            "StringEquals": {"aws:SourceAccount": scheme.account},
        },
    }]);
    Some(format!(
        "the bucket {target} is not touched; its policy must have this statement before S3 can deliver access logs to it:\n{statement:#}"
    ))
}
