//! Alarms and dashboards.

use aws_sdk_cloudwatch::types::AlarmType;

use super::Reader;
use crate::aws::error::Request;
use crate::call::Tag;
use crate::call::cloudwatch::{Dimension, PutMetricAlarm};
use crate::error::CallResult;

const MISSING: [&str; 3] = [
    "ResourceNotFound",
    "ResourceNotFoundException",
    "DashboardNotFoundError",
];

/// A metric alarm.
#[derive(Clone, Debug, PartialEq)]
pub struct Alarm {
    /// Its settings, as the request that creates it; tags are read on their own.
    pub settings: PutMetricAlarm,
    /// Whether these are all its settings: it has no unit, metric expression or percentile.
    pub plain: bool,
    /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
    pub state: String,
}

/// An alarm on the states of other alarms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompositeAlarm {
    /// Its name.
    pub name: String,
    /// Its condition on other alarms, e.g. `ALARM("cpu") AND NOT OK(disk)`.
    pub rule: String,
}

impl CompositeAlarm {
    /// Whether its rule names an alarm by this name or ARN, which has none of the characters that end a word there.
    ///
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html>
    pub fn uses(&self, alarm: &str) -> bool {
        let mut words = self
            .rule
            .split(|c: char| c.is_whitespace() || "(),\"".contains(c));
        words.any(|word| word == alarm)
    }
}

impl Reader {
    /// All composite alarms of a region.
    pub async fn composite_alarms(&self, region: &str) -> CallResult<Vec<CompositeAlarm>> {
        let request = Request::new("cloudwatch", "DescribeAlarms", region, "composite alarms");
        let list = self.clients.cloudwatch(region).describe_alarms();
        let list = list.alarm_types(AlarmType::CompositeAlarm);
        let pages = list.into_paginator().send().try_collect();
        let pages = self.clients.send(request, pages).await?.into_iter();
        let alarms = pages.flat_map(|page| page.composite_alarms.unwrap_or_default());
        let alarms = alarms.map(|alarm| CompositeAlarm {
            name: alarm.alarm_name.unwrap_or_default(),
            rule: alarm.alarm_rule.unwrap_or_default(),
        });
        Ok(alarms.collect())
    }

    /// The metric alarms whose names begin with `prefix`.
    pub async fn alarms(&self, region: &str, prefix: &str) -> CallResult<Vec<Alarm>> {
        let request = Request::new("cloudwatch", "DescribeAlarms", region, prefix);
        let list = self.clients.cloudwatch(region).describe_alarms();
        let list = list.alarm_name_prefix(prefix);
        let pages = list.into_paginator().send().try_collect();
        let pages = self.clients.send(request, pages).await?.into_iter();
        let alarms = pages.flat_map(|page| page.metric_alarms.unwrap_or_default());
        Ok(alarms.map(Alarm::from).collect())
    }

    /// The tags of an alarm, by its ARN; none for an alarm that does not exist.
    pub async fn alarm_tags(&self, region: &str, arn: &str) -> CallResult<Vec<Tag>> {
        let request = Request::new("cloudwatch", "ListTagsForResource", region, arn);
        let list = self.clients.cloudwatch(region).list_tags_for_resource();
        let list = list.resource_arn(arn);
        let answer = self.find(request, list.send(), &MISSING).await?;
        let tags = answer.and_then(|answer| answer.tags).unwrap_or_default();
        let tags = tags.into_iter().map(|tag| Tag {
            key: tag.key.unwrap_or_default(),
            value: tag.value.unwrap_or_default(),
        });
        Ok(tags.collect())
    }

    /// The body of a dashboard, JSON, if there is one of this name.
    pub async fn dashboard(&self, region: &str, name: &str) -> CallResult<Option<String>> {
        let request = Request::new("cloudwatch", "GetDashboard", region, name);
        let get = self.clients.cloudwatch(region).get_dashboard();
        let get = get.dashboard_name(name);
        let answer = self.find(request, get.send(), &MISSING).await?;
        Ok(answer.and_then(|answer| answer.dashboard_body))
    }
}

impl From<aws_sdk_cloudwatch::types::MetricAlarm> for Alarm {
    fn from(alarm: aws_sdk_cloudwatch::types::MetricAlarm) -> Self {
        let dimension = |dimension: aws_sdk_cloudwatch::types::Dimension| Dimension {
            name: dimension.name.unwrap_or_default(),
            value: dimension.value.unwrap_or_default(),
        };
        let more = alarm.unit.is_some()
            || !alarm.metrics().is_empty()
            || alarm.extended_statistic.is_some()
            || alarm.threshold_metric_id.is_some()
            || alarm.evaluate_low_sample_count_percentile.is_some();
        let dimensions = alarm.dimensions.unwrap_or_default();
        let dimensions = dimensions.into_iter().map(dimension);
        Self {
            plain: !more,
            state: word(alarm.state_value),
            settings: PutMetricAlarm {
                alarm_name: alarm.alarm_name.unwrap_or_default(),
                alarm_description: alarm.alarm_description.unwrap_or_default(),
                actions_enabled: alarm.actions_enabled.unwrap_or_default(),
                ok_actions: alarm.ok_actions.unwrap_or_default(),
                alarm_actions: alarm.alarm_actions.unwrap_or_default(),
                insufficient_data_actions: alarm.insufficient_data_actions.unwrap_or_default(),
                metric_name: alarm.metric_name.unwrap_or_default(),
                namespace: alarm.namespace.unwrap_or_default(),
                dimensions: dimensions.collect(),
                statistic: word(alarm.statistic),
                period: alarm.period.unwrap_or_default(),
                evaluation_periods: alarm.evaluation_periods.unwrap_or_default(),
                datapoints_to_alarm: alarm.datapoints_to_alarm.unwrap_or_default(),
                threshold: alarm.threshold.unwrap_or_default(),
                comparison_operator: word(alarm.comparison_operator),
                treat_missing_data: alarm.treat_missing_data.unwrap_or_default(),
                tags: Vec::new(),
            },
        }
    }
}

/// One of a set of words; empty where the answer has none.
fn word(word: Option<impl AsRef<str>>) -> String {
    word.map_or_else(String::new, |word| word.as_ref().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_names_alarms_with_and_without_quotes_and_by_arn() {
        let arn = "arn:aws:cloudwatch:us-west-2:123456789012:alarm:c";
        let composite = CompositeAlarm {
            name: "all".to_owned(),
            rule: format!("(ALARM(\"a\") OR ALARM(b-2)) AND NOT OK(\"{arn}\")"),
        };
        for used in ["a", "b-2", arn] {
            assert!(composite.uses(used), "{used}");
        }
        for other in ["b", "c", "2"] {
            assert!(!composite.uses(other), "{other}");
        }
    }
}
