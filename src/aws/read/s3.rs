//! Buckets: whether one exists and whose it is, its policy, its switches against public access.

use super::Reader;
use crate::aws::error::{Request, or_missing};
use crate::call::s3::PublicAccessBlockConfiguration;
use crate::error::CallError;

/// What `HeadBucket` tells of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BucketHead {
    /// Nobody has a bucket of this name.
    Missing,
    /// The account has it, in the region asked.
    Owned,
    /// Somebody has it, in this region, which alone tells more.
    Elsewhere(String),
    /// Somebody else has it, or the caller is not let in.
    Forbidden,
}

/// The four switches; all off where nothing was ever set.
pub type PublicAccess = PublicAccessBlockConfiguration;

pub(super) const REGION_HEADER: &str = "x-amz-bucket-region";

impl Reader {
    /// Whether a bucket exists, asked in `region`; `owner` is the account that must own it.
    ///
    /// # Errors
    /// When AWS does not answer.
    pub async fn bucket(
        &self,
        region: &str,
        bucket: &str,
        owner: &str,
    ) -> Result<BucketHead, CallError> {
        let request = Request {
            service: "s3",
            operation: "HeadBucket",
            region,
            resource: bucket,
        };
        let _permit = self.clients.permit(&request).await;
        let client = self.clients.s3(region);
        let head = client
            .head_bucket()
            .bucket(bucket)
            .expected_bucket_owner(owner);
        match head.send().await {
            Ok(answer) => Ok(match answer.bucket_region {
                Some(elsewhere) if elsewhere != region => BucketHead::Elsewhere(elsewhere),
                _ => BucketHead::Owned,
            }),
            Err(error) => {
                // An answer to HEAD has no body, so status and header say all there is.
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
    ) -> Result<Option<String>, CallError> {
        let request = Request {
            service: "s3",
            operation: "GetBucketPolicy",
            region,
            resource: bucket,
        };
        let _permit = self.clients.permit(&request).await;
        let client = self.clients.s3(region);
        let get = client
            .get_bucket_policy()
            .bucket(bucket)
            .expected_bucket_owner(owner);
        let answer = get.send().await.map_err(|error| request.failed(error));
        let found = or_missing(answer, &["NoSuchBucketPolicy", "NoSuchBucket"])?;
        Ok(found.and_then(|answer| answer.policy))
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
    ) -> Result<Option<PublicAccess>, CallError> {
        let request = Request {
            service: "s3",
            operation: "GetPublicAccessBlock",
            region,
            resource: bucket,
        };
        let _permit = self.clients.permit(&request).await;
        let client = self.clients.s3(region);
        let get = client
            .get_public_access_block()
            .bucket(bucket)
            .expected_bucket_owner(owner);
        let answer = get.send().await.map_err(|error| request.failed(error));
        let missing = ["NoSuchPublicAccessBlockConfiguration", "NoSuchBucket"];
        let found = or_missing(answer, &missing)?
            .and_then(|answer| answer.public_access_block_configuration);
        Ok(found.map(|switches| PublicAccess {
            block_public_acls: switches.block_public_acls.unwrap_or_default(),
            ignore_public_acls: switches.ignore_public_acls.unwrap_or_default(),
            block_public_policy: switches.block_public_policy.unwrap_or_default(),
            restrict_public_buckets: switches.restrict_public_buckets.unwrap_or_default(),
        }))
    }
}
