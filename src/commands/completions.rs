//! `ctadmin completions`: a completion script for a shell.

use clap_complete::Shell;

use crate::cli;
use crate::error::{Exit, Result};
use crate::printer::Printer;

pub fn run(shell: Shell, printer: &Printer) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut cli::command(), "ctadmin", &mut script);
    printer.result(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
