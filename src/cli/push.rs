//! Arguments of `push`: what is done with the delivery to Splunk once it exists.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::shared::OTHER_GROUP;

/// What to do with the delivery to Splunk.
#[derive(Debug, Subcommand)]
pub enum Push {
    /// List the events that Firehose could not deliver to Splunk, by error code (read-only)
    Failed(PushFailed),
    /// Send the events that Firehose could not deliver to Splunk again
    Replay(Box<PushReplay>),
    /// Print what the Lambda function of `create push --transform lambda` answers to a recorded invocation (sends no
    /// requests to AWS)
    Transform(PushTransform),
}

#[derive(Args, Debug)]
#[command(after_help = DONE)]
pub struct PushFailed {
    /// Only events that arrived since this time: 2026-01-31T12:00:00Z, 2026-01-31 (UTC), or 7d, 12h, 30m ago
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Also list events that were replayed
    #[arg(long)]
    pub all: bool,
    /// Read the objects with this prefix instead of those of the delivery stream
    #[arg(long, value_name = "s3://BUCKET/PREFIX")]
    pub from: Option<String>,
    #[command(flatten)]
    pub stream: StreamArgs,
}

#[derive(Args, Debug)]
#[command(after_help = DONE)]
pub struct PushReplay {
    /// File with the collector's token [default: the variable CTADMIN_HEC_TOKEN, else the delivery stream's secret]
    #[arg(long, value_name = "FILE")]
    pub hec_token_file: Option<String>,
    /// Secret in AWS Secrets Manager with the token [default: that of the delivery stream]
    #[arg(long, value_name = "ARN", conflicts_with = "hec_token_file")]
    pub hec_secret: Option<String>,
    /// HTTP Event Collector to send to [default: that of the delivery stream]
    #[arg(long, value_name = "https://HOST:PORT")]
    pub hec_endpoint: Option<String>,
    /// Replay the objects with this prefix instead of those of the delivery stream, to the raw endpoint
    #[arg(long, value_name = "s3://BUCKET/PREFIX", requires = "hec_endpoint")]
    pub from: Option<String>,
    /// List what would be sent, and send nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Do not ask for confirmation
    #[arg(short, long)]
    pub yes: bool,
    /// Seconds to wait for an acknowledgment [default: those of the delivery stream, else 180]
    #[arg(long, help_heading = "Sending", value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub ack_timeout: Option<u32>,
    /// Seconds to retry where the collector is busy, unreachable or does not acknowledge
    #[arg(long, help_heading = "Sending", value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u32).range(0..=7200))]
    pub retry: u32,
    /// How many objects to send at once
    #[arg(long, help_heading = "Sending", value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub jobs: u16,
    #[command(flatten)]
    pub stream: StreamArgs,
}

/// Which delivery stream.
#[derive(Args, Debug)]
#[command(next_help_heading = "Naming")]
pub struct StreamArgs {
    /// Prefix of the delivery stream's name [default: the account ID]
    #[arg(long, value_name = "PREFIX", conflicts_with = "from")]
    pub prefix: Option<String>,
    /// Delivery stream [default: PREFIX-cloudtrail-splunk]
    #[arg(long, value_name = "NAME", conflicts_with = "from")]
    pub stream: Option<String>,
    /// Name of a delivery from another log group than the trail's, as `create push --name` takes it
    #[arg(long, help_heading = OTHER_GROUP, value_name = "NAME", conflicts_with_all = ["from", "stream"])]
    pub name: Option<String>,
}

const DONE: &str = "\
What was replayed is kept in small objects below ctadmin-replayed/ in the backup bucket. The objects with the failed \
events are not changed.";

#[derive(Args, Debug)]
#[command(next_help_heading = "Source")]
pub struct PushTransform {
    /// Invocation by Firehose, as JSON; - for stdin
    #[arg(short, long, value_name = "FILE")]
    pub event: PathBuf,
    /// Endpoint of the HTTP Event Collector that the function writes for
    #[arg(long, value_name = "TYPE", value_enum, default_value_t = EndpointType::Raw)]
    pub endpoint_type: EndpointType,
}

/// An endpoint of the HTTP Event Collector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EndpointType {
    /// JSON, with host, source and sourcetype of each event
    Event,
    /// Text, an event per line
    Raw,
}

impl EndpointType {
    /// As AWS spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Event => "Event",
            Self::Raw => "Raw",
        }
    }
}
