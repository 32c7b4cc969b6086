//! The filter patterns that CloudWatch Logs knows for JSON: parsed, printed, and matched against events.
//!
//! The language is that of
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html>. What is not documented is
//! refused: better an error here than a filter that AWS refuses, or interprets differently. Where the documentation
//! leaves a question open, this is the answer taken:
//!
//! - A comparison looks at strings and numbers only. It does not hold, and neither does its opposite, where the
//!   selector finds nothing, an array, an object, a boolean or null: `!=` does **not** hold for a missing field. (The
//!   page says so of arrays and objects; of missing fields the authors of DataBiosphere/azul found it with AWS's own
//!   tester.) `NOT EXISTS` finds what is missing, `IS` booleans and null.
//! - A number without double quotes is compared as a number with numbers, and as it is written with strings; a text,
//!   with its wildcards, is compared with the digits of numbers, too.
//! - `<`, `<=`, `>` and `>=` never hold for strings, not even for those that read like numbers.
//! - `*` matches any characters anywhere in a text; an older edition of the page had it at the ends only,
//!   where the built-in patterns have it. Upper and lower case differ.
//! - `\"` and `\\` in double quotes are a quote and a backslash; any other backslash is itself.
//! - A selector with a wildcard holds when any of the values that it finds does.

mod evaluate;
mod expression;
mod parse;
#[cfg(test)]
mod properties;
pub(super) mod regex;
mod selector;
mod sql;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use evaluate::{Failure, Verdict};
pub use expression::Comparison;
use expression::Expression;
pub use sql::literal;

/// The most characters that a pattern may have:
/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html>.
pub const LONGEST: usize = 1024;

/// A pattern as it was written, and what it means; serialises as its text.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern {
    text: String,
    expression: Expression,
}

impl Pattern {
    /// Reads a pattern, which keeps its text as it is: checkers of compliance look for theirs letter by letter.
    ///
    /// # Errors
    /// When AWS would refuse it, or when it is not a pattern for JSON; the error points at the column.
    pub fn parse(text: &str) -> Result<Self, Wrong> {
        Ok(Self {
            text: text.to_owned(),
            expression: parse::expression(text)?,
        })
    }

    /// The pattern as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the pattern asks for no field of an event but these, at its top.
    pub fn asks_only_for(&self, fields: &[&str]) -> bool {
        self.expression.asks_only_for(fields)
    }

    /// Whether an event fits the pattern, and why.
    pub fn judge<'a>(&'a self, event: &'a Value) -> Verdict<'a> {
        self.expression.judge(event)
    }
}

/// Patterns that mean the same may differ.
impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).map_err(|wrong| format!("bad pattern: {wrong}"))
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.text
    }
}

/// Why a text is not a pattern, and where: line and character from 1.
#[derive(Debug, thiserror::Error)]
pub struct Wrong {
    line: usize,
    column: usize,
    /// What is wrong there, and what can be done about it.
    why: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 1 {
            write!(f, "line {}, ", self.line)?;
        }
        write!(f, "column {}: {}", self.column, self.why)
    }
}
