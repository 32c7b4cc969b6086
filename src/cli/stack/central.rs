//! Arguments of the commands that create, show and delete the central stack.

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};

use super::hardening::LockMode;
use super::push::{CollectorArgs, TuningArgs};
use crate::cli::shared::{CreateArgs, DeleteArgs, ShowArgs, account_id, tag};
use crate::resource::detector;

#[derive(Args, Debug)]
#[command(
    about = "Create or update the central account of many: destinations for log groups, data stream, archive, bucket for trails, alarms",
    next_help_heading = "What to create"
)]
pub struct CreateCentral {
    /// All accounts that may send, at most 40 [default: the current ones]
    #[arg(long, value_name = "ID,…", value_delimiter = ',', value_parser = account_id)]
    pub members: Option<Vec<String>>,
    /// All accounts of an organization may send, without ID those of this account's
    #[arg(long, value_name = "ID", num_args = 0..=1, require_equals = true, default_missing_value = "",
        conflicts_with = "members")]
    pub organization: Option<String>,
    /// Shards of the data stream [default: the current mode, on demand if new]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(i32).range(1..))]
    pub shards: Option<i32>,
    /// Hours that the data stream keeps records, 24 to 8760 [default: the current ones, 168 if new]
    #[arg(long, value_name = "HOURS", value_parser = clap::value_parser!(i32).range(24..=8760))]
    pub retention_hours: Option<i32>,
    /// Retention of the log groups in days [default: the current one, 30 if new]
    #[arg(long, value_name = "DAYS")]
    pub log_retention_days: Option<i32>,
    /// Move objects of the archive to a colder storage class after this many days
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i32).range(1..))]
    pub archive_days: Option<i32>,
    /// That storage class [default: the current one, glacier if new]
    #[arg(long, value_enum, value_name = "CLASS", requires = "archive_days")]
    pub archive_class: Option<ArchiveClass>,
    /// Enable Object Lock on a new archive bucket, with this default retention
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i32).range(1..=36_500))]
    pub object_lock: Option<i32>,
    /// Mode of the retention [default: governance]
    #[arg(long, value_enum, value_name = "MODE", requires = "object_lock")]
    pub object_lock_mode: Option<LockMode>,
    /// Existing topic for the alarms to notify; it is not changed [default: what they notify already]
    #[arg(long, value_name = "ARN")]
    pub alarm_topic: Option<String>,
    /// Email address that a topic of the stack sends alarms to, which must confirm the subscription (repeatable)
    #[arg(long = "email", value_name = "ADDRESS", conflicts_with = "alarm_topic")]
    pub emails: Vec<String>,
    /// Do not use GuardDuty; what exists of it stays
    #[arg(long)]
    pub no_guardduty: bool,
    /// The GuardDuty features that are on, which AWS bills extra; NONE for none [default: the current ones, none if new]
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', ignore_case = true, conflicts_with = "no_guardduty",
        value_parser = PossibleValuesParser::new(detector::FEATURES.into_iter().chain(["NONE"])))]
    pub guardduty_features: Option<Vec<String>>,
    /// E-mail address of the root user of a member, which GuardDuty invites (repeatable); the others stay as they are
    #[arg(long = "member-email", value_name = "ID=ADDRESS", conflicts_with = "no_guardduty", value_parser = member_email)]
    pub member_emails: Vec<(String, String)>,
    #[command(flatten)]
    pub opensearch: OpenSearchArgs,
    /// Deliver to Splunk, too
    #[arg(long)]
    pub splunk: bool,
    #[command(flatten)]
    pub collector: CollectorArgs,
    /// Invocations of the Lambda function to reserve [default: the current number, none if new]
    #[arg(long, value_name = "NUMBER", requires = "splunk", value_parser = clap::value_parser!(i32).range(1..))]
    pub lambda_concurrency: Option<i32>,
    /// Tag for all resources that can be tagged (repeatable)
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = tag)]
    pub tags: Vec<(String, String)>,
    #[command(flatten)]
    pub tuning: TuningArgs,
    /// Replace a delivery stream if it cannot be updated; records of the minutes between are not delivered
    #[arg(long)]
    pub replace: bool,
    #[command(flatten)]
    pub common: CreateArgs,
}

/// The delivery to Amazon OpenSearch Service.
#[derive(Args, Debug)]
#[command(next_help_heading = "What to create")]
pub struct OpenSearchArgs {
    /// Deliver to Amazon OpenSearch Service, too
    #[arg(long)]
    pub opensearch: bool,
    /// Existing domain to deliver to; it is not changed [default: the current one, a domain ct-PREFIX-central if new]
    #[arg(long, value_name = "ARN", requires = "opensearch",
        conflicts_with_all = ["opensearch_version", "instance_type", "instance_count", "volume_size", "opensearch_readers"])]
    pub opensearch_domain: Option<String>,
    /// Version of a new domain [default: 2.19]
    #[arg(long, value_name = "VERSION", requires = "opensearch", value_parser = version)]
    pub opensearch_version: Option<String>,
    /// Type of the domain's nodes [default: the current one, m6g.large.search if new]
    #[arg(long, value_name = "TYPE", requires = "opensearch", value_parser = instance_type)]
    pub instance_type: Option<String>,
    /// How many nodes the domain has [default: the current number, 3 if new]
    #[arg(long, value_name = "NUMBER", requires = "opensearch", value_parser = clap::value_parser!(i32).range(1..=80))]
    pub instance_count: Option<i32>,
    /// GiB of each node's volume [default: the current ones, 100 if new]
    #[arg(long, value_name = "GIB", requires = "opensearch", value_parser = clap::value_parser!(i32).range(10..))]
    pub volume_size: Option<i32>,
    /// User or role that may search the domain (repeatable): all of them [default: the current ones]
    #[arg(long = "opensearch-reader", value_name = "ARN", requires = "opensearch", value_parser = reader)]
    pub opensearch_readers: Vec<String>,
}

/// A version of OpenSearch, as AWS names it: with or without the engine's name.
fn version(text: &str) -> Result<String, String> {
    let number = text.strip_prefix("OpenSearch_").unwrap_or(text);
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let parts = number.split_once('.');
    match parts.is_some_and(|(major, minor)| is_number(major) && is_number(minor)) {
        true => Ok(format!("OpenSearch_{number}")),
        false => Err("a version is written 2.19 or OpenSearch_2.19".to_owned()),
    }
}

/// A type of nodes of a domain.
fn instance_type(text: &str) -> Result<String, String> {
    match text.ends_with(".search") {
        true => Ok(text.to_owned()),
        false => Err("a type of nodes ends in .search, as m6g.large.search does".to_owned()),
    }
}

/// A user or a role.
fn reader(text: &str) -> Result<String, String> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let is_one = match parts.as_slice() {
        ["arn", partition, "iam", "", account, name] if partition.starts_with("aws") => {
            let name = name.strip_prefix("user/").or(name.strip_prefix("role/"));
            let is_plain = |name: &str| !name.is_empty() && !name.contains(['*', '?']);
            account_id(account).is_ok() && name.is_some_and(is_plain)
        }
        _ => false,
    };
    match is_one {
        true => Ok(text.to_owned()),
        false => Err(
            "the ARN of a user or role is arn:aws:iam::ACCOUNT:user/NAME or role/NAME".to_owned(),
        ),
    }
}

/// Storage classes for objects that are seldom read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ArchiveClass {
    /// S3 Glacier Flexible Retrieval: restored within minutes to hours
    Glacier,
    /// S3 Glacier Deep Archive: restored within 12 to 48 hours
    DeepArchive,
}

fn member_email(text: &str) -> Result<(String, String), String> {
    let (id, address) = text
        .split_once('=')
        .ok_or("a member's address is written ID=ADDRESS")?;
    Ok((account_id(id)?, address.to_owned()))
}

#[derive(Args, Debug)]
#[command(
    about = "Show the central account of many: destinations, data stream, delivery stream, buckets, alarms"
)]
pub struct ShowCentral {
    #[command(flatten)]
    pub common: ShowArgs,
}

#[derive(Args, Debug)]
#[command(
    about = "Delete the central account of many: destinations, streams, alarms, and the OpenSearch domain with its documents; keep the buckets"
)]
pub struct DeleteCentral {
    /// Seconds to wait for the delivery of what was received before the delivery streams are deleted; 0 not to wait
    #[arg(long, help_heading = "What to delete", value_name = "SECONDS", default_value_t = 360, value_parser = clap::value_parser!(u32).range(..=86_400))]
    pub drain: u32,
    #[command(flatten)]
    pub common: DeleteArgs,
}
