//! Metric alarms of CloudWatch.

use futures::future::try_join_all;
use serde_json::json;

use super::{Change, Fact, Id, Removal, Resource, if_wanted, lacking};
use crate::aws::Reader;
use crate::aws::read::{Alarm as Description, CompositeAlarm};
use crate::call::cloudwatch::{CloudWatch, DeleteAlarms, PutMetricAlarm, TagResource};
use crate::call::passing::{MINUTE, NONE, SHORT, Wait, Write::Here, after, always};
use crate::call::rule::Rule;
use crate::call::settled::Proof;
use crate::call::{Call, Kind};
use crate::error::{CallError, Error, Result};

/// Alarms.
pub static KIND: Kind = Kind {
    reads: &["DescribeAlarms"],
    tag_reads: &["ListTagsForResource"],
    changes: &["PutMetricAlarm", "TagResource"],
    removals: &["DeleteAlarms"],
    passing: PASSING,
    settled: SETTLED,
    merge: Some(delete_together),
    ..Kind::new("alarm", "cloudwatch")
};

#[rustfmt::skip]
pub(super) const PASSING: &[Rule<Wait>] = &[
    Rule::of(&["TagResource"], &["ResourceNotFoundException"],
        after(MINUTE, NONE, &[Here("cloudwatch:PutMetricAlarm")])),
    Rule::of(&[], &["ConflictException", "ConcurrentModificationException"],
        always(SHORT)),
];

#[rustfmt::skip]
pub(super) const SETTLED: &[Rule<Proof>] = &[
    Rule::of(&["DeleteAlarms", "DeleteDashboards"],
        &["ResourceNotFound", "ResourceNotFoundException", "DashboardNotFoundError"], Proof::Done),
];

/// How many actions an alarm can take in each state:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html>.
const ACTION_LIMIT: usize = 5;

/// How many alarms one request can delete:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html>.
const NAME_LIMIT: usize = 100;

/// An alarm.
#[derive(Clone, Debug)]
pub struct Alarm {
    /// Its settings, as a request creates it. Further actions of one that exists stay, and so do its tags.
    pub settings: PutMetricAlarm,
    /// The alarm's region.
    pub region: String,
    /// The alarm's ARN.
    pub arn: String,
    /// The threshold of one that exists; nothing leaves it as found.
    pub threshold: Option<f64>,
    /// The period of one that exists, in seconds; nothing leaves it as found.
    pub period: Option<i32>,
}

/// The alarms of a region whose names begin alike: a data source.
#[derive(Clone, Debug)]
pub struct Alarms {
    /// The region.
    pub region: String,
    /// What the names begin with.
    pub prefix: String,
    /// Which of them, if not all.
    pub only: Option<Vec<String>>,
    /// What the ARNs begin with, before the name.
    pub arn_prefix: String,
    /// Whether to read their tags.
    pub tagged: bool,
}

impl Resource for Alarms {
    type Observed = Vec<Description>;

    fn id(&self) -> Id<'_> {
        Id::new(&LIST, &self.region, &self.prefix)
    }

    async fn read(&self, reader: &Reader) -> Result<Option<Vec<Description>>, CallError> {
        let found = reader.alarms(&self.region, &self.prefix).await?;
        let is_wanted = |alarm: &Description| {
            let name = &alarm.settings.alarm_name;
            self.only.as_ref().is_none_or(|names| names.contains(name))
        };
        let alarms = found.into_iter().filter(is_wanted).map(async |mut alarm| {
            let arn = format!("{}{}", self.arn_prefix, alarm.settings.alarm_name);
            let tags = reader.alarm_tags(&self.region, &arn);
            alarm.settings.tags = if_wanted(self.tagged, tags).await?;
            Ok(alarm)
        });
        try_join_all(alarms).await.map(Some)
    }
}

static LIST: Kind = Kind::new("alarms", "cloudwatch");

/// The composite alarms of a region, whose rules may use an alarm: a data source.
#[derive(Clone, Debug)]
pub struct CompositeAlarms {
    /// The region.
    pub region: String,
}

static COMPOSITES: Kind = Kind::new("composite-alarms", "cloudwatch");

impl Resource for CompositeAlarms {
    type Observed = Vec<CompositeAlarm>;

    fn id(&self) -> Id<'_> {
        Id::new(&COMPOSITES, &self.region, "")
    }

    async fn read(&self, reader: &Reader) -> Result<Option<Vec<CompositeAlarm>>, CallError> {
        reader.composite_alarms(&self.region).await.map(Some)
    }
}

impl Resource for Alarm {
    type Observed = Description;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.settings.alarm_name)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.arn.clone()]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<Description>, CallError> {
        let name = &self.settings.alarm_name;
        let list = Alarms {
            only: Some(vec![name.clone()]),
            region: self.region.clone(),
            prefix: name.clone(),
            arn_prefix: self.arn.strip_suffix(name).unwrap_or_default().to_owned(),
            tagged: !self.settings.tags.is_empty(),
        };
        let mut found = list.read(reader).await?.unwrap_or_default().into_iter();
        Ok(found.find(|alarm| alarm.settings.alarm_name == *name))
    }

    fn refusal(&self, observed: Option<&Description>) -> Result<()> {
        let Some(Description { settings, .. }) = observed else {
            return Ok(());
        };
        let wanted = self.wanted(settings);
        let states = [("ALARM", wanted.alarm_actions), ("OK", wanted.ok_actions)];
        let mut states = states.iter();
        let Some((state, _)) = states.find(|(_, actions)| actions.len() > ACTION_LIMIT) else {
            return Ok(());
        };
        let (name, topics) = (&wanted.alarm_name, self.settings.alarm_actions.join(", "));
        let message = format!(
            "the alarm {name} has {ACTION_LIMIT} actions for the state {state}, which is the limit, and none is {topics}"
        );
        Err(Error::failed(message)
            .hint("remove one action of the alarm in CloudWatch")
            .hint("--topic-arn, or --alarm-topic of the stacks push and central, names one of its topics instead, if all alarms have it"))
    }

    fn changes(&self, observed: Option<&Description>) -> Vec<Change> {
        let Some(observed) = observed else {
            let call = CloudWatch::PutMetricAlarm(self.settings.clone());
            return vec![Change::new(call, "alarm is missing")];
        };
        let mut changes = Vec::new();
        let wanted = self.wanted(&observed.settings);
        let differs = differences(observed, &wanted);
        if !differs.is_empty() {
            let call = CloudWatch::PutMetricAlarm(wanted);
            changes.push(Change::new(call, differs.join(", ")));
        }
        if let Some((tags, reason)) = lacking(&self.settings.tags, &observed.settings.tags) {
            let call = CloudWatch::TagResource(TagResource {
                resource_arn: self.arn.clone(),
                tags,
            });
            changes.push(Change::new(call, reason).aside());
        }
        changes
    }

    fn removal(&self, _: &Description) -> Removal {
        Removal::by(CloudWatch::DeleteAlarms(DeleteAlarms {
            alarm_names: vec![self.settings.alarm_name.clone()],
        }))
    }

    fn facts(&self, observed: &Description) -> Vec<Fact> {
        let settings = &observed.settings;
        vec![
            ("state", json!(observed.state)),
            ("threshold", json!(settings.threshold)),
            ("period_seconds", json!(settings.period)),
            ("actions_enabled", json!(settings.actions_enabled)),
            ("notifies", json!(settings.alarm_actions)),
        ]
    }
}

impl Alarm {
    /// The settings that replace those of an alarm that exists.
    fn wanted(&self, found: &PutMetricAlarm) -> PutMetricAlarm {
        let joined = |found: &[String], wanted: &[String]| {
            let new = wanted.iter().filter(|topic| !found.contains(topic));
            found.iter().chain(new).cloned().collect()
        };
        let wanted = &self.settings;
        PutMetricAlarm {
            ok_actions: joined(&found.ok_actions, &wanted.ok_actions),
            alarm_actions: joined(&found.alarm_actions, &wanted.alarm_actions),
            insufficient_data_actions: found.insufficient_data_actions.clone(),
            threshold: self.threshold.unwrap_or(found.threshold),
            period: self.period.unwrap_or(found.period),
            tags: Vec::new(),
            ..wanted.clone()
        }
    }
}

/// What differs, in words.
fn differences(found: &Description, new: &PutMetricAlarm) -> Vec<&'static str> {
    let is_plain = found.plain;
    let old = &found.settings;
    let metric = old.metric_name == new.metric_name
        && old.namespace == new.namespace
        && old.dimensions == new.dimensions;
    let topics = old.alarm_actions == new.alarm_actions && old.ok_actions == new.ok_actions;
    let evaluation = old.statistic == new.statistic
        && old.evaluation_periods == new.evaluation_periods
        && old.datapoints_to_alarm == new.datapoints_to_alarm
        && old.comparison_operator == new.comparison_operator
        && old.treat_missing_data == new.treat_missing_data;
    let threshold = old.threshold.total_cmp(&new.threshold).is_eq();
    let description = old.alarm_description == new.alarm_description;
    let same = [
        (metric && is_plain, "metric differs"),
        (old.actions_enabled, "actions are disabled"),
        (topics, "alarm does not notify the topic"),
        (evaluation, "evaluation differs"),
        (threshold, "threshold differs"),
        (old.period == new.period, "period differs"),
        (description, "description differs"),
    ];
    let differing = same.into_iter().filter(|(same, _)| !same);
    differing.map(|(_, words)| words).collect()
}

fn delete_together(call: &mut Call, other: &Call) -> bool {
    match (call, other) {
        (
            Call::CloudWatch(CloudWatch::DeleteAlarms(call)),
            Call::CloudWatch(CloudWatch::DeleteAlarms(other)),
        ) if call.alarm_names.len() + other.alarm_names.len() <= NAME_LIMIT => {
            call.alarm_names.extend_from_slice(&other.alarm_names);
            true
        }
        _ => false,
    }
}
