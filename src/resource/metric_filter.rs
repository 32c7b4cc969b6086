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
        let differs = match found {
            None => vec!["metric filter is missing".to_owned()],
            Some(found) => self.differences(found),
        };
        if differs.is_empty() {
            return Vec::new();
        }
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
        let reason = differs.join(", ");
        vec![Step::new(KIND, &self.name, &self.region, call, reason)]
    }

    /// What differs, in words. PutMetricFilter replaces the filter, so all that it loses is named.
    fn differences(&self, found: &Found) -> Vec<String> {
        let mut differs = Vec::new();
        if !self.patterns.contains(&found.pattern) {
            differs.push("pattern is another".to_owned());
        }
        if found.transformations != [self.transformation()] || found.by_dimension {
            differs.push("what it counts into is another metric".to_owned());
        }
        let set = found.narrowed_by.iter();
        differs.extend(set.map(|parameter| format!("{parameter} is set")));
        differs
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

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted() -> MetricFilter {
        MetricFilter {
            name: "p-cloudtrail-root-usage".to_owned(),
            group: "p-cloudtrail".to_owned(),
            region: "us-west-2".to_owned(),
            patterns: vec!["plain".to_owned(), "wide".to_owned()],
            metric: "root-usage".to_owned(),
            namespace: "p-cloudtrail".to_owned(),
        }
    }

    fn reasons(found: &Found) -> Vec<String> {
        let steps = wanted().changes(Some(found));
        steps.into_iter().map(|step| step.reason).collect()
    }

    #[test]
    fn what_a_new_filter_would_drop_is_drift_and_named() {
        let found = Found {
            name: wanted().name,
            pattern: "wide".to_owned(),
            transformations: vec![wanted().transformation()],
            ..Found::default()
        };
        assert_eq!(reasons(&found), Vec::<String>::new());
        let narrowed = Found {
            narrowed_by: vec!["applyOnTransformedLogs", "fieldSelectionCriteria"],
            ..found
        };
        let both = "applyOnTransformedLogs is set, fieldSelectionCriteria is set";
        assert_eq!(reasons(&narrowed), [both]);
        let other = Found {
            pattern: "theirs".to_owned(),
            ..narrowed
        };
        assert_eq!(reasons(&other), [format!("pattern is another, {both}")]);
    }
}
