//! What `show alerts` shows: the chain from the trail to the mailbox, with drift in words.
//!
//! Drift is what `create alerts` would mend if it were called without options, for what stands.

use std::collections::BTreeSet;

use serde::Serialize;

use super::survey::{Survey, Watch};
use super::wish::{Trail, Wish};
use super::{Names, Options, choice};
use crate::error::Result;
use crate::plan::Step;
use crate::resource::{email::is_pending, selectors};
use crate::stack::{Account, Scheme};
use crate::time::rfc3339;

/// The alerts stack as it is. Serialises to the JSON that `show alerts -o json` prints.
#[derive(Debug, Serialize)]
pub struct Picture {
    /// Version of this JSON's shape.
    pub schema: u32,
    /// The account, 12 digits.
    pub account: String,
    /// `aws`, `aws-cn`, `aws-us-gov` or `aws-eusc`.
    pub partition: String,
    /// What all names begin with.
    pub prefix: String,
    /// Where the stack stands.
    pub home_region: Option<String>,
    /// ARN of the multi-region trail.
    pub trail: Option<String>,
    /// Whether it logs, if there is one.
    pub logging: Option<bool>,
    /// When its events last came to the log group, RFC 3339.
    pub last_delivery: Option<String>,
    /// The log group that the trail sends to.
    pub log_group: Option<GroupPicture>,
    /// ARN of the role that CloudTrail writes as.
    pub role: Option<String>,
    /// The topic of the scheme.
    pub topic: Option<TopicPicture>,
    /// ARNs of whatever else is told by alarms.
    pub others_told: Vec<String>,
    /// The alerts that stand, in the catalogue's order.
    pub alerts: Vec<AlertPicture>,
    /// Whether there is a dashboard.
    pub dashboard: bool,
    /// How trail, log group, role, topic and dashboard differ from what they should be.
    pub drift: Vec<String>,
    /// What keeps alarms from going off that `create alerts` alone does not mend.
    pub troubles: Vec<String>,
}

/// A log group in the picture.
#[derive(Debug, Serialize)]
pub struct GroupPicture {
    /// The group's name.
    pub name: String,
    /// How many days events are kept; nothing for ever.
    pub retention_in_days: Option<i32>,
    /// ARN of the key that encrypts events.
    pub kms_key_id: Option<String>,
}

/// A topic in the picture.
#[derive(Debug, Serialize)]
pub struct TopicPicture {
    /// The topic's ARN.
    pub arn: String,
    /// Who is subscribed.
    pub subscribers: Vec<SubscriberPicture>,
}

/// A subscriber in the picture.
#[derive(Debug, Serialize)]
pub struct SubscriberPicture {
    /// `email`, `sqs`, …
    pub protocol: String,
    /// An address or an ARN.
    pub endpoint: String,
    /// Whether nobody has confirmed it yet.
    pub pending: bool,
}

/// An alert in the picture.
#[derive(Debug, Serialize)]
pub struct AlertPicture {
    /// Its name in the catalogue.
    pub name: String,
    /// Whether the log group has its filter.
    pub filter: bool,
    /// `OK`, `ALARM` or `INSUFFICIENT_DATA`, if there is an alarm.
    pub alarm: Option<String>,
    /// What sets it off, within the period.
    pub threshold: Option<f64>,
    /// Seconds.
    pub period: Option<i32>,
    /// Whether it tells anybody.
    pub actions: bool,
    /// How it differs from what it should be.
    pub drift: Vec<String>,
}

/// The picture of what the survey found.
///
/// # Errors
/// When what stands around the trail could not be read.
pub fn picture(account: &Account, options: &Options, survey: &Survey) -> Result<Picture> {
    let scheme = &account.scheme;
    let watch = survey.watch.as_ref().map_err(Clone::clone)?.as_ref();
    let mut picture = Picture {
        schema: 1,
        account: scheme.account.clone(),
        partition: scheme.partition.clone(),
        prefix: scheme.prefix.clone(),
        home_region: watch.map(|watch| watch.region.clone()),
        trail: None,
        logging: None,
        last_delivery: None,
        log_group: None,
        role: None,
        topic: None,
        others_told: Vec::new(),
        alerts: Vec::new(),
        dashboard: false,
        drift: Vec::new(),
        troubles: Vec::new(),
    };
    if let Some(watch) = watch {
        picture.fill(scheme, options, watch);
    }
    Ok(picture)
}

impl Picture {
    /// Whether nothing of the stack exists.
    pub fn is_nothing(&self) -> bool {
        let around = self.log_group.is_some() || self.role.is_some() || self.topic.is_some();
        !around && self.alerts.is_empty() && !self.dashboard
    }

    /// Whether `create alerts` without options would change anything.
    pub fn has_drift(&self) -> bool {
        let alerts = self.alerts.iter().map(|alert| &alert.drift);
        let mut drift = alerts.chain([&self.drift]);
        self.is_nothing() || drift.any(|drift| !drift.is_empty())
    }

    fn fill(&mut self, scheme: &Scheme, options: &Options, watch: &Watch) {
        let region = watch.region.as_str();
        let names = Names::new(scheme, region);
        let (name, arn) = (scheme.trail_name(region), scheme.trail_arn(region));
        let trail = Trail {
            name: &name,
            region,
            arn: &arn,
            found: watch.trail.as_ref(),
        };
        let options = of_standing(&names, options, watch);
        let wish = Wish::new(scheme, &options, trail, Some(watch));
        self.trail = watch.trail.as_ref().map(|trail| trail.arn.clone());
        let status = watch.status.as_ref();
        self.logging = status.map(|status| status.logging);
        let delivered = status.and_then(|status| status.logs_delivered);
        self.last_delivery = delivered.map(rfc3339);
        self.role = watch.role.as_ref().map(|role| role.arn.clone());
        self.dashboard = watch.dashboard.is_some();
        self.log_group = watch.log_group.as_ref().map(|found| GroupPicture {
            name: watch.group.clone(),
            retention_in_days: found.description.retention_in_days,
            kms_key_id: found.description.kms_key_id.clone(),
        });
        self.topic = watch.topic.as_ref().map(|found| TopicPicture {
            arn: names.topic_arn(),
            subscribers: found
                .subscriptions
                .iter()
                .map(|found| SubscriberPicture {
                    protocol: found.protocol.clone(),
                    endpoint: found.endpoint.clone(),
                    pending: is_pending(found),
                })
                .collect(),
        });
        self.others_told = others_told(&names, watch);
        self.alerts = alerts(&names, &wish, watch);
        let unknown = unknown(&names, &options, watch);
        self.troubles.extend(unknown.iter().flat_map(blind));
        self.alerts.extend(unknown);
        let exists = watch.log_group.is_some() || !self.alerts.is_empty();
        if exists {
            self.drift = drift(&wish, watch);
            self.troubles.extend(troubles(watch));
        }
    }
}

/// What was asked for, without the alerts that do not exist: nobody misses one that was left out.
fn of_standing(names: &Names<'_>, options: &Options, watch: &Watch) -> Options {
    let mut options = options.clone();
    let exists = choice::existing(names, watch);
    options.catalogue.chosen.alerts.retain(exists);
    options
}

/// The alerts that stand, as they are.
fn alerts(names: &Names<'_>, wish: &Wish, watch: &Watch) -> Vec<AlertPicture> {
    let standing = wish.alerts.iter().map(|(filter, alarm)| {
        let found = watch.filter(&filter.name);
        let standing = watch.alarm(&alarm.name);
        let mut steps = filter.changes(found);
        let settings = standing.map(|(found, _)| &found.settings);
        let tags = standing.map_or(&[][..], |(_, tags)| tags);
        steps.extend(alarm.changes(standing.map(|(found, _)| found), tags));
        let name = filter.name.strip_prefix(&names.alert(""));
        AlertPicture {
            name: name.unwrap_or(&filter.name).to_owned(),
            filter: found.is_some(),
            alarm: standing.map(|(found, _)| found.state.clone()),
            threshold: settings.map(|settings| settings.threshold),
            period: settings.map(|settings| settings.period),
            actions: settings.is_some_and(|settings| settings.actions_enabled),
            drift: reasons(&steps),
        }
    });
    standing.collect()
}

/// The alarms that count into the scheme's namespace, and are in no catalogue that is known.
fn unknown(names: &Names<'_>, options: &Options, watch: &Watch) -> Vec<AlertPicture> {
    let known = &options.catalogue.known.alerts;
    let alarms = watch
        .alarms
        .iter()
        .map(|found| (&found.settings, &found.state));
    let unknown = alarms.filter_map(|(settings, state)| {
        let name = settings.alarm_name.strip_prefix(&names.alert(""))?;
        let is_known = known.iter().any(|alert| alert.name == name);
        (!is_known).then(|| AlertPicture {
            name: name.to_owned(),
            filter: watch.filter(&settings.alarm_name).is_some(),
            alarm: Some(state.clone()),
            threshold: Some(settings.threshold),
            period: Some(settings.period),
            actions: settings.actions_enabled,
            drift: Vec::new(),
        })
    });
    unknown.collect()
}

/// Why an alert of another catalogue cannot go off.
fn blind(alert: &AlertPicture) -> Vec<String> {
    let name = &alert.name;
    let whys = [
        (!alert.filter, "its metric filter is missing"),
        (!alert.actions, "its actions are switched off"),
    ];
    let whys = whys.into_iter().filter(|(is, _)| *is);
    whys.map(|(_, why)| format!("{name}: {why}; give --catalogue the file that it is from"))
        .collect()
}

/// In short lines: they stand under a table.
fn troubles(watch: &Watch) -> Vec<String> {
    let mut troubles = Vec::new();
    if watch.trail.is_none() {
        troubles.push("no multi-region trail: `ctadmin create alerts --multi-region`".to_owned());
    }
    if let Some(status) = &watch.status {
        if !status.logging {
            troubles.push("the trail does not log: `ctadmin create` starts it".to_owned());
        }
        let error = status.logs_error.as_ref();
        troubles.extend(error.map(|error| format!("CloudWatch Logs says {error} to the trail")));
    }
    let left_out = watch.selectors.as_ref().and_then(selectors::left_out);
    troubles.extend(
        left_out
            .into_iter()
            .flatten()
            .map(|service| format!("the trail's selectors leave out events of {service}")),
    );
    let topic = watch.topic.as_ref();
    if topic.is_some_and(|topic| topic.subscriptions.is_empty()) {
        troubles.push("nobody is subscribed to the topic: --email ADDRESS".to_owned());
    }
    troubles
}

/// Whatever alarms tell beside the scheme's topic.
fn others_told(names: &Names<'_>, watch: &Watch) -> Vec<String> {
    let alarms = watch.alarms.iter();
    let told = alarms.flat_map(|alarm| &alarm.settings.alarm_actions);
    let others = told.filter(|arn| **arn != names.topic_arn());
    BTreeSet::from_iter(others.cloned()).into_iter().collect()
}

fn drift(wish: &Wish, watch: &Watch) -> Vec<String> {
    let group = wish.log_group.iter();
    let mut steps: Vec<Step> = group
        .flat_map(|group| group.changes(watch.log_group.as_ref()).into_iter().take(1))
        .collect();
    let role = wish.role.iter();
    steps.extend(role.flat_map(|role| role.changes(watch.role.as_ref()).into_iter().take(1)));
    let found = watch.trail.as_ref().zip(watch.selectors.as_ref());
    if let Some(found) = found {
        steps.extend(wish.trail.changes(Some(found)));
    }
    let topic = wish.topic.iter();
    steps.extend(topic.flat_map(|topic| topic.changes(watch.topic.as_ref())));
    steps.extend(wish.dashboard.changes(watch.dashboard.as_deref()));
    reasons(&steps)
}

fn reasons(steps: &[Step]) -> Vec<String> {
    steps.iter().map(|step| step.reason.clone()).collect()
}
