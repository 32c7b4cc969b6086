//! `ctadmin splunk instance-types`: the EC2 instance types that a billing report shows in use.

use serde_json::json;

use crate::billing::{self, Report};
use crate::cli::{self, Output};
use crate::error::{Exit, Result};
use crate::printer::Printer;

/// Runs the command.
pub fn run(global: &cli::Global, args: cli::InstanceTypes, printer: &Printer) -> Result<Exit> {
    let types = billing::instance_types(&Report::new(args.from_report))?;
    match global.output {
        Output::Json => printer.result(&format!("{:#}", json!(types)))?,
        Output::Text if types.is_empty() => printer.say("the report shows no EC2 instances"),
        Output::Text => {
            let lines: Vec<&str> = types.iter().map(String::as_str).collect();
            printer.result(&lines.join("\n"))?;
        }
    }
    Ok(Exit::Done)
}
