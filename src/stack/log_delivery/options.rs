//! What is asked of the delivery, and what is found out for it before the graph.

use super::{LogSource, role_of};
use crate::aws::Reader;
use crate::call::Tag;
use crate::error::Result;
use crate::stack::engine::{Outline, Stack};
use crate::stack::graph::Node;
use crate::stack::observed::Observed;
use crate::stack::trail::survey::{BucketScope, Scope, Survey as TrailSurvey};
use crate::stack::{Account, Purpose, Say, trail};

/// What is asked of the delivery, by the stack that uses it.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What is asked of the trail stack.
    pub trail: trail::Options,
    /// Whether to create or update the multi-region trail as well.
    pub with_trail: bool,
    /// The log group, when it was named.
    pub log_group: Option<String>,
    /// How many days events are kept, when an option states it.
    pub retention_in_days: Option<i32>,
    /// The key that encrypts the log group, when it was named.
    pub kms_key_id: Option<String>,
    /// Tags to set.
    pub tags: Vec<Tag>,
    /// The log group of others that is read in the place of the trail's.
    pub source: Option<LogSource>,
    /// Whether deletion takes the log group with it, and its events.
    pub with_logs: bool,
}

impl Options {
    /// The stack below, where it is created or updated as well.
    pub fn created_trail(&self, purpose: Purpose) -> Option<trail::Options> {
        let is_created = purpose == Purpose::Create && self.with_trail;
        is_created.then(|| trail::Options {
            layout: Some(trail::Layout::MultiRegion),
            tags: self.tags.clone(),
            ..self.trail.clone()
        })
    }

    /// Finds out which trails there are.
    pub async fn discover(
        &self,
        account: &Account,
        purpose: Purpose,
        reader: &Reader,
        say: Say<'_>,
    ) -> TrailSurvey {
        match self.created_trail(purpose) {
            Some(trail) => trail.discover(account, purpose, reader, say).await,
            None if self.needs_no_trail(purpose) => self.nothing(account, purpose),
            // Nothing depends on the bucket.
            None => {
                let scope = Scope::new(account, BucketScope::Nothing);
                TrailSurvey::of(reader, scope).await
            }
        }
    }

    /// Whether it does not matter which trails there are; a new source must not be the log group of one.
    fn needs_no_trail(&self, purpose: Purpose) -> bool {
        self.source.is_some() && purpose != Purpose::Create
    }

    /// What discovery finds in an empty account.
    pub fn nothing(&self, account: &Account, purpose: Purpose) -> TrailSurvey {
        match self.created_trail(purpose) {
            Some(trail) => trail.nothing(account, purpose),
            None => TrailSurvey::of_empty_account(Scope::new(account, BucketScope::Nothing)),
        }
    }

    /// The resources of the stack below, where it is created as well; and, as long as discovery runs, the role.
    ///
    /// # Errors
    /// When account or options make the trail impossible.
    pub fn outline(
        &self,
        account: &Account,
        purpose: Purpose,
        trails: Option<&TrailSurvey>,
        observed: &Observed,
    ) -> Result<Outline> {
        let mut outline = Outline::new(account);
        match (trails, self.created_trail(purpose)) {
            (None, _) => {
                let source = self.source.as_ref();
                let role = source.map(|source| source.role(&account.scheme));
                let role = role.unwrap_or_else(|| role_of(&account.scheme));
                outline.graph.add(Node::read(role));
            }
            (trails, Some(trail)) => outline = trail.outline(account, purpose, trails, observed)?,
            (Some(trails), None) => outline.unread = trails.unread_walked(),
        }
        Ok(outline)
    }
}
