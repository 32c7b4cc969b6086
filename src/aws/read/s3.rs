//! Buckets: whether one exists and whose it is, its policy, its switches against public access.

use super::Reader;
use crate::aws::error::Request;
use crate::call::s3::PublicAccessBlockConfiguration;
use crate::error::CallResult;

/// A bucket by its name, with the region that requests about it go to and the account that must own it.
#[derive(Clone, Copy, Debug)]
pub struct BucketAt<'a> {
    pub(crate) region: &'a str,
    pub(crate) name: &'a str,
    pub(super) owner: &'a str,
}

impl<'a> BucketAt<'a> {
    pub(crate) fn new(region: &'a str, name: &'a str, owner: &'a str) -> Self {
        Self {
            region,
            name,
            owner,
        }
    }

    /// The same bucket, looked for in this region.
    pub(crate) fn or_in(self, region: &'a str) -> Self {
        Self { region, ..self }
    }

    pub(super) fn request(&self, operation: &'a str) -> Request<'a> {
        Request::new("s3", operation, self.region, self.name)
    }
}

/// What `HeadBucket` returns for a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BucketHead {
    /// No account has a bucket of this name.
    Missing,
    /// The account owns it, in the region asked.
    Owned,
    /// It exists in this region, the only one that returns more about it.
    Elsewhere(String),
    /// Another account owns it, or the caller lacks permission.
    Forbidden,
}

/// The four switches; all off where none was ever set.
pub type PublicAccess = PublicAccessBlockConfiguration;

pub(super) const REGION_HEADER: &str = "x-amz-bucket-region";

impl Reader {
    /// Whether a bucket exists, and whose it is.
    pub async fn bucket(&self, bucket: BucketAt<'_>) -> CallResult<BucketHead> {
        let request = bucket.request("HeadBucket");
        let head = self.clients.s3(bucket.region).head_bucket();
        let head = head.bucket(bucket.name).expected_bucket_owner(bucket.owner);
        let error = match self.clients.answer(request, head.send()).await {
            Ok(answer) => {
                return Ok(match answer.bucket_region {
                    Some(elsewhere) if elsewhere != bucket.region => {
                        BucketHead::Elsewhere(elsewhere)
                    }
                    _ => BucketHead::Owned,
                });
            }
            Err(error) => error,
        };
        // An answer to HEAD has no body, so there is no code: only the status and the headers.
        let answer = error.raw_response();
        let status = answer.map(|answer| answer.status().as_u16());
        let elsewhere = answer.and_then(|answer| answer.headers().get(REGION_HEADER));
        match (status, elsewhere) {
            (Some(404), _) => Ok(BucketHead::Missing),
            (Some(403), _) => Ok(BucketHead::Forbidden),
            (Some(301 | 400), Some(elsewhere)) if elsewhere != bucket.region => {
                Ok(BucketHead::Elsewhere(elsewhere.to_owned()))
            }
            _ => Err(request.failed(error)),
        }
    }

    /// A bucket's policy as JSON text, where it has one.
    pub async fn bucket_policy(&self, bucket: BucketAt<'_>) -> CallResult<Option<String>> {
        let request = bucket.request("GetBucketPolicy");
        let get = self.clients.s3(bucket.region).get_bucket_policy();
        let get = get.bucket(bucket.name).expected_bucket_owner(bucket.owner);
        let missing = ["NoSuchBucketPolicy", "NoSuchBucket"];
        let answer = self.find(request, get.send(), &missing).await?;
        Ok(answer.and_then(|answer| answer.policy))
    }

    /// A bucket's switches against public access.
    pub async fn public_access_block(
        &self,
        bucket: BucketAt<'_>,
    ) -> CallResult<Option<PublicAccess>> {
        let request = bucket.request("GetPublicAccessBlock");
        let get = self.clients.s3(bucket.region).get_public_access_block();
        let get = get.bucket(bucket.name).expected_bucket_owner(bucket.owner);
        let missing = ["NoSuchPublicAccessBlockConfiguration", "NoSuchBucket"];
        let answer = self.find(request, get.send(), &missing).await?;
        let switches = answer.and_then(|answer| answer.public_access_block_configuration);
        Ok(switches.map(|switches| PublicAccess {
            block_public_acls: switches.block_public_acls.unwrap_or_default(),
            ignore_public_acls: switches.ignore_public_acls.unwrap_or_default(),
            block_public_policy: switches.block_public_policy.unwrap_or_default(),
            restrict_public_buckets: switches.restrict_public_buckets.unwrap_or_default(),
        }))
    }
}
