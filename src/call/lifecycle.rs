//! The lifecycle rules of a bucket, as S3 takes and returns them.
//!
//! All of them are replaced together, so the rules of others pass through here: every field that a rule can have must
//! be among these, or it would be lost.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html>

use serde::Serialize;

use super::Tag;
use super::definition::{Parameter, define};

macro_rules! lifecycle {
    ($each:ident) => {
        $each! {
            "PascalCase";
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
                filter: Option<LifecycleRuleFilter>,
                /// `Enabled` or `Disabled`.
                status: String,
                expiration: Option<LifecycleExpiration>,
                transitions: Vec<Transition>,
                noncurrent_version_transitions: Vec<NoncurrentVersionTransition>,
                noncurrent_version_expiration: Option<NoncurrentVersionExpiration>,
                abort_incomplete_multipart_upload: Option<AbortIncompleteMultipartUpload>,
            }
            /// Which objects a rule is about; one field at most, and all objects without any.
            LifecycleRuleFilter {
                prefix: Option<String>,
                tag: Option<Tag>,
                object_size_greater_than: Option<i64>,
                object_size_less_than: Option<i64>,
                and: Option<LifecycleRuleAndOperator>,
            }
            /// Several conditions, all of which must hold.
            LifecycleRuleAndOperator {
                prefix: Option<String>,
                tags: Vec<Tag>,
                object_size_greater_than: Option<i64>,
                object_size_less_than: Option<i64>,
            }
            LifecycleExpiration {
                /// On this day, RFC 3339.
                date: Option<Timestamp>,
                days: Option<i32>,
                /// Delete markers without noncurrent versions are deleted.
                expired_object_delete_marker: Option<bool>,
            }
            Transition {
                /// On this day, RFC 3339.
                date: Option<Timestamp>,
                days: Option<i32>,
                storage_class: Option<String>,
            }
            NoncurrentVersionTransition {
                noncurrent_days: Option<i32>,
                storage_class: Option<String>,
                newer_noncurrent_versions: Option<i32>,
            }
            NoncurrentVersionExpiration {
                noncurrent_days: Option<i32>,
                newer_noncurrent_versions: Option<i32>,
            }
            AbortIncompleteMultipartUpload {
                days_after_initiation: Option<i32>,
            }
        }
    };
}
pub(crate) use lifecycle;

lifecycle!(define);

/// A point in time, RFC 3339.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Timestamp(pub String);

impl Parameter for Timestamp {}
