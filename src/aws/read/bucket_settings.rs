//! The settings of a bucket: versioning, lifecycle, Object Lock, access logs, encryption.

use aws_sdk_s3::types::ObjectLockConfiguration;

use super::{BucketAt, Reader};
use crate::aws::convert::FromSdk;
use crate::call::lifecycle::LifecycleRule;
use crate::call::s3::{DefaultRetention, LoggingEnabled};
use crate::error::CallResult;

/// A bucket's versioning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Versioning {
    /// `Enabled` or `Suspended`; `None` where it was never set.
    pub status: Option<String>,
    /// Whether deleting a version takes a code of the root user's MFA device.
    pub mfa_delete: bool,
}

/// A bucket's lifecycle rules; none where it has no configuration.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lifecycle {
    /// All rules.
    pub rules: Vec<LifecycleRule>,
    /// Below which size objects are not moved to other storage classes, as S3 calls it.
    pub transition_default_minimum_object_size: Option<String>,
}

/// A bucket's Object Lock, where it is enabled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectLock {
    /// For how long new objects are locked, if they are.
    pub retention: Option<DefaultRetention>,
}

impl Reader {
    /// A bucket's versioning.
    pub async fn bucket_versioning(&self, bucket: BucketAt<'_>) -> CallResult<Versioning> {
        let request = bucket.request("GetBucketVersioning");
        let get = self.clients.s3(bucket.region).get_bucket_versioning();
        let get = get.bucket(bucket.name).expected_bucket_owner(bucket.owner);
        let answer = self.find(request, get.send(), &["NoSuchBucket"]).await?;
        let versioning = answer.map(|answer| Versioning {
            status: answer.status.map(|status| status.as_str().to_owned()),
            mfa_delete: answer
                .mfa_delete
                .is_some_and(|status| status.as_str() == "Enabled"),
        });
        Ok(versioning.unwrap_or_default())
    }

    /// A bucket's lifecycle rules.
    pub async fn bucket_lifecycle(&self, bucket: BucketAt<'_>) -> CallResult<Lifecycle> {
        let request = bucket.request("GetBucketLifecycleConfiguration");
        let client = self.clients.s3(bucket.region);
        let get = client.get_bucket_lifecycle_configuration();
        let get = get.bucket(bucket.name).expected_bucket_owner(bucket.owner);
        let missing = ["NoSuchLifecycleConfiguration", "NoSuchBucket"];
        let Some(answer) = self.find(request, get.send(), &missing).await? else {
            return Ok(Lifecycle::default());
        };
        let rules = Vec::from_sdk(answer.rules);
        let least = answer.transition_default_minimum_object_size;
        Ok(Lifecycle {
            rules: rules.map_err(|why| request.unusable(why))?,
            transition_default_minimum_object_size: least.map(|least| least.as_str().to_owned()),
        })
    }

    /// A bucket's Object Lock, if it is enabled.
    pub async fn object_lock(&self, bucket: BucketAt<'_>) -> CallResult<Option<ObjectLock>> {
        let request = bucket.request("GetObjectLockConfiguration");
        let client = self.clients.s3(bucket.region);
        let get = client.get_object_lock_configuration();
        let get = get.bucket(bucket.name).expected_bucket_owner(bucket.owner);
        let missing = ["ObjectLockConfigurationNotFoundError", "NoSuchBucket"];
        let answer = self.find(request, get.send(), &missing).await?;
        let lock = answer.and_then(|answer| answer.object_lock_configuration);
        let retention = |lock: ObjectLockConfiguration| {
            let retention = lock.rule?.default_retention?;
            Some(DefaultRetention {
                mode: retention.mode?.as_str().to_owned(),
                days: retention.days,
                years: retention.years,
            })
        };
        Ok(lock.map(|lock| ObjectLock {
            retention: retention(lock),
        }))
    }

    /// Where a bucket's server access logs go, if it has any.
    pub async fn bucket_logging(&self, bucket: BucketAt<'_>) -> CallResult<Option<LoggingEnabled>> {
        let request = bucket.request("GetBucketLogging");
        let get = self.clients.s3(bucket.region).get_bucket_logging();
        let get = get.bucket(bucket.name).expected_bucket_owner(bucket.owner);
        let answer = self.find(request, get.send(), &["NoSuchBucket"]).await?;
        let logging = answer.and_then(|answer| answer.logging_enabled);
        Ok(logging.map(|logging| LoggingEnabled {
            target_bucket: logging.target_bucket,
            target_prefix: logging.target_prefix,
        }))
    }

    /// The algorithm that new objects of a bucket are encrypted with, e.g. `AES256` or `aws:kms`.
    pub async fn bucket_encryption(&self, bucket: BucketAt<'_>) -> CallResult<Option<String>> {
        let request = bucket.request("GetBucketEncryption");
        let get = self.clients.s3(bucket.region).get_bucket_encryption();
        let get = get.bucket(bucket.name).expected_bucket_owner(bucket.owner);
        let missing = [
            "ServerSideEncryptionConfigurationNotFoundError",
            "NoSuchBucket",
        ];
        let answer = self.find(request, get.send(), &missing).await?;
        let encryption = answer.and_then(|answer| answer.server_side_encryption_configuration);
        let rules = encryption.map_or_else(Vec::new, |encryption| encryption.rules);
        let mut rules = rules.into_iter();
        let default = rules.find_map(|rule| rule.apply_server_side_encryption_by_default);
        Ok(default.map(|default| default.sse_algorithm.as_str().to_owned()))
    }
}
