//! The arguments of `activity`.

use std::path::PathBuf;

use clap::Args;

use super::shared::{ReadingArgs, account_id};

#[derive(Args, Debug)]
pub struct Activity {
    /// Read these log files; - for stdin [default: the logs of the queue's messages, which stay in the queue]
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Read all log files with this prefix, or the archive of a central account
    #[arg(long, value_name = "s3://BUCKET/PREFIX", conflicts_with = "files")]
    pub from: Option<String>,
    /// Let Athena count the log files where they are, with the tables of `ctadmin create athena`; AWS bills what it scans, and each of its eight queries, of nine for a page, scans all log files of the time
    #[arg(long, conflicts_with_all = ["files", "from", "jobs", "queue"])]
    pub athena: bool,
    /// With --athena: count only log files of this account (repeatable); a table of more than 50 accounts needs it
    #[arg(long = "account", value_name = "ID", requires = "athena", conflicts_with_all = ["files", "from"], value_parser = account_id)]
    pub accounts: Vec<String>,
    /// With --athena: query the table of the organization's log files
    #[arg(long, requires = "athena", conflicts_with_all = ["files", "from"])]
    pub organization: bool,
    /// Count only events that match this filter, see `ctadmin events --help` (repeatable)
    #[arg(long = "filter", value_name = "KEY=VALUE")]
    pub filters: Vec<String>,
    /// Count only events since this time: 2026-01-31T12:00:00Z, 2026-01-31 (UTC), or 7d, 12h, 30m ago; as long a time before it is read to tell what is new [default: 7d with --from and --athena, else all]
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    #[command(flatten)]
    pub reading: ReadingArgs,
    /// How many of the newest events JSON and HTML list
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(0..=5000))]
    pub keep: u32,
    /// How many rows each list of the text has
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub top: u16,
    /// Prefix of the queue's name, or of what Athena has [default: the account ID]
    #[arg(long, help_heading = "Naming", value_name = "PREFIX", conflicts_with_all = ["files", "from"])]
    pub prefix: Option<String>,
    /// Queue name [default: PREFIX-cloudtrail]
    #[arg(long = "queue", help_heading = "Naming", value_name = "NAME", conflicts_with_all = ["files", "from"])]
    pub queue: Option<String>,
}
