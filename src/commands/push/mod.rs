//! `ctadmin push`: what is done with the delivery to Splunk once it exists.

mod transform;

use crate::cli;
use crate::error::{Exit, Result};
use crate::printer::Printer;

/// Runs the command.
pub fn run(command: cli::Push, printer: &Printer) -> Result<Exit> {
    match command {
        cli::Push::Transform(args) => transform::run(args, printer),
    }
}
