//! Log groups and their filters.

use std::collections::BTreeMap;

use super::Reader;
use crate::aws::error::Request;
use crate::call::logs::PutSubscriptionFilter;
use crate::error::CallResult;

const MISSING: [&str; 1] = ["ResourceNotFoundException"];

/// The class of log groups that metric filters work on.
pub const STANDARD: &str = "STANDARD";

/// A log group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogGroup {
    /// The group's name.
    pub name: String,
    /// How many days events are kept; `None` where they never expire.
    pub retention_in_days: Option<i32>,
    /// ARN of the key that encrypts events.
    pub kms_key_id: Option<String>,
    /// `STANDARD`, or a class without metric filters.
    pub class: String,
    /// About how many bytes it stores.
    pub stored_bytes: i64,
}

/// A destination: where log groups of other accounts may send to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Destination {
    /// ARN of the data stream that it sends to.
    pub target_arn: String,
    /// ARN of the role that CloudWatch Logs sends as.
    pub role_arn: String,
    /// The policy that says who may subscribe log groups.
    pub policy: Option<String>,
}

/// A metric filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MetricFilter {
    /// The filter's name, unique in its group.
    pub name: String,
    /// Its pattern: the events that it counts.
    pub pattern: String,
    /// Metric, namespace and value of each of its transformations.
    pub transformations: Vec<(String, String, String)>,
    /// Whether any of them has dimensions, so that the metric without dimensions stays empty.
    pub by_dimension: bool,
    /// The other parameters that change what it counts, as AWS spells them: a filter of the scheme has none.
    pub narrowed_by: Vec<&'static str>,
}

impl Reader {
    /// The log group of this name, if there is one.
    pub async fn log_group(&self, region: &str, name: &str) -> CallResult<Option<LogGroup>> {
        let request = Request::new("logs", "DescribeLogGroups", region, name);
        let _permit = self.clients.permit(&request).await;
        let list = self.clients.logs(region).describe_log_groups();
        let list = list.log_group_name_prefix(name);
        let mut groups = list.into_paginator().items().send();
        // Groups come in order of name, and the one whose name is the prefix is the first of them.
        while let Some(group) = groups.next().await {
            let group = group.map_err(|error| request.failed(error))?;
            if group.log_group_name.as_deref() == Some(name) {
                return Ok(Some(LogGroup {
                    name: name.to_owned(),
                    retention_in_days: group.retention_in_days,
                    kms_key_id: group.kms_key_id,
                    class: group
                        .log_group_class
                        .map_or_else(|| STANDARD.to_owned(), |class| class.as_str().to_owned()),
                    stored_bytes: group.stored_bytes.unwrap_or_default(),
                }));
            }
        }
        Ok(None)
    }

    /// The tags of a destination or of a log group, by its ARN without `:*`; none for one that does not exist.
    pub async fn logs_tags(&self, region: &str, arn: &str) -> CallResult<BTreeMap<String, String>> {
        let request = Request::new("logs", "ListTagsForResource", region, arn);
        let list = self.clients.logs(region).list_tags_for_resource();
        let list = list.resource_arn(arn);
        let answer = self.find(request, list.send(), &MISSING).await?;
        let tags = answer.and_then(|answer| answer.tags).unwrap_or_default();
        Ok(tags.into_iter().collect())
    }

    /// The destination of this name, if there is one.
    pub async fn destination(&self, region: &str, name: &str) -> CallResult<Option<Destination>> {
        let request = Request::new("logs", "DescribeDestinations", region, name);
        let list = self.clients.logs(region).describe_destinations();
        let list = list.destination_name_prefix(name);
        let list = list.into_paginator().items().send();
        let found = self.list(request, list.try_collect(), &[]).await?;
        let mut found = found.into_iter();
        let found = found.find(|found| found.destination_name.as_deref() == Some(name));
        Ok(found.map(|found| Destination {
            target_arn: found.target_arn.unwrap_or_default(),
            role_arn: found.role_arn.unwrap_or_default(),
            policy: found.access_policy,
        }))
    }

    /// The policies of a region by which AWS services may write to log groups: name and JSON of each, ten at most.
    pub async fn log_resource_policies(&self, region: &str) -> CallResult<Vec<(String, String)>> {
        let request = Request::new("logs", "DescribeResourcePolicies", region, "*");
        let list = self.clients.logs(region).describe_resource_policies();
        let answer = self.clients.send(request, list.send()).await?;
        let policies = answer.resource_policies.unwrap_or_default().into_iter();
        let policies = policies.map(|policy| {
            let document = policy.policy_document.unwrap_or_default();
            (policy.policy_name.unwrap_or_default(), document)
        });
        Ok(policies.collect())
    }

    /// The metric filters of a group; none for a group that does not exist.
    pub async fn metric_filters(&self, region: &str, group: &str) -> CallResult<Vec<MetricFilter>> {
        let request = Request::new("logs", "DescribeMetricFilters", region, group);
        let list = self.clients.logs(region).describe_metric_filters();
        let list = list.log_group_name(group).into_paginator().items().send();
        let filters = self.list(request, list.try_collect(), &MISSING).await?;
        let filters = filters.into_iter().map(|filter| MetricFilter {
            by_dimension: filter.metric_transformations().iter().any(|metric| {
                let dimensions = metric.dimensions.as_ref();
                dimensions.is_some_and(|dimensions| !dimensions.is_empty())
            }),
            narrowed_by: narrowing(&filter),
            name: filter.filter_name.unwrap_or_default(),
            pattern: filter.filter_pattern.unwrap_or_default(),
            transformations: filter
                .metric_transformations
                .unwrap_or_default()
                .into_iter()
                .map(|to| (to.metric_name, to.metric_namespace, to.metric_value))
                .collect(),
        });
        Ok(filters.collect())
    }

    /// The names of the log streams of a group that begin like this; none for a group that does not exist.
    pub async fn log_streams(
        &self,
        region: &str,
        group: &str,
        prefix: &str,
    ) -> CallResult<Vec<String>> {
        let request = Request::new("logs", "DescribeLogStreams", region, group);
        let list = self.clients.logs(region).describe_log_streams();
        let list = list.log_group_name(group).log_stream_name_prefix(prefix);
        let list = list.into_paginator().items().send();
        let streams = self.list(request, list.try_collect(), &MISSING).await?;
        Ok(streams
            .into_iter()
            .filter_map(|stream| stream.log_stream_name)
            .collect())
    }

    /// The subscription filters of a group, as requests would create them; none for a group that does not exist.
    pub async fn subscription_filters(
        &self,
        region: &str,
        group: &str,
    ) -> CallResult<Vec<PutSubscriptionFilter>> {
        let request = Request::new("logs", "DescribeSubscriptionFilters", region, group);
        let list = self.clients.logs(region).describe_subscription_filters();
        let list = list.log_group_name(group).into_paginator().items().send();
        let filters = self.list(request, list.try_collect(), &MISSING).await?;
        let filters = filters.into_iter().map(|filter| PutSubscriptionFilter {
            log_group_name: filter.log_group_name.unwrap_or_default(),
            filter_name: filter.filter_name.unwrap_or_default(),
            filter_pattern: filter.filter_pattern.unwrap_or_default(),
            destination_arn: filter.destination_arn.unwrap_or_default(),
            role_arn: filter.role_arn,
            distribution: filter
                .distribution
                .map(|distribution| distribution.as_str().to_owned()),
        });
        Ok(filters.collect())
    }
}

/// The parameters that choose events, or split the metric, by fields that CloudWatch Logs adds itself.
fn narrowing(filter: &aws_sdk_cloudwatchlogs::types::MetricFilter) -> Vec<&'static str> {
    let criteria = filter.field_selection_criteria().unwrap_or_default();
    let set = [
        ("applyOnTransformedLogs", filter.apply_on_transformed_logs),
        (
            "emitSystemFieldDimensions",
            !filter.emit_system_field_dimensions().is_empty(),
        ),
        ("fieldSelectionCriteria", !criteria.is_empty()),
    ];
    let set = set.into_iter().filter(|(_, is_set)| *is_set);
    set.map(|(name, _)| name).collect()
}
