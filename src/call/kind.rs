//! A kind of resource as its API knows it: the operations that read, change and delete it, and what its errors mean.
//!
//! IAM policies, scripts and runs all go by this one value.

use std::time::Duration;

use super::Call;
use super::passing::{self, Sent, Wait};
use super::rule::Rule;
use super::settled::Proof;

/// A kind of resource.
#[derive(Debug)]
pub struct Kind {
    /// What steps call it, e.g. `log-group`.
    pub name: &'static str,
    /// The API's name, e.g. `logs`.
    pub service: &'static str,
    /// The operations that read it, as AWS spells them.
    pub reads: &'static [&'static str],
    /// The operations that read its tags, where tags are wanted.
    pub tag_reads: &'static [&'static str],
    /// The operations that create or update it.
    pub changes: &'static [&'static str],
    /// The operations that delete it.
    pub removals: &'static [&'static str],
    /// The errors that pass.
    pub passing: &'static [Rule<Wait>],
    /// The errors that say that the work is done.
    pub settled: &'static [Rule<Proof>],
    /// Adds a call that deletes one resource to a call that deletes others, if one request has room for all.
    pub merge: Option<fn(&mut Call, &Call) -> bool>,
}

impl Kind {
    /// A kind without operations and rules: what others are completed from.
    pub const fn new(name: &'static str, service: &'static str) -> Self {
        Self {
            name,
            service,
            reads: &[],
            tag_reads: &[],
            changes: &[],
            removals: &[],
            passing: &[],
            settled: &[],
            merge: None,
        }
    }

    /// How long a request may be sent again after an error with this code; zero for most. `before` are the requests
    /// that the same run has done.
    pub fn patience(&self, code: &str, request: Sent<'_>, before: &[Sent<'_>]) -> Duration {
        let passing = passing::of(self.passing, request, before);
        let found = passing.iter().find(|(passing, _)| *passing == code);
        found.map_or(Duration::ZERO, |(_, patience)| *patience)
    }

    /// The errors by which an operation may say that its work is done.
    pub fn settled(&self, operation: &str) -> Vec<(&'static str, Proof)> {
        let rules = self.settled.iter().filter(|rule| rule.is_for(operation));
        let all = rules.flat_map(|rule| rule.codes.iter().map(|code| (*code, rule.meaning)));
        all.collect()
    }

    /// What an error proves, if anything.
    pub fn proof(&self, operation: &str, code: &str) -> Option<Proof> {
        let mut settled = self.settled(operation).into_iter();
        settled.find_map(|(known, proof)| (known == code).then_some(proof))
    }
}
