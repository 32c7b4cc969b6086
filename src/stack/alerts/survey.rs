//! What is there: the trail stack, and in its home region the log group and what watches it.

use futures::future::try_join_all;

use super::{Names, Options};
use crate::aws::Reader;
use crate::aws::read::{Alarm, MetricFilter, Selectors, TrailDescription};
use crate::call::Tag;
use crate::error::{CallError, Result};
use crate::resource::{log_group, role, topic};
use crate::stack::trail::survey::Survey as TrailSurvey;
use crate::stack::trail::{self, home::home};
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
    /// The home region: that of the multi-region trail, else the trail stack's.
    pub region: String,
    /// The multi-region trail, if there is one.
    pub trail: Option<TrailDescription>,
    /// Its event selectors.
    pub selectors: Option<Selectors>,
    /// The name of the log group: the one named, else the one that the trail sends to, else the scheme's.
    pub group: String,
    /// What there is under this name.
    pub log_group: Option<log_group::Found>,
    /// The role that CloudTrail writes as.
    pub role: Option<role::Found>,
    /// All metric filters of the group, other people's too.
    pub filters: Vec<MetricFilter>,
    /// The scheme's alarms.
    pub alarms: Vec<Alarm>,
    /// The tags of the alarms, in their order, when they were asked for.
    pub alarm_tags: Vec<Vec<Tag>>,
    /// The scheme's topic.
    pub topic: Option<topic::Found>,
    /// The body of the scheme's dashboard.
    pub dashboard: Option<String>,
}

impl Survey {
    /// Looks around where the trail stack was found, or would stand.
    pub async fn around(
        reader: &Reader,
        account: &Account,
        options: &Options,
        trail: TrailSurvey,
    ) -> Self {
        let scheme = &account.scheme;
        let multi = trail.multi_region_trail(scheme);
        let watch = match region(scheme, &options.trail.in_account(account), &trail) {
            Ok(Some(region)) => {
                let watch = Watch::read(reader, scheme, options, &region, multi.cloned());
                watch.await.map(Some).map_err(Into::into)
            }
            Ok(None) => Ok(None),
            Err(contradicted) => Err(contradicted),
        };
        Self { trail, watch }
    }
}

impl Watch {
    async fn read(
        reader: &Reader,
        scheme: &Scheme,
        options: &Options,
        region: &str,
        trail: Option<TrailDescription>,
    ) -> Result<Self, CallError> {
        let names = Names::new(scheme, region);
        let group = group(options, trail.as_ref()).unwrap_or_else(|| names.log_group());
        let with_tags = !options.tags.is_empty();
        let (role, topic_arn) = (names.role(), names.topic_arn());
        let (arn, namespace) = (names.log_group_arn(&group), names.namespace());
        let policy = scheme.base();
        let prefix = names.alert("");
        let (selectors, log_group, role, filters, alarms, topic, dashboard) = tokio::join!(
            selectors(reader, region, trail.as_ref()),
            log_group::read(reader, region, &group, &arn, with_tags),
            role::read(reader, global(scheme), &role, &policy),
            reader.metric_filters(region, &group),
            reader.alarms(region, &prefix),
            topic::read(reader, region, &topic_arn, with_tags),
            reader.dashboard(region, &namespace),
        );
        let mut alarms = alarms?;
        // Others may name theirs alike, but they count something else.
        alarms.retain(|alarm| alarm.settings.namespace == namespace);
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
            selectors: selectors?,
            log_group: log_group?,
            role: role?,
            filters: filters?,
            topic: topic?,
            dashboard: dashboard?,
            group,
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

/// That of the multi-region trail, wherever the queue stands, else the home region of the trail stack.
///
/// # Errors
/// When what the user says and what was found contradict each other.
fn region(
    scheme: &Scheme,
    options: &trail::Options,
    survey: &TrailSurvey,
) -> Result<Option<String>> {
    let as_named = |region: &str| options.home.as_deref().is_none_or(|named| named == region);
    match survey.multi_region_trail(scheme) {
        Some(multi) if as_named(&multi.home_region) => Ok(Some(multi.home_region.clone())),
        _ => home(scheme, options, survey),
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

/// The log group that is named, or that the trail sends to already.
pub(super) fn group(options: &Options, trail: Option<&TrailDescription>) -> Option<String> {
    let in_use = trail.and_then(|trail| trail.log_group_arn.as_deref());
    let in_use = in_use.and_then(group_of);
    options.log_group.clone().or(in_use.map(str::to_owned))
}

/// The name in the ARN of a log group.
fn group_of(arn: &str) -> Option<&str> {
    let name = arn.splitn(7, ':').nth(6)?;
    Some(name.strip_suffix(":*").unwrap_or(name))
}

/// The region that IAM answers in.
pub(super) fn global(scheme: &Scheme) -> &'static str {
    crate::region::global_region(&scheme.partition)
}
