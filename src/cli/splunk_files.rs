//! Arguments of `splunk`: the files that Splunk wants.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::shared::{RegionArgs, account_id};
use crate::splunk::inputs::Format;

/// A file for Splunk.
#[derive(Debug, Subcommand)]
pub enum Splunk {
    /// Print a stanza for inputs.conf with which Splunk polls the queue
    Inputs(Box<Inputs>),
    /// Print aws.conf for SplunkAppForAWS: accounts, regions and billing
    AwsConf(AwsConf),
    /// Print account IDs and names as CSV, from AWS Organizations or a billing report
    AccountNames(AccountNames),
    /// Print the EC2 instance types in a billing report
    InstanceTypes(InstanceTypes),
}

#[derive(Args, Debug)]
#[command(next_help_heading = "The file")]
pub struct Inputs {
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
    /// Derive all names without credentials or network access; requires a home region
    #[arg(long, requires = "account_id")]
    pub offline: bool,
    /// With --offline: the account whose names to derive
    #[arg(long, value_name = "ID", requires = "offline", value_parser = account_id)]
    pub account_id: Option<String>,
    /// Prefix of all resource names [default: the account ID]
    #[arg(long, help_heading = "Naming", value_name = "PREFIX")]
    pub prefix: Option<String>,
    /// Queue name [default: PREFIX-cloudtrail]
    #[arg(long, help_heading = "Naming", value_name = "NAME")]
    pub queue: Option<String>,
    #[command(flatten)]
    pub regions: RegionArgs,
}

#[derive(Args, Debug)]
#[command(next_help_heading = "The file")]
pub struct AwsConf {
    /// CSV file with the columns account, name, key, secret, limit, payer, or JSON objects with these keys; the payer
    /// is marked, or first [default: placeholders]
    #[arg(long, value_name = "FILE")]
    pub accounts: Option<PathBuf>,
    /// Regions [default: those enabled by default in every account]
    #[arg(long, value_name = "R1,R2,…", value_delimiter = ',')]
    pub regions: Vec<String>,
    /// Bucket with the billing reports [default: a placeholder]
    #[arg(long, value_name = "NAME")]
    pub billing_bucket: Option<String>,
}

#[derive(Args, Debug)]
#[command(next_help_heading = "Source")]
pub struct AccountNames {
    /// Detailed billing report or Cost and Usage Report to read the names from (CSV, gzip or zip; - for stdin)
    /// [default: AWS Organizations]
    #[arg(long, value_name = "FILE")]
    pub from_report: Option<PathBuf>,
}

#[derive(Args, Debug)]
#[command(next_help_heading = "Source")]
pub struct InstanceTypes {
    /// Detailed billing report or Cost and Usage Report (CSV, gzip or zip; - for stdin)
    #[arg(long, value_name = "FILE")]
    pub from_report: PathBuf,
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("the format is KEY=VALUE")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}
