//! Where the alerts are, and what is observed of them.

use super::Options;
use crate::aws::read::{Alarm as AlarmState, MetricFilter as FilterState, Subscription};
use crate::resource::alarm::{Alarms, CompositeAlarms};
use crate::resource::topic::{TopicExists, TopicState};
use crate::stack::log_delivery::LogDelivery;

/// The account as the stack sees it.
#[derive(Debug)]
pub struct Context<'a> {
    /// The options; the alerts chosen are those wanted in this account.
    pub options: Options,
    /// Where the events come from: log group, role and trail.
    pub delivery: LogDelivery<'a>,
}

impl<'a> Context<'a> {
    // What is read.

    /// The alarms that may be the scheme's.
    pub fn alarm_list(&self) -> Alarms {
        let known = self.options.catalogue.known.alerts.iter();
        Alarms {
            region: self.delivery.region.clone(),
            prefix: self.named(""),
            arn_prefix: self.alarm_arn(""),
            namespace: self.delivery.scheme.base(),
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
    pub(crate) fn named_topic(&self) -> Option<TopicExists> {
        let arn = self.options.topic_arn.clone()?;
        let region = self.delivery.region.clone();
        Some(TopicExists { arn, region })
    }

    // What is observed.

    /// The scheme's topic.
    pub fn topic_state(&self) -> Option<&'a TopicState> {
        self.delivery.observed.of(&self.topic())
    }

    /// The subscriptions to the scheme's topic.
    pub fn subscriptions(&self) -> &'a [Subscription] {
        let topic = self.topic_state();
        topic.map_or(&[], |topic| &topic.subscriptions)
    }

    /// All metric filters of the group, those of others included.
    pub fn filters(&self) -> &'a [FilterState] {
        let found = self.delivery.observed.of(&self.delivery.metric_filters());
        found.map_or(&[], Vec::as_slice)
    }

    /// The scheme's metric filters of the group.
    pub fn own_filters(&self) -> Vec<&'a FilterState> {
        let own = self.filters().iter().filter(|filter| self.is_own(filter));
        own.collect()
    }

    /// A metric filter of the group.
    pub fn filter(&self, name: &str) -> Option<&'a FilterState> {
        self.filters().iter().find(|filter| filter.name == name)
    }

    /// The scheme's alarms: those that count into its namespace, and those that an alert is called like. Others may name
    /// theirs alike, but then neither name nor metric is the scheme's.
    pub fn alarms(&self) -> &'a [AlarmState] {
        let found = self.delivery.observed.of(&self.alarm_list());
        found.map_or(&[], Vec::as_slice)
    }

    /// An alarm of the scheme.
    pub fn alarm(&self, name: &str) -> Option<&'a AlarmState> {
        let mut alarms = self.alarms().iter();
        alarms.find(|alarm| alarm.settings.alarm_name == name)
    }

    /// The alarms that count into the scheme's namespace.
    pub fn own_alarms(&self) -> Vec<&'a AlarmState> {
        let namespace = self.delivery.scheme.base();
        let alarms = self.alarms().iter();
        let own = alarms.filter(|alarm| alarm.settings.namespace == namespace);
        own.collect()
    }
}
