//! What the scheme's multi-region trail delivers to CloudWatch Logs: the log group, the role that CloudTrail writes as,
//! and the two settings of the trail that name them.
//!
//! Several stacks use it. The first one creates it, with what its options state; the last one deletes it: as long as a
//! filter that stays reads the group, the trail continues to send.

mod alarms;
mod notes;
mod options;
mod place;
mod refusals;
mod role;
mod source;
mod stack;
mod users;

use std::collections::BTreeMap;
use std::sync::LazyLock;

pub use options::Options;
pub(crate) use role::{
    firehose_log_group, firehose_writes, role_of, service_role, service_role_if,
};
pub use source::LogSource;
pub(crate) use source::sender;
pub use stack::{LogContext, LogStack};

use super::graph::{At, Graph, Intent, Node};
use super::observed::Observed;
use super::trail::region::RegionState;
use super::trail::survey::Survey as TrailSurvey;
use super::{Account, Purpose, Scheme};
use crate::aws::read::{TrailDescription, TrailStatus};
use crate::error::Result;
use crate::resource::log_group::{LogGroup, LogGroupState};
use crate::resource::trail_logs::{TrailLogs, TrailLogsState};
use place::Origin;

/// How many days a new log group keeps events.
pub const RETENTION_IN_DAYS: i32 = 365;

/// The delivery of an account.
#[derive(Clone, Debug)]
pub struct LogDelivery<'a> {
    /// The name of the stack that uses it.
    pub stack: &'static str,
    /// The names of the scheme.
    pub scheme: &'a Scheme,
    /// What is asked of it.
    pub options: Options,
    /// What is done.
    pub purpose: Purpose,
    /// What is observed.
    pub observed: &'a Observed,
    /// The trail stack, by region.
    pub trails: &'a BTreeMap<String, RegionState>,
    /// The home region: that of the multi-region trail, else that which the role was created for, else the trail
    /// stack's; `*` for any.
    pub region: String,
    /// The multi-region trail, if there is one.
    pub trail: Option<&'a TrailDescription>,
    /// The name of the log group: the one named, else the one that the trail sends to, else the one that the role may
    /// write to, else the scheme's.
    pub group: String,
}

/// The nodes of a delivery that is kept.
#[derive(Clone, Copy, Debug, Default)]
pub struct Kept {
    /// The log group; nothing where another's is left alone.
    pub group: Option<At>,
}

impl<'a> LogDelivery<'a> {
    /// The delivery that a stack uses; nothing if nothing says which region is the home. `home` is the region where the
    /// trail stack is created, if it is.
    ///
    /// # Errors
    /// When options and account contradict each other.
    pub fn new(
        stack: &'static str,
        options: &Options,
        account: &'a Account,
        purpose: Purpose,
        (trails, observed): (&'a TrailSurvey, &'a Observed),
        home: Option<&str>,
    ) -> Result<Option<Self>> {
        let scheme = &account.scheme;
        if let Some(source) = &options.source {
            let place = source.place(options, account, purpose, observed)?;
            let Some(place) = place else { return Ok(None) };
            if purpose == Purpose::Create {
                source.check(stack, &place, trails)?;
            }
            let (region, group) = place;
            return Ok(Some(Self {
                group,
                region,
                observed,
                ..Self::widest(stack, options, scheme, purpose)
            }));
        }
        let trail = trails.multi_region_trail();
        let origin = observed.of(&role_of(scheme)).and_then(Origin::of);
        let found = place::region(stack, scheme, options, trails, origin.as_ref())?;
        let region = match (purpose, trail) {
            (Purpose::Create, None) if options.with_trail => {
                place::of_both(stack, scheme, found, home.map(str::to_owned))?
            }
            (Purpose::Create, None) => return Err(place::no_trail(stack, trails)),
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
        Ok(Some(Self {
            stack,
            group: group.unwrap_or_else(|| scheme.base()),
            scheme,
            options: options.clone(),
            purpose,
            observed,
            trails: &trails.regions,
            region,
            trail,
        }))
    }

    /// The delivery of any account, for the permissions.
    pub fn widest(
        stack: &'static str,
        options: &Options,
        scheme: &'a Scheme,
        purpose: Purpose,
    ) -> Self {
        static NONE: BTreeMap<String, RegionState> = BTreeMap::new();
        static NOTHING: LazyLock<Observed> = LazyLock::new(Observed::nothing);
        let group = match &options.source {
            None => options.log_group.clone().unwrap_or_else(|| scheme.base()),
            Some(source) => source.group.clone().unwrap_or_else(|| "*".to_owned()),
        };
        Self {
            stack,
            group,
            scheme,
            options: options.clone(),
            purpose,
            observed: &NOTHING,
            trails: &NONE,
            region: "*".to_owned(),
            trail: None,
        }
    }

    /// Adds what is read, whatever is done.
    pub fn read(&self, graph: &mut Graph) {
        graph.add(Node::read(self.log_group()));
        if self.source().is_none() {
            graph.add(Node::read(self.role()));
        }
        if self.trail.is_some() {
            graph.add(Node::read(self.trail_logs()));
        }
        self.read_users(graph);
    }

    /// Whether all was read that the resources depend on.
    pub fn is_read(&self) -> bool {
        self.observed.is_read(&self.log_group()) && self.are_users_read()
    }

    /// Adds what should exist. The trail sends once `is_used` says that the stack exists, or is created.
    pub fn keep(&self, graph: &mut Graph, intent: Intent, is_used: bool) -> Kept {
        let trail_steps: Vec<At> = graph.positions_of(&crate::resource::trail::KIND);
        let group_intent = match (self.is_others_group(), self.purpose) {
            (false, _) => Some(intent),
            (true, Purpose::Show) => Some(Intent::Show),
            (true, _) => None,
        };
        let group = group_intent.map(|intent| graph.add(Node::new(self.log_group(), intent)));
        let role = self.others_role().is_none() && self.source().is_none();
        let role = role.then(|| graph.add(Node::new(self.role(), intent)));
        let sends = self.purpose == Purpose::Create || (self.trail.is_some() && is_used);
        if sends && self.source().is_none() {
            let needed = group.into_iter().chain(role).chain(trail_steps);
            // A group without a retention that a trail sends to would be taken for one of others.
            let logs = Node::new(self.trail_logs(), intent).after(group);
            graph.add(logs.needs(needed));
        }
        Kept { group }
    }

    /// Adds what is deleted; the role. The trails stop sending as the role before it is deleted, whatever they log.
    pub fn delete(&self, graph: &mut Graph) -> At {
        let intent = Intent::Delete("");
        let role = graph.add(Node::new(self.role(), intent));
        let group = graph.add(Node::new(self.log_group(), intent));
        for (region, found) in self.trails {
            let Some(found) = &found.trail else { continue };
            let trail = &found.description;
            let logs = TrailLogs {
                trail: trail.name.clone(),
                region: region.clone(),
                arn: trail.arn.clone(),
                found: Some(trail.clone()),
                role_arn: self.role().arn,
                ..self.trail_logs()
            };
            let state = TrailLogsState {
                trail: trail.clone(),
                selectors: None,
            };
            graph.add(Node::given(logs, intent, Some(state)).needs([group]));
        }
        role
    }

    /// The log group's ARN, without `:*`.
    pub fn group_arn(&self) -> String {
        self.arn_of(&self.group)
    }

    fn arn_of(&self, group: &str) -> String {
        let resource = format!("log-group:{group}");
        self.scheme.arn("logs", &self.region, &resource)
    }

    /// The log group as it exists.
    pub fn group_state(&self) -> Option<&'a LogGroupState> {
        self.observed.of(&self.log_group())
    }

    /// Whether the trail logs, and how its events arrive.
    pub fn status(&self) -> Option<&'a TrailStatus> {
        let found = self.trails.get(&self.region)?.trail.as_ref()?;
        self.trail.map(|_| &found.status)
    }

    /// The other group that the trail sends to, if it does not send to the one that is wanted.
    pub fn other_group(&self) -> Option<&'a str> {
        self.trail?.log_group().filter(|group| *group != self.group)
    }

    /// Whether the trail sends to the group already.
    fn is_sent_to(&self) -> bool {
        let arn = format!("{}:*", self.group_arn());
        self.trail
            .is_some_and(|trail| trail.log_group_arn.as_ref() == Some(&arn))
    }

    /// Whether the group is another's that the trail already sends to: it is not changed.
    pub fn is_others_group(&self) -> bool {
        let named = self.options.log_group.is_some();
        let is_in_use = self.is_sent_to() && self.group != self.scheme.base() && !named;
        self.source().is_some() || is_in_use
    }

    /// The role of another that the trail already sends as: it is kept.
    pub fn others_role(&self) -> Option<&'a String> {
        let role = self.trail?.log_role_arn.as_ref()?;
        (self.is_sent_to() && *role != role_of(self.scheme).arn).then_some(role)
    }

    /// The log group.
    pub fn log_group(&self) -> LogGroup {
        LogGroup {
            name: self.group.clone(),
            region: self.region.clone(),
            arn: self.group_arn(),
            new_retention_in_days: RETENTION_IN_DAYS,
            in_use: self.is_sent_to() || self.group != self.scheme.base(),
            retention_in_days: self.options.retention_in_days,
            kms_key_id: self.options.kms_key_id.clone(),
            tags: self.options.tags.clone(),
            kept: self.why_logs_stay().map(str::to_owned),
        }
    }

    /// Why the log group is not deleted; nothing when it is, if there is one.
    pub fn why_logs_stay(&self) -> Option<&'static str> {
        let named = self.options.log_group.is_some();
        match () {
            () if !self.options.with_logs => Some("--with-logs deletes it"),
            () if self.group != self.scheme.base() && !named => {
                Some("it is not the scheme's; --log-group NAME deletes it")
            }
            () if self.still_sending().next().is_some() => Some("a trail still sends to it"),
            () => None,
        }
    }

    /// The trails of the account that send to the group as another role.
    pub fn still_sending(&self) -> impl Iterator<Item = &'a TrailDescription> {
        let group = format!("{}:*", self.group_arn());
        let role = role_of(self.scheme).arn;
        // Without the shadows of trails of other regions.
        let all = self.trails.iter().flat_map(|(region, found)| {
            let trails = found.trails.iter();
            trails.filter(move |trail| trail.home_region == *region)
        });
        all.filter(move |trail| {
            trail.log_group_arn.as_ref() == Some(&group)
                && trail.log_role_arn.as_ref() != Some(&role)
        })
    }

    /// What the trail sends.
    pub fn trail_logs(&self) -> TrailLogs {
        let (scheme, region) = (self.scheme, &self.region);
        let others = self.others_role().cloned();
        TrailLogs {
            trail: scheme.trail_name(region),
            region: region.clone(),
            arn: scheme.trail_arn(region),
            group_arn: format!("{}:*", self.group_arn()),
            role_arn: others.unwrap_or_else(|| role_of(scheme).arn),
            selects: !(self.purpose == Purpose::Create && self.options.with_trail),
            found: self.trail.cloned(),
            delivered: self.status().and_then(|status| status.logs_delivered),
        }
    }
}
