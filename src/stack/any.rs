//! Resources of any kind: an object-safe face over the typed [`Resource`].

use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::LocalBoxFuture;

use super::observed::Observation;
use crate::aws::{Outputs, Reader};
use crate::error::{CallError, Result};
use crate::resource::{Change, Fact, Id, Removal, Resource};

/// What is observed of a resource, whatever its kind.
pub type State = dyn Any + Send + Sync;

/// A [`Resource`] of any kind. What is observed of one is always of the type that its own read returns.
pub trait AnyResource: Debug + Send + Sync {
    /// See [`Resource::id`].
    fn id(&self) -> Id<'_>;
    /// See [`Resource::arns`].
    fn arns(&self) -> Vec<String>;
    /// See [`Resource::passed_role`].
    fn passed_role(&self) -> Option<(String, &'static str)>;
    /// See [`Resource::read`].
    fn read<'a>(&'a self, reader: &'a Reader)
    -> LocalBoxFuture<'a, Result<Observation, CallError>>;
    /// See [`Resource::refusal`].
    fn refusal(&self, observed: Option<&State>) -> Result<()>;
    /// See [`Resource::changes`].
    fn changes(&self, observed: Option<&State>) -> Vec<Change>;
    /// See [`Resource::removal`].
    fn removal(&self, observed: &State) -> Removal;
    /// See [`Resource::facts`].
    fn facts(&self, observed: &State) -> Vec<Fact>;
    /// See [`Resource::outputs`].
    fn outputs(&self, observed: &State) -> Outputs;
    /// See [`Resource::is_own`].
    fn is_own(&self, observed: &State) -> bool;
}

impl<R: Resource> AnyResource for R {
    fn id(&self) -> Id<'_> {
        Resource::id(self)
    }

    fn arns(&self) -> Vec<String> {
        Resource::arns(self)
    }

    fn passed_role(&self) -> Option<(String, &'static str)> {
        Resource::passed_role(self)
    }

    fn read<'a>(
        &'a self,
        reader: &'a Reader,
    ) -> LocalBoxFuture<'a, Result<Observation, CallError>> {
        let read = async move {
            let found = Resource::read(self, reader).await?;
            Ok(found.map(|found| Arc::new(found) as Arc<_>))
        };
        read.boxed_local()
    }

    fn refusal(&self, observed: Option<&State>) -> Result<()> {
        Resource::refusal(self, observed.and_then(|observed| observed.downcast_ref()))
    }

    fn changes(&self, observed: Option<&State>) -> Vec<Change> {
        Resource::changes(self, observed.and_then(|observed| observed.downcast_ref()))
    }

    fn removal(&self, observed: &State) -> Removal {
        let observed = observed.downcast_ref();
        observed.map_or_else(Removal::default, |observed| {
            Resource::removal(self, observed)
        })
    }

    fn facts(&self, observed: &State) -> Vec<Fact> {
        let observed = observed.downcast_ref();
        observed.map_or_else(Vec::new, |observed| Resource::facts(self, observed))
    }

    fn outputs(&self, observed: &State) -> Outputs {
        let observed = observed.downcast_ref();
        observed.map_or_else(Outputs::new, |observed| Resource::outputs(self, observed))
    }

    fn is_own(&self, observed: &State) -> bool {
        let mut observed = observed.downcast_ref().into_iter();
        observed.all(|observed| Resource::is_own(self, observed))
    }
}

/// How a resource that should exist differs from what is observed, in words. Of a missing one, only the first reason.
pub fn drift(wanted: &dyn AnyResource, observed: Option<&State>) -> Vec<String> {
    let changes = wanted.changes(observed);
    let count = if observed.is_none() { 1 } else { changes.len() };
    let changes = changes.into_iter().take(count);
    changes.map(|change| change.reason).collect()
}
