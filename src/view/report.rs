//! What became of a plan, in a few lines.

use std::fmt::Write;

use crate::plan::{Outcome, Report};
use crate::words::counted;

/// The counts, and after an interruption what is left.
pub fn report(report: &Report) -> String {
    let counts = report.counts();
    let mut text = String::new();
    if counts.left > 0 {
        for (step, outcome) in report.plan.steps.iter().zip(&report.outcomes) {
            let word = match outcome {
                Outcome::Done => "done",
                Outcome::Left => "left",
                // Told when it happened.
                Outcome::Failed(_) | Outcome::Skipped(_) => continue,
            };
            let _ = writeln!(text, "{word}     {}", step.title());
        }
    }
    let (command, done) = (&report.plan.command, counts.done);
    let (failed, skipped) = (counts.failed, counts.skipped);
    let _ = write!(
        text,
        "{command}: {done} done, {failed} failed, {skipped} skipped"
    );
    if counts.left > 0 {
        let _ = write!(text, ", {} left", counts.left);
    }
    if !report.plan.unread.is_empty() {
        let _ = write!(
            text,
            ", {} left out",
            counted(report.plan.unread.len(), "region")
        );
    }
    text.push('\n');
    if counts.failed + counts.skipped + counts.left > 0 {
        text.push_str("what is done stays; the same command again does the rest\n");
    }
    text
}
