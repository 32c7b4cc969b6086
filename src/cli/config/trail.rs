//! Options of the trail stack in a file that `create alerts --multi-region` or `create push --multi-region` would drop.
//!
//! That command creates the trail stack, too, but has only those options that both stacks share. A queue, or a bucket
//! without its protection, created against the file would be noticed late: the command is refused instead.

use clap::Arg;
use toml::Table;

use super::value::Shape;
use super::{Line, keys, values};
use crate::cli::Stack;
use crate::error::{Error, Result};

/// Options that make no difference to the trail stack that is created.
const NO_DIFFERENCE: [&str; 3] = ["multi-region", "jobs", "wait"];

/// An option that both stacks have, each for a resource of its own: log files, and the log group.
const OF_EACH: &str = "kms-key-id";

/// Refuses a file with options that `create <STACK> --multi-region` would drop.
pub(super) fn check(stack: Stack, line: &Line, table: &Table, file: &str) -> Result<()> {
    let by_file = values(table, Some(stack))
        .get("multi-region")
        .is_some_and(|value| value.as_bool() == Some(true));
    if !by_file && !line.gives("multi_region") {
        return Ok(());
    }
    let dropped = dropped(stack, line, table);
    if dropped.is_empty() {
        return Ok(());
    }
    let error = Error::usage(format!(
        "create {stack} --multi-region does not apply {} of {file} to the trail stack",
        dropped.join(", ")
    ));
    Err(match line.gives("multi_region") {
        true => error.hint(format!(
            "run `ctadmin create --multi-region`, which applies the file, then `ctadmin create {stack}` without --multi-region"
        )),
        false => error.hint(format!(
            "write multi-region under [trail] only, run `ctadmin create`, which applies the file, then `ctadmin create {stack}`"
        )),
    })
}

/// The keys that say something else to `create trail` than to the other stack, or nothing to the latter.
fn dropped(stack: Stack, line: &Line, table: &Table) -> Vec<String> {
    let [trail, other] = [Stack::Trail, stack].map(|stack| {
        let mut command = stack.command_line();
        command.build();
        let create = command.find_subcommand("create").into_iter();
        let args = create.flat_map(|create| create.get_arguments().cloned());
        let args: Vec<Arg> = args.filter(keys::is_lasting).collect();
        (args, values(table, Some(stack)))
    });
    let own = table.get("trail").and_then(toml::Value::as_table);
    let mut dropped = Vec::new();
    for arg in &trail.0 {
        let Some(key) = arg.get_long().filter(|key| !NO_DIFFERENCE.contains(key)) else {
            continue;
        };
        let shape = Shape::of(arg);
        let given = |value: Option<&&toml::Value>| {
            let given = value.and_then(|value| shape.values(value, "".as_ref()));
            given.unwrap_or_default()
        };
        let wanted = given(trail.1.get(key));
        let shared = key != OF_EACH && other.0.iter().any(|arg| arg.get_long() == Some(key));
        let applied =
            shared && (line.gives(arg.get_id().as_str()) || given(other.1.get(key)) == wanted);
        if !wanted.is_empty() && !applied {
            let below = own.is_some_and(|own| own.contains_key(key));
            dropped.push(format!("{}{key}", if below { "trail." } else { "" }));
        }
    }
    dropped
}
