//! Events as lines: when, where, who, what, from where, and what went wrong.
//!
//! A program gets the full fields with tabs between them, or the records themselves; a terminal gets
//! columns.

mod columns;
mod json;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};

use crate::error::tame;
use crate::events::event::Event;
use columns::Columns;

pub use json::{one_line, visible};

const FAILED: Style = AnsiColor::Red.on_default();
const NOTHING: &str = "-";

/// Writes events as lines.
#[derive(Clone, Debug)]
pub struct Lines {
    columns: Option<Columns>,
    /// How a program gets errors.
    failed: Style,
}

impl Lines {
    /// For a terminal of this width, which shows what colors it is meant to, or for a program.
    pub fn new(terminal: Option<usize>, is_colored: bool) -> Self {
        Self {
            columns: terminal.map(Columns::new),
            failed: if is_colored { FAILED } else { Style::new() },
        }
    }

    /// Whether they go to a terminal.
    pub fn are_columns(&self) -> bool {
        self.columns.is_some()
    }

    /// An event, without the end of the line; on a terminal these are several lines where one has no room.
    pub fn line(&mut self, event: &Event<'_>) -> String {
        match &mut self.columns {
            None => full(event, self.failed),
            Some(columns) => columns.line(event),
        }
    }

    /// The same, but on a terminal events wait for others, so that columns are as wide as all of them need.
    pub fn add(&mut self, event: &Event<'_>) -> Option<String> {
        match &mut self.columns {
            None => Some(full(event, self.failed)),
            Some(columns) => columns.add(event),
        }
    }

    /// The events that still wait; before the first of all comes a line with the names of the columns.
    pub fn rest(&mut self) -> Option<String> {
        self.columns.as_mut()?.rest()
    }
}

fn full(event: &Event<'_>, failed: Style) -> String {
    let who = event.identity.who();
    let fields = [
        event.time.as_deref(),
        event.region.as_deref(),
        who.as_deref(),
        Some(&what(event)),
        event.from.as_deref(),
    ]
    .map(|field| tame(field.unwrap_or(NOTHING)));
    let error = tame(&error(event).unwrap_or(NOTHING.into()));
    let error = match event.failed() {
        true => format!("{failed}{error}{failed:#}"),
        false => error,
    };
    format!("{}\t{error}", fields.join("\t"))
}

/// `iam:CreateUser`.
fn what(event: &Event<'_>) -> String {
    let what = match (event.service(), event.name.as_deref()) {
        (Some(service), Some(name)) => format!("{service}:{name}"),
        (service, name) => name.or(service).unwrap_or(NOTHING).to_owned(),
    };
    match &event.insight {
        Some(insight) => format!("{what} ({insight})"),
        None => what,
    }
}

fn error<'e>(event: &'e Event<'_>) -> Option<Cow<'e, str>> {
    match (event.error_code.as_deref(), event.error_message.as_deref()) {
        (Some(code), Some(words)) => Some(format!("{code}: {words}").into()),
        (code, words) => code.or(words).map(Cow::from),
    }
}
