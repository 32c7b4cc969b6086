//! The alerts stack: what a trail logs goes to a log group, metric filters count what must not happen unnoticed, and
//! alarms tell a topic of it.
//!
//! [`survey`] reads what is there, the trail stack included; [`wish`] says what should be; [`create`], [`delete`] and
//! [`show`] turn the two into a plan or a picture. `choice` says which alerts are meant. All of it is in the home region
//! of the multi-region trail.

mod choice;
pub mod create;
mod dashboard;
pub mod delete;
mod notes;
pub mod permissions;
mod refusals;
pub mod show;
pub mod survey;
pub mod wish;

use crate::alerts::{Alert, Catalogue, Choice, PLAIN};
use crate::aws::read::MetricFilter;
use crate::call::Tag;
use crate::error::Result;
use crate::stack::{Scheme, trail};

/// What the user asked of the alerts stack.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What is asked of the trail stack.
    pub trail: trail::Options,
    /// Whether to make or mend the multi-region trail as well.
    pub with_trail: bool,
    /// What to watch for.
    pub catalogue: Wanted,
    /// The log group, when it was named.
    pub log_group: Option<String>,
    /// How many days events are kept, when it was said.
    pub retention_in_days: Option<i32>,
    /// The key that encrypts the log group, when it was named.
    pub kms_key_id: Option<String>,
    /// Addresses to mail to.
    pub emails: Vec<String>,
    /// The topic to tell, when it is another than the scheme's own.
    pub topic_arn: Option<String>,
    /// Tags to set.
    pub tags: Vec<Tag>,
}

/// What to watch for, and how much of that was said.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// All alerts that are known.
    pub known: Catalogue,
    /// Those that are wanted, as they are wanted.
    pub chosen: Catalogue,
    /// What was said.
    pub choice: Choice,
}

impl Wanted {
    /// What is wanted of a catalogue.
    ///
    /// # Errors
    /// When what was said does not fit the catalogue.
    pub fn new(known: Catalogue, choice: Choice) -> Result<Self> {
        let chosen = known.clone().chosen(&choice)?;
        Ok(Self {
            known,
            chosen,
            choice,
        })
    }

    /// Whether somebody said what the threshold is to be: an option, or a catalogue of theirs.
    pub fn is_threshold_given(&self, alert: &Alert) -> bool {
        let mut said = self.choice.thresholds.iter();
        said.any(|(name, _)| *name == alert.name)
            || built_in(alert).is_none_or(|own| own.threshold != alert.threshold)
    }

    /// Whether somebody said what the period is to be: an option, or a catalogue of theirs.
    pub fn is_period_given(&self, alert: &Alert) -> bool {
        let mut said = self.choice.periods.iter();
        said.any(|(name, _)| *name == alert.name)
            || built_in(alert).is_none_or(|own| own.period != alert.period)
    }

    /// The patterns that will do, the one for a new filter first. A variant that stands stays, unless one of this
    /// alert was asked for.
    pub fn patterns(&self, alert: &Alert) -> Vec<String> {
        let mut sets = self.choice.sets.iter();
        let asked = sets.any(|set| set == PLAIN || alert.sets.contains_key(set));
        let variants = alert.sets.values().filter(|_| !asked);
        let all = std::iter::once(&alert.pattern).chain(variants);
        all.map(|pattern| pattern.text().to_owned()).collect()
    }
}

fn built_in(alert: &Alert) -> Option<Alert> {
    let mut own = Catalogue::built_in().alerts.into_iter();
    own.find(|own| own.name == alert.name)
}

/// How many days a new log group keeps events.
pub const RETENTION_IN_DAYS: i32 = 365;

/// Names of the stack.
#[derive(Clone, Debug)]
pub struct Names<'a> {
    scheme: &'a Scheme,
    region: &'a str,
}

impl<'a> Names<'a> {
    /// The names in the home region.
    pub fn new(scheme: &'a Scheme, region: &'a str) -> Self {
        Self { scheme, region }
    }

    /// The log group, unless another is named or in use.
    pub fn log_group(&self) -> String {
        self.scheme.base()
    }

    /// A log group's ARN, without `:*`.
    pub fn log_group_arn(&self, group: &str) -> String {
        let resource = format!("log-group:{group}");
        self.scheme.arn("logs", self.region, &resource)
    }

    /// The streams that CloudTrail writes in a log group.
    pub fn log_stream_arns(&self, group: &str) -> String {
        let (account, region) = (&self.scheme.account, self.region);
        let group = self.log_group_arn(group);
        format!("{group}:log-stream:{account}_CloudTrail_{region}*")
    }

    /// The role that CloudTrail writes as.
    pub fn role(&self) -> String {
        format!("{}-logs", self.scheme.base())
    }

    /// The role's ARN.
    pub fn role_arn(&self) -> String {
        let (partition, account) = (&self.scheme.partition, &self.scheme.account);
        format!("arn:{partition}:iam::{account}:role/{}", self.role())
    }

    /// The topic that alarms tell.
    pub fn topic(&self) -> String {
        format!("{}-alerts", self.scheme.base())
    }

    /// The topic's ARN.
    pub fn topic_arn(&self) -> String {
        self.scheme.arn("sns", self.region, &self.topic())
    }

    /// The namespace of the metrics, and the name of the dashboard.
    pub fn namespace(&self) -> String {
        self.scheme.base()
    }

    /// The metric filter and the alarm of an alert.
    pub fn alert(&self, name: &str) -> String {
        format!("{}-{name}", self.scheme.base())
    }

    /// Whether a filter is one of the scheme's: others may name theirs alike, but they count into a metric of their own.
    pub fn is_own(&self, filter: &MetricFilter) -> bool {
        let mut made = filter.transformations.iter();
        filter.name.starts_with(&self.alert(""))
            && made.any(|(_, namespace, _)| *namespace == self.namespace())
    }

    /// An alarm's ARN.
    pub fn alarm_arn(&self, alarm: &str) -> String {
        let resource = format!("alarm:{alarm}");
        self.scheme.arn("cloudwatch", self.region, &resource)
    }
}
