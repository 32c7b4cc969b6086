//! `ctadmin splunk`: the files that Splunk wants, a file each.

mod account_names;
mod aws_conf;
mod inputs;
mod instance_types;

use crate::cli;
use crate::error::{Exit, Result};
use crate::printer::Printer;

/// Runs the command.
pub async fn run(global: &cli::Global, file: cli::Splunk, printer: &Printer) -> Result<Exit> {
    match file {
        cli::Splunk::Inputs(args) => inputs::run(global, *args, printer).await,
        cli::Splunk::AwsConf(args) => aws_conf::run(global, args, printer),
        cli::Splunk::AccountNames(args) => account_names::run(global, args, printer).await,
        cli::Splunk::InstanceTypes(args) => instance_types::run(global, args, printer),
    }
}
