//! Arguments of `alerts`: the catalogue, and events tested against it.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// What to do with the catalogue of alerts.
#[derive(Debug, Subcommand)]
pub enum Alerts {
    /// Print the catalogue: the alerts with their severity and threshold
    List(AlertsList),
    /// Test events against the catalogue: which alerts fire, and why (sends no requests to AWS)
    Test(AlertsTest),
}

#[derive(Args, Debug)]
pub struct AlertsList {
    /// Format; --catalogue reads toml
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    pub format: ListFormat,
    #[command(flatten)]
    pub choice: AlertChoice,
}

/// How to print the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// One row per alert, without the patterns
    Table,
    /// A catalogue file
    Toml,
    /// JSON, by `--output`
    #[value(skip)]
    Json,
}

#[derive(Args, Debug)]
#[command(after_help = SHAPES)]
pub struct AlertsTest {
    /// Files with events; - for stdin [default: stdin]
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// File with events (repeatable)
    #[arg(short, long = "event", value_name = "FILE")]
    pub events: Vec<PathBuf>,
    /// Also print the alerts that do not fire, with the first comparison that fails
    #[arg(short, long)]
    pub all: bool,
    #[command(flatten)]
    pub choice: AlertChoice,
}

/// Which alerts, and how they differ from the catalogue.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Which alerts")]
pub struct AlertChoice {
    /// TOML file with alerts that extend the built-in catalogue, or override fields of alerts with the same name
    #[arg(long, value_name = "FILE")]
    pub catalogue: Option<PathBuf>,
    /// Only these alerts
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub only: Vec<String>,
    /// All but these alerts
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub except: Vec<String>,
    /// Variant of the patterns, for the alerts that have it: wide (iam-policy-changes includes users and groups),
    /// no-config-probes (unauthorized-api-calls ignores the requests of AWS Config to its bucket), or plain (the
    /// patterns that Security Hub requires)
    #[arg(long = "set", value_name = "NAME,…", value_delimiter = ',')]
    pub sets: Vec<String>,
    /// Number of events in a period that raises the alarm (repeatable)
    #[arg(long = "threshold", value_name = "NAME=N", value_parser = numbered)]
    pub thresholds: Vec<(String, u32)>,
    /// Period of the alarm: 10, 20, 30 or a multiple of 60 (repeatable)
    #[arg(long = "period", value_name = "NAME=SECONDS", value_parser = numbered)]
    pub periods: Vec<(String, u32)>,
}

const SHAPES: &str = "\
A file is a CloudTrail log, a JSON list of events, one event per line, a single event, or the output of \
`aws cloudtrail lookup-events` or `aws logs filter-log-events`. Events can be in EventBridge's envelope, and files \
compressed with gzip. Events that match no alert are only counted. Input that is not an event is reported, and the exit \
code is 1.";

fn numbered(text: &str) -> Result<(String, u32), String> {
    let (name, number) = text.split_once('=').ok_or("the format is NAME=NUMBER")?;
    let number = number.trim().parse();
    let number = number.map_err(|_| "the value after = must be a whole number")?;
    Ok((name.trim().to_owned(), number))
}
