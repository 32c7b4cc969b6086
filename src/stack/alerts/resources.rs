//! The resources that should exist, given what is observed.
//!
//! The rule behind every line: an option that was not given never changes what exists.

use super::context::Context;
use crate::alerts::Alert;
use crate::aws::read::Alarm as AlarmState;
use crate::call::cloudwatch::PutMetricAlarm;
use crate::resource::alarm::Alarm;
use crate::resource::metric_filter::MetricFilter;
use crate::resource::subscription::Subscription;
use crate::resource::topic::Topic;

impl<'a> Context<'a> {
    /// ARN of the topic that is named, else the one that most alarms notify where there is none of the scheme, else the
    /// scheme's.
    pub fn topic_arn(&self) -> String {
        let own = self.delivery.topic_arn();
        let undecided = self.options.emails.is_empty() && self.topic_state().is_none();
        let others = self.most_notified().filter(|arn| undecided && *arn != own);
        let chosen = self.options.topic_arn.clone().or(others.map(str::to_owned));
        chosen.unwrap_or(own)
    }

    fn most_notified(&self) -> Option<&'a str> {
        let alarms = self.alarms().into_iter();
        let topics = alarms.flat_map(|alarm| &alarm.settings.alarm_actions);
        let topics: Vec<&String> = topics.collect();
        let times = |arn: &String| topics.iter().filter(|other| **other == arn).count();
        let most = topics.iter().max_by_key(|arn| (times(arn), **arn));
        most.map(|arn| arn.as_str())
    }

    /// Whether alarms notify the scheme's own topic.
    pub fn has_own_topic(&self) -> bool {
        self.topic_arn() == self.delivery.topic_arn()
    }

    /// The scheme's topic.
    pub fn topic(&self) -> Topic {
        let place = self.delivery.alarm_place();
        place.topic(self.delivery.topic_name())
    }

    /// The subscription of an address.
    pub fn email(&self, address: &str) -> Subscription {
        let place = self.delivery.alarm_place();
        place.email(&self.delivery.topic_name(), address)
    }

    /// The metric filter of an alert.
    pub fn metric_filter(&self, alert: &Alert) -> MetricFilter {
        MetricFilter {
            patterns: self.options.catalogue.patterns(alert),
            metric: alert.name.clone(),
            ..self.existing_filter(&self.named(&alert.name))
        }
    }

    /// A metric filter by its name alone, to be deleted.
    pub fn existing_filter(&self, name: &str) -> MetricFilter {
        MetricFilter {
            name: name.to_owned(),
            group: self.delivery.group.clone(),
            group_arn: self.delivery.group_arn(),
            region: self.delivery.region.clone(),
            patterns: Vec::new(),
            metric: String::new(),
            namespace: self.delivery.scheme.base(),
        }
    }

    /// The alarm of an alert: on a sum that reaches a threshold within one period.
    pub fn alarm_of(&self, alert: &Alert) -> Alarm {
        let (name, wanted) = (self.named(&alert.name), &self.options.catalogue);
        let (threshold, period) = (f64::from(alert.threshold), seconds(alert));
        Alarm {
            region: self.delivery.region.clone(),
            arn: self.delivery.alarm_arn(&name),
            settings: PutMetricAlarm {
                alarm_name: name,
                alarm_description: alert.description(),
                actions_enabled: true,
                ok_actions: vec![self.topic_arn()],
                alarm_actions: vec![self.topic_arn()],
                insufficient_data_actions: Vec::new(),
                metric_name: alert.name.clone(),
                namespace: self.delivery.scheme.base(),
                dimensions: Vec::new(),
                statistic: "Sum".to_owned(),
                period,
                evaluation_periods: 1,
                datapoints_to_alarm: 1,
                threshold,
                comparison_operator: "GreaterThanOrEqualToThreshold".to_owned(),
                treat_missing_data: "notBreaching".to_owned(),
                tags: self.delivery.options.tags.clone(),
            },
            threshold: wanted.is_threshold_given(alert).then_some(threshold),
            period: wanted.is_period_given(alert).then_some(period),
        }
    }

    /// An alarm as it is, to be shown or deleted.
    pub fn existing_alarm(&self, found: &AlarmState) -> Alarm {
        Alarm {
            region: self.delivery.region.clone(),
            arn: self.delivery.alarm_arn(&found.settings.alarm_name),
            settings: found.settings.clone(),
            threshold: None,
            period: None,
        }
    }
}

/// A period in seconds, as CloudWatch takes it; a day at most.
pub fn seconds(alert: &Alert) -> i32 {
    i32::try_from(alert.period).unwrap_or(i32::MAX)
}
