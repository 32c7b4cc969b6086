//! The command line: clap's structures and nothing else.
//!
//! What is given here is resolved with the environment and the profile into
//! [`Settings`](crate::settings::Settings) once; nothing else imports clap.

mod activity;
mod catalogue;
mod central;
mod config;
mod doctor;
mod events;
mod line;
mod mistakes;
mod push;
mod shared;
mod splunk_files;
mod stack;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

pub use activity::Activity;
pub use catalogue::{AlertChoice, Alerts, AlertsList, AlertsTest, ListFormat};
pub use central::{Central, OpensearchTemplate, Shards};
pub use config::Added;
pub use doctor::{Checked, Doctor};
pub use events::{Events, EventsQueue};
use line::Line;
pub use push::{EndpointType, Push, PushFailed, PushReplay, PushTransform, StreamArgs};
use shared::account_id;
pub use shared::{
    ApplyArgs, CreateArgs, DeleteArgs, DeleteLogArgs, LogArgs, RegionArgs, SchemeArgs, ScopeArgs,
    ShowArgs, SourceArgs, WithTrailArgs,
};
pub use splunk_files::{AccountNames, AwsConf, Hec, Inputs, InstanceTypes, ManagementArgs, Splunk};
pub use stack::alerts::{CreateAlerts, DeleteAlerts, ShowAlerts};
pub use stack::athena::{CreateAthena, DeleteAthena, ShowAthena};
pub use stack::central::{ArchiveClass, CreateCentral, DeleteCentral, OpenSearchArgs, ShowCentral};
pub use stack::hardening::{HardeningArgs, LockMode};
pub use stack::member::{CreateMember, DeleteMember, ShowMember};
pub use stack::push::{
    Backup, CollectorArgs, CreatePush, DeletePush, ShowPush, Transform, TransformArgs, TuningArgs,
};
pub use stack::splunk::{CreateSplunk, DeleteSplunk, IdentityArgs, ShowSplunk};
pub use stack::trail::CreateTrail;
pub use stack::{Create, Delete, Show, Stack};

use crate::error::{Error, Exit};
use crate::printer::{Colors, Printer};

/// Enable AWS CloudTrail in every region of an account, under one naming scheme
///
/// Creates a trail and an SNS topic in each region, and one S3 bucket and one SQS queue, subscribed to all topics,
/// for the account. Nothing is changed until you confirm the plan. With --dry-run, the calls are printed as a
/// script for the AWS CLI instead.
#[derive(Debug, Parser)]
#[command(name = "ctadmin", version, max_term_width = 100, propagate_version = true, after_help = EXIT_CODES)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0    success, or nothing to do
  1    a call failed, the command was refused, or you declined the plan
  2    usage or configuration error
  3    changes are pending, or drift was found (only with --detailed-exitcode)
  130  interrupted";

/// Options that every command takes, before or after its name.
#[derive(Args, Debug)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Use this profile of the AWS configuration files; overrides credentials in the environment
    #[arg(short, long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// Home region, which the bucket and the queue are in [default: the queue's region, else AWS_REGION,
    /// AWS_DEFAULT_REGION or the profile's region]
    #[arg(short, long, global = true, value_name = "REGION")]
    pub region: Option<String>,
    /// Read options from this TOML file; those on the command line take precedence [default: CTADMIN_CONFIG, else
    /// ctadmin.toml in the working directory]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What that file added to the command line.
    #[arg(skip)]
    pub added: Added,
    /// Send requests to this URL instead of the AWS endpoints
    #[arg(long, global = true, value_name = "URL")]
    pub endpoint_url: Option<String>,
    /// Output format
    #[arg(short, long, global = true, value_enum, default_value_t = Output::Text)]
    pub output: Output,
    /// Print errors and results only
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// List every region of a plan, and log to stderr (-v: retries, -vv: every request)
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// When to use colors; NO_COLOR is respected
    #[arg(long, global = true, value_enum, default_value_t = Colors::Auto)]
    pub color: Colors,
}

/// Output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// Tables and scripts
    Text,
    /// One JSON document; for events, one record per line
    Json,
    /// With show and activity: a page with a picture, in one file for browsers
    Html,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Create or update a stack; without STACK, the trails with their topics, bucket and queue
    Create(Box<Create>),
    /// Show the resources of a stack, and their drift
    Show(Show),
    /// Delete a stack; without STACK, the trails with their topics and queue (the bucket is kept)
    Delete(Delete),
    /// Print configuration files and lookups for Splunk
    Splunk {
        #[command(subcommand)]
        file: Splunk,
    },
    /// Print events, one per line, from the queue, a bucket or files
    Events(Events),
    /// Report who did what, what was denied, what changed and what is new, from the queue, a bucket, files or Athena
    Activity(Activity),
    /// Print the alert catalogue, or test events against it
    Alerts {
        #[command(subcommand)]
        command: Alerts,
    },
    /// List what Firehose could not deliver to Splunk, send it again, or run the code of the Lambda function
    Push {
        #[command(subcommand)]
        command: Push,
    },
    /// Compute shards for the stack central, or print the index template of its OpenSearch domain
    Central {
        #[command(subcommand)]
        command: Central,
    },
    /// Check the delivery of events from the trails to their reader, or to Splunk (read-only)
    Doctor(Doctor),
    /// Print the least-privilege IAM policy for a command
    IamPolicy(IamPolicy),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page in roff format
    Man,
}

#[derive(Args, Debug)]
pub struct IamPolicy {
    /// The command that the policy allows
    #[arg(value_enum)]
    pub command: PolicyCommand,
    /// The stack, with create, show or delete, or push, central or member with doctor [default: trail]
    #[arg(value_enum)]
    pub stack: Option<Stack>,
    #[command(flatten)]
    pub identity: IdentityArgs,
    /// Log group of the stacks alerts and push [default: PREFIX-cloudtrail]
    #[arg(long, help_heading = "Naming", value_name = "NAME")]
    pub log_group: Option<String>,
    /// Backup bucket of the stack push [default: PREFIX-cloudtrail-firehose]
    #[arg(long, help_heading = "Naming", value_name = "NAME")]
    pub backup_bucket: Option<String>,
    #[command(flatten)]
    pub source: SourceArgs,
    /// With events, activity-athena, doctor, push-failed and push-replay: KMS key that log files, messages or results are encrypted with (repeatable)
    #[arg(long = "kms-key-id", value_name = "ARN")]
    pub kms_key_ids: Vec<String>,
    /// With create central: for its option --opensearch, too
    #[arg(long)]
    pub opensearch: bool,
    /// With create central: for its option --splunk, too
    #[arg(long)]
    pub splunk: bool,
    /// With create push, create central --splunk, doctor push and push-replay: the secret with the collector's token
    #[arg(long, value_name = "ARN")]
    pub hec_secret: Option<String>,
    /// With create member: the account with the central stack [default: any]
    #[arg(long, value_name = "ID", value_parser = account_id)]
    pub central: Option<String>,
    /// With create member: the prefix of the central stack's names [default: that account's ID]
    #[arg(long, value_name = "PREFIX", requires = "central")]
    pub central_prefix: Option<String>,
    /// With create: the bucket that --access-log-bucket names
    #[arg(long, value_name = "BUCKET")]
    pub access_log_bucket: Option<String>,
    #[command(flatten)]
    pub scheme: SchemeArgs,
    /// Account that the policy is for [default: the caller's]
    #[arg(long, help_heading = "Naming", value_name = "ID", value_parser = account_id)]
    pub account_id: Option<String>,
}

/// The commands that need permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PolicyCommand {
    /// `ctadmin create`
    Create,
    /// `ctadmin show`
    Show,
    /// `ctadmin delete`
    Delete,
    /// `ctadmin events` and `ctadmin activity`
    #[value(alias = "activity")]
    Events,
    /// `ctadmin activity --athena`
    ActivityAthena,
    /// `ctadmin doctor`
    Doctor,
    /// `ctadmin push failed`
    PushFailed,
    /// `ctadmin push replay`
    PushReplay,
}

impl PolicyCommand {
    /// Whether the command is about a stack.
    fn has_stack(&self) -> bool {
        matches!(self, Self::Create | Self::Show | Self::Delete)
    }
}

/// The command line of this process, with the options of a configuration file. A usage or configuration error ends the
/// process here.
pub fn parse() -> Cli {
    let words: Vec<_> = std::env::args_os().collect();
    parsed(&words).unwrap_or_else(|wrong| match wrong {
        Wrong::Usage(error) => {
            Printer::new(false, Colors::Auto).error(&error);
            std::process::exit(i32::from(Exit::from(error.kind).code()))
        }
        Wrong::Clap(error) => error.exit(),
    })
}

/// Why there is nothing to do.
enum Wrong {
    /// An error of our own.
    Usage(Error),
    /// An error of clap's, which help and version are, too.
    Clap(clap::Error),
}

fn parsed(words: &[OsString]) -> Result<Cli, Wrong> {
    let line = Line::new(words);
    let command = line.stack.unwrap_or_default().command_line();
    let strictly = |words: &[OsString]| {
        let matches = command.clone().try_get_matches_from(words)?;
        Cli::from_arg_matches(&matches)
    };
    let plainly = || {
        strictly(words).map_err(|error| match mistakes::explained(&error, &line) {
            Some(error) => Wrong::Usage(error),
            None => Wrong::Clap(error),
        })
    };
    let Some(added) = config::added(&line, &command).map_err(Wrong::Usage)? else {
        return plainly();
    };
    match strictly(&added.to(words)) {
        Ok(mut cli) => {
            cli.global.added = added;
            Ok(cli)
        }
        // Only what is right without the file is wrong because of it.
        Err(error) => Err(match plainly() {
            Ok(_) => {
                let explained = mistakes::explained(&error, &line);
                Wrong::Usage(added.at_fault(explained.unwrap_or_else(|| as_usage(&error))))
            }
            Err(wrong) => wrong,
        }),
    }
}

/// What clap says first, as an error of ours.
fn as_usage(error: &clap::Error) -> Error {
    let text = error.render().to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    let lines: Vec<&str> = first.lines().map(str::trim).collect();
    let message = lines.join(" ");
    Error::usage(message.strip_prefix("error: ").unwrap_or(&message))
}

/// The command line with the options of all stacks, for completions.
pub fn command() -> clap::Command {
    Cli::command()
}

/// The commands as the manual has a page of each.
pub fn pages() -> Vec<clap::Command> {
    stack::pages()
}
