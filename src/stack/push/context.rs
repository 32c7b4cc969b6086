//! Where the stack is, and what is observed of it.

use std::sync::LazyLock;

use super::Options;
use crate::aws::read::Splunk;
use crate::call::logs::PutSubscriptionFilter;
use crate::error::Result;
use crate::resource::bucket::BucketState;
use crate::resource::delivery_stream::DeliveryStreamState;
use crate::stack::graph::{Graph, Node};
use crate::stack::log_delivery::LogDelivery;
use crate::stack::observed::Observed;
use crate::stack::trail::survey::Survey as TrailSurvey;
use crate::stack::{Account, Purpose, Scheme};

/// The account as the stack sees it.
#[derive(Debug)]
pub struct Context<'a> {
    /// The names of the scheme.
    pub scheme: &'a Scheme,
    /// The options.
    pub options: &'a Options,
    /// What is observed.
    pub observed: &'a Observed,
    /// Where the events come from: log group, role and trail.
    pub delivery: LogDelivery<'a>,
}

impl<'a> Context<'a> {
    /// The context; nothing if nothing says which region is the home. `home` is the region where the trail stack is
    /// created, if it is.
    ///
    /// # Errors
    /// When options and account contradict each other.
    pub fn new(
        options: &'a Options,
        account: &'a Account,
        purpose: Purpose,
        (trails, observed): (&'a TrailSurvey, &'a Observed),
        home: Option<&str>,
    ) -> Result<Option<Self>> {
        let known = (trails, observed);
        let delivery = &options.delivery;
        let delivery = LogDelivery::new("push", delivery, account, purpose, known, home)?;
        Ok(delivery.map(|delivery| Self {
            scheme: &account.scheme,
            options,
            observed,
            delivery,
        }))
    }

    /// The context of any account, for the permissions.
    pub fn widest(options: &'a Options, scheme: &'a Scheme, purpose: Purpose) -> Self {
        static NOTHING: LazyLock<Observed> = LazyLock::new(Observed::nothing);
        Self {
            scheme,
            options,
            observed: &NOTHING,
            delivery: LogDelivery::widest(&options.delivery, scheme, purpose),
        }
    }

    /// Adds what is read, whatever is done.
    pub fn read(&self, graph: &mut Graph) {
        self.delivery.read(graph);
        graph.add(Node::read(self.stream()));
        graph.add(Node::read(self.bucket()));
        graph.add(Node::read(self.own_log_group()));
        for stream in self.log_streams() {
            graph.add(Node::read(stream));
        }
        graph.add(Node::read(self.firehose_role()));
        graph.add(Node::read(self.logs_role()));
        graph.add(Node::read(self.function()));
        graph.add(Node::read(self.function_role()));
        graph.add(Node::read(self.function_log_group()));
        graph.add(Node::read(self.delivery.subscription_filters()));
    }

    /// Adds one of every kind of resource, for the permissions.
    pub fn every(&self, graph: &mut Graph) {
        self.read(graph);
        graph.add(Node::keep(self.delivery.trail_logs()));
        graph.add(Node::keep(self.filter()));
    }

    /// Whether all was read that the resources depend on.
    pub fn is_read(&self) -> bool {
        self.observed.is_read(&self.stream())
            && self.observed.is_read(&self.bucket())
            && self.observed.is_read(&self.firehose_role())
            && self.observed.is_read(&self.function())
            && self.observed.is_read(&self.delivery.subscription_filters())
            && self.delivery.is_read(self.observed)
    }

    /// The delivery stream.
    pub fn stream_state(&self) -> Option<&'a DeliveryStreamState> {
        // Its name is all that finds it; the rest may depend on what is found.
        self.observed.of(&self.stream_named())
    }

    /// How the stream delivers to Splunk, if it does.
    pub fn splunk(&self) -> Option<&'a Splunk> {
        self.stream_state()?.description.splunk.as_ref()
    }

    /// The backup bucket.
    pub fn bucket_state(&self) -> Option<&'a BucketState> {
        self.observed.of(&self.bucket())
    }

    /// Whether the stack exists: its stream or its filter does. Log group and role may be those of another stack.
    pub fn exists(&self) -> bool {
        self.stream_state().is_some() || self.filter_state().is_some()
    }

    /// The stack's filter.
    pub fn filter_state(&self) -> Option<&'a PutSubscriptionFilter> {
        let name = self.name();
        let filters = self.observed.of(&self.delivery.subscription_filters());
        let mut filters = filters.into_iter().flatten();
        filters.find(|filter| filter.filter_name == name)
    }

    /// The filters that read the log group beside the stack's own, in words.
    pub fn other_users(&self) -> Vec<String> {
        self.delivery.users(self.observed, &[&self.name()])
    }
}
