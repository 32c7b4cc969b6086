//! The library behind `ctadmin`, room by room.
//!
//! Each module may use only those left of it:
//! `region, policy, call, events < reading < alerts < athena < activity < plan < key_file < aws < hec < resource < stack < doctor < view < billing < splunk < settings < pull < replay < commands`.
//! `error`, `time` and `words` are seen by all. A test checks these arrows.
//!
//! The way of the data: arguments, environment and profile become [`settings`]; a [`stack`] reads the account with
//! a [`Reader`](aws::Reader), compares it with what should be, and composes a [`plan`] of [`call`]s; the plan is
//! printed by a [`view`], or sent by [`plan::apply`] through a [`Sender`](aws::Sender).

mod activity;
pub mod alerts;
pub mod athena;
pub mod aws;
mod billing;
pub mod call;
mod cli;
mod commands;
mod doctor;
pub mod error;
mod events;
pub mod hec;
pub mod key_file;
pub mod plan;
pub mod policy;
mod printer;
mod pull;
mod reading;
pub mod region;
mod replay;
pub mod resource;
mod settings;
mod splunk;
pub mod stack;
mod time;
mod trace;
pub mod view;
mod words;

use std::process::ExitCode;

use tokio::runtime::Runtime;

use cli::Cli;
pub use cli::command as command_line;
use error::{Error, Exit, Result};
use printer::Printer;

/// The program: parses the command line, runs the command, and returns its exit code.
pub fn main() -> ExitCode {
    let cli = cli::parse();
    let printer = Printer::new(cli.global.quiet, cli.global.color).verbose(cli.global.verbose > 0);
    trace::start(cli.global.verbose);
    let added = cli.global.added.clone();
    let exit = run(cli, &printer).unwrap_or_else(|error| {
        let error = added.blamed(error);
        printer.error(&error);
        Exit::from(error.kind)
    });
    ExitCode::from(exit.code())
}

fn run(cli: Cli, printer: &Printer) -> Result<Exit> {
    let runtime = Runtime::new()
        .map_err(|error| Error::failed(format!("the system cannot start the runtime: {error}")))?;
    let exit = runtime.block_on(commands::run(cli, printer));
    // A question left unanswered must not keep the process alive.
    runtime.shutdown_background();
    exit
}
