//! `ctadmin splunk aws-conf`: the accounts, regions and bills that the old app looks at.

use serde_json::Value;

use crate::cli::{self, Output};
use crate::error::{Exit, Result};
use crate::printer::Printer;
use crate::settings;
use crate::splunk::{Stanza, conf};

/// Runs the command.
pub fn run(global: &cli::Global, args: cli::AwsConf, printer: &Printer) -> Result<Exit> {
    let stanzas = settings::aws_conf(args)?;
    let text = match global.output {
        Output::Json => format!(
            "{:#}",
            stanzas.iter().map(Stanza::to_json).collect::<Value>()
        ),
        Output::Text => conf::text(&stanzas),
    };
    printer.result(&text)?;
    Ok(Exit::Done)
}
