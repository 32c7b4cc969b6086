//! The command line: clap's structures and nothing else.
//!
//! What is given here is resolved with the environment and the profile into
//! [`Settings`](crate::settings::Settings) once; nothing else imports clap.

mod catalogue;
mod config;
mod doctor;
mod events;
mod line;
mod mistakes;
mod shared;
mod splunk_files;
mod stack;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};

pub use catalogue::{AlertChoice, Alerts, AlertsList, AlertsTest, ListFormat};
pub use config::Added;
pub use doctor::Doctor;
pub use events::{Events, EventsQueue};
use line::Line;
use shared::account_id;
pub use shared::{
    ApplyArgs, CreateArgs, DeleteArgs, OfflineArgs, RegionArgs, SchemeArgs, ShowArgs,
};
pub use splunk_files::{AccountNames, AwsConf, Format, Inputs, InstanceTypes, Splunk};
pub use stack::alerts::{CreateAlerts, DeleteAlerts, ShowAlerts};
pub use stack::hardening::{HardeningArgs, LockMode};
pub use stack::splunk::{CreateSplunk, DeleteSplunk, IdentityArgs, ShowSplunk, Trust};
pub use stack::trail::{CreateTrail, DeleteTrail, ShowTrail};
pub use stack::{Create, Delete, Show, Stack};

use crate::error::{Error, Exit};
use crate::printer::{Colors, Printer};

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
  3    changes are pending, or there is drift (only with --detailed-exitcode)
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
    /// Take options from this TOML file, unless the command line gives them [default: CTADMIN_CONFIG, else
    /// ctadmin.toml in the working folder]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What that file added to the command line.
    #[arg(skip)]
    pub added: Added,
    /// Send every request to this URL instead of AWS
    #[arg(long, global = true, value_name = "URL")]
    pub endpoint_url: Option<String>,
    /// Output for people or for programs
    #[arg(short, long, global = true, value_enum, default_value_t = Output::Text)]
    pub output: Output,
    /// Print errors and results only
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Name every region of a plan, and say on stderr what is sent (-v: retries, -vv: every request)
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
    /// One JSON document; of events, a record a line.
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
    /// Make or mend a stack: trails, topics, bucket and queue, unless another is named
    Create(Box<Create>),
    /// Show what exists of a stack, and where it differs from the scheme
    Show(Show),
    /// Delete a stack: trails, topics and queue, unless another is named; the bucket is kept
    Delete(Delete),
    /// Print files that Splunk wants: inputs, accounts and their names, instance types
    Splunk {
        /// The file
        #[command(subcommand)]
        file: Splunk,
    },
    /// Print events, a line each: of the logs that the queue names, of a bucket, or of files
    Events(Events),
    /// Print the catalogue of alerts, or hold events against it
    Alerts {
        /// What to do
        #[command(subcommand)]
        verb: Alerts,
    },
    /// Check the whole way of events, from the trails to their reader; changes and receives nothing
    Doctor(Doctor),
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

/// Arguments of `iam-policy`.
#[derive(Args, Debug)]
pub struct IamPolicy {
    /// The verb that the policy allows
    #[arg(value_enum)]
    pub verb: PolicyVerb,
    /// The stack that create, show or delete is about [default: trail]
    #[arg(value_enum)]
    pub stack: Option<Stack>,
    /// Whom Splunk reads as.
    #[command(flatten)]
    pub identity: IdentityArgs,
    /// The log group of the alerts, when it is not PREFIX-cloudtrail
    #[arg(long, help_heading = "Naming", value_name = "NAME")]
    pub log_group: Option<String>,
    /// With events and doctor: a KMS key that logs or messages are encrypted with (repeatable)
    #[arg(long = "kms-key-id", value_name = "ARN")]
    pub kms_key_ids: Vec<String>,
    /// The bucket that is to get access logs, which `create --access-log-bucket` looks at
    #[arg(long, value_name = "BUCKET")]
    pub access_log_bucket: Option<String>,
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
    /// `ctadmin events`
    Events,
    /// `ctadmin doctor`
    Doctor,
}

/// The command line of this process, with the options of a configuration file; what is wrong with either ends the
/// process here.
pub fn parse() -> Cli {
    let words: Vec<_> = std::env::args_os().collect();
    parsed(&words).unwrap_or_else(|wrong| match wrong {
        Wrong::Said(error) => {
            Printer::new(false, Colors::Auto).error(&error);
            std::process::exit(i32::from(Exit::from(error.kind).code()))
        }
        Wrong::Clap(error) => error.exit(),
    })
}

/// Why there is nothing to do.
enum Wrong {
    /// In our own words.
    Said(Error),
    /// In clap's, which are help and version, too.
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
            Some(error) => Wrong::Said(error),
            None => Wrong::Clap(error),
        })
    };
    let Some(added) = config::added(&line, &command).map_err(Wrong::Said)? else {
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
                Wrong::Said(added.at_fault(explained.unwrap_or_else(|| in_our_words(&error))))
            }
            Err(wrong) => wrong,
        }),
    }
}

/// What clap says first, as an error of ours.
fn in_our_words(error: &clap::Error) -> Error {
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

impl From<Color> for Colors {
    fn from(color: Color) -> Self {
        match color {
            Color::Auto => Self::Auto,
            Color::Always => Self::Always,
            Color::Never => Self::Never,
        }
    }
}
