//! Arguments of `push`: what is done with the delivery to Splunk once it exists.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// What to do with the delivery to Splunk.
#[derive(Debug, Subcommand)]
pub enum Push {
    /// Print what the Lambda function of `create push --transform lambda` answers to a recorded invocation (sends no
    /// requests to AWS)
    Transform(PushTransform),
}

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
