//! `ctadmin man`: the manual page, the one of each verb behind the one of the whole.

use crate::cli;
use crate::error::{Error, Exit, Result};
use crate::printer::Printer;

/// Runs the verb.
pub fn run(printer: &Printer) -> Result<Exit> {
    let mut command = cli::command();
    command.build();
    let mut pages = Vec::new();
    let verbs = command
        .get_subcommands()
        .filter(|verb| verb.get_name() != "help");
    for page in std::iter::once(&command).chain(verbs) {
        let page = clap_mangen::Man::new(page.clone());
        page.render(&mut pages)
            .map_err(|error| Error::failed(format!("cannot write the manual page: {error}")))?;
    }
    printer.result(&String::from_utf8_lossy(&pages))?;
    Ok(Exit::Done)
}
