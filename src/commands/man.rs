//! `ctadmin man`: the manual page, those of the verbs behind the one of the whole.

use crate::cli;
use crate::error::{Error, Exit, Result};
use crate::printer::Printer;

pub fn run(printer: &Printer) -> Result<Exit> {
    let mut pages = Vec::new();
    for command in cli::pages() {
        clap_mangen::Man::new(command)
            .render(&mut pages)
            .map_err(|error| Error::failed(format!("cannot write the manual page: {error}")))?;
    }
    printer.result(&String::from_utf8_lossy(&pages))?;
    Ok(Exit::Done)
}
