//! Requests to S3: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html>.

use serde::Serialize;

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
