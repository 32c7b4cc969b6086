//! Where the alerts are, and what is observed of them.

use super::resources::role_probe;
use super::{Names, Options, choice};
use crate::aws::read::{
    CompositeAlarm, MetricFilter as FilterState, TrailDescription, TrailStatus,
};
use crate::error::{Error, Result};
use crate::resource::alarm::{AlarmState, Alarms, CompositeAlarms};
use crate::resource::dashboard::Dashboard;
use crate::resource::log_group::LogGroupState;
use crate::resource::metric_filter::MetricFilters;
use crate::resource::principal::PrincipalState;
use crate::resource::topic::{TopicExists, TopicState};
use crate::resource::trail_logs::TrailLogsState;
use crate::stack::graph::{Graph, Node};
use crate::stack::observed::Observed;
use crate::stack::trail::home::home;
use crate::stack::trail::survey::Survey as TrailSurvey;
use crate::stack::{Account, Purpose, Scheme};

/// The account as the stack sees it.
#[derive(Debug)]
pub struct Context<'a> {
    /// The names of the scheme.
    pub scheme: &'a Scheme,
    /// The options; the alerts chosen are those wanted in this account.
    pub options: Options,
    /// What is done.
    pub purpose: Purpose,
    /// The trail stack.
    pub trails: &'a TrailSurvey,
    /// What is observed.
    pub observed: &'a Observed,
    /// The home region: that of the multi-region trail, else that which the role was created for, else the trail
    /// stack's.
    pub region: String,
    /// The region that the role was created for, where it differs.
    pub elsewhere: Option<String>,
    /// The multi-region trail, if there is one.
    pub trail: Option<&'a TrailDescription>,
    /// The name of the log group: the one named, else the one that the trail sends to, else the one that the role may
    /// write to, else the scheme's.
    pub group: String,
}

impl<'a> Context<'a> {
    /// The context; nothing if nothing says which region is the home. `home` is the region where the trail stack is
    /// created, if it is.
    ///
    /// # Errors
    /// When options and account contradict each other.
    pub fn new(
        options: &Options,
        account: &'a Account,
        purpose: Purpose,
        trails: &'a TrailSurvey,
        observed: &'a Observed,
        home: Option<&str>,
    ) -> Result<Option<Self>> {
        let scheme = &account.scheme;
        let options = options.clone();
        let role = observed.of(&role_probe(scheme));
        let origin = role.and_then(Origin::of);
        let found = region(scheme, &options, trails, origin.as_ref())?;
        let trail = trails.multi_region_trail();
        let region = match (purpose, trail) {
            (Purpose::Create, None) if options.with_trail => home.map(str::to_owned),
            (Purpose::Create, None) => return Err(no_trail(trails)),
            _ => found.clone(),
        };
        let Some(region) = region else {
            return Ok(None);
        };
        let origin = origin.filter(|origin| origin.region == region);
        let group = group(scheme, &options, trails, &region, origin);
        let mut context = Self {
            elsewhere: found.filter(|found| *found != region),
            scheme,
            options,
            purpose,
            trails,
            observed,
            region,
            trail,
            group,
        };
        match purpose {
            Purpose::Create => context.options.catalogue = choice::in_account(&context)?,
            // None that was left out is missing.
            Purpose::Show | Purpose::Delete => {
                let mut chosen = context.options.catalogue.chosen.clone();
                chosen.alerts.retain(choice::existing(&context));
                context.options.catalogue.chosen = chosen;
            }
        }
        Ok(Some(context))
    }

    /// The names in the home region.
    pub fn names(&self) -> Names<'_> {
        Names::new(self.scheme, &self.region)
    }

    // What is read.

    fn alarm_list(&self) -> Alarms {
        let names = self.names();
        let known = self.options.catalogue.known.alerts.iter();
        Alarms {
            region: self.region.clone(),
            prefix: names.alert(""),
            arn_prefix: names.alarm_arn(""),
            namespace: names.namespace(),
            names: known.map(|alert| names.alert(&alert.name)).collect(),
            tagged: !self.options.tags.is_empty(),
        }
    }

    fn filter_list(&self, group: &str) -> MetricFilters {
        MetricFilters {
            group: group.to_owned(),
            region: self.region.clone(),
        }
    }

    fn composite_list(&self) -> CompositeAlarms {
        CompositeAlarms {
            region: self.region.clone(),
        }
    }

    /// The dashboard by its name alone, to be read.
    pub fn dashboard_probe(&self) -> Dashboard {
        let names = self.names();
        Dashboard {
            name: names.namespace(),
            region: self.region.clone(),
            arn: names.dashboard_arn(),
            body: serde_json::Value::Null,
        }
    }

    /// Whether all was read that the resources depend on.
    pub fn is_read(&self) -> bool {
        self.observed.is_read(&self.filter_list(&self.group))
    }

    /// Adds what is read, whatever is done.
    pub fn read(&self, graph: &mut Graph) {
        graph.add(Node::read(role_probe(self.scheme)));
        graph.add(Node::read(self.log_group()));
        graph.add(Node::read(self.filter_list(&self.group)));
        graph.add(Node::read(self.alarm_list()));
        graph.add(Node::read(self.topic()));
        graph.add(Node::read(self.dashboard_probe()));
        if self.trail.is_some() {
            graph.add(Node::read(self.trail_logs()));
        }
        if let Some(other) = self.other_group() {
            graph.add(Node::read(self.filter_list(other)));
        }
        if let Some(topic) = self.named_topic() {
            graph.add(Node::read(topic));
        }
        if self.purpose == Purpose::Delete {
            graph.add(Node::read(self.composite_list()));
        }
    }

    // What is observed.

    /// Whether the trail logs, and how its events arrive.
    pub fn status(&self) -> Option<&'a TrailStatus> {
        let found = self.trails.trail(&self.region)?;
        self.trail.map(|_| &found.status)
    }

    /// What the trail sends.
    pub fn sends(&self) -> Option<&'a TrailLogsState> {
        self.observed.of(&self.trail_logs())
    }

    /// The log group.
    pub fn group_state(&self) -> Option<&'a LogGroupState> {
        self.observed.of(&self.log_group())
    }

    /// The role that CloudTrail writes as.
    pub fn role_state(&self) -> Option<&'a PrincipalState> {
        self.observed.of(&role_probe(self.scheme))
    }

    /// The scheme's topic.
    pub fn topic_state(&self) -> Option<&'a TopicState> {
        self.observed.of(&self.topic())
    }

    /// The body of the dashboard.
    pub fn dashboard_body(&self) -> Option<&'a str> {
        self.observed
            .of(&self.dashboard_probe())
            .map(String::as_str)
    }

    /// All metric filters of the group, those of others included.
    pub fn filters(&self) -> &'a [FilterState] {
        let found = self.observed.of(&self.filter_list(&self.group));
        found.map_or(&[], Vec::as_slice)
    }

    /// A metric filter of the group.
    pub fn filter(&self, name: &str) -> Option<&'a FilterState> {
        self.filters().iter().find(|filter| filter.name == name)
    }

    /// The scheme's alarms: those that count into its namespace, and those that an alert is called like. Others may name
    /// theirs alike, but then neither name nor metric is the scheme's.
    pub fn alarms(&self) -> Vec<&'a AlarmState> {
        let found = self.observed.of(&self.alarm_list());
        found.into_iter().flatten().collect()
    }

    /// An alarm of the scheme.
    pub fn alarm(&self, name: &str) -> Option<&'a AlarmState> {
        let mut alarms = self.alarms().into_iter();
        alarms.find(|alarm| alarm.description.settings.alarm_name == name)
    }

    /// The alarms that count into the scheme's namespace.
    pub fn own_alarms(&self) -> Vec<&'a AlarmState> {
        let namespace = self.names().namespace();
        let mut alarms = self.alarms();
        alarms.retain(|alarm| alarm.description.settings.namespace == namespace);
        alarms
    }

    /// The composite alarms of the region, those of others included.
    pub fn composite_alarms(&self) -> &'a [CompositeAlarm] {
        let found = self.observed.of(&self.composite_list());
        found.map_or(&[], Vec::as_slice)
    }

    /// The other group that the trail sends to, if it does not send to the one that is wanted.
    fn other_group(&self) -> Option<&'a str> {
        self.trail?.log_group().filter(|group| *group != self.group)
    }

    /// The scheme's filters in another group that the trail still sends to, and this group's name.
    pub fn left_behind(&self) -> Option<(&'a str, Vec<&'a str>)> {
        let other = self.other_group()?;
        let found = self.observed.of(&self.filter_list(other))?;
        let names = self.names();
        let own = found.iter().filter(|filter| names.is_own(filter));
        let own: Vec<&str> = own.map(|filter| filter.name.as_str()).collect();
        (!own.is_empty()).then_some((other, own))
    }

    /// The topic that was named.
    fn named_topic(&self) -> Option<TopicExists> {
        let arn = self.options.topic_arn.as_ref()?;
        Some(TopicExists {
            arn: arn.clone(),
            region: self.region.clone(),
        })
    }

    /// Whether the topic that was named is known to be missing.
    pub fn is_named_topic_missing(&self) -> bool {
        let topic = self.named_topic();
        topic.is_some_and(|topic| self.observed.of(&topic) == Some(&false))
    }
}

/// What the role's policy says that it was created for: where an interrupted run has left resources, too.
#[derive(Debug)]
struct Origin {
    region: String,
    group: String,
}

impl Origin {
    fn of(role: &PrincipalState) -> Option<Self> {
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
/// When options and account contradict each other.
fn region(
    scheme: &Scheme,
    options: &Options,
    trails: &TrailSurvey,
    origin: Option<&Origin>,
) -> Result<Option<String>> {
    let named = options.trail.home.as_deref();
    let as_named = |region: &str| named.is_none_or(|named| named == region);
    if let Some(multi) = trails.multi_region_trail() {
        // Wherever the queue is.
        return match as_named(&multi.home_region) {
            true => Ok(Some(multi.home_region.clone())),
            false => home(&options.trail, trails),
        };
    }
    match origin {
        Some(origin) if as_named(&origin.region) => Ok(Some(origin.region.clone())),
        Some(origin) => {
            let (base, region) = (scheme.base(), &origin.region);
            let named = named.unwrap_or_default();
            let message = format!("the alerts of {base} are in {region}, not in {named}");
            Err(Error::failed(message)
                .hint(format!("leave out --region, or give --region {region}")))
        }
        None => home(&options.trail, trails),
    }
}

/// The log group that is named, that the trail sends to, or that the role was created for; else the scheme's.
fn group(
    scheme: &Scheme,
    options: &Options,
    trails: &TrailSurvey,
    region: &str,
    origin: Option<Origin>,
) -> String {
    let own = trails.trail(region).map(|found| &found.description);
    let trail = trails.multi_region_trail().or(own);
    let in_use = trail.and_then(TrailDescription::log_group);
    let named = options.log_group.clone().or(in_use.map(str::to_owned));
    let kept = named.or(origin.map(|origin| origin.group));
    kept.unwrap_or_else(|| Names::new(scheme, region).log_group())
}

/// Alarms evaluate only what the trail delivers, so it must be the one that logs every region.
fn no_trail(trails: &TrailSurvey) -> Error {
    let error = Error::failed("the scheme has no multi-region trail, and alarms evaluate only the events that it delivers")
        .hint("`ctadmin create --multi-region` creates one; `ctadmin create alerts --multi-region` creates both");
    match trails.unread.first() {
        Some(unread) => error.hint(format!(
            "or it is in {}, which cannot be read: {}",
            unread.region, unread.error
        )),
        None => error,
    }
}
