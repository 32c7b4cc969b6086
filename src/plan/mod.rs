//! Plans: the list of calls that will be made, as data.
//!
//! A [`Plan`] is what a dry run prints and what [`apply`] sends: one value, several readers.

pub mod apply;
pub mod ready;
mod report;
mod step;

pub use ready::Ready;
pub use report::{Outcome, Report};
pub use step::{Profile, Step, StepId};

use std::collections::{BTreeSet, HashMap};

use crate::call::Text;

use crate::error::{CallError, Error, Result};

/// Everything that a command will do to an account, in an order that works.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The command, e.g. `create`.
    pub command: String,
    /// The account, 12 digits.
    pub account: String,
    /// `aws`, `aws-cn`, `aws-us-gov` or `aws-eusc`.
    pub partition: String,
    /// The region of bucket and queue, where the command needs one.
    pub home_region: Option<String>,
    /// The regions looked at, in order of name.
    pub regions: Vec<String>,
    /// The calls; each comes after all that it waits for.
    pub steps: Vec<Step>,
    /// What the user should know before agreeing.
    pub notes: Vec<String>,
    /// Regions that could not be read, and are left out.
    pub unread: Vec<Unread>,
}

/// A plan that cannot be applied, which is a defect of ctadmin.
fn miscomposed(message: String) -> Error {
    Error::failed(message)
        .hint("nothing was changed; this is a defect of ctadmin, please report it")
}

fn inconsistent(step: &Step, what: &str) -> Error {
    miscomposed(format!("the step {} {what}", step.id))
}

/// Checks that a step saves only outputs of its own, and is awaited by what the read returns.
fn check_own_paths(step: &Step) -> Result<()> {
    let outputs = step.call.outputs();
    let saved = step.saves.iter().flat_map(|_| Profile::VALUES);
    let mut lacking = saved.map(|(_, path)| path);
    if let Some(path) = lacking.find(|path| !outputs.contains(path)) {
        let what = format!("saves {path}, which it does not output");
        return Err(inconsistent(step, &what));
    }
    if let Some(ready) = &step.ready {
        for reference in ready.read.references() {
            let own = step.id.to_string();
            let is_own = |path: &str| reference == step.output(path);
            if !step.call.outputs().iter().any(|path| is_own(path)) {
                let what = format!(
                    "waits with {}, which {own} does not output",
                    reference.reference()
                );
                return Err(inconsistent(step, &what));
            }
        }
        let (operation, outputs) = (ready.read.operation(), ready.read.outputs());
        if let Some(path) = ready.paths().iter().find(|path| !outputs.contains(path)) {
            let what = format!("waits for {path}, which {operation} does not return");
            return Err(inconsistent(step, &what));
        }
    }
    Ok(())
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
    /// The plan, if [`check`](Self::check) finds it consistent.
    pub fn checked(self) -> Result<Self> {
        self.check()?;
        Ok(self)
    }

    /// Checks what every reader of a plan relies on: ids are unique, a step waits only for steps before it, and uses
    /// only outputs of steps that it waits for, directly or not. The error names the two steps.
    pub fn check(&self) -> Result<()> {
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut awaited: Vec<BTreeSet<usize>> = Vec::new();
        for (at, step) in self.steps.iter().enumerate() {
            let mut before = BTreeSet::new();
            for id in &step.after {
                let Some(&earlier) = seen.get(&id.to_string()) else {
                    let what = format!("waits for {id}, which does not precede it");
                    return Err(inconsistent(step, &what));
                };
                before.insert(earlier);
                before.extend(&awaited[earlier]);
            }
            for reference in step.call.references() {
                if let Text::Output { step: id, path } = reference {
                    let maker = seen.get(&id).filter(|maker| before.contains(maker));
                    let Some(&maker) = maker else {
                        let what = format!("uses {path} of {id}, which it does not wait for");
                        return Err(inconsistent(step, &what));
                    };
                    if !self.steps[maker].call.outputs().contains(&path.as_str()) {
                        let what = format!("uses {path} of {id}, which has no such output");
                        return Err(inconsistent(step, &what));
                    }
                }
            }
            check_own_paths(step)?;
            if let Some(first) = seen.insert(step.id.to_string(), at) {
                let (first, second) = (&self.steps[first].reason, &step.reason);
                let message = format!("two steps have the id {}: {first}, and {second}", step.id);
                return Err(miscomposed(message));
            }
            awaited.push(before);
        }
        Ok(())
    }

    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

#[cfg(test)]
pub mod tests;
