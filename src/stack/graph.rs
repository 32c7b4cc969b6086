//! The graph of a stack: the resources that should exist, or be deleted, and which of them needs which.
//!
//! A stack adds a node for each resource. From the nodes and what is observed of them follow the steps of a plan:
//! what a resource needs is changed before it, and deleted after it. A resource that needs nothing to be changed does
//! not hold up others.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::any::{self, AnyResource, State};
use super::observed::{Observation, Observed};
use crate::call::Kind;
use crate::error::{Error, Result};
use crate::plan::{Step, StepId};
use crate::resource::{Change, Gates, Id, Resource};

/// The resources of a stack.
#[derive(Clone, Debug)]
pub struct Graph {
    account: String,
    nodes: Vec<Node>,
}

/// A node's position in its graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At(pub(super) usize);

/// A resource, and what is to be done with it.
#[derive(Clone, Debug)]
pub struct Node {
    resource: Arc<dyn AnyResource>,
    intent: Intent,
    pub(super) needs: Vec<At>,
    /// Nodes that it comes after, whatever needs which.
    after: Vec<At>,
    /// How long its first step waits once those before are done.
    pause: Option<Duration>,
    /// What is known of it already; nothing if it is to be read.
    given: Option<Observation>,
}

/// What is to be done with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// It is created or updated.
    Keep,
    /// It is deleted, for this reason; an empty one where the command says it.
    Delete(&'static str),
    /// It is shown as it is.
    Show,
    /// It is read, because others depend on it.
    Read,
}

impl Node {
    /// A resource that should exist.
    pub fn keep(resource: impl Resource) -> Self {
        Self::new(resource, Intent::Keep)
    }

    /// A resource that only matters for others.
    pub fn read(resource: impl Resource) -> Self {
        Self::new(resource, Intent::Read)
    }

    /// A resource, and what is to be done with it.
    pub fn new(resource: impl Resource, intent: Intent) -> Self {
        Self {
            resource: Arc::new(resource),
            intent,
            needs: Vec::new(),
            after: Vec::new(),
            pause: None,
            given: None,
        }
    }

    /// A resource that is not to be read: this is what exists of it.
    pub fn given<R: Resource>(resource: R, intent: Intent, observed: Option<R::Observed>) -> Self {
        Self {
            given: Some(observed.map(|observed| Arc::new(observed) as Arc<_>)),
            ..Self::new(resource, intent)
        }
    }

    /// The same, needing these resources.
    pub fn needs(mut self, nodes: impl IntoIterator<Item = At>) -> Self {
        self.needs.extend(nodes);
        self
    }

    /// The same, after all but the side changes of these resources.
    pub fn after(mut self, nodes: impl IntoIterator<Item = At>) -> Self {
        self.after.extend(nodes);
        self
    }

    /// The same, its first step this long after those before.
    pub fn paused(mut self, pause: Option<Duration>) -> Self {
        self.pause = pause;
        self
    }

    /// The resource.
    pub fn resource(&self) -> &dyn AnyResource {
        &*self.resource
    }

    /// What is to be done with it.
    pub fn intent(&self) -> Intent {
        self.intent
    }

    /// Whether it is to be deleted.
    pub fn is_deleted(&self) -> bool {
        matches!(self.intent, Intent::Delete(_))
    }

    /// Whether it is to be read, and was not yet.
    pub fn is_unread(&self, observed: &Observed) -> bool {
        self.given.is_none() && !observed.is_read(self.resource())
    }

    /// How it differs from what it should be, in words.
    pub fn drift(&self, observed: &Observed) -> Vec<String> {
        match self.intent {
            Intent::Keep => any::drift(self.resource(), self.observed(observed)),
            Intent::Delete(_) | Intent::Show | Intent::Read => Vec::new(),
        }
    }

    /// What exists of it.
    pub fn observed<'a>(&'a self, observed: &'a Observed) -> Option<&'a State> {
        match &self.given {
            Some(given) => given.as_deref(),
            None => observed.found(self.resource()),
        }
    }
}

impl Graph {
    /// A graph of an account.
    pub fn new(account: &str) -> Self {
        Self {
            account: account.to_owned(),
            nodes: Vec::new(),
        }
    }

    /// Adds a node, behind those that it needs.
    pub fn add(&mut self, node: Node) -> At {
        self.nodes.push(node);
        At(self.nodes.len() - 1)
    }

    /// Makes all nodes of a region need this one, which says which region it is. IAM is one for all regions.
    pub fn regional_ones_need(&mut self, needed: At) {
        let nodes = self.nodes.iter_mut().enumerate();
        let nodes = nodes.filter(|(_, node)| node.resource().id().kind.service != "iam");
        for (_, node) in nodes.filter(|(at, _)| *at != needed.0) {
            node.needs.push(needed);
        }
    }

    /// The nodes, in the order in which they were added.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Checks that AWS would take all changes.
    ///
    /// # Errors
    /// With what it would refuse.
    pub fn check(&self, observed: &Observed) -> Result<()> {
        let kept = self.nodes.iter();
        let mut kept = kept.filter(|node| node.intent == Intent::Keep);
        kept.try_for_each(|node| node.resource.refusal(node.observed(observed)))
    }

    /// The steps that turn what is observed into what should be.
    ///
    /// # Errors
    /// When resources need each other in a circle; it names two of them.
    pub fn steps(&self, observed: &Observed) -> Result<Vec<Step>> {
        let mut made = Made {
            graph: self,
            observed,
            steps: Vec::new(),
            gates: vec![None; self.nodes.len()],
        };
        made.make()?;
        Ok(together(made.steps))
    }

    /// The resources that are kept instead of deleted, with the reason.
    pub fn kept<'a>(&'a self, observed: &'a Observed) -> impl Iterator<Item = (&'a Node, String)> {
        let deleted = self.nodes.iter();
        let deleted = deleted.filter(|node| matches!(node.intent, Intent::Delete(_)));
        deleted.filter_map(|node| {
            let removal = node.resource.removal(node.observed(observed)?);
            Some((node, removal.kept?))
        })
    }

    /// The steps that a node would take if this existed of it.
    pub fn changes_of(&self, node: &Node, found: Option<&State>) -> Vec<Step> {
        let changes = node.resource.changes(found);
        let steps = node
            .resource
            .id()
            .steps(&self.account, changes, &[])
            .into_iter();
        steps.map(|(step, _)| step).collect()
    }

    /// The node that a step is about. Of a resource that is deleted and created anew, there are two.
    pub fn node_of(&self, step: &Step) -> Option<&Node> {
        let id = Id::new(step.kind, &step.region, &step.name);
        let deletes = step.kind.removals.contains(&step.call.operation());
        let nodes = self.nodes.iter().filter(|node| node.resource().id() == id);
        nodes.min_by_key(|node| node.is_deleted() != deletes)
    }

    /// The nodes that the steps of one come behind.
    fn behind(&self, at: usize) -> impl Iterator<Item = At> {
        let after = self.nodes[at].after.iter().copied();
        self.needed(at).chain(self.needing(at)).chain(after)
    }

    /// Unless a node is deleted, the nodes that it needs.
    fn needed(&self, at: usize) -> impl Iterator<Item = At> {
        let node = &self.nodes[at];
        node.needs.iter().filter(|_| !node.is_deleted()).copied()
    }

    /// If a node is deleted, the deleted nodes that need it.
    fn needing(&self, at: usize) -> impl Iterator<Item = At> {
        let is_deleted = self.nodes[at].is_deleted();
        let others = self.nodes.iter().enumerate();
        let needing = others.filter(move |(_, other)| {
            is_deleted && other.is_deleted() && other.needs.contains(&At(at))
        });
        needing.map(|(at, _)| At(at))
    }

    /// The position of the first node of a resource.
    pub fn position(&self, id: Id<'_>) -> Option<At> {
        let mut nodes = self.nodes.iter();
        nodes.position(|node| node.resource.id() == id).map(At)
    }

    /// The positions of the nodes of a kind.
    pub fn positions_of(&self, kind: &'static Kind) -> Vec<At> {
        let nodes = self.nodes.iter().enumerate();
        let same = nodes.filter(|(_, node)| std::ptr::eq(node.resource.id().kind, kind));
        same.map(|(at, _)| At(at)).collect()
    }
}

/// The steps made so far.
struct Made<'a> {
    graph: &'a Graph,
    observed: &'a Observed,
    steps: Vec<Step>,
    /// By node: the steps that others wait for, once they are made.
    gates: Vec<Option<Gate>>,
}

/// The steps of a node that others wait for.
#[derive(Clone, Default)]
struct Gate {
    /// Those that need the node.
    needed: Vec<StepId>,
    /// Those that come after it.
    followed: Vec<StepId>,
}

impl Made<'_> {
    /// A node has its turn once all are done that its steps come behind; of those, the first.
    fn make(&mut self) -> Result<()> {
        let mut open: Vec<usize> = (0..self.graph.nodes.len()).collect();
        while !open.is_empty() {
            let is_next = |at: &usize| {
                let mut behind = self.graph.behind(*at);
                behind.all(|other| self.gates[other.0].is_some())
            };
            let Some(position) = open.iter().position(is_next) else {
                return Err(self.circle(&open));
            };
            let at = open.remove(position);
            let node = &self.graph.nodes[at];
            let found = node.observed(self.observed);
            let changes = match (node.intent, found) {
                (Intent::Keep, found) => node.resource.changes(found),
                (Intent::Delete(reason), Some(found)) => {
                    let changes = node.resource.removal(found).changes.into_iter();
                    let because = |change| Change {
                        reason: reason.to_owned(),
                        ..change
                    };
                    changes.map(because).collect()
                }
                (Intent::Delete(_), None) | (Intent::Show | Intent::Read, _) => Vec::new(),
            };
            self.push(at, changes);
        }
        Ok(())
    }

    /// These nodes wait for each other.
    fn circle(&self, open: &[usize]) -> Error {
        let names = open.iter().map(|at| {
            let id = self.graph.nodes[*at].resource.id();
            format!("{} {}", id.kind.name, id.name)
        });
        let names: Vec<String> = names.take(2).collect();
        let message = format!("resources need each other: {}", names.join(", "));
        Error::failed(message)
            .hint("nothing was changed; this is a defect of ctadmin, please report it")
    }

    /// Adds the steps of a node behind those of others.
    fn push(&mut self, at: usize, changes: Vec<Change>) {
        let node = &self.graph.nodes[at];
        let gate = |at: At| self.gates[at.0].iter();
        let needed = self.graph.needed(at);
        let needed = needed.flat_map(gate).flat_map(|gate| &gate.needed);
        let after = node.after.iter().copied();
        let followed = self.graph.needing(at).chain(after);
        let followed = followed.flat_map(gate).flat_map(|gate| &gate.followed);
        let mut waited: Vec<StepId> = Vec::new();
        for id in needed.chain(followed) {
            if !waited.contains(id) {
                waited.push(id.clone());
            }
        }
        let mut steps = node
            .resource
            .id()
            .steps(&self.graph.account, changes, &waited);
        if let Some((first, _)) = steps.first_mut() {
            first.pause = node.pause;
        }
        let mut gate = Gate::default();
        for (step, gates) in steps {
            if gates == Gates::All {
                gate.needed.push(step.id.clone());
            }
            if gates != Gates::None {
                gate.followed.push(step.id.clone());
            }
            self.steps.push(step);
        }
        // Who needs a resource needs what that one needs, also where nothing is to be done about it.
        for gate in [&mut gate.needed, &mut gate.followed] {
            if gate.is_empty() {
                gate.clone_from(&waited);
            }
        }
        self.gates[at] = Some(gate);
    }
}

/// The same steps, with those in one that one request can do.
fn together(steps: Vec<Step>) -> Vec<Step> {
    let mut merged: Vec<(Step, Vec<String>)> = Vec::new();
    let mut renamed: HashMap<StepId, StepId> = HashMap::new();
    for step in steps {
        let same = merged.iter_mut().find_map(|(earlier, names)| {
            let merge = step.kind.merge.filter(|_| {
                std::ptr::eq(earlier.kind, step.kind)
                    && (&earlier.region, &earlier.after) == (&step.region, &step.after)
            })?;
            merge(&mut earlier.call, &step.call).then_some((earlier, names))
        });
        match same {
            Some((earlier, names)) => {
                names.push(step.name);
                renamed.insert(step.id, earlier.id.clone());
            }
            None => merged.push((step.clone(), vec![step.name])),
        }
    }
    let steps = merged.into_iter().map(|(mut step, names)| {
        if let [first, _, ..] = names.as_slice() {
            step.name = format!("{first} and {} more", names.len() - 1);
        }
        let after = step.after.iter().map(|id| renamed.get(id).unwrap_or(id));
        let after: Vec<StepId> = after.cloned().collect();
        step.after.clear();
        step.after(&after)
    });
    steps.collect()
}
