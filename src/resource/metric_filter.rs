//! Metric filters: they count the events of a log group that match a pattern.

use super::Operations;
use crate::aws::read::MetricFilter as Found;
use crate::call::logs::{DeleteMetricFilter, Logs, MetricTransformation, PutMetricFilter};
use crate::plan::Step;

/// What reading, making and deleting metric filters takes.
pub const OPERATIONS: Operations = Operations {
    service: "logs",
    reads: &["DescribeMetricFilters"],
    tag_reads: &[],
    changes: &["PutMetricFilter"],
    removals: &["DeleteMetricFilter"],
};

const KIND: &str = "metric-filter";

/// A metric filter as it should be: every match counts one.
#[derive(Clone, Debug)]
pub struct MetricFilter {
    /// The filter's name in its group.
    pub name: String,
    /// The group.
    pub group: String,
    /// The group's region.
    pub region: String,
    /// What it counts; a filter that was found with one of these keeps it, any other gets the first.
    pub patterns: Vec<String>,
    /// The metric's name.
    pub metric: String,
    /// The metric's namespace.
    pub namespace: String,
}

impl MetricFilter {
    /// The steps that make the filter as it should be.
    pub fn changes(&self, found: Option<&Found>) -> Vec<Step> {
        let reason = match found {
            None => "metric filter is missing",
            Some(found) if !self.patterns.contains(&found.pattern) => "pattern is another",
            Some(found)
                if found.transformations != [self.transformation()] || found.by_dimension =>
            {
                "what it counts into is another metric"
            }
            Some(_) => return Vec::new(),
        };
        let kept = found.map(|found| &found.pattern);
        let kept = kept.filter(|pattern| self.patterns.contains(pattern));
        let (metric_name, metric_namespace, metric_value) = self.transformation();
        let call = Logs::PutMetricFilter(PutMetricFilter {
            log_group_name: self.group.clone(),
            filter_name: self.name.clone(),
            filter_pattern: kept.unwrap_or(&self.patterns[0]).clone(),
            metric_transformations: vec![MetricTransformation {
                metric_name,
                metric_namespace,
                metric_value,
            }],
        });
        vec![Step::new(KIND, &self.name, &self.region, call, reason)]
    }

    fn transformation(&self) -> (String, String, String) {
        (self.metric.clone(), self.namespace.clone(), "1".to_owned())
    }
}

/// The steps that delete a metric filter.
pub fn removal(name: &str, group: &str, region: &str, reason: &str) -> Vec<Step> {
    let call = Logs::DeleteMetricFilter(DeleteMetricFilter {
        log_group_name: group.to_owned(),
        filter_name: name.to_owned(),
    });
    vec![Step::new(KIND, name, region, call, reason)]
}
