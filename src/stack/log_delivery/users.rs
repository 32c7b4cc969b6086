//! Who reads what the trail sends: the filters of its log group. As long as one stays that is not deleted, so does what
//! it reads.

use super::LogDelivery;
use crate::call::logs::PutSubscriptionFilter;
use crate::resource::metric_filter::MetricFilters;
use crate::resource::subscription_filter::SubscriptionFilters;
use crate::stack::Purpose;
use crate::stack::graph::{Graph, Node};

impl<'a> LogDelivery<'a> {
    /// All metric filters of the group.
    pub fn metric_filters(&self) -> MetricFilters {
        self.metric_filters_of(&self.group)
    }

    /// All subscription filters of the group.
    pub fn subscription_filters(&self) -> SubscriptionFilters {
        self.subscription_filters_of(&self.group)
    }

    /// The subscription filters that the group has.
    pub fn subscriptions(&self) -> &'a [PutSubscriptionFilter] {
        let found = self.observed.of(&self.subscription_filters());
        found.map_or(&[], Vec::as_slice)
    }

    /// The subscription filter of the group that has this name.
    pub fn subscription(&self, name: &str) -> Option<&'a PutSubscriptionFilter> {
        let mut filters = self.subscriptions().iter();
        filters.find(|filter| filter.filter_name == name)
    }

    fn metric_filters_of(&self, group: &str) -> MetricFilters {
        MetricFilters {
            group: group.to_owned(),
            group_arn: self.arn_of(group),
            region: self.region.clone(),
        }
    }

    fn subscription_filters_of(&self, group: &str) -> SubscriptionFilters {
        SubscriptionFilters {
            group: group.to_owned(),
            group_arn: self.arn_of(group),
            region: self.region.clone(),
        }
    }

    /// The groups whose filters matter: where deletion detaches the trail, and where a move would leave filters behind.
    fn groups_in_use(&self) -> Vec<&str> {
        let detaches = self.purpose == Purpose::Delete && self.source().is_none();
        let own = detaches.then_some(self.group.as_str());
        let other = self.other_group().filter(|_| self.purpose != Purpose::Show);
        own.into_iter().chain(other).collect()
    }

    /// Adds the filters that matter, to be read.
    pub(super) fn read_users(&self, graph: &mut Graph) {
        for group in self.groups_in_use() {
            graph.add(Node::read(self.metric_filters_of(group)));
            graph.add(Node::read(self.subscription_filters_of(group)));
        }
    }

    /// Whether the filters that matter were read.
    pub(super) fn are_users_read(&self) -> bool {
        self.groups_in_use().into_iter().all(|group| {
            self.observed.is_read(&self.metric_filters_of(group))
                && self.observed.is_read(&self.subscription_filters_of(group))
        })
    }

    /// What is read of any account, for the permissions.
    pub fn widest_users(&self, graph: &mut Graph) {
        graph.add(Node::read(self.metric_filters()));
        graph.add(Node::read(self.subscription_filters()));
    }

    /// The filters that read what the trail sends, in words, without those of the group that have these names.
    pub fn users(&self, own: &[&str]) -> Vec<String> {
        let all = self.groups_in_use().into_iter().flat_map(|group| {
            let is_own = move |name: &str| group == self.group && own.contains(&name);
            let filters = self.filters_of(group).into_iter();
            filters.filter(move |(_, name)| !is_own(name))
        });
        all.map(in_words).collect()
    }

    /// The filters that read a group, in words.
    pub(super) fn users_of(&self, group: &str) -> Vec<String> {
        let filters = self.filters_of(group).into_iter();
        filters.map(in_words).collect()
    }

    /// The filters of a group: the sort and the name of each.
    fn filters_of(&self, group: &str) -> Vec<(&'static str, &'a String)> {
        let metric = self.observed.of(&self.metric_filters_of(group));
        let metric = metric.into_iter().flatten();
        let metric = metric.map(|filter| ("metric filter", &filter.name));
        let subscriptions = self.observed.of(&self.subscription_filters_of(group));
        let subscriptions = subscriptions.into_iter().flatten();
        let subscriptions =
            subscriptions.map(|filter| ("subscription filter", &filter.filter_name));
        metric.chain(subscriptions).collect()
    }
}

fn in_words((sort, name): (&'static str, &String)) -> String {
    format!("the {sort} {name}")
}
