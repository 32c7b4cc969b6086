//! Log groups and their metric filters.

use std::collections::BTreeMap;

use super::Reader;
use crate::aws::error::{Request, or_missing};
use crate::error::CallError;

const MISSING: [&str; 1] = ["ResourceNotFoundException"];

/// The class of log groups that metric filters work on.
pub const STANDARD: &str = "STANDARD";

/// A log group, as the service describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogGroup {
    /// The group's name.
    pub name: String,
    /// How many days events are kept; nothing for ever.
    pub retention_in_days: Option<i32>,
    /// ARN of the key that encrypts events.
    pub kms_key_id: Option<String>,
    /// `STANDARD`, or a class that knows no metric filters.
    pub class: String,
    /// How much it holds, about, in bytes.
    pub stored_bytes: i64,
}

/// A metric filter, as the service describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MetricFilter {
    /// The filter's name in its group.
    pub name: String,
    /// What it counts.
    pub pattern: String,
    /// What it makes of a match: metric, namespace and value of each transformation.
    pub transformations: Vec<(String, String, String)>,
    /// Whether any of them counts by the values of a field, so that the metric as a whole stays empty.
    pub by_dimension: bool,
    /// Which other parameters change what it counts, as AWS spells them: a filter of the scheme has none.
    pub narrowed_by: Vec<&'static str>,
}

impl Reader {
    /// The log group of this name, if there is one.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn log_group(&self, region: &str, name: &str) -> Result<Option<LogGroup>, CallError> {
        let request = Request {
            service: "logs",
            operation: "DescribeLogGroups",
            region,
            resource: name,
        };
        let _permit = self.clients.permit(&request).await;
        let list = self.clients.logs(region).describe_log_groups();
        let list = list.log_group_name_prefix(name);
        let mut pages = list.into_paginator().items().send();
        // Groups come in order of name, and the one whose name is the prefix is the first of them.
        while let Some(group) = pages.next().await {
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

    /// The tags of a log group, by its ARN without `:*`; none for a group that does not exist.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn log_group_tags(
        &self,
        region: &str,
        arn: &str,
    ) -> Result<BTreeMap<String, String>, CallError> {
        let request = Request {
            service: "logs",
            operation: "ListTagsForResource",
            region,
            resource: arn,
        };
        let _permit = self.clients.permit(&request).await;
        let client = self.clients.logs(region);
        let answer = client.list_tags_for_resource().resource_arn(arn).send();
        let answer = answer.await.map_err(|error| request.failed(error));
        let tags = or_missing(answer, &MISSING)?.and_then(|answer| answer.tags);
        Ok(tags.unwrap_or_default().into_iter().collect())
    }

    /// The metric filters of a group; none for a group that does not exist.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn metric_filters(
        &self,
        region: &str,
        group: &str,
    ) -> Result<Vec<MetricFilter>, CallError> {
        let request = Request {
            service: "logs",
            operation: "DescribeMetricFilters",
            region,
            resource: group,
        };
        let _permit = self.clients.permit(&request).await;
        let list = self.clients.logs(region).describe_metric_filters();
        let list = list.log_group_name(group);
        let found = list.into_paginator().items().send().collect().await;
        let found = request.listed(found, &MISSING)?;
        let filters = found.into_iter().map(|filter| MetricFilter {
            by_dimension: filter.metric_transformations().iter().any(|made| {
                let dimensions = made.dimensions.as_ref();
                dimensions.is_some_and(|dimensions| !dimensions.is_empty())
            }),
            narrowed_by: narrowing(&filter),
            name: filter.filter_name.unwrap_or_default(),
            pattern: filter.filter_pattern.unwrap_or_default(),
            transformations: filter
                .metric_transformations
                .unwrap_or_default()
                .into_iter()
                .map(|made| (made.metric_name, made.metric_namespace, made.metric_value))
                .collect(),
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
