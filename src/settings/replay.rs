//! What `push failed` and `push replay` need.

use std::time::Duration;

use super::events::{moment, place};
use super::push::{source_named, token};
use super::trail::duration;
use super::{Apply, Names, check, connection};
use crate::aws::Connection;
use crate::cli;
use crate::error::{Error, Result};
use crate::events::notice::Place;
use crate::hec::Endpoint;
use crate::resource::delivery_stream::Token;
use crate::stack::log_delivery::LogSource;
use crate::time;

/// A shorter lease would be renewed all the time.
const SHORTEST_LEASE: Duration = Duration::from_millis(100);

/// The maximum number of concurrent requests of a run.
const JOBS: u16 = 32;

/// Where failed events are.
#[derive(Clone, Debug)]
pub struct FailedEvents {
    pub connection: Connection,
    pub json: bool,
    pub names: Names,
    /// The stream, if it has a name of its own.
    pub stream: Option<String>,
    /// The log group of others that is delivered, if it is not the trail's.
    pub source: Option<LogSource>,
    /// Instead of a stream's: below this prefix.
    pub from: Option<Place>,
}

/// What `push failed` lists.
#[derive(Clone, Debug)]
pub struct PushFailed {
    pub events: FailedEvents,
    /// Only what arrived since then, in seconds since 1970.
    pub since: Option<i64>,
    /// Also what was replayed.
    pub all: bool,
}

/// What `push replay` sends, and how.
#[derive(Clone, Debug)]
pub struct PushReplay {
    pub events: FailedEvents,
    pub endpoint: Option<Endpoint>,
    /// Nothing for that of the delivery stream's secret.
    pub token: Option<Token>,
    /// How long to wait for an acknowledgment, when an option states it.
    pub ack_timeout: Option<Duration>,
    pub retry: Duration,
    pub jobs: usize,
    /// How long the mark of a run counts that does not change, when the environment states it.
    pub lease: Option<Duration>,
    pub apply: Apply,
}

impl FailedEvents {
    fn new(global: &cli::Global, from: Option<&str>, args: cli::StreamArgs) -> Result<Self> {
        args.stream.as_deref().map_or(Ok(()), check::stream)?;
        Ok(Self {
            connection: connection(global, JOBS)?,
            json: global.output == cli::Output::Json,
            names: Names::new(cli::SchemeArgs {
                prefix: args.prefix,
                bucket: None,
                queue: None,
            })?,
            stream: args.stream,
            source: source_named(args.name)?,
            from: from.map(place).transpose()?,
        })
    }
}

impl PushFailed {
    pub fn new(global: &cli::Global, args: cli::PushFailed) -> Result<Self> {
        let since = moment("--since", args.since.as_deref(), time::now(), false)?;
        Ok(Self {
            events: FailedEvents::new(global, args.from.as_deref(), args.stream)?,
            since: since.map(|since| i64::try_from(since).unwrap_or(i64::MAX)),
            all: args.all,
        })
    }
}

impl PushReplay {
    pub fn new(global: &cli::Global, args: cli::PushReplay) -> Result<Self> {
        let endpoint = args.hec_endpoint.as_deref().map(endpoint).transpose()?;
        let seconds = |seconds: u32| Duration::from_secs(seconds.into());
        let token = token(args.hec_secret, args.hec_token_file)?;
        if token.is_none() && args.from.is_some() && !args.dry_run {
            return Err(no_token());
        }
        let apply = cli::ApplyArgs {
            dry_run: args.dry_run,
            yes: u8::from(args.yes),
            detailed_exitcode: false,
        };
        let lease = duration("CTADMIN_REPLAY_LEASE", "the default is 60s")?;
        Ok(Self {
            events: FailedEvents::new(global, args.from.as_deref(), args.stream)?,
            endpoint,
            token,
            ack_timeout: args.ack_timeout.map(seconds),
            retry: seconds(args.retry),
            jobs: args.jobs.into(),
            lease: lease.map(|length| length.max(SHORTEST_LEASE)),
            apply: Apply::new(&apply, None)?,
        })
    }
}

/// The error where nothing says what the token is.
pub fn no_token() -> Error {
    Error::usage("no token for the collector").hint(
        "give --hec-token-file or --hec-secret, or set CTADMIN_HEC_TOKEN; without them, the secret of the delivery stream is read, if it has one",
    )
}

fn endpoint(text: &str) -> Result<Endpoint> {
    check::collector(text)?;
    Endpoint::parse(text).ok_or_else(|| {
        Error::usage(format!(
            "--hec-endpoint is not the address of a collector: {text}"
        ))
        .hint("the format is https://HOST:PORT, without a path")
    })
}
