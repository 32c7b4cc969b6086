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
