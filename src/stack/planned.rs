//! What a stack returns to a command that changes it.

use super::graph::Graph;
use super::observed::Observed;
use crate::plan::Plan;

/// Says something to the user while the account is read.
pub type Say<'a> = &'a dyn Fn(&str);

/// A plan, and the resources that it is about.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// The resources, which say whether a step whose answer was lost is done.
    pub graph: Graph,
}

impl Planned {
    /// The notes on roles that are kept although the stack is deleted.
    pub fn kept_roles(&self, observed: &Observed) -> Vec<String> {
        let kept = self.graph.kept(observed);
        let kept = kept.map(|(node, why)| (node.resource().id(), why));
        let roles = kept.filter(|(id, _)| id.kind.service == "iam");
        let notes = roles.map(|(id, why)| format!("the role {} is kept: {why}", id.name));
        notes.collect()
    }
}

/// What exists once a plan was carried out, and what can be done next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct After {
    /// What exists: a word for it, and what is to be known of it.
    pub exists: Vec<(&'static str, String)>,
    /// Commands, without the options that every run takes.
    pub next: Vec<String>,
}
