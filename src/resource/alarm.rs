//! Metric alarms of CloudWatch.

use super::{Operations, lacking};
use crate::aws::read::Alarm as Found;
use crate::call::Tag;
use crate::call::cloudwatch::{CloudWatch, DeleteAlarms, PutMetricAlarm, TagResource};
use crate::plan::Step;

/// What reading, making and deleting alarms takes.
pub const OPERATIONS: Operations = Operations {
    service: "cloudwatch",
    reads: &["DescribeAlarms"],
    tag_reads: &["ListTagsForResource"],
    changes: &["PutMetricAlarm", "TagResource"],
    removals: &["DeleteAlarms"],
};

const KIND: &str = "alarm";

/// How many actions an alarm can take in each state:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html>.
pub const MOST_ACTIONS: usize = 5;

/// How many alarms one request can delete.
pub const NAMES_AT_ONCE: usize = 100;

/// An alarm as it should be: it goes off when a sum reaches a threshold within one period.
#[derive(Clone, Debug)]
pub struct Alarm {
    /// The alarm's name.
    pub name: String,
    /// The alarm's region.
    pub region: String,
    /// The alarm's ARN.
    pub arn: String,
    /// What happened and where to look, at most 1,024 characters.
    pub description: String,
    /// The metric's name.
    pub metric: String,
    /// The metric's namespace.
    pub namespace: String,
    /// The threshold of a new alarm.
    pub new_threshold: f64,
    /// The threshold of any alarm; nothing leaves it as found.
    pub threshold: Option<f64>,
    /// The period of a new alarm, in seconds.
    pub new_period: i32,
    /// The period of any alarm, in seconds; nothing leaves it as found.
    pub period: Option<i32>,
    /// ARN of the topic that is told of its going off and of its end. Others that are told stay.
    pub topic: String,
    /// Tags the alarm must bear, among others.
    pub tags: Vec<Tag>,
}

impl Alarm {
    /// The steps that make the alarm as it should be; `tags` are those found, when they were asked for.
    pub fn changes(&self, found: Option<&Found>, tags: &[Tag]) -> Vec<Step> {
        let Some(found) = found else {
            let call = CloudWatch::PutMetricAlarm(PutMetricAlarm {
                tags: self.tags.clone(),
                ..self.wanted(None)
            });
            return vec![self.step(call, "alarm is missing".to_owned())];
        };
        let mut steps = Vec::new();
        let wanted = self.wanted(Some(&found.settings));
        if wanted != found.settings || !found.plain {
            let differs = differences(found, &wanted).join(", ");
            steps.push(self.step(CloudWatch::PutMetricAlarm(wanted), differs));
        }
        let lacking = lacking(&self.tags, tags);
        if !lacking.is_empty() {
            let call = CloudWatch::TagResource(TagResource {
                resource_arn: self.arn.clone(),
                tags: lacking,
            });
            steps.push(self.step(call, "tags are missing".to_owned()));
        }
        steps
    }

    /// The state in which the alarm would take more actions than it can, beside those found.
    pub fn overfull(&self, found: &Found) -> Option<&'static str> {
        let wanted = self.wanted(Some(&found.settings));
        let states = [("ALARM", wanted.alarm_actions), ("OK", wanted.ok_actions)];
        let mut overfull = states
            .iter()
            .filter(|(_, actions)| actions.len() > MOST_ACTIONS);
        overfull.next().map(|(state, _)| *state)
    }

    fn wanted(&self, found: Option<&PutMetricAlarm>) -> PutMetricAlarm {
        let told = |found: Option<&Vec<String>>| {
            let mut topics = found.cloned().unwrap_or_default();
            if !topics.contains(&self.topic) {
                topics.push(self.topic.clone());
            }
            topics
        };
        let threshold = self.threshold.or(found.map(|found| found.threshold));
        let period = self.period.or(found.map(|found| found.period));
        PutMetricAlarm {
            alarm_name: self.name.clone(),
            alarm_description: self.description.clone(),
            actions_enabled: true,
            ok_actions: told(found.map(|found| &found.ok_actions)),
            alarm_actions: told(found.map(|found| &found.alarm_actions)),
            insufficient_data_actions: found
                .map(|found| found.insufficient_data_actions.clone())
                .unwrap_or_default(),
            metric_name: self.metric.clone(),
            namespace: self.namespace.clone(),
            statistic: "Sum".to_owned(),
            period: period.unwrap_or(self.new_period),
            evaluation_periods: 1,
            datapoints_to_alarm: 1,
            threshold: threshold.unwrap_or(self.new_threshold),
            comparison_operator: "GreaterThanOrEqualToThreshold".to_owned(),
            treat_missing_data: "notBreaching".to_owned(),
            tags: Vec::new(),
        }
    }

    fn step(&self, call: CloudWatch, reason: String) -> Step {
        Step::new(KIND, &self.name, &self.region, call, reason)
    }
}

/// What differs, in words.
fn differences(found: &Found, wanted: &PutMetricAlarm) -> Vec<&'static str> {
    let Found {
        settings: found,
        plain,
        ..
    } = found;
    let evaluation = |alarm: &PutMetricAlarm| {
        let statistic = alarm.statistic.clone();
        let periods = (alarm.evaluation_periods, alarm.datapoints_to_alarm);
        (
            statistic,
            periods,
            alarm.comparison_operator.clone(),
            alarm.treat_missing_data.clone(),
        )
    };
    let metric = |alarm: &PutMetricAlarm| (alarm.metric_name.clone(), alarm.namespace.clone());
    let told = |alarm: &PutMetricAlarm| (alarm.alarm_actions.clone(), alarm.ok_actions.clone());
    let differs = [
        (
            metric(found) != metric(wanted) || !plain,
            "metric is another",
        ),
        (!found.actions_enabled, "actions are switched off"),
        (told(found) != told(wanted), "topic is not told"),
        (
            evaluation(found) != evaluation(wanted),
            "evaluation is another",
        ),
        (
            found.threshold.total_cmp(&wanted.threshold).is_ne(),
            "threshold is another",
        ),
        (found.period != wanted.period, "period is another"),
        (
            found.alarm_description != wanted.alarm_description,
            "description is another",
        ),
    ];
    differs
        .into_iter()
        .filter_map(|(differs, words)| differs.then_some(words))
        .collect()
}

/// The step that deletes alarms, at most 100, at once.
pub fn removal(names: Vec<String>, scheme: &str, region: &str, reason: &str) -> Vec<Step> {
    if names.is_empty() {
        return Vec::new();
    }
    let call = CloudWatch::DeleteAlarms(DeleteAlarms { alarm_names: names });
    vec![Step::new(KIND, scheme, region, call, reason)]
}
