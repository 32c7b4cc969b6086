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
    if counts.left > 0 {
        for (step, outcome) in report.plan.steps.iter().zip(&report.outcomes) {
            let word = match outcome {
                Outcome::Done => "done",
                Outcome::Left => "left",
                // Told when it happened.
                Outcome::Failed(_) | Outcome::Skipped(_) => continue,
            };
            let (operation, name, region) = (step.call.operation(), &step.name, &step.region);
            let _ = writeln!(text, "{word}     {operation} {name} in {region}");
        }
    }
    if counts.failed + counts.skipped + counts.left > 0 {
        text.push_str("what is done stays; the same command again does the rest\n");
    }
    text
}
