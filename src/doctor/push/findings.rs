//! What `doctor push` reads: the resources of the stack, the collector, the metrics, and what failed.

use std::collections::HashSet;

use super::super::Subject;
use super::super::findings::last_in;
use super::super::parts::Part;
use super::meeting::{self, Met};
use crate::aws::Reader;
use crate::aws::read::{Entry, Hidden, Splunk, StreamMetrics};
use crate::call::Source;
use crate::error::{CallError, CallResult, Result};
use crate::hec::Endpoint;
use crate::hec::failed::{Failed, MARKS, done, records};
use crate::resource::delivery_stream::DeliveryStreamState;
use crate::stack::engine::{self, Outline, Stack, Surveyed};
use crate::stack::graph::{Intent, Node};
use crate::stack::log_delivery::{self, LogDelivery, LogStack};
use crate::stack::observed::Observed;
use crate::stack::push::Options;
use crate::stack::trail::survey::Survey as TrailSurvey;
use crate::stack::{Account, Purpose, Scheme};

/// The most pages of failed objects that are counted, 1,000 each.
const PAGES: usize = 10;

/// The most of an object that is read for its first record, in bytes as they are stored.
const ENOUGH: usize = 8 << 20;

/// What the caller asks beside the stack's options.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The collector, when another than the stream's is checked.
    pub endpoint: Option<Endpoint>,
    /// Its token, when it is given.
    pub token: Option<(Source, Hidden)>,
    /// Whether an event is sent.
    pub sends_probe: bool,
}

/// Everything that was found.
pub struct Findings {
    pub scheme: Scheme,
    /// This machine's clock, in seconds since 1970.
    pub now: i64,
    /// The region of the stream, as far as it is known.
    pub region: Option<String>,
    /// The resources of the stack.
    pub parts: Vec<Part>,
    /// The log group of others that is delivered, and whether it exists; nothing where it is the trail's.
    pub source: Option<(String, bool)>,
    /// Whether another log group than the trail's is delivered.
    pub is_other: bool,
    /// What is wrong with the trail.
    pub warnings: Vec<String>,
    /// Why not all trails are known.
    pub unread: Option<String>,
    /// The stream's status, and how it delivers.
    pub stream: Option<(String, Option<Splunk>)>,
    /// The stream's token in AWS Secrets Manager, if it is there and none was given; `None` where the secret holds none.
    pub secret: Option<CallResult<Option<Hidden>>>,
    /// The token that was given, if one was.
    pub token: Option<(Source, Hidden)>,
    /// The collector, if an option or the stream names one.
    pub endpoint: Option<Endpoint>,
    /// How the collector answered.
    pub met: Option<Met>,
    /// Whether an event was to be sent.
    pub is_probed: bool,
    /// What CloudWatch says of the stream, if there is one.
    pub metrics: Option<CallResult<StreamMetrics>>,
    /// What is in the backup bucket, if the stream says where.
    pub failures: Option<CallResult<Failures>>,
}

/// The objects of what failed.
pub struct Failures {
    pub count: usize,
    /// Whether there are more.
    pub is_more: bool,
    /// The newest, and its first record, or why it cannot be read.
    pub newest: Option<(Entry, Result<Failed, String>)>,
}

impl Findings {
    /// Reads everything.
    ///
    /// # Errors
    ///
    /// When options and account contradict each other, or this machine trusts no authority.
    pub async fn read(
        reader: &Reader,
        account: &Account,
        options: &Options,
        asked: Asked,
    ) -> Result<Self> {
        let surveying = engine::survey_leniently(options, account, Purpose::Show, reader, &|_| ());
        let surveyed = surveying.await;
        let Surveyed { known, observed } = &surveyed;
        let outline = options.outline(account, Purpose::Show, Some(known), observed)?;
        let region = outline.home_region.clone();
        let source = source(account, &options.delivery, (known, observed))?;
        let (name, state) = stream(&outline, observed);
        let splunk = state.and_then(|state| state.description.splunk.clone());
        let endpoint = asked.endpoint.or_else(|| of_stream(splunk.as_ref()?));
        let token = asked.token.as_ref().map(|(_, token)| token.clone());
        let token = token.or_else(|| shown_token(splunk.as_ref()?));
        let secret = splunk.as_ref().filter(|_| token.is_none());
        let secret = secret.and_then(|splunk| splunk.secret.clone());
        let secret = match (&secret, &region) {
            (Some(arn), Some(region)) => Some(reader.hec_token(region, arn).await),
            _ => None,
        };
        let in_secret = || secret.as_ref()?.as_ref().ok()?.clone();
        let token = token.or_else(in_secret);
        let meeting = meeting::meet(endpoint.clone(), token, asked.sends_probe);
        let there = region.as_deref().zip(state);
        let metrics = async {
            let (region, _) = there?;
            Some(reader.stream_metrics(region, &name?).await)
        };
        let failures = async {
            let (region, _) = there?;
            let bucket = splunk.as_ref()?.bucket.rsplit(':').next()?;
            let prefix = splunk.as_ref()?.prefixes.1.as_deref()?;
            let prefix = prefix.split("!{").next().unwrap_or_default();
            Some(failures(reader, region, bucket, prefix).await)
        };
        let (met, metrics, failures) = tokio::join!(meeting, metrics, failures);
        Ok(Self {
            scheme: account.scheme.clone(),
            now: crate::time::now(),
            region,
            parts: parts(&outline, observed, splunk.as_ref()),
            source,
            is_other: options.delivery.source.is_some(),
            unread: outline.unread.first().map(|unread| unread.region.clone()),
            warnings: outline.warnings,
            stream: state.map(|state| (state.description.status.clone(), splunk.clone())),
            secret,
            token: asked.token,
            endpoint,
            met: met?,
            is_probed: asked.sends_probe,
            metrics,
            failures,
        })
    }

    /// What the check-up is about.
    pub fn subject(&self) -> Subject<'_> {
        Subject {
            scheme: &self.scheme,
            home: self.region.as_deref(),
        }
    }

    /// The resources of these kinds, in the order of the graph.
    pub fn of_kinds<'a>(&'a self, kinds: &'a [&str]) -> impl Iterator<Item = &'a Part> {
        self.parts.iter().filter(move |part| part.is_any(kinds))
    }
}

/// The log group of others that is delivered, and whether it exists.
fn source(
    account: &Account,
    options: &log_delivery::Options,
    known: (&TrailSurvey, &Observed),
) -> Result<Option<(String, bool)>> {
    if options.source.is_none() {
        return Ok(None);
    }
    let delivery = LogDelivery::new(Options::STACK, options, account, Purpose::Show, known, None)?;
    Ok(delivery.map(|delivery| (delivery.group.clone(), delivery.group_state().is_some())))
}

/// The stream's name, and what exists of it.
fn stream<'a>(
    outline: &Outline,
    observed: &'a Observed,
) -> (Option<String>, Option<&'a DeliveryStreamState>) {
    let mut nodes = outline.graph.nodes().iter();
    let node = nodes.find(|node| node.resource().id().kind.name == "delivery-stream");
    let state = node.and_then(|node| observed.found(node.resource())?.downcast_ref());
    (node.map(|node| node.resource().id().name.to_owned()), state)
}

/// What should exist, and what else was found or could not be read. Of what is only read, nothing but the bucket in use
/// is missed.
fn parts(outline: &Outline, observed: &Observed, splunk: Option<&Splunk>) -> Vec<Part> {
    let bucket = splunk.and_then(|splunk| splunk.bucket.rsplit(':').next());
    let counts = |node: &&Node| {
        let resource = node.resource();
        let is_read = node.observed(observed).is_some() || observed.failure(resource).is_some();
        node.intent() != Intent::Read || is_read || bucket == Some(resource.id().name)
    };
    let nodes = outline.graph.nodes().iter().filter(counts);
    let mut parts: Vec<Part> = Vec::new();
    // What should exist comes before the same as it is only read.
    for part in nodes.map(|node| Part::new(node, observed)) {
        let is_same = |other: &Part| (other.kind.name, &other.name) == (part.kind.name, &part.name);
        if !parts.iter().any(is_same) {
            parts.push(part);
        }
    }
    parts
}

/// The stream's collector; AWS may leave out the port of HTTPS.
fn of_stream(splunk: &Splunk) -> Option<Endpoint> {
    let text = splunk.endpoint.trim_end_matches('/');
    Endpoint::parse(text).or_else(|| Endpoint::parse(&format!("{text}:443")))
}

/// The token in the stream, unless AWS masks it.
pub fn shown_token(splunk: &Splunk) -> Option<Hidden> {
    let token = splunk.token.as_ref().filter(|_| splunk.secret.is_none());
    token.filter(|token| !token.0.contains('*')).cloned()
}

/// Counts the objects of what failed and was not replayed, and reads the newest.
async fn failures(
    reader: &Reader,
    region: &str,
    bucket: &str,
    prefix: &str,
) -> Result<Failures, CallError> {
    let mut listing = reader.keys(region, bucket, prefix);
    let (mut objects, mut is_more) = (Vec::new(), true);
    for _ in 0..PAGES {
        match listing.page().await? {
            Some(page) => objects.extend(page.objects),
            None => {
                is_more = false;
                break;
            }
        }
    }
    let region = listing.region().to_owned();
    let mut marks = reader.keys(&region, bucket, &format!("{MARKS}{prefix}"));
    let mut replayed = HashSet::new();
    while let Some(page) = marks.page().await? {
        replayed.extend(page.objects.into_iter().map(|mark| mark.key));
    }
    objects.retain(|it: &Entry| !(it.key.starts_with(MARKS) || replayed.contains(&done(&it.key))));
    let count = objects.len();
    let mut newest = objects.into_iter().max_by_key(|it| it.written);
    if is_more {
        // Each kind of failure has a folder, and in it folders of years, months, days and hours.
        for kind in reader.folder(&region, bucket, prefix).await?.folders {
            let last = last_in(reader, &region, bucket, kind, "").await?;
            newest = newest.into_iter().chain(last).max_by_key(|it| it.written);
        }
    }
    let newest = match newest {
        Some(entry) => {
            let record = first_record(reader, &region, bucket, &entry.key).await?;
            Some((entry, record))
        }
        None => None,
    };
    Ok(Failures {
        count,
        is_more,
        newest,
    })
}

async fn first_record(
    reader: &Reader,
    region: &str,
    bucket: &str,
    key: &str,
) -> Result<Result<Failed, String>, CallError> {
    let mut object = reader.object(region, bucket, key).await?;
    let mut bytes = Vec::new();
    while let Some(piece) = object.piece().await? {
        bytes.extend(piece);
        if bytes.len() > ENOUGH {
            break;
        }
    }
    let first = records(bytes.as_slice()).map(|mut found| found.next());
    Ok(match first {
        Ok(Some(Ok(record))) => Ok(record),
        Ok(None) => Err("it is empty".to_owned()),
        Ok(Some(Err(error))) | Err(error) => Err(error.to_string()),
    })
}
