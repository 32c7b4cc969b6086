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
  * stands for anything, case does not matter. Of several filters with one key an event must satisfy one, of
  different keys all.

With -o json, each line is a record as CloudTrail wrote it. Looking hides messages from other readers until it ends.";
