//! Checks of the ways between accounts: what members send, and what arrives in the central account. Each account sees
//! only what is its own.

pub mod central;
pub mod member;

use super::check::{Problem, Verdict, fail, pass, unknown};
use crate::error::CallResult;
use crate::stack::engine::Outline;
use crate::stack::graph::{Intent, Node};
use crate::stack::observed::Observed;
use crate::words::counted;

/// AWS's advice for Firehose: no record is older than the buffering plus some minutes.
/// <https://docs.aws.amazon.com/firehose/latest/dev/firehose-cloudwatch-metrics-best-practices.html>
const STALE: f64 = 900.0;

/// A resource of a stack.
pub struct Part {
    pub kind: &'static str,
    pub region: String,
    pub name: String,
    /// How it differs from what it should be; nothing if it is missing.
    pub state: CallResult<Option<Vec<String>>>,
}

/// What should exist of a stack, and what does.
fn parts(outline: &Outline, observed: &Observed) -> Vec<Part> {
    let nodes = outline.graph.nodes().iter();
    let nodes = nodes.filter(|node| node.intent() != Intent::Read);
    let part = |node: &Node| {
        let resource = node.resource();
        let id = resource.id();
        Part {
            kind: id.kind.name,
            region: id.region.to_owned(),
            name: id.name.to_owned(),
            state: match observed.failure(resource) {
                Some(error) => Err(error.clone()),
                None => Ok(node.observed(observed).map(|_| node.drift(observed))),
            },
        }
    };
    nodes.map(part).collect()
}

/// Whether all resources of these kinds are as they should be; how many there are, in this word.
fn whole(parts: &[Part], kinds: &[&str], noun: &str, create: &str) -> Verdict {
    let parts = parts.iter().filter(|part| kinds.contains(&part.kind));
    let parts: Vec<&Part> = parts.collect();
    if parts.is_empty() {
        return unknown(
            "nothing says that the stack exists",
            format!("`ctadmin {create}` creates it"),
        );
    }
    parts.iter().try_for_each(|part| of(part, create))?;
    pass(counted(parts.len(), noun))
}

fn of(part: &Part, create: &str) -> Result<(), Problem> {
    let (kind, name, region) = (part.kind.replace('-', " "), &part.name, &part.region);
    let what = format!("the {kind} {name} in {region}");
    let (problem, does) = match &part.state {
        Err(error) => return Err(error.into()),
        Ok(Some(drift)) if drift.is_empty() => return Ok(()),
        Ok(Some(drift)) => (format!("{what}: {}", drift.join(", ")), "fixes"),
        Ok(None) => (format!("{what} is missing"), "creates"),
    };
    fail(problem, format!("`ctadmin {create}` {does} it")).map(drop)
}

/// CloudWatch knows nothing.
fn no_data() -> Verdict {
    unknown(
        "CloudWatch has no datapoint of the last hour",
        "wait for events: metrics appear some minutes after the first delivery",
    )
}
