//! The graph: which resources the stack reads, keeps, shows or deletes, and which needs which.

use std::collections::BTreeSet;

use super::context::Context;
use super::{choice, notes, refusals};
use crate::alerts::{Alert, Catalogue};
use crate::aws::read::Alarm as AlarmState;
use crate::error::Result;
use crate::stack::Purpose;
use crate::stack::graph::{At, Graph, Intent, Node};
use crate::stack::log_delivery::{LogContext, LogDelivery};
use crate::words::counted;

impl<'a> LogContext<'a> for Context<'a> {
    fn delivery(&self) -> &LogDelivery<'a> {
        &self.delivery
    }

    fn decided(mut self) -> Result<Self> {
        self.options.catalogue = match self.delivery.purpose {
            Purpose::Create => choice::in_account(&self)?,
            // None that was left out is missing.
            Purpose::Show | Purpose::Delete => choice::existing_only(&self),
        };
        Ok(self)
    }

    fn is_read(&self) -> bool {
        let filters = self.delivery.metric_filters();
        self.delivery.observed.is_read(&filters)
    }

    fn read(&self, graph: &mut Graph) {
        graph.add(Node::read(self.delivery.metric_filters()));
        graph.add(Node::read(self.alarm_list()));
        self.delivery.read_composite_alarms(graph);
        graph.add(Node::read(self.topic()));
        graph.add(Node::read(self.dashboard_probe()));
        let named = self.delivery.alarm_place();
        let named = named.named_topic(&self.options.topic_arn);
        if let Some(topic) = named {
            graph.add(Node::read(topic));
        }
    }

    /// An alert exists, at least in part.
    fn exists(&self) -> bool {
        let alerts = &self.options.catalogue.chosen.alerts;
        !alerts.is_empty() || !self.own_alarms().is_empty() || !self.own_filters().is_empty()
    }

    fn other_users(&self) -> Vec<String> {
        let own = self.own_filters().into_iter();
        let own: Vec<&str> = own.map(|filter| filter.name.as_str()).collect();
        self.delivery.users(&own)
    }

    fn check(&self) -> Result<()> {
        match self.delivery.purpose {
            Purpose::Create => refusals::of_create(self),
            Purpose::Show | Purpose::Delete => refusals::of_delete(self),
        }
    }

    /// Alarms and filters as the chosen alerts want them.
    fn keep(&self, graph: &mut Graph, intent: Intent, group: Option<At>) {
        let topic = self.has_own_topic();
        let topic = topic.then(|| graph.add(Node::new(self.topic(), intent)));
        for address in &self.options.emails {
            let email = self.email(address);
            let mut found = self.subscriptions().iter();
            let found = found.find(|found| email.endpoint.is_of(found));
            graph.add(Node::given(email, intent, found.cloned()).needs(topic));
        }
        let dashboard = graph.add(Node::new(self.dashboard(), intent));
        for alert in &self.options.catalogue.chosen.alerts {
            let name = self.named(&alert.name);
            let (counting, found) = (self.filter(&name), self.alarm(&name));
            // The dashboard keeps the choice: see the module `choice`.
            let is_new = counting.is_none() && found.is_none();
            let listed = is_new.then_some(dashboard);
            let filter = Node::given(self.metric_filter(alert), intent, counting.cloned());
            graph.add(filter.needs(group.into_iter().chain(listed)));
            let alarm = Node::given(self.alarm_of(alert), intent, found.cloned());
            graph.add(alarm.needs(topic.into_iter().chain(listed)));
        }
    }

    /// The alarms that no known catalogue has.
    fn show(&self, graph: &mut Graph) {
        for alarm in self.unknown_alarms() {
            let shown = self.existing_alarm(alarm);
            graph.add(Node::given(shown, Intent::Show, Some(alarm.clone())));
        }
    }

    fn delete(&self, graph: &mut Graph) {
        let intent = Intent::Delete("");
        // Those of a group that is deleted go with it.
        if self.delivery.why_logs_stay().is_some() {
            for found in self.own_filters() {
                let filter = self.existing_filter(&found.name);
                graph.add(Node::given(filter, intent, Some(found.clone())));
            }
        }
        let is_used = !self.topic_users().is_empty();
        let topic = (!is_used).then(|| graph.add(Node::new(self.topic(), intent)));
        graph.add(Node::new(self.dashboard_probe(), intent).needs(topic));
        for found in self.own_alarms() {
            let alarm = self.existing_alarm(found);
            graph.add(Node::given(alarm, intent, Some(found.clone())).needs(topic));
        }
    }

    fn every(&self, graph: &mut Graph) {
        graph.add(Node::keep(self.delivery.trail_logs()));
        graph.add(Node::keep(self.delivery.log_group()));
        if let Some(alert) = Catalogue::built_in().alerts.into_iter().next() {
            let name = "*".to_owned();
            let any = Alert { name, ..alert };
            graph.add(Node::keep(self.metric_filter(&any)));
            graph.add(Node::keep(self.alarm_of(&any)));
        }
        graph.add(Node::keep(self.delivery.role()));
        graph.add(Node::keep(self.topic()));
        graph.add(Node::keep(self.email("*")));
        graph.add(Node::keep(self.dashboard_probe()));
        if self.delivery.purpose != Purpose::Show {
            self.delivery.widest_users(graph);
        }
    }

    fn notes(&self) -> Vec<String> {
        match self.delivery.purpose {
            Purpose::Create => notes::of_create(self),
            Purpose::Show | Purpose::Delete => notes::of_delete(self),
        }
    }

    fn warnings(&self) -> Vec<String> {
        notes::warnings(self)
    }

    fn after(&self) -> Vec<(&'static str, String)> {
        let topic = match &self.options.topic_arn {
            Some(arn) => arn.clone(),
            None if self.has_own_topic() => {
                format!("{} in {}", self.delivery.topic_name(), self.delivery.region)
            }
            None => "none".to_owned(),
        };
        let found = self.subscriptions().iter().map(|found| &found.endpoint);
        let subscribers: BTreeSet<&String> = found.chain(&self.options.emails).collect();
        let subscribers = match subscribers.len() {
            0 => "no subscriber".to_owned(),
            count => counted(count, "subscriber"),
        };
        let wanted = &self.options.catalogue;
        let known = wanted.known.alerts.iter();
        let existing = known.filter(|alert| self.alarm(&self.named(&alert.name)).is_some());
        let alarms = existing.chain(&wanted.chosen.alerts);
        let alarms: BTreeSet<&String> = alarms.map(|alert| &alert.name).collect();
        let alarms = counted(alarms.len(), "alarm");
        vec![
            ("alarms", format!("{alarms}, each with a metric filter")),
            ("topic", format!("{topic}, {subscribers}")),
        ]
    }
}

impl<'a> Context<'a> {
    /// The alarms that count into the scheme's namespace, and are in no catalogue that is known.
    pub fn unknown_alarms(&self) -> Vec<&'a AlarmState> {
        let mut alarms = self.own_alarms();
        alarms.retain(|alarm| {
            let name = alarm.settings.alarm_name.strip_prefix(&self.named(""));
            let mut known = self.options.catalogue.known.alerts.iter();
            name.is_some_and(|name| !known.any(|alert| alert.name == name))
        });
        alarms
    }
}
