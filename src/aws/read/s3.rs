//! Buckets: whether one exists and whose it is, its policy, its switches against public access.

use super::Reader;
use crate::aws::error::Request;
use crate::call::s3::PublicAccessBlockConfiguration;
use crate::error::CallResult;

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
    /// Whether a bucket exists, asked in `region`; `owner` is the account that must own it.
    ///
    /// # Errors
    /// When AWS does not answer.
    pub async fn bucket(&self, region: &str, bucket: &str, owner: &str) -> CallResult<BucketHead> {
        let request = Request::new("s3", "HeadBucket", region, bucket);
        let head = self.clients.s3(region).head_bucket();
        let head = head.bucket(bucket).expected_bucket_owner(owner);
        let error = match self.clients.answer(request, head.send()).await {
            Ok(answer) => {
                return Ok(match answer.bucket_region {
                    Some(elsewhere) if elsewhere != region => BucketHead::Elsewhere(elsewhere),
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
            (Some(301 | 400), Some(elsewhere)) if elsewhere != region => {
                Ok(BucketHead::Elsewhere(elsewhere.to_owned()))
            }
            _ => Err(request.failed(error)),
        }
    }

    /// A bucket's policy as JSON text, where it has one.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn bucket_policy(
        &self,
        region: &str,
        bucket: &str,
        owner: &str,
    ) -> CallResult<Option<String>> {
        let request = Request::new("s3", "GetBucketPolicy", region, bucket);
        let get = self.clients.s3(region).get_bucket_policy();
        let get = get.bucket(bucket).expected_bucket_owner(owner);
        let missing = ["NoSuchBucketPolicy", "NoSuchBucket"];
        let answer = self.find(request, get.send(), &missing).await?;
        Ok(answer.and_then(|answer| answer.policy))
    }

    /// A bucket's switches against public access.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn public_access_block(
        &self,
        region: &str,
        bucket: &str,
        owner: &str,
    ) -> CallResult<Option<PublicAccess>> {
        let request = Request::new("s3", "GetPublicAccessBlock", region, bucket);
        let get = self.clients.s3(region).get_public_access_block();
        let get = get.bucket(bucket).expected_bucket_owner(owner);
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
