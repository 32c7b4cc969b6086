//! Arguments of the command that creates the trail stack; those that show and delete it have none of their own.

use std::time::Duration;

use clap::Args;

use super::hardening::HardeningArgs;
use crate::cli::shared::{CreateArgs, account_id, tag};

#[derive(Args, Debug)]
#[command(next_help_heading = "What to create")]
pub struct CreateTrail {
    /// Do not create a queue or subscriptions; an existing queue is not changed
    #[arg(long, conflicts_with = "queue")]
    pub no_queue: bool,
    /// Do not create a dead-letter queue; an existing one is not changed
    #[arg(long)]
    pub no_dlq: bool,
    /// One trail for all regions, with one topic in the home region [default: the existing layout]
    #[arg(long, conflicts_with = "regional")]
    pub multi_region: bool,
    /// One trail and one topic in each region [default: the existing layout, else this]
    #[arg(long)]
    pub regional: bool,
    /// Delete the regional trails and topics that a multi-region trail replaces
    #[arg(long, conflicts_with = "regional")]
    pub prune: bool,
    /// Account that owns the bucket: do not change the bucket, print the policy statements that its owner must add
    #[arg(long, value_name = "ACCOUNT", value_parser = account_id)]
    pub bucket_owner: Option<String>,
    /// Change only the two policy statements for CloudTrail if the bucket exists
    #[arg(long, conflicts_with = "bucket_owner")]
    pub policy_only: bool,
    /// Prefix of the log files' keys, before AWSLogs/
    #[arg(long, value_name = "PREFIX")]
    pub key_prefix: Option<String>,
    /// KMS key to encrypt log files with
    #[arg(long, value_name = "ARN")]
    pub kms_key_id: Option<String>,
    /// Log the services whose management events the trails' event selectors exclude (AWS KMS, the RDS Data API)
    #[arg(long)]
    pub include_all_sources: bool,
    /// Do not enable log file validation
    #[arg(long)]
    pub no_log_file_validation: bool,
    /// Tag for trails, topics, the queue and a new bucket (repeatable)
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = tag)]
    pub tags: Vec<(String, String)>,
    /// Wait up to this long until every trail has delivered a log file, e.g. 20m
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub wait: Option<Duration>,
    #[command(flatten)]
    pub hardening: HardeningArgs,
    #[command(flatten)]
    pub common: CreateArgs,
}

fn duration(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(duration) => Ok(duration),
        Err(_) if text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() => Err(
            format!("the unit is missing: {text}m for minutes, {text}s for seconds"),
        ),
        Err(error) => Err(error.to_string()),
    }
}
