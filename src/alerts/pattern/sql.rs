//! A pattern as a condition in SQL, as Athena and Trino understand it.
//!
//! Comparisons with NULL are neither true nor false in SQL, so that `!=` does not hold for a missing field here either.
//! What SQL over text columns does not say in the same way (regular expressions, numbers, `IS`, wildcards in a selector)
//! has no translation: better none than another meaning.

use super::Pattern;
use super::expression::{Comparison, Expression, Operand, Operator, Test};
use super::selector::Segment;

/// Gives the SQL of a place in an event by its names, if a table has it.
pub type Column<'a> = &'a dyn Fn(&[&str]) -> Option<String>;

impl Pattern {
    /// The condition, if there is one that means the same.
    pub fn to_sql(&self, column: Column<'_>) -> Option<String> {
        self.expression.to_sql(column)
    }
}

impl Expression {
    fn to_sql(&self, column: Column<'_>) -> Option<String> {
        let (parts, between) = match self {
            Self::Comparison(comparison) => return comparison.to_sql(column),
            Self::All(parts) => (parts, " AND "),
            Self::Any(parts) => match one_of(parts, column) {
                Some(list) => return Some(list),
                None => (parts, " OR "),
            },
        };
        let parts = parts.iter().map(|part| part.to_sql(column));
        let parts: Option<Vec<String>> = parts.collect();
        Some(format!("({})", parts?.join(between)))
    }
}

/// Alternatives that compare one place with texts: a list reads better, and is shorter.
fn one_of(parts: &[Expression], column: Column<'_>) -> Option<String> {
    let mut place = None;
    let mut texts = Vec::new();
    for part in parts {
        let Expression::Comparison(comparison) = part else {
            return None;
        };
        let Test::Compare(Operator("=", _), Operand::Text(text)) = &comparison.test else {
            return None;
        };
        let found = comparison.place(column)?;
        if text.contains('*') || *place.get_or_insert_with(|| found.clone()) != found {
            return None;
        }
        texts.push(literal(text));
    }
    Some(format!("{} IN ({})", place?, texts.join(", ")))
}

impl Comparison {
    fn to_sql(&self, column: Column<'_>) -> Option<String> {
        let place = self.place(column)?;
        match &self.test {
            Test::NotExists => Some(format!("{place} IS NULL")),
            Test::Compare(Operator(operator @ ("=" | "!="), _), Operand::Text(text)) => {
                let is_equal = *operator == "=";
                Some(match text.contains('*') {
                    true => {
                        let like = if is_equal { "LIKE" } else { "NOT LIKE" };
                        format!("{place} {like} {}", like_pattern(text))
                    }
                    false => {
                        let sign = if is_equal { "=" } else { "<>" };
                        format!("{place} {sign} {}", literal(text))
                    }
                })
            }
            Test::Compare(..) | Test::Is(_) => None,
        }
    }

    fn place(&self, column: Column<'_>) -> Option<String> {
        let names = self.selector.0.iter().map(|segment| match segment {
            Segment::Field(name) => Some(name.as_str()),
            Segment::AnyField | Segment::Element(_) | Segment::AnyElement => None,
        });
        column(&names.collect::<Option<Vec<&str>>>()?)
    }
}

/// A text as SQL writes it.
pub fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A text in which `*` matches any characters, for LIKE.
fn like_pattern(text: &str) -> String {
    let escaped = text
        .replace('\\', r"\\")
        .replace('%', r"\%")
        .replace('_', r"\_");
    let pattern = literal(&escaped.replace('*', "%"));
    match escaped == text {
        true => pattern,
        false => format!("{pattern} ESCAPE '\\'"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sql(pattern: &str) -> Option<String> {
        let pattern = Pattern::parse(pattern).expect("a pattern");
        pattern.to_sql(&|names: &[&str]| (names[0] != "unknown").then(|| names.join(".")))
    }

    #[test]
    fn patterns_are_conditions() {
        for (pattern, condition) in [
            ("{$.a = \"it's\"}", "a = 'it''s'"),
            ("{$.a.b != x*}", "a.b NOT LIKE 'x%'"),
            ("{$.a = \"10%_*\"}", r"a LIKE '10\%\_%' ESCAPE '\'"),
            ("{$.a NOT EXISTS && $.b = c}", "(a IS NULL AND b = 'c')"),
            (
                "{$.a = x && ($.b = y || $.b = z)}",
                "(a = 'x' AND b IN ('y', 'z'))",
            ),
            ("{$.a = y || $.b = z*}", "(a = 'y' OR b LIKE 'z%')"),
        ] {
            assert_eq!(sql(pattern).as_deref(), Some(condition), "{pattern}");
        }
    }

    #[test]
    fn what_would_mean_something_else_is_not_translated() {
        for pattern in [
            "{$.a = 7}",
            "{$.a = %x%}",
            "{$.a IS TRUE}",
            "{$.a[0] = x}",
            "{$.* = x}",
            "{$.a = x || $.unknown = y}",
        ] {
            assert_eq!(sql(pattern), None, "{pattern}");
        }
    }
}
