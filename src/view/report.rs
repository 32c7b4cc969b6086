//! What became of a plan, in a few lines.

use std::fmt::Write;

use crate::plan::{Outcome, Report};

/// The counts, and after an interruption what is left.
pub fn report(report: &Report) -> String {
    let counts = report.counts();
    let mut text = format!(
        "{}: {} done, {} failed, {} skipped",
        report.plan.command, counts.done, counts.failed, counts.skipped
    );
    if counts.left > 0 {
        let _ = write!(text, ", {} left", counts.left);
    }
    text.push('\n');
    let left = report.plan.steps.iter().zip(&report.outcomes);
    let left = left.filter(|(_, outcome)| matches!(outcome, Outcome::Left));
    for (step, _) in left {
        let _ = writeln!(
            text,
            "left     {} {} in {}",
            step.call.operation(),
            step.name,
            step.region
        );
    }
    if counts.failed + counts.skipped + counts.left > 0 {
        text.push_str("what is done stays; the same command again does the rest\n");
    }
    text
}
