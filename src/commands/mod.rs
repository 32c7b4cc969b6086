//! The commands, one file each: from the settings to the exit code.

mod account;
mod activity;
mod alerts;
mod apply;
mod central;
mod change;
mod create;
mod delete;
mod doctor;
mod events;
mod generated;
mod iam_policy;
mod interrupt;
mod push;
mod queried;
mod show;
mod splunk;
mod wait;

use crate::cli::{Cli, Command, Output};
use crate::error::{Error, Exit, Result};
use crate::printer::Printer;

/// Does what the command line says.
pub async fn run(cli: Cli, printer: &Printer) -> Result<Exit> {
    let Cli { global, command } = cli;
    if global.output == Output::Html && !has_page(&command) {
        let error = Error::usage("only `ctadmin show` and `ctadmin activity` print HTML");
        return Err(error.hint("give --output text or json"));
    }
    match command {
        Command::Create(args) => create::run(&global, *args, printer).await,
        Command::Show(args) => show::run(&global, args, printer).await,
        Command::Delete(args) => delete::run(&global, args, printer).await,
        Command::Splunk { file } => splunk::run(&global, file, printer).await,
        Command::Alerts { command } => alerts::run(&global, command, printer),
        Command::Central { command } => central::run(&global, command, printer),
        Command::Push { command } => push::run(&global, command, printer).await,
        Command::Doctor(args) => doctor::run(&global, args, printer).await,
        Command::Activity(args) => activity::run(&global, args, printer).await,
        Command::Events(args) => events::run(&global, args, printer).await,
        Command::IamPolicy(args) => iam_policy::run(&global, args, printer).await,
        Command::Completions { shell } => generated::completions(shell, printer),
        Command::Man => generated::man(printer),
    }
}

/// Whether a command prints an HTML page.
fn has_page(command: &Command) -> bool {
    matches!(command, Command::Show(_) | Command::Activity(_))
}
