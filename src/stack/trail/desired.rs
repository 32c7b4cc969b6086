//! What should be: the resources wanted, given the user's options and what was found.
//!
//! The rule behind every line: an option that was not given never changes what exists.

use std::collections::{BTreeMap, BTreeSet};

use super::region::RegionState;
use super::statements::{WRITE, cloudtrail_writes, tls_only, topics_send, trail_publishes};
use super::survey::Survey;
use super::{Layout, Options, hardening};
use crate::aws::read::TrailDescription;
use crate::error::{Error, Result};
use crate::policy::{Policy, texts};
use crate::region::global_region;
use crate::resource::{
    bucket::Bucket,
    queue::{Queue, QueueState, Redrive},
    subscription::{Endpoint, Subscription},
    topic::Topic,
    trail::Trail,
};
use crate::stack::Scheme;

/// The longest that SQS keeps a message: 14 days.
const RETENTION: (&str, &str) = ("MessageRetentionPeriod", "1209600");

/// How often a message may be received before SQS moves it to the dead-letter queue.
const MAX_RECEIVE_COUNT: u32 = 5;

/// A setting of a trail.
type Setting = fn(&TrailDescription) -> &Option<String>;

/// Everything that should be, and what it follows from.
#[derive(Clone, Debug)]
pub struct Desired<'a> {
    pub options: &'a Options,
    pub survey: &'a Survey,
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
    pub topic: Topic,
    pub trail: Trail,
    /// The queue's subscription to the topic, if a queue is wanted.
    pub subscription: Option<Subscription>,
}

impl<'a> Desired<'a> {
    /// What should be in the regions that could be read.
    ///
    /// # Errors
    /// When the scheme's trails write to several buckets and no option chooses one.
    pub fn new(options: &'a Options, survey: &'a Survey, home: Option<String>) -> Result<Self> {
        let bucket_name = bucket_name(options, survey)?;
        Ok(Self::in_bucket(options, survey, home, bucket_name))
    }

    /// As [`Self::new`], with logs in this bucket.
    pub fn in_bucket(
        options: &'a Options,
        survey: &'a Survey,
        home: Option<String>,
        bucket_name: String,
    ) -> Self {
        let multi = survey.multi_region_trail();
        let layout = options.layout.unwrap_or(match multi {
            Some(_) => Layout::MultiRegion,
            None => Layout::Regional,
        });
        let mut desired = Self {
            options,
            survey,
            bucket_name,
            bucket: None,
            queue: None,
            dead_letters: None,
            regions: BTreeMap::new(),
            home,
            layout,
        };
        desired.dead_letters = desired.wanted_dead_letters();
        desired.queue = desired.wanted_queue();
        let walked = survey.walked().map(|(region, _)| region);
        let bearing = walked.filter(|region| match layout {
            Layout::Regional => true,
            Layout::MultiRegion => desired.home.as_deref() == Some(region),
        });
        let regions = bearing.map(|region| (region.to_owned(), desired.wanted_region(region)));
        desired.regions = regions.collect();
        desired.bucket = desired.wanted_bucket();
        desired
    }

    /// The names of the scheme.
    pub fn scheme(&self) -> &'a Scheme {
        self.survey.scheme()
    }

    /// The walked regions in which the multi-region trail makes the scheme's own trail or topic needless.
    pub fn superseded(&self) -> impl Iterator<Item = (&'a str, &'a RegionState)> {
        let is_multi = self.layout == Layout::MultiRegion;
        let walked = self.survey.walked();
        let others =
            walked.filter(move |(region, _)| is_multi && Some(*region) != self.home.as_deref());
        others.filter(|(_, found)| found.trail.is_some() || found.topic.is_some())
    }

    /// The queue as it exists.
    pub fn found_queue(&self) -> Option<&'a QueueState> {
        self.survey.queue(self.home.as_ref()?)
    }

    fn wanted_queue(&self) -> Option<Queue> {
        let (scheme, options) = (self.scheme(), self.options);
        let home = self.home.as_ref().filter(|_| !options.no_queue)?;
        let policy = self.found_queue().and_then(|queue| queue.policy.as_ref());
        let enabled = &self.survey.scope.account.enabled;
        Some(Queue {
            attributes: attributes(&[RETENTION, ("VisibilityTimeout", "300")]),
            statements: vec![topics_send(scheme, home, enabled, policy)],
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
    fn wanted_dead_letters(&self) -> Option<Queue> {
        let (scheme, options) = (self.scheme(), self.options);
        let wanted = !options.no_queue && !options.no_dlq;
        let home = self.home.as_ref().filter(|_| wanted)?;
        let redrive = self.found_queue().and_then(QueueState::redrive);
        let elsewhere =
            redrive.is_some_and(|to| to.queue_arn != scheme.dead_letter_queue_arn(home));
        (!elsewhere).then(|| Queue {
            attributes: attributes(&[RETENTION]),
            encryption: options.queue_encryption.clone(),
            tags: options.tags.clone(),
            ..dead_letter_queue_in(scheme, home)
        })
    }

    fn wanted_region(&self, region: &str) -> DesiredRegion {
        let (scheme, options, survey) = (self.scheme(), self.options, self.survey);
        let is_new = survey.trail(region).is_none();
        // A new trail is like its siblings where they are all alike.
        let or_inherited = |named: &Option<String>, setting: Setting| {
            let in_use = survey.in_use(setting).filter(|_| is_new);
            named.clone().or_else(|| in_use?.clone())
        };
        let trail = Trail {
            bucket: self.bucket_name.clone(),
            key_prefix: or_inherited(&options.key_prefix, |trail| &trail.key_prefix),
            topic_name: scheme.topic_name(region),
            topic_arn: scheme.topic_arn(region),
            global_events: self.global_events(region),
            multi_region: self.layout == Layout::MultiRegion,
            log_file_validation: !options.no_log_file_validation,
            kms_key_id: or_inherited(&options.kms_key_id, |trail| &trail.kms_key_id),
            all_sources: options.include_all_sources,
            tags: options.tags.clone(),
            ..trail_in(scheme, region)
        };
        let topic = Topic {
            publisher: "CloudTrail",
            statements: vec![trail_publishes(scheme, region)],
            kms_key_id: options.topic_keys.of(region),
            tags: options.tags.clone(),
            ..topic_in(scheme, region)
        };
        let subscription = self.queue.as_ref().map(|queue| Subscription {
            name: topic.name.clone(),
            topic_arn: topic.arn.clone(),
            region: region.to_owned(),
            endpoint: Endpoint::Queue(queue.arn.clone()),
        });
        DesiredRegion {
            topic,
            trail,
            subscription,
        }
    }

    /// Events of global services belong to the home region and to the one region where AWS still delivers them.
    fn global_events(&self, region: &str) -> Option<bool> {
        let always =
            self.layout == Layout::MultiRegion || region == global_region(&self.scheme().partition);
        match &self.home {
            Some(home) => Some(always || region == home),
            None => always.then_some(true),
        }
    }

    fn wanted_bucket(&self) -> Option<Bucket> {
        let (scheme, options, name) = (self.scheme(), self.options, &self.bucket_name);
        if options.foreign_owner(scheme).is_some() {
            return None;
        }
        let looked = self.survey.bucket.as_ref().map(|(looked, _)| looked);
        let found = self.survey.own_bucket().filter(|_| looked == Some(name));
        let region = found.map(|state| &state.region).or(self.home.as_ref())?;
        let key_prefixes = self.key_prefixes(found.and_then(|state| state.policy.as_ref()));
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
        })
    }

    /// The key prefixes that trails will have, and those that the policy already allows: trails of regions that
    /// this run does not read may have them.
    pub fn key_prefixes(&self, policy: Option<&Policy>) -> BTreeSet<String> {
        let trails = self.regions.iter().map(|(region, desired)| {
            let found = || self.survey.trail(region)?.description.key_prefix.clone();
            desired.trail.key_prefix.clone().or_else(found)
        });
        let mut prefixes: BTreeSet<String> = trails.map(Option::unwrap_or_default).collect();
        let sid = self.scheme().sid(WRITE);
        let ours = policy.and_then(|policy| policy.statement(&sid));
        let resources = ours.into_iter().flat_map(|found| texts(&found["Resource"]));
        let bucket = format!("{}/", self.scheme().bucket_arn(&self.bucket_name));
        let logs = format!("AWSLogs/{}/*", self.scheme().account);
        for key in resources.filter_map(|arn| arn.strip_prefix(&bucket)?.strip_suffix(&logs)) {
            let is_prefix = key.ends_with('/') && !key.contains(['*', '?']);
            if key.is_empty() || is_prefix {
                prefixes.insert(key.trim_end_matches('/').to_owned());
            }
        }
        if prefixes.is_empty() {
            prefixes.insert(String::new());
        }
        prefixes
    }
}

/// The scheme's trail in a region, by its names.
pub fn trail_in(scheme: &Scheme, region: &str) -> Trail {
    Trail::of(scheme.trail_name(region), scheme.trail_arn(region), region)
}

/// The scheme's topic in a region, by its names.
pub fn topic_in(scheme: &Scheme, region: &str) -> Topic {
    Topic::of(scheme.topic_name(region), scheme.topic_arn(region), region)
}

/// The scheme's queue in a region, by its names.
pub fn queue_in(scheme: &Scheme, region: &str) -> Queue {
    queue_called(scheme, region, &scheme.queue)
}

/// The scheme's dead-letter queue in a region, by its names.
pub fn dead_letter_queue_in(scheme: &Scheme, region: &str) -> Queue {
    queue_called(scheme, region, &scheme.dead_letter_queue())
}

/// A queue of the account, by its names.
pub fn queue_called(scheme: &Scheme, region: &str, name: &str) -> Queue {
    let (arn, url) = (scheme.arn("sqs", region, name), scheme.url(region, name));
    Queue::of(name.to_owned(), arn, url, region)
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
pub fn bucket_name(options: &Options, survey: &Survey) -> Result<String> {
    if let Some(named) = &options.bucket {
        return Ok(named.clone());
    }
    let derived = survey.scheme().bucket_name();
    let in_use = Vec::from_iter(survey.buckets_in_use());
    match in_use.as_slice() {
        [] => Ok(derived),
        [one] => Ok((*one).to_owned()),
        several if several.contains(&derived.as_str()) => Ok(derived),
        several => {
            let names = several.join(", ");
            let message = format!("the trails write to several buckets: {names}");
            Err(Error::failed(message).hint("choose one with --bucket"))
        }
    }
}
