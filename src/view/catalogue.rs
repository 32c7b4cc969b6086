//! Alerts as people and programs see them: the catalogue, and what events do to it.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use comfy_table::{Cell, CellAlignment};
use serde_json::{Value, json};

use crate::alerts::pattern::{Failure, Verdict};
use crate::alerts::{Alert, Catalogue, Severity, Tally};
use crate::error::tame;
use crate::words::counted;

const BAD: Style = AnsiColor::Red.on_default();
const NOTABLE: Style = AnsiColor::Yellow.on_default();
const FAINT: Style = Style::new().dimmed();

/// The most characters that are shown of a value.
const LONGEST_VALUE: usize = 60;

/// What each alert says to an event.
pub type Judged<'a> = Vec<(&'a Alert, Verdict<'a>)>;

/// A row an alert, for a terminal of this width if it is one; patterns are too long for it.
pub fn table(catalogue: &Catalogue, width: Option<usize>) -> String {
    let header = ["NAME", "CIS", "SEVERITY", "ALARM AT", "WHAT HAPPENED"];
    let rows = catalogue.alerts.iter().map(|alert| {
        [
            Cell::new(tame(&alert.name)),
            Cell::new(tame(alert.cis.as_deref().unwrap_or("-"))),
            Cell::new(alert.severity),
            Cell::new(format!("{} in {} s", alert.threshold, alert.period)),
            Cell::new(tame(&alert.title)),
        ]
    });
    format!("{}\n", super::table::table(header, rows, width))
}

/// The catalogue as JSON, schema 1.
pub fn json(catalogue: &Catalogue) -> Value {
    json!({ "schema": 1, "alerts": catalogue.alerts })
}

/// An event, the alerts that it fits and by what, and, if all is wanted, those that it does not fit and why; without the
/// last line's end. `head` is the event in a line.
pub fn event(head: &str, judged: &Judged<'_>, all: bool) -> String {
    let mut text = head.to_owned();
    for (alert, verdict) in judged {
        let name = tame(&alert.name);
        match verdict {
            Verdict::Fits(held) => {
                let style = style(alert.severity);
                let _ = match alert.threshold {
                    1 => write!(text, "\n  {style}fires{style:#}   {name}"),
                    needed => write!(
                        text,
                        "\n  {style}counts{style:#}  {name}: {needed} in {} s raise the alarm",
                        alert.period
                    ),
                };
                for comparison in held {
                    let _ = write!(text, "\n          {}", tame(&comparison.to_string()));
                }
            }
            Verdict::Fails(failure) if all => {
                let why = why_not(failure);
                let _ = write!(text, "\n  {FAINT}silent{FAINT:#}  {name}\n          {why}");
            }
            Verdict::Fails(_) => {}
        }
    }
    text
}

/// What was counted, a row an alert, and how many events there were, for a terminal of this width if it is one.
pub fn summary(events: u64, fitting: u64, tally: &Tally<'_>, width: Option<usize>) -> String {
    let hit = tally.counts().iter().filter(|count| count.events > 0);
    let alarms = hit.clone().filter(|count| count.alarms()).count();
    let rows = hit.map(|count| {
        [
            Cell::new(tame(&count.alert.name)),
            Cell::new(count.alert.severity),
            Cell::new(count.events).set_alignment(CellAlignment::Right),
            Cell::new(format!("{} in {} s", count.most(), count.alert.period)),
            Cell::new(count.alert.threshold).set_alignment(CellAlignment::Right),
            Cell::new(if count.alarms() { "yes" } else { "no" }),
        ]
    });
    let rows: Vec<[Cell; 6]> = rows.collect();
    let read = counted(usize::try_from(events).unwrap_or(usize::MAX), "event");
    if rows.is_empty() {
        return format!("{read} read, no alert fires");
    }
    let alarms = match alarms {
        0 => "no alarm".to_owned(),
        count => counted(count, "alarm"),
    };
    let fit = if fitting == 1 { "fits" } else { "fit" };
    let header = ["ALERT", "SEVERITY", "EVENTS", "AT MOST", "NEEDED", "ALARM"];
    let table = super::table::table(header, rows, width);
    format!("\n{table}\n\n{read} read, {fitting} {fit} an alert, {alarms} raised")
}

/// An event and its alerts as JSON.
pub fn event_json(event: &Value, judged: &Judged<'_>, all: bool) -> Value {
    let alerts = judged.iter().filter_map(|(alert, verdict)| match verdict {
        Verdict::Fits(held) => {
            let held: Vec<String> = held.iter().map(ToString::to_string).collect();
            Some(json!({ "name": alert.name, "fits": true, "held": held }))
        }
        Verdict::Fails(failure) if all => Some(json!({
            "name": alert.name,
            "fits": false,
            "failed": failure.comparison.to_string(),
            "alternatives": failure.alternatives,
            "found": failure.found,
        })),
        Verdict::Fails(_) => None,
    });
    json!({
        "event_id": event["eventID"],
        "event_time": event["eventTime"],
        "event_source": event["eventSource"],
        "event_name": event["eventName"],
        "aws_region": event["awsRegion"],
        "alerts": alerts.collect::<Vec<_>>(),
    })
}

/// All of a test as JSON, schema 1; `events` are those of [`event_json`], `read` says how many there were.
pub fn test_json(events: Vec<Value>, read: u64, tally: &Tally<'_>) -> Value {
    let alerts = tally.counts().iter().map(|count| {
        json!({
            "name": count.alert.name,
            "severity": count.alert.severity,
            "events": count.events,
            "most_in_a_period": count.most(),
            "threshold": count.alert.threshold,
            "period": count.alert.period,
            "alarm": count.alarms(),
        })
    });
    json!({
        "schema": 1,
        "events_read": read,
        "events": events,
        "alerts": alerts.collect::<Vec<_>>(),
    })
}

fn style(severity: Severity) -> Style {
    match severity {
        Severity::High | Severity::Critical => BAD,
        Severity::Low | Severity::Medium => NOTABLE,
    }
}

fn why_not(failure: &Failure<'_>) -> String {
    let comparison = tame(&failure.comparison.to_string());
    let found = match failure.found.as_slice() {
        [] => "there is none".to_owned(),
        [value] => format!("it is {}", shown(value)),
        several => format!("there are {} values", several.len()),
    };
    match failure.alternatives {
        1 => format!("{comparison}, but {found}"),
        several => format!("{comparison} or {} like it, but {found}", several - 1),
    }
}

fn shown(value: &Value) -> String {
    let text = tame(&value.to_string());
    match text.char_indices().nth(LONGEST_VALUE) {
        None => text,
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}
