//! The arguments of `events`.

use std::path::PathBuf;

use clap::Args;

use super::shared::ReadingArgs;

#[derive(Args, Debug)]
#[command(after_help = FILTERS)]
pub struct Events {
    /// Read these log files instead of the queue; - for stdin
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Read all log files with this prefix, or the archive of a central account, instead of the queue
    #[arg(long, value_name = "s3://BUCKET/PREFIX", conflicts_with = "files")]
    pub from: Option<String>,
    /// Print only events that match this filter, see below (repeatable)
    #[arg(long = "filter", value_name = "KEY=VALUE")]
    pub filters: Vec<String>,
    /// Print only events since this time: 2026-01-31T12:00:00Z, 2026-01-31 (UTC), or 7d, 12h, 30m ago
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    #[command(flatten)]
    pub reading: ReadingArgs,
    /// With --from: print only log files that no earlier run with this file has printed, and keep it up to date
    #[arg(long, value_name = "FILE", requires = "from", conflicts_with = "files")]
    pub resume: Option<PathBuf>,
    /// Stop after this many events
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub limit: Option<u64>,
    #[command(flatten)]
    pub queue: EventsQueue,
}

/// Which queue to read, and how.
#[derive(Args, Debug)]
#[command(next_help_heading = "The queue")]
pub struct EventsQueue {
    /// Keep polling until interrupted
    #[arg(short, long, conflicts_with_all = ["files", "from"])]
    pub follow: bool,
    /// Delete each message after all its events are printed [default: keep all messages]
    #[arg(long, conflicts_with_all = ["files", "from"])]
    pub consume: bool,
    /// With --consume: also receive messages for the last time; those that are kept go to the dead-letter queue
    #[arg(long, requires = "consume")]
    pub last_receive: bool,
    /// Read the dead-letter queue instead
    #[arg(long, conflicts_with_all = ["files", "from"])]
    pub dlq: bool,
    /// With --dlq: move the messages back to the queue that they came from
    #[arg(long, requires = "dlq", conflicts_with_all = ["files", "from", "follow", "consume", "filters", "limit", "since", "until"])]
    pub redrive: bool,
    /// With --redrive: print the calls as a script for the AWS CLI, and change nothing
    #[arg(short = 'n', long, requires = "redrive", conflicts_with_all = ["files", "from"])]
    pub dry_run: bool,
    /// With --redrive: do not ask for confirmation
    #[arg(short, long, requires = "redrive", conflicts_with_all = ["files", "from"])]
    pub yes: bool,
    /// Prefix of the queue's name [default: the account ID]
    #[arg(long, help_heading = "Naming", value_name = "PREFIX", conflicts_with_all = ["files", "from"])]
    pub prefix: Option<String>,
    /// Queue name [default: PREFIX-cloudtrail]
    #[arg(long = "queue", help_heading = "Naming", value_name = "NAME", conflicts_with_all = ["files", "from"])]
    pub name: Option<String>,
}

const FILTERS: &str = "\
Filters:
  user=NAME          user, role, session, ARN, principal ID or service
  event=NAME         event name, e.g. DeleteTrail
  source=SERVICE     iam or iam.amazonaws.com
  region=REGION      e.g. eu-west-1
  error=CODE         error code; any, or none
  read-only=FLAG     true or false
  source-ip=ADDRESS  address, network (203.0.113.0/24) or name of a service
  access-key=ID      access key ID of the request
  account=ID         account of the caller, or of the trail
  caller-account=ID  account of the caller
  resource=NAME      ARN or name in resources, or in the request or response

In a filter, * matches any text, and case is ignored. A list (event=A,B) matches any of its values, and so do several \
filters with the same key. Filters with different keys must all match. KEY!=VALUE matches all other events.

With --from, --since and --until read only the log files of those days. CloudTrail can deliver a log file up to 30 days \
after the event, usually within a day: --late 30 reads all of them.

Of an archive of log groups, messages that are no CloudTrail events (VPC flow logs, GuardDuty findings) are skipped and \
counted.

With -o json, each line is a record as CloudTrail wrote it. While the command runs, other readers of the queue do not \
receive the messages that it reads.";
