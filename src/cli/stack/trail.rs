//! Arguments of the verbs that make, show and delete the trail stack.

use std::time::Duration;

use clap::Args;

use super::hardening::HardeningArgs;
use crate::cli::shared::{CreateArgs, DeleteArgs, ShowArgs, account_id, tag};

/// Arguments of `create`, for trails.
#[derive(Args, Debug)]
#[command(next_help_heading = "What to make")]
pub struct CreateTrail {
    /// Make no queue and no subscriptions; an existing queue is left alone
    #[arg(long, conflicts_with = "queue")]
    pub no_queue: bool,
    /// Make no dead letter queue; an existing one is left alone
    #[arg(long)]
    pub no_dlq: bool,
    /// One trail for all regions, with one topic in the home region [default: the layout found]
    #[arg(long, conflicts_with = "regional")]
    pub multi_region: bool,
    /// A trail and a topic in each region [default: the layout found, else this]
    #[arg(long)]
    pub regional: bool,
    /// Delete the regional trails and topics that a multi-region trail supersedes
    #[arg(long, conflicts_with = "regional")]
    pub prune: bool,
    /// The bucket belongs to this account: do not touch it, print what its owner must add
    #[arg(long, value_name = "ACCOUNT", value_parser = account_id)]
    pub bucket_owner: Option<String>,
    /// Of the bucket, change nothing but CloudTrail's two policy statements (a missing one is made)
    #[arg(long, conflicts_with = "bucket_owner")]
    pub policy_only: bool,
    /// Put this before AWSLogs/ in the names of log files
    #[arg(long, value_name = "PREFIX")]
    pub key_prefix: Option<String>,
    /// Encrypt log files with this KMS key
    #[arg(long, value_name = "ARN")]
    pub kms_key_id: Option<String>,
    /// Include the services whose management events the trails' event selectors exclude (AWS KMS, the RDS Data API)
    #[arg(long)]
    pub include_all_sources: bool,
    /// Make trails without log file validation, and do not mend it
    #[arg(long)]
    pub no_log_file_validation: bool,
    /// Tag trails, topics, the queue and a new bucket (repeatable)
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = tag)]
    pub tags: Vec<(String, String)>,
    /// Wait until every trail has delivered a log file, e.g. 20m
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub wait: Option<Duration>,
    /// Encryption, and what the bucket does with log files.
    #[command(flatten)]
    pub hardening: HardeningArgs,
    /// What all stacks take.
    #[command(flatten)]
    pub common: CreateArgs,
}

/// Arguments of `show`, for trails.
#[derive(Args, Debug)]
pub struct ShowTrail {
    /// What all stacks take.
    #[command(flatten)]
    pub common: ShowArgs,
}

/// Arguments of `delete`, for trails.
#[derive(Args, Debug)]
pub struct DeleteTrail {
    /// What all stacks take.
    #[command(flatten)]
    pub common: DeleteArgs,
}

fn duration(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(duration) => Ok(duration),
        Err(_) if text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() => Err(
            format!("it has no unit: {text}m are minutes, {text}s seconds"),
        ),
        Err(error) => Err(error.to_string()),
    }
}
