//! What a pattern means, and how that is printed.
//!
//! Printing is canonical: one space around operators, all texts in double quotes, parentheses only where they matter.
//! What was printed reads as the same expression.

use std::cmp::Ordering;
use std::fmt;

use serde_json::Value;

use super::regex::Regex;
use super::selector::Selector;

/// A pattern without its braces.
#[derive(Clone, Debug)]
pub(super) enum Expression {
    /// Expressions with `&&` between them, at least two.
    All(Vec<Expression>),
    /// Expressions with `||` between them, at least two.
    Any(Vec<Expression>),
    /// A single comparison.
    Comparison(Comparison),
}

/// What is asked of one place in an event.
#[derive(Clone, Debug)]
pub struct Comparison {
    pub(super) selector: Selector,
    pub(super) test: Test,
}

#[derive(Clone, Debug)]
pub(super) enum Test {
    Compare(Operator, Operand),
    /// `IS NULL`, `IS TRUE` or `IS FALSE`.
    Is(Value),
    NotExists,
}

/// How to compare: as it is written, and which orders of two numbers it accepts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operator(pub &'static str, pub fn(Ordering) -> bool);

/// The longer ones first, as they are read.
pub(super) const OPERATORS: [Operator; 6] = [
    Operator("!=", Ordering::is_ne),
    Operator("<=", Ordering::is_le),
    Operator(">=", Ordering::is_ge),
    Operator("=", Ordering::is_eq),
    Operator("<", Ordering::is_lt),
    Operator(">", Ordering::is_gt),
];

#[derive(Clone, Debug)]
pub(super) enum Operand {
    /// A text, in which `*` matches any characters.
    Text(String),
    Number(Number),
    Regex(Regex),
}

/// A number, and how it is written.
#[derive(Clone, Debug)]
pub(super) struct Number {
    pub text: String,
    pub value: f64,
}

impl Number {
    /// Reads `7`, `+7`, `-0.5`, `1e3` and the like; whatever begins or ends with something else is a text.
    pub fn parse(text: &str) -> Option<Self> {
        let is_digit = |letter: char| letter.is_ascii_digit();
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        if !digits.starts_with(is_digit) || !digits.ends_with(is_digit) {
            return None;
        }
        let value: f64 = text.parse().ok()?;
        value.is_finite().then(|| Self {
            text: text.to_owned(),
            value,
        })
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (parts, between) = match self {
            Self::Comparison(comparison) => return comparison.fmt(f),
            Self::All(parts) => (parts, " && "),
            Self::Any(parts) => (parts, " || "),
        };
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                f.write_str(between)?;
            }
            match (self, part) {
                // && binds closer than ||.
                (_, Self::Comparison(_)) | (Self::Any(_), Self::All(_)) => part.fmt(f)?,
                _ => write!(f, "({part})")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let selector = &self.selector;
        match &self.test {
            Test::Compare(Operator(symbol, _), operand) => {
                write!(f, "{selector} {symbol} {operand}")
            }
            Test::Is(value) => write!(f, "{selector} IS {}", value.to_string().to_uppercase()),
            Test::NotExists => write!(f, "{selector} NOT EXISTS"),
        }
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => {
                let text = text.replace('\\', r"\\").replace('"', "\\\"");
                write!(f, "\"{text}\"")
            }
            Self::Number(number) => f.write_str(&number.text),
            Self::Regex(regex) => write!(f, "%{}%", regex.text()),
        }
    }
}
