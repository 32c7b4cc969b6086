//! The keys that a file can have: the options that say what to create, where, and under which names.
//!
//! Which these are follows from the command line's own structure, so that a new option becomes a key by itself:
//! those under one of the [`HEADINGS`], except for the few in [`SINGLE_RUN`]. Options under no heading, or under
//! another, belong to a single run.

use std::collections::{BTreeMap, BTreeSet};

use clap::{Arg, Command, ValueEnum};
use toml::{Table, Value};

use super::value::Shape;
use crate::cli::Stack;
use crate::error::{Error, Result};
use crate::words::nearest;

/// The headings, as in the help, of options that last.
const HEADINGS: [&str; 8] = [
    "What to create",
    "Delivery",
    "Backup",
    "Encryption and retention",
    "Naming",
    "Regions",
    "Which alerts",
    "The file",
];

/// Options that last although they are under no such heading.
const GLOBAL: [&str; 2] = ["profile", "region"];

/// Options under such a heading that belong to a single run all the same: they delete, name an account to plan for, say
/// where events and a token are sent, or name a file with secrets.
const SINGLE_RUN: [&str; 10] = [
    "hec-endpoint",
    "hec-token-file",
    "replace",
    "prune",
    "account-id",
    "offline",
    "access-key",
    "accounts",
    "credentials",
    "credentials-profile",
];

/// Whether an option can be in a file.
pub(super) fn is_lasting(arg: &Arg) -> bool {
    let Some(long) = arg.get_long() else {
        return false;
    };
    let heading = arg.get_help_heading().unwrap_or_default();
    GLOBAL.contains(&long) || (HEADINGS.contains(&heading) && !SINGLE_RUN.contains(&long))
}

/// The stack whose table has this name.
pub(super) fn stack(name: &str) -> Option<Stack> {
    Stack::from_str(name, false).ok()
}

/// All keys.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// The shapes of a key's values, by the stack that a command is about.
    lasting: BTreeMap<String, BTreeMap<Option<Stack>, Shape>>,
    /// The options that belong to a single run.
    others: BTreeSet<String>,
}

impl Keys {
    /// The keys of all commands, for all stacks.
    pub(super) fn all() -> Self {
        let mut keys = Self::default();
        for stack in Stack::value_variants() {
            let mut line = stack.command_line();
            line.build();
            keys.add(&line, None, *stack);
        }
        keys
    }

    /// Those of a command and all below it, on the command line of a stack.
    fn add(&mut self, command: &Command, about: Option<Stack>, of: Stack) {
        for arg in command.get_arguments() {
            let Some(long) = arg.get_long() else { continue };
            if is_lasting(arg) {
                let shapes = self.lasting.entry(long.to_owned()).or_default();
                shapes.insert(about, Shape::of(arg));
            } else {
                self.others.insert(long.to_owned());
            }
        }
        for below in command.get_subcommands() {
            self.add(below, about.or(of.in_command(below.get_name())), of);
        }
    }

    /// Refuses keys that are unknown, and values of a wrong type.
    pub(super) fn check(&self, file: &str, table: &Table) -> Result<()> {
        for (key, value) in table {
            match (stack(key), value) {
                (Some(stack), Value::Table(own)) => {
                    own.iter().try_for_each(|(key, value)| {
                        self.check_key(file, Some(stack), key, value)
                    })?;
                }
                (Some(_), _) => {
                    return Err(Error::usage(format!(
                        "{file}: {key} must be a table, written [{key}]"
                    )));
                }
                (None, _) => self.check_key(file, None, key, value)?,
            }
        }
        Ok(())
    }

    fn check_key(&self, file: &str, stack: Option<Stack>, key: &str, value: &Value) -> Result<()> {
        let shown = match stack {
            Some(stack) => format!("{stack}.{key}"),
            None => key.to_owned(),
        };
        let mut shapes = self.shapes(stack, key).into_iter();
        let shape = match (shapes.next(), shapes.next()) {
            (None, _) => return Err(self.unknown(file, stack, key, &shown)),
            (Some(shape), None) => shape,
            (Some(_), Some(_)) => {
                let tables: Vec<_> = stacks().map(|stack| format!("[{stack}]")).collect();
                let message = format!("{file}: {key} has a different meaning for each stack");
                let hint = format!("write it under one of {}", tables.join(", "));
                return Err(Error::usage(message).hint(hint));
            }
        };
        match shape.values(value, file.as_ref()) {
            Some(_) => Ok(()),
            None => Err(
                Error::usage(format!("{file}: {shown} has the type {}", value.type_str()))
                    .hint(format!("{shown} takes {}", shape.described())),
            ),
        }
    }

    /// The shapes that a key's value has in a table, or at the top of the file.
    fn shapes(&self, table: Option<Stack>, key: &str) -> BTreeSet<Shape> {
        let shapes = self.lasting.get(key).into_iter().flatten();
        shapes
            .filter(|(stack, _)| table.is_none() || table == **stack)
            .map(|(_, shape)| *shape)
            .collect()
    }

    fn unknown(&self, file: &str, stack: Option<Stack>, key: &str, shown: &str) -> Error {
        if self.others.contains(key) && !self.lasting.contains_key(key) {
            return Error::usage(format!("{file}: {key} belongs to a single run"))
                .hint(format!("give --{key} on the command line"));
        }
        let error = Error::usage(format!("{file}: unknown key {shown}"));
        let known = self.lasting.keys().map(String::as_str);
        let known = known.filter(|known| !self.shapes(stack, known).is_empty());
        let tables: Vec<_> = stacks().filter(|_| stack.is_none()).collect();
        match nearest(key, known.chain(tables.iter().map(String::as_str))) {
            _ if stack.is_some() && self.lasting.contains_key(key) => error.hint(format!(
                "{key} is not an option of that stack; write it at the top of the file"
            )),
            Some(near) => error.hint(format!("did you mean {near}?")),
            None => error
                .hint("a key is the long name of an option; `ctadmin create --help` lists them"),
        }
    }
}

/// The names of the stacks, each of which may have a table of its own in the file.
fn stacks() -> impl Iterator<Item = String> {
    Stack::value_variants().iter().map(Stack::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_create_lasts_and_what_belongs_to_a_single_run_does_not() {
        let keys = Keys::all();
        let lasting = "prefix bucket queue region regions exclude-regions profile user role tag log-group versioning \
            topic-kms-key-id topic-arn email only except set threshold period catalogue no-queue no-dlq multi-region \
            kms-key-id bucket-owner key-prefix retention-days index ack-timeout retry \
            buffer-seconds buffer-mib backup backup-bucket backup-days log-retention-days transform";
        for key in lasting.split_whitespace() {
            assert!(keys.lasting.contains_key(key), "{key}");
        }
        let single = "yes dry-run offline account-id detailed-exitcode endpoint-url output quiet config access-key \
            credentials accounts prune with-logs consume filter as from \
            hec-endpoint hec-token-file replace send-probe";
        for key in single.split_whitespace() {
            assert!(!keys.lasting.contains_key(key), "{key}");
            assert!(keys.others.contains(key), "{key} is an option");
        }
    }

    /// The message about this text of a file, and its hint.
    fn refused(text: &str) -> String {
        let table: Table = toml::from_str(text).expect("TOML");
        let error = Keys::all().check("f", &table).expect_err("a refusal");
        let words = [vec![error.message], error.hints].concat();
        words.join("; ")
    }

    #[test]
    fn wrong_keys_and_values_are_refused_with_what_is_right() {
        let texts = [
            "buckt = 'a'",
            "tags = ['a=b']",
            "[alert]\nonly = 'a'",
            "[alerts]\nonli = 'a'",
            "[trail]\nemail = 'a'",
            "yes = true",
            "set = 'wide'",
            "trail = 1",
            "prefix = 123456789012",
            "jobs = '8'",
            "no-dlq = 'yes'",
            "regions = [1]",
            "tag = 1",
            "[alerts]\nthreshold.a = true",
        ];
        insta::assert_snapshot!(texts.map(refused).join("\n"), @"
        f: unknown key buckt; did you mean bucket?
        f: unknown key tags; did you mean tag?
        f: unknown key alert; did you mean alerts?
        f: unknown key alerts.onli; did you mean only?
        f: unknown key trail.email; email is not an option of that stack; write it at the top of the file
        f: yes belongs to a single run; give --yes on the command line
        f: set has a different meaning for each stack; write it under one of [trail], [splunk], [alerts], [push], [central], [member], [athena]
        f: trail must be a table, written [trail]
        f: prefix has the type integer; prefix takes a string
        f: jobs has the type string; jobs takes a whole number
        f: no-dlq has the type string; no-dlq takes true or false
        f: regions has the type array; regions takes a string or a list of strings
        f: tag has the type integer; tag takes a table, or a list of strings KEY=VALUE
        f: alerts.threshold has the type table; alerts.threshold takes a table, or a list of strings KEY=VALUE
        ");
    }
}
