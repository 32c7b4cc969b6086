//! Groups of arguments that several commands take, and the formats of their values.

use clap::Args;

/// Names of the resources.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Naming")]
pub struct SchemeArgs {
    /// Prefix of all resource names [default: the account ID]
    #[arg(long, value_name = "PREFIX")]
    pub prefix: Option<String>,
    /// Bucket name [default: the bucket in use, else PREFIX-cloudtrail]
    #[arg(short, long, value_name = "NAME")]
    pub bucket: Option<String>,
    /// Queue name [default: PREFIX-cloudtrail]
    #[arg(long, value_name = "NAME")]
    pub queue: Option<String>,
}

/// Which regions, and how many requests at once.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Regions")]
pub struct RegionArgs {
    /// `all` enabled regions, or a list; the others are read, but not changed [default: all]
    #[arg(
        long,
        value_name = "all|R1,R2,…",
        value_delimiter = ',',
        default_value = "all",
        hide_default_value = true
    )]
    pub regions: Vec<String>,
    /// Neither change nor read these regions
    #[arg(long, value_name = "R1,R2,…", value_delimiter = ',')]
    pub exclude_regions: Vec<String>,
    /// Maximum number of concurrent requests
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: u16,
}

/// Up to when events are read, and how.
#[derive(Args, Debug)]
pub struct ReadingArgs {
    /// Leave out events after this time; a date includes the whole day
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// With --from and --until: also read the log files of this many days after --until
    #[arg(long, value_name = "DAYS", default_value_t = 1, requires_all = ["from", "until"], conflicts_with = "files", value_parser = clap::value_parser!(u32).range(0..=3650))]
    pub late: u32,
    /// Unpack and parse in this many threads [default: the number of processors, at most 8]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub jobs: Option<u16>,
}

/// Planning without reading the account.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Applying")]
pub struct OfflineArgs {
    /// Plan for an empty account, without credentials or network access (implies --dry-run)
    #[arg(long, requires = "account_id")]
    pub offline: bool,
    /// With --offline: the account to plan for
    #[arg(long, value_name = "ID", requires = "offline", value_parser = account_id)]
    pub account_id: Option<String>,
}

impl OfflineArgs {
    /// The account to plan for without reading it.
    pub fn account(&self) -> Option<&str> {
        self.account_id.as_deref().filter(|_| self.offline)
    }
}

/// How to apply a plan.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Applying")]
pub struct ApplyArgs {
    /// Print the calls as a script for the AWS CLI, and change nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Do not ask for confirmation; give it twice for a plan that cannot be undone
    #[arg(short, long, action = clap::ArgAction::Count)]
    pub yes: u8,
    /// With --dry-run: exit with code 3 if changes are pending
    #[arg(long)]
    pub detailed_exitcode: bool,
}

/// The exit code of `show`.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Exit code")]
pub struct DriftArgs {
    /// Exit with code 3 if drift is found, that is, if `create` would change something
    #[arg(long)]
    pub detailed_exitcode: bool,
}

/// Which part of an account a command is about.
#[derive(Args, Clone, Debug)]
pub struct ScopeArgs {
    #[command(flatten)]
    pub scheme: SchemeArgs,
    #[command(flatten)]
    pub regions: RegionArgs,
}

/// What `create` takes for every stack.
#[derive(Args, Clone, Debug)]
pub struct CreateArgs {
    #[command(flatten)]
    pub scope: ScopeArgs,
    #[command(flatten)]
    pub apply: ApplyArgs,
    #[command(flatten)]
    pub offline: OfflineArgs,
}

/// What `show` takes for every stack.
#[derive(Args, Clone, Debug)]
pub struct ShowArgs {
    #[command(flatten)]
    pub scope: ScopeArgs,
    #[command(flatten)]
    pub drift: DriftArgs,
}

/// What `delete` takes for every stack.
#[derive(Args, Clone, Debug)]
pub struct DeleteArgs {
    #[command(flatten)]
    pub scope: ScopeArgs,
    #[command(flatten)]
    pub apply: ApplyArgs,
}

/// What `create` takes for a stack that reads the trail's log group.
#[derive(Args, Debug)]
pub struct LogArgs {
    /// Log group [default: the trail's log group, else PREFIX-cloudtrail]
    #[arg(long, value_name = "NAME")]
    pub log_group: Option<String>,
    /// Retention of the log group in days [default: its current retention, 365 if it is new]
    #[arg(long, value_name = "DAYS")]
    pub retention_days: Option<i32>,
    /// KMS key to encrypt the log group with
    #[arg(long, value_name = "ARN")]
    pub kms_key_id: Option<String>,
}

/// The trail, which `create` can create below such a stack, and the tags of both.
#[derive(Args, Debug)]
pub struct WithTrailArgs {
    /// Also create or update the multi-region trail, as `create --multi-region` does
    #[arg(long)]
    pub multi_region: bool,
    /// Tag for all resources that can be tagged (repeatable)
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = tag)]
    pub tags: Vec<(String, String)>,
}

/// The heading of options about a log group that is not the trail's.
pub(super) const OTHER_GROUP: &str = "Another log group than the trail's";

/// A log group that is not the trail's, for a stack that can read one.
#[derive(Args, Debug)]
#[command(next_help_heading = OTHER_GROUP)]
pub struct SourceArgs {
    /// Name of a delivery from another log group, e.g. `flow`; its resources are named after it
    #[arg(long, value_name = "NAME", conflicts_with_all = ["log_group"])]
    pub name: Option<String>,
    /// Existing log group that it reads, which is not changed [default: the one that NAME reads]
    #[arg(long, value_name = "GROUP", requires = "name")]
    pub source_log_group: Option<String>,
    /// Region of that log group [default: the one that NAME reads in, else the region in use]
    #[arg(long, value_name = "REGION", requires = "source_log_group")]
    pub source_region: Option<String>,
}

/// What `show` takes for such a stack.
#[derive(Args, Debug)]
#[command(next_help_heading = "Naming")]
pub struct LogGroupArg {
    /// Log group [default: the trail's log group, else PREFIX-cloudtrail]
    #[arg(long, value_name = "NAME")]
    pub log_group: Option<String>,
}

/// What `delete` takes for such a stack.
#[derive(Args, Debug)]
pub struct DeleteLogArgs {
    /// Also delete the trail's log group, with all its events
    #[arg(long)]
    pub with_logs: bool,
    #[command(flatten)]
    pub named: LogGroupArg,
}

pub(super) fn account_id(text: &str) -> Result<String, String> {
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err("an account ID has 12 digits".to_owned())
    }
}

pub(super) fn tag(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("a tag is written KEY=VALUE")?;
    match (key.chars().count(), value.chars().count()) {
        (1..=128, 0..=256) if !key.to_lowercase().starts_with("aws:") => {
            Ok((key.to_owned(), value.to_owned()))
        }
        (1..=128, 0..=256) => Err("tag keys that begin with aws: are reserved for AWS".to_owned()),
        _ => Err("a tag key has 1 to 128 characters, a value at most 256".to_owned()),
    }
}
