//! Options from a file: `--config FILE`, `CTADMIN_CONFIG`, or `ctadmin.toml` in the working folder.
//!
//! What the file says is added to the words of the command line before clap reads them, unless the command line says
//! it, or one of its [`ALTERNATIVES`]. So an option of the file is checked like any other, and one that cannot be used
//! with an option of the command line is an error and never dropped: it may be what protects a bucket. By name this
//! module knows only those alternatives, `--exclude-regions`, which yields to `--regions` of the command line, and the
//! options of the trail stack that `create alerts --multi-region` does not have (see [`trail`]).
//!
//! The file can come with somebody else's repository, so it says only what to create and under which names (see
//! [`keys`]): it cannot confirm a plan, set an endpoint or a file with keys, or hide events.

mod blame;
mod keys;
mod trail;
mod value;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use clap::{Arg, Command};
use toml::{Table, Value};

use super::Stack;
use super::line::Line;
use crate::error::{Error, Result};
use keys::Keys;
use value::Shape;

/// Names the file when `--config` is not given; empty, it says that there is none.
const VARIABLE: &str = "CTADMIN_CONFIG";

/// The file in the working folder that is used when no other is named.
const IN_WORKING_FOLDER: &str = "ctadmin.toml";

/// Commands that no file concerns.
const WITHOUT: [&str; 3] = ["completions", "man", "help"];

/// Options that say the same thing in different ways: one of the file yields to another one of the command line, where
/// clap refuses both. Here are only options that choose; none that limits what may be changed.
const ALTERNATIVES: [&[&str]; 6] = [
    &["regional", "multi-region"],
    &["queue", "no-queue"],
    &["only", "except", "all"],
    // Who may assume a role says nothing about a user.
    &["user", "role", "trust"],
    &["name", "stanza"],
    // Files, and the logs of a bucket, are read instead of a queue.
    &["files", "from", "prefix", "queue"],
];

/// The words that a file adds to a command line.
#[derive(Clone, Debug, Default)]
pub struct Added {
    /// The file.
    file: PathBuf,
    /// Each an option with its value.
    words: Vec<String>,
}

/// The words that the file adds to a line, as this command takes them; `None` without a file.
pub(super) fn added(line: &Line, command: &Command) -> Result<Option<Added>> {
    let name = line.command.first();
    if line.gives("help") || name.is_none_or(|name| WITHOUT.contains(&name.as_str())) {
        return Ok(None);
    }
    match found(line.config.clone())? {
        Some((file, text)) => completed(line, command, &file, &text).map(Some),
        None => Ok(None),
    }
}

/// The file to read, and its text.
fn found(option: Option<PathBuf>) -> Result<Option<(PathBuf, String)>> {
    let variable = std::env::var_os(VARIABLE);
    let named = option.or_else(|| variable.map(PathBuf::from));
    let file = match &named {
        Some(none) if none.as_os_str().is_empty() => return Ok(None),
        Some(file) => file.clone(),
        None => PathBuf::from(IN_WORKING_FOLDER),
    };
    match std::fs::read_to_string(&file) {
        Ok(text) => Ok(Some((file, text))),
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::usage(format!(
            "the configuration file {} cannot be read: {error}",
            file.display()
        ))
        .hint(format!(
            "set --config or {VARIABLE} to another file, or {VARIABLE} to the empty string to use none"
        ))),
    }
}

/// What the text of a file adds to a line.
fn completed(line: &Line, command: &Command, file: &Path, text: &str) -> Result<Added> {
    let shown = file.display().to_string();
    let table: Table = toml::from_str(text).map_err(|error: toml::de::Error| {
        let before = &text[..error.span().map_or(0, |span| span.start)];
        let line = before.matches('\n').count() + 1;
        Error::usage(format!("{shown}, line {line}: {}", error.message()))
    })?;
    Keys::all().check(&shown, &table)?;
    let stack = line.stack.filter(|_| line.command == ["create"]);
    if let Some(stack @ (Stack::Alerts | Stack::Push)) = stack {
        trail::check(stack, line, &table, &shown)?;
    }
    let mut command = command.clone();
    command.build();
    let mut names = line.command.iter();
    let leaf = names.try_fold(&command, |command, name| command.find_subcommand(name));
    let leaf = leaf.unwrap_or(&command);
    let values = values(&table, line.stack);
    let mut words = Vec::new();
    for arg in leaf.get_arguments().filter(|arg| keys::is_lasting(arg)) {
        let value = arg.get_long().and_then(|key| values.get(key));
        if let Some(value) = value.filter(|_| !outranks(line, leaf, arg)) {
            words.extend(as_words(line, arg, value, file));
        }
    }
    if !line.gives("config") {
        words.push(format!("--config={shown}"));
    }
    Ok(Added {
        file: file.to_owned(),
        words,
    })
}

/// An option with the values of a file, as words of a command line.
fn as_words(line: &Line, arg: &Arg, value: &Value, file: &Path) -> Vec<String> {
    let long = arg.get_long().unwrap_or_default();
    let shape = Shape::of(arg);
    let mut values = shape.values(value, file).unwrap_or_default();
    if long == "exclude-regions" {
        let all = line.regions.iter().any(|region| region == "all");
        values.retain(|region| !all && !line.regions.contains(region));
    }
    let word = |value: String| match shape {
        Shape::Flag => format!("--{long}"),
        _ => format!("--{long}={value}"),
    };
    values.into_iter().map(word).collect()
}

/// Whether a line gives this argument, or an alternative that cannot be given with it.
fn outranks(line: &Line, command: &Command, arg: &Arg) -> bool {
    let conflicts = |one: &Arg, other: &Arg| {
        let others = command.get_arg_conflicts_with(one);
        others.iter().any(|with| with.get_id() == other.get_id())
    };
    let mut given = command
        .get_arguments()
        .filter(|other| line.gives(other.get_id().as_str()));
    given.any(|other| {
        let both = conflicts(other, arg) || conflicts(arg, other);
        other.get_id() == arg.get_id() || (both && are_alternatives(other, arg))
    })
}

/// Whether two arguments say the same thing in different ways.
fn are_alternatives(one: &Arg, other: &Arg) -> bool {
    let [one, other] = [one, other].map(|arg| arg.get_long().unwrap_or(arg.get_id().as_str()));
    let mut groups = ALTERNATIVES.iter();
    groups.any(|group| group.contains(&one) && group.contains(&other))
}

/// What the file says to a stack, by key: the stack's own table comes first.
fn values(table: &Table, stack: Option<Stack>) -> BTreeMap<&str, &Value> {
    let own = stack.and_then(|stack| table.get(&stack.to_string()));
    let own = own.and_then(Value::as_table);
    let general = table.iter().filter(|(key, _)| keys::stack(key).is_none());
    let all = general.chain(own.into_iter().flatten());
    all.map(|(key, value)| (key.as_str(), value)).collect()
}

impl Added {
    /// A command line with the file's words: before a `--`, behind which there are no options.
    pub(super) fn to(&self, line: &[OsString]) -> Vec<OsString> {
        let end = line.iter().position(|word| word == OsStr::new("--"));
        let (options, rest) = line.split_at(end.unwrap_or(line.len()));
        let words: Vec<_> = self.words.iter().map(OsString::from).collect();
        [options, &words, rest].concat()
    }

    /// Whether the file gives this option.
    pub fn gives(&self, option: &str) -> bool {
        let mut words = self.words.iter();
        words.any(|word| word.split('=').next() == Some(option))
    }

    /// The file, unless it is found without being named.
    pub fn named(&self) -> Option<String> {
        let file = Some(&self.file).filter(|file| !file.as_os_str().is_empty());
        let file = file.filter(|file| *file != Path::new(IN_WORKING_FOLDER));
        file.map(|file| file.display().to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternatives_are_options() {
        let mut known = Vec::new();
        let mut left = vec![crate::cli::command()];
        while let Some(command) = left.pop() {
            let args = command.get_arguments();
            known
                .extend(args.map(|arg| arg.get_long().unwrap_or(arg.get_id().as_str()).to_owned()));
            left.extend(command.get_subcommands().cloned());
        }
        for name in ALTERNATIVES.concat() {
            assert!(known.iter().any(|known| known == name), "{name}");
        }
    }
}
