//! What is observed of the stack.

use super::Options;
use crate::aws::read::Splunk;
use crate::call::logs::PutSubscriptionFilter;
use crate::resource::bucket::BucketState;
use crate::resource::delivery_stream::DeliveryStreamState;
use crate::stack::log_delivery::LogDelivery;

/// The account as the stack sees it.
#[derive(Debug)]
pub struct Context<'a> {
    /// The options.
    pub options: &'a Options,
    /// Where the events come from: log group, role and trail.
    pub delivery: LogDelivery<'a>,
}

impl<'a> Context<'a> {
    /// The delivery stream.
    pub fn stream_state(&self) -> Option<&'a DeliveryStreamState> {
        // Its name is all that finds it; the rest may depend on what is found.
        self.delivery.observed.of(&self.stream_named())
    }

    /// How the stream delivers to Splunk, if it does.
    pub fn splunk(&self) -> Option<&'a Splunk> {
        self.stream_state()?.description.splunk.as_ref()
    }

    /// The backup bucket.
    pub fn bucket_state(&self) -> Option<&'a BucketState> {
        self.delivery.observed.of(&self.bucket())
    }

    /// The stack's filter.
    pub fn filter_state(&self) -> Option<&'a PutSubscriptionFilter> {
        self.delivery.subscription(&self.name())
    }
}
