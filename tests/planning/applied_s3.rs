//! What calls of S3 do to the account in memory.

use ctadmin::aws::read::{Lifecycle, ObjectLock, Versioning};
use ctadmin::call::s3::S3;
use ctadmin::resource::bucket::BucketState;

use super::applied::policy;
use super::memory::Memory;

impl Memory {
    pub(super) fn apply_s3(&mut self, call: &S3, region: &str) {
        match call {
            S3::CreateBucket(call) => {
                let mut state = BucketState::default();
                region.clone_into(&mut state.region);
                let is_locked = call.object_lock_enabled_for_bucket == Some(true);
                state.settings.versioning = Some(Ok(Versioning {
                    status: is_locked.then(|| "Enabled".to_owned()),
                    mfa_delete: false,
                }));
                state.settings.object_lock = Some(Ok(is_locked.then(ObjectLock::default)));
                state.settings.lifecycle = Some(Ok(Lifecycle::default()));
                self.buckets.insert(call.bucket.clone(), state);
            }
            S3::PutBucketPolicy(call) => {
                self.bucket_named(&call.bucket).policy = policy(&call.policy);
            }
            S3::PutPublicAccessBlock(call) => {
                let blocked = call.public_access_block_configuration;
                self.bucket_named(&call.bucket).public_access_block = Some(blocked);
            }
            S3::PutBucketTagging(_) => {}
            S3::PutBucketLifecycleConfiguration(call) => {
                let lifecycle = Lifecycle {
                    rules: call.lifecycle_configuration.rules.clone(),
                    ..Lifecycle::default()
                };
                let settings = &mut self.bucket_named(&call.bucket).settings;
                settings.lifecycle = Some(Ok(lifecycle));
            }
            S3::PutObjectLockConfiguration(call) => {
                let rule = &call.object_lock_configuration.rule;
                let retention = Some(rule.default_retention.clone());
                let settings = &mut self.bucket_named(&call.bucket).settings;
                settings.object_lock = Some(Ok(Some(ObjectLock { retention })));
            }
            S3::PutBucketVersioning(call) => {
                let status = Some("Enabled".to_owned());
                let versioning = Versioning {
                    status,
                    mfa_delete: false,
                };
                self.bucket_named(&call.bucket).settings.versioning = Some(Ok(versioning));
            }
            call => panic!("{call:?} is not carried out in memory"),
        }
    }
}
