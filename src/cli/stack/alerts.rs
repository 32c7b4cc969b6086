//! Arguments of the commands that create, show and delete the alerts stack.

use std::path::PathBuf;

use clap::Args;

use crate::cli::catalogue::AlertChoice;
use crate::cli::shared::{CreateArgs, DeleteArgs, ShowArgs, tag};

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
    /// Log group [default: the trail's log group, else PREFIX-cloudtrail]
    #[arg(long, value_name = "NAME")]
    pub log_group: Option<String>,
    /// Retention of the log group in days [default: its current retention, 365 if it is new]
    #[arg(long, value_name = "DAYS")]
    pub retention_days: Option<i32>,
    /// KMS key to encrypt the log group with
    #[arg(long, value_name = "ARN")]
    pub kms_key_id: Option<String>,
    /// Also create or update the multi-region trail, as `create --multi-region` does
    #[arg(long)]
    pub multi_region: bool,
    /// Tag for all resources that can be tagged (repeatable)
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = tag)]
    pub tags: Vec<(String, String)>,
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
    /// Log group [default: the trail's log group, else PREFIX-cloudtrail]
    #[arg(long, help_heading = "Naming", value_name = "NAME")]
    pub log_group: Option<String>,
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
    /// Also delete the log group, with all its events
    #[arg(long)]
    pub with_logs: bool,
    /// Log group [default: the trail's log group, else PREFIX-cloudtrail]
    #[arg(long, help_heading = "Naming", value_name = "NAME")]
    pub log_group: Option<String>,
    #[command(flatten)]
    pub common: DeleteArgs,
}
