//! `ctadmin alerts list`: what is looked for, and what raises an alarm.

use crate::cli::{self, ListFormat};
use crate::error::{Exit, Result};
use crate::printer::Printer;
use crate::settings::AlertsList;
use crate::view::catalogue;

/// Runs the command.
pub fn run(global: &cli::Global, args: cli::AlertsList, printer: &Printer) -> Result<Exit> {
    let AlertsList { catalogue, format } = AlertsList::new(global, args)?;
    match format {
        ListFormat::Table => printer.result(&catalogue::table(&catalogue, printer.width()))?,
        ListFormat::Toml => printer.result(&catalogue.to_toml())?,
        ListFormat::Json => printer.json(&catalogue::json(&catalogue))?,
    }
    Ok(Exit::Done)
}
