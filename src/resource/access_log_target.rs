//! The bucket that is to get the access logs of another.

use crate::aws::Reader;
use crate::aws::read::{BucketAt, BucketHead};
use crate::error::CallError;

/// What a look at the bucket that gets the access logs takes.
pub const READS: [&str; 3] = [
    "HeadBucket",
    "GetObjectLockConfiguration",
    "GetBucketEncryption",
];

/// The bucket that is to get access logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// No bucket has this name.
    Missing,
    /// It belongs to another account, or the caller may not read it.
    Forbidden,
    /// The account has it.
    Owned {
        /// Its region.
        region: String,
        /// Whether Object Lock is enabled.
        object_lock: bool,
        /// The algorithm that new objects are encrypted with.
        encryption: Option<String>,
    },
}

/// The bucket of this name as a target of access logs, looked for in this region first.
///
/// # Errors
/// When AWS refuses or does not answer.
pub async fn read(reader: &Reader, bucket: BucketAt<'_>) -> Result<Target, CallError> {
    let look = async |bucket| {
        tokio::join!(
            Box::pin(reader.bucket(bucket)),
            Box::pin(reader.object_lock(bucket)),
            Box::pin(reader.bucket_encryption(bucket)),
        )
    };
    let mut region = bucket.region.to_owned();
    let (mut head, mut lock, mut encryption) = look(bucket).await;
    if let Ok(BucketHead::Elsewhere(elsewhere)) = head {
        region = elsewhere;
        (head, lock, encryption) = look(bucket.or_in(&region)).await;
    }
    match head? {
        BucketHead::Missing => Ok(Target::Missing),
        BucketHead::Forbidden => Ok(Target::Forbidden),
        BucketHead::Owned | BucketHead::Elsewhere(_) => Ok(Target::Owned {
            region,
            object_lock: lock?.is_some(),
            encryption: encryption?,
        }),
    }
}
