//! What `show` shows: a picture of the scheme as it is, with drift in words.
//!
//! Drift is what `create` would fix if it were called without options, so the two cannot disagree. Only a queue that
//! nothing is subscribed to, and that may never have been wanted, is not missed.

use serde::Serialize;

use super::desired::{Desired, DesiredRegion, bucket_name, queue_called};
use super::hardening::expiration_days;
use super::home::found_home;
use super::publishing::{denied_by, is_allowed, is_to_own_topic};
use super::region::RegionState;
use super::survey::Survey;
use super::{Layout, Options};
use crate::call::s3::{DefaultRetention, LoggingEnabled};
use crate::resource::bucket::Lookup;
use crate::resource::bucket_settings::SettingsState;
use crate::resource::queue::{Queue, QueueState};
use crate::resource::subscription::is_of_queue;
use crate::resource::trail::TrailState;
use crate::resource::{Resource, known, queue_encryption, selectors};
use crate::stack::Scheme;
use crate::stack::any::{self, State};
use crate::time::rfc3339;

/// The scheme as it is. Serialises to the JSON that `show -o json` prints.
#[derive(Debug, Serialize)]
pub struct Picture {
    pub schema: u32,
    pub account: String,
    pub partition: String,
    pub prefix: String,
    pub home_region: Option<String>,
    pub bucket: BucketPicture,
    pub queue: Option<QueuePicture>,
    /// Whether no queue was found, but one may exist in a region that could not be read.
    pub queue_unknown: bool,
    pub dead_letters: Option<QueuePicture>,
    pub regions: Vec<RegionPicture>,
}

/// The bucket that the trails write to.
#[derive(Debug, Serialize)]
pub struct BucketPicture {
    pub name: String,
    /// The bucket's region, if the caller may know it.
    pub region: Option<String>,
    /// `found`, `missing`, `forbidden` or `unknown`.
    pub state: &'static str,
    /// What it does with its objects, if it is the account's own.
    pub settings: Option<BucketSettings>,
    pub drift: Vec<String>,
}

/// What a bucket does with its objects. `None` is what the caller is not allowed to read. None of it is drift: each is
/// a choice, and none is wanted unless its option is given.
#[derive(Debug, Default, Serialize)]
pub struct BucketSettings {
    /// `Enabled`, `Suspended` or `Off`.
    pub versioning: Option<String>,
    /// The days after which log files expire by the scheme's own rules; 0 if they do not.
    pub expiration_days: Option<i32>,
    /// How many lifecycle rules there are, those of others too.
    pub lifecycle_rules: Option<usize>,
    pub object_lock: Option<bool>,
    /// For how long new objects are locked, if they are.
    pub default_retention: Option<DefaultRetention>,
    pub access_logs: Option<bool>,
    /// Where access logs are delivered.
    pub access_logs_to: Option<LoggingEnabled>,
}

/// A queue in the picture. Counts are approximate, as SQS counts.
#[derive(Debug, Serialize)]
pub struct QueuePicture {
    pub name: String,
    pub region: String,
    pub arn: String,
    pub url: String,
    pub messages: Option<u64>,
    pub messages_in_flight: Option<u64>,
    /// The age of the oldest message, if CloudWatch knows it.
    pub oldest_message_seconds: Option<u64>,
    /// `SSE-SQS`, `none`, or the key that encrypts messages; `None` for a queue that is missing.
    pub encryption: Option<String>,
    pub drift: Vec<String>,
}

/// A region in the picture.
#[derive(Debug, Default, Serialize)]
pub struct RegionPicture {
    pub region: String,
    pub trail: Option<TrailPicture>,
    /// ARN of the scheme's multi-region trail, when that is what logs this region.
    pub covered_by: Option<String>,
    pub topic: Option<TopicPicture>,
    /// ARN of the queue's subscription to the topic.
    pub subscription: Option<String>,
    pub drift: Vec<String>,
    /// The same by resource.
    #[serde(skip)]
    pub drift_of: RegionDrift,
    /// Why the region could not be read.
    pub error: Option<String>,
}

/// How the resources of a region differ from what they should be.
#[derive(Debug, Default)]
pub struct RegionDrift {
    pub trail: Vec<String>,
    pub topic: Vec<String>,
    pub subscription: Vec<String>,
}

/// A trail in the picture.
#[derive(Debug, Serialize)]
pub struct TrailPicture {
    pub name: String,
    pub arn: String,
    pub logging: bool,
    /// Whether events of global services are wanted.
    pub global: bool,
    pub multi_region: bool,
    pub bucket: String,
    pub key_prefix: Option<String>,
    pub topic_arn: Option<String>,
    /// Whether that is the scheme's topic of its region.
    pub topic_ok: bool,
    pub log_file_validation: bool,
    pub kms_key_id: Option<String>,
    /// Services whose management events its selectors exclude, while they take all others; `None` if the caller may not
    /// know.
    pub excluded_sources: Option<Vec<String>>,
    /// When the last log file was delivered, RFC 3339.
    pub last_delivery: Option<String>,
    pub delivery_error: Option<String>,
    pub notification_error: Option<String>,
}

/// A topic in the picture.
#[derive(Debug, Serialize)]
pub struct TopicPicture {
    pub arn: String,
    /// Whether its policy allows the region's trail to publish, by any statement.
    pub policy_ok: bool,
    /// The statement of its policy that denies publishing, if one does.
    pub denied_by: Option<String>,
    /// The key that encrypts what is published, as it was given.
    pub kms_key_id: Option<String>,
}

impl Picture {
    /// Whether `create` without options would change anything.
    pub fn has_drift(&self) -> bool {
        let queues = self.queue.iter().chain(&self.dead_letters);
        let queues = queues.map(|queue| &queue.drift);
        let regions = self.regions.iter().map(|region| &region.drift);
        let mut drift = queues.chain(regions).chain([&self.bucket.drift]);
        drift.any(|drift| !drift.is_empty())
    }
}

/// The picture of what the survey found.
pub fn picture(options: &Options, survey: &Survey) -> Picture {
    let scheme = survey.scheme();
    let queues = survey.queue_regions();
    let configured = &survey.scope.account.configured_region;
    let default = options.home.clone().or_else(|| configured.clone());
    // A queue in several regions is no reason to show nothing: the first is used as the home.
    let home = found_home(options, survey, &default)
        .unwrap_or_else(|_| queues.first().map(|region| (*region).to_owned()));
    let bucket = bucket_name(options, survey).unwrap_or_else(|_| scheme.bucket_name());
    let options = Options {
        // Where no queue was ever created, none is missing.
        no_queue: queues.is_empty() && survey.subscribed_queue_region().is_none(),
        ..options.clone()
    };
    let desired = Desired::in_bucket(&options, survey, home.clone(), bucket);
    let queue = queue_picture(&desired);
    Picture {
        schema: 1,
        account: scheme.account.clone(),
        partition: scheme.partition.clone(),
        prefix: scheme.prefix.clone(),
        bucket: bucket_picture(&desired),
        queue_unknown: queue.is_none() && !survey.unread.is_empty(),
        queue,
        dead_letters: dead_letters_picture(&desired),
        regions: region_pictures(&desired),
        home_region: home,
    }
}

fn bucket_picture(desired: &Desired<'_>) -> BucketPicture {
    let (survey, wanted) = (desired.survey, &desired.bucket);
    let looked = survey.bucket.as_ref();
    let (state, drift) = match looked.map(|(_, found)| found) {
        Some(Ok(Lookup::Owned(found))) => {
            let wanted = wanted.as_ref();
            (
                "found",
                wanted.map_or_else(Vec::new, |wanted| drift(wanted, Some(found))),
            )
        }
        Some(Ok(Lookup::Missing)) => ("missing", vec!["bucket is missing".to_owned()]),
        Some(Ok(Lookup::Forbidden)) => ("forbidden", Vec::new()),
        Some(Err(error)) => ("unknown", vec![error.to_string()]),
        None => ("unknown", Vec::new()),
    };
    let own = survey.own_bucket();
    BucketPicture {
        name: looked
            .map_or(&desired.bucket_name, |(name, _)| name)
            .clone(),
        region: own.map(|found| found.region.clone()),
        state,
        settings: own.map(|found| BucketSettings::of(desired.scheme(), &found.settings)),
        drift,
    }
}

impl BucketSettings {
    fn of(scheme: &Scheme, found: &SettingsState) -> Self {
        let rules = known(&found.lifecycle).map(|found| &found.rules);
        let lock = known(&found.object_lock);
        let logging = known(&found.logging);
        Self {
            versioning: known(&found.versioning).map(|found| {
                let status = found.status.clone();
                status.unwrap_or_else(|| "Off".to_owned())
            }),
            expiration_days: rules.map(|rules| expiration_days(scheme, rules).unwrap_or(0)),
            lifecycle_rules: rules.map(Vec::len),
            object_lock: lock.map(Option::is_some),
            default_retention: lock.and_then(|lock| lock.as_ref()?.retention.clone()),
            access_logs: logging.map(Option::is_some),
            access_logs_to: logging.and_then(Clone::clone),
        }
    }
}

fn queue_picture(desired: &Desired<'_>) -> Option<QueuePicture> {
    let wanted = desired.queue.as_ref()?;
    desired.survey.regions.get(&wanted.region)?;
    let found = desired.survey.queue(&wanted.region);
    let drift = drift(wanted, found);
    Some(QueuePicture::new(desired.survey, wanted, found, drift))
}

fn dead_letters_picture(desired: &Desired<'_>) -> Option<QueuePicture> {
    let survey = desired.survey;
    let region = &desired.queue.as_ref()?.region;
    let name = survey.dead_letter_queue(region)?;
    let (found, drift) = match &desired.dead_letters {
        Some(wanted) => {
            let found = survey.dead_letters(region);
            (found, drift(wanted, found))
        }
        None => (survey.backlog.other_dead_letters.as_ref(), Vec::new()),
    };
    let queue = queue_called(desired.scheme(), region, &name);
    Some(QueuePicture::new(survey, &queue, found, drift))
}

impl QueuePicture {
    fn new(survey: &Survey, queue: &Queue, found: Option<&QueueState>, drift: Vec<String>) -> Self {
        let count = |attribute| found.and_then(|found| found.count(attribute));
        Self {
            name: queue.name.clone(),
            region: queue.region.clone(),
            arn: queue.arn.clone(),
            url: queue.url.clone(),
            messages: count("ApproximateNumberOfMessages"),
            messages_in_flight: count("ApproximateNumberOfMessagesNotVisible"),
            oldest_message_seconds: survey.backlog.ages.get(&queue.name).copied(),
            encryption: found.map(|found| queue_encryption::name(&found.attributes).to_owned()),
            drift,
        }
    }
}

fn region_pictures(desired: &Desired<'_>) -> Vec<RegionPicture> {
    let survey = desired.survey;
    let pictures = survey.scope.account.regions.iter().map(|region| {
        let region = &region.name;
        if let Some(found) = survey.regions.get(region) {
            return region_picture(desired, region, found);
        }
        let unread = survey.unread.iter().find(|unread| unread.region == *region);
        RegionPicture {
            region: region.clone(),
            error: unread.map(|unread| unread.error.to_string()),
            ..RegionPicture::default()
        }
    });
    pictures.collect()
}

fn region_picture(desired: &Desired<'_>, region: &str, found: &RegionState) -> RegionPicture {
    let (scheme, survey) = (desired.scheme(), desired.survey);
    let wanted = desired.regions.get(region);
    let covering = survey.multi_region_trail();
    let covering = covering.filter(|trail| trail.home_region != region);
    let drift_of = wanted.map_or_else(RegionDrift::default, |it| region_drift(survey, it));
    let drift = [&drift_of.trail, &drift_of.topic, &drift_of.subscription];
    RegionPicture {
        region: region.to_owned(),
        trail: found
            .trail
            .as_ref()
            .map(|found| TrailPicture::new(scheme, region, found)),
        covered_by: match desired.layout {
            Layout::MultiRegion => covering.map(|trail| trail.arn.clone()),
            Layout::Regional => None,
        },
        topic: found.topic.as_ref().map(|topic| TopicPicture {
            arn: scheme.topic_arn(region),
            policy_ok: is_allowed(scheme, region, topic),
            denied_by: denied_by(topic).map(str::to_owned),
            kms_key_id: topic.kms_key_id.clone(),
        }),
        subscription: found.topic.as_ref().and_then(|topic| {
            let queue = desired.queue.as_ref()?;
            let mut subscriptions = topic.subscriptions.iter();
            let ours = subscriptions.find(|found| is_of_queue(found, &queue.arn))?;
            Some(ours.arn.clone())
        }),
        drift: drift.into_iter().flatten().cloned().collect(),
        drift_of,
        error: None,
    }
}

impl TrailPicture {
    fn new(scheme: &Scheme, region: &str, found: &TrailState) -> Self {
        let (trail, status) = (found.description.clone(), found.status.clone());
        let excluded = known(&found.selectors).map(|selectors| {
            let excluded = selectors::left_out(selectors).unwrap_or_default();
            excluded.into_iter().map(str::to_owned).collect()
        });
        Self {
            topic_ok: is_to_own_topic(scheme, region, found),
            name: trail.name,
            arn: trail.arn,
            logging: status.logging,
            global: trail.global_events,
            multi_region: trail.multi_region,
            bucket: trail.bucket,
            key_prefix: trail.key_prefix,
            topic_arn: trail.topic_arn,
            log_file_validation: trail.log_file_validation,
            kms_key_id: trail.kms_key_id,
            excluded_sources: excluded,
            last_delivery: status.delivered.map(rfc3339),
            delivery_error: status.delivery_error,
            notification_error: status.notification_error,
        }
    }
}

fn region_drift(survey: &Survey, wanted: &DesiredRegion) -> RegionDrift {
    let region = &wanted.trail.region;
    let topic = survey.topic(region);
    // Without a topic there can be no subscription, which need not be reported.
    let subscription = wanted.subscription.as_ref().filter(|_| topic.is_some());
    let subscribed = |subscription| drift(subscription, survey.subscribed(region, subscription));
    RegionDrift {
        trail: drift(&wanted.trail, survey.trail(region)),
        topic: drift(&wanted.topic, topic),
        subscription: subscription.map_or_else(Vec::new, subscribed),
    }
}

fn drift<R: Resource>(wanted: &R, found: Option<&R::Observed>) -> Vec<String> {
    any::drift(wanted, found.map(|found| found as &State))
}
