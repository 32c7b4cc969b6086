//! Plans: the list of calls that will be made, as data.
//!
//! A [`Plan`] is what a dry run prints and what [`apply`] sends: one value, several readers.

pub mod apply;
mod report;
mod step;

pub use report::{Outcome, Report};
pub use step::{Secret, Step, StepId, chained};

use crate::error::CallError;

/// Everything that a verb will do to an account, in an order that works.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The verb, e.g. `create`.
    pub command: &'static str,
    /// The account, 12 digits.
    pub account: String,
    /// `aws`, `aws-cn`, `aws-us-gov` or `aws-eusc`.
    pub partition: String,
    /// The region of bucket and queue, where the verb needs one.
    pub home_region: Option<String>,
    /// The regions looked at, in order of name.
    pub regions: Vec<String>,
    /// The calls; each stands behind all that it waits for.
    pub steps: Vec<Step>,
    /// What the user should know before agreeing.
    pub notes: Vec<String>,
    /// Regions that could not be read, and are left out.
    pub unread: Vec<Unread>,
}

/// A region that could not be read.
#[derive(Clone, Debug)]
pub struct Unread {
    /// The region's name.
    pub region: String,
    /// The first read that failed.
    pub error: CallError,
}

impl Plan {
    /// Checks what every reader of a plan relies on: ids are unique, and a step waits only for steps before it.
    ///
    /// # Panics
    /// When a stack composed its steps wrongly, which no input can bring about.
    pub fn checked(self) -> Self {
        let mut seen = std::collections::HashSet::new();
        for step in &self.steps {
            for earlier in &step.after {
                assert!(
                    seen.contains(earlier),
                    "{} waits for {earlier}, which does not stand before it",
                    step.id
                );
            }
            assert!(
                seen.insert(step.id.clone()),
                "two steps are called {}",
                step.id
            );
        }
        self
    }

    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}
