//! What `events` needs: which events, and where from.

use std::path::PathBuf;

use super::{Apply, Names, Regions, Settings, check, connection};
use crate::aws::Connection;
use crate::cli;
use crate::error::{Error, Result};
use crate::events::days::Days;
use crate::events::filter::Filter;
use crate::events::notice::Place;
use crate::time;

/// The maximum number of concurrent requests of a run.
pub(super) const JOBS: u16 = 32;

#[derive(Clone, Debug)]
pub struct Events {
    pub connection: Connection,
    pub region: Option<String>,
    pub source: Source,
    pub wanted: Wanted,
}

/// Which events to show, and how.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// Print CloudTrail's own records.
    pub json: bool,
    pub filter: Filter,
    pub limit: Option<u64>,
    /// How many threads unpack and parse.
    pub jobs: usize,
}

/// Where events come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// Files; `-` is stdin.
    Files(Vec<PathBuf>),
    /// All logs below a prefix, of these days.
    Bucket {
        below: Place,
        days: Days,
        /// Where the last keys are kept, if a run reads on where another has ended.
        resume: Option<PathBuf>,
    },
    /// The logs that the queue's messages name.
    Queue(FromQueue),
    /// None: the messages of the dead-letter queue are moved back.
    Redrive { settings: Settings, apply: Apply },
}

/// Which queue to read, and how.
#[derive(Clone, Debug)]
pub struct FromQueue {
    pub names: Names,
    pub follow: bool,
    pub consume: bool,
    /// Whether a filter or a limit can leave out events.
    pub choosy: bool,
    /// Also receive messages for the last time.
    pub last_receive: bool,
    /// Read the dead-letter queue instead.
    pub dead_letters: bool,
}

impl Events {
    pub fn new(global: &cli::Global, args: cli::Events) -> Result<Self> {
        let now = time::now();
        let since = moment("--since", args.since.as_deref(), now, false)?;
        let until = moment("--until", args.reading.until.as_deref(), now, true)?;
        if since.zip(until).is_some_and(|(since, until)| since > until) {
            return Err(swapped(args.since, args.reading.until));
        }
        let filter = Filter::parse(&args.filters)?.between(since, until);
        let source = match args.from {
            Some(url) => Source::Bucket {
                below: place(&url)?,
                days: Days::between(since, until, args.reading.late),
                resume: args.resume,
            },
            None if !args.files.is_empty() => Source::Files(args.files),
            None if args.queue.redrive => Source::Redrive {
                apply: Apply::new(
                    &cli::ApplyArgs {
                        dry_run: args.queue.dry_run,
                        yes: u8::from(args.queue.yes),
                        detailed_exitcode: false,
                    },
                    None,
                )?,
                settings: Settings::of(global, names(args.queue)?, Regions::default(), JOBS)?,
            },
            None => Source::Queue(FromQueue {
                follow: args.queue.follow,
                consume: args.queue.consume,
                choosy: !filter.is_empty() || args.limit.is_some(),
                last_receive: args.queue.last_receive,
                dead_letters: args.queue.dlq,
                names: names(args.queue)?,
            }),
        };
        let connection = connection(global, JOBS)?;
        Ok(Self {
            region: connection.region.clone(),
            connection,
            source,
            wanted: Wanted {
                json: global.output == cli::Output::Json,
                filter,
                limit: args.limit,
                jobs: threads(args.reading.jobs),
            },
        })
    }
}

/// The start of a time is later than its end; both as they were given, an end that was not is now.
pub(super) fn swapped(since: Option<String>, until: Option<String>) -> Error {
    let since = since.unwrap_or_default();
    Error::usage(match until {
        Some(until) => format!("--since {since} is later than --until {until}"),
        None => format!("--since {since} is later than now"),
    })
}

/// How many threads read logs: as many as named, or as there are processors. More than a few wait for each other.
pub(super) fn threads(jobs: Option<u16>) -> usize {
    let processors = || std::thread::available_parallelism().map_or(1, usize::from);
    jobs.map_or_else(|| processors().min(8), usize::from)
}

fn names(queue: cli::EventsQueue) -> Result<Names> {
    Names::new(cli::SchemeArgs {
        prefix: queue.prefix,
        bucket: None,
        queue: queue.name,
    })
}

pub(super) fn moment(
    option: &str,
    text: Option<&str>,
    now: i64,
    last: bool,
) -> Result<Option<u64>> {
    let Some(text) = text else {
        return Ok(None);
    };
    let time = time::moment(text.trim(), now, last);
    time.map(Some).ok_or_else(|| {
        Error::usage(format!("{option} {text:?} is not a time"))
            .hint("the formats are 2026-01-31T12:00:00Z, 2026-01-31, and 7d, 12h or 30m ago")
    })
}

/// `s3://bucket/prefix`; the prefix may be missing.
pub(super) fn place(url: &str) -> Result<Place> {
    let Some(path) = url.strip_prefix("s3://") else {
        let error = Error::usage(format!("--from takes s3://BUCKET/PREFIX, not {url}"));
        let path = url.strip_prefix("s3:").unwrap_or(url);
        return Err(match path.contains(':') {
            true => error,
            false => error.hint(format!(
                "for objects of a bucket: --from s3://{}",
                path.trim_start_matches('/')
            )),
        });
    };
    let (bucket, prefix) = path.split_once('/').unwrap_or((path, ""));
    if bucket.is_empty() {
        return Err(Error::usage(format!("--from {url} names no bucket")));
    }
    check::bucket(bucket)?;
    Ok(Place {
        bucket: bucket.to_owned(),
        key: prefix.to_owned(),
    })
}
