//! What a bucket does with its objects: versioning, lifecycle, locks, access logs, encryption.

use super::Reader;
use crate::aws::convert::FromSdk;
use crate::aws::error::{Request, or_missing};
use crate::call::lifecycle::LifecycleRule;
use crate::call::s3::{DefaultRetention, LoggingEnabled};
use crate::error::CallError;

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
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn bucket_versioning(
        &self,
        region: &str,
        bucket: &str,
        owner: &str,
    ) -> Result<Versioning, CallError> {
        let request = about("GetBucketVersioning", region, bucket);
        let _permit = self.clients.permit(&request).await;
        let client = self.clients.s3(region);
        let get = client.get_bucket_versioning().bucket(bucket);
        let answer = get.expected_bucket_owner(owner).send().await;
        let answer = answer.map_err(|error| request.failed(error));
        let found = or_missing(answer, &["NoSuchBucket"])?;
        Ok(found.map_or_else(Versioning::default, |found| Versioning {
            status: found.status.map(|status| status.as_str().to_owned()),
            mfa_delete: found
                .mfa_delete
                .is_some_and(|status| status.as_str() == "Enabled"),
        }))
    }

    /// A bucket's lifecycle rules.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn bucket_lifecycle(
        &self,
        region: &str,
        bucket: &str,
        owner: &str,
    ) -> Result<Lifecycle, CallError> {
        let request = about("GetBucketLifecycleConfiguration", region, bucket);
        let _permit = self.clients.permit(&request).await;
        let client = self.clients.s3(region);
        let get = client
            .get_bucket_lifecycle_configuration()
            .bucket(bucket)
            .expected_bucket_owner(owner);
        let answer = get.send().await.map_err(|error| request.failed(error));
        let missing = ["NoSuchLifecycleConfiguration", "NoSuchBucket"];
        let Some(found) = or_missing(answer, &missing)? else {
            return Ok(Lifecycle::default());
        };
        let rules = Vec::from_sdk(found.rules);
        let least = found.transition_default_minimum_object_size;
        Ok(Lifecycle {
            rules: rules.map_err(|why| request.unusable(why))?,
            transition_default_minimum_object_size: least.map(|least| least.as_str().to_owned()),
        })
    }

    /// A bucket's Object Lock, if it is enabled.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn object_lock(
        &self,
        region: &str,
        bucket: &str,
        owner: &str,
    ) -> Result<Option<ObjectLock>, CallError> {
        let request = about("GetObjectLockConfiguration", region, bucket);
        let _permit = self.clients.permit(&request).await;
        let client = self.clients.s3(region);
        let get = client
            .get_object_lock_configuration()
            .bucket(bucket)
            .expected_bucket_owner(owner);
        let answer = get.send().await.map_err(|error| request.failed(error));
        let missing = ["ObjectLockConfigurationNotFoundError", "NoSuchBucket"];
        let found = or_missing(answer, &missing)?;
        let found = found.and_then(|found| found.object_lock_configuration);
        Ok(found.map(|found| ObjectLock {
            retention: found
                .rule
                .and_then(|rule| rule.default_retention)
                .and_then(|retention| {
                    Some(DefaultRetention {
                        mode: retention.mode?.as_str().to_owned(),
                        days: retention.days,
                        years: retention.years,
                    })
                }),
        }))
    }

    /// Where a bucket's server access logs go, if it has any.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn bucket_logging(
        &self,
        region: &str,
        bucket: &str,
        owner: &str,
    ) -> Result<Option<LoggingEnabled>, CallError> {
        let request = about("GetBucketLogging", region, bucket);
        let _permit = self.clients.permit(&request).await;
        let client = self.clients.s3(region);
        let get = client.get_bucket_logging().bucket(bucket);
        let answer = get.expected_bucket_owner(owner).send().await;
        let answer = answer.map_err(|error| request.failed(error));
        let found = or_missing(answer, &["NoSuchBucket"])?;
        let found = found.and_then(|found| found.logging_enabled);
        Ok(found.map(|found| LoggingEnabled {
            target_bucket: found.target_bucket,
            target_prefix: found.target_prefix,
        }))
    }

    /// The algorithm that new objects of a bucket are encrypted with, e.g. `AES256` or `aws:kms`.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn bucket_encryption(
        &self,
        region: &str,
        bucket: &str,
        owner: &str,
    ) -> Result<Option<String>, CallError> {
        let request = about("GetBucketEncryption", region, bucket);
        let _permit = self.clients.permit(&request).await;
        let client = self.clients.s3(region);
        let get = client.get_bucket_encryption().bucket(bucket);
        let answer = get.expected_bucket_owner(owner).send().await;
        let answer = answer.map_err(|error| request.failed(error));
        let missing = [
            "ServerSideEncryptionConfigurationNotFoundError",
            "NoSuchBucket",
        ];
        let found = or_missing(answer, &missing)?;
        let rules = found.and_then(|found| found.server_side_encryption_configuration);
        let mut rules = rules.map_or_else(Vec::new, |rules| rules.rules).into_iter();
        let algorithm = rules.find_map(|rule| rule.apply_server_side_encryption_by_default);
        Ok(algorithm.map(|default| default.sse_algorithm.as_str().to_owned()))
    }
}

fn about<'a>(operation: &'static str, region: &'a str, bucket: &'a str) -> Request<'a> {
    Request {
        service: "s3",
        operation,
        region,
        resource: bucket,
    }
}
