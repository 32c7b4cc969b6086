//! Subscriptions to topics: of queues, and of e-mail addresses, which must be confirmed before they count.

use serde_json::json;

use super::{Change, Fact, Id, Resource, topic};
use crate::aws::Reader;
use crate::aws::read::Subscription as Subscriber;
use crate::call::Kind;
use crate::call::sns::Subscribe;
use crate::error::CallError;

/// Subscriptions of queues. They are deleted with their topic.
pub static KIND: Kind = Kind {
    reads: &["ListSubscriptionsByTopic"],
    changes: &["Subscribe"],
    passing: topic::PASSING,
    settled: topic::SETTLED,
    ..Kind::new("subscription", "sns")
};

/// Subscriptions of e-mail addresses.
pub static EMAIL: Kind = Kind {
    name: "email",
    ..KIND
};

/// A subscription.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// The subscription's name: that of its topic, and for an address `/<address>` behind it.
    pub name: String,
    pub(crate) topic_arn: String,
    /// The topic's region.
    pub region: String,
    pub(crate) endpoint: Endpoint,
}

/// Who subscribes to a topic.
#[derive(Clone, Debug)]
pub enum Endpoint {
    /// The queue with this ARN.
    Queue(String),
    /// This address.
    Email(String),
}

impl Endpoint {
    /// Whether a subscription is of this endpoint: of a queue, only a confirmed one. SNS lists deleted and unconfirmed
    /// ones too, with a word for an ARN.
    pub fn is_of(&self, found: &Subscriber) -> bool {
        let (protocol, endpoint) = self.parts();
        let counts = match self {
            Self::Queue(_) => !is_pending(found),
            Self::Email(_) => found.arn != "Deleted",
        };
        counts && found.protocol == protocol && found.endpoint == *endpoint
    }

    fn parts(&self) -> (&'static str, &String) {
        match self {
            Self::Queue(arn) => ("sqs", arn),
            Self::Email(address) => ("email", address),
        }
    }
}

/// Whether a subscription delivers to the queue with this ARN.
pub fn is_of_queue(found: &Subscriber, queue_arn: &str) -> bool {
    Endpoint::Queue(queue_arn.to_owned()).is_of(found)
}

/// Whether a subscription is not confirmed.
pub fn is_pending(found: &Subscriber) -> bool {
    !found.arn.starts_with("arn:")
}

impl Resource for Subscription {
    type Observed = Subscriber;

    fn id(&self) -> Id<'_> {
        let kind = match self.endpoint {
            Endpoint::Queue(_) => &KIND,
            Endpoint::Email(_) => &EMAIL,
        };
        Id::new(kind, &self.region, &self.name)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.topic_arn.clone()]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<Subscriber>, CallError> {
        let found = reader.subscriptions(&self.region, &self.topic_arn).await?;
        Ok(found.into_iter().find(|found| self.endpoint.is_of(found)))
    }

    fn changes(&self, observed: Option<&Subscriber>) -> Vec<Change> {
        if observed.is_some() {
            return Vec::new();
        }
        let (protocol, endpoint) = self.endpoint.parts();
        let call = Subscribe {
            topic_arn: self.topic_arn.as_str().into(),
            protocol: protocol.to_owned(),
            endpoint: endpoint.as_str().into(),
        };
        let reason = match self.endpoint {
            Endpoint::Queue(_) => "queue is not subscribed to the topic",
            Endpoint::Email(_) => "address is not subscribed to the topic",
        };
        vec![Change::new(call, reason)]
    }

    fn facts(&self, observed: &Subscriber) -> Vec<Fact> {
        vec![("pending", json!(is_pending(observed)))]
    }
}
