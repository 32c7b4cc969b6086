//! Checks of the central account: the destinations, the data stream, its delivery to the archive, and the members' trails.

use futures::future::join_all;

use super::super::Subject;
use super::super::check::{Check, Link, Problem, Verdict, depends_on, fail, pass, unknown};
use super::super::metrics::{STALE, no_data};
use super::super::parts::Part;
use super::{parts, whole};
use crate::aws::Reader;
use crate::aws::read::{Entry, StatisticOf};
use crate::error::{CallResult, Result};
use crate::resource::data_stream::DataStreamState;
use crate::resource::delivery_stream::DeliveryStreamState;
use crate::stack::central::{Options, Senders};
use crate::stack::engine::{self, Stack, Surveyed};
use crate::stack::{Account, Purpose, Scheme};
use crate::time::{ago, day};
use crate::words::{counted, few};

const CREATE: &str = "create central";

/// The most pages of objects that are looked at, 1,000 each.
const PAGES: usize = 10;

const DAY: i64 = 86_400;

/// Everything that was found.
pub struct Findings {
    scheme: Scheme,
    now: i64,
    home: Option<String>,
    parts: Vec<Part>,
    /// The status of the data stream, and of the delivery stream.
    status: [Option<String>; 2],
    /// What CloudWatch says, in the order of [`metrics`].
    metrics: Option<CallResult<Vec<Vec<f64>>>>,
    /// The newest object of the archive of today or yesterday.
    archived: Option<CallResult<Option<Entry>>>,
    /// How many objects hold what failed, and the newest of them.
    failed: Option<CallResult<(usize, Option<Entry>)>>,
    /// The members, and when the newest log file of each was written, of today or yesterday.
    trails: CallResult<Vec<(String, CallResult<Option<i64>>)>>,
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
        let node = |kind: &str| {
            let mut nodes = outline.graph.nodes().iter();
            let node = nodes.find(|node| node.resource().id().kind.name == kind)?;
            observed.found(node.resource())
        };
        let stream = node("data-stream").and_then(|state| state.downcast_ref());
        let stream = stream.map(|state: &DataStreamState| state.description.status.clone());
        let delivery = node("delivery-stream").and_then(|state| state.downcast_ref());
        let delivery = delivery.map(|state: &DeliveryStreamState| state.description.status.clone());
        let (scheme, now) = (account.scheme.clone(), crate::time::now());
        let base = scheme.central();
        let (archive, bucket) = (format!("{base}-logs"), format!("{base}-trails"));
        let home = outline.home_region.clone();
        let there = home.as_deref().filter(|_| stream.is_some());
        let metrics = async { Some(reader.last_hour(there?, &base, &metrics(&base)).await) };
        let archived = async { Some(archived(reader, there?, &archive, now).await) };
        let failed = async { Some(newest(reader, there?, &archive, "failed/").await) };
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
            status: [stream, delivery],
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
    fn metric(&self, at: usize) -> Result<&[f64], Problem> {
        match &self.metrics {
            Some(Ok(values)) => Ok(values.get(at).map_or(&[], Vec::as_slice)),
            Some(Err(error)) => Err(error.into()),
            None => Err(depends_on(STREAM.0, "")),
        }
    }

    fn ago(&self, written: i64) -> String {
        ago(u64::try_from(self.now - written).unwrap_or(0))
    }
}

/// How far behind the delivery stream reads, how old the oldest record is, and what arrived.
fn metrics(base: &str) -> [StatisticOf; 3] {
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

const STREAM: Link<Findings> = Link("data stream", |it| active(it, 0, "data-stream"));

const CHECKS: [Link<Findings>; 12] = [
    Link("destinations", |it| {
        whole(&it.parts, &["destination"], "destination", CREATE)
    }),
    Link("roles", |it| whole(&it.parts, &["role"], "role", CREATE)),
    STREAM,
    Link("delivery stream", |it| active(it, 1, "delivery-stream")),
    Link("buckets", |it| {
        whole(&it.parts, &["bucket"], "bucket", CREATE)
    }),
    Link("alarms", |it| whole(&it.parts, &["alarm"], "alarm", CREATE)),
    Link("other resources", others),
    Link("incoming records", incoming),
    Link("freshness", freshness),
    Link("failed records", failures),
    Link("archive", archive),
    Link("trails of members", trails),
];

/// All checks, in the order in which records pass.
pub fn checks(findings: &Findings) -> Vec<Check> {
    CHECKS
        .iter()
        .map(|link| Check::of(findings, link))
        .collect()
}

/// A stream is active, and as it should be.
fn active(findings: &Findings, at: usize, kind: &str) -> Verdict {
    match findings.status[at].as_deref() {
        Some("CREATING" | "UPDATING") => unknown(
            "its status says that it changes",
            "try again in some minutes",
        ),
        Some("ACTIVE") | None => {
            whole(&findings.parts, &[kind], "stream", CREATE)?;
            pass("ACTIVE")
        }
        Some(status) => fail(
            format!("its status is {status}"),
            "`ctadmin create central` fixes it",
        ),
    }
}

/// All else that the stack consists of.
fn others(findings: &Findings) -> Verdict {
    let known = [
        "destination",
        "role",
        "data-stream",
        "delivery-stream",
        "bucket",
        "alarm",
    ];
    let others = findings.parts.iter().filter(|part| !part.is_any(&known));
    let kinds: Vec<&str> = others.map(|part| part.kind.name).collect();
    whole(&findings.parts, &kinds, "resource", CREATE)
}

/// Members send.
fn incoming(findings: &Findings) -> Verdict {
    let values = findings.metric(2)?;
    match values.iter().sum::<f64>() {
        _ if values.is_empty() => no_data(),
        0.0 => unknown(
            "no record arrived in the last hour",
            "run `ctadmin doctor member` in the members",
        ),
        count => pass(format!("{count:.0} records in the last hour")),
    }
}

/// What arrives is read and delivered in time.
fn freshness(findings: &Findings) -> Verdict {
    let (lag, age) = (findings.metric(0)?.first(), findings.metric(1)?.first());
    let lag = lag.map(|milliseconds| milliseconds / 1000.0);
    match (lag, age.copied()) {
        (None, None) => no_data(),
        (Some(lag), _) if lag > STALE => fail(
            format!("the delivery stream reads {lag:.0} s behind"),
            "more shards let it read faster: see `ctadmin create central --shards`; records are lost after the retention of the data stream",
        ),
        (_, Some(age)) if age > STALE => fail(
            format!("the oldest record waits for {age:.0} s"),
            "the check of failed records, and the log group of the delivery stream, say why",
        ),
        (lag, age) => {
            let oldest = lag.into_iter().chain(age).fold(0.0, f64::max);
            pass(format!("the oldest record waits for {oldest:.0} s"))
        }
    }
}

/// Nothing failed of late.
fn failures(findings: &Findings) -> Verdict {
    let (count, newest) = match &findings.failed {
        Some(found) => found.as_ref()?,
        None => return Err(depends_on(STREAM.0, "")),
    };
    let Some(newest) = newest else {
        return pass("none in the archive bucket");
    };
    let detail = format!(
        "{} below failed/, the newest {}",
        counted(*count, "object"),
        findings.ago(newest.written)
    );
    match findings.now - newest.written < DAY {
        true => fail(
            detail,
            format!(
                "read {} in the archive bucket: it names the error",
                newest.key
            ),
        ),
        false => pass(detail),
    }
}

/// Objects arrive.
fn archive(findings: &Findings) -> Verdict {
    match &findings.archived {
        None => Err(depends_on(STREAM.0, "")),
        Some(Err(error)) => Err(error.into()),
        Some(Ok(Some(newest))) => pass(format!("newest object {}", findings.ago(newest.written))),
        Some(Ok(None)) => unknown(
            "no object of today or yesterday",
            "wait for records: Firehose writes an object every 5 minutes or 64 MB",
        ),
    }
}

/// The trail of each member delivers.
fn trails(findings: &Findings) -> Verdict {
    let trails = findings.trails.as_ref()?;
    if trails.is_empty() {
        return Err(depends_on(STREAM.0, ""));
    }
    let mut silent = Vec::new();
    for (member, written) in trails {
        if written.as_ref()?.is_none() {
            silent.push(member);
        }
    }
    if !silent.is_empty() {
        return unknown(
            format!("no log file of today or yesterday from {}", few(&silent)),
            "run `ctadmin create member` there, then `ctadmin doctor member`",
        );
    }
    let oldest = trails.iter();
    let oldest = oldest.filter_map(|(_, written)| *written.as_ref().ok()?);
    let oldest = findings.ago(oldest.min().unwrap_or(findings.now));
    pass(format!(
        "{}, the newest log file of each at most {oldest}",
        counted(trails.len(), "member")
    ))
}
