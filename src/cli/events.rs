//! The arguments of `events`.

use std::path::PathBuf;

use clap::Args;

/// Arguments of `events`.
#[derive(Args, Debug)]
#[command(after_help = FILTERS)]
pub struct Events {
    /// Read these logs instead of the queue; - is stdin
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Read all logs below this prefix instead of the queue
    #[arg(long, value_name = "s3://BUCKET/PREFIX", conflicts_with = "files")]
    pub from: Option<String>,
    /// Print only events that satisfy this (repeatable, see below)
    #[arg(long = "filter", value_name = "KEY=VALUE")]
    pub filters: Vec<String>,
    /// Print only events from then on: 2026-01-31T12:00:00Z, 2026-01-31 (UTC), or 7d, 12h, 30m ago
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Print only events up to then; a date is taken to its end
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// With --from and --until: look for events in logs written up to so many days after --until
    #[arg(long, value_name = "DAYS", default_value_t = 1, requires_all = ["from", "until"], conflicts_with = "files", value_parser = clap::value_parser!(u32).range(0..=3650))]
    pub late: u32,
    /// Stop after so many events
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub limit: Option<u64>,
    /// Which queue, and how.
    #[command(flatten)]
    pub queue: EventsQueue,
}

/// Which queue to read, and how.
#[derive(Args, Debug)]
#[command(next_help_heading = "The queue")]
pub struct EventsQueue {
    /// Keep polling until Ctrl-C
    #[arg(short, long, conflicts_with_all = ["files", "from"])]
    pub follow: bool,
    /// Delete each message once all its events are printed [default: leave all messages in the queue]
    #[arg(long, conflicts_with_all = ["files", "from"])]
    pub consume: bool,
    /// With --consume, take the last receive of a message, too: what is kept then becomes a dead letter
    #[arg(long, requires = "consume")]
    pub last_receive: bool,
    /// Read the queue's dead letters instead
    #[arg(long, conflicts_with_all = ["files", "from"])]
    pub dlq: bool,
    /// With --dlq: move the dead letters back to the queue that they came from
    #[arg(long, requires = "dlq", conflicts_with_all = ["files", "from", "follow", "consume", "filters", "limit", "since", "until"])]
    pub redrive: bool,
    /// With --redrive: print the calls that would be made, as a script for the AWS CLI, and change nothing
    #[arg(short = 'n', long, requires = "redrive", conflicts_with_all = ["files", "from"])]
    pub dry_run: bool,
    /// With --redrive: do not ask
    #[arg(short, long, requires = "redrive", conflicts_with_all = ["files", "from"])]
    pub yes: bool,
    /// What the queue's name begins with [default: the account id]
    #[arg(long, help_heading = "Naming", value_name = "PREFIX", conflicts_with_all = ["files", "from"])]
    pub prefix: Option<String>,
    /// The queue [default: PREFIX-cloudtrail]
    #[arg(long = "queue", help_heading = "Naming", value_name = "NAME", conflicts_with_all = ["files", "from"])]
    pub name: Option<String>,
}

const FILTERS: &str = "\
Filters:
  user=NAME          who asked: user, role, session, ARN, principal id or service
  event=NAME         the event's name, e.g. DeleteTrail
  source=SERVICE     iam or iam.amazonaws.com
  region=REGION      e.g. eu-west-1
  error=CODE         the error's code; any, or none
  read-only=FLAG     true or false
  source-ip=ADDRESS  an address, a network such as 203.0.113.0/24, or the name of a service
  access-key=ID      the access key of the request
  account=ID         the caller's account, or the one whose trail recorded the event
  caller-account=ID  the caller's account
  resource=NAME      an ARN or a name in resources, requestParameters or responseElements
  * stands for anything, case does not matter. A list (event=A,B) means either; so do several filters with one key.
  Filters with different keys must all be satisfied. KEY!=VALUE takes all other events.

With --from, --since and --until read only the folders of those days. CloudTrail may deliver late, mostly within the
day after an event, up to 30 days: --late 30 reads all of them.

With -o json, each line is a record as CloudTrail wrote it. Looking hides messages from other readers until it ends.";
