//! Requests to S3: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html>.

use serde::Serialize;

use super::lifecycle::LifecycleConfiguration;
use super::{Call, Tag};

/// A change of a bucket.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum S3 {
    /// Makes a bucket.
    CreateBucket(CreateBucket),
    /// Replaces a bucket's policy.
    PutBucketPolicy(PutBucketPolicy),
    /// Replaces a bucket's four switches against public access.
    PutPublicAccessBlock(PutPublicAccessBlock),
    /// Replaces a bucket's tags.
    PutBucketTagging(PutBucketTagging),
    /// Enables versioning; it can be suspended later, but never taken back.
    PutBucketVersioning(PutBucketVersioning),
    /// Replaces all lifecycle rules of a bucket.
    PutBucketLifecycleConfiguration(PutBucketLifecycleConfiguration),
    /// Replaces the retention that new objects of a bucket get.
    PutObjectLockConfiguration(PutObjectLockConfiguration),
    /// Replaces where a bucket's server access logs go.
    PutBucketLogging(PutBucketLogging),
}

impl From<S3> for Call {
    fn from(call: S3) -> Self {
        Self::S3(call)
    }
}

/// Parameters of `CreateBucket`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateBucket {
    /// The bucket's name, unique in all of the partition.
    pub bucket: String,
    /// Where the bucket goes; must be absent in us-east-1 and present elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_bucket_configuration: Option<CreateBucketConfiguration>,
    /// Whether objects can be locked, which enables versioning as well; absent means no.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object_lock_enabled_for_bucket: Option<bool>,
}

/// Where a bucket goes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateBucketConfiguration {
    /// A region, the one that the request is sent to.
    pub location_constraint: String,
}

/// Parameters of `PutBucketPolicy`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutBucketPolicy {
    /// The bucket's name.
    pub bucket: String,
    /// The whole policy as JSON, at most 20 KB.
    pub policy: String,
    /// The account that must own the bucket.
    pub expected_bucket_owner: String,
}

/// Parameters of `PutPublicAccessBlock`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutPublicAccessBlock {
    /// The bucket's name.
    pub bucket: String,
    /// The four switches.
    pub public_access_block_configuration: PublicAccessBlockConfiguration,
    /// The account that must own the bucket.
    pub expected_bucket_owner: String,
}

/// The four switches against public access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PublicAccessBlockConfiguration {
    /// Refuse public ACLs from now on.
    pub block_public_acls: bool,
    /// Ignore public ACLs that exist.
    pub ignore_public_acls: bool,
    /// Refuse public policies from now on.
    pub block_public_policy: bool,
    /// Ignore public policies that exist.
    pub restrict_public_buckets: bool,
}

impl PublicAccessBlockConfiguration {
    /// All four switches on.
    pub const ALL: Self = Self {
        block_public_acls: true,
        ignore_public_acls: true,
        block_public_policy: true,
        restrict_public_buckets: true,
    };
}

/// Parameters of `PutBucketTagging`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutBucketTagging {
    /// The bucket's name.
    pub bucket: String,
    /// All tags of the bucket.
    pub tagging: Tagging,
    /// The account that must own the bucket.
    pub expected_bucket_owner: String,
}

/// A set of tags.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Tagging {
    /// The tags.
    pub tag_set: Vec<Tag>,
}

/// Parameters of `PutBucketVersioning`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutBucketVersioning {
    /// The bucket's name.
    pub bucket: String,
    /// The new state.
    pub versioning_configuration: VersioningConfiguration,
    /// The account that must own the bucket.
    pub expected_bucket_owner: String,
}

/// The state of a bucket's versioning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct VersioningConfiguration {
    /// `Enabled` or `Suspended`.
    pub status: String,
}

/// Parameters of `PutBucketLifecycleConfiguration`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutBucketLifecycleConfiguration {
    /// The bucket's name.
    pub bucket: String,
    /// All rules of the bucket.
    pub lifecycle_configuration: LifecycleConfiguration,
    /// Below which size objects are not moved to other storage classes; absent means S3's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transition_default_minimum_object_size: Option<String>,
    /// The account that must own the bucket.
    pub expected_bucket_owner: String,
}

/// Parameters of `PutObjectLockConfiguration`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutObjectLockConfiguration {
    /// The bucket's name.
    pub bucket: String,
    /// The new configuration.
    pub object_lock_configuration: ObjectLockConfiguration,
    /// The account that must own the bucket.
    pub expected_bucket_owner: String,
}

/// What becomes of new objects in a bucket with Object Lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ObjectLockConfiguration {
    /// `Enabled`, the only value there is.
    pub object_lock_enabled: String,
    /// What holds for new objects.
    pub rule: ObjectLockRule,
}

/// What holds for new objects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ObjectLockRule {
    /// For how long they are locked.
    pub default_retention: DefaultRetention,
}

/// For how long a new object is locked; in days or in years, not both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DefaultRetention {
    /// `GOVERNANCE`, which a permission can lift, or `COMPLIANCE`, which nobody can.
    pub mode: String,
    /// Days, 1 to 36,500.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<i32>,
    /// Years, 1 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub years: Option<i32>,
}

/// Parameters of `PutBucketLogging`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutBucketLogging {
    /// The bucket whose requests are logged.
    pub bucket: String,
    /// Where the logs go.
    pub bucket_logging_status: BucketLoggingStatus,
    /// The account that must own the bucket.
    pub expected_bucket_owner: String,
}

/// Where server access logs go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct BucketLoggingStatus {
    /// Bucket and prefix.
    pub logging_enabled: LoggingEnabled,
}

/// The bucket that gets server access logs, and what their names begin with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct LoggingEnabled {
    /// The bucket that gets the logs.
    pub target_bucket: String,
    /// What their keys begin with.
    pub target_prefix: String,
}
