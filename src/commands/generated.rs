//! `ctadmin completions` and `ctadmin man`: what clap generates from the command line.

use clap_complete::Shell;

use crate::cli;
use crate::error::{Error, Exit, Result};
use crate::printer::Printer;

/// A completion script for a shell.
pub fn completions(shell: Shell, printer: &Printer) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut cli::command(), "ctadmin", &mut script);
    printer.result(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}

/// The manual page of the whole, then those of the commands.
pub fn man(printer: &Printer) -> Result<Exit> {
    let mut pages = Vec::new();
    for command in cli::pages() {
        clap_mangen::Man::new(command)
            .render(&mut pages)
            .map_err(|error| Error::failed(format!("cannot write the manual page: {error}")))?;
    }
    printer.result(&String::from_utf8_lossy(&pages))?;
    Ok(Exit::Done)
}
