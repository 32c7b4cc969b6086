//! `ctadmin man`: the manual page, those of the verbs behind the one of the whole.

use crate::cli;
use crate::error::{Error, Exit, Result};
use crate::printer::Printer;

/// Runs the verb.
pub fn run(printer: &Printer) -> Result<Exit> {
    let mut command = cli::command();
    command.build();
    let mut pages = Vec::new();
    let mut left = vec![&command];
    while let Some(verb) = left.pop() {
        let page = clap_mangen::Man::new(verb.clone());
        page.render(&mut pages)
            .map_err(|error| Error::failed(format!("cannot write the manual page: {error}")))?;
        let nested = verb.get_subcommands();
        let nested: Vec<_> = nested.filter(|verb| verb.get_name() != "help").collect();
        left.extend(nested.into_iter().rev());
    }
    printer.result(&String::from_utf8_lossy(&pages))?;
    Ok(Exit::Done)
}
