//! The bucket that is to get the access logs of another.

use crate::aws::Reader;
use crate::aws::read::BucketHead;
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

/// The bucket of this name as a target of access logs. `region` is where it is looked for first.
///
/// # Errors
/// When AWS refuses or does not answer.
pub async fn read(
    reader: &Reader,
    region: &str,
    name: &str,
    owner: &str,
) -> Result<Target, CallError> {
    let look = async |region: &str| {
        tokio::join!(
            Box::pin(reader.bucket(region, name, owner)),
            Box::pin(reader.object_lock(region, name, owner)),
            Box::pin(reader.bucket_encryption(region, name, owner)),
        )
    };
    let mut region = region.to_owned();
    let (mut head, mut lock, mut encryption) = look(&region).await;
    if let Ok(BucketHead::Elsewhere(elsewhere)) = head {
        (head, lock, encryption) = look(&elsewhere).await;
        region = elsewhere;
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
