//! What a bucket does with its objects: versioning, lifecycle, locks and access logs.
//!
//! Each is a sub-resource of the bucket with a read and a write of its own, and each is left as found unless it is asked
//! for. So each is read only where it is asked for or shown: a caller without the permission can still do the rest.

use std::collections::BTreeSet;

use super::{Operations, Part, known};
use crate::aws::Reader;
use crate::aws::read::{BucketHead, Lifecycle, ObjectLock, Versioning};
use crate::call::lifecycle::{
    AbortIncompleteMultipartUpload, BucketLifecycleConfiguration, LifecycleExpiration,
    LifecycleRule, LifecycleRuleFilter, NoncurrentVersionExpiration,
};
use crate::call::s3::{
    BucketLoggingStatus, DefaultRetention, LoggingEnabled, ObjectLockConfiguration, ObjectLockRule,
    PutBucketLifecycleConfiguration, PutBucketLogging, PutBucketVersioning,
    PutObjectLockConfiguration, S3, VersioningConfiguration,
};
use crate::error::CallError;

/// What reading and changing these settings takes. None is ever taken back.
pub const OPERATIONS: Operations = Operations {
    service: "s3",
    reads: &[
        "GetBucketVersioning",
        "GetBucketLifecycleConfiguration",
        "GetObjectLockConfiguration",
        "GetBucketLogging",
    ],
    tag_reads: &[],
    changes: &[
        "PutBucketVersioning",
        "PutBucketLifecycleConfiguration",
        "PutObjectLockConfiguration",
        "PutBucketLogging",
    ],
    removals: &[],
};

/// What a look at the bucket that gets the access logs takes.
pub const TARGET_READS: [&str; 3] = [
    "HeadBucket",
    "GetObjectLockConfiguration",
    "GetBucketEncryption",
];

/// Days after which the parts of an upload that was never completed are deleted.
const ABORT_DAYS: i32 = 7;

/// S3's default for [`Lifecycle::transition_default_minimum_object_size`], which older versions of the AWS CLI cannot
/// send.
const DEFAULT_LEAST: &str = "all_storage_classes_128K";

/// The settings of a bucket as they should be; what is not asked for stays as found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Whether versioning must be enabled.
    pub versioning: bool,
    /// When log files expire.
    pub expiry: Option<Expiry>,
    /// For how long new objects are locked.
    pub retention: Option<DefaultRetention>,
    /// Where access logs go. The prefix is for a bucket whose logs do not go there yet.
    pub access_logs: Option<LoggingEnabled>,
}

/// When the objects below some prefixes expire: lifecycle rules with ids of ours.
#[derive(Clone, Debug, PartialEq)]
pub struct Expiry {
    /// The id of the first rule; further ones have a number behind it.
    pub id: String,
    /// What the keys begin with, a rule each.
    pub prefixes: BTreeSet<String>,
    /// The days for which a version is kept as the current one, and again as a noncurrent one.
    pub days: i32,
}

/// Which settings to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Versioning.
    pub versioning: bool,
    /// Lifecycle rules.
    pub lifecycle: bool,
    /// Object Lock.
    pub object_lock: bool,
    /// Access logs.
    pub logging: bool,
}

impl Parts {
    /// All of them.
    pub const ALL: Self = Self {
        versioning: true,
        lifecycle: true,
        object_lock: true,
        logging: true,
    };
}

/// The settings of a bucket as they are.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Versioning.
    pub versioning: Part<Versioning>,
    /// Lifecycle rules.
    pub lifecycle: Part<Lifecycle>,
    /// Object Lock, where it is enabled.
    pub object_lock: Part<Option<ObjectLock>>,
    /// Where access logs go, if anywhere.
    pub logging: Part<Option<LoggingEnabled>>,
}

/// Reads the settings asked for, at once. The futures of the SDK are large, and would otherwise add up in those of all callers.
pub async fn read(reader: &Reader, region: &str, name: &str, owner: &str, parts: Parts) -> Found {
    let (versioning, lifecycle, object_lock, logging) = tokio::join!(
        part(
            parts.versioning,
            Box::pin(reader.bucket_versioning(region, name, owner))
        ),
        part(
            parts.lifecycle,
            Box::pin(reader.bucket_lifecycle(region, name, owner))
        ),
        part(
            parts.object_lock,
            Box::pin(reader.object_lock(region, name, owner))
        ),
        part(
            parts.logging,
            Box::pin(reader.bucket_logging(region, name, owner))
        ),
    );
    Found {
        versioning,
        lifecycle,
        object_lock,
        logging,
    }
}

async fn part<T>(wanted: bool, read: impl Future<Output = Result<T, CallError>>) -> Part<T> {
    match wanted {
        true => Some(read.await),
        false => None,
    }
}

/// The bucket that is to get access logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Nobody has a bucket of this name.
    Missing,
    /// Somebody else has it, or the caller may not look at it.
    Forbidden,
    /// The account has it.
    Owned {
        /// Its region.
        region: String,
        /// Whether Object Lock is enabled.
        object_lock: bool,
        /// The algorithm that new objects are encrypted with.
        encryption: Option<String>,
    },
}

/// The bucket of this name as a target of access logs. `region` is where it is looked for first.
///
/// # Errors
/// When AWS refuses or does not answer.
pub async fn read_target(
    reader: &Reader,
    region: &str,
    name: &str,
    owner: &str,
) -> Result<Target, CallError> {
    let look = async |region: &str| {
        tokio::join!(
            Box::pin(reader.bucket(region, name, owner)),
            Box::pin(reader.object_lock(region, name, owner)),
            Box::pin(reader.bucket_encryption(region, name, owner)),
        )
    };
    let mut region = region.to_owned();
    let (mut head, mut lock, mut encryption) = look(&region).await;
    if let Ok(BucketHead::Elsewhere(elsewhere)) = head {
        (head, lock, encryption) = look(&elsewhere).await;
        region = elsewhere;
    }
    match head? {
        BucketHead::Missing => Ok(Target::Missing),
        BucketHead::Forbidden => Ok(Target::Forbidden),
        BucketHead::Owned | BucketHead::Elsewhere(_) => Ok(Target::Owned {
            region,
            object_lock: lock?.is_some(),
            encryption: encryption?,
        }),
    }
}

impl Settings {
    /// The calls that make the bucket's settings as they should be, each with its reason. `found` is `None` for a new
    /// bucket, which is made with Object Lock where a retention is wanted, and thereby with versioning.
    pub fn changes(&self, bucket: &str, owner: &str, found: Option<&Found>) -> Vec<(S3, String)> {
        let calls = [
            self.enable_versioning(bucket, owner, found),
            self.expire(bucket, owner, found),
            self.lock(bucket, owner, found),
            self.log(bucket, owner, found),
        ];
        calls.into_iter().flatten().collect()
    }

    fn enable_versioning(
        &self,
        bucket: &str,
        owner: &str,
        found: Option<&Found>,
    ) -> Option<(S3, String)> {
        let differs = match found {
            None => self.retention.is_none(),
            Some(found) => known(&found.versioning)?.status.as_deref() != Some("Enabled"),
        };
        let call = S3::PutBucketVersioning(PutBucketVersioning {
            bucket: bucket.to_owned(),
            versioning_configuration: VersioningConfiguration {
                status: "Enabled".to_owned(),
            },
            expected_bucket_owner: owner.to_owned(),
        });
        (self.versioning && differs).then(|| (call, "versioning is not enabled".to_owned()))
    }

    fn expire(&self, bucket: &str, owner: &str, found: Option<&Found>) -> Option<(S3, String)> {
        let expiry = self.expiry.as_ref()?;
        let nothing = Lifecycle::default();
        let found = match found {
            None => &nothing,
            Some(found) => known(&found.lifecycle)?,
        };
        let rules = expiry.merged(&found.rules)?;
        let least = found.transition_default_minimum_object_size.clone();
        let call = S3::PutBucketLifecycleConfiguration(PutBucketLifecycleConfiguration {
            bucket: bucket.to_owned(),
            lifecycle_configuration: BucketLifecycleConfiguration { rules },
            transition_default_minimum_object_size: least.filter(|least| least != DEFAULT_LEAST),
            expected_bucket_owner: owner.to_owned(),
        });
        let reason = format!("log files do not expire after {} days", expiry.days);
        Some((call, reason))
    }

    /// Another retention than the one wanted is not replaced: the stack refuses it.
    fn lock(&self, bucket: &str, owner: &str, found: Option<&Found>) -> Option<(S3, String)> {
        let retention = self.retention.as_ref()?;
        if let Some(found) = found {
            let lock = known(&found.object_lock)?.as_ref()?;
            if lock.retention.is_some() {
                return None;
            }
        }
        let call = S3::PutObjectLockConfiguration(PutObjectLockConfiguration {
            bucket: bucket.to_owned(),
            object_lock_configuration: ObjectLockConfiguration {
                object_lock_enabled: "Enabled".to_owned(),
                rule: ObjectLockRule {
                    default_retention: retention.clone(),
                },
            },
            expected_bucket_owner: owner.to_owned(),
        });
        Some((call, "Object Lock has no default retention".to_owned()))
    }

    fn log(&self, bucket: &str, owner: &str, found: Option<&Found>) -> Option<(S3, String)> {
        let logs = self.access_logs.as_ref()?;
        let target = match found {
            None => None,
            Some(found) => known(&found.logging)?.as_ref(),
        };
        let wanted = &logs.target_bucket;
        let reason = match target.map(|target| &target.target_bucket) {
            Some(found) if found == wanted => return None,
            Some(found) => format!("access logs go to {found}, not to {wanted}"),
            None => format!("access logs do not go to {wanted}"),
        };
        let call = S3::PutBucketLogging(PutBucketLogging {
            bucket: bucket.to_owned(),
            bucket_logging_status: BucketLoggingStatus {
                logging_enabled: logs.clone(),
            },
            expected_bucket_owner: owner.to_owned(),
        });
        Some((call, reason))
    }
}

impl Expiry {
    /// All rules of the bucket with ours as they should be; nothing where they are so already.
    fn merged(&self, found: &[LifecycleRule]) -> Option<Vec<LifecycleRule>> {
        let (own, mut rules): (Vec<_>, Vec<_>) =
            found.iter().cloned().partition(|rule| self.is_own(rule));
        let wanted = self.rules(is_older_form(&rules));
        if own == wanted {
            return None;
        }
        rules.extend(wanted);
        Some(rules)
    }

    fn rules(&self, older_form: bool) -> Vec<LifecycleRule> {
        let rules = self.prefixes.iter().enumerate();
        let rules = rules.map(|(at, prefix)| LifecycleRule {
            id: Some(match at {
                0 => self.id.clone(),
                at => format!("{}-{}", self.id, at + 1),
            }),
            prefix: older_form.then(|| prefix.clone()),
            filter: (!older_form).then(|| LifecycleRuleFilter {
                prefix: Some(prefix.clone()),
                ..LifecycleRuleFilter::default()
            }),
            status: "Enabled".to_owned(),
            expiration: Some(LifecycleExpiration {
                days: Some(self.days),
                ..LifecycleExpiration::default()
            }),
            noncurrent_version_expiration: Some(NoncurrentVersionExpiration {
                noncurrent_days: Some(self.days),
                newer_noncurrent_versions: None,
            }),
            abort_incomplete_multipart_upload: Some(AbortIncompleteMultipartUpload {
                days_after_initiation: Some(ABORT_DAYS),
            }),
            ..LifecycleRule::default()
        });
        rules.collect()
    }

    /// Whether a rule's id is one of ours.
    pub fn is_own(&self, rule: &LifecycleRule) -> bool {
        is_expiry(&self.id, rule)
    }

    /// The id of a rule of somebody else that S3 would not take together with ours: rules of the older form whose
    /// prefixes overlap cannot have actions of one kind.
    pub fn in_the_way<'a>(&self, found: &'a [LifecycleRule]) -> Option<&'a str> {
        let others = Vec::from_iter(found.iter().filter(|rule| !self.is_own(rule)));
        if others.first().is_none_or(|rule| rule.filter.is_some()) {
            return None;
        }
        let overlaps = |rule: &LifecycleRule| {
            let theirs = rule.prefix.as_deref().unwrap_or_default();
            let mut prefixes = self.prefixes.iter();
            prefixes.any(|ours| ours.starts_with(theirs) || theirs.starts_with(ours.as_str()))
        };
        let acts = |rule: &LifecycleRule| {
            rule.expiration.is_some()
                || rule.noncurrent_version_expiration.is_some()
                || rule.abort_incomplete_multipart_upload.is_some()
        };
        let rule = others.into_iter().find(|rule| acts(rule) && overlaps(rule));
        rule.map(|rule| rule.id.as_deref().unwrap_or("without an id"))
    }
}

/// Whether a rule's id is this one, or this one with a number behind it.
pub fn is_expiry(id: &str, rule: &LifecycleRule) -> bool {
    let rest = rule.id.as_deref().and_then(|found| found.strip_prefix(id));
    rest.is_some_and(|rest| {
        let number = rest.strip_prefix('-').unwrap_or_default();
        rest.is_empty() || (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// S3 takes the form of the first rule for that of all: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html>
fn is_older_form(rules: &[LifecycleRule]) -> bool {
    rules.first().is_some_and(|rule| rule.filter.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expiry() -> Expiry {
        Expiry {
            id: "mylab-cloudtrail-expire".into(),
            prefixes: BTreeSet::from([
                "AWSLogs/1/CloudTrail".into(),
                "deep/AWSLogs/1/CloudTrail".into(),
            ]),
            days: 30,
        }
    }

    fn theirs(id: &str, prefix: &str, older_form: bool) -> LifecycleRule {
        LifecycleRule {
            id: Some(id.into()),
            prefix: older_form.then(|| prefix.into()),
            filter: (!older_form).then(|| LifecycleRuleFilter {
                prefix: Some(prefix.into()),
                ..LifecycleRuleFilter::default()
            }),
            status: "Enabled".into(),
            expiration: Some(LifecycleExpiration {
                days: Some(1),
                ..LifecycleExpiration::default()
            }),
            ..LifecycleRule::default()
        }
    }

    #[test]
    fn a_bucket_that_loses_the_access_logs_is_named() {
        let logs = |target: &str| LoggingEnabled {
            target_bucket: target.into(),
            target_prefix: "logs/".into(),
        };
        let wanted = Settings {
            access_logs: Some(logs("new")),
            ..Settings::default()
        };
        let reasons = |target: Option<LoggingEnabled>| {
            let found = Found {
                logging: Some(Ok(target)),
                ..Found::default()
            };
            let calls = wanted.changes("bucket", "123456789012", Some(&found));
            calls
                .into_iter()
                .map(|(_, reason)| reason)
                .collect::<Vec<_>>()
        };
        assert_eq!(reasons(Some(logs("new"))), Vec::<String>::new());
        assert_eq!(reasons(None), ["access logs do not go to new"]);
        assert_eq!(
            reasons(Some(logs("old"))),
            ["access logs go to old, not to new"]
        );
    }

    #[test]
    fn rules_of_others_stay_and_ours_are_written_once() {
        let others = [
            theirs("tmp", "tmp/", false),
            theirs("mylab-cloudtrail-expire-soon", "x/", false),
        ];
        let merged = expiry().merged(&others).expect("a change");
        assert_eq!(merged[..2], others);
        let ids: Vec<_> = merged[2..]
            .iter()
            .flat_map(|rule| rule.id.as_deref())
            .collect();
        assert_eq!(
            ids,
            ["mylab-cloudtrail-expire", "mylab-cloudtrail-expire-2"]
        );
        assert_eq!(expiry().merged(&merged), None);
        let longer = Expiry {
            days: 60,
            ..expiry()
        };
        assert_eq!(longer.merged(&merged).map(|rules| rules.len()), Some(4));
        let fewer = Expiry {
            prefixes: BTreeSet::from(["AWSLogs/1/CloudTrail".into()]),
            ..expiry()
        };
        assert_eq!(fewer.merged(&merged).map(|rules| rules.len()), Some(3));
    }

    #[test]
    fn rules_take_the_form_of_those_found() {
        let others = [theirs("tmp", "tmp/", true)];
        let merged = expiry().merged(&others).expect("a change");
        assert!(
            merged
                .iter()
                .all(|rule| rule.filter.is_none() && rule.prefix.is_some())
        );
        assert_eq!(expiry().merged(&merged), None);
        assert_eq!(expiry().in_the_way(&others), None);
        let all = [theirs("all", "", true)];
        assert_eq!(expiry().in_the_way(&all), Some("all"));
        assert_eq!(expiry().in_the_way(&[theirs("all", "", false)]), None);
    }
}
