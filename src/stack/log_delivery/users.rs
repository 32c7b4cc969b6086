//! Who reads the log group: the filters in it. As long as one stays that is not deleted, so does what it reads.

use super::LogDelivery;
use crate::error::{Error, Result};
use crate::resource::metric_filter::MetricFilters;
use crate::resource::subscription_filter::SubscriptionFilters;
use crate::stack::graph::{Graph, Node};
use crate::stack::observed::Observed;

impl LogDelivery<'_> {
    /// All metric filters of the group.
    pub fn metric_filters(&self) -> MetricFilters {
        MetricFilters {
            group: self.group.clone(),
            group_arn: self.group_arn(),
            region: self.region.clone(),
        }
    }

    /// All subscription filters of the group.
    pub fn subscription_filters(&self) -> SubscriptionFilters {
        SubscriptionFilters {
            group: self.group.clone(),
            group_arn: self.group_arn(),
            region: self.region.clone(),
        }
    }

    /// Adds the filters, to be read.
    pub fn read_users(&self, graph: &mut Graph) {
        graph.add(Node::read(self.metric_filters()));
        graph.add(Node::read(self.subscription_filters()));
    }

    /// Whether the filters were read.
    pub fn are_users_read(&self, observed: &Observed) -> bool {
        observed.is_read(&self.metric_filters()) && observed.is_read(&self.subscription_filters())
    }

    /// The filters that read the group, in words, without those of these names.
    pub fn users(&self, observed: &Observed, own: &[&str]) -> Vec<String> {
        let metric = observed.of(&self.metric_filters()).into_iter().flatten();
        let metric = metric.map(|filter| ("metric filter", &filter.name));
        let subscriptions = observed.of(&self.subscription_filters());
        let subscriptions = subscriptions.into_iter().flatten();
        let subscriptions =
            subscriptions.map(|filter| ("subscription filter", &filter.filter_name));
        let others = metric.chain(subscriptions);
        let others = others.filter(|(_, name)| !own.contains(&name.as_str()));
        others
            .map(|(kind, name)| format!("the {kind} {name}"))
            .collect()
    }

    /// A log group that is read is not deleted.
    ///
    /// # Errors
    /// With the filters that read it.
    pub fn check_unused(&self, users: &[String]) -> Result<()> {
        if self.why_logs_stay().is_some() || users.is_empty() {
            return Ok(());
        }
        let (group, users) = (&self.group, users.join(", "));
        let message = format!("the log group {group} cannot be deleted: it is read by {users}");
        Err(Error::failed(message).hint("delete these first, or omit --with-logs"))
    }

    /// What is kept for others.
    pub fn kept_for(&self, users: &[String]) -> Option<String> {
        let (group, role) = (&self.group, self.role().name);
        (!users.is_empty()).then(|| {
            let users = users.join(", ");
            format!("the log group {group} is kept, and the trail sends to it as the role {role}: it is read by {users}")
        })
    }
}
