//! Mistakes for which clap has no helpful words; here it is said what to do instead.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::order;
use crate::error::Error;

/// Verbs that read an account, and so cannot do without one.
const READING: [&str; 5] = ["delete", "show", "doctor", "events", "iam-policy"];

/// What to say in clap's place, if there is something better. `words` are those of the command line, the program's name
/// first.
pub(super) fn explained(error: &clap::Error, words: &[OsString]) -> Option<Error> {
    order::mended(error, words)
        .or_else(|| offline(error, words))
        .or_else(|| no_number(error))
}

/// Only what starts from an empty account can be planned without looking at the account.
fn offline(error: &clap::Error, words: &[OsString]) -> Option<Error> {
    let argument = invalid_argument(error)?;
    if error.kind() != ErrorKind::UnknownArgument
        || !["--offline", "--account-id"].contains(&argument)
    {
        return None;
    }
    let verb = READING
        .into_iter()
        .find(|verb| words.iter().any(|word| word == verb))?;
    Some(match verb {
        "delete" => Error::usage(format!(
            "{argument} is for an empty account, in which there is nothing to delete"
        ))
        .hint("`ctadmin delete --dry-run` reads the account and prints the calls"),
        _ => Error::usage(format!(
            "{verb} reads an account, and does not take {argument}"
        ))
        .hint("`ctadmin create --offline --account-id ID` plans for an empty account"),
    })
}

/// A number that is none, or too large or too small.
fn no_number(error: &clap::Error) -> Option<Error> {
    if error.kind() != ErrorKind::ValueValidation {
        return None;
    }
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
