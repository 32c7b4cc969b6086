//! What a pattern means, and how that is printed.
//!
//! Printing is canonical: one space around operators, all texts in double quotes, parentheses only where they matter.
//! What was printed reads as the same expression.

use std::fmt;

use super::Regex;
use super::Selector;

/// A pattern without its braces.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// Expressions with `&&` between them, at least two.
    All(Vec<Expression>),
    /// Expressions with `||` between them, at least two.
    Any(Vec<Expression>),
    /// A single comparison.
    Comparison(Comparison),
}

/// What is asked of one place in an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The place.
    pub selector: Selector,
    /// What is asked.
    pub test: Test,
}

/// What is asked of a place.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// To compare so with this.
    Compare(Operator, Operand),
    /// `IS NULL` and the like.
    Is(Constant),
    /// `NOT EXISTS`.
    NotExists,
}

/// How to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`; this and the following for numbers only.
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// What to compare with.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// A text, in which `*` matches any characters.
    Text(String),
    /// A number.
    Number(Number),
    /// A regular expression.
    Regex(Regex),
}

/// A number as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    text: String,
    value: f64,
}

/// What a field may be said to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constant {
    /// `NULL`
    Null,
    /// `TRUE`
    True,
    /// `FALSE`
    False,
}

impl Expression {
    /// How many comparisons there are.
    pub fn comparisons(&self) -> usize {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::comparisons).sum(),
            Self::Comparison(_) => 1,
        }
    }
}

impl Operator {
    /// Whether it compares numbers only.
    pub fn is_for_numbers(self) -> bool {
        !matches!(self, Self::Equal | Self::NotEqual)
    }

    /// How it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

impl Number {
    /// Reads `7`, `+7`, `-0.5`, `1e3` and the like; whatever begins or ends with something else is a text.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        let ends = [digits.chars().next(), digits.chars().next_back()];
        if !ends
            .iter()
            .all(|end| end.is_some_and(|end| end.is_ascii_digit()))
        {
            return None;
        }
        let value: f64 = text.parse().ok()?;
        value.is_finite().then(|| Self {
            text: text.to_owned(),
            value,
        })
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it is worth.
    pub fn value(&self) -> f64 {
        self.value
    }
}

impl Constant {
    /// How it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::True => "TRUE",
            Self::False => "FALSE",
        }
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
            Test::Compare(operator, operand) => {
                write!(f, "{selector} {} {operand}", operator.symbol())
            }
            Test::Is(constant) => write!(f, "{selector} IS {}", constant.word()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_what_reads_like_one_from_end_to_end() {
        for (text, value) in [
            ("7", 7.0),
            ("+1000", 1000.0),
            ("-0.5", -0.5),
            ("1e3", 1000.0),
            ("10e-3", 0.01),
            ("1e+3", 1000.0),
        ] {
            let number = Number::parse(text).expect(text);
            assert_eq!((number.text(), number.value()), (text, value));
        }
        for text in [
            "", "+", "-", "5.", ".5", "1.2.3", "e5", "inf", "NaN", "1e400", "1_0", "0x1",
        ] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }
}
