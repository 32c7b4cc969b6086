//! What must hold for any pattern, any text and any event.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

use super::regex::Regex;
use super::{LONGEST, Pattern};
use crate::alerts::tests::fits;

/// Patterns as they are printed.
fn printed() -> impl Strategy<Value = String> {
    let field = r"\.[A-Za-z0-9_-]{1,4}|\.\['[^'A-Za-z0-9_-][^']{0,3}'\]";
    let selector = format!(r"\$({field})({field}|\[(0|[1-9][0-9]?)\]){{0,2}}");
    let test = prop_oneof![
        r#" (=|!=) "([^"\\]|\\"|\\\\){0,9}""#,
        " (=|!=|<|<=|>|>=) [+-]?[0-9]{1,4}",
        r" (=|!=|<|<=|>|>=) -?[0-9]{1,3}\.[0-9]{1,3}(e[+-]?[0-9]{1,2})?",
        " IS (NULL|TRUE|FALSE)",
        " NOT EXISTS",
    ];
    let selector = proptest::string::string_regex(&selector).expect("a regular expression");
    let comparison = (selector, test).prop_map(|(selector, test)| (selector + &test, ""));
    let expression = comparison.prop_recursive(3, 12, 3, |inner| {
        let parts = (vec(inner, 2..4), select(vec![" && ", " || "]));
        parts.prop_map(|(parts, sign)| {
            let parts = parts.into_iter().map(|(part, inner)| match (sign, inner) {
                (_, "") | (" || ", " && ") => part,
                _ => format!("({part})"),
            });
            (parts.collect::<Vec<_>>().join(sign), sign)
        })
    });
    let patterns = expression.prop_map(|(expression, _)| format!("{{ {expression} }}"));
    patterns.prop_filter("too long", |pattern| pattern.chars().count() <= LONGEST)
}

/// Texts that look like patterns.
fn likely() -> impl Strategy<Value = String> {
    const PARTS: [&str; 35] = [
        "{", "}", "(", ")", "[", "]", "&&", "||", "&", "$", "$.a", "$.b[0]", "$.*", "$.a[*].b",
        "$.['c']", " = ", "!=", "<", ">=", "IS", " NULL", "TRUE", " NOT", " EXISTS", "\"a*\"",
        "\"", "\\", "%a.c%", "%", "1e3", "b*", " ", "ä", "\n", "'",
    ];
    vec(select(&PARTS[..]), 0..14).prop_map(|parts| parts.concat())
}

fn events() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        "[a-c*]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let fields = vec(("[abc]", inner.clone()), 0..4);
        prop_oneof![
            vec(inner, 0..4).prop_map(Value::from),
            fields.prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_printed_is_read_and_printed_as_the_same(text in printed(), event in events()) {
        let pattern = Pattern::parse(&text).expect(&text);
        prop_assert_eq!(format!("{{ {} }}", pattern.expression), text);
        fits(&pattern, &event);
    }

    #[test]
    fn whatever_can_be_read_can_be_printed_and_matched_against_any_event(
        text in prop_oneof![likely(), likely().prop_map(|text| format!("{{{text}}}")), any::<String>()],
        event in events(),
    ) {
        if let Ok(pattern) = Pattern::parse(&text) {
            prop_assert_eq!(pattern.text(), &text);
            let printed = format!("{{ {} }}", pattern.expression);
            let again = Pattern::parse(&printed).expect(&printed);
            prop_assert_eq!(format!("{{ {} }}", again.expression), printed);
            prop_assert_eq!(fits(&pattern, &event), fits(&again, &event));
        }
    }

    #[test]
    fn no_regular_expression_panics(
        text in "[a-c:^$?|*+.,{}\\[\\]\\\\dwx0-9-]{0,12}",
        subject in any::<String>(),
    ) {
        if let Ok(regex) = Regex::parse(&text) {
            regex.is_found_in(&subject);
        }
    }
}
