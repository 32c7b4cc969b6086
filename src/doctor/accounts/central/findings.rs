//! What `doctor central` reads.

use futures::future::join_all;

use crate::aws::Reader;
use crate::aws::read::{Entry, StatisticOf};
use crate::doctor::Subject;
use crate::doctor::accounts::parts;
use crate::doctor::check::{Problem, depends_on};
use crate::doctor::parts::Part;
use crate::error::{CallResult, Result};
use crate::resource::data_stream::DataStreamState;
use crate::resource::delivery_stream::DeliveryStreamState;
use crate::stack::central::{Options, Senders};
use crate::stack::engine::{self, Stack, Surveyed};
use crate::stack::{Account, Purpose, Scheme};
use crate::time::{ago, day};

/// The most pages of objects that are looked at, 1,000 each.
const PAGES: usize = 10;

pub const DAY: i64 = 86_400;

/// Everything that was found.
pub struct Findings {
    pub(super) scheme: Scheme,
    pub(super) now: i64,
    pub(super) home: Option<String>,
    pub(super) parts: Vec<Part>,
    /// The status of the data stream, and of the delivery streams to the archive, to Splunk and to OpenSearch Service.
    pub(super) status: [Option<String>; 4],
    /// What CloudWatch says, in the order of [`metrics`].
    pub(super) metrics: Option<CallResult<Vec<Vec<f64>>>>,
    /// The newest object of the archive of today or yesterday.
    pub(super) archived: Option<CallResult<Option<Entry>>>,
    /// How many objects hold what failed, and the newest of them.
    pub(super) failed: Option<CallResult<(usize, Option<Entry>)>>,
    /// The members, and when the newest log file of each was written, of today or yesterday.
    pub(super) trails: CallResult<Vec<(String, CallResult<Option<i64>>)>>,
}

impl Findings {
    /// Reads everything.
    ///
    /// # Errors
    /// When options and account contradict each other.
    pub async fn read(reader: &Reader, account: &Account, options: &Options) -> Result<Self> {
        let surveying = engine::survey_leniently(options, account, Purpose::Show, reader, &|_| ());
        let Surveyed { observed, .. } = surveying.await;
        let outline = options.outline(account, Purpose::Show, Some(&()), &observed)?;
        let parts = parts(&outline, &observed);
        let (scheme, now) = (account.scheme.clone(), crate::time::now());
        let base = scheme.central();
        let node = |kind: &str, name: &str| {
            let mut nodes = outline.graph.nodes().iter().map(|node| node.resource());
            let found = nodes.find(|it| (it.id().kind.name, it.id().name) == (kind, name))?;
            observed.found(found)
        };
        let stream = node("data-stream", &base).and_then(|state| state.downcast_ref());
        let stream = stream.map(|state: &DataStreamState| state.description.status.clone());
        let delivery = |end: &str| {
            let state = node("delivery-stream", &format!("{base}-{end}"))?;
            let state: &DeliveryStreamState = state.downcast_ref()?;
            Some(state.description.status.clone())
        };
        let [archiving, splunk, search] = ["to-s3", "to-splunk", "to-opensearch"].map(delivery);
        let (archive, bucket) = (format!("{base}-logs"), format!("{base}-trails"));
        let home = outline.home_region.clone();
        let there = home.as_deref().filter(|_| stream.is_some());
        let metrics = async { Some(reader.last_hour(there?, &base, &metrics(&base)).await) };
        let archived = async { Some(archived(reader, there?, &archive, now).await) };
        let failed = async { Some(failed(reader, there?, &archive, &base).await) };
        let senders = options.senders_in(account, &observed);
        let trails = async {
            match there.zip(senders) {
                None => Ok(Vec::new()),
                Some((region, senders)) => trails_of(reader, region, &bucket, senders, now).await,
            }
        };
        let (metrics, archived, failed, trails) = tokio::join!(metrics, archived, failed, trails);
        Ok(Self {
            scheme,
            now,
            home,
            parts,
            status: [stream, archiving, splunk, search],
            metrics,
            archived,
            failed,
            trails,
        })
    }

    /// What the check-up is about.
    pub fn subject(&self) -> Subject<'_> {
        Subject {
            scheme: &self.scheme,
            home: self.home.as_deref(),
        }
    }

    /// The values of the metric at a position.
    pub(super) fn metric(&self, at: usize) -> Result<&[f64], Problem> {
        match &self.metrics {
            Some(Ok(values)) => Ok(values.get(at).map_or(&[], Vec::as_slice)),
            Some(Err(error)) => Err(error.into()),
            None => Err(depends_on(super::STREAM.0, "")),
        }
    }

    pub(super) fn ago(&self, written: i64) -> String {
        ago(u64::try_from(self.now - written).unwrap_or(0))
    }
}

/// How far behind the delivery streams read, how old the oldest record is that waits for the archive, what arrived, the
/// same age of what waits for Splunk and of what waits for OpenSearch Service, and how far behind the function reads.
fn metrics(base: &str) -> [StatisticOf; 6] {
    let of = |namespace, name, dimension: &str, value: String, statistic| StatisticOf {
        namespace,
        name,
        dimensions: vec![(dimension.to_owned(), value)],
        statistic,
    };
    let delivery = format!("{base}-to-s3");
    [
        of(
            "AWS/Kinesis",
            "GetRecords.IteratorAgeMilliseconds",
            "StreamName",
            base.to_owned(),
            "Maximum",
        ),
        of(
            "AWS/Firehose",
            "DeliveryToS3.DataFreshness",
            "DeliveryStreamName",
            delivery,
            "Maximum",
        ),
        of(
            "AWS/Kinesis",
            "IncomingRecords",
            "StreamName",
            base.to_owned(),
            "Sum",
        ),
        of(
            "AWS/Firehose",
            "DeliveryToSplunk.DataFreshness",
            "DeliveryStreamName",
            format!("{base}-to-splunk"),
            "Maximum",
        ),
        of(
            "AWS/Firehose",
            "DeliveryToAmazonOpenSearchService.DataFreshness",
            "DeliveryStreamName",
            format!("{base}-to-opensearch"),
            "Maximum",
        ),
        of(
            "AWS/Lambda",
            "IteratorAge",
            "FunctionName",
            format!("{base}-to-opensearch-consumer"),
            "Maximum",
        ),
    ]
}

/// The newest object of the archive, of today or yesterday.
async fn archived(
    reader: &Reader,
    region: &str,
    bucket: &str,
    now: i64,
) -> CallResult<Option<Entry>> {
    for at in [now, now - DAY] {
        let (_, found) = newest(reader, region, bucket, &format!("logs/{}/", day(at))).await?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// How many objects hold what failed on its way to the archive, to Splunk or to OpenSearch, and the newest of them.
async fn failed(
    reader: &Reader,
    region: &str,
    bucket: &str,
    base: &str,
) -> CallResult<(usize, Option<Entry>)> {
    let others = ["to-splunk", "to-opensearch"].map(|end| format!("{base}-{end}/failed/"));
    let prefixes = std::iter::once("failed/".to_owned()).chain(others);
    let reads = prefixes.map(async |prefix| newest(reader, region, bucket, &prefix).await);
    let found: CallResult<Vec<_>> = join_all(reads).await.into_iter().collect();
    let (counts, newest): (Vec<usize>, Vec<Option<Entry>>) = found?.into_iter().unzip();
    let newest = newest.into_iter().flatten();
    Ok((
        counts.iter().sum(),
        newest.max_by_key(|entry| entry.written),
    ))
}

/// How many objects are below a prefix, and the newest of them.
async fn newest(
    reader: &Reader,
    region: &str,
    bucket: &str,
    prefix: &str,
) -> CallResult<(usize, Option<Entry>)> {
    let mut listing = reader.keys(region, bucket, prefix);
    let (mut count, mut newest) = (0, None::<Entry>);
    for _ in 0..PAGES {
        let Some(page) = listing.page().await? else {
            break;
        };
        count += page.objects.len();
        let last = page.objects.into_iter().max_by_key(|entry| entry.written);
        newest = newest
            .into_iter()
            .chain(last)
            .max_by_key(|entry| entry.written);
    }
    Ok((count, newest))
}

/// The members, and when the newest log file of each was written; of an organization, the accounts that have written
/// any.
async fn trails_of(
    reader: &Reader,
    region: &str,
    bucket: &str,
    senders: Senders,
    now: i64,
) -> CallResult<Vec<(String, CallResult<Option<i64>>)>> {
    let members = match senders {
        Senders::Accounts(accounts) => accounts,
        Senders::Organization(_) => {
            let folders = reader.folder(region, bucket, "AWSLogs/").await?.folders;
            let names = folders.iter().filter_map(|folder| folder.split('/').nth(1));
            names.map(str::to_owned).collect()
        }
    };
    let trails = members.into_iter().map(async |member| {
        let written = log_file(reader, region, bucket, &member, now).await;
        (member, written)
    });
    Ok(join_all(trails).await)
}

/// When the newest log file of a member's trail was written, of today or yesterday.
async fn log_file(
    reader: &Reader,
    region: &str,
    bucket: &str,
    member: &str,
    now: i64,
) -> CallResult<Option<i64>> {
    let prefix = format!("AWSLogs/{member}/CloudTrail/");
    let regions = reader.folder(region, bucket, &prefix).await?.folders;
    for at in [now, now - DAY] {
        let days = regions.iter().map(|folder| format!("{folder}{}/", day(at)));
        let days = days.map(async |day| newest(reader, region, bucket, &day).await);
        let found: CallResult<Vec<_>> = join_all(days).await.into_iter().collect();
        let written = found?.into_iter().filter_map(|(_, entry)| entry);
        let written = written.map(|entry| entry.written).max();
        if written.is_some() {
            return Ok(written);
        }
    }
    Ok(None)
}
