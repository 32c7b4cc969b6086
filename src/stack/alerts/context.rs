//! Where the alerts are, and what is observed of them.

use super::Options;
use crate::aws::read::{Alarm as AlarmState, MetricFilter as FilterState, Subscription};
use crate::resource::alarm::Alarms;
use crate::resource::topic::TopicState;
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
    /// The alarms whose names begin as the scheme's do.
    pub fn alarm_list(&self) -> Alarms {
        self.delivery.alarm_place().alarms(self.named(""))
    }

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

    /// The alarms whose names begin as the scheme's do, those of others and of other stacks included.
    fn listed_alarms(&self) -> &'a [AlarmState] {
        let found = self.delivery.observed.of(&self.alarm_list());
        found.map_or(&[], Vec::as_slice)
    }

    /// The scheme's alarms: those that count into its namespace, and those that an alert is called like. Others may name
    /// theirs alike, but then neither name nor metric is the scheme's.
    pub fn alarms(&self) -> Vec<&'a AlarmState> {
        let namespace = self.delivery.scheme.base();
        let known = self.options.catalogue.known.alerts.iter();
        let names: Vec<String> = known.map(|alert| self.named(&alert.name)).collect();
        let own = self.listed_alarms().iter().filter(|alarm| {
            let settings = &alarm.settings;
            settings.namespace == namespace || names.contains(&settings.alarm_name)
        });
        own.collect()
    }

    /// The alarms that notify the scheme's topic, and are not deleted with the alerts: those of the stack push.
    pub fn topic_users(&self) -> Vec<&'a str> {
        let topic = self.delivery.topic_arn();
        let namespace = self.delivery.scheme.base();
        let others = self.listed_alarms().iter().map(|alarm| &alarm.settings);
        let users = others.filter(|alarm| {
            let actions = [
                &alarm.alarm_actions,
                &alarm.ok_actions,
                &alarm.insufficient_data_actions,
            ];
            alarm.namespace != namespace && actions.into_iter().flatten().any(|arn| *arn == topic)
        });
        users.map(|alarm| alarm.alarm_name.as_str()).collect()
    }

    /// An alarm of the scheme.
    pub fn alarm(&self, name: &str) -> Option<&'a AlarmState> {
        let mut alarms = self.alarms().into_iter();
        alarms.find(|alarm| alarm.settings.alarm_name == name)
    }

    /// The alarms that count into the scheme's namespace.
    pub fn own_alarms(&self) -> Vec<&'a AlarmState> {
        let namespace = self.delivery.scheme.base();
        let own = self.listed_alarms().iter();
        let own = own.filter(|alarm| alarm.settings.namespace == namespace);
        own.collect()
    }
}
