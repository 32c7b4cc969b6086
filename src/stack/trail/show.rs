//! What `show` shows: a picture of the scheme as it is, with drift in words.
//!
//! Drift is what `create` would fix if it were called without options, so the two cannot disagree. Only a queue that
//! nothing is subscribed to, and that may never have been wanted, is not missed.

use serde::Serialize;

use super::desired::{Desired, DesiredRegion};
use super::home::home;
use super::publishing::{denied_by, is_allowed, is_to_own_topic};
use super::region::RegionState;
use super::settings_picture::{BucketSettings, encryption};
use super::survey::Survey;
use super::{Layout, Options};
use crate::resource::{
    Change, Resource, bucket, known, queue, selectors, subscription::is_of_queue, trail,
};
use crate::stack::Scheme;
use crate::time::rfc3339;

/// The scheme as it is. Serialises to the JSON that `show -o json` prints.
#[derive(Debug, Serialize)]
pub struct Picture {
    /// Version of this JSON's shape.
    pub schema: u32,
    /// The account, 12 digits.
    pub account: String,
    /// `aws`, `aws-cn`, `aws-us-gov` or `aws-eusc`.
    pub partition: String,
    /// What all names begin with.
    pub prefix: String,
    /// The home region, if account, options or configuration determine it.
    pub home_region: Option<String>,
    /// The bucket that the trails write to.
    pub bucket: BucketPicture,
    /// The queue, if there is one.
    pub queue: Option<QueuePicture>,
    /// Whether no queue was found, but one may exist in a region that could not be read.
    pub queue_unknown: bool,
    /// The dead-letter queue, if there is one.
    pub dead_letters: Option<QueuePicture>,
    /// The regions, in order of name.
    pub regions: Vec<RegionPicture>,
}

/// A bucket in the picture.
#[derive(Debug, Serialize)]
pub struct BucketPicture {
    /// The bucket's name.
    pub name: String,
    /// The bucket's region, if the caller may know it.
    pub region: Option<String>,
    /// `found`, `missing`, `forbidden` or `unknown`.
    pub state: &'static str,
    /// What it does with its objects, if it is the account's own.
    pub settings: Option<BucketSettings>,
    /// How it differs from what it should be.
    pub drift: Vec<String>,
}

/// A queue in the picture. Counts are approximate, as SQS counts.
#[derive(Debug, Serialize)]
pub struct QueuePicture {
    /// The queue's name.
    pub name: String,
    /// The queue's region.
    pub region: String,
    /// The queue's ARN.
    pub arn: String,
    /// The queue's URL.
    pub url: String,
    /// Messages that wait to be received.
    pub messages: Option<u64>,
    /// Messages received and not yet deleted.
    pub messages_in_flight: Option<u64>,
    /// The age of the oldest message in seconds, if CloudWatch knows it.
    pub oldest_message_seconds: Option<u64>,
    /// `SSE-SQS`, `none`, or the key that encrypts messages; `None` for a queue that is missing.
    pub encryption: Option<String>,
    /// How it differs from what it should be.
    pub drift: Vec<String>,
}

/// A region in the picture.
#[derive(Debug, Serialize)]
pub struct RegionPicture {
    /// The region's name.
    pub region: String,
    /// The scheme's trail in this region.
    pub trail: Option<TrailPicture>,
    /// ARN of the scheme's multi-region trail, when that is what logs this region.
    pub covered_by: Option<String>,
    /// The scheme's topic in this region.
    pub topic: Option<TopicPicture>,
    /// ARN of the queue's subscription to the topic.
    pub subscription: Option<String>,
    /// How the region differs from what it should be.
    pub drift: Vec<String>,
    /// Why the region could not be read.
    pub error: Option<String>,
}

/// A trail in the picture.
#[derive(Debug, Serialize)]
pub struct TrailPicture {
    /// The trail's name.
    pub name: String,
    /// The trail's ARN.
    pub arn: String,
    /// Whether it logs.
    pub logging: bool,
    /// Whether events of global services are wanted.
    pub global: bool,
    /// Whether it logs every region.
    pub multi_region: bool,
    /// The bucket it writes to.
    pub bucket: String,
    /// The key prefix before `AWSLogs/`.
    pub key_prefix: Option<String>,
    /// ARN of its topic.
    pub topic_arn: Option<String>,
    /// Whether that is the scheme's topic of its region.
    pub topic_ok: bool,
    /// Whether digest files are delivered.
    pub log_file_validation: bool,
    /// ARN of the key that encrypts log files.
    pub kms_key_id: Option<String>,
    /// Services whose management events its selectors exclude, while they take all others; `None` if the caller may not
    /// know.
    pub excluded_sources: Option<Vec<String>>,
    /// When the last log file was delivered, RFC 3339.
    pub last_delivery: Option<String>,
    /// S3's complaint about the last delivery.
    pub delivery_error: Option<String>,
    /// SNS's complaint about the last notification.
    pub notification_error: Option<String>,
}

/// A topic in the picture.
#[derive(Debug, Serialize)]
pub struct TopicPicture {
    /// The topic's ARN.
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
pub fn picture(scheme: &Scheme, options: &Options, survey: &Survey) -> Picture {
    let queues = survey.queue_regions();
    let options = Options {
        home: None,
        configured_region: options
            .home
            .clone()
            .or_else(|| options.configured_region.clone()),
        // Where no queue was ever created, none is missing.
        no_queue: queues.is_empty() && survey.subscribed_queue_region(scheme).is_none(),
        ..options.clone()
    };
    // A queue in several regions is no reason to show nothing: the first is used as the home.
    let home = home(scheme, &options, survey)
        .unwrap_or_else(|_| queues.first().map(|region| (*region).to_owned()));
    let desired = Desired::new(scheme, &options, survey, home.clone()).or_else(|_| {
        let bucket = Some(scheme.bucket_name());
        Desired::new(scheme, &Options { bucket, ..options }, survey, home.clone())
    });
    let desired = desired.expect("a bucket that is named leaves no doubt which one is meant");
    let queue = queue_picture(scheme, survey, &desired);
    Picture {
        schema: 1,
        account: scheme.account.clone(),
        partition: scheme.partition.clone(),
        prefix: scheme.prefix.clone(),
        bucket: bucket_picture(scheme, survey, &desired),
        queue_unknown: queue.is_none() && !survey.unread.is_empty(),
        queue,
        dead_letters: dead_letters_picture(scheme, survey, &desired),
        regions: region_pictures(scheme, survey, &desired),
        home_region: home,
    }
}

fn bucket_picture(scheme: &Scheme, survey: &Survey, desired: &Desired) -> BucketPicture {
    let settings = match &survey.bucket {
        Some((_, Ok(bucket::Lookup::Owned(found)))) => {
            Some(BucketSettings::of(scheme, &found.settings))
        }
        _ => None,
    };
    let (state, region, drift) = match &survey.bucket {
        Some((_, Ok(bucket::Lookup::Owned(found)))) => {
            let steps = desired
                .bucket
                .as_ref()
                .map(|wanted| wanted.changes(Some(found)));
            (
                "found",
                Some(found.region.clone()),
                drift(&steps.unwrap_or_default()),
            )
        }
        Some((_, Ok(bucket::Lookup::Missing))) => {
            ("missing", None, vec!["bucket is missing".to_owned()])
        }
        Some((_, Ok(bucket::Lookup::Forbidden))) => ("forbidden", None, Vec::new()),
        Some((_, Err(error))) => ("unknown", None, vec![error.to_string()]),
        None => ("unknown", None, Vec::new()),
    };
    BucketPicture {
        name: survey
            .bucket
            .as_ref()
            .map_or(&desired.bucket_name, |(name, _)| name)
            .clone(),
        region,
        state,
        settings,
        drift,
    }
}

fn queue_picture(scheme: &Scheme, survey: &Survey, desired: &Desired) -> Option<QueuePicture> {
    let wanted = desired.queue.as_ref()?;
    let region = &wanted.region;
    let found = survey.regions.get(region)?.queue.as_ref();
    let drift = drift(&wanted.changes(found));
    Some(QueuePicture::new(
        scheme,
        survey,
        region,
        &wanted.name,
        found,
        drift,
    ))
}

fn dead_letters_picture(
    scheme: &Scheme,
    survey: &Survey,
    desired: &Desired,
) -> Option<QueuePicture> {
    let region = &desired.queue.as_ref()?.region;
    let name = survey.dead_letter_queue(scheme, region)?;
    let own = survey.regions.get(region)?.dead_letters.as_ref();
    let wanted = desired.dead_letters.as_ref();
    let (found, drift) = match wanted {
        Some(wanted) => (own, drift(&wanted.changes(own))),
        None => (survey.backlog.other_dead_letters.as_ref(), Vec::new()),
    };
    Some(QueuePicture::new(
        scheme, survey, region, &name, found, drift,
    ))
}

impl QueuePicture {
    fn new(
        scheme: &Scheme,
        survey: &Survey,
        region: &str,
        name: &str,
        found: Option<&queue::QueueState>,
        drift: Vec<String>,
    ) -> Self {
        let count = |attribute| found.and_then(|found| found.count(attribute));
        Self {
            name: name.to_owned(),
            region: region.to_owned(),
            arn: scheme.arn("sqs", region, name),
            url: scheme.url(region, name),
            messages: count("ApproximateNumberOfMessages"),
            messages_in_flight: count("ApproximateNumberOfMessagesNotVisible"),
            oldest_message_seconds: survey.backlog.ages.get(name).copied(),
            encryption: found.map(|found| encryption(&found.attributes)),
            drift,
        }
    }
}

fn region_pictures(scheme: &Scheme, survey: &Survey, desired: &Desired) -> Vec<RegionPicture> {
    let mut pictures = Vec::new();
    for region in &survey.scope.regions {
        let name = &region.name;
        if let Some(found) = survey.regions.get(name) {
            pictures.push(region_picture(scheme, survey, desired, name, found));
        } else {
            let unread = survey.unread.iter().find(|unread| unread.region == *name);
            pictures.push(RegionPicture {
                region: name.clone(),
                trail: None,
                covered_by: None,
                topic: None,
                subscription: None,
                drift: Vec::new(),
                error: unread.map(|unread| unread.error.to_string()),
            });
        }
    }
    pictures
}

fn region_picture(
    scheme: &Scheme,
    survey: &Survey,
    desired: &Desired,
    region: &str,
    found: &RegionState,
) -> RegionPicture {
    let wanted = desired.regions.get(region);
    let covering = survey
        .multi_region_trail(scheme)
        .filter(|trail| trail.home_region != region);
    RegionPicture {
        region: region.to_owned(),
        trail: found.trail.as_ref().map(|found| TrailPicture {
            name: found.description.name.clone(),
            arn: found.description.arn.clone(),
            logging: found.status.logging,
            global: found.description.global_events,
            multi_region: found.description.multi_region,
            bucket: found.description.bucket.clone(),
            key_prefix: found.description.key_prefix.clone(),
            topic_arn: found.description.topic_arn.clone(),
            topic_ok: is_to_own_topic(scheme, region, found),
            log_file_validation: found.description.log_file_validation,
            kms_key_id: found.description.kms_key_id.clone(),
            excluded_sources: excluded_sources(found),
            last_delivery: found.status.delivered.map(rfc3339),
            delivery_error: found.status.delivery_error.clone(),
            notification_error: found.status.notification_error.clone(),
        }),
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
            let home = desired
                .queue
                .as_ref()
                .map(|queue| scheme.queue_arn(&queue.region))?;
            let ours = topic
                .subscriptions
                .iter()
                .find(|found| is_of_queue(found, &home));
            ours.map(|subscription| subscription.arn.clone())
        }),
        drift: wanted
            .map(|wanted| region_drift(wanted, found))
            .unwrap_or_default(),
        error: None,
    }
}

fn excluded_sources(found: &trail::TrailState) -> Option<Vec<String>> {
    let excluded = selectors::left_out(known(&found.selectors)?);
    let excluded = excluded.unwrap_or_default().into_iter();
    Some(excluded.map(str::to_owned).collect())
}

fn region_drift(wanted: &DesiredRegion, found: &RegionState) -> Vec<String> {
    let mut words = drift(&wanted.trail.changes(found.trail.as_ref()));
    words.extend(drift(&wanted.topic.changes(found.topic.as_ref())));
    // Without a topic there can be no subscription, which need not be reported.
    if let (Some(subscription), Some(topic)) = (&wanted.subscription, &found.topic) {
        let mut existing = topic.subscriptions.iter();
        let existing = existing.find(|found| subscription.endpoint.is_of(found));
        words.extend(drift(&subscription.changes(existing)));
    }
    words
}

/// The reasons of a resource's changes. Of a missing resource, only the first.
fn drift(changes: &[Change]) -> Vec<String> {
    let first = changes.first().map(|change| change.call.operation());
    let missing = first.is_some_and(|operation| operation.starts_with("Create"));
    let count = if missing { 1 } else { changes.len() };
    let changes = changes.iter().take(count);
    changes.map(|change| change.reason.clone()).collect()
}
