//! A check-up as a table for people, then what to do, and how much of it is well.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};

use crate::doctor::{Check, Outcome, Subject};
use crate::error::tame;
use crate::words::wrapped;

const HEADING: Style = Style::new().bold();

/// A row a check, a line of advice for each that did not pass, and the totals, for a terminal of this width if it is one.
pub fn text(
    subject: &Subject<'_>,
    checks: &[Check],
    only_failures: bool,
    width: Option<usize>,
) -> String {
    let [pass, fail, unknown] = totals(checks);
    let checks = shown(checks, only_failures);
    let mut text = String::new();
    let (account, base) = (&subject.scheme.account, subject.scheme.base());
    let home = subject.home.unwrap_or("unknown");
    let _ = writeln!(
        text,
        "{HEADING}account {account}, scheme {base}, home {home}{HEADING:#}\n"
    );
    if !checks.is_empty() {
        let _ = writeln!(text, "{}", table(&checks, width));
    }
    let advised = checks
        .iter()
        .filter_map(|check| Some((check, check.advice.as_ref()?)));
    for (at, (check, advice)) in advised.enumerate() {
        if at == 0 {
            text.push('\n');
        }
        let (style, word) = look(check.outcome);
        let advice = format!("{}: {}", check.check, tame(advice));
        let advice = wrapped(&advice, 8, width);
        let _ = writeln!(text, "{style}{word:<8}{style:#}{advice}");
    }
    if !checks.is_empty() {
        text.push('\n');
    }
    let _ = writeln!(text, "{pass} pass, {fail} fail, {unknown} unknown");
    text
}

/// The check-up as JSON, schema 1.
pub fn json(subject: &Subject<'_>, checks: &[Check], only_failures: bool) -> Value {
    let [pass, fail, unknown] = totals(checks);
    json!({
        "schema": 1,
        "account": subject.scheme.account,
        "partition": subject.scheme.partition,
        "prefix": subject.scheme.prefix,
        "home_region": subject.home,
        "checks": shown(checks, only_failures),
        "totals": {"pass": pass, "fail": fail, "unknown": unknown},
    })
}

/// The checks that are printed; all are counted.
fn shown(checks: &[Check], only_failures: bool) -> Vec<&Check> {
    let shown = |check: &&Check| !only_failures || check.outcome == Outcome::Fail;
    checks.iter().filter(shown).collect()
}

/// How many checks passed, failed, and could not be found out.
fn totals(checks: &[Check]) -> [usize; 3] {
    [Outcome::Pass, Outcome::Fail, Outcome::Unknown].map(|outcome| {
        let checks = checks.iter();
        checks.filter(|check| check.outcome == outcome).count()
    })
}

fn table(checks: &[&Check], width: Option<usize>) -> String {
    let rows = checks.iter().map(|check| {
        let (_, word) = look(check.outcome);
        [check.check.to_owned(), word.to_owned(), tame(&check.detail)]
    });
    super::table::table(["CHECK", "RESULT", "FOUND"], rows, width)
}

fn look(outcome: Outcome) -> (Style, &'static str) {
    match outcome {
        Outcome::Pass => (AnsiColor::Green.on_default(), "pass"),
        Outcome::Fail => (AnsiColor::Red.on_default(), "fail"),
        Outcome::Unknown => (AnsiColor::Yellow.on_default(), "unknown"),
    }
}
