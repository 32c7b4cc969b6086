//! `ctadmin push`: what is done with the delivery to Splunk once it exists.

mod failed;
mod replay;
mod source;
mod target;
mod transform;

use crate::cli;
use crate::error::{Exit, Result};
use crate::printer::Printer;

/// Runs the command.
pub async fn run(global: &cli::Global, command: cli::Push, printer: &Printer) -> Result<Exit> {
    match command {
        cli::Push::Failed(args) => failed::run(global, args, printer).await,
        cli::Push::Replay(args) => replay::run(global, *args, printer).await,
        cli::Push::Transform(args) => transform::run(args, printer),
    }
}
