//! What `show` shows of the bucket's settings and of encryption.
//!
//! None of it is drift: each is a choice, and none is wanted unless its option is given.

use serde::Serialize;

use super::hardening::expiration_days;
use crate::aws::read::QueueAttributes;
use crate::call::s3::{DefaultRetention, LoggingEnabled};
use crate::resource::bucket_settings::SettingsState;
use crate::resource::{known, queue_encryption};
use crate::stack::Scheme;

/// What a bucket does with its objects. `None` is what the caller is not allowed to read.
#[derive(Debug, Default, Serialize)]
pub struct BucketSettings {
    /// `Enabled`, `Suspended` or `Off`.
    pub versioning: Option<String>,
    /// The days after which log files expire by the scheme's own rules; 0 if they do not.
    pub expiration_days: Option<i32>,
    /// How many lifecycle rules there are, those of others too.
    pub lifecycle_rules: Option<usize>,
    /// Whether objects can be locked.
    pub object_lock: Option<bool>,
    /// For how long new objects are locked, if they are.
    pub default_retention: Option<DefaultRetention>,
    /// Whether requests are logged.
    pub access_logs: Option<bool>,
    /// Where those logs are delivered.
    pub access_logs_to: Option<LoggingEnabled>,
}

impl BucketSettings {
    /// The settings that were read.
    pub(super) fn of(scheme: &Scheme, found: &SettingsState) -> Self {
        let versioning = known(&found.versioning);
        let rules = known(&found.lifecycle).map(|found| &found.rules);
        let lock = known(&found.object_lock);
        let logging = known(&found.logging);
        Self {
            versioning: versioning
                .map(|found| found.status.clone().unwrap_or_else(|| "Off".to_owned())),
            expiration_days: rules.map(|rules| expiration_days(scheme, rules).unwrap_or(0)),
            lifecycle_rules: rules.map(Vec::len),
            object_lock: lock.map(Option::is_some),
            default_retention: lock.and_then(|lock| lock.as_ref()?.retention.clone()),
            access_logs: logging.map(Option::is_some),
            access_logs_to: logging.and_then(Clone::clone),
        }
    }
}

/// How a queue encrypts its messages.
pub(super) fn encryption(attributes: &QueueAttributes) -> String {
    match queue_encryption::key(attributes) {
        Some(key) => key.to_owned(),
        None if queue_encryption::is_managed(attributes) => "SSE-SQS".to_owned(),
        None => "none".to_owned(),
    }
}
