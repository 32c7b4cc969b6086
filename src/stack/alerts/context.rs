//! Where the alerts are, and what is observed of them.

use std::collections::BTreeMap;

use super::resources::role_of;
use super::{Options, choice};
use crate::aws::read::{
    Alarm as AlarmState, MetricFilter as FilterState, Subscription, TrailDescription, TrailStatus,
};
use crate::error::{Error, Result};
use crate::resource::alarm::{Alarms, CompositeAlarms};
use crate::resource::log_group::LogGroupState;
use crate::resource::metric_filter::MetricFilters;
use crate::resource::principal::PrincipalState;
use crate::resource::topic::{TopicExists, TopicState};
use crate::stack::graph::{Graph, Node};
use crate::stack::observed::Observed;
use crate::stack::trail::home::home;
use crate::stack::trail::region::RegionState;
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
    /// The trail stack, by region.
    pub trails: &'a BTreeMap<String, RegionState>,
    /// What is observed.
    pub observed: &'a Observed,
    /// The home region: that of the multi-region trail, else that which the role was created for, else the trail
    /// stack's; `*` for any.
    pub region: String,
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
        let trail = trails.multi_region_trail();
        let origin = observed.of(&role_of(scheme)).and_then(Origin::of);
        let found = region(scheme, options, trails, origin.as_ref())?;
        let region = match (purpose, trail) {
            (Purpose::Create, None) if options.with_trail => {
                of_both(scheme, found, home.map(str::to_owned))?
            }
            (Purpose::Create, None) => return Err(no_trail(trails)),
            _ => found,
        };
        let Some(region) = region else {
            return Ok(None);
        };
        let local = trails.trail(&region).map(|found| &found.description);
        let in_use = trail.or(local).and_then(TrailDescription::log_group);
        let origin = origin.filter(|origin| origin.region == region);
        let group = options.log_group.clone();
        let group = group.or(in_use.map(str::to_owned));
        let group = group.or(origin.map(|origin| origin.group));
        let mut context = Self {
            group: group.unwrap_or_else(|| scheme.base()),
            scheme,
            options: options.clone(),
            purpose,
            trails: &trails.regions,
            observed,
            region,
            trail,
        };
        context.options.catalogue = match purpose {
            Purpose::Create => choice::in_account(&context)?,
            // None that was left out is missing.
            Purpose::Show | Purpose::Delete => choice::existing_only(&context),
        };
        Ok(Some(context))
    }

    // What is read.

    fn alarm_list(&self) -> Alarms {
        let known = self.options.catalogue.known.alerts.iter();
        Alarms {
            region: self.region.clone(),
            prefix: self.named(""),
            arn_prefix: self.alarm_arn(""),
            namespace: self.scheme.base(),
            names: known.map(|alert| self.named(&alert.name)).collect(),
            tagged: !self.options.tags.is_empty(),
        }
    }

    fn filter_list(&self, group: &str) -> MetricFilters {
        MetricFilters {
            group: group.to_owned(),
            region: self.region.clone(),
        }
    }

    /// The composite alarms of the region, those of others included.
    pub fn composite_list(&self) -> CompositeAlarms {
        CompositeAlarms {
            region: self.region.clone(),
        }
    }

    /// The topic that was named.
    pub fn named_topic(&self) -> Option<TopicExists> {
        let arn = self.options.topic_arn.clone()?;
        let region = self.region.clone();
        Some(TopicExists { arn, region })
    }

    /// Whether all was read that the resources depend on.
    pub fn is_read(&self) -> bool {
        self.observed.is_read(&self.filter_list(&self.group))
    }

    /// Adds what is read, whatever is done.
    pub fn read(&self, graph: &mut Graph) {
        graph.add(Node::read(self.role()));
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
        let found = self.trails.get(&self.region)?.trail.as_ref()?;
        self.trail.map(|_| &found.status)
    }

    /// The log group.
    pub fn group_state(&self) -> Option<&'a LogGroupState> {
        self.observed.of(&self.log_group())
    }

    /// The scheme's topic.
    pub fn topic_state(&self) -> Option<&'a TopicState> {
        self.observed.of(&self.topic())
    }

    /// The subscriptions to the scheme's topic.
    pub fn subscriptions(&self) -> &'a [Subscription] {
        let topic = self.topic_state();
        topic.map_or(&[], |topic| &topic.subscriptions)
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
    pub fn alarms(&self) -> &'a [AlarmState] {
        let found = self.observed.of(&self.alarm_list());
        found.map_or(&[], Vec::as_slice)
    }

    /// An alarm of the scheme.
    pub fn alarm(&self, name: &str) -> Option<&'a AlarmState> {
        let mut alarms = self.alarms().iter();
        alarms.find(|alarm| alarm.settings.alarm_name == name)
    }

    /// The alarms that count into the scheme's namespace.
    pub fn own_alarms(&self) -> Vec<&'a AlarmState> {
        let namespace = self.scheme.base();
        let alarms = self.alarms().iter();
        let own = alarms.filter(|alarm| alarm.settings.namespace == namespace);
        own.collect()
    }

    /// The other group that the trail sends to, if it does not send to the one that is wanted.
    fn other_group(&self) -> Option<&'a str> {
        self.trail?.log_group().filter(|group| *group != self.group)
    }

    /// The group that the trail still sends to, and the scheme's filters in it, if there are any.
    pub fn left_behind(&self) -> Option<(&'a str, usize)> {
        let other = self.other_group()?;
        let found = self.observed.of(&self.filter_list(other))?;
        let own = found.iter().filter(|filter| self.is_own(filter)).count();
        (own > 0).then_some((other, own))
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

/// The region where the account shows the alerts, else the home region of the trail stack.
fn region(
    scheme: &Scheme,
    options: &Options,
    trails: &TrailSurvey,
    origin: Option<&Origin>,
) -> Result<Option<String>> {
    let named = options.trail.home.as_deref();
    let is_named = |region: &str| named.is_none_or(|named| named == region);
    match (trails.multi_region_trail(), origin) {
        // Wherever the queue is.
        (Some(trail), _) if is_named(&trail.home_region) => Ok(Some(trail.home_region.clone())),
        (None, Some(origin)) if is_named(&origin.region) => Ok(Some(origin.region.clone())),
        (None, Some(Origin { region, .. })) => {
            let (base, named) = (scheme.base(), named.unwrap_or_default());
            let message = format!("the alerts of {base} are in {region}, not in {named}");
            Err(Error::failed(message)
                .hint(format!("leave out --region, or give --region {region}")))
        }
        _ => home(&options.trail, trails),
    }
}

/// The region of a trail that is created together with the alerts: what is in another region would be left there.
fn of_both(
    scheme: &Scheme,
    alerts: Option<String>,
    trail: Option<String>,
) -> Result<Option<String>> {
    match (alerts, &trail) {
        (Some(alerts), Some(trail)) if alerts != *trail => {
            let base = scheme.base();
            let message = format!(
                "the alerts of {base} are in {alerts}, but the trail would be created in {trail}"
            );
            Err(Error::failed(message).hint(format!(
                "give --region {alerts}, or `ctadmin delete alerts --region {alerts}` first"
            )))
        }
        _ => Ok(trail),
    }
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
