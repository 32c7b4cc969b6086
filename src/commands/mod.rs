//! The verbs, a file each: every one tells its story from the settings to the exit code.

mod account;
mod alerts;
mod apply;
mod change;
mod completions;
mod create;
mod delete;
mod doctor;
mod events;
mod iam_policy;
mod interrupt;
mod man;
mod show;
mod splunk;
mod wait;

use crate::cli::{Cli, Verb};
use crate::error::{Exit, Result};
use crate::printer::Printer;

/// Does what the command line says.
///
/// # Errors
/// When the verb cannot do its work; the error knows its exit code.
pub async fn run(cli: Cli, printer: &Printer) -> Result<Exit> {
    let Cli { global, verb } = cli;
    match verb {
        Verb::Create(args) => create::run(&global, *args, printer).await,
        Verb::Show(args) => show::run(&global, args, printer).await,
        Verb::Delete(args) => delete::run(&global, args, printer).await,
        Verb::Splunk { file } => splunk::run(&global, file, printer).await,
        Verb::Alerts { verb } => alerts::run(&global, verb, printer),
        Verb::Doctor(args) => doctor::run(&global, args, printer).await,
        Verb::Events(args) => events::run(&global, args, printer).await,
        Verb::IamPolicy(args) => iam_policy::run(&global, args, printer).await,
        Verb::Completions { shell } => completions::run(shell, printer),
        Verb::Man => man::run(printer),
    }
}
