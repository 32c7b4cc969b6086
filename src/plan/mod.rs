//! Plans: the list of calls that will be made, as data.
//!
//! A [`Plan`] is what a dry run prints and what [`apply`] sends: one value, several readers.

pub mod apply;
mod report;
mod step;

pub use report::{Outcome, Report};
pub use step::{Secret, Step, StepId, chained};

use std::collections::HashMap;

use crate::error::{CallError, Error, Result};

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

/// A plan that nobody can carry out, which is not the user's fault.
fn miscomposed(message: String) -> Error {
    Error::failed(message)
        .hint("nothing was changed; this is a defect of ctadmin, please report it")
}

/// Where a plan's options and credentials come from, besides the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The configuration file.
    pub config: Option<String>,
    /// The profile, when one was named by option or file.
    pub profile: Option<String>,
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
    /// # Errors
    /// When a stack composed its steps wrongly.
    pub fn checked(self) -> Result<Self> {
        let mut seen = HashMap::new();
        for (at, step) in self.steps.iter().enumerate() {
            if let Some(later) = step.after.iter().find(|id| !seen.contains_key(id)) {
                let message = format!(
                    "the step {} waits for {later}, which does not precede it",
                    step.id
                );
                return Err(miscomposed(message));
            }
            if let Some(first) = seen.insert(&step.id, at) {
                let (first, second) = (&self.steps[first].reason, &step.reason);
                let message = format!("two steps have the id {}: {first}, and {second}", step.id);
                return Err(miscomposed(message));
            }
        }
        Ok(self)
    }

    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::sqs::{DeleteQueue, Sqs};

    fn deletion(region: &str) -> Step {
        let call = Sqs::DeleteQueue(DeleteQueue {
            queue_url: format!("https://{region}/queue"),
        });
        Step::new("queue", "logs", region, call, "delete was asked for")
    }

    fn plan(steps: Vec<Step>) -> Plan {
        Plan {
            command: "delete",
            account: "123456789012".into(),
            partition: "aws".into(),
            home_region: None,
            regions: Vec::new(),
            notes: Vec::new(),
            unread: Vec::new(),
            steps,
        }
    }

    #[test]
    fn one_name_in_two_regions_makes_two_ids() {
        let steps = vec![deletion("eu-west-1"), deletion("us-east-1")];
        let plan = plan(steps).checked().expect("a plan");
        let ids: Vec<String> = plan.steps.iter().map(|step| step.id.to_string()).collect();
        assert_eq!(
            ids,
            [
                "queue/eu-west-1/logs/DeleteQueue",
                "queue/us-east-1/logs/DeleteQueue"
            ]
        );
    }

    #[test]
    fn a_plan_that_contradicts_itself_is_an_error() {
        let twice = plan(vec![deletion("eu-west-1"), deletion("eu-west-1")]);
        let error = twice.checked().expect_err("one id for two steps");
        assert!(error.message.contains("queue/eu-west-1/logs/DeleteQueue"));
        let (first, last) = (deletion("eu-west-1"), deletion("us-east-1"));
        let early = first.after([&last.id]);
        let error = plan(vec![early, last])
            .checked()
            .expect_err("a wrong order");
        assert!(
            error
                .message
                .contains("waits for queue/us-east-1/logs/DeleteQueue")
        );
    }
}
