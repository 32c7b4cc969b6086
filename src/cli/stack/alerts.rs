//! Arguments of the commands that create, show and delete the alerts stack.

use std::path::PathBuf;

use clap::Args;

use crate::cli::catalogue::AlertChoice;
use crate::cli::shared::{
    CreateArgs, DeleteArgs, DeleteLogArgs, LogArgs, LogGroupArg, ShowArgs, WithTrailArgs,
};

#[derive(Args, Debug)]
#[command(
    about = "Create or update the alerts: log group, metric filters, alarms, topic and dashboard",
    next_help_heading = "What to create"
)]
pub struct CreateAlerts {
    /// Email address to send alarms to, which must confirm the subscription (repeatable)
    #[arg(long = "email", value_name = "ADDRESS", conflicts_with = "topic_arn")]
    pub emails: Vec<String>,
    /// Existing topic for the alarms to notify, instead of creating one; it is not changed
    #[arg(long, value_name = "ARN")]
    pub topic_arn: Option<String>,
    #[command(flatten)]
    pub logs: LogArgs,
    #[command(flatten)]
    pub below: WithTrailArgs,
    /// All alerts of the catalogue [default: the existing ones, all if there are none]
    #[arg(long, conflicts_with_all = ["only", "except"], help_heading = "Which alerts")]
    pub all: bool,
    #[command(flatten)]
    pub catalogue: AlertChoice,
    #[command(flatten)]
    pub common: CreateArgs,
}

#[derive(Args, Debug)]
#[command(about = "Show the alerts: log group, metric filters, alarms, topic and dashboard")]
pub struct ShowAlerts {
    #[command(flatten)]
    pub logs: LogGroupArg,
    /// TOML file with alerts that extend or override the built-in catalogue
    #[arg(long, help_heading = "Which alerts", value_name = "FILE")]
    pub catalogue: Option<PathBuf>,
    #[command(flatten)]
    pub common: ShowArgs,
}

#[derive(Args, Debug)]
#[command(
    about = "Delete the alerts: metric filters, alarms, topic and dashboard; detach the trail from its log group"
)]
pub struct DeleteAlerts {
    #[command(flatten)]
    pub logs: DeleteLogArgs,
    #[command(flatten)]
    pub common: DeleteArgs,
}
