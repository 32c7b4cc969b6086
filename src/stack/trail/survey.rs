//! What exists: the resources of the scheme, and others that matter to it.
//!
//! Every name can be derived, so all reads of all regions run at once. Only a bucket that the trails turn out to
//! use instead of the derived one takes a second look. Regions that are not walked are looked at too, for what they
//! show of the scheme: its home, the bucket in use.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;

use super::desired::queue_called;
use super::region::{RegionLook, RegionState};
use crate::aws::Reader;
use crate::aws::read::{BucketAt, Subscription as Subscriber, TrailDescription};
use crate::error::CallError;
use crate::plan::Unread;
use crate::resource::access_log_target::{self, Target};
use crate::resource::bucket::{BucketState, Lookup};
use crate::resource::bucket_settings::Parts;
use crate::resource::queue::QueueState;
use crate::resource::subscription::Subscription;
use crate::resource::topic::TopicState;
use crate::resource::trail::{self, TrailState};
use crate::resource::{Resource, bucket};
use crate::stack::{Account, Scheme};

/// What to read, and where.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The account, and the regions to walk.
    pub account: Account,
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
    pub access_log_bucket: Option<Result<Lookup<Target>, CallError>>,
    /// How much waits, if it was looked at.
    pub backlog: Backlog,
}

/// A bucket's name, and what there is under it.
pub type BucketLook = (String, Result<Lookup, CallError>);

/// What waits in the queues, beside what their attributes say.
#[derive(Clone, Debug, Default)]
pub struct Backlog {
    /// The dead-letter queue that the queue names, when it is not the scheme's own and can be read.
    pub other_dead_letters: Option<QueueState>,
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
    pub async fn of(reader: &Reader, scope: Scope) -> Self {
        // S3 answers from anywhere, and returns the region of the bucket.
        let near = scope.home.as_deref();
        let near = near.or_else(|| scope.looked_at().first().copied());
        let near = near.unwrap_or_default().to_owned();
        let around = async {
            let mut survey = Self::of_empty_account(scope.clone());
            survey.look_around(reader).await;
            survey.backlog = survey.look_at_backlog(reader).await;
            survey
        };
        let bucket = async {
            let name = scope.first_bucket()?;
            Some(scope.look_at_bucket(reader, &near, name).await)
        };
        let target = async {
            let target = scope.access_log_bucket.as_ref()?;
            let target = BucketAt::new(&near, target, &scope.account.scheme.account);
            Some(access_log_target::read(reader, target).await)
        };
        // Each is large, and would take as much of the stack in all callers.
        let (mut survey, bucket, target) =
            tokio::join!(Box::pin(around), Box::pin(bucket), Box::pin(target));
        survey.bucket = bucket;
        survey.access_log_bucket = target;
        let second = survey.second_look_at_bucket(reader, &near).await;
        survey.bucket = second.or(survey.bucket);
        survey
    }

    async fn look_around(&mut self, reader: &Reader) {
        let Scope {
            account, details, ..
        } = &self.scope;
        let regions = self.scope.looked_at();
        reader.tally().expect(regions.len());
        let looks = regions.into_iter().map(|region| async move {
            let look = RegionLook::read(reader, &account.scheme, region, *details).await;
            reader.tally().add();
            (region.to_owned(), look.found())
        });
        let looks = join_all(looks).await;
        self.regions.clear();
        for (region, found) in looks {
            match found {
                Ok(found) => drop(self.regions.insert(region, found)),
                Err(error) => self.unread.push(Unread { region, error }),
            }
        }
    }

    /// The first read of the bucket guessed its name, and a region in which the caller may read it.
    async fn second_look_at_bucket(&self, reader: &Reader, near: &str) -> Option<BucketLook> {
        let (name, found) = self.bucket.as_ref()?;
        let in_use = match &self.scope.bucket {
            BucketScope::InUse => self.bucket_in_use().filter(|in_use| in_use != name),
            _ => None,
        };
        let home = self.queue_regions().first().copied();
        let home = home.or_else(|| self.regions.keys().next().map(String::as_str));
        let closed = matches!(found, Ok(Lookup::Forbidden) | Err(_));
        let elsewhere =
            home.filter(|home| closed && !self.regions.contains_key(near) && *home != near);
        if in_use.is_none() && elsewhere.is_none() {
            return None;
        }
        let name = in_use.unwrap_or(name).to_owned();
        let near = elsewhere.unwrap_or(near);
        Some(self.scope.look_at_bucket(reader, near, name).await)
    }

    /// The queue names its dead-letter queue, CloudWatch the age of the messages in both. Nothing but what is
    /// shown depends on it, so what cannot be read is left out.
    async fn look_at_backlog(&self, reader: &Reader) -> Backlog {
        let scheme = self.scheme();
        let region = self.queue_regions().first().copied();
        let Some(region) = region.filter(|_| self.scope.with_backlog) else {
            return Backlog::default();
        };
        let dead_letters = self.dead_letter_queue(region);
        let own = dead_letters.as_deref() == Some(&scheme.dead_letter_queue());
        let other = async {
            let name = dead_letters.as_deref().filter(|_| !own)?;
            queue_called(scheme, region, name).read(reader).await.ok()?
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

    /// The names of the scheme.
    pub fn scheme(&self) -> &Scheme {
        &self.scope.account.scheme
    }

    /// The walked regions that could be read, in order of name.
    pub fn walked(&self) -> impl Iterator<Item = (&str, &RegionState)> {
        let regions = self.regions.iter();
        let walked = regions.filter(|(region, _)| self.scope.walks(region));
        walked.map(|(region, found)| (region.as_str(), found))
    }

    /// The walked regions that could not be read.
    pub fn unread_walked(&self) -> Vec<Unread> {
        let unread = self.unread.iter();
        let walked = unread.filter(|unread| self.scope.walks(&unread.region));
        walked.cloned().collect()
    }

    /// The scheme's trail in a region.
    pub fn trail(&self, region: &str) -> Option<&TrailState> {
        self.regions.get(region)?.trail.as_ref()
    }

    /// The scheme's topic in a region.
    pub fn topic(&self, region: &str) -> Option<&TopicState> {
        self.regions.get(region)?.topic.as_ref()
    }

    /// A subscription to the scheme's topic in a region, by its endpoint.
    pub fn subscribed(&self, region: &str, wanted: &Subscription) -> Option<&Subscriber> {
        let mut subscriptions = self.topic(region)?.subscriptions.iter();
        subscriptions.find(|found| wanted.endpoint.is_of(found))
    }

    /// The scheme's queue in a region.
    pub fn queue(&self, region: &str) -> Option<&QueueState> {
        self.regions.get(region)?.queue.as_ref()
    }

    /// The scheme's dead-letter queue in a region.
    pub fn dead_letters(&self, region: &str) -> Option<&QueueState> {
        self.regions.get(region)?.dead_letters.as_ref()
    }

    /// The bucket, if it exists and is the account's.
    pub fn own_bucket(&self) -> Option<&BucketState> {
        match &self.bucket {
            Some((_, Ok(Lookup::Owned(state)))) => Some(state),
            _ => None,
        }
    }

    /// The name of the dead-letter queue of the scheme's queue in this region.
    pub fn dead_letter_queue(&self, region: &str) -> Option<String> {
        let named = self.queue(region).and_then(QueueState::redrive);
        let named = named.and_then(|to| to.queue_arn.rsplit(':').next().map(str::to_owned));
        let own = self.dead_letters(region);
        named.or_else(|| own.map(|_| self.scheme().dead_letter_queue()))
    }

    /// The scheme's multi-region trail, seen at home or by its shadow.
    pub fn multi_region_trail(&self) -> Option<&TrailDescription> {
        self.own_descriptions().find(|trail| trail.multi_region)
    }

    /// The regions where the scheme's queue exists; seldom more than one.
    pub fn queue_regions(&self) -> Vec<&str> {
        let regions = self.regions.iter();
        let found = regions.filter(|(_, found)| found.queue.is_some());
        found.map(|(region, _)| region.as_str()).collect()
    }

    /// The region of the queue according to the subscriptions, though it may be deleted.
    pub fn subscribed_queue_region(&self) -> Option<String> {
        let topics = self.regions.values().flat_map(|found| &found.topic);
        let mut subscriptions = topics.flat_map(|topic| &topic.subscriptions);
        let region = |endpoint| self.scheme().region_of_queue(endpoint);
        subscriptions.find_map(|found| region(&found.endpoint).map(str::to_owned))
    }

    /// What each region says of the scheme's own trails: at home and by their shadows.
    fn own_descriptions(&self) -> impl Iterator<Item = &TrailDescription> {
        let seen = self.regions.values().flat_map(|found| &found.trails);
        seen.filter(|trail| trail.arn == self.scheme().trail_arn(&trail.home_region))
    }

    /// The scheme's own trails, each once: a shadow may show for a moment what an update has changed.
    fn own_trails(&self) -> impl Iterator<Item = &TrailDescription> {
        let seen = self.own_descriptions();
        let by_arn: BTreeMap<_, _> = seen.map(|trail| (trail.arn.as_str(), trail)).collect();
        by_arn.into_values()
    }

    /// The buckets that the scheme's trails write to.
    pub fn buckets_in_use(&self) -> BTreeSet<&str> {
        self.own_trails()
            .map(|trail| trail.bucket.as_str())
            .collect()
    }

    /// The bucket that all of the scheme's trails write to.
    pub fn bucket_in_use(&self) -> Option<&str> {
        self.in_use(|trail| trail.bucket.as_str())
    }

    /// A setting that all of the scheme's trails have, if there are any.
    pub fn in_use<'a, T: PartialEq>(
        &'a self,
        setting: impl Fn(&'a TrailDescription) -> T,
    ) -> Option<T> {
        let mut settings = self.own_trails().map(setting);
        let first = settings.next()?;
        settings.all(|setting| setting == first).then_some(first)
    }

    /// The key prefixes of the scheme's trails; an empty one means none, and that is what a new trail has.
    pub fn key_prefixes(&self) -> BTreeSet<String> {
        let prefixes = self.own_trails().map(|trail| trail.key_prefix.clone());
        let mut prefixes: BTreeSet<String> = prefixes.map(Option::unwrap_or_default).collect();
        if prefixes.is_empty() {
            prefixes.insert(String::new());
        }
        prefixes
    }

    /// ARNs of the keys that the scheme's trails use.
    pub fn kms_keys(&self) -> BTreeSet<String> {
        self.own_trails()
            .filter_map(|trail| trail.kms_key_id.clone())
            .collect()
    }
}

impl Scope {
    /// The account's regions and this bucket.
    pub fn new(account: &Account, bucket: BucketScope) -> Self {
        Self {
            account: account.clone(),
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
        let account = &self.account;
        let known = account.regions.iter().chain(&account.enabled);
        let known = known.map(|region| region.name.as_str());
        known
            .filter(|region| !account.except.iter().any(|except| except == region))
            .chain(self.home.as_deref())
            .collect()
    }

    /// Whether a region is walked.
    pub fn walks(&self, region: &str) -> bool {
        let mut walked = self.account.regions.iter();
        walked.any(|walked| walked.name == region)
    }

    /// The bucket to look at before anything is known of the account.
    fn first_bucket(&self) -> Option<String> {
        match &self.bucket {
            BucketScope::Nothing => None,
            BucketScope::InUse => Some(self.account.scheme.bucket_name()),
            BucketScope::Named(name) => Some(name.clone()),
        }
    }

    async fn look_at_bucket(&self, reader: &Reader, near: &str, name: String) -> BucketLook {
        let bucket = BucketAt::new(near, &name, &self.account.scheme.account);
        let found = bucket::read(reader, bucket, self.bucket_parts).await;
        (name, found)
    }
}

#[cfg(test)]
impl Survey {
    /// An empty account with these regions.
    pub fn example(regions: &[&str]) -> Self {
        let regions = Vec::from_iter(
            regions
                .iter()
                .map(|name| crate::region::Region::named(name)),
        );
        let account = Account {
            scheme: Scheme::example(),
            enabled: regions.clone(),
            regions,
            except: Vec::new(),
            configured_region: None,
        };
        Self::of_empty_account(Scope::new(&account, BucketScope::Nothing))
    }
}
