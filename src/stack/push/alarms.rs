//! The alarms of the stack: Firehose fails to deliver, or is late.
//!
//! AWS recommends an alarm on data freshness above 15 minutes
//! (<https://docs.aws.amazon.com/firehose/latest/dev/firehose-cloudwatch-metrics-best-practices.html>), and says that
//! small drops of the success rate are no data loss, since Firehose retries
//! (<https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html>): so both take three
//! periods of five minutes in a row. Without events there are no values, which is no failure.

use super::context::Context;
use crate::aws::read::Alarm as AlarmState;
use crate::call::cloudwatch::{Dimension, PutMetricAlarm};
use crate::resource::alarm::{Alarm, Alarms};
use crate::resource::topic::Topic;

/// What is observed, and when the alarm is raised.
struct Condition {
    /// What the alarm's name ends with.
    end: &'static str,
    description: &'static str,
    metric: &'static str,
    statistic: &'static str,
    comparison: &'static str,
    threshold: f64,
}

const CONDITIONS: [Condition; 2] = [
    Condition {
        end: "failing",
        description: "Splunk does not take the events that Firehose delivers",
        metric: "DeliveryToSplunk.Success",
        statistic: "Average",
        comparison: "LessThanThreshold",
        threshold: 1.0,
    },
    Condition {
        end: "late",
        description: "Events wait too long for their delivery to Splunk",
        metric: "DeliveryToSplunk.DataFreshness",
        statistic: "Maximum",
        comparison: "GreaterThanThreshold",
        threshold: 900.0,
    },
];

impl<'a> Context<'a> {
    /// The alarms whose names begin like the stream's.
    pub fn alarm_list(&self) -> Alarms {
        let names = CONDITIONS.iter().map(|it| self.alarm_name(it));
        Alarms {
            only: Some(names.collect()),
            ..self.delivery.alarms(format!("{}-", self.name()))
        }
    }

    /// The topic of the stack alerts.
    pub fn topic(&self) -> Topic {
        let delivery = &self.delivery;
        Topic::of(
            delivery.topic_name(),
            delivery.topic_arn(),
            &delivery.region,
        )
    }

    /// The topic that the alarms notify: the one named, else what they notify already, else that of the stack alerts,
    /// if it exists.
    pub fn alarm_topic(&self) -> Option<String> {
        let mut found = self.alarms().into_iter().filter_map(|(_, found)| found);
        let kept = found.find_map(topic_of);
        let own = self.delivery.observed.of(&self.topic());
        let own = own.map(|_| self.delivery.topic_arn());
        self.options.alarm_topic.clone().or(kept).or(own)
    }

    fn alarm_name(&self, condition: &Condition) -> String {
        format!("{}-{}", self.name(), condition.end)
    }

    /// The names of the alarms, each with the alarm as it exists.
    pub fn alarms(&self) -> Vec<(String, Option<&'a AlarmState>)> {
        let found = self.delivery.observed.of(&self.alarm_list());
        let found = found.map_or(&[][..], Vec::as_slice);
        let alarm = |condition: &Condition| {
            let name = self.alarm_name(condition);
            let mut found = found.iter();
            let found = found.find(|alarm| alarm.settings.alarm_name == name);
            (name, found)
        };
        CONDITIONS.iter().map(alarm).collect()
    }

    /// The alarms as they should be, each with the alarm as it exists.
    pub fn wanted_alarms(&self) -> Vec<(Alarm, Option<AlarmState>)> {
        let topic: Vec<String> = self.alarm_topic().into_iter().collect();
        let alarms = self.alarms().into_iter().zip(&CONDITIONS);
        let alarm = |((name, found), condition): ((String, Option<&AlarmState>), &Condition)| {
            let group = self.own_log_group().name;
            let wanted = Alarm {
                region: self.delivery.region.clone(),
                arn: self.delivery.alarm_arn(&name),
                settings: PutMetricAlarm {
                    alarm_name: name,
                    alarm_description: format!("{}; errors are in {group}", condition.description),
                    actions_enabled: true,
                    ok_actions: topic.clone(),
                    alarm_actions: topic.clone(),
                    insufficient_data_actions: Vec::new(),
                    metric_name: condition.metric.to_owned(),
                    namespace: "AWS/Firehose".to_owned(),
                    dimensions: vec![Dimension {
                        name: "DeliveryStreamName".to_owned(),
                        value: self.name(),
                    }],
                    statistic: condition.statistic.to_owned(),
                    period: 300,
                    evaluation_periods: 3,
                    datapoints_to_alarm: 3,
                    threshold: condition.threshold,
                    comparison_operator: condition.comparison.to_owned(),
                    treat_missing_data: "notBreaching".to_owned(),
                    tags: self.delivery.options.tags.clone(),
                },
                threshold: None,
                period: None,
            };
            (wanted, found.cloned())
        };
        alarms.map(alarm).collect()
    }
}

/// The topic that an alarm notifies.
fn topic_of(alarm: &AlarmState) -> Option<String> {
    let mut actions = alarm.settings.alarm_actions.iter();
    actions.find(|arn| arn.contains(":sns:")).cloned()
}
