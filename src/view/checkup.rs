//! A check-up as a table for people, then what to do.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use comfy_table::{Cell, ContentArrangement, Table, presets::NOTHING};
use serde_json::{Value, json};

use crate::doctor::{Check, Looked, Outcome};
use crate::error::tame;

const HEADING: Style = Style::new().bold();

/// A row a check, then a line of advice for each that did not pass.
pub fn text(looked: &Looked, checks: &[Check]) -> String {
    let mut text = String::new();
    let (account, base) = (&looked.scheme.account, looked.scheme.base());
    let home = looked.home.as_deref().unwrap_or("unknown");
    let _ = writeln!(
        text,
        "{HEADING}account {account}, scheme {base}, home {home}{HEADING:#}\n"
    );
    let _ = writeln!(text, "{}", table(checks).trim_fmt());
    let advised = checks
        .iter()
        .filter_map(|check| Some((check, check.advice.as_ref()?)));
    for (at, (check, advice)) in advised.enumerate() {
        if at == 0 {
            text.push('\n');
        }
        let (style, word) = look(check.outcome);
        let _ = writeln!(
            text,
            "{style}{word:<8}{style:#}{}: {}",
            check.check,
            tame(advice)
        );
    }
    text
}

/// The check-up as JSON, schema 1.
pub fn json(looked: &Looked, checks: &[Check]) -> Value {
    json!({
        "schema": 1,
        "account": looked.scheme.account,
        "partition": looked.scheme.partition,
        "prefix": looked.scheme.prefix,
        "home_region": looked.home,
        "checks": checks,
    })
}

fn table(checks: &[Check]) -> Table {
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(["CHECK", "RESULT", "FOUND"]);
    for check in checks {
        let (_, word) = look(check.outcome);
        let detail = tame(&check.detail);
        table.add_row([Cell::new(check.check), Cell::new(word), Cell::new(detail)]);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table
}

fn look(outcome: Outcome) -> (Style, &'static str) {
    match outcome {
        Outcome::Pass => (AnsiColor::Green.on_default(), "pass"),
        Outcome::Fail => (AnsiColor::Red.on_default(), "fail"),
        Outcome::Unknown => (AnsiColor::Yellow.on_default(), "unknown"),
    }
}
