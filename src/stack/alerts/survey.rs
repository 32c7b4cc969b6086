//! What is there: the trail stack, and in its home region the log group and what watches it.

use futures::future::try_join_all;

use super::{Names, Options};
use crate::aws::Reader;
use crate::aws::read::{
    Alarm, CompositeAlarm, MetricFilter, Selectors, TrailDescription, TrailStatus,
};
use crate::call::Tag;
use crate::error::{CallError, Error, Result};
use crate::resource::{log_group, role, topic};
use crate::stack::trail::home::home;
use crate::stack::trail::survey::Survey as TrailSurvey;
use crate::stack::{Account, Scheme};

/// What was found.
#[derive(Clone, Debug)]
pub struct Survey {
    /// The trail stack.
    pub trail: TrailSurvey,
    /// What stands in the home region, if there is one. It may be contradicted by what was found, or unreadable.
    pub watch: Result<Option<Watch>>,
}

/// What stands around a trail, or would.
#[derive(Clone, Debug)]
pub struct Watch {
    /// The home region: that of the multi-region trail, else that which the role was made for, else the trail stack's.
    pub region: String,
    /// The multi-region trail, if there is one.
    pub trail: Option<TrailDescription>,
    /// Whether it logs, and how its events arrive.
    pub status: Option<TrailStatus>,
    /// Its event selectors.
    pub selectors: Option<Selectors>,
    /// The name of the log group: the one named, else the one that the trail sends to, else the one that the role may
    /// write to, else the scheme's.
    pub group: String,
    /// What there is under this name.
    pub log_group: Option<log_group::Found>,
    /// The role that CloudTrail writes as.
    pub role: Option<role::Found>,
    /// All metric filters of the group, other people's too.
    pub filters: Vec<MetricFilter>,
    /// The scheme's filters of another group that the trail still sends to, and this group's name.
    pub left_behind: Option<(String, Vec<String>)>,
    /// The alarms that are called like the scheme's.
    pub alarms: Vec<Alarm>,
    /// The tags of the alarms, in their order, when they were asked for.
    pub alarm_tags: Vec<Vec<Tag>>,
    /// The region's composite alarms, other people's too, when they were asked for.
    pub composite_alarms: Vec<CompositeAlarm>,
    /// The scheme's topic.
    pub topic: Option<topic::Found>,
    /// Whether the topic that was named, if one was, is known to be missing.
    pub is_named_topic_missing: bool,
    /// The body of the scheme's dashboard.
    pub dashboard: Option<String>,
}

/// What a survey is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Something is created or shown.
    Keep,
    /// Something is deleted: what uses it matters.
    Delete,
}

/// Where to look, and for what.
#[derive(Clone, Copy)]
struct Look<'a> {
    reader: &'a Reader,
    scheme: &'a Scheme,
    options: &'a Options,
    survey: &'a TrailSurvey,
    purpose: Purpose,
}

impl Survey {
    /// Looks at the trail stack in a way of the verb's own, and around it.
    pub async fn around(
        reader: &Reader,
        account: &Account,
        options: &Options,
        purpose: Purpose,
        trail: impl Future<Output = TrailSurvey>,
    ) -> Self {
        let scheme = &account.scheme;
        let role = Names::new(scheme, "").role();
        let base = scheme.base();
        let role = role::read(reader, global(scheme), &role, &base, false);
        let (trail, role) = tokio::join!(trail, role);
        let options = Options {
            trail: options.trail.in_account(account),
            ..options.clone()
        };
        let look = Look {
            reader,
            scheme,
            options: &options,
            survey: &trail,
            purpose,
        };
        let watch = Watch::of(look, role).await;
        Self { trail, watch }
    }
}

impl Watch {
    async fn of(
        look: Look<'_>,
        role: Result<Option<role::Found>, CallError>,
    ) -> Result<Option<Self>> {
        let Look {
            scheme,
            options,
            survey,
            ..
        } = look;
        let role = role?;
        let made_for = role.as_ref().and_then(MadeFor::of);
        match region(scheme, options, survey, made_for.as_ref())? {
            Some(region) => {
                let made_for = made_for.filter(|made_for| made_for.region == region);
                let group = group(scheme, options, survey, &region, made_for);
                Ok(Some(Self::read(look, role, &region, &group).await?))
            }
            None => Ok(None),
        }
    }

    async fn read(
        look: Look<'_>,
        role: Option<role::Found>,
        region: &str,
        group: &str,
    ) -> Result<Self, CallError> {
        let Look {
            reader,
            scheme,
            options,
            survey,
            purpose,
        } = look;
        let names = Names::new(scheme, region);
        let trail = survey.multi_region_trail(scheme).cloned();
        let status = survey
            .regions
            .get(region)
            .and_then(|found| found.trail.as_ref());
        let status = status.filter(|_| trail.is_some());
        let status = status.map(|found| found.status.clone());
        let (topic_arn, arn) = (names.topic_arn(), names.log_group_arn(group));
        let (namespace, prefix) = (names.namespace(), names.alert(""));
        let with_tags = !options.tags.is_empty();
        let composite_alarms = async {
            match purpose {
                Purpose::Keep => Ok(Vec::new()),
                Purpose::Delete => reader.composite_alarms(region).await,
            }
        };
        let (
            selectors,
            log_group,
            filters,
            left_behind,
            alarms,
            composite_alarms,
            topic,
            dashboard,
            missing,
        ) = tokio::join!(
            selectors(reader, region, trail.as_ref()),
            log_group::read(reader, region, group, &arn, with_tags),
            reader.metric_filters(region, group),
            left_behind(reader, &names, trail.as_ref(), group),
            reader.alarms(region, &prefix),
            composite_alarms,
            topic::read(reader, region, &topic_arn, with_tags),
            reader.dashboard(region, &namespace),
            is_missing(reader, region, options.topic_arn.as_deref()),
        );
        let mut alarms = alarms?;
        // Others may name theirs alike, but then neither name nor metric is ours.
        alarms.retain(|alarm| {
            let settings = &alarm.settings;
            let mut known = options.catalogue.known.alerts.iter();
            settings.namespace == namespace
                || known.any(|alert| names.alert(&alert.name) == settings.alarm_name)
        });
        let tags = alarms.iter().map(|alarm| {
            let arn = names.alarm_arn(&alarm.settings.alarm_name);
            async move {
                match with_tags {
                    true => reader.alarm_tags(region, &arn).await,
                    false => Ok(Vec::new()),
                }
            }
        });
        let alarm_tags = try_join_all(tags).await?;
        Ok(Self {
            region: region.to_owned(),
            trail,
            status,
            selectors: selectors?,
            group: group.to_owned(),
            log_group: log_group?,
            role,
            filters: filters?,
            left_behind: left_behind?,
            composite_alarms: composite_alarms?,
            topic: topic?,
            is_named_topic_missing: missing,
            dashboard: dashboard?,
            alarms,
            alarm_tags,
        })
    }

    /// A metric filter of the group.
    pub fn filter(&self, name: &str) -> Option<&MetricFilter> {
        self.filters.iter().find(|filter| filter.name == name)
    }

    /// An alarm, with its tags.
    pub fn alarm(&self, name: &str) -> Option<(&Alarm, &[Tag])> {
        let mut alarms = self.alarms.iter().zip(&self.alarm_tags);
        let found = alarms.find(|(alarm, _)| alarm.settings.alarm_name == name);
        found.map(|(alarm, tags)| (alarm, tags.as_slice()))
    }
}

/// What the role's policy says that it was made for. It goes last, so it tells also where a stopped run has left things.
struct MadeFor {
    region: String,
    group: String,
}

impl MadeFor {
    fn of(role: &role::Found) -> Option<Self> {
        let mut resources = role.policy.as_ref()?.resources();
        resources.find_map(|arn| {
            let (head, _) = arn.split_once(":log-stream:")?;
            let parts: Vec<&str> = head.split(':').collect();
            let [_, _, "logs", region, _, "log-group", group] = parts.as_slice() else {
                return None;
            };
            Some(Self {
                region: (*region).to_owned(),
                group: (*group).to_owned(),
            })
        })
    }
}

/// The home region of the alerts.
///
/// # Errors
/// When what the user says and what was found contradict each other.
fn region(
    scheme: &Scheme,
    options: &Options,
    survey: &TrailSurvey,
    made_for: Option<&MadeFor>,
) -> Result<Option<String>> {
    let named = options.trail.home.as_deref();
    let as_named = |region: &str| named.is_none_or(|named| named == region);
    if let Some(multi) = survey.multi_region_trail(scheme) {
        // Wherever the queue stands.
        return match as_named(&multi.home_region) {
            true => Ok(Some(multi.home_region.clone())),
            false => home(scheme, &options.trail, survey),
        };
    }
    match made_for {
        Some(made_for) if as_named(&made_for.region) => Ok(Some(made_for.region.clone())),
        Some(made_for) => {
            let (base, region) = (scheme.base(), &made_for.region);
            let named = named.unwrap_or_default();
            let message = format!("the alerts of {base} stand in {region}, not in {named}");
            Err(Error::failed(message)
                .hint(format!("leave out --region, or give --region {region}")))
        }
        None => home(scheme, &options.trail, survey),
    }
}

/// The log group that is named, that the trail sends to, or that the role was made for; else the scheme's.
fn group(
    scheme: &Scheme,
    options: &Options,
    survey: &TrailSurvey,
    region: &str,
    made_for: Option<MadeFor>,
) -> String {
    let own = survey
        .regions
        .get(region)
        .and_then(|found| found.trail.as_ref());
    let trail = survey.multi_region_trail(scheme);
    let trail = trail.or(own.map(|found| &found.description));
    let in_use = trail.and_then(TrailDescription::log_group);
    let named = options.log_group.clone().or(in_use.map(str::to_owned));
    let kept = named.or(made_for.map(|made_for| made_for.group));
    kept.unwrap_or_else(|| Names::new(scheme, region).log_group())
}

/// The scheme's filters in the group that the trail sends to, when this is another than the one that is wanted.
async fn left_behind(
    reader: &Reader,
    names: &Names<'_>,
    trail: Option<&TrailDescription>,
    group: &str,
) -> Result<Option<(String, Vec<String>)>, CallError> {
    let in_use = trail.and_then(TrailDescription::log_group);
    let Some(other) = in_use.filter(|in_use| *in_use != group) else {
        return Ok(None);
    };
    let filters = reader.metric_filters(names.region, other).await?;
    let own = filters.into_iter().filter(|filter| names.is_own(filter));
    let own: Vec<String> = own.map(|filter| filter.name).collect();
    Ok((!own.is_empty()).then(|| (other.to_owned(), own)))
}

/// Whether a topic is known to be missing; whoever may not look cannot know.
async fn is_missing(reader: &Reader, region: &str, topic_arn: Option<&str>) -> bool {
    match topic_arn {
        Some(arn) => matches!(reader.topic(region, arn).await, Ok(None)),
        None => false,
    }
}

async fn selectors(
    reader: &Reader,
    region: &str,
    trail: Option<&TrailDescription>,
) -> Result<Option<Selectors>, CallError> {
    match trail {
        Some(trail) => reader.selectors(region, &trail.name).await,
        None => Ok(None),
    }
}

/// The region that IAM answers in.
pub(super) fn global(scheme: &Scheme) -> &'static str {
    crate::region::global_region(&scheme.partition)
}
