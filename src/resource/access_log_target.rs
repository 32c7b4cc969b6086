//! The bucket that is to get the access logs of another.

use super::bucket::{Lookup, look_up};
use crate::aws::Reader;
use crate::aws::read::BucketAt;
use crate::error::CallError;

/// What a look at the bucket that gets the access logs takes.
pub const READS: [&str; 3] = [
    "HeadBucket",
    "GetObjectLockConfiguration",
    "GetBucketEncryption",
];

/// The bucket that is to get access logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its region.
    pub region: String,
    /// Whether Object Lock is enabled.
    pub object_lock: bool,
    /// The algorithm that new objects are encrypted with.
    pub encryption: Option<String>,
}

/// The bucket of this name as a target of access logs, looked for in this region first.
pub async fn read(reader: &Reader, bucket: BucketAt<'_>) -> Result<Lookup<Target>, CallError> {
    let look = async |bucket: BucketAt<'_>| {
        let (head, lock, encryption) = tokio::join!(
            Box::pin(reader.bucket(bucket)),
            Box::pin(reader.object_lock(bucket)),
            Box::pin(reader.bucket_encryption(bucket)),
        );
        let target = || {
            Ok(Target {
                region: bucket.region.to_owned(),
                object_lock: lock?.is_some(),
                encryption: encryption?,
            })
        };
        (head, target())
    };
    look_up(bucket, look).await
}
