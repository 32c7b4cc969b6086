//! What became of a plan's steps.

use super::{Plan, StepId};
use crate::error::{CallError, Exit};

/// What became of a step.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// AWS did it.
    Done,
    /// AWS did not do it.
    Failed(CallError),
    /// It was not tried, since this step had failed.
    Skipped(StepId),
    /// It was not done, since the user stopped the run.
    Left,
}

/// A plan and what became of it; `outcomes[i]` belongs to `plan.steps[i]`.
#[derive(Debug)]
pub struct Report {
    /// The plan that was applied.
    pub plan: Plan,
    /// As many as the plan has steps, in their order.
    pub outcomes: Vec<Outcome>,
}

/// How many steps ended in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Steps that AWS did.
    pub done: usize,
    /// Steps that AWS did not do.
    pub failed: usize,
    /// Steps not tried because of a failure.
    pub skipped: usize,
    /// Steps not done because the user stopped the run.
    pub left: usize,
}

impl Report {
    /// How many steps ended in which way.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for outcome in &self.outcomes {
            match outcome {
                Outcome::Done => counts.done += 1,
                Outcome::Failed(_) => counts.failed += 1,
                Outcome::Skipped(_) => counts.skipped += 1,
                Outcome::Left => counts.left += 1,
            }
        }
        counts
    }

    /// The exit code that the run deserves.
    pub fn exit(&self, interrupted: bool) -> Exit {
        let counts = self.counts();
        if interrupted {
            Exit::Interrupted
        } else if counts.done == self.outcomes.len() && self.plan.unread.is_empty() {
            Exit::Done
        } else {
            Exit::Failed
        }
    }
}
