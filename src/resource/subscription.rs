//! Subscriptions of a queue to topics.

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
pub struct Subscription {
    /// Name of the topic, which also names the subscription.
    pub topic_name: String,
    /// ARN of the topic.
    pub topic_arn: String,
    /// The topic's region.
    pub region: String,
    /// ARN of the queue.
    pub queue_arn: String,
}

impl Subscription {
    /// The steps that make the subscription, given everybody who is subscribed to the topic.
    pub fn changes(&self, found: &[Found]) -> Vec<Step> {
        if found
            .iter()
            .any(|found| is_of_queue(found, &self.queue_arn))
        {
            return Vec::new();
        }
        let call = Sns::Subscribe(Subscribe {
            topic_arn: self.topic_arn.as_str().into(),
            protocol: "sqs".to_owned(),
            endpoint: self.queue_arn.as_str().into(),
        });
        let reason = "queue is not subscribed to the topic";
        vec![
            Step::new("subscription", &self.topic_name, &self.region, call, reason)
                .at(&self.topic_arn),
        ]
    }
}

/// Whether a subscription delivers to this queue. SNS lists deleted and unconfirmed ones too, with a word for an ARN.
pub fn is_of_queue(subscription: &Found, queue_arn: &str) -> bool {
    subscription.protocol == "sqs"
        && subscription.endpoint == queue_arn
        && subscription.arn.starts_with("arn:")
}
