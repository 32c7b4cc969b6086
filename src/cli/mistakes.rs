//! Usage errors for which clap has no helpful message: here is one, with a hint.

use clap::ValueEnum;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::Stack;
use super::line::Line;
use crate::error::Error;

/// Commands that read an account, and so cannot be used offline.
const READING: [&str; 6] = ["delete", "show", "doctor", "events", "push", "iam-policy"];

/// A better message than clap's, if there is one.
pub(super) fn explained(error: &clap::Error, line: &Line) -> Option<Error> {
    let unknown = || offline(error, line).or_else(|| of_another_stack(error, line));
    match error.kind() {
        ErrorKind::UnknownArgument => unknown(),
        ErrorKind::ValueValidation => no_number(error),
        ErrorKind::InvalidSubcommand => no_command(error),
        _ => None,
    }
}

/// Only what starts from an empty account can be planned without reading the account.
fn offline(error: &clap::Error, line: &Line) -> Option<Error> {
    let argument = invalid_argument(error)?;
    let command = line.command.first()?.as_str();
    if !["--offline", "--account-id"].contains(&argument) || !READING.contains(&command) {
        return None;
    }
    Some(match command {
        "delete" => Error::usage(format!(
            "{argument} plans for an empty account, in which there is nothing to delete"
        ))
        .hint("`ctadmin delete --dry-run` reads the account and prints the calls"),
        _ => Error::usage(format!(
            "{command} reads the account, and cannot be used with {argument}"
        ))
        .hint("`ctadmin create --offline --account-id ID` plans for an empty account"),
    })
}

/// An option of another stack than the line is about.
fn of_another_stack(error: &clap::Error, line: &Line) -> Option<Error> {
    let option = invalid_argument(error)?;
    let command = line.command.first()?;
    let stacks = Stack::having(command, option);
    let commands = stacks
        .iter()
        .map(|stack| format!("`ctadmin {command} {stack}`"));
    let commands = commands.collect::<Vec<_>>().join(", ");
    (!commands.is_empty()).then(|| {
        let stack = line.stack.unwrap_or_default();
        Error::usage(format!("{option} is not an option of the stack {stack}"))
            .hint(format!("it is an option of {commands}"))
    })
}

/// A stack where a command is expected, as in `ctadmin help create alerts`.
fn no_command(error: &clap::Error) -> Option<Error> {
    let Some(ContextValue::String(name)) = error.get(ContextKind::InvalidSubcommand) else {
        return None;
    };
    let stack = Stack::from_str(name, false).ok()?;
    let error = Error::usage(format!("{stack} is a stack, not a command"));
    Some(error.hint(format!("`ctadmin create {stack} --help` lists its options")))
}

/// A number that is none, or too large or too small.
fn no_number(error: &clap::Error) -> Option<Error> {
    let option = invalid_argument(error)?.split(' ').next()?;
    let Some(ContextValue::String(value)) = error.get(ContextKind::InvalidValue) else {
        return None;
    };
    let cause = std::error::Error::source(error)?;
    let range = match cause.to_string().split_once(" is not in ") {
        Some((_, range)) => described(range)?,
        None if cause.is::<std::num::ParseIntError>() => String::new(),
        None => return None,
    };
    Some(Error::usage(format!(
        "{option} takes a whole number{range}, not {value:?}"
    )))
}

/// A range as clap writes it, in words.
fn described(range: &str) -> Option<String> {
    let (least, most) = range.split_once("..")?;
    Some(match most.strip_prefix('=') {
        Some(most) => format!(" from {least} to {most}"),
        None => format!(" of at least {least}"),
    })
}

fn invalid_argument(error: &clap::Error) -> Option<&str> {
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) => Some(argument),
        _ => None,
    }
}
