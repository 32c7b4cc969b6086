//! The command line: clap's structures and nothing else.
//!
//! What is given here is resolved with the environment and the profile into
//! [`Settings`](crate::settings::Settings) once; nothing else imports clap.

use std::time::Duration;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

/// Switch on AWS CloudTrail in every region of an account, under one naming scheme.
///
/// Each region gets a trail and an SNS topic, the account one bucket and one SQS queue that hears of every log
/// file. Nothing is changed before the plan was shown and agreed to; `--dry-run` prints the very calls that
/// would be made, as a script for the AWS CLI.
#[derive(Debug, Parser)]
#[command(name = "ctadmin", version, max_term_width = 100, propagate_version = true, after_help = EXIT_CODES)]
pub struct Cli {
    /// Options that every verb takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

const EXIT_CODES: &str = "\
Exit codes:
  0    done, or nothing to do
  1    something failed, was refused after looking at the account, or the prompt was declined
  2    wrong by the arguments and configuration alone
  3    changes are pending (only with --dry-run --detailed-exitcode)
  130  interrupted";

/// Options that every verb takes, before or after it.
#[derive(Args, Debug)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Profile of the AWS configuration files; wins over credentials in the environment
    #[arg(short, long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// Home region: where bucket and queue stand [default: where the queue stands, else AWS_REGION,
    /// AWS_DEFAULT_REGION or the profile's region]
    #[arg(short, long, global = true, value_name = "REGION")]
    pub region: Option<String>,
    /// Send every request to this URL instead of AWS
    #[arg(long, global = true, value_name = "URL")]
    pub endpoint_url: Option<String>,
    /// Output for people or for programs
    #[arg(short, long, global = true, value_enum, default_value_t = Output::Text)]
    pub output: Output,
    /// Print errors and results only
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say on stderr what is sent (-v: retries, -vv: every request)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Use colours; NO_COLOR is honoured
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
}

/// Output for people or for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// Tables and scripts.
    Text,
    /// One JSON document.
    Json,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Even into a pipe.
    Always,
    /// Not at all.
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Make or mend trails, topics, bucket and queue
    Create(Create),
    /// Show what exists, and where it differs from the scheme
    Show(Show),
    /// Delete trails, topics and queue; the bucket is kept
    Delete(Delete),
    /// Print the least IAM policy that a verb needs
    IamPolicy(IamPolicy),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page (roff)
    Man,
}

/// Arguments of `create`.
#[derive(Args, Debug)]
#[command(next_help_heading = "What to make")]
pub struct Create {
    /// Make no queue and no subscriptions; an existing queue is left alone
    #[arg(long, conflicts_with = "queue")]
    pub no_queue: bool,
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
    #[arg(long)]
    pub policy_only: bool,
    /// Put this before AWSLogs/ in the names of log files
    #[arg(long, value_name = "PREFIX")]
    pub key_prefix: Option<String>,
    /// Encrypt log files with this KMS key
    #[arg(long, value_name = "ARN")]
    pub kms_key_id: Option<String>,
    /// Make trails without log file validation, and do not mend it
    #[arg(long)]
    pub no_log_file_validation: bool,
    /// Tag trails, topics, the queue and a new bucket (repeatable)
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = tag)]
    pub tags: Vec<(String, String)>,
    /// Wait until every trail has delivered a log file, e.g. 20m
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration)]
    pub wait: Option<Duration>,
    /// Plan against an empty account, with no credentials and no network (implies --dry-run)
    #[arg(long, requires = "account_id")]
    pub offline: bool,
    /// The account to plan for, with --offline
    #[arg(long, value_name = "ID", requires = "offline", value_parser = account_id)]
    pub account_id: Option<String>,
    /// Which resources.
    #[command(flatten)]
    pub scheme: SchemeArgs,
    /// Which regions.
    #[command(flatten)]
    pub walk: WalkArgs,
    /// How to apply.
    #[command(flatten)]
    pub apply: ApplyArgs,
}

/// Arguments of `show`.
#[derive(Args, Debug)]
pub struct Show {
    /// Which resources.
    #[command(flatten)]
    pub scheme: SchemeArgs,
    /// Which regions.
    #[command(flatten)]
    pub walk: WalkArgs,
}

/// Arguments of `delete`.
#[derive(Args, Debug)]
pub struct Delete {
    /// Which resources.
    #[command(flatten)]
    pub scheme: SchemeArgs,
    /// Which regions.
    #[command(flatten)]
    pub walk: WalkArgs,
    /// How to apply.
    #[command(flatten)]
    pub apply: ApplyArgs,
}

/// Arguments of `iam-policy`.
#[derive(Args, Debug)]
pub struct IamPolicy {
    /// The verb that the policy allows
    #[arg(value_enum)]
    pub verb: PolicyVerb,
    /// Which resources.
    #[command(flatten)]
    pub scheme: SchemeArgs,
    /// The account that the policy is for; asked of AWS when not given
    #[arg(long, help_heading = "Naming", value_name = "ID", value_parser = account_id)]
    pub account_id: Option<String>,
}

/// The verbs that need permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PolicyVerb {
    /// `ctadmin create`
    Create,
    /// `ctadmin show`
    Show,
    /// `ctadmin delete`
    Delete,
}

/// Names of the scheme.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Naming")]
pub struct SchemeArgs {
    /// What all names begin with [default: the account id]
    #[arg(long, value_name = "PREFIX")]
    pub prefix: Option<String>,
    /// The bucket [default: the one in use, else PREFIX-cloudtrail]
    #[arg(short, long, value_name = "NAME")]
    pub bucket: Option<String>,
    /// The queue [default: PREFIX-cloudtrail]
    #[arg(long, value_name = "NAME")]
    pub queue: Option<String>,
}

/// Which regions to walk, and how fast.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Regions")]
pub struct WalkArgs {
    /// `all` enabled regions, or a list; others are looked at, but left as they are
    #[arg(
        long,
        value_name = "all|R1,R2,…",
        value_delimiter = ',',
        default_value = "all",
        hide_default_value = true
    )]
    pub regions: Vec<String>,
    /// Leave these regions alone, and do not even look at them
    #[arg(long, value_name = "R1,R2,…", value_delimiter = ',')]
    pub exclude_regions: Vec<String>,
    /// Requests in flight at once
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: u16,
}

/// How to apply a plan.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Applying")]
pub struct ApplyArgs {
    /// Print the calls that would be made, as a script for the AWS CLI, and change nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
    /// Do not ask
    #[arg(short, long)]
    pub yes: bool,
    /// With --dry-run: exit 3 when changes are pending
    #[arg(long)]
    pub detailed_exitcode: bool,
}

/// The command line of this process; what is wrong with it ends the process here.
pub fn parse() -> Cli {
    Cli::parse()
}

/// The command line as clap knows it, for completions and the manual page.
pub fn command() -> clap::Command {
    Cli::command()
}

fn account_id(text: &str) -> Result<String, String> {
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err("an account id has 12 digits".to_owned())
    }
}

fn tag(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("a tag is written KEY=VALUE")?;
    match (key.chars().count(), value.chars().count()) {
        (1..=128, 0..=256) if !key.to_lowercase().starts_with("aws:") => {
            Ok((key.to_owned(), value.to_owned()))
        }
        (1..=128, 0..=256) => Err("tag keys beginning with aws: are AWS's own".to_owned()),
        _ => Err("a tag key has 1 to 128 characters, a value at most 256".to_owned()),
    }
}

impl From<Color> for crate::printer::Colors {
    fn from(color: Color) -> Self {
        match color {
            Color::Auto => Self::Auto,
            Color::Always => Self::Always,
            Color::Never => Self::Never,
        }
    }
}
