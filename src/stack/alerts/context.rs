//! Where the alerts are, and what is observed of them.

use super::{Options, choice};
use crate::aws::read::{Alarm as AlarmState, MetricFilter as FilterState, Subscription};
use crate::error::Result;
use crate::resource::alarm::{Alarms, CompositeAlarms};
use crate::resource::topic::{TopicExists, TopicState};
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
    /// The options; the alerts chosen are those wanted in this account.
    pub options: Options,
    /// What is done.
    pub purpose: Purpose,
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
        options: &Options,
        account: &'a Account,
        purpose: Purpose,
        trails: &'a TrailSurvey,
        observed: &'a Observed,
        home: Option<&str>,
    ) -> Result<Option<Self>> {
        let known = (trails, observed);
        let delivery = &options.delivery;
        let delivery = LogDelivery::new("alerts", delivery, account, purpose, known, home)?;
        let Some(delivery) = delivery else {
            return Ok(None);
        };
        let mut context = Self {
            scheme: &account.scheme,
            options: options.clone(),
            purpose,
            observed,
            delivery,
        };
        context.options.catalogue = match purpose {
            Purpose::Create => choice::in_account(&context)?,
            // None that was left out is missing.
            Purpose::Show | Purpose::Delete => choice::existing_only(&context),
        };
        Ok(Some(context))
    }

    // What is read.

    fn alarm_list(&self) -> Alarms {
        let known = self.options.catalogue.known.alerts.iter();
        Alarms {
            region: self.delivery.region.clone(),
            prefix: self.named(""),
            arn_prefix: self.alarm_arn(""),
            namespace: self.scheme.base(),
            names: known.map(|alert| self.named(&alert.name)).collect(),
            tagged: !self.options.delivery.tags.is_empty(),
        }
    }

    /// The composite alarms of the region, those of others included.
    pub fn composite_list(&self) -> CompositeAlarms {
        CompositeAlarms {
            region: self.delivery.region.clone(),
        }
    }

    /// The topic that was named.
    pub fn named_topic(&self) -> Option<TopicExists> {
        let arn = self.options.topic_arn.clone()?;
        let region = self.delivery.region.clone();
        Some(TopicExists { arn, region })
    }

    /// Whether all was read that the resources depend on.
    pub fn is_read(&self) -> bool {
        self.observed.is_read(&self.delivery.metric_filters())
            && self.delivery.is_read(self.observed)
    }

    /// Adds what is read, whatever is done.
    pub fn read(&self, graph: &mut Graph) {
        self.delivery.read(graph);
        graph.add(Node::read(self.delivery.metric_filters()));
        graph.add(Node::read(self.alarm_list()));
        graph.add(Node::read(self.topic()));
        graph.add(Node::read(self.dashboard_probe()));
        if let Some(topic) = self.named_topic() {
            graph.add(Node::read(topic));
        }
        if self.purpose == Purpose::Delete {
            graph.add(Node::read(self.composite_list()));
        }
    }

    // What is observed.

    /// The scheme's topic.
    pub fn topic_state(&self) -> Option<&'a TopicState> {
        self.observed.of(&self.topic())
    }

    /// The subscriptions to the scheme's topic.
    pub fn subscriptions(&self) -> &'a [Subscription] {
        let topic = self.topic_state();
        topic.map_or(&[], |topic| &topic.subscriptions)
    }

    /// All metric filters of the group, those of others included.
    pub fn filters(&self) -> &'a [FilterState] {
        let found = self.observed.of(&self.delivery.metric_filters());
        found.map_or(&[], Vec::as_slice)
    }

    /// The scheme's metric filters of the group.
    pub fn own_filters(&self) -> Vec<&'a FilterState> {
        let own = self.filters().iter().filter(|filter| self.is_own(filter));
        own.collect()
    }

    /// The filters of others that read the group, in words.
    pub fn other_users(&self) -> Vec<String> {
        let own = self.own_filters().into_iter();
        let own: Vec<&str> = own.map(|filter| filter.name.as_str()).collect();
        self.delivery.users(self.observed, &own)
    }

    /// A metric filter of the group.
    pub fn filter(&self, name: &str) -> Option<&'a FilterState> {
        self.filters().iter().find(|filter| filter.name == name)
    }

    /// The scheme's alarms: those that count into its namespace, and those that an alert is called like. Others may name
    /// theirs alike, but then neither name nor metric is the scheme's.
    pub fn alarms(&self) -> &'a [AlarmState] {
        let found = self.observed.of(&self.alarm_list());
        found.map_or(&[], Vec::as_slice)
    }

    /// An alarm of the scheme.
    pub fn alarm(&self, name: &str) -> Option<&'a AlarmState> {
        let mut alarms = self.alarms().iter();
        alarms.find(|alarm| alarm.settings.alarm_name == name)
    }

    /// The alarms that count into the scheme's namespace.
    pub fn own_alarms(&self) -> Vec<&'a AlarmState> {
        let namespace = self.scheme.base();
        let alarms = self.alarms().iter();
        let own = alarms.filter(|alarm| alarm.settings.namespace == namespace);
        own.collect()
    }
}
