//! Reading: what gets, lists and describes, and nothing that could change an account.
//!
//! One file a service. Answers come as plain data; what does not exist is `None`, not an error.

mod account;
mod alarm;
mod bucket_settings;
mod cloudtrail;
mod cloudwatch;
mod folder;
mod iam;
mod logs;
mod object;
mod organizations;
mod ready;
mod s3;
mod selectors;
mod sns;
mod sqs;
mod tally;

use std::sync::Arc;

use super::clients::Clients;

pub use account::Identity;
pub use alarm::{Alarm, CompositeAlarm};
pub use bucket_settings::{Lifecycle, ObjectLock, Versioning};
pub use cloudtrail::{TrailDescription, TrailStatus};
pub use folder::{Entry, Folder};
pub use iam::{AccessKey, Belongings, Principal};
pub use logs::{LogGroup, MetricFilter, STANDARD};
pub use object::{Listing, Object, Page};
pub use s3::{BucketHead, PublicAccess};
pub use selectors::Selectors;
pub use sns::{Subscription, TopicAttributes};
pub use sqs::{MoveTask, QueueAttributes};
pub use tally::Tally;

/// Reads the account.
#[derive(Clone, Debug)]
pub struct Reader {
    clients: Arc<Clients>,
    tally: Arc<Tally>,
}

impl Reader {
    pub(super) fn new(clients: Arc<Clients>) -> Self {
        Self {
            clients,
            tally: Arc::default(),
        }
    }

    /// The same, counting there how many regions it has read.
    pub fn counting(self, tally: Arc<Tally>) -> Self {
        Self { tally, ..self }
    }

    /// How many regions it has read.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }
}
