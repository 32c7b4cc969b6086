//! What exists: the resources of the scheme, and others that matter to it.
//!
//! Every name can be derived, so all reads of all regions run at once. Only a bucket that the trails turn out to
//! use instead of the derived one takes a second look. Regions that are not walked are looked at too, for what they
//! show of the scheme: its home, the bucket in use.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;

use super::region::{RegionLook, RegionState};
use crate::aws::Reader;
use crate::aws::read::TrailDescription;
use crate::error::CallError;
use crate::plan::Unread;
use crate::region::Region;
use crate::resource::access_log_target::{self, Target};
use crate::resource::bucket_settings::Parts;
use crate::resource::queue::{self, Queue};
use crate::resource::{Resource, bucket, trail};

use crate::stack::{Account, Scheme};

/// What to read, and where.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The regions to walk, in order of name.
    pub regions: Vec<Region>,
    /// All regions known to be enabled, in order of name; the walked ones are among them.
    pub enabled: Vec<Region>,
    /// The regions that are not read at all.
    pub except: Vec<String>,
    /// The likely home, which is looked at whatever else is left out.
    pub home: Option<String>,
    /// The bucket to look at: none, the one in use or derived, or the one named.
    pub bucket: BucketScope,
    /// Whether tags and event selectors matter.
    pub details: trail::Details,
    /// The settings of the bucket to read beside its policy.
    pub bucket_parts: Parts,
    /// The bucket that is to get the bucket's access logs, if it matters.
    pub access_log_bucket: Option<String>,
    /// Whether it matters how much waits in the queues, and how long.
    pub with_backlog: bool,
}

/// The bucket to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BucketScope {
    /// None.
    Nothing,
    /// The one that the scheme's trails write to, else the derived one.
    InUse,
    /// This one.
    Named(String),
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Survey {
    /// Where was looked.
    pub scope: Scope,
    /// What the regions hold, by name, walked or not; those that could not be read are missing.
    pub regions: BTreeMap<String, RegionState>,
    /// The regions that could not be read, walked or not.
    pub unread: Vec<Unread>,
    /// The bucket's name and what there is under it, if it was looked at.
    pub bucket: Option<BucketLook>,
    /// The bucket that is to get access logs, if it was looked at.
    pub access_log_bucket: Option<Result<Target, CallError>>,
    /// How much waits, if it was looked at.
    pub backlog: Backlog,
}

/// A bucket's name, and what there is under it.
pub type BucketLook = (String, Result<bucket::Lookup, CallError>);

/// What waits in the queues, beside what their attributes say.
#[derive(Clone, Debug, Default)]
pub struct Backlog {
    /// The dead-letter queue that the queue names, when it is not the scheme's own and can be read.
    pub other_dead_letters: Option<queue::QueueState>,
    /// The age of the oldest message in seconds, by a queue's name, if CloudWatch knows it.
    pub ages: BTreeMap<String, u64>,
}

impl Survey {
    /// An account in which there is nothing yet.
    pub fn of_empty_account(scope: Scope) -> Self {
        let names = scope.looked_at().into_iter().map(str::to_owned);
        Self {
            regions: names.map(|name| (name, RegionState::default())).collect(),
            unread: Vec::new(),
            bucket: None,
            access_log_bucket: None,
            backlog: Backlog::default(),
            scope,
        }
    }

    /// Looks at the account.
    pub async fn of(reader: &Reader, scheme: &Scheme, scope: Scope) -> Self {
        let bucket = scope.bucket.first_name(scheme);
        // S3 answers from anywhere, and returns the region of the bucket.
        let near = scope.home.as_deref();
        let near = near
            .or_else(|| scope.looked_at().first().copied())
            .unwrap_or_default();
        let near = near.to_owned();
        let around = async {
            let mut survey = Self::of_regions(look_around(reader, scheme, &scope).await, &scope);
            survey.backlog = survey.look_at_backlog(reader, scheme).await;
            survey
        };
        let owner = &scheme.account;
        let bucket = async {
            Some(look_at_bucket(reader, scheme, &near, bucket?, scope.bucket_parts).await)
        };
        let target = async {
            let target = scope.access_log_bucket.as_ref()?;
            Some(access_log_target::read(reader, &near, target, owner).await)
        };
        // Each is large, and would take as much of the stack in all callers.
        let (mut survey, bucket, target) =
            tokio::join!(Box::pin(around), Box::pin(bucket), Box::pin(target));
        survey.bucket = bucket;
        survey.access_log_bucket = target;
        let second = survey.second_look_at_bucket(reader, scheme, &near).await;
        survey.bucket = second.or(survey.bucket);
        survey
    }

    fn of_regions(looked: Vec<(String, Result<RegionState, CallError>)>, scope: &Scope) -> Self {
        let mut survey = Self {
            regions: BTreeMap::new(),
            unread: Vec::new(),
            bucket: None,
            access_log_bucket: None,
            backlog: Backlog::default(),
            scope: scope.clone(),
        };
        for (region, found) in looked {
            match found {
                Ok(found) => drop(survey.regions.insert(region, found)),
                Err(error) => survey.unread.push(Unread { region, error }),
            }
        }
        survey
    }

    /// The first read of the bucket guessed its name, and a region in which the caller may read it.
    async fn second_look_at_bucket(
        &self,
        reader: &Reader,
        scheme: &Scheme,
        near: &str,
    ) -> Option<BucketLook> {
        let (name, found) = self.bucket.as_ref()?;
        let in_use = match &self.scope.bucket {
            BucketScope::InUse => self.bucket_in_use(scheme).filter(|in_use| in_use != name),
            _ => None,
        };
        let home = self.queue_regions().first().copied();
        let home = home.or_else(|| self.regions.keys().next().map(String::as_str));
        let closed = matches!(found, Ok(bucket::Lookup::Forbidden) | Err(_));
        let elsewhere =
            home.filter(|home| closed && !self.regions.contains_key(near) && *home != near);
        if in_use.is_none() && elsewhere.is_none() {
            return None;
        }
        let name = in_use.unwrap_or(name).to_owned();
        let near = elsewhere.unwrap_or(near);
        Some(look_at_bucket(reader, scheme, near, name, self.scope.bucket_parts).await)
    }

    /// The queue names its dead-letter queue, CloudWatch the age of the messages in both. Nothing but what is
    /// shown depends on it, so what cannot be read is left out.
    async fn look_at_backlog(&self, reader: &Reader, scheme: &Scheme) -> Backlog {
        let region = self.queue_regions().first().copied();
        let Some(region) = region.filter(|_| self.scope.with_backlog) else {
            return Backlog::default();
        };
        let dead_letters = self.dead_letter_queue(scheme, region);
        let own = dead_letters.as_deref() == Some(&scheme.dead_letter_queue());
        let other = async {
            let name = dead_letters.as_deref().filter(|_| !own)?;
            let (arn, url) = (scheme.arn("sqs", region, name), scheme.url(region, name));
            let queue = Queue::of(name.to_owned(), arn, url, region);
            queue.read(reader).await.ok()?
        };
        let queues = [Some(scheme.queue.clone()), dead_letters.clone()];
        let ages = queues.into_iter().flatten().map(|name| async move {
            let age = reader.age_of_oldest_message(region, &name).await;
            Some((name, age.ok()??))
        });
        let (other_dead_letters, ages) = tokio::join!(other, join_all(ages));
        Backlog {
            other_dead_letters,
            ages: ages.into_iter().flatten().collect(),
        }
    }

    /// The name of the dead-letter queue of the scheme's queue in this region.
    pub fn dead_letter_queue(&self, scheme: &Scheme, region: &str) -> Option<String> {
        let found = self.regions.get(region)?;
        let named = found.queue.as_ref().and_then(queue::QueueState::redrive);
        let named = named.and_then(|to| to.queue_arn.rsplit(':').next().map(str::to_owned));
        named.or_else(|| {
            let own = found.dead_letters.as_ref();
            own.map(|_| scheme.dead_letter_queue())
        })
    }

    /// The walked regions that could not be read.
    pub fn unread_walked(&self) -> Vec<Unread> {
        let walked = self
            .unread
            .iter()
            .filter(|unread| self.scope.walks(&unread.region));
        walked.cloned().collect()
    }

    /// The scheme's multi-region trail, seen at home or by its shadow.
    pub fn multi_region_trail<'a>(&'a self, scheme: &Scheme) -> Option<&'a TrailDescription> {
        let trails = self.regions.values().flat_map(|found| &found.trails);
        let mut multi = trails.filter(|trail| trail.multi_region);
        multi.find(|trail| trail.arn == scheme.trail_arn(&trail.home_region))
    }

    /// The regions where the scheme's queue exists; seldom more than one.
    pub fn queue_regions(&self) -> Vec<&str> {
        let found = self
            .regions
            .iter()
            .filter(|(_, found)| found.queue.is_some());
        found.map(|(region, _)| region.as_str()).collect()
    }

    /// The region of the queue according to the subscriptions, though it may be deleted.
    pub fn subscribed_queue_region(&self, scheme: &Scheme) -> Option<String> {
        let topics = self
            .regions
            .values()
            .filter_map(|found| found.topic.as_ref());
        let mut subscriptions = topics.flat_map(|topic| &topic.subscriptions);
        subscriptions.find_map(|found| scheme.region_of_queue(&found.endpoint).map(str::to_owned))
    }

    /// The scheme's own trails, each once, at home or by their shadows.
    fn descriptions<'a>(&'a self, scheme: &Scheme) -> BTreeMap<&'a str, &'a TrailDescription> {
        let seen = self.regions.values().flat_map(|found| &found.trails);
        let own = seen.filter(|trail| trail.arn == scheme.trail_arn(&trail.home_region));
        own.map(|trail| (trail.arn.as_str(), trail)).collect()
    }

    /// The buckets that the scheme's trails write to.
    pub fn buckets_in_use(&self, scheme: &Scheme) -> BTreeSet<&str> {
        let trails = self.descriptions(scheme).into_values();
        trails.map(|trail| trail.bucket.as_str()).collect()
    }

    /// The bucket that all of the scheme's trails write to.
    pub fn bucket_in_use(&self, scheme: &Scheme) -> Option<&str> {
        let in_use = self.buckets_in_use(scheme);
        in_use.first().copied().filter(|_| in_use.len() == 1)
    }

    /// The key prefixes of the scheme's trails; an empty one means none.
    pub fn key_prefixes(&self, scheme: &Scheme) -> BTreeSet<String> {
        let trails = self.descriptions(scheme).into_values();
        trails
            .map(|trail| trail.key_prefix.clone().unwrap_or_default())
            .collect()
    }

    /// ARNs of the keys that the scheme's trails use.
    pub fn kms_keys(&self, scheme: &Scheme) -> BTreeSet<String> {
        let trails = self.descriptions(scheme).into_values();
        trails
            .filter_map(|trail| trail.kms_key_id.clone())
            .collect()
    }

    /// The key prefix that all of the scheme's trails have.
    pub fn key_prefix_in_use(&self, scheme: &Scheme) -> Option<&str> {
        let trails = self.descriptions(scheme).into_values();
        common(trails.map(|trail| trail.key_prefix.as_deref()))?
    }

    /// The key that all of the scheme's trails use.
    pub fn kms_key_in_use(&self, scheme: &Scheme) -> Option<&str> {
        let trails = self.descriptions(scheme).into_values();
        common(trails.map(|trail| trail.kms_key_id.as_deref()))?
    }
}

impl BucketScope {
    /// The bucket to look at before anything is known of the account.
    fn first_name(&self, scheme: &Scheme) -> Option<String> {
        match self {
            Self::Nothing => None,
            Self::InUse => Some(scheme.bucket_name()),
            Self::Named(name) => Some(name.clone()),
        }
    }
}

async fn look_around(
    reader: &Reader,
    scheme: &Scheme,
    scope: &Scope,
) -> Vec<(String, Result<RegionState, CallError>)> {
    let regions = scope.looked_at();
    reader.tally().expect(regions.len());
    let looks = regions.into_iter().map(|region| async move {
        let look = RegionLook::read(reader, scheme, region, scope.details).await;
        reader.tally().add();
        (region.to_owned(), look.found())
    });
    join_all(looks).await
}

async fn look_at_bucket(
    reader: &Reader,
    scheme: &Scheme,
    near: &str,
    name: String,
    parts: Parts,
) -> BucketLook {
    let found = bucket::read(reader, near, &name, &scheme.account, parts).await;
    (name, found)
}

impl Scope {
    /// The account's regions and this bucket.
    pub fn new(account: &Account, bucket: BucketScope) -> Self {
        Self {
            regions: account.regions.clone(),
            enabled: account.enabled.clone(),
            except: account.except.clone(),
            home: None,
            bucket,
            details: trail::Details::default(),
            bucket_parts: Parts::default(),
            access_log_bucket: None,
            with_backlog: false,
        }
    }

    /// The regions to look at, in order of name.
    fn looked_at(&self) -> BTreeSet<&str> {
        let known = self.regions.iter().chain(&self.enabled);
        let known = known.map(|region| region.name.as_str());
        known
            .filter(|region| !self.except.iter().any(|except| except == region))
            .chain(self.home.as_deref())
            .collect()
    }

    /// Whether a region is walked.
    pub fn walks(&self, region: &str) -> bool {
        self.regions.iter().any(|walked| walked.name == region)
    }
}

/// What all entries agree on, if there are any.
fn common<T: PartialEq>(mut entries: impl Iterator<Item = T>) -> Option<T> {
    let first = entries.next()?;
    entries.all(|entry| entry == first).then_some(first)
}
