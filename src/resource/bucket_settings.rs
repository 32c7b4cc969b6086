//! What a bucket does with its objects: versioning, lifecycle, locks and access logs.
//!
//! Each is a sub-resource of the bucket with a read and a write of its own, and each is left as found unless it is asked
//! for. So each is read only where it is set or shown: a caller without the permission can still do the rest.

use futures::FutureExt;
use futures::future::LocalBoxFuture;

use super::bucket::Bucket;
use super::expiry::Expiry;
use super::{Change, Part, known};
use crate::aws::Reader;
use crate::aws::read::{BucketAt, Lifecycle, ObjectLock, Versioning};
use crate::call::Kind;
use crate::call::lifecycle::BucketLifecycleConfiguration;
use crate::call::s3::{
    BucketLoggingStatus, DefaultRetention, LoggingEnabled, ObjectLockConfiguration, ObjectLockRule,
    PutBucketLifecycleConfiguration, PutBucketLogging, PutBucketVersioning,
    PutObjectLockConfiguration, S3, VersioningConfiguration,
};
use crate::error::{CallError, Error, Result};
use crate::words::counted;

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
        part(parts.versioning, reader.bucket_versioning(bucket)),
        part(parts.lifecycle, reader.bucket_lifecycle(bucket)),
        part(parts.object_lock, reader.object_lock(bucket)),
        part(parts.logging, reader.bucket_logging(bucket)),
    );
    SettingsState {
        versioning,
        lifecycle,
        object_lock,
        logging,
    }
}

fn part<'a, T>(
    wanted: bool,
    read: impl Future<Output = Result<T, CallError>> + 'a,
) -> LocalBoxFuture<'a, Part<T>> {
    let part = async move {
        match wanted {
            true => Some(read.await),
            false => None,
        }
    };
    part.boxed_local()
}

impl Settings {
    /// The settings that must be read to change these.
    pub fn parts(&self) -> Parts {
        Parts {
            // Whether deleting versions takes MFA matters to lifecycle rules.
            versioning: self.versioning || self.expiry.is_some(),
            lifecycle: self.expiry.is_some(),
            object_lock: self.retention.is_some(),
            logging: self.access_logs.is_some(),
        }
    }
}

impl Bucket {
    /// Checks that S3 takes the settings of a bucket that exists. `option` gives the lifecycle rules; `elsewhere` says what
    /// to do for Object Lock instead.
    ///
    /// # Errors
    /// With what S3 refuses, or would take and then not do.
    pub fn check_settings(
        &self,
        found: &SettingsState,
        option: &str,
        elsewhere: &str,
    ) -> Result<()> {
        if let Some(error) = found.first_error() {
            return Err(error.clone().into());
        }
        self.check_versioning(found, option)?;
        self.check_rules(found)
            .map_err(|error| error.hint(format!("or leave out {option}")))?;
        self.check_lock(found, elsewhere)
    }

    /// Checks that S3 takes the lifecycle rules together with those of others.
    ///
    /// # Errors
    /// With the rule that overlaps.
    pub fn check_rules(&self, found: &SettingsState) -> Result<()> {
        let rules = known(&found.lifecycle).map_or(&[][..], |found| &found.rules);
        let expiry = self.settings.expiry.as_ref();
        let Some(other) = expiry.and_then(|expiry| expiry.in_the_way(rules)) else {
            return Ok(());
        };
        let message = format!(
            "the lifecycle rule {other} of the bucket {} covers the same objects, and S3 accepts no overlapping rules of its form",
            self.name
        );
        Err(Error::failed(message).hint("write that rule with Filter in the place of Prefix"))
    }

    /// With MFA delete, versioning changes with a code of the root user's device only, and lifecycle rules not at all:
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-and-other-bucket-config.html>
    fn check_versioning(&self, found: &SettingsState, option: &str) -> Result<()> {
        let name = &self.name;
        let Some(versioning) = known(&found.versioning).filter(|found| found.mfa_delete) else {
            return Ok(());
        };
        if self.settings.expiry.is_some() {
            let message =
                format!("the bucket {name} has MFA delete, and accepts no lifecycle rules");
            return Err(Error::failed(message).hint(format!("leave out {option}")));
        }
        if versioning.status.as_deref() != Some("Enabled") {
            let message =
                format!("the bucket {name} has MFA delete, and its versioning is suspended");
            return Err(
                Error::failed(message).hint("only the root user can enable it, with a code")
            );
        }
        Ok(())
    }

    fn check_lock(&self, found: &SettingsState, elsewhere: &str) -> Result<()> {
        let (Some(retention), Some(lock)) = (&self.settings.retention, known(&found.object_lock))
        else {
            return Ok(());
        };
        let name = &self.name;
        let Some(lock) = lock else {
            let message = format!("the bucket {name} exists without Object Lock");
            return Err(Error::failed(message).hint(elsewhere).hint(
                "or enable versioning and Object Lock yourself; then this option sets the retention",
            ));
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

    /// What changes the settings. `found` is `None` for a new bucket, which is created with Object Lock where a
    /// retention is wanted, and thereby with versioning.
    pub(super) fn change_settings(
        &self,
        found: Option<&SettingsState>,
    ) -> impl Iterator<Item = Change> {
        let changes = [
            self.enable_versioning(found),
            self.expire(found),
            self.lock(found),
            self.log(found),
        ];
        changes.into_iter().flatten()
    }

    fn enable_versioning(&self, found: Option<&SettingsState>) -> Option<Change> {
        let differs = match found {
            None => self.settings.retention.is_none(),
            Some(found) => known(&found.versioning)?.status.as_deref() != Some("Enabled"),
        };
        let call = S3::PutBucketVersioning(PutBucketVersioning {
            bucket: self.name.clone(),
            versioning_configuration: VersioningConfiguration {
                status: "Enabled".to_owned(),
            },
            expected_bucket_owner: self.owner.clone(),
        });
        let change = Change::new(call, "versioning is not enabled");
        (self.settings.versioning && differs).then_some(change)
    }

    fn expire(&self, found: Option<&SettingsState>) -> Option<Change> {
        let expiry = self.settings.expiry.as_ref()?;
        let found = match found {
            None => Lifecycle::default(),
            Some(found) => known(&found.lifecycle)?.clone(),
        };
        let rules = expiry.merged(&found.rules)?;
        let least = found.transition_default_minimum_object_size;
        let call = S3::PutBucketLifecycleConfiguration(PutBucketLifecycleConfiguration {
            bucket: self.name.clone(),
            lifecycle_configuration: BucketLifecycleConfiguration { rules },
            transition_default_minimum_object_size: least.filter(|least| least != DEFAULT_LEAST),
            expected_bucket_owner: self.owner.clone(),
        });
        let what = match expiry.prefixes.contains("") {
            true => "objects",
            false => "log files",
        };
        let (ends, days) = match &expiry.class {
            None => ("expire".to_owned(), expiry.days),
            Some(class) => (format!("move to {class}"), expiry.days),
        };
        let reason = format!("{what} do not {ends} after {days} days");
        Some(Change::new(call, reason))
    }

    /// Another retention than the one wanted is not replaced: the stack refuses it.
    fn lock(&self, found: Option<&SettingsState>) -> Option<Change> {
        let retention = self.settings.retention.clone()?;
        if let Some(found) = found {
            let lock = known(&found.object_lock)?.as_ref()?;
            if lock.retention.is_some() {
                return None;
            }
        }
        let call = S3::PutObjectLockConfiguration(PutObjectLockConfiguration {
            bucket: self.name.clone(),
            object_lock_configuration: ObjectLockConfiguration {
                object_lock_enabled: "Enabled".to_owned(),
                rule: ObjectLockRule {
                    default_retention: retention,
                },
            },
            expected_bucket_owner: self.owner.clone(),
        });
        Some(Change::new(call, "Object Lock has no default retention"))
    }

    fn log(&self, found: Option<&SettingsState>) -> Option<Change> {
        let logs = self.settings.access_logs.as_ref()?;
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
            bucket: self.name.clone(),
            bucket_logging_status: BucketLoggingStatus {
                logging_enabled: logs.clone(),
            },
            expected_bucket_owner: self.owner.clone(),
        });
        Some(Change::new(call, reason))
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

/// What a new retention means.
pub fn lock_note(retention: &DefaultRetention) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_that_loses_the_access_logs_is_named() {
        let logs = |target: &str| LoggingEnabled {
            target_bucket: target.into(),
            target_prefix: "logs/".into(),
        };
        let mut bucket = Bucket::default();
        bucket.settings.access_logs = Some(logs("new"));
        let reason = |target: Option<&str>| {
            let found = SettingsState {
                logging: Some(Ok(target.map(logs))),
                ..SettingsState::default()
            };
            bucket.log(Some(&found)).map(|change| change.reason)
        };
        let lost = "access logs are delivered to old, not to new";
        assert_eq!(reason(Some("old")).as_deref(), Some(lost));
        let missing = "access logs are not delivered to new";
        assert_eq!(reason(None).as_deref(), Some(missing));
        assert_eq!(reason(Some("new")), None);
    }
}
