//! What `show alerts` shows: the chain from the trail to the mailbox, with drift in words.
//!
//! Drift is what `create alerts` would mend if it were called without options, for what stands.

use serde::Serialize;

use super::survey::{Survey, Watch};
use super::wish::{Trail, Wish};
use super::{Names, Options};
use crate::error::Result;
use crate::plan::Step;
use crate::resource::email::is_pending;
use crate::stack::{Account, Scheme};

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
    /// The log group that the trail sends to.
    pub log_group: Option<GroupPicture>,
    /// ARN of the role that CloudTrail writes as.
    pub role: Option<String>,
    /// The topic.
    pub topic: Option<TopicPicture>,
    /// The alerts that stand, in the catalogue's order.
    pub alerts: Vec<AlertPicture>,
    /// Whether there is a dashboard.
    pub dashboard: bool,
    /// How trail, log group, role, topic and dashboard differ from what they should be.
    pub drift: Vec<String>,
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
        log_group: None,
        role: None,
        topic: None,
        alerts: Vec::new(),
        dashboard: false,
        drift: Vec::new(),
    };
    if let Some(watch) = watch {
        picture.fill(scheme, options, watch);
    }
    Ok(picture)
}

impl Picture {
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
        self.alerts = alerts(&names, &wish, watch);
        let exists = watch.log_group.is_some() || !self.alerts.is_empty();
        if exists {
            self.drift = drift(&wish, watch);
        }
    }
}

/// What was asked for, without the alerts of which neither a filter nor an alarm stands: nobody misses one that was left
/// out, on the dashboard either.
fn of_standing(names: &Names<'_>, options: &Options, watch: &Watch) -> Options {
    let mut options = options.clone();
    options.catalogue.chosen.alerts.retain(|alert| {
        let name = names.alert(&alert.name);
        watch.filter(&name).is_some() || watch.alarm(&name).is_some()
    });
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
            drift: reasons(&steps),
        }
    });
    standing.collect()
}

fn drift(wish: &Wish, watch: &Watch) -> Vec<String> {
    let group = wish.log_group.iter();
    let mut steps: Vec<Step> = group
        .flat_map(|group| group.changes(watch.log_group.as_ref()).into_iter().take(1))
        .collect();
    let role = wish.role.iter();
    steps.extend(role.flat_map(|role| role.changes(watch.role.as_ref()).into_iter().take(1)));
    let found = watch.trail.as_ref().zip(watch.selectors.as_ref());
    match found {
        Some(found) => steps.extend(wish.trail.changes(Some(found))),
        None => return vec!["the multi-region trail is missing".to_owned()],
    }
    let topic = wish.topic.iter();
    steps.extend(topic.flat_map(|topic| topic.changes(watch.topic.as_ref())));
    steps.extend(wish.dashboard.changes(watch.dashboard.as_deref()));
    reasons(&steps)
}

fn reasons(steps: &[Step]) -> Vec<String> {
    steps.iter().map(|step| step.reason.clone()).collect()
}
