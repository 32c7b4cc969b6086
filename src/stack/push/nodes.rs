//! The graph: which resources the stack reads, keeps or deletes, and which needs which.

use super::context::Context;
use super::{notes, refusals};
use crate::error::Result;
use crate::stack::Purpose;
use crate::stack::alarms::summary;
use crate::stack::graph::{At, Graph, Intent, Node};
use crate::stack::log_delivery::{LogContext, LogDelivery};
use crate::stack::permissions::Grant;

impl<'a> LogContext<'a> for Context<'a> {
    fn delivery(&self) -> &LogDelivery<'a> {
        &self.delivery
    }

    fn is_read(&self) -> bool {
        let observed = self.delivery.observed;
        observed.is_read(&self.stream())
            && observed.is_read(&self.first_bucket())
            && observed.is_read(&self.bucket())
            && observed.is_read(&self.firehose_role())
            && observed.is_read(&self.function().function)
            && observed.is_read(&self.delivery.subscription_filters())
            && observed.is_read(&self.alarm_list())
    }

    fn read(&self, graph: &mut Graph) {
        graph.add(Node::read(self.stream()));
        let (first, bucket) = (self.first_bucket(), self.bucket());
        if first.name != bucket.name {
            graph.add(Node::read(first));
        }
        graph.add(Node::read(bucket));
        graph.add(Node::read(self.own_log_group()));
        for stream in self.log_streams() {
            graph.add(Node::read(stream));
        }
        graph.add(Node::read(self.firehose_role()));
        graph.add(Node::read(self.logs_role()));
        self.function().read(graph);
        graph.add(Node::read(self.delivery.subscription_filters()));
        graph.add(Node::read(self.alarm_list()));
        self.delivery.read_composite_alarms(graph);
        graph.add(Node::read(self.topic()));
        let named = self.delivery.alarm_place();
        let named = named.named_topic(&self.options.alarm_topic);
        if let Some(topic) = named {
            graph.add(Node::read(topic));
        }
        let is_creating = self.delivery.purpose == Purpose::Create;
        if let Some(secret) = self.named_secret().filter(|_| is_creating) {
            graph.add(Node::read(secret));
        }
        // Only once it is known what is reserved already.
        let is_known = self.delivery.observed.is_read(&self.function().function);
        if is_creating && is_known && self.new_reservation().is_some() {
            graph.add(Node::read(self.region_concurrency()));
        }
    }

    fn every(&self, graph: &mut Graph) {
        self.delivery.read(graph);
        self.read(graph);
        match self.delivery.source() {
            None => graph.add(Node::keep(self.delivery.trail_logs())),
            Some(_) => graph.add(Node::keep(self.regional_bucket())),
        };
        graph.add(Node::keep(self.filter()));
        if self.delivery.purpose == Purpose::Create {
            graph.add(Node::read(self.region_concurrency()));
        }
        for (alarm, _) in self.wanted_alarms() {
            graph.add(Node::keep(alarm));
        }
    }

    fn exists(&self) -> bool {
        self.stream_state().is_some() || self.filter_state().is_some()
    }

    fn other_users(&self) -> Vec<String> {
        self.delivery.users(&[&self.name()])
    }

    fn check(&self) -> Result<()> {
        match self.delivery.purpose {
            Purpose::Create => refusals::of_create(self),
            Purpose::Show | Purpose::Delete => refusals::of_delete(self),
        }
    }

    fn keep(&self, graph: &mut Graph, intent: Intent, group: Option<At>) {
        let own_group = graph.add(Node::new(self.own_log_group(), intent));
        let logs = self.log_streams().into_iter();
        let logs: Vec<_> = logs
            .map(|stream| graph.add(Node::new(stream, intent).needs([own_group])))
            .collect();
        let bucket = match self.is_others_bucket() {
            true => Node::read(self.bucket()),
            false => Node::new(self.bucket(), intent),
        };
        let bucket = graph.add(bucket);
        let role = graph.add(Node::new(self.firehose_role(), intent));
        let stream = Node::new(self.stream(), intent);
        let function = self.keep_function(graph, intent);
        let stream = graph.add(stream.needs(logs).needs([bucket, role]).needs(function));
        let role = graph.add(Node::new(self.logs_role(), intent));
        let filter = Node::given(self.filter(), intent, self.filter_state().cloned());
        graph.add(filter.needs(group).needs([stream, role]));
        self.add_alarms(graph, intent);
    }

    /// The filter goes first, then the stream, then the role that it works as. The backup bucket stays.
    fn delete(&self, graph: &mut Graph) {
        let intent = Intent::Delete("");
        graph.add(Node::new(self.own_log_group(), intent));
        let logs_role = graph.add(Node::new(self.logs_role(), intent));
        // It says which log group a source is, so all else is deleted before.
        let last = self.delivery.source().map(|_| logs_role);
        let role = Node::new(self.firehose_role(), intent).needs(last);
        let firehose_role = graph.add(role);
        let function = self.function().delete(graph, last);
        let stream = Node::new(self.stream(), intent);
        let stream = graph.add(stream.needs([firehose_role, function]));
        let filter = Node::given(self.filter(), intent, self.filter_state().cloned());
        graph.add(filter.needs([stream, logs_role]));
        self.add_alarms(graph, intent);
        if let Some(last) = last {
            graph.regional_ones_need(last);
        }
    }

    /// Of the settings of a bucket, the lifecycle is read and set; a change of it depends on versioning.
    fn grants(&self) -> Vec<Grant> {
        let mut settings = vec!["GetBucketLifecycleConfiguration", "GetBucketVersioning"];
        if self.delivery.purpose == Purpose::Create {
            settings.push("PutBucketLifecycleConfiguration");
        }
        let regional = self.delivery.source().map(|_| self.regional_bucket().arn);
        let buckets = std::iter::once(self.bucket().arn).chain(regional);
        let buckets = buckets.collect();
        vec![Grant::new("BackupLifecycle", "s3", &settings, buckets)]
    }

    fn notes(&self) -> Vec<String> {
        match self.delivery.purpose {
            Purpose::Create => notes::of_create(self),
            Purpose::Show | Purpose::Delete => notes::of_delete(self),
        }
    }

    fn warnings(&self) -> Vec<String> {
        match self.exists() {
            true => self.delivery.warnings(),
            false => Vec::new(),
        }
    }

    fn after(&self) -> Vec<(&'static str, String)> {
        let endpoint = self.options.endpoint.clone();
        let found = self.splunk().map(|splunk| splunk.endpoint.clone());
        let endpoint = endpoint.or(found).unwrap_or_default();
        let alarms = summary(self.alarms().len(), self.alarm_topic());
        vec![
            ("stream", format!("{} to {endpoint}", self.name())),
            ("bucket", format!("{} for what fails", self.bucket().name)),
            ("alarms", alarms),
        ]
    }
}

impl Context<'_> {
    /// Adds the function, if one transforms the records.
    fn keep_function(&self, graph: &mut Graph, intent: Intent) -> Option<At> {
        let LogDelivery {
            purpose, observed, ..
        } = &self.delivery;
        let function = Some(self.function()).filter(|_| self.is_by_lambda())?;
        let is_locked = function.is_locked(*purpose, observed);
        Some(function.keep(graph, intent, is_locked))
    }

    fn add_alarms(&self, graph: &mut Graph, intent: Intent) {
        for (alarm, found) in self.wanted_alarms() {
            graph.add(Node::given(alarm, intent, found));
        }
    }
}
