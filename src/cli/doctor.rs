//! Arguments of `doctor`.

use clap::{Args, ValueEnum};

use super::shared::ScopeArgs;

#[derive(Args, Debug)]
pub struct Doctor {
    /// The stack whose delivery to check
    #[arg(value_enum, default_value_t = Checked::Trail)]
    pub stack: Checked,
    /// Profile of the reader, to check that it can read the queue and the logs [default: the caller]
    #[arg(long = "as", value_name = "PROFILE")]
    pub reader: Option<String>,
    /// Print only failed checks and the totals
    #[arg(long)]
    pub only_failures: bool,
    #[command(flatten)]
    pub push: PushArgs,
    #[command(flatten)]
    pub scope: ScopeArgs,
}

/// A stack whose delivery can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Checked {
    /// From the trails to the queue and its reader
    Trail,
    /// From the trail to Splunk's HTTP Event Collector
    Push,
    /// From the destinations of a central account to its archive
    Central,
    /// From a member's log groups towards the central account
    Member,
}

impl Checked {
    /// The stack's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Trail => "trail",
            Self::Push => "push",
            Self::Central => "central",
            Self::Member => "member",
        }
    }
}

/// What only `doctor push` takes.
#[derive(Args, Debug)]
#[command(next_help_heading = "Stack push")]
pub struct PushArgs {
    /// HTTP Event Collector to check [default: that of the delivery stream]
    #[arg(long, value_name = "https://HOST:PORT")]
    pub hec_endpoint: Option<String>,
    /// File with its token [default: the variable CTADMIN_HEC_TOKEN, else that of the stream or of its secret, if AWS
    /// shows it]
    #[arg(long, value_name = "FILE")]
    pub hec_token_file: Option<String>,
    /// Name of a delivery from another log group than the trail's, as `create push --name` takes it
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Send an event to the collector, and wait until it is indexed
    #[arg(long)]
    pub send_probe: bool,
}
