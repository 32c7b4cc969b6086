//! The resources of a stack, and whether each is as it should be.

use std::fmt;

use super::check::{Problem, fail};
use crate::call::Kind;
use crate::error::CallResult;
use crate::stack::graph::Node;
use crate::stack::observed::Observed;

/// A resource of a stack.
pub struct Part {
    pub kind: &'static Kind,
    pub region: String,
    pub name: String,
    /// How it differs from what it should be; nothing if it is missing.
    pub state: CallResult<Option<Vec<String>>>,
}

impl Part {
    /// The resource that a node of the graph describes.
    pub fn new(node: &Node, observed: &Observed) -> Self {
        let resource = node.resource();
        let id = resource.id();
        Self {
            kind: id.kind,
            region: id.region.to_owned(),
            name: id.name.to_owned(),
            state: match observed.failure(resource) {
                Some(error) => Err(error.clone()),
                None => Ok(node.observed(observed).map(|_| node.drift(observed))),
            },
        }
    }

    /// Whether it is one of these kinds.
    pub fn is_any(&self, kinds: &[&str]) -> bool {
        kinds.contains(&self.kind.name)
    }

    /// Whether it is as it should be. `create` is the command that sees to it, without the program's name.
    pub fn whole(&self, create: &str) -> Result<(), Problem> {
        let (problem, advice) = match &self.state {
            Err(error) => return Err(error.into()),
            Ok(Some(drift)) if drift.is_empty() => return Ok(()),
            Ok(Some(drift)) => {
                let advice = match drift.iter().any(|words| words.starts_with("--replace")) {
                    true => format!("`ctadmin {create} --replace` replaces it"),
                    false => format!("`ctadmin {create}` fixes it"),
                };
                (format!("{self}: {}", drift.join(", ")), advice)
            }
            Ok(None) => (
                format!("{self} is missing"),
                format!("`ctadmin {create}` creates it"),
            ),
        };
        fail(problem, advice).map(drop)
    }
}

/// Kind, name and region; IAM has no regions.
impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} {}", self.kind.name.replace('-', " "), self.name)?;
        match self.kind.service {
            "iam" => Ok(()),
            _ => write!(f, " in {}", self.region),
        }
    }
}
