//! Arguments of `splunk`: the files that Splunk wants.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::shared::{RegionArgs, account_id};

/// A file that Splunk wants.
#[derive(Debug, Subcommand)]
pub enum Splunk {
    /// Print the stanza of inputs.conf that makes Splunk poll the queue
    Inputs(Box<Inputs>),
    /// Print aws.conf for SplunkAppForAWS: accounts, regions and bills
    AwsConf(AwsConf),
    /// Print the accounts' ids and names as CSV, from AWS Organizations or a billing report
    AccountNames(AccountNames),
    /// Print the EC2 instance types that a billing report shows in use
    InstanceTypes(InstanceTypes),
}

/// Arguments of `splunk inputs`.
#[derive(Args, Debug)]
#[command(next_help_heading = "The file")]
pub struct Inputs {
    /// Who reads the file
    #[arg(long, value_enum, default_value_t = Format::SqsS3)]
    pub format: Format,
    /// The input's name [default: the queue's]
    #[arg(long, value_name = "NAME", conflicts_with = "stanza")]
    pub name: Option<String>,
    /// The index for the events [default: main; legacy: aws-cloudtrail]
    #[arg(long, value_name = "INDEX")]
    pub index: Option<String>,
    /// What the add-on calls the AWS account to read with [default: cloudtrail-splunkapp]
    #[arg(long, value_name = "NAME")]
    pub aws_account: Option<String>,
    /// What the add-on calls the role to assume (sqs-s3)
    #[arg(long, value_name = "NAME")]
    pub aws_iam_role: Option<String>,
    /// The stanza's header (legacy) [default: aws-cloudtrail://NAME]
    #[arg(long, value_name = "HEADER")]
    pub stanza: Option<String>,
    /// Put in the access key of this AWS credentials file (legacy) [default: placeholders]
    #[arg(long, value_name = "FILE")]
    pub credentials: Option<PathBuf>,
    /// The profile in the credentials file [default: default, else the only one]
    #[arg(long, value_name = "NAME", requires = "credentials")]
    pub credentials_profile: Option<String>,
    /// Give a setting this value, or add one (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = setting)]
    pub settings: Vec<(String, String)>,
    /// Derive all names, with no credentials and no network; needs a home region
    #[arg(long, requires = "account_id")]
    pub offline: bool,
    /// The account whose names to derive, with --offline
    #[arg(long, value_name = "ID", requires = "offline", value_parser = account_id)]
    pub account_id: Option<String>,
    /// What all names begin with [default: the account id]
    #[arg(long, help_heading = "Naming", value_name = "PREFIX")]
    pub prefix: Option<String>,
    /// The queue [default: PREFIX-cloudtrail]
    #[arg(long, help_heading = "Naming", value_name = "NAME")]
    pub queue: Option<String>,
    /// Which regions.
    #[command(flatten)]
    pub regions: RegionArgs,
}

/// Who reads inputs.conf.
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

/// Arguments of `splunk aws-conf`.
#[derive(Args, Debug)]
#[command(next_help_heading = "The file")]
pub struct AwsConf {
    /// The accounts: CSV with the columns account, name, key, secret, limit, payer, or JSON objects with
    /// these keys; the payer is marked, or first [default: placeholders]
    #[arg(long, value_name = "FILE")]
    pub accounts: Option<PathBuf>,
    /// The regions [default: those that every account has]
    #[arg(long, value_name = "R1,R2,…", value_delimiter = ',')]
    pub regions: Vec<String>,
    /// The bucket with the billing reports [default: a placeholder]
    #[arg(long, value_name = "NAME")]
    pub billing_bucket: Option<String>,
}

/// Arguments of `splunk account-names`.
#[derive(Args, Debug)]
#[command(next_help_heading = "Where from")]
pub struct AccountNames {
    /// Read the names from this detailed billing report or Cost and Usage Report (CSV, gzip or zip; - is
    /// stdin) [default: ask AWS Organizations]
    #[arg(long, value_name = "FILE")]
    pub from_report: Option<PathBuf>,
}

/// Arguments of `splunk instance-types`.
#[derive(Args, Debug)]
#[command(next_help_heading = "Where from")]
pub struct InstanceTypes {
    /// The detailed billing report or Cost and Usage Report (CSV, gzip or zip; - is stdin)
    #[arg(long, value_name = "FILE")]
    pub from_report: PathBuf,
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (key, value) = text
        .split_once('=')
        .ok_or("a setting is written KEY=VALUE")?;
    Ok((key.trim().to_owned(), value.trim().to_owned()))
}
