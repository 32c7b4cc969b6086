//! Catalogues as TOML files: each entry says of an alert what it wants to say. Errors name file, entry and
//! field.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::alert::{PLAIN, Severity};
use super::pattern::Pattern;
use crate::error::{Error, Result};

const FIELDS: &str =
    "name, title, cis, security_hub, severity, threshold, period, hint, pattern and sets";

/// What a file says of one alert.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// Which alert.
    pub name: String,
    /// Fields of the [`Alert`](super::Alert), as far as given.
    pub title: Option<String>,
    /// See [`Entry::title`], like all that follows.
    pub cis: Option<String>,
    /// The control of Security Hub.
    pub security_hub: Option<String>,
    /// How bad it is.
    pub severity: Option<Severity>,
    /// Events in a period.
    pub threshold: Option<u32>,
    /// Seconds.
    pub period: Option<u32>,
    /// What to look at.
    pub hint: Option<String>,
    /// Which events count.
    pub pattern: Option<Pattern>,
    /// Other patterns by name.
    pub sets: BTreeMap<String, Pattern>,
}

/// The entries of a file, which may name an alert once. `file` is what to call it in errors.
///
/// # Errors
/// When the text is no catalogue.
pub fn read(file: &str, text: &str) -> Result<Vec<Entry>> {
    let wrong = |why: String| Error::usage(format!("{file}: {why}"));
    let mut table: Table = toml::from_str(text).map_err(|error| {
        let place = error.span().map(|span| place(text, span.start));
        let message = error.message().replace('\n', ", ");
        wrong(format!("{}{message}", place.unwrap_or_default()))
    })?;
    let listed = "entries are written [[alert]]";
    let list = match table.remove("alert") {
        Some(Value::Array(list)) => list,
        Some(_) => return Err(wrong("alert is not a list".to_owned()).hint(listed)),
        None => return Err(wrong("it holds no alerts".to_owned()).hint(listed)),
    };
    if let Some(key) = table.keys().next() {
        return Err(wrong(format!("unknown key {key}")).hint(listed));
    }
    let mut entries: Vec<Entry> = Vec::with_capacity(list.len());
    for (value, number) in list.into_iter().zip(1..) {
        let entry = match value {
            Value::Table(fields) => entry(number, fields).map_err(wrong)?,
            _ => return Err(wrong(format!("entry {number} is not a table")).hint(listed)),
        };
        if entries.iter().any(|known| known.name == entry.name) {
            return Err(wrong(format!("alert {} is defined twice", entry.name)));
        }
        entries.push(entry);
    }
    Ok(entries)
}

/// `line 3, column 7: `
fn place(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    format!("line {line}, column {column}: ")
}

fn entry(number: usize, mut fields: Table) -> Result<Entry, String> {
    let name = match fields.remove("name") {
        Some(Value::String(name)) => name,
        Some(_) => return Err(format!("entry {number}, name: it must be a text")),
        None => return Err(format!("entry {number}: the name is missing")),
    };
    let mut entry = Entry {
        name,
        ..Entry::default()
    };
    for (field, value) in fields {
        entry
            .set(&field, value)
            .map_err(|why| format!("alert {}, {field}: {why}", entry.name))?;
    }
    Ok(entry)
}

impl Entry {
    fn set(&mut self, field: &str, value: Value) -> Result<(), String> {
        match field {
            "title" => self.title = Some(string(value)?),
            "cis" => self.cis = Some(string(value)?),
            "security_hub" => self.security_hub = Some(string(value)?),
            "severity" => self.severity = Some(severity(&string(value)?)?),
            "threshold" => self.threshold = Some(number(&value)?),
            "period" => self.period = Some(number(&value)?),
            "hint" => self.hint = Some(string(value)?),
            "pattern" => self.pattern = Some(pattern(&string(value)?)?),
            "sets" => {
                let Value::Table(sets) = value else {
                    return Err("it must be a table of patterns by name".to_owned());
                };
                for (name, value) in sets {
                    if name == PLAIN {
                        let why = "it is the pattern of the alert itself";
                        return Err(format!("{name}: {why}"));
                    }
                    let pattern = string(value).and_then(|text| pattern(&text));
                    let pattern = pattern.map_err(|why| format!("{name}: {why}"))?;
                    self.sets.insert(name, pattern);
                }
            }
            _ => return Err(format!("unknown field; the fields are {FIELDS}")),
        }
        Ok(())
    }
}

fn string(value: Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text),
        _ => Err("it must be a text".to_owned()),
    }
}

fn number(value: &Value) -> Result<u32, String> {
    let number = value.as_integer();
    let number = number.and_then(|number| u32::try_from(number).ok());
    number.ok_or_else(|| "it must be a whole number".to_owned())
}

fn severity(word: &str) -> Result<Severity, String> {
    let mut known = Severity::ALL.into_iter();
    known
        .find(|severity| severity.word() == word)
        .ok_or_else(|| format!("{word:?} is not one of low, medium, high and critical"))
}

fn pattern(text: &str) -> Result<Pattern, String> {
    Pattern::parse(text).map_err(|wrong| wrong.to_string())
}
