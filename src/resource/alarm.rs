//! Metric alarms of CloudWatch.

use futures::future::try_join_all;
use serde_json::json;

use super::{Change, Fact, Id, Removal, Resource, lacking};
use crate::aws::Reader;
use crate::aws::read::{Alarm as Description, CompositeAlarm};
use crate::call::cloudwatch::{CloudWatch, DeleteAlarms, PutMetricAlarm, TagResource};
use crate::call::passing::{MINUTE, NONE, SHORT, Wait, Write::Here, after, always};
use crate::call::rule::Rule;
use crate::call::settled::Proof;
use crate::call::{Call, Kind, Tag};
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

/// An alarm on a sum that reaches a threshold within one period.
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
    /// ARN of the topic that it notifies in the states ALARM and OK. Further actions stay.
    pub topic: String,
    /// Tags the alarm must have, among others.
    pub tags: Vec<Tag>,
}

/// An alarm as it exists.
#[derive(Clone, Debug)]
pub struct AlarmState {
    /// How the service describes it.
    pub description: Description,
    /// Its tags, when they were read.
    pub tags: Vec<Tag>,
}

/// The alarms of a region whose names begin alike: a data source.
#[derive(Clone, Debug)]
pub struct Alarms {
    /// The region.
    pub region: String,
    /// What the names begin with.
    pub prefix: String,
    /// What the ARNs begin with, before the name.
    pub arn_prefix: String,
    /// The namespace whose alarms are read; of others only those with these names.
    pub namespace: String,
    /// Names of alarms that are read whatever they count.
    pub names: Vec<String>,
    /// Whether to read their tags.
    pub tagged: bool,
}

impl Resource for Alarms {
    type Observed = Vec<AlarmState>;

    fn id(&self) -> Id<'_> {
        Id::new(&LIST, &self.region, &self.prefix)
    }

    async fn read(&self, reader: &Reader) -> Result<Option<Vec<AlarmState>>, CallError> {
        let found = reader.alarms(&self.region, &self.prefix).await?;
        let own = found.into_iter().filter(|description| {
            let settings = &description.settings;
            settings.namespace == self.namespace || self.names.contains(&settings.alarm_name)
        });
        let states = own.map(async |description| {
            let arn = format!("{}{}", self.arn_prefix, description.settings.alarm_name);
            let tags = reader.alarm_tags(&self.region, &arn);
            let tags = super::if_wanted(self.tagged, tags).await?;
            Ok(AlarmState { description, tags })
        });
        try_join_all(states).await.map(Some)
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
    type Observed = AlarmState;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.name)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.arn.clone()]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<AlarmState>, CallError> {
        let list = Alarms {
            region: self.region.clone(),
            prefix: self.name.clone(),
            arn_prefix: self
                .arn
                .strip_suffix(&self.name)
                .unwrap_or_default()
                .to_owned(),
            namespace: String::new(),
            names: vec![self.name.clone()],
            tagged: !self.tags.is_empty(),
        };
        let found = list.read(reader).await?.unwrap_or_default();
        Ok(found.into_iter().next())
    }

    fn refusal(&self, observed: Option<&AlarmState>) -> Result<()> {
        let wanted = self.wanted(observed.map(|observed| &observed.description.settings));
        let states = [("ALARM", wanted.alarm_actions), ("OK", wanted.ok_actions)];
        let mut states = states.iter();
        let Some((state, _)) = states.find(|(_, actions)| actions.len() > ACTION_LIMIT) else {
            return Ok(());
        };
        let (name, topic) = (&self.name, &self.topic);
        let message = format!(
            "the alarm {name} has {ACTION_LIMIT} actions for the state {state}, which is the limit, and none is {topic}"
        );
        Err(Error::failed(message)
            .hint("remove one action of the alarm in CloudWatch")
            .hint("--topic-arn names one of its topics instead, if all alarms have it"))
    }

    fn changes(&self, observed: Option<&AlarmState>) -> Vec<Change> {
        let Some(AlarmState { description, tags }) = observed else {
            let call = CloudWatch::PutMetricAlarm(PutMetricAlarm {
                tags: self.tags.clone(),
                ..self.wanted(None)
            });
            return vec![Change::new(call, "alarm is missing")];
        };
        let mut changes = Vec::new();
        let wanted = self.wanted(Some(&description.settings));
        if wanted != description.settings || !description.plain {
            let differs = differences(description, &wanted).join(", ");
            changes.push(Change::new(CloudWatch::PutMetricAlarm(wanted), differs));
        }
        if let Some((tags, reason)) = lacking(&self.tags, tags) {
            let call = CloudWatch::TagResource(TagResource {
                resource_arn: self.arn.clone(),
                tags,
            });
            changes.push(Change::new(call, reason).aside());
        }
        changes
    }

    fn removal(&self, _: &AlarmState) -> Removal {
        Removal::by(CloudWatch::DeleteAlarms(DeleteAlarms {
            alarm_names: vec![self.name.clone()],
        }))
    }

    fn facts(&self, observed: &AlarmState) -> Vec<Fact> {
        let Description {
            settings, state, ..
        } = &observed.description;
        vec![
            ("state", json!(state)),
            ("threshold", json!(settings.threshold)),
            ("period_seconds", json!(settings.period)),
            ("actions_enabled", json!(settings.actions_enabled)),
            ("notifies", json!(settings.alarm_actions)),
        ]
    }
}

impl Alarm {
    /// What is observed, with what must be.
    fn wanted(&self, found: Option<&PutMetricAlarm>) -> PutMetricAlarm {
        let notified = |found: Option<&Vec<String>>| {
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
            ok_actions: notified(found.map(|found| &found.ok_actions)),
            alarm_actions: notified(found.map(|found| &found.alarm_actions)),
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
}

/// What differs, in words.
fn differences(found: &Description, wanted: &PutMetricAlarm) -> Vec<&'static str> {
    let Description {
        settings: found,
        plain,
        ..
    } = found;
    let metric = (found.metric_name == wanted.metric_name) && (found.namespace == wanted.namespace);
    let evaluation = found.statistic == wanted.statistic
        && found.evaluation_periods == wanted.evaluation_periods
        && found.datapoints_to_alarm == wanted.datapoints_to_alarm
        && found.comparison_operator == wanted.comparison_operator
        && found.treat_missing_data == wanted.treat_missing_data;
    let topics =
        found.alarm_actions == wanted.alarm_actions && found.ok_actions == wanted.ok_actions;
    let differs = [
        (!metric || !plain, "metric differs"),
        (!found.actions_enabled, "actions are disabled"),
        (!topics, "alarm does not notify the topic"),
        (!evaluation, "evaluation differs"),
        (
            found.threshold.total_cmp(&wanted.threshold).is_ne(),
            "threshold differs",
        ),
        (found.period != wanted.period, "period differs"),
        (
            found.alarm_description != wanted.alarm_description,
            "description differs",
        ),
    ];
    let differs = differs.into_iter().filter(|(differs, _)| *differs);
    differs.map(|(_, words)| words).collect()
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
