//! `ctadmin splunk`: the files that Splunk wants.

mod account_names;
mod hec;
mod inputs;

use serde_json::Value;

use crate::billing::{self, Report};
use crate::cli::{self, Output};
use crate::error::{Exit, Result};
use crate::printer::Printer;
use crate::settings;
use crate::splunk::{Stanza, conf};

pub async fn run(global: &cli::Global, file: cli::Splunk, printer: &Printer) -> Result<Exit> {
    match file {
        cli::Splunk::Inputs(args) => inputs::run(global, *args, printer).await,
        cli::Splunk::Hec(args) => hec::run(global, args, printer).await,
        cli::Splunk::AwsConf(args) => aws_conf(global, args, printer),
        cli::Splunk::AccountNames(args) => account_names::run(global, args, printer).await,
        cli::Splunk::InstanceTypes(args) => instance_types(global, args, printer),
    }
}

/// The accounts, regions and bills that the old app looks at.
fn aws_conf(global: &cli::Global, args: cli::AwsConf, printer: &Printer) -> Result<Exit> {
    let stanzas = settings::aws_conf(args)?;
    match global.output {
        Output::Json => printer.json(&stanzas.iter().map(Stanza::to_json).collect::<Value>())?,
        Output::Text | Output::Html => printer.result(&conf::text(&stanzas))?,
    }
    Ok(Exit::Done)
}

/// The EC2 instance types that a billing report shows in use.
fn instance_types(
    global: &cli::Global,
    args: cli::InstanceTypes,
    printer: &Printer,
) -> Result<Exit> {
    let types = billing::instance_types(&Report::new(args.from_report))?;
    match global.output {
        Output::Json => printer.json(&types)?,
        _ if types.is_empty() => printer.say("the report shows no EC2 instances"),
        Output::Text | Output::Html => {
            let lines: Vec<&str> = types.iter().map(String::as_str).collect();
            printer.result(&lines.join("\n"))?;
        }
    }
    Ok(Exit::Done)
}
