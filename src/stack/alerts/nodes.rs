//! The graph: which resources the stack keeps, shows or deletes, and which needs which.

use std::collections::BTreeSet;

use super::context::Context;
use crate::aws::read::Alarm as AlarmState;
use crate::resource::trail_logs::{TrailLogs, TrailLogsState};
use crate::stack::graph::{At, Graph, Intent, Node};
use crate::stack::{After, Purpose};
use crate::words::counted;

impl<'a> Context<'a> {
    /// Adds what should exist; alarms and filters as the chosen alerts want them.
    pub fn keep(&self, graph: &mut Graph, intent: Intent) {
        let trail_steps: Vec<At> = graph.positions_of(&crate::resource::trail::KIND);
        let group_intent = match (self.is_others_group(), self.purpose) {
            (false, _) => Some(intent),
            (true, Purpose::Show) => Some(Intent::Show),
            (true, _) => None,
        };
        let group = group_intent.map(|intent| graph.add(Node::new(self.log_group(), intent)));
        let role = self.others_role().is_none();
        let role = role.then(|| graph.add(Node::new(self.role(), intent)));
        if self.purpose == Purpose::Create || (self.trail.is_some() && self.exists()) {
            let needed = group.into_iter().chain(role).chain(trail_steps);
            // A group without a retention that a trail sends to would be taken for one of others.
            let logs = Node::new(self.trail_logs(), intent).after(group);
            graph.add(logs.needs(needed));
        }
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

    /// Whether the group or an alert exists.
    pub fn exists(&self) -> bool {
        let alerts = &self.options.catalogue.chosen.alerts;
        self.group_state().is_some() || !alerts.is_empty() || !self.own_alarms().is_empty()
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

    /// Adds what is deleted. The trails stop sending as the role before it is deleted, whatever they log.
    pub fn delete(&self, graph: &mut Graph) {
        let intent = Intent::Delete("");
        let role = graph.add(Node::new(self.role(), intent));
        let group = graph.add(Node::new(self.log_group(), intent));
        for (region, found) in self.trails {
            let Some(found) = &found.trail else { continue };
            let trail = &found.description;
            let logs = TrailLogs {
                trail: trail.name.clone(),
                region: region.clone(),
                arn: trail.arn.clone(),
                found: Some(trail.clone()),
                role_arn: self.role().arn,
                ..self.trail_logs()
            };
            let state = TrailLogsState {
                trail: trail.clone(),
                selectors: None,
            };
            graph.add(Node::given(logs, intent, Some(state)).needs([group]));
        }
        if self.why_logs_stay().is_some() {
            let own = self.filters().iter().filter(|filter| self.is_own(filter));
            for found in own {
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
        // Its policy says where all of it is, so it is deleted last.
        graph.all_need(role);
    }

    /// What exists once the plan was carried out.
    pub fn after(&self) -> After {
        let topic = match &self.options.topic_arn {
            Some(arn) => arn.clone(),
            None if self.has_own_topic() => format!("{} in {}", self.named("alerts"), self.region),
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
                ("group", format!("{} in {}", self.group, self.region)),
                ("alarms", format!("{alarms}, each with a metric filter")),
                ("topic", format!("{topic}, {subscribers}")),
            ],
            next: vec!["show alerts".to_owned()],
        }
    }
}
