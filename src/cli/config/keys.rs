//! The keys that a file may hold: the options that say what to make, where, and how to call it.
//!
//! Which these are follows from the command line's own structure, so that a new option is a key without further ado:
//! those below one of the [`HEADINGS`], but for the few in [`SINGLE_RUN`]. What stands below no heading, or below
//! another, belongs to a single run.

use std::collections::{BTreeMap, BTreeSet};

use clap::{Arg, Command};
use toml::{Table, Value};

use super::value::Shape;
use crate::error::{Error, Result};
use crate::words::nearest;

/// The stacks, each of which may have a table of its own in the file.
pub(super) const STACKS: [&str; 3] = ["trail", "splunk", "alerts"];

/// The headings, as in the help, of options that last.
const HEADINGS: [&str; 6] = [
    "What to make",
    "Encryption and retention",
    "Naming",
    "Regions",
    "Which alerts",
    "The file",
];

/// Options that last although they stand below no such heading.
const GLOBAL: [&str; 2] = ["profile", "region"];

/// Options below such a heading that belong to a single run all the same: they delete, name an account to plan for, or
/// name a file with secrets.
const SINGLE_RUN: [&str; 7] = [
    "prune",
    "account-id",
    "offline",
    "access-key",
    "accounts",
    "credentials",
    "credentials-profile",
];

/// Whether an option may stand in a file.
pub(super) fn is_lasting(arg: &Arg) -> bool {
    let Some(long) = arg.get_long() else {
        return false;
    };
    let heading = arg.get_help_heading().unwrap_or_default();
    GLOBAL.contains(&long) || (HEADINGS.contains(&heading) && !SINGLE_RUN.contains(&long))
}

/// The stack that a verb is about, if it is about one.
pub(super) fn stack(verb: &[String]) -> Option<&'static str> {
    let named = verb
        .iter()
        .find_map(|word| STACKS.into_iter().find(|stack| stack == word));
    let verb = verb.first().map(String::as_str);
    named.or(matches!(verb, Some("create" | "show" | "delete")).then_some("trail"))
}

/// All keys.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// The shapes of a key's values, by stack; `""` stands for the verbs that are about none.
    lasting: BTreeMap<String, BTreeMap<&'static str, Shape>>,
    /// The options that belong to a single run.
    others: BTreeSet<String>,
}

impl Keys {
    /// The keys of this command and all below it.
    pub(super) fn of(command: &Command) -> Self {
        let mut keys = Self::default();
        keys.add(command, &mut Vec::new());
        keys
    }

    fn add(&mut self, command: &Command, verb: &mut Vec<String>) {
        for arg in command.get_arguments() {
            let Some(long) = arg.get_long() else { continue };
            if is_lasting(arg) {
                let shapes = self.lasting.entry(long.to_owned()).or_default();
                shapes.insert(stack(verb).unwrap_or_default(), Shape::of(arg));
            } else {
                self.others.insert(long.to_owned());
            }
        }
        for below in command.get_subcommands() {
            verb.push(below.get_name().to_owned());
            self.add(below, verb);
            verb.pop();
        }
    }

    /// Refuses keys that are unknown, and values of a wrong type.
    pub(super) fn check(&self, file: &str, table: &Table) -> Result<()> {
        for (key, value) in table {
            match (STACKS.into_iter().find(|stack| stack == key), value) {
                (Some(stack), Value::Table(own)) => {
                    own.iter().try_for_each(|(key, value)| {
                        self.check_key(file, Some(stack), key, value)
                    })?;
                }
                (Some(_), _) => {
                    return Err(Error::usage(format!(
                        "{file}: {key} is a table, written [{key}]"
                    )));
                }
                (None, _) => self.check_key(file, None, key, value)?,
            }
        }
        Ok(())
    }

    fn check_key(&self, file: &str, stack: Option<&str>, key: &str, value: &Value) -> Result<()> {
        let shown = match stack {
            Some(stack) => format!("{stack}.{key}"),
            None => key.to_owned(),
        };
        let shapes = self.shapes(stack, key);
        let shape = match shapes.iter().copied().collect::<Vec<_>>().as_slice() {
            [] => return Err(self.unknown(file, stack, key, &shown)),
            [shape] => *shape,
            _ => {
                return Err(Error::usage(format!(
                    "{file}: {key} means something else to each stack"
                ))
                .hint(format!(
                    "write it below one of {}",
                    STACKS.map(|stack| format!("[{stack}]")).join(", ")
                )));
            }
        };
        match shape.values(value, file.as_ref()) {
            Some(_) => Ok(()),
            None => Err(
                Error::usage(format!("{file}: {shown} is {}", value.type_str()))
                    .hint(format!("{shown} takes {}", shape.described())),
            ),
        }
    }

    /// The shapes that a key's value has in a table, or at the top of the file.
    fn shapes(&self, table: Option<&str>, key: &str) -> BTreeSet<Shape> {
        let shapes = self.lasting.get(key).into_iter().flatten();
        shapes
            .filter(|(stack, _)| table.is_none_or(|table| table == **stack))
            .map(|(_, shape)| *shape)
            .collect()
    }

    fn unknown(&self, file: &str, stack: Option<&str>, key: &str, shown: &str) -> Error {
        if self.others.contains(key) && !self.lasting.contains_key(key) {
            return Error::usage(format!("{file}: {key} belongs to a single run"))
                .hint(format!("give --{key} on the command line"));
        }
        let error = Error::usage(format!("{file}: unknown key {shown}"));
        let known = self.lasting.keys().map(String::as_str);
        let known = known.filter(|known| !self.shapes(stack, known).is_empty());
        let tables = STACKS.into_iter().filter(|_| stack.is_none());
        match nearest(key, known.chain(tables)) {
            _ if stack.is_some() && self.lasting.contains_key(key) => error.hint(format!(
                "{key} is no option of that stack; write it at the top of the file"
            )),
            Some(near) => error.hint(format!("is {near} meant?")),
            None => error
                .hint("a key is the long name of an option; `ctadmin create --help` lists them"),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Cli;

    /// The keys of the tool, by table.
    fn keys() -> Keys {
        let mut command = Cli::command();
        command.build();
        Keys::of(&command)
    }

    #[test]
    fn what_to_make_and_how_to_call_it_lasts() {
        let keys = keys();
        for key in [
            "prefix",
            "bucket",
            "queue",
            "region",
            "regions",
            "exclude-regions",
            "profile",
            "user",
            "role",
            "tag",
            "log-group",
            "versioning",
            "topic-kms-key-id",
            "topic-arn",
            "email",
            "only",
            "except",
            "set",
            "threshold",
            "period",
            "catalogue",
            "no-queue",
            "no-dlq",
            "multi-region",
            "kms-key-id",
            "bucket-owner",
            "key-prefix",
            "retention-days",
            "index",
        ] {
            assert!(keys.lasting.contains_key(key), "{key}");
        }
    }

    #[test]
    fn what_belongs_to_a_single_run_does_not() {
        let keys = keys();
        for key in [
            "yes",
            "dry-run",
            "offline",
            "account-id",
            "detailed-exitcode",
            "endpoint-url",
            "output",
            "quiet",
            "config",
            "access-key",
            "credentials",
            "accounts",
            "prune",
            "with-logs",
            "consume",
            "filter",
            "as",
            "from",
        ] {
            assert!(!keys.lasting.contains_key(key), "{key}");
            assert!(keys.others.contains(key), "{key} is an option");
        }
    }

    fn refused(text: &str) -> (String, String) {
        let table: Table = toml::from_str(text).expect("TOML");
        let error = keys().check("f", &table).expect_err("a refusal");
        (error.message, error.hints.concat())
    }

    #[test]
    fn an_unknown_key_is_named_with_the_nearest_one() {
        for (text, message, hint) in [
            ("buckt = 'a'", "f: unknown key buckt", "is bucket meant?"),
            ("tags = ['a=b']", "f: unknown key tags", "is tag meant?"),
            (
                "[alert]\nonly = 'a'",
                "f: unknown key alert",
                "is alerts meant?",
            ),
            (
                "[alerts]\nonli = 'a'",
                "f: unknown key alerts.onli",
                "is only meant?",
            ),
            (
                "[trail]\nemail = 'a'",
                "f: unknown key trail.email",
                "email is no option of that stack; write it at the top of the file",
            ),
            (
                "yes = true",
                "f: yes belongs to a single run",
                "give --yes on the command line",
            ),
            (
                "set = 'wide'",
                "f: set means something else to each stack",
                "write it below one of [trail], [splunk], [alerts]",
            ),
            ("trail = 1", "f: trail is a table, written [trail]", ""),
        ] {
            assert_eq!(
                refused(text),
                (message.to_owned(), hint.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn types_are_checked() {
        for (text, message, hint) in [
            (
                "prefix = 123456789012",
                "f: prefix is integer",
                "prefix takes a string",
            ),
            (
                "jobs = '8'",
                "f: jobs is string",
                "jobs takes a whole number",
            ),
            (
                "no-dlq = 'yes'",
                "f: no-dlq is string",
                "no-dlq takes true or false",
            ),
            (
                "regions = [1]",
                "f: regions is array",
                "regions takes a string or a list of strings",
            ),
            (
                "tag = 1",
                "f: tag is integer",
                "tag takes a table, or a list of strings KEY=VALUE",
            ),
            (
                "[alerts]\nthreshold.a = true",
                "f: alerts.threshold is table",
                "alerts.threshold takes a table, or a list of strings KEY=VALUE",
            ),
        ] {
            assert_eq!(
                refused(text),
                (message.to_owned(), hint.to_owned()),
                "{text}"
            );
        }
    }
}
