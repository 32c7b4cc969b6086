//! Options of `create` for encryption and retention. None changes anything when it is not given.

use clap::{Args, ValueEnum};

/// Encryption of queue and topics, and what the bucket does with log files.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Encryption and retention")]
pub struct HardeningArgs {
    /// Encrypt the queue and its dead-letter queue: `sse` for SSE-SQS, or the ARN of a KMS key
    #[arg(long, value_name = "sse|KEY-ARN", conflicts_with = "no_queue")]
    pub queue_encryption: Option<String>,
    /// KMS key to encrypt the topic of a region with (repeatable), or a multi-Region key (mrk-…) for all topics
    #[arg(long = "topic-kms-key-id", value_name = "[REGION=]KEY-ARN")]
    pub topic_kms_key_ids: Vec<String>,
    /// Enable versioning on the bucket
    #[arg(long, conflicts_with_all = NOT_OUR_BUCKET)]
    pub versioning: bool,
    /// Expire log files after this many days, and their noncurrent versions after as many more
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i32).range(1..), conflicts_with_all = NOT_OUR_BUCKET)]
    pub lifecycle_days: Option<i32>,
    /// Enable Object Lock on a new bucket, with this default retention
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i32).range(1..=36_500), conflicts_with_all = NOT_OUR_BUCKET)]
    pub object_lock: Option<i32>,
    /// Mode of the retention [default: governance]
    #[arg(long, value_enum, value_name = "MODE", requires = "object_lock")]
    pub object_lock_mode: Option<LockMode>,
    /// Bucket for server access logs, in the same region and account
    #[arg(long, value_name = "BUCKET", conflicts_with_all = NOT_OUR_BUCKET)]
    pub access_log_bucket: Option<String>,
}

/// Options with which the settings of the bucket are not changed.
const NOT_OUR_BUCKET: [&str; 2] = ["bucket_owner", "policy_only"];

/// Modes of Object Lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LockMode {
    /// Callers with s3:BypassGovernanceRetention can delete locked objects
    Governance,
    /// Nobody can, not even the root user
    Compliance,
}
