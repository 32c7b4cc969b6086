//! `ctadmin alerts`: the alert catalogue, and events tested against it.

mod list;
mod test;

use crate::cli;
use crate::error::{Exit, Result};
use crate::printer::Printer;

/// Runs the verb.
pub fn run(global: &cli::Global, verb: cli::Alerts, printer: &Printer) -> Result<Exit> {
    match verb {
        cli::Alerts::List(args) => list::run(global, args, printer),
        cli::Alerts::Test(args) => test::run(global, args, printer),
    }
}
