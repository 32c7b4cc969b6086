//! What `show` shows of a stack: its resources as they are, with drift in words.
//!
//! Drift is what `create` would fix if it were called without options, for what exists.

use serde::Serialize;
use serde_json::{Map, Value};

use super::Account;
use super::engine::{Outline, Stack};
use super::graph::{Intent, Node};
use super::observed::Observed;

/// A stack as it is. Serialises to the JSON that `show -o json` prints.
#[derive(Debug, Serialize)]
pub struct Picture {
    /// Version of this JSON's shape.
    pub schema: u32,
    pub stack: &'static str,
    /// The command that fixes drift.
    #[serde(skip)]
    pub creation: String,
    pub account: String,
    pub partition: String,
    pub prefix: String,
    /// The home region, if the stack has one and it is known.
    pub home_region: Option<String>,
    /// The resources, each behind those that it needs.
    pub resources: Vec<Shown>,
    /// What is wrong beside drift.
    pub warnings: Vec<String>,
    /// What people can do about it.
    #[serde(skip)]
    pub hints: Vec<String>,
}

/// A resource in the picture.
#[derive(Debug, Serialize)]
pub struct Shown {
    /// Its kind, e.g. `log-group`.
    pub kind: &'static str,
    pub name: String,
    /// The region that requests about it go to.
    pub region: String,
    /// Whether it exists.
    pub exists: bool,
    /// Whether it is missing where it does not.
    pub is_wanted: bool,
    /// What is known of it, by its kind.
    pub facts: Map<String, Value>,
    /// How it differs from what it should be.
    pub drift: Vec<String>,
    /// The resources that it needs, by their place in the picture.
    #[serde(skip)]
    pub needs: Vec<usize>,
}

impl Picture {
    /// The picture of an outline.
    pub fn new<S: Stack>(
        stack: &S,
        account: &Account,
        outline: Outline,
        observed: &Observed,
    ) -> Self {
        let scheme = &account.scheme;
        let nodes = outline.graph.nodes().iter().enumerate();
        let shown = nodes.filter(|(_, node)| node.intent() != Intent::Read);
        let places: Vec<usize> = shown.clone().map(|(at, _)| at).collect();
        let resources = shown.map(|(_, node)| {
            let needs = node.needs.iter();
            let needs = needs.filter_map(|at| places.iter().position(|place| *place == at.0));
            Shown {
                needs: needs.collect(),
                ..Shown::new(node, observed)
            }
        });
        let resources = resources.collect();
        Self {
            schema: 2,
            stack: S::NAME,
            creation: stack.creation(),
            account: scheme.account.clone(),
            partition: scheme.partition.clone(),
            prefix: scheme.prefix.clone(),
            home_region: outline.home_region,
            resources,
            warnings: outline.warnings,
            hints: outline.hints,
        }
    }

    /// Whether no resource of the stack exists.
    pub fn is_nothing(&self) -> bool {
        !self.resources.iter().any(|resource| resource.exists)
    }

    /// Whether nothing of the stack exists but what deleting it has left.
    pub fn is_missing(&self) -> bool {
        let mut resources = self.resources.iter();
        let is_unwanted = self.warnings.is_empty() && !resources.any(|it| it.is_wanted);
        is_unwanted || self.is_nothing()
    }

    /// Whether `create` without options would change anything.
    pub fn has_drift(&self) -> bool {
        let mut resources = self.resources.iter();
        self.is_missing() || resources.any(|resource| !resource.drift.is_empty())
    }
}

impl Shown {
    fn new(node: &Node, observed: &Observed) -> Self {
        let resource = node.resource();
        let found = node.observed(observed);
        let facts = found.map_or_else(Vec::new, |found| resource.facts(found));
        let facts = facts
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        Self {
            kind: resource.id().kind.name,
            name: resource.id().name.to_owned(),
            region: resource.id().region.to_owned(),
            exists: found.is_some(),
            is_wanted: node.intent() == Intent::Keep,
            facts: facts.collect(),
            drift: node.drift(observed),
            needs: Vec::new(),
        }
    }
}
