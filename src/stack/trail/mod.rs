//! The trail stack: trails and topics, one bucket, one queue.
//!
//! [`survey`] reads what exists; [`desired`] says what should; [`nodes`] creates a graph from the two, [`show`] a picture. Regional layout: each region has a trail and a topic of its own. Multi-region layout:
//! one trail and one topic, in the home region, serve all regions.

mod deleted_queues;
pub(crate) mod desired;
pub(crate) mod hardening;
pub(crate) mod home;
pub mod keys;
pub mod nodes;
mod notes;
pub(crate) mod permissions;
pub(crate) mod publishing;
mod refusals;
pub mod region;
pub(crate) mod selectors;
pub(crate) mod show;
pub(crate) mod source;
pub(crate) mod statements;
pub mod survey;
mod unmanaged;

use std::time::Duration;

use crate::aws::Reader;
use crate::call::Tag;
use crate::call::s3::DefaultRetention;
use crate::resource::queue_encryption::Encryption;
use crate::stack::{Account, Purpose, Scheme};
use survey::{BucketScope, Scope, Survey};

/// What the user asked of the trail stack; the default asks for nothing in particular.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The home region, when it was named.
    pub home: Option<String>,
    /// The layout, when it was named.
    pub layout: Option<Layout>,
    /// Delete what a multi-region trail supersedes.
    pub prune: bool,
    /// Leave out queue and subscriptions.
    pub no_queue: bool,
    /// Leave out the dead letter queue.
    pub no_dlq: bool,
    /// The bucket, when it was named.
    pub bucket: Option<String>,
    /// The account that owns the bucket, when it is another one.
    pub bucket_owner: Option<String>,
    /// Whether this is the bucket of a central stack, which names the accounts that may write.
    pub has_central_bucket: bool,
    /// Change only CloudTrail's two statements of the bucket.
    pub policy_only: bool,
    /// The key prefix before `AWSLogs/`, if given.
    pub key_prefix: Option<String>,
    /// The key that encrypts log files, when it was named.
    pub kms_key_id: Option<String>,
    /// Take management events of services that selectors exclude, too.
    pub include_all_sources: bool,
    /// How queue and dead-letter queue encrypt messages, if given.
    pub queue_encryption: Option<Encryption>,
    /// The keys that encrypt topics, as far as they were named.
    pub topic_keys: keys::TopicKeys,
    /// Enable versioning of the bucket.
    pub versioning: bool,
    /// The days after which log files expire, when they are to.
    pub lifecycle_days: Option<i32>,
    /// For how long a new bucket locks objects, when it is to.
    pub object_lock: Option<DefaultRetention>,
    /// The bucket that gets the bucket's access logs, when it was named.
    pub access_log_bucket: Option<String>,
    /// Do not ask for log file validation.
    pub no_log_file_validation: bool,
    /// Tags to set.
    pub tags: Vec<Tag>,
    /// How long to check a queue that may have been deleted, if given; zero disables the check.
    pub queue_watch: Option<Duration>,
}

impl Options {
    /// The account that owns the bucket, when it is not the scheme's own.
    pub fn foreign_owner(&self, scheme: &Scheme) -> Option<&str> {
        let owner = self.bucket_owner.as_deref()?;
        (owner != scheme.account).then_some(owner)
    }

    /// What a stack finds that reads what this one writes; nothing when it is deleted, as then that does not matter.
    pub(super) async fn found(
        &self,
        account: &Account,
        purpose: Purpose,
        reader: &Reader,
        bucket: BucketScope,
    ) -> Option<Survey> {
        if purpose == Purpose::Delete {
            return None;
        }
        let home = self.home.clone();
        let scope = Scope {
            home: home.or_else(|| account.configured_region.clone()),
            ..Scope::new(account, bucket)
        };
        Some(Survey::of(reader, scope).await)
    }
}

/// How trails are spread over regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A trail and a topic in each region.
    Regional,
    /// One trail and one topic for all regions.
    MultiRegion,
}
