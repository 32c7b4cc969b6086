//! The graph: which resources the stack keeps, shows or deletes, and which needs which.

use std::collections::BTreeSet;

use super::context::Context;
use crate::aws::read::Alarm as AlarmState;
use crate::stack::After;
use crate::stack::graph::{Graph, Intent, Node};
use crate::words::counted;

impl<'a> Context<'a> {
    /// Adds what should exist; alarms and filters as the chosen alerts want them.
    pub fn keep(&self, graph: &mut Graph, intent: Intent) {
        let group = self.delivery.keep(graph, intent, self.exists()).group;
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

    /// Adds what exists, and the alarms that no known catalogue has.
    pub fn show(&self, graph: &mut Graph) {
        let intent = match self.exists() {
            true => Intent::Keep,
            false => Intent::Show,
        };
        self.keep(graph, intent);
        for alarm in self.unknown_alarms() {
            let shown = self.existing_alarm(alarm);
            graph.add(Node::given(shown, Intent::Show, Some(alarm.clone())));
        }
    }

    /// Whether the stack exists: an alert does, at least in part. Group and role may be those of another stack.
    pub fn exists(&self) -> bool {
        let alerts = &self.options.catalogue.chosen.alerts;
        !alerts.is_empty() || !self.own_alarms().is_empty() || !self.own_filters().is_empty()
    }

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

    /// Adds what is deleted. What the trail delivers stays as long as others read it.
    pub fn delete(&self, graph: &mut Graph) {
        let intent = Intent::Delete("");
        let is_shared = !self.other_users().is_empty();
        let role = (!is_shared).then(|| self.delivery.delete(graph));
        // Those of a group that is deleted go with it.
        if self.delivery.why_logs_stay().is_some() {
            for found in self.own_filters() {
                let filter = self.existing_filter(&found.name);
                graph.add(Node::given(filter, intent, Some(found.clone())));
            }
        }
        let topic = graph.add(Node::new(self.topic(), intent));
        graph.add(Node::new(self.dashboard_probe(), intent).needs([topic]));
        for found in self.own_alarms() {
            let alarm = self.existing_alarm(found);
            graph.add(Node::given(alarm, intent, Some(found.clone())).needs([topic]));
        }
        if let Some(role) = role {
            // Its policy says where all of it is, so it is deleted last.
            graph.all_need(role);
        }
    }

    /// What exists once the plan was carried out.
    pub fn after(&self) -> After {
        let topic = match &self.options.topic_arn {
            Some(arn) => arn.clone(),
            None if self.has_own_topic() => {
                format!("{} in {}", self.named("alerts"), self.delivery.region)
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
        After {
            exists: vec![
                (
                    "group",
                    format!("{} in {}", self.delivery.group, self.delivery.region),
                ),
                ("alarms", format!("{alarms}, each with a metric filter")),
                ("topic", format!("{topic}, {subscribers}")),
            ],
            next: vec!["show alerts".to_owned()],
        }
    }
}
