//! Arguments of `splunk`: the files that Splunk wants.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::shared::{RegionArgs, account_id};
use crate::splunk::inputs::InputOptions;

/// A file for Splunk.
#[derive(Debug, Subcommand)]
pub enum Splunk {
    /// Print the stanzas of an HTTP Event Collector and its token, or create the token in Splunk
    Hec(Hec),
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
pub struct Inputs {
    /// The options of the file.
    #[command(flatten)]
    pub file: InputOptions,
    /// Derive all names without credentials or network access; requires a home region
    #[arg(long, help_heading = "The file", requires = "account_id")]
    pub offline: bool,
    /// With --offline: the account whose names to derive
    #[arg(long, help_heading = "The file", value_name = "ID", requires = "offline", value_parser = account_id)]
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
#[command(next_help_heading = "The token")]
pub struct Hec {
    /// Name of the token's stanza
    #[arg(long, value_name = "NAME", default_value = "cloudtrail")]
    pub name: String,
    /// Index of the events, the only one that the token allows
    #[arg(long, value_name = "INDEX", default_value = "main")]
    pub index: String,
    /// Source type of the events
    #[arg(long, value_name = "SOURCETYPE", default_value = "aws:cloudtrail")]
    pub sourcetype: String,
    #[command(flatten)]
    pub api: ManagementArgs,
}

/// How to create the token in Splunk.
#[derive(Args, Debug)]
#[command(next_help_heading = "Creating it")]
pub struct ManagementArgs {
    /// Create the token by Splunk's management API [default: print the stanzas]
    #[arg(long, value_name = "https://HOST:PORT", requires_all = ["splunk_user", "token_file"])]
    pub splunk_url: Option<String>,
    /// User who may edit tokens
    #[arg(long, value_name = "NAME", requires = "splunk_url")]
    pub splunk_user: Option<String>,
    /// File with the user's password [default: asked for on the terminal]
    #[arg(long, value_name = "FILE", requires = "splunk_url")]
    pub splunk_password_file: Option<String>,
    /// File with the certificate authority of the management API [default: those that this machine trusts]
    #[arg(long, value_name = "FILE", requires = "splunk_url")]
    pub splunk_ca: Option<PathBuf>,
    /// New file for the token, which only you may read
    #[arg(long, value_name = "FILE", requires = "splunk_url")]
    pub token_file: Option<PathBuf>,
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
