//! The lifecycle rules of a bucket, as S3 takes and returns them.
//!
//! All of them are replaced together, so the rules of others pass through here: every field that a rule can have must
//! be among these, or it would be lost.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html>

use serde_json::Value;

use super::Tag;
use super::definition::{Parameter, define};

macro_rules! lifecycle {
    ($each:ident) => {
        $each! {
            camel;
            /// All lifecycle rules of a bucket.
            BucketLifecycleConfiguration {
                /// The rules, 1,000 at most.
                rules: Vec<LifecycleRule>,
            }
            /// What becomes of some objects of a bucket, and when.
            LifecycleRule {
                /// Unique in the bucket, at most 255 characters.
                id as "ID": Option<String>,
                /// What keys begin with, in the older of the two forms; rules of the two forms cannot be mixed.
                prefix: Option<String>,
                /// Which objects, in the newer form.
                filter: Option<LifecycleRuleFilter>,
                /// `Enabled` or `Disabled`.
                status: String,
                /// When current versions end.
                expiration: Option<LifecycleExpiration>,
                /// When current versions move to another storage class.
                transitions: Vec<Transition>,
                /// When noncurrent versions move to another storage class.
                noncurrent_version_transitions: Vec<NoncurrentVersionTransition>,
                /// When noncurrent versions are deleted.
                noncurrent_version_expiration: Option<NoncurrentVersionExpiration>,
                /// When the parts of an upload that was never completed are deleted.
                abort_incomplete_multipart_upload: Option<AbortIncompleteMultipartUpload>,
            }
            /// Which objects a rule is about; one field at most, and all objects without any.
            LifecycleRuleFilter {
                /// What keys begin with.
                prefix: Option<String>,
                /// A tag.
                tag: Option<Tag>,
                /// More bytes than this.
                object_size_greater_than: Option<i64>,
                /// Fewer bytes than this.
                object_size_less_than: Option<i64>,
                /// Several conditions.
                and: Option<LifecycleRuleAndOperator>,
            }
            /// Several conditions, all of which must hold.
            LifecycleRuleAndOperator {
                /// What keys begin with.
                prefix: Option<String>,
                /// Tags.
                tags: Vec<Tag>,
                /// More bytes than this.
                object_size_greater_than: Option<i64>,
                /// Fewer bytes than this.
                object_size_less_than: Option<i64>,
            }
            /// When current versions end.
            LifecycleExpiration {
                /// On this day, RFC 3339.
                date: Option<Timestamp>,
                /// So many days after they were created.
                days: Option<i32>,
                /// Delete markers without noncurrent versions are deleted.
                expired_object_delete_marker: Option<bool>,
            }
            /// When current versions move to another storage class.
            Transition {
                /// On this day, RFC 3339.
                date: Option<Timestamp>,
                /// So many days after they were created.
                days: Option<i32>,
                /// The storage class.
                storage_class: Option<String>,
            }
            /// When noncurrent versions move to another storage class.
            NoncurrentVersionTransition {
                /// So many days after they became noncurrent.
                noncurrent_days: Option<i32>,
                /// The storage class.
                storage_class: Option<String>,
                /// So many of the newest stay.
                newer_noncurrent_versions: Option<i32>,
            }
            /// When noncurrent versions are deleted.
            NoncurrentVersionExpiration {
                /// So many days after they became noncurrent.
                noncurrent_days: Option<i32>,
                /// So many of the newest stay.
                newer_noncurrent_versions: Option<i32>,
            }
            /// When the parts of an upload that was never completed are deleted.
            AbortIncompleteMultipartUpload {
                /// So many days after it began.
                days_after_initiation: Option<i32>,
            }
        }
    };
}
pub(crate) use lifecycle;

lifecycle!(define);

/// A point in time, RFC 3339.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timestamp(pub String);

impl Parameter for Timestamp {
    fn to_json(&self) -> Option<Value> {
        self.0.to_json()
    }
}
