//! An account in memory: what a stack would read of it.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ctadmin::aws::read::{
    Alarm, CompositeAlarm, Concurrency, DeliveryStream, Detector, EventSourceMapping, Function,
    GlueDatabase, GlueTable, GuardDutyMember, GuardDutyRelation, Listed, MetricFilter, NamedQuery,
    SecretState, TrailDescription,
};
use ctadmin::call::logs::PutSubscriptionFilter;
use ctadmin::resource::access_key::AccessKeysState;
use ctadmin::resource::bucket::{BucketState, Lookup};
use ctadmin::resource::data_stream::DataStreamState;
use ctadmin::resource::delivery_stream::DeliveryStreamState;
use ctadmin::resource::destination::DestinationState;
use ctadmin::resource::domain::DomainState;
use ctadmin::resource::event_rule::EventRuleState;
use ctadmin::resource::log_group::LogGroupState;
use ctadmin::resource::principal::PrincipalState;
use ctadmin::resource::queue::QueueState;
use ctadmin::resource::topic::TopicState;
use ctadmin::resource::trail::TrailState;
use ctadmin::resource::trail_logs::TrailLogsState;
use ctadmin::resource::work_group::WorkGroupState;
use ctadmin::stack::any::AnyResource;
use ctadmin::stack::engine::{Run, Surveyed};
use ctadmin::stack::observed::{Observation, Observed};
use ctadmin::stack::trail::region::RegionState;
use ctadmin::stack::trail::survey::{BucketScope, Scope, Survey};

use super::{Tested, account};

/// Region and name.
pub type Place = (String, String);

/// What exists.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    pub users: BTreeMap<String, PrincipalState>,
    pub roles: BTreeMap<String, PrincipalState>,
    pub keys: BTreeMap<String, AccessKeysState>,
    pub groups: BTreeMap<Place, LogGroupState>,
    /// By region and group.
    pub filters: BTreeMap<Place, Vec<MetricFilter>>,
    /// By region and group.
    pub subscriptions: BTreeMap<Place, Vec<PutSubscriptionFilter>>,
    /// Each by region, and group and stream.
    pub log_streams: BTreeSet<Place>,
    pub streams: BTreeMap<Place, DeliveryStreamState>,
    pub functions: BTreeMap<Place, Function>,
    /// By region and function.
    pub mappings: BTreeMap<Place, EventSourceMapping>,
    pub domains: BTreeMap<Place, DomainState>,
    /// By ARN; all others exist.
    pub secrets: BTreeMap<String, Option<SecretState>>,
    /// The limits of Lambda, in each region.
    pub concurrency: Option<Concurrency>,
    pub data_streams: BTreeMap<Place, DataStreamState>,
    pub destinations: BTreeMap<Place, DestinationState>,
    /// By region and type, what the Cloud Control API lists.
    pub resources: BTreeMap<Place, Vec<Listed>>,
    /// By region.
    pub detectors: BTreeMap<String, Detector>,
    /// By region.
    pub members: BTreeMap<String, Vec<GuardDutyMember>>,
    /// By region, where this account is the delegated administrator of its organization.
    pub organizations: BTreeMap<String, String>,
    /// By region: the account's own invitation or administrator.
    pub relations: BTreeMap<String, GuardDutyRelation>,
    pub rules: BTreeMap<Place, EventRuleState>,
    pub databases: BTreeMap<Place, GlueDatabase>,
    pub tables: BTreeMap<Place, GlueTable>,
    pub work_groups: BTreeMap<Place, WorkGroupState>,
    /// By region and work group.
    pub named_queries: BTreeMap<Place, Vec<NamedQuery>>,
    /// By region and name.
    pub log_policies: BTreeMap<Place, String>,
    pub alarms: BTreeMap<Place, Alarm>,
    pub composites: Vec<CompositeAlarm>,
    pub dashboards: BTreeMap<String, String>,
    pub topics: BTreeMap<Place, TopicState>,
    pub queues: BTreeMap<Place, QueueState>,
    pub trails: BTreeMap<Place, TrailState>,
    pub buckets: BTreeMap<String, BucketState>,
    /// Names of buckets of other accounts.
    pub closed_buckets: Vec<String>,
}

pub fn place(region: &str, name: &str) -> Place {
    (region.to_owned(), name.to_owned())
}

fn any<T: Any + Send + Sync>(found: Option<T>) -> Observation {
    found.map(|found| Arc::new(found) as Arc<_>)
}

impl Memory {
    /// What the engine would find out, read by read.
    pub fn survey<S: Tested>(&self, run: &Run<S>, known: S::Known) -> Surveyed<S::Known> {
        let mut observed = Observed::default();
        let (stack, account) = (&run.stack, account());
        let mut known_yet = None;
        while let Ok(outline) = stack.outline(&account, run.purpose, known_yet, &observed) {
            let nodes = outline.graph.nodes().iter();
            let unread: Vec<_> = nodes.filter(|node| node.is_unread(&observed)).collect();
            if unread.is_empty() && known_yet.is_some() {
                break;
            }
            for node in unread {
                observed.insert(node.resource(), Ok(self.read(node.resource())));
            }
            known_yet = Some(&known);
        }
        Surveyed { known, observed }
    }

    /// What a read of a resource returns.
    fn read(&self, resource: &dyn AnyResource) -> Observation {
        let id = resource.id();
        let (region, name) = (id.region, id.name);
        let at = place(region, name);
        match id.kind.name {
            "user" => any(self.users.get(name).cloned()),
            "role" => any(self.roles.get(name).cloned()),
            "access-keys" => any(Some(self.keys.get(name).cloned().unwrap_or_default())),
            "log-group" => any(self.groups.get(&at).cloned()),
            "metric-filters" => any(Some(self.filters.get(&at).cloned().unwrap_or_default())),
            "subscription-filters" => any(Some(
                self.subscriptions.get(&at).cloned().unwrap_or_default(),
            )),
            "subscription-filter" => any(self.subscription(region, name)),
            "log-stream" => any(self.log_streams.contains(&at).then_some(())),
            "delivery-stream" => any(self.streams.get(&at).cloned()),
            "data-stream" => any(self.data_streams.get(&at).cloned()),
            "resources" => any(Some(self.resources.get(&at).cloned().unwrap_or_default())),
            "destination" => any(self.destinations.get(&at).cloned()),
            "detector" => any(self.detectors.get(region).cloned()),
            "guardduty-invitation" => any(self.relations.get(region).cloned()),
            "guardduty-organization" => any(self.organizations.get(region).cloned()),
            "guardduty-members" => any(self.members.get(region).cloned()),
            "queue" => any(self.queues.get(&at).cloned()),
            "domain" => any(self.domains.get(&at).cloned()),
            "event-source-mapping" => any(self.mappings.get(&at).cloned()),
            "database" => any(self.databases.get(&at).cloned()),
            "table" => any(self.tables.get(&at).cloned()),
            "tables" => any(Some(
                self.tables
                    .keys()
                    .map(|(_, name)| name.clone())
                    .collect::<Vec<_>>(),
            )),
            "work-group" => any(self.work_groups.get(&at).cloned()),
            "named-queries" => any(Some(
                self.named_queries.get(&at).cloned().unwrap_or_default(),
            )),
            "event-rule" => any(self.rules.get(&at).cloned()),
            "log-resource-policies" => any(Some(self.log_policies_of(region))),
            "lambda-function" => any(self.functions.get(&at).cloned()),
            "secret" => any(self
                .secrets
                .get(name)
                .copied()
                .unwrap_or(Some(SecretState::Exists))),
            "lambda-concurrency" => any(self.concurrency),
            "bucket" => any(self.buckets.get(name).cloned()),
            "alarms" => any(Some(self.alarms_of(region, name))),
            "composite-alarms" => any(Some(self.composites.clone())),
            "dashboard" => any(self.dashboards.get(name).cloned()),
            "topic" => any(self.topics.get(&at).cloned()),
            "topic-exists" => any(Some(self.has_topic(name))),
            "trail-logs" => any(self.trails.get(&at).map(|trail| TrailLogsState {
                trail: trail.description.clone(),
                selectors: trail.selectors.clone().and_then(Result::ok),
            })),
            kind => panic!("nothing reads {kind} in memory"),
        }
    }

    fn log_policies_of(&self, region: &str) -> Vec<(String, String)> {
        let policies = self.log_policies.iter();
        let policies = policies.filter(|((of, _), _)| of == region);
        let policies = policies.map(|((_, name), text)| (name.clone(), text.clone()));
        policies.collect()
    }

    fn alarms_of(&self, region: &str, prefix: &str) -> Vec<Alarm> {
        let alarms = self.alarms.iter();
        let alarms = alarms.filter(|((of, name), _)| of == region && name.starts_with(prefix));
        alarms.map(|(_, alarm)| alarm.clone()).collect()
    }

    fn subscription(&self, region: &str, name: &str) -> Option<PutSubscriptionFilter> {
        let filters = self
            .subscriptions
            .iter()
            .filter(|((of, _), _)| of == region);
        let mut filters = filters.flat_map(|(_, filters)| filters);
        filters.find(|filter| filter.filter_name == name).cloned()
    }

    fn has_topic(&self, arn: &str) -> bool {
        let scheme = account().scheme;
        let mut topics = self.topics.keys();
        topics.any(|(region, name)| scheme.arn("sns", region, name) == arn)
    }

    /// What the trail stack would find out.
    pub fn trails(&self, scope: Scope) -> Survey {
        let scheme = account().scheme;
        let mut survey = Survey::of_empty_account(scope);
        for (region, state) in &mut survey.regions {
            let own = self.trails.get(&place(region, &scheme.trail_name(region)));
            let queue = |name: &str| self.queues.get(&place(region, name)).cloned();
            *state = RegionState {
                trails: self.trails_of(region),
                trail: own.cloned(),
                topic: self
                    .topics
                    .get(&place(region, &scheme.topic_name(region)))
                    .cloned(),
                queue: queue(&scheme.queue),
                dead_letters: queue(&scheme.dead_letter_queue()),
            };
        }
        let name = match &survey.scope.bucket {
            BucketScope::Nothing => None,
            BucketScope::Named(name) => Some(name.clone()),
            BucketScope::InUse => {
                let in_use = survey.bucket_in_use().map(str::to_owned);
                Some(in_use.unwrap_or_else(|| scheme.bucket_name()))
            }
        };
        survey.bucket = name.map(|name| {
            let found = match self.buckets.get(&name) {
                Some(state) => Lookup::Owned(state.clone()),
                None if self.closed_buckets.contains(&name) => Lookup::Forbidden,
                None => Lookup::Missing,
            };
            (name, Ok(found))
        });
        survey
    }

    /// The trails that log a region, shadows included.
    fn trails_of(&self, region: &str) -> Vec<TrailDescription> {
        let trails = self.trails.values().map(|trail| &trail.description);
        let logging = trails.filter(|trail| trail.multi_region || trail.home_region == region);
        logging.cloned().collect()
    }

    /// What exists, by name.
    pub fn names(&self) -> Vec<String> {
        let regional = self.topics.keys().chain(self.queues.keys());
        let regional = regional.chain(self.trails.keys()).chain(self.alarms.keys());
        let regional = regional.chain(self.groups.keys()).chain(&self.log_streams);
        let regional = regional
            .chain(self.streams.keys())
            .chain(self.functions.keys())
            .chain(self.domains.keys())
            .chain(self.data_streams.keys())
            .chain(self.destinations.keys())
            .chain(self.rules.keys())
            .chain(self.databases.keys())
            .chain(self.tables.keys())
            .chain(self.work_groups.keys())
            .chain(self.log_policies.keys());
        let regional = regional.map(|(region, name)| format!("{region} {name}"));
        let named = self.users.keys().chain(self.roles.keys());
        let named = named.chain(self.detectors.keys());
        let named = named
            .chain(self.buckets.keys())
            .chain(self.dashboards.keys());
        let mut filters: Vec<&String> =
            self.filters.values().flatten().map(|it| &it.name).collect();
        let subscriptions = self.subscriptions.values().flatten();
        filters.extend(subscriptions.map(|filter| &filter.filter_name));
        filters.sort();
        regional.chain(named.chain(filters).cloned()).collect()
    }

    // What a case changes; it must exist.

    pub fn user(&mut self, name: &str) -> &mut PrincipalState {
        self.users.get_mut(name).expect("the user exists")
    }

    pub fn role(&mut self, name: &str) -> &mut PrincipalState {
        self.roles.get_mut(name).expect("the role exists")
    }

    pub fn trail(&mut self, region: &str) -> &mut TrailState {
        let name = account().scheme.trail_name(region);
        self.trails
            .get_mut(&place(region, &name))
            .expect("the trail exists")
    }

    pub fn topic(&mut self, region: &str, name: &str) -> &mut TopicState {
        self.topics
            .get_mut(&place(region, name))
            .expect("the topic exists")
    }

    pub fn queue(&mut self, name: &str) -> &mut QueueState {
        self.queues
            .get_mut(&place(super::HOME, name))
            .expect("the queue exists")
    }

    pub fn bucket(&mut self) -> &mut BucketState {
        self.bucket_named("lab-cloudtrail")
    }

    pub fn bucket_named(&mut self, name: &str) -> &mut BucketState {
        self.buckets.get_mut(name).expect("the bucket exists")
    }

    pub fn group(&mut self) -> &mut LogGroupState {
        self.group_at(&place(super::HOME, "lab-cloudtrail"))
    }

    pub fn group_at(&mut self, at: &Place) -> &mut LogGroupState {
        self.groups.get_mut(at).expect("the log group exists")
    }

    pub fn stream(&mut self) -> &mut DeliveryStream {
        let stream = place(super::HOME, "lab-cloudtrail-splunk");
        let stream = self.streams.get_mut(&stream).expect("the stream exists");
        &mut stream.description
    }

    pub fn function(&mut self) -> &mut Function {
        let function = place(super::HOME, "lab-cloudtrail-transform");
        self.functions
            .get_mut(&function)
            .expect("the function exists")
    }

    pub fn filter(&mut self, name: &str) -> &mut MetricFilter {
        let mut filters = self.filters.values_mut().flatten();
        filters
            .find(|filter| filter.name == name)
            .expect("the filter exists")
    }

    pub fn alarm(&mut self, name: &str) -> &mut Alarm {
        self.alarms
            .get_mut(&place(super::HOME, name))
            .expect("the alarm exists")
    }
}
