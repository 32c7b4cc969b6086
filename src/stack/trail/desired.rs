//! What should be: the resources wanted, given the user's options and what was found.
//!
//! The rule behind every line: an option that was not given never changes what exists.

use std::collections::{BTreeMap, BTreeSet};

use super::region::RegionState;
use super::statements::{WRITE, cloudtrail_writes, tls_only, topics_send, trail_publishes};
use super::survey::Survey;
use super::{Layout, Options, hardening};
use crate::error::{Error, Result};
use crate::policy::Policy;
use crate::region::global_region;
use crate::resource::{
    bucket::{self, Bucket},
    queue::{Queue, Redrive},
    subscription::{Endpoint, Subscription},
    topic::Topic,
    trail::Trail,
};
use crate::stack::Scheme;

/// The longest that SQS keeps a message: 14 days.
const RETENTION: (&str, &str) = ("MessageRetentionPeriod", "1209600");

/// How often a message may be received before SQS moves it to the dead-letter queue.
const MAX_RECEIVE_COUNT: u32 = 5;

/// Everything that should be.
#[derive(Clone, Debug)]
pub struct Desired {
    /// The region of bucket and queue.
    pub home: Option<String>,
    /// How trails are spread.
    pub layout: Layout,
    /// The name of the bucket that trails write to.
    pub bucket_name: String,
    /// The bucket, unless it is another account's or unknown.
    pub bucket: Option<Bucket>,
    /// The queue, if one is wanted and its region is known.
    pub queue: Option<Queue>,
    /// The queue's dead-letter queue, unless it has another or none is wanted.
    pub dead_letters: Option<Queue>,
    /// Trail, topic and subscription, by region.
    pub regions: BTreeMap<String, DesiredRegion>,
}

/// What should be in one region.
#[derive(Clone, Debug)]
pub struct DesiredRegion {
    /// The region's topic.
    pub topic: Topic,
    /// The region's trail.
    pub trail: Trail,
    /// The queue's subscription to the topic, if a queue is wanted.
    pub subscription: Option<Subscription>,
}

impl Desired {
    /// What should be in the regions that could be read.
    ///
    /// # Errors
    /// When the scheme's trails write to several buckets and no option chooses one.
    pub fn new(
        scheme: &Scheme,
        options: &Options,
        survey: &Survey,
        home: Option<String>,
    ) -> Result<Self> {
        let multi = survey.multi_region_trail(scheme);
        let layout = options.layout.unwrap_or(match multi {
            Some(_) => Layout::MultiRegion,
            None => Layout::Regional,
        });
        let bucket_name = bucket_name(scheme, options, survey)?;
        let mut desired = Self {
            bucket: None,
            queue: None,
            dead_letters: None,
            regions: BTreeMap::new(),
            bucket_name,
            home,
            layout,
        };
        desired.dead_letters = desired.wanted_dead_letters(scheme, options, survey);
        desired.queue = desired.wanted_queue(scheme, options, survey);
        desired.regions = desired.wanted_regions(scheme, options, survey);
        desired.bucket = desired.wanted_bucket(scheme, options, survey);
        Ok(desired)
    }

    /// The walked regions in which the multi-region trail makes the scheme's own trail or topic needless.
    pub fn superseded<'a>(
        &'a self,
        survey: &'a Survey,
    ) -> impl Iterator<Item = (&'a str, &'a RegionState)> {
        let walked = survey
            .scope
            .regions
            .iter()
            .map(|region| region.name.as_str());
        walked
            .filter(|region| {
                self.layout == Layout::MultiRegion && Some(*region) != self.home.as_deref()
            })
            .filter_map(|region| Some((region, survey.regions.get(region)?)))
            .filter(|(_, found)| found.trail.is_some() || found.topic.is_some())
    }

    fn wanted_queue(&self, scheme: &Scheme, options: &Options, survey: &Survey) -> Option<Queue> {
        let home = self.home.as_ref().filter(|_| !options.no_queue)?;
        let found = survey
            .regions
            .get(home)
            .and_then(|region| region.queue.as_ref());
        let policy = found.and_then(|queue| queue.policy.as_ref());
        Some(Queue {
            attributes: attributes(&[RETENTION, ("VisibilityTimeout", "300")]),
            statements: vec![topics_send(scheme, home, &survey.scope.enabled, policy)],
            redrive: self.dead_letters.as_ref().map(|_| Redrive {
                queue_arn: scheme.dead_letter_queue_arn(home),
                max_receive_count: MAX_RECEIVE_COUNT,
            }),
            encryption: options.queue_encryption.clone(),
            tags: options.tags.clone(),
            ..queue_in(scheme, home)
        })
    }

    /// A queue with a redrive policy keeps it; if that names the scheme's own queue, that must exist.
    fn wanted_dead_letters(
        &self,
        scheme: &Scheme,
        options: &Options,
        survey: &Survey,
    ) -> Option<Queue> {
        let wanted = !options.no_queue && !options.no_dlq;
        let home = self.home.as_ref().filter(|_| wanted)?;
        let found = survey
            .regions
            .get(home)
            .and_then(|region| region.queue.as_ref());
        let elsewhere = found.is_some_and(|queue| {
            let redrive = queue.redrive();
            redrive.is_some_and(|to| to.queue_arn != scheme.dead_letter_queue_arn(home))
        });
        (!elsewhere).then(|| Queue {
            attributes: attributes(&[RETENTION]),
            encryption: options.queue_encryption.clone(),
            tags: options.tags.clone(),
            ..dead_letter_queue_in(scheme, home)
        })
    }

    fn wanted_regions(
        &self,
        scheme: &Scheme,
        options: &Options,
        survey: &Survey,
    ) -> BTreeMap<String, DesiredRegion> {
        let walked = survey.scope.regions.iter().map(|region| &region.name);
        let readable = walked.filter(|region| survey.regions.contains_key(*region));
        let bearing = readable.filter(|region| match self.layout {
            Layout::Regional => true,
            Layout::MultiRegion => Some(*region) == self.home.as_ref(),
        });
        bearing
            .map(|region| {
                (
                    region.clone(),
                    self.wanted_region(scheme, options, survey, region),
                )
            })
            .collect()
    }

    fn wanted_region(
        &self,
        scheme: &Scheme,
        options: &Options,
        survey: &Survey,
        region: &str,
    ) -> DesiredRegion {
        let is_new = survey
            .regions
            .get(region)
            .is_none_or(|found| found.trail.is_none());
        // A new trail is like its siblings where they are all alike.
        let inherited = |in_use: Option<&str>| in_use.filter(|_| is_new).map(str::to_owned);
        let trail = Trail {
            name: scheme.trail_name(region),
            region: region.to_owned(),
            arn: scheme.trail_arn(region),
            bucket: self.bucket_name.clone(),
            key_prefix: options
                .key_prefix
                .clone()
                .or_else(|| inherited(survey.key_prefix_in_use(scheme))),
            topic_name: scheme.topic_name(region),
            topic_arn: scheme.topic_arn(region),
            global_events: self.global_events(scheme, region),
            multi_region: self.layout == Layout::MultiRegion,
            log_file_validation: !options.no_log_file_validation,
            kms_key_id: options
                .kms_key_id
                .clone()
                .or_else(|| inherited(survey.kms_key_in_use(scheme))),
            all_sources: options.include_all_sources,
            tags: options.tags.clone(),
        };
        let topic = Topic {
            name: scheme.topic_name(region),
            region: region.to_owned(),
            arn: scheme.topic_arn(region),
            publisher: "CloudTrail",
            statements: vec![trail_publishes(scheme, region)],
            kms_key_id: options.topic_keys.of(region),
            tags: options.tags.clone(),
        };
        let subscription = self.queue.as_ref().map(|queue| Subscription {
            name: topic.name.clone(),
            topic_arn: topic.arn.clone(),
            region: region.to_owned(),
            endpoint: Endpoint::Queue(scheme.queue_arn(&queue.region)),
        });
        DesiredRegion {
            topic,
            trail,
            subscription,
        }
    }

    /// Events of global services belong to the home region and to the one region where AWS still delivers them.
    fn global_events(&self, scheme: &Scheme, region: &str) -> Option<bool> {
        let always =
            self.layout == Layout::MultiRegion || region == global_region(&scheme.partition);
        match &self.home {
            Some(home) => Some(always || region == home),
            None => always.then_some(true),
        }
    }

    fn wanted_bucket(&self, scheme: &Scheme, options: &Options, survey: &Survey) -> Option<Bucket> {
        if options.foreign_owner(scheme).is_some() {
            return None;
        }
        let name = &self.bucket_name;
        let found = match &survey.bucket {
            Some((found_name, Ok(bucket::Lookup::Owned(state)))) if found_name == name => {
                Some(state)
            }
            _ => None,
        };
        let region = found.map(|state| &state.region).or(self.home.as_ref())?;
        let policy = found.and_then(|state| state.policy.as_ref());
        let key_prefixes = self.key_prefixes(scheme, survey, policy);
        let mut statements = cloudtrail_writes(scheme, name, &key_prefixes);
        if !options.policy_only {
            statements.push(tls_only(scheme, name));
        }
        Some(Bucket {
            name: name.clone(),
            region: region.clone(),
            arn: scheme.bucket_arn(name),
            owner: scheme.account.clone(),
            statements,
            block_public_access: !options.policy_only,
            tags: options.tags.clone(),
            settings: hardening::settings(scheme, options, name, &key_prefixes),
            parts: hardening::parts(options),
        })
    }

    /// The key prefixes that trails will have, and those that the policy already allows: trails of regions that
    /// this run does not read may have them.
    pub fn key_prefixes(
        &self,
        scheme: &Scheme,
        survey: &Survey,
        policy: Option<&Policy>,
    ) -> BTreeSet<String> {
        let mut prefixes = BTreeSet::new();
        for (region, desired) in &self.regions {
            let found = survey
                .regions
                .get(region)
                .and_then(|found| found.trail.as_ref());
            let found = found.and_then(|trail| trail.description.key_prefix.clone());
            prefixes.insert(
                desired
                    .trail
                    .key_prefix
                    .clone()
                    .or(found)
                    .unwrap_or_default(),
            );
        }
        let sid = scheme.sid(WRITE);
        let ours = policy.and_then(|policy| policy.statement(&sid));
        let resources = ours.map(|statement| match &statement["Resource"] {
            serde_json::Value::Array(entries) => entries.iter().collect(),
            entry => vec![entry],
        });
        let bucket = format!("{}/", scheme.bucket_arn(&self.bucket_name));
        let logs = format!("AWSLogs/{}/*", scheme.account);
        for resource in resources
            .into_iter()
            .flatten()
            .filter_map(serde_json::Value::as_str)
        {
            let key = resource
                .strip_prefix(&bucket)
                .and_then(|key| key.strip_suffix(&logs));
            match key {
                Some("") => drop(prefixes.insert(String::new())),
                Some(key) if key.ends_with('/') && !key.contains(['*', '?']) => {
                    prefixes.insert(key.trim_end_matches('/').to_owned());
                }
                _ => {}
            }
        }
        if prefixes.is_empty() {
            prefixes.insert(String::new());
        }
        prefixes
    }
}

/// The scheme's queue in a region, by its names.
pub fn queue_in(scheme: &Scheme, region: &str) -> Queue {
    let (arn, url) = (scheme.queue_arn(region), scheme.queue_url(region));
    Queue::of(scheme.queue.clone(), arn, url, region)
}

/// The scheme's dead-letter queue in a region, by its names.
pub fn dead_letter_queue_in(scheme: &Scheme, region: &str) -> Queue {
    let (arn, url) = (
        scheme.dead_letter_queue_arn(region),
        scheme.dead_letter_queue_url(region),
    );
    Queue::of(scheme.dead_letter_queue(), arn, url, region)
}

fn attributes(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let pairs = pairs.iter();
    pairs
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The bucket that the trails write to, or should.
///
/// # Errors
/// When they write to several, and no option chooses one.
pub fn bucket_name(scheme: &Scheme, options: &Options, survey: &Survey) -> Result<String> {
    if let Some(named) = &options.bucket {
        return Ok(named.clone());
    }
    let derived = scheme.bucket_name();
    let in_use = survey.buckets_in_use(scheme);
    match in_use.len() {
        0 => Ok(derived),
        1 => Ok(in_use.into_iter().collect()),
        _ if in_use.contains(derived.as_str()) => Ok(derived),
        _ => {
            let names = Vec::from_iter(in_use).join(", ");
            Err(
                Error::failed(format!("the trails write to several buckets: {names}"))
                    .hint("choose one with --bucket"),
            )
        }
    }
}
