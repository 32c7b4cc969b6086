//! Requests to S3: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html>.

use super::Tag;
use super::definition::define;
use super::lifecycle::BucketLifecycleConfiguration;

macro_rules! s3 {
    ($each:ident) => {
        $each! {
            /// A change of a bucket.
            S3: Call, s3, "PascalCase";
            operations {
                CreateBucket {
                    /// The bucket's name, unique in all of the partition.
                    bucket: String,
                    /// Where the bucket goes; must be absent in us-east-1 and present elsewhere.
                    create_bucket_configuration: Option<CreateBucketConfiguration>,
                    /// Whether objects can be locked, which enables versioning as well; absent means no.
                    object_lock_enabled_for_bucket: Option<bool>,
                }
                PutBucketPolicy {
                    bucket: String,
                    /// The whole policy as JSON, at most 20 KB.
                    policy: String,
                    expected_bucket_owner: String,
                }
                /// Replaces a bucket's four switches against public access.
                PutPublicAccessBlock {
                    bucket: String,
                    public_access_block_configuration: PublicAccessBlockConfiguration,
                    expected_bucket_owner: String,
                }
                PutBucketTagging {
                    bucket: String,
                    tagging: Tagging,
                    expected_bucket_owner: String,
                }
                /// Enables versioning; it can be suspended later, but never taken back.
                PutBucketVersioning {
                    bucket: String,
                    versioning_configuration: VersioningConfiguration,
                    expected_bucket_owner: String,
                }
                /// Replaces all lifecycle rules of a bucket.
                PutBucketLifecycleConfiguration {
                    bucket: String,
                    lifecycle_configuration: BucketLifecycleConfiguration,
                    /// Below which size objects are not moved to other storage classes; absent means S3's default.
                    transition_default_minimum_object_size: Option<String>,
                    expected_bucket_owner: String,
                }
                /// Replaces the retention that new objects of a bucket get.
                PutObjectLockConfiguration {
                    bucket: String,
                    object_lock_configuration: ObjectLockConfiguration,
                    expected_bucket_owner: String,
                }
                /// Replaces where a bucket's server access logs go.
                PutBucketLogging {
                    bucket: String,
                    bucket_logging_status: BucketLoggingStatus,
                    expected_bucket_owner: String,
                }
            }
            structures {
                CreateBucketConfiguration {
                    /// A region, the one that the request is sent to.
                    location_constraint: String,
                }
                /// The four switches against public access.
                #[derive(Copy, Eq)]
                PublicAccessBlockConfiguration {
                    block_public_acls: bool,
                    ignore_public_acls: bool,
                    block_public_policy: bool,
                    restrict_public_buckets: bool,
                }
                Tagging {
                    tag_set: Vec<Tag>,
                }
                #[derive(Eq)]
                VersioningConfiguration {
                    /// `Enabled` or `Suspended`.
                    status: String,
                }
                /// What becomes of new objects in a bucket with Object Lock.
                #[derive(Eq)]
                ObjectLockConfiguration {
                    /// `Enabled`, the only value there is.
                    object_lock_enabled: String,
                    rule: ObjectLockRule,
                }
                #[derive(Eq)]
                ObjectLockRule {
                    default_retention: DefaultRetention,
                }
                /// For how long a new object is locked; in days or in years, not both.
                #[derive(Eq)]
                DefaultRetention {
                    /// `GOVERNANCE`, which a permission can lift, or `COMPLIANCE`, which nobody can.
                    mode: String,
                    /// Days, 1 to 36,500.
                    days: Option<i32>,
                    /// Years, 1 to 100.
                    years: Option<i32>,
                }
                #[derive(Eq)]
                BucketLoggingStatus {
                    logging_enabled: LoggingEnabled,
                }
                /// The bucket that gets server access logs, and what their names begin with.
                #[derive(Eq)]
                LoggingEnabled {
                    target_bucket: String,
                    target_prefix: String,
                }
            }
        }
    };
}
pub(crate) use s3;

s3!(define);

impl PublicAccessBlockConfiguration {
    /// All four switches on.
    pub const ALL: Self = Self {
        block_public_acls: true,
        ignore_public_acls: true,
        block_public_policy: true,
        restrict_public_buckets: true,
    };
}
