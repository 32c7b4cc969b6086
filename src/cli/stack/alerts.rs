//! Arguments of the verbs that make, show and delete the alerts stack.

use std::path::PathBuf;

use clap::Args;

use crate::cli::catalogue::AlertChoice;
use crate::cli::shared::{CreateArgs, DeleteArgs, ShowArgs, tag};

/// Arguments of `create alerts`.
#[derive(Args, Debug)]
#[command(
    about = "Create or update log group, metric filters, alarms, topic and dashboard",
    next_help_heading = "What to make"
)]
pub struct CreateAlerts {
    /// Mail alarms to this address, whose reader must confirm it (repeatable)
    #[arg(long = "email", value_name = "ADDRESS", conflicts_with = "topic_arn")]
    pub emails: Vec<String>,
    /// Tell this topic instead of one of the scheme's own; it is not touched
    #[arg(long, value_name = "ARN")]
    pub topic_arn: Option<String>,
    /// The log group [default: the one that the trail sends to, else PREFIX-cloudtrail]
    #[arg(long, value_name = "NAME")]
    pub log_group: Option<String>,
    /// Keep events in the log group for so many days [default: as found, else 365]
    #[arg(long, value_name = "DAYS")]
    pub retention_days: Option<i32>,
    /// Encrypt the log group with this KMS key
    #[arg(long, value_name = "ARN")]
    pub kms_key_id: Option<String>,
    /// Also make or mend the multi-region trail, as `create --multi-region` does
    #[arg(long)]
    pub multi_region: bool,
    /// Tag what can be tagged (repeatable)
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = tag)]
    pub tags: Vec<(String, String)>,
    /// All alerts of the catalogue [default: those that exist, at least in part; all where none does]
    #[arg(long, conflicts_with_all = ["only", "except"], help_heading = "Which alerts")]
    pub all: bool,
    /// What to watch for.
    #[command(flatten)]
    pub catalogue: AlertChoice,
    /// What all stacks take.
    #[command(flatten)]
    pub common: CreateArgs,
}

/// Arguments of `show alerts`.
#[derive(Args, Debug)]
#[command(about = "Show log group, metric filters, alarms, topic and dashboard")]
pub struct ShowAlerts {
    /// The log group [default: the one that the trail sends to, else PREFIX-cloudtrail]
    #[arg(long, help_heading = "Naming", value_name = "NAME")]
    pub log_group: Option<String>,
    /// A catalogue that adds to the built-in one, or overrides it
    #[arg(long, help_heading = "Which alerts", value_name = "FILE")]
    pub catalogue: Option<PathBuf>,
    /// What all stacks take.
    #[command(flatten)]
    pub common: ShowArgs,
}

/// Arguments of `delete alerts`.
#[derive(Args, Debug)]
#[command(
    about = "Delete metric filters, alarms, topic and dashboard, and detach the trail from its log group"
)]
pub struct DeleteAlerts {
    /// Delete the log group, too, with all its events
    #[arg(long)]
    pub with_logs: bool,
    /// The log group [default: the one that the trail sends to, else PREFIX-cloudtrail]
    #[arg(long, help_heading = "Naming", value_name = "NAME")]
    pub log_group: Option<String>,
    /// What all stacks take.
    #[command(flatten)]
    pub common: DeleteArgs,
}
