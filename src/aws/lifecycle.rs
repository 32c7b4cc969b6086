//! Lifecycle rules as the SDK has them, and as calls have them: every field, both ways, because the rules of others are
//! written back with our own.

use aws_sdk_s3::types;

use super::convert::convert;
use crate::call::lifecycle::{
    AbortIncompleteMultipartUpload, BucketLifecycleConfiguration, LifecycleExpiration,
    LifecycleRule, LifecycleRuleAndOperator, LifecycleRuleFilter, NoncurrentVersionExpiration,
    NoncurrentVersionTransition, Transition, lifecycle,
};
use crate::call::{Tag, tag};

lifecycle!(convert);
tag!(convert);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::convert::{FromSdk, ToSdk};
    use crate::call::lifecycle::Timestamp;

    /// A rule in which every field has a value, however little sense that makes.
    fn full() -> LifecycleRule {
        let tag = Tag {
            key: "class".into(),
            value: "audit".into(),
        };
        LifecycleRule {
            id: Some("theirs".into()),
            prefix: Some("old/".into()),
            filter: Some(LifecycleRuleFilter {
                prefix: Some("new/".into()),
                tag: Some(tag.clone()),
                object_size_greater_than: Some(1),
                object_size_less_than: Some(2),
                and: Some(LifecycleRuleAndOperator {
                    prefix: Some("and/".into()),
                    tags: vec![tag],
                    object_size_greater_than: Some(3),
                    object_size_less_than: Some(4),
                }),
            }),
            status: "Disabled".into(),
            expiration: Some(LifecycleExpiration {
                date: Some(Timestamp("2030-01-31T00:00:00Z".into())),
                days: Some(5),
                expired_object_delete_marker: Some(true),
            }),
            transitions: vec![Transition {
                date: Some(Timestamp("2029-01-31T00:00:00Z".into())),
                days: Some(6),
                storage_class: Some("A_CLASS_OF_TOMORROW".into()),
            }],
            noncurrent_version_transitions: vec![NoncurrentVersionTransition {
                noncurrent_days: Some(7),
                storage_class: Some("GLACIER".into()),
                newer_noncurrent_versions: Some(8),
            }],
            noncurrent_version_expiration: Some(NoncurrentVersionExpiration {
                noncurrent_days: Some(9),
                newer_noncurrent_versions: Some(10),
            }),
            abort_incomplete_multipart_upload: Some(AbortIncompleteMultipartUpload {
                days_after_initiation: Some(11),
            }),
        }
    }

    #[test]
    fn no_field_of_a_rule_is_lost_on_the_way_to_the_sdk_and_back() {
        for rule in [
            full(),
            LifecycleRule {
                status: "Enabled".into(),
                ..LifecycleRule::default()
            },
        ] {
            let configuration = BucketLifecycleConfiguration { rules: vec![rule] };
            let there = configuration.clone().to_sdk().expect("rules of the SDK");
            let there = there.expect("a structure is sent");
            let back = BucketLifecycleConfiguration::from_sdk(there);
            assert_eq!(back.expect("rules"), configuration);
        }
    }
}
