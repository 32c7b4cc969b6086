//! Options of `create` that encrypt queue and topics, and that keep log files from being lost. None changes anything
//! when it is not given.

use clap::{Args, ValueEnum};

/// Encryption of queue and topics, and what the bucket does with log files.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Encryption and retention")]
pub struct HardeningArgs {
    /// Encrypt queue and dead letter queue: `sse` with a key that SQS manages, or with the KMS key of this ARN
    #[arg(long, value_name = "sse|KEY-ARN", conflicts_with = "no_queue")]
    pub queue_encryption: Option<String>,
    /// Encrypt the topics of a region with this KMS key (repeatable), or all topics with a multi-Region key (mrk-…)
    #[arg(long = "topic-kms-key-id", value_name = "[REGION=]KEY-ARN")]
    pub topic_kms_key_ids: Vec<String>,
    /// Enable versioning of the bucket
    #[arg(long, conflicts_with_all = NOT_OUR_BUCKET)]
    pub versioning: bool,
    /// Let log files expire after so many days, and noncurrent versions of them after as many more
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i32).range(1..), conflicts_with_all = NOT_OUR_BUCKET)]
    pub lifecycle_days: Option<i32>,
    /// Make a new bucket with Object Lock, which keeps each log file for so many days
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i32).range(1..=36_500), conflicts_with_all = NOT_OUR_BUCKET)]
    pub object_lock: Option<i32>,
    /// Who can lift a lock: a caller with s3:BypassGovernanceRetention, or nobody [default: governance]
    #[arg(long, value_enum, value_name = "MODE", requires = "object_lock")]
    pub object_lock_mode: Option<LockMode>,
    /// Log each request to the bucket into this other bucket of the same region and account
    #[arg(long, value_name = "BUCKET", conflicts_with_all = NOT_OUR_BUCKET)]
    pub access_log_bucket: Option<String>,
}

/// Options that leave the bucket's settings to somebody else.
const NOT_OUR_BUCKET: [&str; 2] = ["bucket_owner", "policy_only"];

/// Who can lift a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LockMode {
    /// A caller with the permission s3:BypassGovernanceRetention
    Governance,
    /// Nobody, not even the root user
    Compliance,
}
