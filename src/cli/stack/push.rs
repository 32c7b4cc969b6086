//! Arguments of the commands that create, show and delete the push stack.

use clap::{Args, ValueEnum};

use crate::cli::push::EndpointType;
use crate::cli::shared::{
    CreateArgs, DeleteArgs, DeleteLogArgs, LogArgs, LogGroupArg, ShowArgs, SourceArgs,
    WithTrailArgs,
};

#[derive(Args, Debug)]
#[command(
    about = "Create or update the delivery to Splunk: subscription filter, Firehose delivery stream, backup bucket",
    next_help_heading = "What to create"
)]
pub struct CreatePush {
    #[command(flatten)]
    pub collector: CollectorArgs,
    /// Events to send, as a CloudWatch Logs filter pattern [default: the current one, all if new]
    #[arg(long, value_name = "PATTERN")]
    pub filter_pattern: Option<String>,
    /// Existing topic for the alarms to notify; it is not changed [default: that of the stack alerts]
    #[arg(long, value_name = "ARN")]
    pub alarm_topic: Option<String>,
    #[command(flatten)]
    pub below: WithTrailArgs,
    /// Replace a delivery stream that cannot be updated
    #[arg(long)]
    pub replace: bool,
    #[command(flatten)]
    pub transform: TransformArgs,
    #[command(flatten)]
    pub tuning: TuningArgs,
    #[command(flatten)]
    pub backup: BackupArgs,
    #[command(flatten, next_help_heading = "Log group of the trail")]
    pub logs: LogArgs,
    #[command(flatten)]
    pub source: SourceArgs,
    #[command(flatten)]
    pub common: CreateArgs,
}

/// The collector that Firehose delivers to.
#[derive(Args, Debug)]
#[command(next_help_heading = "What to create")]
pub struct CollectorArgs {
    /// HTTP Event Collector to deliver to [default: the delivery stream's current one]
    #[arg(long, value_name = "https://HOST:PORT")]
    pub hec_endpoint: Option<String>,
    /// Secret in AWS Secrets Manager with the token, {"hec_token": "…"}; Firehose reads it
    #[arg(long, value_name = "ARN", conflicts_with = "hec_token_file")]
    pub hec_secret: Option<String>,
    /// File with the token, which is stored in the stream [default: the variable CTADMIN_HEC_TOKEN]
    #[arg(long, value_name = "FILE")]
    pub hec_token_file: Option<String>,
}

/// What unpacks the records of CloudWatch Logs.
#[derive(Args, Debug)]
#[command(next_help_heading = "What to create")]
pub struct TransformArgs {
    /// What unpacks the records of CloudWatch Logs [default: the current one, built-in if new]
    #[arg(long, value_name = "BY")]
    pub transform: Option<Transform>,
    /// Endpoint of the collector; event requires --transform lambda [default: the current one, raw if new]
    #[arg(long, value_name = "TYPE")]
    pub endpoint_type: Option<EndpointType>,
    /// Invocations of the Lambda function to reserve [default: the current number, none if new]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(i32).range(1..))]
    pub lambda_concurrency: Option<i32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Transform {
    /// A Lambda function
    Lambda,
    /// The delivery stream
    BuiltIn,
}

/// How the stream delivers.
#[derive(Args, Debug)]
#[command(next_help_heading = "Delivery")]
pub struct TuningArgs {
    /// Seconds to wait for an acknowledgment, 180 to 600 [default: the current ones, 180 if new]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i32).range(180..=600))]
    pub ack_timeout: Option<i32>,
    /// Seconds to retry, 0 to 7200 [default: the current ones, 3600 if new]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i32).range(0..=7200))]
    pub retry: Option<i32>,
    /// Seconds to buffer, 0 to 60 [default: the current ones, 0 if new]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(i32).range(0..=60))]
    pub buffer_seconds: Option<i32>,
    /// MiB to buffer, 1 to 5 [default: the current ones, 1 if new]
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(i32).range(1..=5))]
    pub buffer_mib: Option<i32>,
}

/// What becomes of events that cannot be delivered.
#[derive(Args, Debug)]
#[command(next_help_heading = "Backup")]
pub struct BackupArgs {
    /// What to back up; `all` cannot be taken back [default: the current mode, `failed` if new]
    #[arg(long, value_name = "MODE")]
    pub backup: Option<Backup>,
    /// Existing backup bucket, which is not changed [default: PREFIX-cloudtrail-firehose]
    #[arg(long, value_name = "NAME")]
    pub backup_bucket: Option<String>,
    /// Days to keep backed up events [default: the current ones, 30 if new]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i32).range(1..))]
    pub backup_days: Option<i32>,
    /// Retention of the log groups of Firehose and Lambda in days [default: the current one, 30 if new]
    #[arg(long, value_name = "DAYS")]
    pub log_retention_days: Option<i32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Backup {
    /// Events that could not be delivered
    Failed,
    /// All events
    All,
}

#[derive(Args, Debug)]
#[command(
    about = "Show the delivery to Splunk: subscription filter, Firehose delivery stream, backup bucket"
)]
pub struct ShowPush {
    #[command(flatten)]
    pub logs: LogGroupArg,
    /// Backup bucket [default: PREFIX-cloudtrail-firehose]
    #[arg(long, help_heading = "Naming", value_name = "NAME")]
    pub backup_bucket: Option<String>,
    #[command(flatten)]
    pub source: SourceArgs,
    #[command(flatten)]
    pub common: ShowArgs,
}

#[derive(Args, Debug)]
#[command(
    about = "Delete the delivery to Splunk: subscription filter and delivery stream; keep the backup bucket"
)]
pub struct DeletePush {
    #[command(flatten)]
    pub logs: DeleteLogArgs,
    /// Backup bucket [default: PREFIX-cloudtrail-firehose]
    #[arg(long, help_heading = "Naming", value_name = "NAME")]
    pub backup_bucket: Option<String>,
    #[command(flatten)]
    pub source: SourceArgs,
    #[command(flatten)]
    pub common: DeleteArgs,
}
