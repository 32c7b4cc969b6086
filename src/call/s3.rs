//! Requests to S3: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html>.

use super::Tag;
use super::definition::define;
use super::lifecycle::BucketLifecycleConfiguration;

macro_rules! s3 {
    ($each:ident) => {
        $each! {
            /// A change of a bucket.
            S3: Call, s3, camel;
            operations {
                /// Creates a bucket.
                CreateBucket {
                    /// The bucket's name, unique in all of the partition.
                    bucket: String,
                    /// Where the bucket goes; must be absent in us-east-1 and present elsewhere.
                    create_bucket_configuration: Option<CreateBucketConfiguration>,
                    /// Whether objects can be locked, which enables versioning as well; absent means no.
                    object_lock_enabled_for_bucket: Option<bool>,
                }
                /// Replaces a bucket's policy.
                PutBucketPolicy {
                    /// The bucket's name.
                    bucket: String,
                    /// The whole policy as JSON, at most 20 KB.
                    policy: String,
                    /// The account that must own the bucket.
                    expected_bucket_owner: String,
                }
                /// Replaces a bucket's four switches against public access.
                PutPublicAccessBlock {
                    /// The bucket's name.
                    bucket: String,
                    /// The four switches.
                    public_access_block_configuration: PublicAccessBlockConfiguration,
                    /// The account that must own the bucket.
                    expected_bucket_owner: String,
                }
                /// Replaces a bucket's tags.
                PutBucketTagging {
                    /// The bucket's name.
                    bucket: String,
                    /// All tags of the bucket.
                    tagging: Tagging,
                    /// The account that must own the bucket.
                    expected_bucket_owner: String,
                }
                /// Enables versioning; it can be suspended later, but never taken back.
                PutBucketVersioning {
                    /// The bucket's name.
                    bucket: String,
                    /// The new state.
                    versioning_configuration: VersioningConfiguration,
                    /// The account that must own the bucket.
                    expected_bucket_owner: String,
                }
                /// Replaces all lifecycle rules of a bucket.
                PutBucketLifecycleConfiguration {
                    /// The bucket's name.
                    bucket: String,
                    /// All rules of the bucket.
                    lifecycle_configuration: BucketLifecycleConfiguration,
                    /// Below which size objects are not moved to other storage classes; absent means S3's default.
                    transition_default_minimum_object_size: Option<String>,
                    /// The account that must own the bucket.
                    expected_bucket_owner: String,
                }
                /// Replaces the retention that new objects of a bucket get.
                PutObjectLockConfiguration {
                    /// The bucket's name.
                    bucket: String,
                    /// The new configuration.
                    object_lock_configuration: ObjectLockConfiguration,
                    /// The account that must own the bucket.
                    expected_bucket_owner: String,
                }
                /// Replaces where a bucket's server access logs go.
                PutBucketLogging {
                    /// The bucket whose requests are logged.
                    bucket: String,
                    /// Where the logs go.
                    bucket_logging_status: BucketLoggingStatus,
                    /// The account that must own the bucket.
                    expected_bucket_owner: String,
                }
            }
            structures {
                /// Where a bucket goes.
                CreateBucketConfiguration {
                    /// A region, the one that the request is sent to.
                    location_constraint: String,
                }
                /// The four switches against public access.
                #[derive(Copy, Eq)]
                PublicAccessBlockConfiguration {
                    /// Refuse public ACLs from now on.
                    block_public_acls: bool,
                    /// Ignore public ACLs that exist.
                    ignore_public_acls: bool,
                    /// Refuse public policies from now on.
                    block_public_policy: bool,
                    /// Ignore public policies that exist.
                    restrict_public_buckets: bool,
                }
                /// A set of tags.
                Tagging {
                    /// The tags.
                    tag_set: Vec<Tag>,
                }
                /// The state of a bucket's versioning.
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
                    /// What holds for new objects.
                    rule: ObjectLockRule,
                }
                /// What holds for new objects.
                #[derive(Eq)]
                ObjectLockRule {
                    /// For how long they are locked.
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
                /// Where server access logs go.
                #[derive(Eq)]
                BucketLoggingStatus {
                    /// Bucket and prefix.
                    logging_enabled: LoggingEnabled,
                }
                /// The bucket that gets server access logs, and what their names begin with.
                #[derive(Eq)]
                LoggingEnabled {
                    /// The bucket that gets the logs.
                    target_bucket: String,
                    /// What their keys begin with.
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
