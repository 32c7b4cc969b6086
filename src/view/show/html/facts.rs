//! Facts as words. Times stay as they are, so that the same account gives the same page.

use serde_json::{Map, Value};

/// The facts of a resource: a name, and its value in words. Policies are in the JSON.
pub fn words(facts: &Map<String, Value>) -> Vec<(String, String)> {
    let facts = facts.iter().filter(|(_, value)| !value.is_object());
    let facts = facts.filter_map(|(name, value)| Some((name.replace('_', " "), word(value)?)));
    facts.collect()
}

/// A value in words; none if it says nothing.
pub fn word(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string().trim_end_matches(".0").to_owned(),
        Value::Array(values) => {
            let words: Vec<String> = values.iter().filter_map(word).collect();
            match words.is_empty() {
                true => return None,
                false => words.join(", "),
            }
        }
        Value::Object(fields) => {
            let words = fields.iter().filter_map(|(name, value)| match value {
                Value::Bool(true) => Some(format!("({name})")),
                Value::Bool(false) => None,
                value => word(value),
            });
            words.collect::<Vec<_>>().join(" ")
        }
    })
}

/// What AWS says of a resource in a word.
pub fn note(facts: &Map<String, Value>) -> Option<String> {
    let state = facts.get("state").or_else(|| facts.get("status"))?;
    state.as_str().map(|state| state.replace('_', " "))
}
