//! What turns a resource into what it should be, or deletes it: calls with their reasons, before they are steps of a
//! plan.

use crate::call::{Call, Kind};
use crate::plan::{Profile, Ready, Step, StepId};

/// One call about a resource.
#[derive(Clone, Debug)]
pub struct Change {
    /// The call.
    pub call: Call,
    /// How what exists differs from what should be, or why it is deleted.
    pub reason: String,
    /// The part of the resource that it changes, where another call with the same operation changes another part.
    pub part: Option<String>,
    /// The profile that outputs of the call are saved in.
    pub saves: Option<Profile>,
    /// What to wait for once AWS has accepted the call.
    pub ready: Option<Ready>,
    /// The position of the change of the same resource that must succeed before.
    pub after: Option<usize>,
    /// Whether it waits for the resources that this one needs.
    pub waits: bool,
    /// Which resources wait for it.
    pub gates: Gates,
}

/// Which resources wait for a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gates {
    /// Those that need the resource, and those that come after it.
    All,
    /// Those that come after the resource.
    Followers,
    /// None.
    None,
}

impl Change {
    /// A change that waits for the resources that this one needs, and that those wait for which need this one.
    pub fn new(call: impl Into<Call>, reason: impl Into<String>) -> Self {
        Self {
            call: call.into(),
            reason: reason.into(),
            part: None,
            saves: None,
            ready: None,
            after: None,
            waits: true,
            gates: Gates::All,
        }
    }

    /// The same, after the change at this position.
    pub fn after(mut self, position: Option<usize>) -> Self {
        self.after = position;
        self
    }

    /// The same, without waiting for other resources.
    pub fn at_once(mut self) -> Self {
        self.waits = false;
        self
    }

    /// The same, without others waiting for it.
    pub fn ungated(mut self) -> Self {
        self.gates = Gates::None;
        self
    }

    /// The same, neither waiting for other resources nor waited for: tags, for example.
    pub fn aside(self) -> Self {
        self.at_once().ungated()
    }
}

/// The same changes, each after the one before.
pub fn chained(changes: Vec<Change>) -> Vec<Change> {
    let changes = changes.into_iter().enumerate();
    changes
        .map(|(at, change)| change.after(at.checked_sub(1)))
        .collect()
}

/// What deletes a resource, or a part of it.
#[derive(Clone, Debug, Default)]
pub struct Removal {
    /// The changes; the engine states the reason.
    pub changes: Vec<Change>,
    /// Why the resource itself is kept, if it is.
    pub kept: Option<String>,
}

impl Removal {
    /// The resource is deleted by this call.
    pub fn by(call: impl Into<Call>) -> Self {
        Self {
            changes: vec![Change::new(call, "")],
            kept: None,
        }
    }
}

/// What names a resource of an account.
#[derive(Clone, Copy, Debug)]
pub struct Id<'a> {
    /// The kind.
    pub kind: &'static Kind,
    /// The region that calls go to.
    pub region: &'a str,
    /// The resource's name.
    pub name: &'a str,
}

impl PartialEq for Id<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.kind.name, self.region, self.name) == (other.kind.name, other.region, other.name)
    }
}

impl<'a> Id<'a> {
    /// The resource of this name.
    pub fn new(kind: &'static Kind, region: &'a str, name: &'a str) -> Self {
        Self { kind, region, name }
    }

    /// The changes as steps; those that wait for other resources wait for `before`. Beside each step, which resources wait for it.
    pub fn steps(
        self,
        account: &str,
        changes: Vec<Change>,
        before: &[StepId],
    ) -> Vec<(Step, Gates)> {
        let mut steps: Vec<(Step, Gates)> = Vec::with_capacity(changes.len());
        let mut waits: Vec<bool> = Vec::with_capacity(changes.len());
        let Self { kind, region, name } = self;
        for change in changes {
            let step = Step::new(kind, account, region, name, change.call, change.reason);
            let step = match &change.part {
                Some(part) => step.about(part),
                None => step,
            };
            let step = Step {
                saves: change.saves,
                ..step
            };
            let step = match change.ready {
                Some(ready) => step.until(ready),
                None => step,
            };
            let earlier = change.after.and_then(|at| steps.get(at));
            let step = step.after(earlier.map(|(earlier, _)| &earlier.id));
            // What an earlier change waits for, a later one waits for by that.
            let waited = change.after.is_some_and(|at| waits.get(at) == Some(&true));
            waits.push(change.waits || waited);
            let before = before.iter().filter(|_| change.waits && !waited);
            steps.push((step.after(before), change.gates));
        }
        steps
    }
}
