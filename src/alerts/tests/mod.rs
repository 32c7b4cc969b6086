//! What the built-in catalogue promises, and what a user may make of it.

mod choosing;
mod compliance;
mod files;

use serde_json::Value;

use super::pattern::{Pattern, Verdict};

/// The cases of a table, a line each: what is before `=>`, and what is expected of it.
pub fn cases(table: &str) -> impl Iterator<Item = (&str, &str)> {
    table.trim().lines().map(|line| {
        let (input, expected) = line.split_once("=>").expect("two columns");
        (input.trim(), expected.trim())
    })
}

/// Whether an event fits a pattern.
pub fn fits(pattern: &Pattern, event: &Value) -> bool {
    matches!(pattern.judge(event), Verdict::Fits(_))
}
