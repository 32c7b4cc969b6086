//! What is observed of an account: for each resource that was read, what exists of it.

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

use super::any::{AnyResource, State};
use crate::error::CallError;
use crate::resource::Resource;

/// What a read of a resource returned; nothing if it does not exist.
pub type Observation = Option<Arc<dyn Any + Send + Sync>>;

/// What is observed of an account.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    reads: HashMap<Key, Result<Observation, CallError>>,
    /// The first read that failed, in the order of the nodes.
    first_error: Option<CallError>,
    /// Whether all that was not read does not exist.
    is_empty: bool,
}

/// What names a resource of an account: kind, region and name.
type Key = (&'static str, String, String);

impl Observed {
    /// An account in which nothing exists.
    pub fn nothing() -> Self {
        Self {
            is_empty: true,
            ..Self::default()
        }
    }

    /// Adds what a read returned.
    pub fn insert(&mut self, resource: &dyn AnyResource, read: Result<Observation, CallError>) {
        if let Err(error) = &read {
            self.first_error.get_or_insert_with(|| error.clone());
        }
        self.reads.insert(key(resource), read);
    }

    /// Whether a resource was read.
    pub fn is_read(&self, resource: &dyn AnyResource) -> bool {
        self.is_empty || self.reads.contains_key(&key(resource))
    }

    /// Whether a resource was looked for in the account.
    pub fn has_read(&self, resource: &dyn AnyResource) -> bool {
        self.reads.get(&key(resource)).is_some_and(Result::is_ok)
    }

    /// What exists of a resource, if it was read.
    pub fn of<R: Resource>(&self, resource: &R) -> Option<&R::Observed> {
        self.found(resource)?.downcast_ref()
    }

    /// The same of a resource of any kind.
    pub fn found(&self, resource: &dyn AnyResource) -> Option<&State> {
        let read = self.reads.get(&key(resource))?;
        read.as_ref().ok()?.as_deref()
    }

    /// Why a resource could not be read.
    pub fn failure(&self, resource: &dyn AnyResource) -> Option<&CallError> {
        self.reads.get(&key(resource))?.as_ref().err()
    }

    /// Why something could not be read; the same error in every run.
    pub fn first_error(&self) -> Option<&CallError> {
        self.first_error.as_ref()
    }
}

fn key(resource: &dyn AnyResource) -> Key {
    let id = resource.id();
    (id.kind.name, id.region.to_owned(), id.name.to_owned())
}
