//! Metric filters: they count the events of a log group that match a pattern.

use super::{Change, Id, Removal, Resource, log_group};
use crate::aws::Reader;
use crate::aws::read::MetricFilter as Description;
use crate::call::Kind;
use crate::call::logs::{DeleteMetricFilter, Logs, MetricTransformation, PutMetricFilter};
use crate::error::CallError;

/// Metric filters.
pub static KIND: Kind = Kind {
    reads: &["DescribeMetricFilters"],
    changes: &["PutMetricFilter"],
    removals: &["DeleteMetricFilter"],
    passing: log_group::PASSING,
    settled: log_group::SETTLED,
    ..Kind::new("metric-filter", "logs")
};

/// A metric filter that counts one for every match.
#[derive(Clone, Debug)]
pub struct MetricFilter {
    /// The filter's name in its group.
    pub name: String,
    /// The group.
    pub group: String,
    /// The group's ARN, without `:*`.
    pub group_arn: String,
    /// The group's region.
    pub region: String,
    /// What it counts; a filter that has one of these keeps it, any other gets the first.
    pub patterns: Vec<String>,
    /// The metric's name.
    pub metric: String,
    /// The metric's namespace.
    pub namespace: String,
}

/// All metric filters of a log group: a data source.
#[derive(Clone, Debug)]
pub struct MetricFilters {
    /// The group.
    pub group: String,
    /// The group's ARN, without `:*`.
    pub group_arn: String,
    /// The group's region.
    pub region: String,
}

static LIST: Kind = Kind {
    reads: KIND.reads,
    ..Kind::new("metric-filters", "logs")
};

impl Resource for MetricFilters {
    type Observed = Vec<Description>;

    fn id(&self) -> Id<'_> {
        Id::new(&LIST, &self.region, &self.group)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.group_arn.clone(), format!("{}:*", self.group_arn)]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<Vec<Description>>, CallError> {
        let found = reader.metric_filters(&self.region, &self.group).await;
        found.map(Some)
    }
}

impl Resource for MetricFilter {
    type Observed = Description;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.name)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.group_arn.clone(), format!("{}:*", self.group_arn)]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<Description>, CallError> {
        let found = reader.metric_filters(&self.region, &self.group).await?;
        Ok(found.into_iter().find(|found| found.name == self.name))
    }

    fn changes(&self, observed: Option<&Description>) -> Vec<Change> {
        let differs = match observed {
            None => vec!["metric filter is missing".to_owned()],
            Some(observed) => self.differences(observed),
        };
        if differs.is_empty() {
            return Vec::new();
        }
        let kept = observed.map(|observed| &observed.pattern);
        let kept = kept.filter(|pattern| self.patterns.contains(pattern));
        let pattern = kept.or(self.patterns.first()).cloned().unwrap_or_default();
        let (metric_name, metric_namespace, metric_value) = self.transformation();
        let call = Logs::PutMetricFilter(PutMetricFilter {
            log_group_name: self.group.clone(),
            filter_name: self.name.clone(),
            filter_pattern: pattern,
            metric_transformations: vec![MetricTransformation {
                metric_name,
                metric_namespace,
                metric_value,
            }],
        });
        vec![Change::new(call, differs.join(", "))]
    }

    fn removal(&self, _: &Description) -> Removal {
        Removal::by(Logs::DeleteMetricFilter(DeleteMetricFilter {
            log_group_name: self.group.clone(),
            filter_name: self.name.clone(),
        }))
    }
}

impl MetricFilter {
    /// What differs, in words. PutMetricFilter replaces the filter, so all that it loses is named.
    fn differences(&self, found: &Description) -> Vec<String> {
        let mut differs = Vec::new();
        if !self.patterns.contains(&found.pattern) {
            differs.push("pattern differs".to_owned());
        }
        if found.transformations != [self.transformation()] || found.by_dimension {
            differs.push("metric differs".to_owned());
        }
        let set = found.narrowed_by.iter();
        differs.extend(set.map(|parameter| format!("{parameter} is set")));
        differs
    }

    fn transformation(&self) -> (String, String, String) {
        (self.metric.clone(), self.namespace.clone(), "1".to_owned())
    }
}
