//! `inputs.conf`: which queue Splunk polls, in the formats of its add-on for AWS and of the app that preceded it.
//!
//! The names of the settings and their legal values are those of the add-on's own `inputs.conf.spec`, version 7.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Credentials, KEY_ID, SECRET, Stanza};
use crate::error::{Error, Result};

/// The readers of inputs.conf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// The Splunk Add-on for AWS, input SQS-based S3
    SqsS3,
    /// The Splunk Add-on for AWS, input CloudTrail
    #[value(name = "cloudtrail")]
    CloudTrail,
    /// SplunkAppForAWS, which the add-on replaced
    Legacy,
}

/// The queue to poll.
pub struct Queue {
    pub name: String,
    pub region: String,
    pub url: String,
    /// Whether it has a dead-letter queue.
    pub dead_letters: bool,
}

/// The options of the file.
#[derive(Args, Debug)]
#[command(next_help_heading = "The file")]
pub struct InputOptions {
    /// Splunk app or add-on that reads the file
    #[arg(long, value_enum, default_value_t = Format::SqsS3)]
    pub format: Format,
    /// Name of the input [default: the queue's name]
    #[arg(long, value_name = "NAME", conflicts_with = "stanza")]
    pub name: Option<String>,
    /// Index for the events [default: main; legacy: aws-cloudtrail]
    #[arg(long, value_name = "INDEX")]
    pub index: Option<String>,
    /// Name of the AWS account in the add-on's configuration [default: cloudtrail-splunkapp]
    #[arg(long, value_name = "NAME")]
    pub aws_account: Option<String>,
    /// Name of the IAM role in the add-on's configuration (sqs-s3)
    #[arg(long, value_name = "NAME")]
    pub aws_iam_role: Option<String>,
    /// Header of the stanza (legacy) [default: aws-cloudtrail://NAME]
    #[arg(long, value_name = "HEADER")]
    pub stanza: Option<String>,
    /// AWS credentials file with the access key to insert (legacy) [default: placeholders]
    #[arg(long, value_name = "FILE")]
    pub credentials: Option<PathBuf>,
    /// Profile in the credentials file [default: default, else the only one]
    #[arg(long, value_name = "NAME", requires = "credentials")]
    pub credentials_profile: Option<String>,
    /// Set or add a setting (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = setting)]
    pub settings: Vec<(String, String)>,
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("the format is KEY=VALUE")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}

/// The add-on's name for the key unless it is given: the name of the user that is created for Splunk.
const AWS_ACCOUNT: &str = "cloudtrail-splunkapp";

/// The index that every Splunk has.
const INDEX: &str = "main";

/// The index of the app.
const LEGACY_INDEX: &str = "aws-cloudtrail";

/// The add-on's own default: events that only read.
const READ_ONLY: &str = "^(?:Describe|List|Get)";

/// What the pattern is for.
const BLACKLIST: &str = "blacklist counts only where exclude_describe_events is 1, and then leaves out the events that match it";

/// Runs of the app's script. Its default of 2048 ends the input after a day; `relaunch` is the other value it knows.
const ITERATIONS: &str = "1000000";

impl InputOptions {
    /// Refuses what the format has no place for, and settings that cannot be written.
    pub fn check(&self) -> Result<()> {
        let is = |format| self.format == format;
        let format = self.format.to_possible_value();
        let format = format.as_ref().map_or("", |format| format.get_name());
        let misplaced =
            |option: &str| Error::usage(format!("{option} has no place in the format {format}"));
        if self.credentials.is_some() && !is(Format::Legacy) {
            return Err(misplaced("--credentials")
                .hint("the add-on keeps the key itself: add it there as an account, whose name --aws-account gives here")
                .hint("--format legacy is the file that holds a key"));
        }
        for (option, is_misplaced) in [
            (
                "--aws-account",
                self.aws_account.is_some() && is(Format::Legacy),
            ),
            (
                "--aws-iam-role",
                self.aws_iam_role.is_some() && !is(Format::SqsS3),
            ),
            ("--stanza", self.stanza.is_some() && !is(Format::Legacy)),
        ] {
            if is_misplaced {
                return Err(misplaced(option).hint("--set key=value adds any setting"));
            }
        }
        for (place, (key, _)) in self.settings.iter().enumerate() {
            if self.settings[..place].iter().any(|(known, _)| known == key) {
                return Err(Error::usage(format!("the setting {key} is given twice")));
            }
        }
        let nowhere = Queue {
            name: "queue".to_owned(),
            region: String::new(),
            url: String::new(),
            dead_letters: false,
        };
        self.stanza(&nowhere, None).map(drop)
    }

    /// The stanza that makes Splunk poll this queue, the app with this key.
    pub fn stanza(&self, queue: &Queue, key: Option<&Credentials>) -> Result<Stanza> {
        let name = self.name.as_ref().unwrap_or(&queue.name);
        let mut stanza = match self.format {
            Format::SqsS3 => self.sqs_s3(name, queue),
            Format::CloudTrail => self.cloudtrail(name, queue),
            Format::Legacy => self.legacy(name, queue, key),
        }?;
        for (key, value) in &self.settings {
            stanza.set(key, value)?;
        }
        Ok(stanza)
    }

    fn sqs_s3(&self, name: &str, queue: &Queue) -> Result<Stanza> {
        let role = self.aws_iam_role.as_deref();
        let identity = std::iter::once(("aws_account", self.aws_account()))
            .chain(role.map(|role| ("aws_iam_role", role)));
        let settings = [
            ("using_dlq", if queue.dead_letters { "1" } else { "0" }),
            ("sqs_queue_url", &queue.url),
            ("sqs_queue_region", &queue.region),
            ("sqs_batch_size", "10"),
            ("s3_file_decoder", "CloudTrail"),
            ("sourcetype", "aws:cloudtrail"),
            ("interval", "300"),
            ("index", self.index.as_deref().unwrap_or(INDEX)),
        ];
        Stanza::new(
            &format!("aws_sqs_based_s3://{name}"),
            identity.chain(settings),
        )
    }

    /// Every event is kept, as no option asks to leave out the reading ones; the pattern says what `exclude_describe_events`
    /// would leave out.
    fn cloudtrail(&self, name: &str, queue: &Queue) -> Result<Stanza> {
        let settings = [
            ("aws_account", self.aws_account()),
            ("aws_region", &queue.region),
            ("sqs_queue", &queue.name),
            ("exclude_describe_events", "0"),
            ("remove_files_when_done", "0"),
            ("blacklist", READ_ONLY),
            ("sourcetype", "aws:cloudtrail"),
            ("interval", "30"),
            ("index", self.index.as_deref().unwrap_or(INDEX)),
        ];
        let stanza = Stanza::new(&format!("aws_cloudtrail://{name}"), settings)?;
        Ok(stanza.with_comment(BLACKLIST))
    }

    fn legacy(&self, name: &str, queue: &Queue, key: Option<&Credentials>) -> Result<Stanza> {
        let header = match &self.stanza {
            Some(header) => bare(header).to_owned(),
            None => format!("aws-cloudtrail://{name}"),
        };
        let settings = [
            ("exclude_describe_events", "0"),
            ("index", self.index.as_deref().unwrap_or(LEGACY_INDEX)),
            ("interval", "30"),
            ("remove_files_when_done", "0"),
            ("key_id", key.map_or(KEY_ID, |key| &key.key_id)),
            ("secret_key", key.map_or(SECRET, |key| &key.secret)),
            ("sqs_queue", &queue.name),
            ("sqs_queue_region", &queue.region),
            ("sourcetype", "aws-cloudtrail"),
            ("script_iterations", ITERATIONS),
        ];
        Stanza::new(&header, settings)
    }

    fn aws_account(&self) -> &str {
        self.aws_account.as_deref().unwrap_or(AWS_ACCOUNT)
    }
}

/// A header without the brackets that it may be given in.
fn bare(header: &str) -> &str {
    let inner = header
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    inner.unwrap_or(header)
}
