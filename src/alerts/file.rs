//! Catalogues as TOML files: each entry has those fields of an alert that it sets. Errors name file, line and column.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::alert::Severity;
use super::pattern::Pattern;
use crate::error::{Error, Result};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    alert: Vec<Entry>,
}

/// What a file says of one alert: the fields of the [`Alert`](super::Alert) that it sets.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub name: String,
    pub title: Option<String>,
    pub cis: Option<String>,
    pub security_hub: Option<String>,
    pub severity: Option<Severity>,
    pub threshold: Option<u32>,
    pub period: Option<u32>,
    pub hint: Option<String>,
    pub pattern: Option<Pattern>,
    #[serde(default)]
    pub sets: BTreeMap<String, Pattern>,
}

/// The entries of a file, which may name an alert once. `file` is what to call it in errors.
///
/// # Errors
/// When the text is no catalogue.
pub fn read(file: &str, text: &str) -> Result<Vec<Entry>> {
    let wrong = |why: String| Error::usage(format!("{file}: {why}"));
    let File { alert: entries } = toml::from_str(text).map_err(|error| {
        let place = error.span().map(|span| place(text, span.start));
        let message = error.message().replace('\n', ", ");
        wrong(format!("{}{message}", place.unwrap_or_default()))
            .hint("alerts are written as [[alert]] entries; `ctadmin alerts list --format toml` prints some")
    })?;
    for (at, entry) in entries.iter().enumerate() {
        if entries[..at].iter().any(|known| known.name == entry.name) {
            return Err(wrong(format!("alert {} is defined twice", entry.name)));
        }
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
