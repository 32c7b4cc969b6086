//! Alarms and dashboards.

use aws_sdk_cloudwatch::types::AlarmType;

use super::Reader;
use crate::aws::error::{Request, or_missing};
use crate::call::Tag;
use crate::call::cloudwatch::PutMetricAlarm;
use crate::error::CallError;

/// An alarm, as the service describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Alarm {
    /// Its settings, as a request would make them, without tags.
    pub settings: PutMetricAlarm,
    /// Whether these are all: no dimension or unit narrows its metric, and it watches no expression or percentile.
    pub plain: bool,
    /// `OK`, `ALARM` or `INSUFFICIENT_DATA`.
    pub state: String,
}

/// An alarm on the states of other alarms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompositeAlarm {
    /// Its name.
    pub name: String,
    /// What it says of other alarms, e.g. `ALARM("cpu") AND NOT OK(disk)`.
    pub rule: String,
}

impl CompositeAlarm {
    /// Whether its rule is about an alarm of this name or ARN, which has none of the characters that end a word there.
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
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn composite_alarms(&self, region: &str) -> Result<Vec<CompositeAlarm>, CallError> {
        let request = Request {
            service: "cloudwatch",
            operation: "DescribeAlarms",
            region,
            resource: "composite alarms",
        };
        let _permit = self.clients.permit(&request).await;
        let list = self.clients.cloudwatch(region).describe_alarms();
        let list = list.alarm_types(AlarmType::CompositeAlarm);
        let mut pages = list.into_paginator().send();
        let mut alarms = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| request.failed(error))?;
            alarms.extend(page.composite_alarms.unwrap_or_default());
        }
        let alarms = alarms.into_iter().map(|alarm| CompositeAlarm {
            name: alarm.alarm_name.unwrap_or_default(),
            rule: alarm.alarm_rule.unwrap_or_default(),
        });
        Ok(alarms.collect())
    }

    /// The metric alarms whose names begin like this.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn alarms(&self, region: &str, prefix: &str) -> Result<Vec<Alarm>, CallError> {
        let request = Request {
            service: "cloudwatch",
            operation: "DescribeAlarms",
            region,
            resource: prefix,
        };
        let _permit = self.clients.permit(&request).await;
        let list = self.clients.cloudwatch(region).describe_alarms();
        let mut pages = list.alarm_name_prefix(prefix).into_paginator().send();
        let mut alarms = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| request.failed(error))?;
            alarms.extend(page.metric_alarms.unwrap_or_default());
        }
        Ok(alarms.into_iter().map(Alarm::from).collect())
    }

    /// The tags of an alarm, by its ARN; none for an alarm that does not exist.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn alarm_tags(&self, region: &str, arn: &str) -> Result<Vec<Tag>, CallError> {
        let request = Request {
            service: "cloudwatch",
            operation: "ListTagsForResource",
            region,
            resource: arn,
        };
        let _permit = self.clients.permit(&request).await;
        let client = self.clients.cloudwatch(region);
        let answer = client.list_tags_for_resource().resource_arn(arn).send();
        let answer = answer.await.map_err(|error| request.failed(error));
        let missing = ["ResourceNotFound", "ResourceNotFoundException"];
        let tags = or_missing(answer, &missing)?.and_then(|answer| answer.tags);
        let tags = tags.into_iter().flatten().map(|tag| Tag {
            key: tag.key.unwrap_or_default(),
            value: tag.value.unwrap_or_default(),
        });
        Ok(tags.collect())
    }

    /// The body of a dashboard, JSON, if there is one of this name.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn dashboard(&self, region: &str, name: &str) -> Result<Option<String>, CallError> {
        let request = Request {
            service: "cloudwatch",
            operation: "GetDashboard",
            region,
            resource: name,
        };
        let _permit = self.clients.permit(&request).await;
        let client = self.clients.cloudwatch(region);
        let answer = client.get_dashboard().dashboard_name(name).send().await;
        let answer = answer.map_err(|error| request.failed(error));
        let missing = [
            "ResourceNotFound",
            "ResourceNotFoundException",
            "DashboardNotFoundError",
        ];
        Ok(or_missing(answer, &missing)?.and_then(|answer| answer.dashboard_body))
    }
}

impl From<aws_sdk_cloudwatch::types::MetricAlarm> for Alarm {
    fn from(alarm: aws_sdk_cloudwatch::types::MetricAlarm) -> Self {
        let narrowed = !alarm.dimensions().is_empty() || alarm.unit.is_some();
        let more = !alarm.metrics().is_empty()
            || alarm.extended_statistic.is_some()
            || alarm.threshold_metric_id.is_some()
            || alarm.evaluate_low_sample_count_percentile.is_some();
        Self {
            plain: !narrowed && !more,
            state: alarm
                .state_value
                .map(|state| state.as_str().to_owned())
                .unwrap_or_default(),
            settings: PutMetricAlarm {
                alarm_name: alarm.alarm_name.unwrap_or_default(),
                alarm_description: alarm.alarm_description.unwrap_or_default(),
                actions_enabled: alarm.actions_enabled.unwrap_or_default(),
                ok_actions: alarm.ok_actions.unwrap_or_default(),
                alarm_actions: alarm.alarm_actions.unwrap_or_default(),
                insufficient_data_actions: alarm.insufficient_data_actions.unwrap_or_default(),
                metric_name: alarm.metric_name.unwrap_or_default(),
                namespace: alarm.namespace.unwrap_or_default(),
                statistic: alarm
                    .statistic
                    .map(|statistic| statistic.as_str().to_owned())
                    .unwrap_or_default(),
                period: alarm.period.unwrap_or_default(),
                evaluation_periods: alarm.evaluation_periods.unwrap_or_default(),
                datapoints_to_alarm: alarm.datapoints_to_alarm.unwrap_or_default(),
                threshold: alarm.threshold.unwrap_or_default(),
                comparison_operator: alarm
                    .comparison_operator
                    .map(|operator| operator.as_str().to_owned())
                    .unwrap_or_default(),
                treat_missing_data: alarm.treat_missing_data.unwrap_or_default(),
                tags: Vec::new(),
            },
        }
    }
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
