//! E-mail subscriptions to topics. Whoever reads the mailbox must confirm one before it counts.

use super::Operations;
use crate::aws::read::Subscription as Found;
use crate::call::sns::{Sns, Subscribe};
use crate::plan::Step;

/// What making subscriptions takes; they are read and deleted with their topic.
pub const OPERATIONS: Operations = Operations {
    service: "sns",
    reads: &["ListSubscriptionsByTopic"],
    tag_reads: &[],
    changes: &["Subscribe"],
    removals: &[],
};

/// A subscription as it should be.
#[derive(Clone, Debug)]
pub struct Email {
    /// Name of the topic.
    pub topic: String,
    /// ARN of the topic.
    pub topic_arn: String,
    /// The topic's region.
    pub region: String,
    /// The address.
    pub address: String,
}

impl Email {
    /// The steps that make the subscription, given everybody who is subscribed to the topic.
    pub fn changes(&self, found: &[Found]) -> Vec<Step> {
        if found.iter().any(|found| is_of(found, &self.address)) {
            return Vec::new();
        }
        let call = Sns::Subscribe(Subscribe {
            topic_arn: self.topic_arn.as_str().into(),
            protocol: "email".to_owned(),
            endpoint: self.address.as_str().into(),
        });
        let name = format!("{}/{}", self.topic, self.address);
        let reason = "address is not subscribed to the topic";
        vec![Step::new("email", &name, &self.region, call, reason).at(&self.topic_arn)]
    }
}

/// Whether a subscription mails to this address, confirmed or not.
pub fn is_of(subscription: &Found, address: &str) -> bool {
    subscription.protocol == "email"
        && subscription.endpoint == address
        && subscription.arn != "Deleted"
}

/// Whether nobody has confirmed a subscription yet.
pub fn is_pending(subscription: &Found) -> bool {
    !subscription.arn.starts_with("arn:")
}
