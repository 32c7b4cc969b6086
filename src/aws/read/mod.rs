//! Reading: requests that get, list and describe, and none that could change an account.
//!
//! One file per service or group of resources. A read states its request, the codes that mean that the resource is
//! missing, and what it takes of the answer, as plain data. A missing resource is `None`, not an error; a read fails when
//! AWS refuses it or does not answer.

mod account;
mod alarm;
mod athena;
mod bucket_settings;
mod cloudcontrol;
mod cloudtrail;
mod cloudwatch;
mod events;
mod firehose;
mod folder;
mod glue;
mod guardduty;
mod iam;
mod kinesis;
mod lambda;
mod logs;
mod object;
mod opensearch;
mod organizations;
mod ready;
mod s3;
mod secret;
mod selectors;
mod sns;
mod sqs;
mod tally;

use std::sync::Arc;

use aws_sdk_sts::error::SdkError;

use super::clients::Clients;
use super::error::{Request, ServiceError};
use crate::error::CallResult;

pub use account::Identity;
pub use alarm::{Alarm, CompositeAlarm};
pub use athena::{NamedQuery, WorkGroup};
pub use bucket_settings::{Lifecycle, ObjectLock, Versioning};
pub use cloudcontrol::Listed;
pub use cloudtrail::{TrailDescription, TrailStatus};
pub use cloudwatch::{StatisticOf, StreamMetrics};
pub use events::EventRule;
pub use firehose::{Archive, DeliveryStream, Hidden, Search, Splunk};
pub use folder::{Entry, Folder};
pub use glue::{GlueDatabase, GlueTable};
pub use guardduty::{Detector, GuardDutyMember, GuardDutyRelation};
pub use iam::{AccessKey, Belongings, Principal};
pub use kinesis::DataStream;
pub use lambda::{Concurrency, EventSourceMapping, Function};
pub use logs::{Destination, LogGroup, MetricFilter, STANDARD};
pub use object::{Listing, Object, Page};
pub use opensearch::Domain;
pub use ready::Waited;
pub use s3::{BucketAt, BucketHead, PublicAccess};
pub use secret::SecretState;
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

    /// This reader, which counts in `tally` the regions that it has read.
    pub fn counting(self, tally: Arc<Tally>) -> Self {
        Self { tally, ..self }
    }

    /// The count of regions that it has read.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Sends a request about a resource; `None` where an error with one of these codes says that it is missing.
    fn find<'a, T: 'a, E: ServiceError>(
        &'a self,
        request: Request<'a>,
        sending: impl Future<Output = Result<T, SdkError<E>>> + Send + 'a,
        missing: &'a [&'a str],
    ) -> impl Future<Output = CallResult<Option<T>>> {
        let answer = self.clients.send(request, sending);
        async move {
            match answer.await {
                Ok(answer) => Ok(Some(answer)),
                Err(error) if error.code().is_some_and(|code| missing.contains(&code)) => Ok(None),
                Err(error) => Err(error),
            }
        }
    }

    /// Lists what belongs to a resource; nothing where an error with one of these codes says that it is missing.
    fn list<'a, T: 'a, E: ServiceError>(
        &'a self,
        request: Request<'a>,
        sending: impl Future<Output = Result<Vec<T>, SdkError<E>>> + Send + 'a,
        missing: &'a [&'a str],
    ) -> impl Future<Output = CallResult<Vec<T>>> {
        let items = self.find(request, sending, missing);
        async move { Ok(items.await?.unwrap_or_default()) }
    }
}
