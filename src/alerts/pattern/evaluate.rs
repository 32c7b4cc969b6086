//! Whether an event fits an expression, and why.

use std::borrow::Cow;

use serde_json::Value;

use super::expression::{Comparison, Expression, Operand, Operator, Test};
use super::selector::Segment;
use crate::events::wildcard;

/// Whether an event fits an expression, and why.
#[derive(Clone, Debug)]
pub enum Verdict<'a> {
    /// It does, by these comparisons: all that are needed, and of alternatives all that hold.
    Fits(Vec<&'a Comparison>),
    /// It does not.
    Fails(Failure<'a>),
}

/// The first comparison in the way, from left to right.
#[derive(Clone, Debug)]
pub struct Failure<'a> {
    /// What does not hold.
    pub comparison: &'a Comparison,
    /// What the event holds in that place: nothing, one value, or several where the selector has a wildcard.
    pub found: Vec<&'a Value>,
    /// Of how many comparisons this is the first where any would have done; 1 where there is no alternative.
    pub alternatives: usize,
}

impl Expression {
    pub fn asks_only_for(&self, fields: &[&str]) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().all(|part| part.asks_only_for(fields))
            }
            Self::Comparison(comparison) => match &comparison.selector.0[..] {
                [Segment::Field(field)] => fields.contains(&field.as_str()),
                _ => false,
            },
        }
    }

    pub fn judge<'a>(&'a self, event: &'a Value) -> Verdict<'a> {
        match self {
            Self::All(parts) => {
                let mut held = Vec::new();
                for part in parts {
                    match part.judge(event) {
                        Verdict::Fits(more) => held.extend(more),
                        fails @ Verdict::Fails(_) => return fails,
                    }
                }
                Verdict::Fits(held)
            }
            Self::Any(parts) => any(parts.iter().map(|part| part.judge(event))),
            Self::Comparison(comparison) => comparison.judge(event),
        }
    }
}

/// What holds of the alternatives; if nothing does, the first failure, which speaks for all.
fn any<'a>(alternatives: impl Iterator<Item = Verdict<'a>>) -> Verdict<'a> {
    let (mut held, mut failure) = (Vec::new(), None::<Failure<'a>>);
    for verdict in alternatives {
        match (verdict, &mut failure) {
            (Verdict::Fits(more), _) => held.extend(more),
            (Verdict::Fails(more), Some(first)) => first.alternatives += more.alternatives,
            (Verdict::Fails(first), None) => failure = Some(first),
        }
    }
    match failure {
        Some(failure) if held.is_empty() => Verdict::Fails(failure),
        _ => Verdict::Fits(held),
    }
}

impl Comparison {
    fn judge<'a>(&'a self, event: &'a Value) -> Verdict<'a> {
        let found = self.selector.select(event);
        let holds = match &self.test {
            Test::NotExists => found.is_empty(),
            Test::Is(constant) => found.contains(&constant),
            Test::Compare(operator, operand) => {
                let mut found = found.iter();
                found.any(|value| compares(value, *operator, operand))
            }
        };
        match holds {
            true => Verdict::Fits(vec![self]),
            false => Verdict::Fails(Failure {
                comparison: self,
                found,
                alternatives: 1,
            }),
        }
    }
}

fn compares(value: &Value, Operator(symbol, accepts): Operator, operand: &Operand) -> bool {
    if let (Value::Number(value), Operand::Number(operand)) = (value, operand) {
        // Numbers too large for this become infinite, and are larger than any operand.
        let value = value.as_f64().unwrap_or(f64::INFINITY);
        return value.partial_cmp(&operand.value).is_some_and(accepts);
    }
    let text: Cow<'_, str> = match value {
        Value::String(text) => text.into(),
        Value::Number(number) => number.to_string().into(),
        _ => return false,
    };
    let equal = match operand {
        Operand::Text(pattern) => wildcard::matches(pattern, &text),
        Operand::Number(number) => number.text == text,
        Operand::Regex(regex) => regex.is_found_in(&text),
    };
    match symbol {
        "=" => equal,
        "!=" => !equal,
        _ => false,
    }
}
