//! Calls to S3 that set what a bucket does with its objects: versioning, lifecycle, locks, access logs.

use aws_sdk_s3::{Client, types};

use crate::aws::error::Request;
use crate::aws::lifecycle;
use crate::call::s3::{
    BucketLoggingStatus, DefaultRetention, LoggingEnabled, ObjectLockConfiguration, ObjectLockRule,
    PutBucketLifecycleConfiguration, PutBucketLogging, PutBucketVersioning,
    PutObjectLockConfiguration, VersioningConfiguration,
};
use crate::error::CallError;

pub(super) async fn put_versioning(
    client: Client,
    request: &Request<'_>,
    call: PutBucketVersioning,
) -> Result<(), CallError> {
    let PutBucketVersioning {
        bucket,
        versioning_configuration: VersioningConfiguration { status },
        expected_bucket_owner,
    } = call;
    let configuration = types::VersioningConfiguration::builder()
        .status(status.as_str().into())
        .build();
    let sent = client
        .put_bucket_versioning()
        .bucket(bucket)
        .versioning_configuration(configuration)
        .expected_bucket_owner(expected_bucket_owner)
        .send();
    request.done(sent.await)
}

pub(super) async fn put_lifecycle(
    client: Client,
    request: &Request<'_>,
    call: PutBucketLifecycleConfiguration,
) -> Result<(), CallError> {
    let PutBucketLifecycleConfiguration {
        bucket,
        lifecycle_configuration,
        transition_default_minimum_object_size,
        expected_bucket_owner,
    } = call;
    let configuration = lifecycle::to_sdk(lifecycle_configuration);
    let configuration = configuration.map_err(|error| request.unsendable(error))?;
    let least = transition_default_minimum_object_size;
    let sent = client
        .put_bucket_lifecycle_configuration()
        .bucket(bucket)
        .lifecycle_configuration(configuration)
        .set_transition_default_minimum_object_size(least.map(|least| least.as_str().into()))
        .expected_bucket_owner(expected_bucket_owner)
        .send();
    request.done(sent.await)
}

pub(super) async fn put_object_lock(
    client: Client,
    request: &Request<'_>,
    call: PutObjectLockConfiguration,
) -> Result<(), CallError> {
    let PutObjectLockConfiguration {
        bucket,
        object_lock_configuration:
            ObjectLockConfiguration {
                object_lock_enabled,
                rule: ObjectLockRule { default_retention },
            },
        expected_bucket_owner,
    } = call;
    let DefaultRetention { mode, days, years } = default_retention;
    let retention = types::DefaultRetention::builder()
        .mode(mode.as_str().into())
        .set_days(days)
        .set_years(years)
        .build();
    let rule = types::ObjectLockRule::builder()
        .default_retention(retention)
        .build();
    let configuration = types::ObjectLockConfiguration::builder()
        .object_lock_enabled(object_lock_enabled.as_str().into())
        .rule(rule)
        .build();
    let sent = client
        .put_object_lock_configuration()
        .bucket(bucket)
        .object_lock_configuration(configuration)
        .expected_bucket_owner(expected_bucket_owner)
        .send();
    request.done(sent.await)
}

pub(super) async fn put_logging(
    client: Client,
    request: &Request<'_>,
    call: PutBucketLogging,
) -> Result<(), CallError> {
    let PutBucketLogging {
        bucket,
        bucket_logging_status: BucketLoggingStatus { logging_enabled },
        expected_bucket_owner,
    } = call;
    let LoggingEnabled {
        target_bucket,
        target_prefix,
    } = logging_enabled;
    let enabled = types::LoggingEnabled::builder()
        .target_bucket(target_bucket)
        .target_prefix(target_prefix)
        .build()
        .map_err(|error| request.unsendable(error))?;
    let status = types::BucketLoggingStatus::builder()
        .logging_enabled(enabled)
        .build();
    let sent = client
        .put_bucket_logging()
        .bucket(bucket)
        .bucket_logging_status(status)
        .expected_bucket_owner(expected_bucket_owner)
        .send();
    request.done(sent.await)
}
