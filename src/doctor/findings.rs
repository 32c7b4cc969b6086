//! What `doctor` reads.

use std::collections::BTreeMap;

use futures::future::{join_all, try_join_all};

use super::Subject;
use crate::aws::Reader;
use crate::aws::read::{BucketAt, BucketHead, Entry, Selectors};
use crate::error::CallError;
use crate::events::event::Event;
use crate::events::log;
use crate::policy::Policy;
use crate::resource::queue::QueueState;
use crate::resource::subscription::is_of_queue;
use crate::resource::{Resource, bucket, topic, trail};
use crate::stack::trail::region::RegionLook;
use crate::stack::trail::statements::behind;
use crate::stack::trail::survey::{BucketScope, Scope, Survey};
use crate::stack::trail::{Options, desired, home};
use crate::stack::{Account, Scheme};
use crate::words::few;

/// The most of a log that is read to find its newest event, in bytes as they are stored. Logs seldom have more.
const ENOUGH: usize = 8 << 20;

/// What each region has of something, or why that cannot be known.
pub type PerRegion<T> = BTreeMap<String, Result<Option<T>, CallError>>;

/// Everything that was found.
pub struct Findings {
    pub scheme: Scheme,
    /// This machine's clock, in seconds since 1970.
    pub now: i64,
    /// Why the account's regions are not known.
    pub regions_denied: Option<CallError>,
    /// Each region that was read.
    pub looks: BTreeMap<String, RegionLook>,
    /// As much of it as could be read.
    pub survey: Survey,
    /// Which events the trail of each region delivers.
    pub selectors: PerRegion<Selectors>,
    /// The filter policy of the queue's subscription in each region, JSON.
    pub filter_policies: PerRegion<String>,
    /// The region of queue and bucket, as far as it is known.
    pub home: Option<String>,
    /// The bucket's name.
    pub bucket: String,
    /// What there is under this name.
    pub bucket_head: Result<BucketHead, CallError>,
    /// The bucket's region, if the caller may know it.
    pub bucket_region: Option<String>,
    pub bucket_policy: Result<Option<Policy>, CallError>,
    /// The dead-letter queue: its name, and what there is under it.
    pub dead_letters: Option<(String, Result<Option<QueueState>, CallError>)>,
    /// The age of the queue's oldest message in seconds.
    pub age: Result<Option<u64>, CallError>,
    /// The profile of the reader's credentials; nothing for the caller's own.
    pub profile: Option<String>,
    /// Whether there is a queue for the reader.
    pub readable: Result<bool, CallError>,
    /// What the reader finds in the bucket.
    pub newest: Result<Option<Newest>, CallError>,
}

/// The newest log in the bucket.
pub struct Newest {
    /// Its key, and when it was written.
    pub entry: Entry,
    /// The time of its newest event as the event says it, if it holds any.
    pub event: Result<Option<String>, String>,
}

impl Findings {
    /// Reads everything, as the caller and as the reader.
    pub async fn read(
        caller: &Reader,
        splunk: &Reader,
        profile: Option<String>,
        account: &Account,
        options: &Options,
        regions_denied: Option<CallError>,
    ) -> Self {
        let scheme = &account.scheme;
        caller.tally().expect(account.regions.len());
        let looks = account.regions.iter().map(|region| async {
            let details = trail::Details::default();
            let look = RegionLook::read(caller, scheme, &region.name, details).await;
            caller.tally().add();
            (region.name.clone(), look)
        });
        let looks = BTreeMap::from_iter(join_all(looks).await);
        let survey = known(account, &looks);
        let home = home::home(options, &survey).unwrap_or_else(|_| {
            let queues = survey.queue_regions();
            queues.first().map(|region| (*region).to_owned())
        });
        let near = home
            .clone()
            .unwrap_or_else(|| account.regions[0].name.clone());
        let bucket = desired::bucket_name(options, &survey);
        let bucket = bucket.unwrap_or_else(|_| scheme.bucket_name());
        let dead_letters = survey.dead_letter_queue(&near);
        let (url, arn) = (scheme.queue_url(&near), scheme.queue_arn(&near));
        let (selectors, filter_policies, bucket_found, dead, age, readable, newest) = tokio::join!(
            selectors(caller, &survey),
            filter_policies(caller, &survey, &arn),
            read_bucket(caller, scheme, &near, &bucket),
            read_dead_letter_queue(caller, scheme, &near, dead_letters),
            caller.age_of_oldest_message(&near, &scheme.queue),
            splunk.queue(&near, &url),
            newest(splunk, scheme, &survey, &near, &bucket),
        );
        let (bucket_head, bucket_region, bucket_policy) = bucket_found;
        Self {
            scheme: scheme.clone(),
            now: crate::time::now(),
            regions_denied,
            looks,
            selectors,
            filter_policies,
            home,
            bucket,
            bucket_head,
            bucket_region,
            bucket_policy,
            dead_letters: dead,
            age,
            profile,
            readable: readable.map(|queue| queue.is_some()),
            newest,
            survey,
        }
    }

    /// What the check-up is about.
    pub fn subject(&self) -> Subject<'_> {
        Subject {
            scheme: &self.scheme,
            home: self.home.as_deref(),
        }
    }

    /// What was read of the queue's region.
    pub fn home_region(&self) -> Option<&RegionLook> {
        self.looks.get(self.home.as_ref()?)
    }

    /// The queue's region; empty if it is not known.
    pub fn home_name(&self) -> &str {
        self.home.as_deref().unwrap_or_default()
    }

    /// Whether there is no queue, as far as the caller can see.
    pub fn lacks_queue(&self) -> bool {
        let queue = self.home_region().map(|look| &look.queue);
        !matches!(queue, Some(Ok(Some(_)) | Err(_)))
    }

    /// Whether there is no bucket.
    pub fn lacks_bucket(&self) -> bool {
        matches!(self.bucket_head, Ok(BucketHead::Missing))
    }

    /// The regions with a trail of the scheme, and that trail.
    pub fn trails(&self) -> impl Iterator<Item = (&str, &trail::TrailState)> {
        let regions = self.survey.regions.iter();
        regions.filter_map(|(region, found)| Some((region.as_str(), found.trail.as_ref()?)))
    }

    /// The regions where the scheme has a trail, but certainly no topic.
    pub fn without_topic(&self) -> Vec<&str> {
        let topic = |region: &str| self.looks.get(region).map(|look| &look.topic);
        let trails = self.trails().map(|(region, _)| region);
        trails
            .filter(|region| matches!(topic(region), Some(Ok(None))))
            .collect()
    }

    /// The scheme's topics by region, also those whose trail could not be created. Beside a multi-region trail those
    /// without a trail are leftovers, and do not matter.
    pub fn topics(&self) -> Vec<(&str, &topic::TopicState)> {
        let multi = self.survey.multi_region_trail().is_some();
        let regions = self.survey.regions.iter();
        let wanted = regions.filter(|(_, found)| found.trail.is_some() || !multi);
        wanted
            .filter_map(|(region, found)| Some((region.as_str(), found.topic.as_ref()?)))
            .collect()
    }

    /// Whether this part of all regions could be read, else the first error.
    pub fn all_read<'a, T: 'a>(
        &'a self,
        part: impl Fn(&'a RegionLook) -> &'a Result<T, CallError>,
    ) -> Result<(), &'a CallError> {
        let mut looks = self.looks.values();
        looks.try_for_each(|look| part(look).as_ref().map(drop))
    }
}

/// The regions of what was found in them.
pub fn regions_of<'a, R: AsRef<str> + 'a, T: 'a>(
    found: impl IntoIterator<Item = &'a (R, T)>,
) -> String {
    few(found.into_iter().map(|(region, _)| region))
}

/// All that could be read.
fn known(account: &Account, looks: &BTreeMap<String, RegionLook>) -> Survey {
    let mut survey = Survey::of_empty_account(Scope::new(account, BucketScope::Nothing));
    let known = looks
        .iter()
        .map(|(region, look)| (region.clone(), look.known()));
    survey.regions = known.collect();
    survey
}

async fn selectors(reader: &Reader, survey: &Survey) -> PerRegion<Selectors> {
    let regions = survey.regions.iter();
    let trails = regions.filter_map(|(region, found)| Some((region, found.trail.as_ref()?)));
    let reads = trails.map(|(region, trail)| async {
        let name = &trail.description.name;
        (region.clone(), reader.selectors(region, name).await)
    });
    join_all(reads).await.into_iter().collect()
}

async fn filter_policies(reader: &Reader, survey: &Survey, queue_arn: &str) -> PerRegion<String> {
    let regions = survey.regions.iter();
    let subscriptions = regions.filter_map(|(region, found)| {
        let mut subscriptions = found.topic.as_ref()?.subscriptions.iter();
        let ours = subscriptions.find(|found| is_of_queue(found, queue_arn))?;
        Some((region, &ours.arn))
    });
    let reads = subscriptions
        .map(|(region, arn)| async { (region.clone(), reader.filter_policy(region, arn).await) });
    join_all(reads).await.into_iter().collect()
}

async fn read_bucket(
    reader: &Reader,
    scheme: &Scheme,
    near: &str,
    name: &str,
) -> (
    Result<BucketHead, CallError>,
    Option<String>,
    Result<Option<Policy>, CallError>,
) {
    let bucket = BucketAt::new(near, name, &scheme.account);
    let head = reader.bucket(bucket).await;
    let region = match &head {
        Ok(BucketHead::Owned) => Some(near.to_owned()),
        Ok(BucketHead::Elsewhere(region)) => Some(region.clone()),
        Ok(BucketHead::Missing | BucketHead::Forbidden) | Err(_) => None,
    };
    let place = region.as_deref().unwrap_or(near);
    let policy = bucket::read_policy(reader, bucket.or_in(place)).await;
    (head, region, policy)
}

async fn read_dead_letter_queue(
    reader: &Reader,
    scheme: &Scheme,
    region: &str,
    name: Option<String>,
) -> Option<(String, Result<Option<QueueState>, CallError>)> {
    let name = name?;
    let found = desired::queue_called(scheme, region, &name)
        .read(reader)
        .await;
    Some((name, found))
}

/// The newest log: in each region's folder the last year, month and day, and of them all the one written last.
async fn newest(
    reader: &Reader,
    scheme: &Scheme,
    survey: &Survey,
    near: &str,
    bucket: &str,
) -> Result<Option<Newest>, CallError> {
    let at = BucketAt::new(near, bucket, &scheme.account);
    let region = match reader.bucket(at).await {
        Ok(BucketHead::Elsewhere(region)) => region,
        _ => near.to_owned(),
    };
    let mut folders = Vec::new();
    for prefix in survey.key_prefixes() {
        let logs = format!("AWSLogs/{}/CloudTrail/", scheme.account);
        let logs = behind(&prefix, &logs);
        folders.extend(reader.folder(&region, bucket, &logs).await?.folders);
    }
    let last = folders
        .into_iter()
        .map(|folder| last_in(reader, &region, bucket, folder, ".json.gz"));
    let last = try_join_all(last).await?.into_iter().flatten();
    let Some(entry) = last.max_by_key(|entry| entry.written) else {
        return Ok(None);
    };
    let event = newest_event(reader, &region, bucket, &entry.key).await?;
    Ok(Some(Newest { entry, event }))
}

/// The object written last in the last folder below one whose names sort by time, of those whose keys end like this.
pub(super) async fn last_in(
    reader: &Reader,
    region: &str,
    bucket: &str,
    mut folder: String,
    end: &str,
) -> Result<Option<Entry>, CallError> {
    loop {
        let mut found = reader.folder(region, bucket, &folder).await?;
        let Some(deeper) = found.folders.pop() else {
            found.objects.retain(|entry| entry.key.ends_with(end));
            return Ok(found.objects.into_iter().max_by_key(|entry| entry.written));
        };
        folder = deeper;
    }
}

/// The time of the newest event in a log, or why the log cannot be understood.
async fn newest_event(
    reader: &Reader,
    region: &str,
    bucket: &str,
    key: &str,
) -> Result<Result<Option<String>, String>, CallError> {
    let mut object = reader.object(region, bucket, key).await?;
    let mut bytes = Vec::new();
    while let Some(piece) = object.piece().await? {
        bytes.extend(piece);
        if bytes.len() > ENOUGH {
            break;
        }
    }
    let mut newest: Option<String> = None;
    let read = log::records(bytes.as_slice(), |record| {
        let time = Event::of(record).time.map(|time| time.into_owned());
        newest = newest.take().max(time);
        std::ops::ControlFlow::Continue(())
    });
    Ok(match read {
        Err(broken) if bytes.len() <= ENOUGH => Err(broken.to_string()),
        _ => Ok(newest),
    })
}
