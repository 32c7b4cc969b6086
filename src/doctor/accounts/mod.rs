//! Checks of the ways between accounts: what members send, and what arrives in the central account. Each account sees
//! only what is its own.

pub mod central;
pub mod member;

use super::check::{Verdict, pass, unknown};
use super::parts::Part;
use crate::stack::engine::Outline;
use crate::stack::graph::Intent;
use crate::stack::observed::Observed;
use crate::words::counted;

/// What should exist of a stack, and what does.
fn parts(outline: &Outline, observed: &Observed) -> Vec<Part> {
    let nodes = outline.graph.nodes().iter();
    let nodes = nodes.filter(|node| node.intent() != Intent::Read);
    nodes.map(|node| Part::new(node, observed)).collect()
}

/// Whether all resources of these kinds are as they should be; how many there are, in this word.
fn whole(parts: &[Part], kinds: &[&str], noun: &str, create: &str) -> Verdict {
    let parts = parts.iter().filter(|part| part.is_any(kinds));
    let parts: Vec<&Part> = parts.collect();
    if parts.is_empty() {
        return unknown(
            "nothing says that the stack exists",
            format!("`ctadmin {create}` creates it"),
        );
    }
    parts.iter().try_for_each(|part| part.whole(create))?;
    pass(counted(parts.len(), noun))
}
