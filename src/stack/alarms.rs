//! What the alarms of several stacks share: conditions on metrics, the topic that is notified, and the composite alarms
//! that use them.

use super::Scheme;
use super::observed::Observed;
use crate::aws::read::{Alarm as AlarmState, CompositeAlarm, Subscription as Subscriber};
use crate::call::Tag;
use crate::call::cloudwatch::{Dimension, PutMetricAlarm};
use crate::error::{Error, Result};
use crate::policy::{Principal as To, Statement};
use crate::resource::alarm::{Alarm, Alarms, CompositeAlarms};
use crate::resource::subscription::{Endpoint, Subscription, is_pending};
use crate::resource::topic::{Topic, TopicExists};

/// What is observed of a metric, and when the alarm is raised. All take periods of five minutes.
pub struct Condition {
    /// What the alarm's name ends with.
    pub end: &'static str,
    pub description: &'static str,
    /// `AWS/Firehose`, `AWS/Kinesis`.
    pub namespace: &'static str,
    /// The dimension whose value is the name of what is watched.
    pub dimension: &'static str,
    pub metric: &'static str,
    pub statistic: &'static str,
    pub comparison: &'static str,
    pub threshold: f64,
    /// How many periods in a row.
    pub periods: i32,
}

/// Where alarms are, and what is known there.
pub struct AlarmPlace<'a> {
    pub scheme: &'a Scheme,
    pub observed: &'a Observed,
    pub region: &'a str,
    pub tags: &'a [Tag],
}

/// An alarm on one condition: its name, the name of what is watched, and the alarm as it exists.
pub struct Watching<'a> {
    pub name: String,
    pub condition: &'static Condition,
    pub watched: String,
    pub found: Option<&'a AlarmState>,
}

impl<'a> AlarmPlace<'a> {
    /// The ARN of an alarm.
    pub fn alarm_arn(&self, alarm: &str) -> String {
        let resource = format!("alarm:{alarm}");
        self.scheme.arn("cloudwatch", self.region, &resource)
    }

    /// The alarms whose names begin like this, those of others included.
    pub fn alarms(&self, prefix: String) -> Alarms {
        Alarms {
            only: None,
            region: self.region.to_owned(),
            arn_prefix: self.alarm_arn(""),
            tagged: !self.tags.is_empty(),
            prefix,
        }
    }

    /// The alarms of a list, each on a condition, with the name of what is watched.
    pub fn watching(
        &self,
        list: &Alarms,
        conditions: impl Iterator<Item = (&'static Condition, String)>,
    ) -> Vec<Watching<'a>> {
        let found = self.observed.of(list).map_or(&[][..], Vec::as_slice);
        let alarm = |(condition, watched): (&'static Condition, String)| {
            let name = format!("{}{}", list.prefix, condition.end);
            let mut found = found.iter();
            let found = found.find(|alarm| alarm.settings.alarm_name == name);
            Watching {
                name,
                condition,
                watched,
                found,
            }
        };
        conditions.map(alarm).collect()
    }

    /// An alarm as it should be; `group` is the log group of errors.
    pub fn alarm(&self, watching: &Watching<'_>, topic: &Option<String>, group: &str) -> Alarm {
        let condition = watching.condition;
        let topic: Vec<String> = topic.iter().cloned().collect();
        Alarm {
            region: self.region.to_owned(),
            arn: self.alarm_arn(&watching.name),
            settings: PutMetricAlarm {
                alarm_name: watching.name.clone(),
                alarm_description: format!("{}; errors are in {group}", condition.description),
                actions_enabled: true,
                ok_actions: topic.clone(),
                alarm_actions: topic,
                insufficient_data_actions: Vec::new(),
                metric_name: condition.metric.to_owned(),
                namespace: condition.namespace.to_owned(),
                dimensions: vec![Dimension {
                    name: condition.dimension.to_owned(),
                    value: watching.watched.clone(),
                }],
                statistic: condition.statistic.to_owned(),
                period: 300,
                evaluation_periods: condition.periods,
                datapoints_to_alarm: condition.periods,
                threshold: condition.threshold,
                comparison_operator: condition.comparison.to_owned(),
                treat_missing_data: "notBreaching".to_owned(),
                tags: self.tags.to_vec(),
            },
            threshold: None,
            period: None,
        }
    }

    /// A topic that alarms of this account may notify.
    pub fn topic(&self, name: String) -> Topic {
        let arn = self.scheme.arn("sns", self.region, &name);
        let publishes = Statement::allow(
            self.scheme.sid("CloudWatchAlarmsPublish"),
            ["SNS:Publish"],
            [arn.as_str()],
        );
        let publishes = publishes.to(To::services(["cloudwatch.amazonaws.com"]));
        let account = [&self.scheme.account];
        Topic {
            publisher: "CloudWatch",
            statements: vec![publishes.when("StringEquals", "aws:SourceAccount", account)],
            tags: self.tags.to_vec(),
            ..Topic::of(name, arn, self.region)
        }
    }

    /// The subscription of an address to such a topic.
    pub fn email(&self, topic: &str, address: &str) -> Subscription {
        Subscription {
            name: format!("{topic}/{address}"),
            topic_arn: self.scheme.arn("sns", self.region, topic),
            region: self.region.to_owned(),
            endpoint: Endpoint::Email(address.to_owned()),
        }
    }

    /// A topic that an option names.
    pub(crate) fn named_topic(&self, arn: &Option<String>) -> Option<TopicExists> {
        let arn = arn.clone()?;
        let region = self.region.to_owned();
        Some(TopicExists { arn, region })
    }

    /// Checks that a topic that an option names exists.
    ///
    /// # Errors
    /// When it is missing, with what the default is.
    pub fn check_topic(&self, arn: &Option<String>, default: &str) -> Result<()> {
        let missing = self.named_topic(arn);
        match missing.filter(|topic| self.observed.of(topic) == Some(&false)) {
            Some(topic) => {
                Err(Error::failed(format!("the topic {} is missing", topic.arn)).hint(default))
            }
            None => Ok(()),
        }
    }

    /// The composite alarms of the region, those of others included.
    pub fn composite_alarms(&self) -> CompositeAlarms {
        CompositeAlarms {
            region: self.region.to_owned(),
        }
    }

    /// Checks that these alarms can be deleted: CloudWatch deletes none of the alarms of a request while a composite
    /// alarm uses one.
    ///
    /// # Errors
    /// With the composite alarms, and what they use.
    pub fn check_unused(&self, deleted: &[&str]) -> Result<()> {
        let uses = |composite: &CompositeAlarm| {
            let used = deleted.iter().copied();
            let used =
                used.filter(|name| composite.uses(name) || composite.uses(&self.alarm_arn(name)));
            let used: Vec<&str> = used.collect();
            (!used.is_empty()).then(|| format!("{} uses {}", composite.name, used.join(", ")))
        };
        let composites = self.observed.of(&self.composite_alarms());
        let composites = composites.into_iter().flatten();
        let used: Vec<String> = composites.filter_map(uses).collect();
        if used.is_empty() {
            return Ok(());
        }
        let message = format!(
            "CloudWatch deletes no alarm that a composite alarm uses: {}",
            used.join("; ")
        );
        Err(Error::failed(message).hint(format!(
            "remove them from its rule (`aws cloudwatch put-composite-alarm --region {}`), or delete the composite alarm first",
            self.region
        )))
    }
}

/// The topic that any of these alarms notifies.
pub fn notified(alarms: &[Watching<'_>]) -> Option<String> {
    let mut found = alarms.iter().filter_map(|alarm| alarm.found);
    found.find_map(|alarm| {
        let mut actions = alarm.settings.alarm_actions.iter();
        actions.find(|arn| arn.contains(":sns:")).cloned()
    })
}

/// So many alarms in words, and what they notify.
pub fn summary(count: usize, topic: Option<String>) -> String {
    match topic.as_deref().and_then(|arn| arn.rsplit(':').next()) {
        Some(topic) => format!("{count}, which notify {topic}"),
        None => format!("{count}, which notify no topic"),
    }
}

/// What a topic that an option names must allow.
pub fn note_of_topic(arn: &str) -> String {
    format!(
        "the topic {arn} is not changed: its policy must allow cloudwatch.amazonaws.com to publish"
    )
}

/// What is said of addresses whose subscriptions do not count yet.
pub fn note_of_unconfirmed(addresses: &[String], found: &[Subscriber]) -> Option<String> {
    let counts = |address: &&String| {
        let mut found = found.iter();
        found.any(|found| found.endpoint == **address && !is_pending(found))
    };
    let pending = addresses.iter().filter(|address| !counts(address));
    let pending = pending.map(String::as_str);
    let pending: Vec<&str> = pending.collect();
    (!pending.is_empty()).then(|| {
        let pending = pending.join(", ");
        format!("{pending} must confirm the subscription with the link in the email")
    })
}

/// What is said of subscriptions that are deleted with their topic.
pub fn note_of_subscribers(found: &[Subscriber]) -> Option<String> {
    let subscribers: Vec<&str> = found.iter().map(|found| found.endpoint.as_str()).collect();
    (!subscribers.is_empty()).then(|| {
        let subscribers = subscribers.join(", ");
        format!("the topic's subscriptions are deleted with it: {subscribers}")
    })
}
