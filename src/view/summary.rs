//! A plan in short: what is to be agreed to.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use crate::error::tame;
use crate::plan::{Plan, Step};
use crate::words::{counted, wrapped};

const HEADING: Style = Style::new().bold();
const NOTE: Style = AnsiColor::Yellow.on_default();

/// The summary: a line for each operation, then the notes, for a terminal of this width if it is one.
pub fn summary(plan: &Plan, width: Option<usize>) -> String {
    let mut text = String::new();
    let home = plan
        .home_region
        .as_ref()
        .map(|home| format!(", home region {home}"));
    let _ = writeln!(
        text,
        "{HEADING}account {} ({}){}, {}{}{HEADING:#}",
        plan.account,
        plan.partition,
        home.unwrap_or_default(),
        counted(plan.regions.len(), "region"),
        match plan.unread.len() {
            0 => String::new(),
            unread => format!(", {unread} of them left out"),
        },
    );
    let mut groups: Vec<(String, Vec<&Step>)> = Vec::new();
    for step in &plan.steps {
        let operation = step.call.operation();
        match groups.iter_mut().find(|(known, _)| *known == operation) {
            Some((_, steps)) => steps.push(step),
            None => groups.push((operation, vec![step])),
        }
    }
    for (operation, steps) in groups {
        let label = format!("{:>4}  {operation:<20}  ", steps.len());
        let what = wrapped(&what(&steps), label.len(), width);
        let _ = writeln!(text, "{label}{what}");
    }
    if plan.is_empty() {
        text.push_str("nothing to do\n");
    }
    for note in &plan.notes {
        let lines = note.lines().map(|line| wrapped(&tame(line), 6, width));
        let note = lines.collect::<Vec<_>>().join("\n      ");
        let _ = writeln!(text, "{NOTE}note:{NOTE:#} {note}");
    }
    text
}

/// One or two resources by name and reason; more by their number and the reasons they share.
fn what(steps: &[&Step]) -> String {
    if let [step] = steps {
        return tame(&format!("{}: {}", step.name, step.reason));
    }
    let mut reasons: Vec<&str> = steps.iter().map(|step| step.reason.as_str()).collect();
    reasons.sort_unstable();
    reasons.dedup();
    let reason = match reasons.as_slice() {
        [reason] => (*reason).to_owned(),
        several => format!("{} and {} more", several[0], several.len() - 1),
    };
    let mut regions: Vec<&str> = steps.iter().map(|step| step.region.as_str()).collect();
    regions.sort_unstable();
    regions.dedup();
    match regions.as_slice() {
        few if few.len() <= 3 => tame(&format!("{}: {reason}", few.join(", "))),
        many => tame(&format!("{} regions: {reason}", many.len())),
    }
}
