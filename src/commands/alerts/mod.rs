//! `ctadmin alerts`: the alert catalogue, and events tested against it.

mod list;
mod test;

use crate::cli;
use crate::error::{Exit, Result};
use crate::printer::Printer;

/// Runs the command.
pub fn run(global: &cli::Global, command: cli::Alerts, printer: &Printer) -> Result<Exit> {
    match command {
        cli::Alerts::List(args) => list::run(global, args, printer),
        cli::Alerts::Test(args) => test::run(global, args, printer),
    }
}
