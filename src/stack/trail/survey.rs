//! What is there: everything of the scheme, and what stands beside it.
//!
//! Every name can be derived, so all reads of all regions run at once. Only a bucket that the trails turn out to
//! use instead of the derived one takes a second look.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;

use crate::aws::Reader;
use crate::aws::read::TrailDescription;
use crate::error::CallError;
use crate::plan::Unread;
use crate::region::Region;
use crate::resource::{bucket, queue, topic, trail};
use crate::stack::Scheme;

/// Where and what to look at.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The regions to walk, in order of name.
    pub regions: Vec<Region>,
    /// All regions known to be enabled, in order of name; the walked ones are among them.
    pub enabled: Vec<Region>,
    /// A region to look at although it may not be walked: the likely home.
    pub home: Option<String>,
    /// The bucket to look at: none, the one in use or derived, or the one named.
    pub bucket: BucketScope,
    /// Whether tags matter.
    pub with_tags: bool,
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
    /// What the regions hold, by name; those that could not be read are missing.
    pub regions: BTreeMap<String, RegionFound>,
    /// The walked regions that could not be read.
    pub unread: Vec<Unread>,
    /// The bucket's name and what there is under it, if it was looked at.
    pub bucket: Option<(String, Result<bucket::Found, CallError>)>,
}

/// What one region holds.
#[derive(Clone, Debug, Default)]
pub struct RegionFound {
    /// Every trail that logs the region, shadows included.
    pub trails: Vec<TrailDescription>,
    /// The scheme's own trail.
    pub trail: Option<trail::Found>,
    /// The scheme's topic.
    pub topic: Option<topic::Found>,
    /// The scheme's queue.
    pub queue: Option<queue::Found>,
}

impl Survey {
    /// An account in which there is nothing yet.
    pub fn of_empty_account(scope: Scope) -> Self {
        let names = scope.regions.iter().map(|region| region.name.clone());
        let names = names.chain(scope.home.clone());
        Self {
            regions: names.map(|name| (name, RegionFound::default())).collect(),
            unread: Vec::new(),
            bucket: None,
            scope,
        }
    }

    /// Looks at the account.
    pub async fn of(reader: &Reader, scheme: &Scheme, scope: Scope) -> Self {
        let walked = scope.regions.iter().map(|region| region.name.as_str());
        let names: BTreeSet<&str> = walked.chain(scope.home.as_deref()).collect();
        let looks = names.iter().map(|region| async {
            (
                *region,
                RegionFound::read(reader, scheme, region, scope.with_tags).await,
            )
        });
        let first_bucket = match &scope.bucket {
            BucketScope::Nothing => None,
            BucketScope::InUse => Some(scheme.bucket_name()),
            BucketScope::Named(name) => Some(name.clone()),
        };
        // S3 answers from anywhere, and tells where the bucket is.
        let near = scope
            .home
            .clone()
            .or_else(|| scope.regions.first().map(|region| region.name.clone()));
        let near = near.unwrap_or_default();
        let look_at_bucket = async |name: String| {
            let found = bucket::read(reader, &near, &name, &scheme.account).await;
            (name, found)
        };
        let (looked, bucket) = tokio::join!(join_all(looks), async {
            match first_bucket {
                Some(name) => Some(look_at_bucket(name).await),
                None => None,
            }
        });
        let mut regions = BTreeMap::new();
        let mut unread = Vec::new();
        for (region, found) in looked {
            match found {
                Ok(found) => drop(regions.insert(region.to_owned(), found)),
                Err(error) => unread.push(Unread {
                    region: region.to_owned(),
                    error,
                }),
            }
        }
        drop(names);
        let mut survey = Self {
            scope: scope.clone(),
            regions,
            unread,
            bucket,
        };
        let in_use = survey.bucket_in_use().map(str::to_owned);
        if let (BucketScope::InUse, Some(name)) = (&scope.bucket, in_use)
            && name != scheme.bucket_name()
        {
            survey.bucket = Some(look_at_bucket(name).await);
        }
        survey
    }

    /// The scheme's own trails, by region.
    pub fn trails(&self) -> impl Iterator<Item = (&str, &trail::Found)> {
        let found = self.regions.iter();
        found.filter_map(|(region, found)| Some((region.as_str(), found.trail.as_ref()?)))
    }

    /// The scheme's multi-region trail, seen at home or by its shadow.
    pub fn multi_region_trail<'a>(&'a self, scheme: &Scheme) -> Option<&'a TrailDescription> {
        let trails = self.regions.values().flat_map(|found| &found.trails);
        let mut multi = trails.filter(|trail| trail.multi_region);
        multi.find(|trail| trail.arn == scheme.trail_arn(&trail.home_region))
    }

    /// The regions where the scheme's queue stands; seldom more than one.
    pub fn queue_regions(&self) -> Vec<&str> {
        let found = self
            .regions
            .iter()
            .filter(|(_, found)| found.queue.is_some());
        found.map(|(region, _)| region.as_str()).collect()
    }

    /// The bucket that all of the scheme's trails write to.
    pub fn bucket_in_use(&self) -> Option<&str> {
        common(
            self.trails()
                .map(|(_, trail)| trail.description.bucket.as_str()),
        )
    }

    /// The key prefix that all of the scheme's trails have.
    pub fn key_prefix_in_use(&self) -> Option<&str> {
        common(
            self.trails()
                .map(|(_, trail)| trail.description.key_prefix.as_deref()),
        )?
    }

    /// The key that all of the scheme's trails use.
    pub fn kms_key_in_use(&self) -> Option<&str> {
        common(
            self.trails()
                .map(|(_, trail)| trail.description.kms_key_id.as_deref()),
        )?
    }
}

impl RegionFound {
    async fn read(
        reader: &Reader,
        scheme: &Scheme,
        region: &str,
        with_tags: bool,
    ) -> Result<Self, CallError> {
        let (name, arn) = (scheme.trail_name(region), scheme.trail_arn(region));
        let (topic, queue) = (scheme.topic_arn(region), scheme.queue_url(region));
        let ((trails, trail), topic, queue) = tokio::try_join!(
            trail::read(reader, region, &name, &arn, with_tags),
            topic::read(reader, region, &topic, with_tags),
            queue::read(reader, region, &queue, with_tags),
        )?;
        Ok(Self {
            trails,
            trail,
            topic,
            queue,
        })
    }
}

/// What all entries agree on, if there are any.
fn common<T: PartialEq>(mut entries: impl Iterator<Item = T>) -> Option<T> {
    let first = entries.next()?;
    entries.all(|entry| entry == first).then_some(first)
}
