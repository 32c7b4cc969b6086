//! Arguments of `alerts`: the catalogue, and events held against it.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// What to do with the catalogue of alerts.
#[derive(Debug, Subcommand)]
pub enum Alerts {
    /// Print the catalogue: what is looked for, and what raises an alarm
    List(AlertsList),
    /// Hold events against the catalogue: which alerts fire, and why; asks nothing of AWS
    Test(AlertsTest),
}

/// Arguments of `alerts list`.
#[derive(Args, Debug)]
pub struct AlertsList {
    /// How to print it; toml is what --catalogue reads
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    pub format: ListFormat,
    /// Which alerts.
    #[command(flatten)]
    pub choice: AlertChoice,
}

/// How to print the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// A row an alert, without the patterns
    Table,
    /// A catalogue file
    Toml,
}

/// Arguments of `alerts test`.
#[derive(Args, Debug)]
#[command(after_help = SHAPES)]
pub struct AlertsTest {
    /// Files with events; - is stdin, which is also read when no file is named
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Another such file (repeatable)
    #[arg(short, long = "event", value_name = "FILE")]
    pub events: Vec<PathBuf>,
    /// Also print what does not fire, and the first comparison in its way
    #[arg(short, long)]
    pub all: bool,
    /// Which alerts.
    #[command(flatten)]
    pub choice: AlertChoice,
}

/// Which alerts, and how they differ from the catalogue.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Which alerts")]
pub struct AlertChoice {
    /// Add the alerts of this TOML file, or change those of the same name field by field
    #[arg(long, value_name = "FILE")]
    pub catalogue: Option<PathBuf>,
    /// Only these
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Not these
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub except: Vec<String>,
    /// Take the pattern of this name wherever an alert has one: wide (iam-policy-changes: users and groups, too)
    /// or no-config-probes (unauthorized-api-calls: not what AWS Config asks of its bucket); plain goes back to the
    /// pattern without, which Security Hub wants
    #[arg(long = "set", value_name = "NAME,…", value_delimiter = ',')]
    pub sets: Vec<String>,
    /// Raise the alarm at so many events in a period (repeatable)
    #[arg(long = "threshold", value_name = "NAME=N", value_parser = numbered)]
    pub thresholds: Vec<(String, u32)>,
    /// Count for so long: 10, 20, 30 or a multiple of 60 (repeatable)
    #[arg(long = "period", value_name = "NAME=SECONDS", value_parser = numbered)]
    pub periods: Vec<(String, u32)>,
}

const SHAPES: &str = "\
A file holds a log of CloudTrail, a list of events, an event a line, a single event, or what
`aws cloudtrail lookup-events` or `aws logs filter-log-events` prints; events may be in EventBridge's envelope, and
files gzipped. Events that fit no alert are counted only. What is no event is told, and the exit code is 1.";

fn numbered(text: &str) -> Result<(String, u32), String> {
    let (name, number) = text.split_once('=').ok_or("it is written NAME=NUMBER")?;
    let number = number.trim().parse();
    let number = number.map_err(|_| "behind = stands a whole number")?;
    Ok((name.trim().to_owned(), number))
}
