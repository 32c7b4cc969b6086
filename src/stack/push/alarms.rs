//! The alarms of the stack: Firehose fails to deliver, or is late.
//!
//! AWS recommends an alarm on data freshness above 15 minutes
//! (<https://docs.aws.amazon.com/firehose/latest/dev/firehose-cloudwatch-metrics-best-practices.html>), and says that
//! small drops of the success rate are no data loss, since Firehose retries
//! (<https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html>): so both take three
//! periods of five minutes in a row. Without events there are no values, which is no failure.

use super::context::Context;
use crate::aws::read::Alarm as AlarmState;
use crate::resource::alarm::{Alarm, Alarms};
use crate::resource::topic::Topic;
use crate::stack::alarms::{Condition, Watching, notified};

/// The conditions on a delivery stream to Splunk.
pub const CONDITIONS: [Condition; 2] = [
    Condition {
        end: "failing",
        description: "Splunk does not take the events that Firehose delivers",
        namespace: "AWS/Firehose",
        dimension: "DeliveryStreamName",
        metric: "DeliveryToSplunk.Success",
        statistic: "Average",
        comparison: "LessThanThreshold",
        threshold: 1.0,
        periods: 3,
    },
    Condition {
        end: "late",
        description: "Events wait too long for their delivery to Splunk",
        namespace: "AWS/Firehose",
        dimension: "DeliveryStreamName",
        metric: "DeliveryToSplunk.DataFreshness",
        statistic: "Maximum",
        comparison: "GreaterThanThreshold",
        threshold: 900.0,
        periods: 3,
    },
];

impl Context<'_> {
    /// The alarms whose names begin like the stream's.
    pub fn alarm_list(&self) -> Alarms {
        let names = CONDITIONS.iter();
        let names = names.map(|condition| format!("{}-{}", self.name(), condition.end));
        let place = self.delivery.alarm_place();
        Alarms {
            only: Some(names.collect()),
            ..place.alarms(format!("{}-", self.name()))
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
        let kept = notified(&self.alarms());
        let own = self.delivery.observed.of(&self.topic());
        let own = own.map(|_| self.delivery.topic_arn());
        self.options.alarm_topic.clone().or(kept).or(own)
    }

    /// The alarms, each as it exists.
    pub fn alarms(&self) -> Vec<Watching<'_>> {
        let conditions = CONDITIONS.iter().map(|it| (it, self.name()));
        let place = self.delivery.alarm_place();
        place.watching(&self.alarm_list(), conditions)
    }

    /// The alarms as they should be, each with the alarm as it exists.
    pub fn wanted_alarms(&self) -> Vec<(Alarm, Option<AlarmState>)> {
        let (topic, group) = (self.alarm_topic(), self.own_log_group().name);
        let place = self.delivery.alarm_place();
        let alarms = self.alarms().into_iter();
        let alarms = alarms.map(|one| (place.alarm(&one, &topic, &group), one.found.cloned()));
        alarms.collect()
    }
}
