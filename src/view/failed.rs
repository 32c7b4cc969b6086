//! What Firehose could not deliver, as text and as JSON.

use std::fmt::Write;

use anstyle::Style;
use serde_json::{Value, json};

use crate::hec::failed::explanation;
use crate::hec::failures::{Failures, Group};
use crate::time::rfc3339;
use crate::words::{counted, thousands, wrapped};

const HEADING: Style = Style::new().bold();

/// What was found.
#[derive(Debug)]
pub struct Found {
    /// Where.
    pub place: String,
    /// How many objects were read.
    pub objects: usize,
    /// How many objects were replayed.
    pub replayed: usize,
    /// How many objects could not be read to their end.
    pub unreadable: usize,
    /// What is in them.
    pub failures: Failures,
}

/// Each error code with how often and when, the newest message and what to do; most records first. For a terminal of
/// this width if it is one.
pub fn text(found: &Found, width: Option<usize>) -> String {
    let mut text = String::new();
    for (code, group) in sorted(&found.failures) {
        let numbers = numbers(group.records, group.events);
        let numbers = wrapped(&format!("{numbers}{}", times(group)), code.len() + 2, width);
        let _ = writeln!(text, "{HEADING}{code}{HEADING:#}: {numbers}");
        let about = [group.message.as_str(), explanation(code).advice];
        for (what, words) in ["message", "to do"].into_iter().zip(about) {
            let line = wrapped(words, 11, width);
            let _ = writeln!(text, "  {what:<7}  {line}");
        }
        text.push('\n');
    }
    let (records, events) = found.failures.total();
    let objects = counted(found.objects, "object");
    let mut all = format!(
        "{} in {objects} in {}",
        numbers(records, events),
        found.place
    );
    if found.replayed > 0 {
        let _ = write!(all, "; replayed: {}", counted(found.replayed, "object"));
    }
    let _ = writeln!(text, "{}", wrapped(&all, 0, width));
    text
}

/// The same as JSON, schema 1.
pub fn json(found: &Found) -> Value {
    let errors = sorted(&found.failures).into_iter().map(|(code, group)| {
        json!({
            "code": code,
            "records": group.records,
            "events": group.events,
            "first": group.first.map(rfc3339),
            "last": group.last.map(rfc3339),
            "message": group.message,
            "reason": explanation(code).reason,
            "advice": explanation(code).advice,
        })
    });
    let (records, events) = found.failures.total();
    json!({
        "schema": 1,
        "place": found.place,
        "objects": found.objects,
        "replayed": found.replayed,
        "unreadable": found.unreadable,
        "records": records,
        "events": events,
        "errors": errors.collect::<Value>(),
    })
}

fn sorted(failures: &Failures) -> Vec<(&str, &Group)> {
    let groups = failures.0.iter();
    let mut groups: Vec<_> = groups.map(|(code, group)| (code.as_str(), group)).collect();
    groups.sort_by_key(|(_, group)| std::cmp::Reverse(group.records));
    groups
}

/// `1 record, 2 events`.
pub fn numbers(records: u64, events: u64) -> String {
    let counted = |count: u64, noun: &str| match count {
        1 => format!("1 {noun}"),
        count => format!("{} {noun}s", thousands(count)),
    };
    format!(
        "{}, {}",
        counted(records, "record"),
        counted(events, "event")
    )
}

/// When records arrived, as far as that is known.
fn times(group: &Group) -> String {
    match group.first.zip(group.last) {
        Some((first, last)) if first == last => format!(", {}", rfc3339(first)),
        Some((first, last)) => format!(", {} to {}", rfc3339(first), rfc3339(last)),
        None => String::new(),
    }
}
