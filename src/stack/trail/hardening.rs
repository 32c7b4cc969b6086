//! What the bucket does with log files, where the user asks for it: versioning, expiry, locks, access logs.
//!
//! What AWS would refuse, or would take and then not do, is refused here before anything is changed.

use std::collections::BTreeSet;

use serde_json::json;

use super::Options;
use super::desired::Desired;
use super::statements::behind;
use super::survey::Survey;
use crate::call::s3::{DefaultRetention, LoggingEnabled, S3};
use crate::call::{Call, lifecycle::LifecycleRule};
use crate::error::{Error, Result};
use crate::plan::Step;
use crate::resource::bucket::{Bucket, Lookup};
use crate::resource::bucket_settings::{Parts, Settings, SettingsState};
use crate::resource::expiry::{Expiry, is_expiry};
use crate::resource::known;
use crate::stack::Scheme;
use crate::words::counted;

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
        let found = &found.settings;
        if let Some(error) = found.first_error() {
            return Err(error.clone().into());
        }
        check_versioning(wanted, found)?;
        wanted
            .check_rules(found)
            .map_err(|error| error.hint("or leave out --lifecycle-days"))?;
        check_lock(wanted, found)?;
    }
    check_target(desired.survey, wanted)
}

/// With MFA delete, versioning changes with a code of the root user's device only, and lifecycle rules not at all:
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-and-other-bucket-config.html>
fn check_versioning(wanted: &Bucket, found: &SettingsState) -> Result<()> {
    let name = &wanted.name;
    let Some(versioning) = known(&found.versioning).filter(|found| found.mfa_delete) else {
        return Ok(());
    };
    if wanted.settings.expiry.is_some() {
        let message = format!("the bucket {name} has MFA delete, and accepts no lifecycle rules");
        return Err(Error::failed(message).hint("leave out --lifecycle-days"));
    }
    if versioning.status.as_deref() != Some("Enabled") {
        let message = format!("the bucket {name} has MFA delete, and its versioning is suspended");
        return Err(Error::failed(message).hint("only the root user can enable it, with a code"));
    }
    Ok(())
}

fn check_lock(wanted: &Bucket, found: &SettingsState) -> Result<()> {
    let (Some(retention), Some(lock)) = (&wanted.settings.retention, known(&found.object_lock))
    else {
        return Ok(());
    };
    let name = &wanted.name;
    let Some(lock) = lock else {
        let message = format!("the bucket {name} exists without Object Lock");
        return Err(Error::failed(message)
            .hint("--object-lock is for new buckets: name another one with --bucket")
            .hint("or enable versioning and Object Lock yourself; then this option sets the retention"));
    };
    match &lock.retention {
        Some(found) if found != retention => {
            let (found, wanted) = (period(found), period(retention));
            let message =
                format!("the bucket {name} locks new objects for {found}, not for {wanted}");
            Err(Error::failed(message)
                .hint("a retention that exists is not changed: give the same, or leave out --object-lock")
                .hint("`aws s3api put-object-lock-configuration` changes it for new objects"))
        }
        _ => Ok(()),
    }
}

/// A retention in words.
pub fn period(retention: &DefaultRetention) -> String {
    let units = [(retention.days, "day"), (retention.years, "year")];
    let mut given = units.into_iter().filter_map(|(count, unit)| {
        let count = usize::try_from(count?).unwrap_or_default();
        Some(counted(count, unit))
    });
    let time = given.next();
    let time = time.unwrap_or_else(|| "an unknown time".to_owned());
    format!("{time} ({})", retention.mode)
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

fn lock_note(retention: &DefaultRetention) -> String {
    let time = period(retention);
    match retention.mode.as_str() {
        "COMPLIANCE" => format!(
            "log files are locked for {time}: until then no one, including the root user and AWS, can delete them or shorten the time"
        ),
        _ => format!(
            "log files are locked for {time}: only a caller with s3:BypassGovernanceRetention can delete them earlier"
        ),
    }
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
