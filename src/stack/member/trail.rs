//! What a member's trail logs: its log group, and the subscription filter that sends it to the central account.

use super::{Central, sender_of};
use crate::call::logs::PutSubscriptionFilter;
use crate::error::Result;
use crate::resource::principal::Principal;
use crate::resource::subscription_filter::SubscriptionFilter;
use crate::stack::Purpose;
use crate::stack::graph::{At, Graph, Intent, Node};
use crate::stack::log_delivery::{self, LogContext, LogDelivery, LogStack};

/// What is asked of the trail.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    /// Where it sends, when it was named.
    pub central: Option<Central>,
    /// What is asked of the trail, and of what it delivers to.
    pub delivery: log_delivery::Options,
}

impl LogStack for Trail {
    type Context<'a> = Context<'a>;

    const STACK: &'static str = "member";
    const PARTS: &'static str = "the trail is";

    fn delivery(&self) -> &log_delivery::Options {
        &self.delivery
    }

    fn context<'a>(&'a self, delivery: LogDelivery<'a>) -> Context<'a> {
        Context {
            central: self.central.as_ref(),
            delivery,
        }
    }
}

/// The account as this part of the stack sees it.
#[derive(Debug)]
pub struct Context<'a> {
    central: Option<&'a Central>,
    delivery: LogDelivery<'a>,
}

impl<'a> Context<'a> {
    /// The filter's name carries the region, which the records that it sends lack.
    fn name(&self) -> String {
        let LogDelivery { scheme, region, .. } = &self.delivery;
        format!("{}-central-{region}", scheme.base())
    }

    fn filter_state(&self) -> Option<&'a PutSubscriptionFilter> {
        self.delivery.subscription(&self.name())
    }

    /// The destination of the central account that was named, else the current one.
    fn destination(&self) -> String {
        let LogDelivery { scheme, region, .. } = &self.delivery;
        let named = self.central;
        let named = named.map(|central| central.destination(&scheme.partition, region));
        let current = self.filter_state();
        let current = current.map(|filter| filter.destination_arn.clone());
        named.or(current).unwrap_or_default()
    }

    fn filter(&self) -> SubscriptionFilter {
        SubscriptionFilter {
            settings: PutSubscriptionFilter {
                log_group_name: self.delivery.group.clone(),
                filter_name: self.name(),
                filter_pattern: String::new(),
                destination_arn: self.destination(),
                role_arn: Some(self.role().arn),
                distribution: Some("Random".to_owned()),
            },
            group_arn: self.delivery.group_arn(),
            region: self.delivery.region.clone(),
            service: "logs.amazonaws.com",
        }
    }

    fn role(&self) -> Principal {
        let LogDelivery { scheme, group, .. } = &self.delivery;
        sender_of(scheme, group, &self.delivery.options.tags)
    }
}

impl<'a> LogContext<'a> for Context<'a> {
    fn delivery(&self) -> &LogDelivery<'a> {
        &self.delivery
    }

    fn is_read(&self) -> bool {
        let observed = self.delivery.observed;
        observed.is_read(&self.delivery.subscription_filters()) && observed.is_read(&self.role())
    }

    fn read(&self, graph: &mut Graph) {
        graph.add(Node::read(self.delivery.subscription_filters()));
        graph.add(Node::read(self.role()));
    }

    fn every(&self, graph: &mut Graph) {
        self.delivery.read(graph);
        self.read(graph);
        graph.add(Node::keep(self.delivery.trail_logs()));
        graph.add(Node::keep(self.filter()));
    }

    fn exists(&self) -> bool {
        self.filter_state().is_some()
    }

    fn other_users(&self) -> Vec<String> {
        self.delivery.users(&[&self.name()])
    }

    fn check(&self) -> Result<()> {
        match self.delivery.purpose {
            Purpose::Create => {
                self.delivery.check()?;
                self.delivery.check_role(&self.role())?;
                self.delivery.check_room(&self.name())
            }
            Purpose::Show | Purpose::Delete => self.delivery.check_unused(&self.other_users()),
        }
    }

    fn keep(&self, graph: &mut Graph, intent: Intent, group: Option<At>) {
        let role = graph.add(Node::new(self.role(), intent));
        let filter = Node::given(self.filter(), intent, self.filter_state().cloned());
        graph.add(filter.needs(group).needs([role]));
    }

    fn delete(&self, graph: &mut Graph) {
        let intent = Intent::Delete("");
        let role = graph.add(Node::new(self.role(), intent));
        let filter = Node::given(self.filter(), intent, self.filter_state().cloned());
        graph.add(filter.needs([role]));
    }

    fn notes(&self) -> Vec<String> {
        match self.delivery.purpose {
            Purpose::Create => {
                let mut notes = self.delivery.notes_of_create();
                notes.extend(self.delivery.problems());
                notes
            }
            Purpose::Show | Purpose::Delete => {
                let mut notes = self.delivery.notes_of_delete(&self.other_users());
                let trail = self.delivery.trail.map(|trail| {
                    let name = &trail.name;
                    format!("the trail {name} is kept: `ctadmin delete` deletes it")
                });
                notes.extend(trail);
                notes
            }
        }
    }

    fn warnings(&self) -> Vec<String> {
        match (self.exists(), self.delivery.trail) {
            (false, _) => Vec::new(),
            (true, None) => vec!["no multi-region trail: `ctadmin create member`".to_owned()],
            (true, Some(_)) => self.delivery.warnings(),
        }
    }

    fn after(&self) -> Vec<(&'static str, String)> {
        vec![("sends", format!("to {}", self.destination()))]
    }
}
