//! `ctadmin central`: what is computed for the central stack, offline.

use crate::cli;
use crate::error::{Exit, Result};
use crate::printer::Printer;
use crate::settings;
use crate::stack::central::opensearch;
use crate::stack::central::shards::Load;
use crate::view::shards;

/// Runs the command.
pub fn run(global: &cli::Global, command: cli::Central, printer: &Printer) -> Result<Exit> {
    match command {
        cli::Central::Shards(args) => shards(global, args, printer),
        cli::Central::OpensearchTemplate(args) => template(args, printer),
    }
}

fn template(args: cli::OpensearchTemplate, printer: &Printer) -> Result<Exit> {
    settings::central::names(&args.prefix)?;
    let text = match args.saved_searches {
        true => opensearch::SAVED_SEARCHES,
        false => opensearch::INDEX_TEMPLATE,
    };
    let index = format!("{}-central", args.prefix);
    printer.result(text.replace("BASE", &index).trim_end())?;
    Ok(Exit::Done)
}

fn shards(global: &cli::Global, args: cli::Shards, printer: &Printer) -> Result<Exit> {
    let load = Load {
        kilobytes: args.mb_per_second,
        records: args.records_per_second,
        consumers: args.consumers,
    };
    match global.output {
        cli::Output::Json => printer.json(&shards::json(&load))?,
        cli::Output::Text | cli::Output::Html => {
            printer.result(&shards::text(&load, printer.width()))?
        }
    }
    Ok(Exit::Done)
}
