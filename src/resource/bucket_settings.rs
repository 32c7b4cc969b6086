//! What a bucket does with its objects: versioning, lifecycle, locks and access logs.
//!
//! Each is a sub-resource of the bucket with a read and a write of its own, and each is left as found unless it is asked
//! for. So each is read only where it is set or shown: a caller without the permission can still do the rest.

use super::expiry::Expiry;
use super::{Part, known};
use crate::aws::Reader;
use crate::aws::read::{BucketAt, Lifecycle, ObjectLock, Versioning};
use crate::call::Kind;
use crate::call::lifecycle::BucketLifecycleConfiguration;
use crate::call::s3::{
    BucketLoggingStatus, DefaultRetention, LoggingEnabled, ObjectLockConfiguration, ObjectLockRule,
    PutBucketLifecycleConfiguration, PutBucketLogging, PutBucketVersioning,
    PutObjectLockConfiguration, S3, VersioningConfiguration,
};
use crate::error::CallError;

/// What reading and changing these settings takes. None is ever taken back.
pub static KIND: Kind = Kind {
    reads: &[
        "GetBucketVersioning",
        "GetBucketLifecycleConfiguration",
        "GetObjectLockConfiguration",
        "GetBucketLogging",
    ],
    changes: &[
        "PutBucketVersioning",
        "PutBucketLifecycleConfiguration",
        "PutObjectLockConfiguration",
        "PutBucketLogging",
    ],
    ..Kind::new("bucket-settings", "s3")
};

/// S3's default for [`Lifecycle::transition_default_minimum_object_size`], which older versions of the AWS CLI cannot
/// send.
const DEFAULT_LEAST: &str = "all_storage_classes_128K";

/// The settings of a bucket as they should be; what is not set here is not changed.
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
pub struct SettingsState {
    /// Versioning.
    pub versioning: Part<Versioning>,
    /// Lifecycle rules.
    pub lifecycle: Part<Lifecycle>,
    /// Object Lock, where it is enabled.
    pub object_lock: Part<Option<ObjectLock>>,
    /// Where access logs go, if anywhere.
    pub logging: Part<Option<LoggingEnabled>>,
}

impl SettingsState {
    /// Why a setting could not be read.
    pub fn first_error(&self) -> Option<&CallError> {
        let errors = [
            denial(&self.versioning),
            denial(&self.lifecycle),
            denial(&self.object_lock),
            denial(&self.logging),
        ];
        errors.into_iter().flatten().next()
    }
}

fn denial<T>(part: &Part<T>) -> Option<&CallError> {
    part.as_ref()?.as_ref().err()
}

/// Reads the wanted settings, at once. The futures of the SDK are large, and would otherwise add up in those of all callers.
pub async fn read(reader: &Reader, bucket: BucketAt<'_>, parts: Parts) -> SettingsState {
    let (versioning, lifecycle, object_lock, logging) = tokio::join!(
        part(parts.versioning, Box::pin(reader.bucket_versioning(bucket))),
        part(parts.lifecycle, Box::pin(reader.bucket_lifecycle(bucket))),
        part(parts.object_lock, Box::pin(reader.object_lock(bucket))),
        part(parts.logging, Box::pin(reader.bucket_logging(bucket))),
    );
    SettingsState {
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

impl Settings {
    /// The calls that make the bucket's settings as they should be, each with its reason. `found` is `None` for a new
    /// bucket, which is made with Object Lock where a retention is wanted, and thereby with versioning.
    pub fn changes(
        &self,
        bucket: &str,
        owner: &str,
        found: Option<&SettingsState>,
    ) -> Vec<(S3, String)> {
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
        found: Option<&SettingsState>,
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

    fn expire(
        &self,
        bucket: &str,
        owner: &str,
        found: Option<&SettingsState>,
    ) -> Option<(S3, String)> {
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
    fn lock(
        &self,
        bucket: &str,
        owner: &str,
        found: Option<&SettingsState>,
    ) -> Option<(S3, String)> {
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

    fn log(
        &self,
        bucket: &str,
        owner: &str,
        found: Option<&SettingsState>,
    ) -> Option<(S3, String)> {
        let logs = self.access_logs.as_ref()?;
        let target = match found {
            None => None,
            Some(found) => known(&found.logging)?.as_ref(),
        };
        let wanted = &logs.target_bucket;
        let reason = match target.map(|target| &target.target_bucket) {
            Some(found) if found == wanted => return None,
            Some(found) => format!("access logs are delivered to {found}, not to {wanted}"),
            None => format!("access logs are not delivered to {wanted}"),
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

#[cfg(test)]
mod tests {
    use super::*;

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
            let found = SettingsState {
                logging: Some(Ok(target)),
                ..SettingsState::default()
            };
            let calls = wanted.changes("bucket", "123456789012", Some(&found));
            calls
                .into_iter()
                .map(|(_, reason)| reason)
                .collect::<Vec<_>>()
        };
        assert_eq!(reasons(Some(logs("new"))), Vec::<String>::new());
        assert_eq!(reasons(None), ["access logs are not delivered to new"]);
        assert_eq!(
            reasons(Some(logs("old"))),
            ["access logs are delivered to old, not to new"]
        );
    }
}
