//! The graph: which resources the stack keeps, shows or deletes, and which needs which.

use std::collections::BTreeSet;

use super::context::Context;
use super::resources::{existing_alarm, existing_filter};
use crate::resource::alarm::AlarmState;
use crate::resource::trail_logs::{TrailLogs, TrailLogsState};
use crate::stack::graph::{At, Graph, Intent, Node};
use crate::stack::{After, Purpose};
use crate::words::counted;

impl<'a> Context<'a> {
    /// Adds what should exist; alarms and filters as the chosen alerts want them.
    pub fn keep(&self, graph: &mut Graph, intent: Intent) {
        let trail_steps: Vec<At> = graph.positions_of(&crate::resource::trail::KIND);
        let others_group = match self.purpose {
            Purpose::Show => Some(Intent::Show),
            Purpose::Create | Purpose::Delete => None,
        };
        let group_intent = match self.is_others_group() {
            true => others_group,
            false => Some(intent),
        };
        let group = group_intent.map(|intent| graph.add(Node::new(self.log_group(), intent)));
        let role = self
            .others_role()
            .is_none()
            .then(|| graph.add(Node::new(self.role(), intent)));
        let needed = group.into_iter().chain(role).chain(trail_steps);
        let logs = self.trail_logs();
        if self.purpose == Purpose::Create || (self.trail.is_some() && self.exists()) {
            // A group without a retention that a trail sends to would be taken for one of others.
            graph.add(Node::new(logs, intent).needs(needed).after(group));
        }
        let topic = self
            .has_own_topic()
            .then(|| graph.add(Node::new(self.topic(), intent)));
        for address in &self.options.emails {
            let email = self.email(address);
            let found = self
                .topic_state()
                .map_or(&[][..], |topic| &topic.subscriptions);
            let found = found
                .iter()
                .find(|found| email.endpoint.is_of(found))
                .cloned();
            graph.add(Node::given(email, intent, found).needs(topic));
        }
        let dashboard = graph.add(Node::new(self.dashboard(), intent));
        for alert in &self.options.catalogue.chosen.alerts {
            let (filter, alarm) = (self.metric_filter(alert), self.alarm_of(alert));
            let counting = self.filter(&filter.name).cloned();
            let found = self.alarm(&alarm.name).cloned();
            // The dashboard keeps the choice: see the module `choice`.
            let is_new = counting.is_none() && found.is_none();
            let listed = is_new.then_some(dashboard);
            let node = Node::given(filter, intent, counting);
            graph.add(node.needs(group.into_iter().chain(listed)));
            let node = Node::given(alarm, intent, found);
            graph.add(node.needs(topic.into_iter().chain(listed)));
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
            let shown = existing_alarm(&self.names(), alarm);
            graph.add(Node::given(shown, Intent::Show, Some(alarm.clone())));
        }
    }

    /// Whether the group or an alert exists.
    pub fn exists(&self) -> bool {
        let alerts = &self.options.catalogue.chosen.alerts;
        self.group_state().is_some() || !alerts.is_empty() || !self.own_alarms().is_empty()
    }

    /// The alarms that count into the scheme's namespace, and are in no catalogue that is known.
    pub fn unknown_alarms(&self) -> Vec<&'a AlarmState> {
        let names = self.names();
        let mut alarms = self.own_alarms();
        alarms.retain(|alarm| {
            let name = &alarm.description.settings.alarm_name;
            let mut known = self.options.catalogue.known.alerts.iter();
            name.starts_with(&names.alert(""))
                && !known.any(|alert| names.alert(&alert.name) == *name)
        });
        alarms
    }

    /// Adds what is deleted. The trails stop sending as the role before it is deleted, whatever they log.
    pub fn delete(&self, graph: &mut Graph) {
        let (names, intent) = (self.names(), Intent::Delete(""));
        let role = graph.add(Node::new(self.role(), intent));
        let group = graph.add(Node::new(self.log_group(), intent));
        for (region, found) in &self.trails.regions {
            let Some(trail) = &found.trail else { continue };
            let logs = TrailLogs {
                trail: trail.description.name.clone(),
                region: region.clone(),
                arn: trail.description.arn.clone(),
                found: Some(trail.description.clone()),
                role_arn: names.role_arn(),
                ..self.trail_logs()
            };
            let state = TrailLogsState {
                trail: trail.description.clone(),
                selectors: None,
            };
            graph.add(Node::given(logs, intent, Some(state)).needs([group]));
        }
        if self.why_logs_stay().is_some() {
            let own = self.filters().iter().filter(|filter| names.is_own(filter));
            for found in own {
                let filter = existing_filter(&names, &self.group, found);
                graph.add(Node::given(filter, intent, Some(found.clone())));
            }
        }
        let topic = graph.add(Node::new(self.topic(), intent));
        graph.add(Node::new(self.dashboard_probe(), intent).needs([topic]));
        for found in self.own_alarms() {
            let alarm = existing_alarm(&names, found);
            let node = Node::given(alarm, intent, Some(found.clone()));
            graph.add(node.needs([topic]));
        }
        // Its policy says where all of it is, so it is deleted last.
        graph.all_need(role);
    }

    /// What exists once the plan was carried out.
    pub fn after(&self) -> After {
        let names = self.names();
        let topic = match &self.options.topic_arn {
            Some(arn) => arn.clone(),
            None if self.has_own_topic() => format!("{} in {}", names.topic(), self.region),
            None => "none".to_owned(),
        };
        let found = self
            .topic_state()
            .map_or(&[][..], |topic| &topic.subscriptions);
        let found = found.iter().map(|found| &found.endpoint);
        let subscribers: BTreeSet<&String> = found.chain(&self.options.emails).collect();
        let subscribers = match subscribers.len() {
            0 => "no subscriber".to_owned(),
            count => counted(count, "subscriber"),
        };
        let wanted = &self.options.catalogue;
        let chosen = wanted
            .chosen
            .alerts
            .iter()
            .map(|alert| names.alert(&alert.name));
        let known = wanted
            .known
            .alerts
            .iter()
            .map(|alert| names.alert(&alert.name));
        let existing = known.filter(|name| self.alarm(name).is_some());
        let alarms: BTreeSet<String> = chosen.chain(existing).collect();
        let alarms = counted(alarms.len(), "alarm");
        After {
            exists: vec![
                ("group", format!("{} in {}", self.group, self.region)),
                ("alarms", format!("{alarms}, each with a metric filter")),
                ("topic", format!("{topic}, {subscribers}")),
            ],
            next: vec!["show alerts".to_owned()],
        }
    }
}
