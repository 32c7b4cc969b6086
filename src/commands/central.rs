//! `ctadmin central`: what is computed for the central stack, offline.

use crate::cli;
use crate::error::{Exit, Result};
use crate::printer::Printer;
use crate::stack::central::shards::Load;
use crate::view::shards;

/// Runs the command.
pub fn run(global: &cli::Global, command: cli::Central, printer: &Printer) -> Result<Exit> {
    let cli::Central::Shards(args) = command;
    let load = Load {
        kilobytes: args.mb_per_second,
        records: args.records_per_second,
        consumers: args.consumers,
    };
    match global.output {
        cli::Output::Json => printer.json(&shards::json(&load))?,
        cli::Output::Text => printer.result(&shards::text(&load, printer.width()))?,
    }
    Ok(Exit::Done)
}
