//! The kinds of resources, a file each.
//!
//! A [`Resource`] is one desired instance of a kind. It knows how to read what exists, how to turn the difference into
//! changes, and how to turn deletion into calls. It does not know how to send, so reading is all that is `async` here.

pub mod access_key;
pub mod access_log_target;
pub mod alarm;
pub mod bucket;
pub mod bucket_settings;
pub mod change;
pub mod dashboard;
pub mod data_stream;
pub mod delivery_stream;
pub mod destination;
pub mod detector;
pub mod domain;
pub mod event_rule;
pub mod event_source_mapping;
pub mod expiry;
pub mod flow_log;
pub mod glue_database;
pub mod glue_table;
pub mod guardduty_invitation;
pub mod guardduty_members;
pub mod guardduty_organization;
pub mod lambda_concurrency;
pub mod lambda_function;
pub mod log_group;
pub mod log_resource_policy;
pub mod log_stream;
pub mod metric_filter;
pub mod move_task;
pub mod named_query;
pub mod organization;
pub mod principal;
pub mod queue;
pub mod queue_encryption;
pub mod secret;
pub mod selectors;
pub mod subscription;
pub mod subscription_filter;
pub mod topic;
pub mod trail;
pub mod trail_logs;
pub mod work_group;

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde_json::Value;

use crate::aws::{Outputs, Reader};
use crate::call::{Kind, Tag};
use crate::error::{CallError, Cause, Error, Result};
use crate::policy::Policy;

pub use change::{Change, Gates, Id, Removal, chained};

/// What is shown of a resource: a name, and a value.
pub type Fact = (&'static str, Value);

/// One desired instance of a kind of resource. A data source, which nothing changes, is one without changes.
pub trait Resource: Debug + Send + Sync + 'static {
    /// The resource as it exists.
    type Observed: Debug + Send + Sync + 'static;

    /// What names it: its kind, the region that calls go to, and a name that is unique among both.
    fn id(&self) -> Id<'_>;

    /// What the calls are about, as IAM policies name it: ARNs, or patterns of them.
    fn arns(&self) -> Vec<String> {
        Vec::new()
    }

    /// The role that its changes pass to a service, by ARN, and the service.
    fn passed_role(&self) -> Option<(String, &'static str)> {
        None
    }

    /// Reads it; `None` if it does not exist.
    fn read(
        &self,
        reader: &Reader,
    ) -> impl Future<Output = Result<Option<Self::Observed>, CallError>>;

    /// Whether one that appeared while it was being created is the one that was to be created.
    fn is_own(&self, _observed: &Self::Observed) -> bool {
        true
    }

    /// What its creation would have returned.
    fn outputs(&self, _observed: &Self::Observed) -> Outputs {
        Outputs::new()
    }

    /// What AWS would refuse of its changes half-way, if anything.
    fn refusal(&self, _observed: Option<&Self::Observed>) -> Result<()> {
        Ok(())
    }

    /// What turns it into what it should be.
    fn changes(&self, _observed: Option<&Self::Observed>) -> Vec<Change> {
        Vec::new()
    }

    /// What deletes it.
    fn removal(&self, _observed: &Self::Observed) -> Removal {
        Removal::default()
    }

    /// What is shown of it.
    fn facts(&self, _observed: &Self::Observed) -> Vec<Fact> {
        Vec::new()
    }
}

/// The kinds that plans change.
pub static KINDS: [&Kind; 34] = [
    &access_key::KIND,
    &alarm::KIND,
    &bucket::KIND,
    &dashboard::KIND,
    &data_stream::KIND,
    &delivery_stream::KIND,
    &destination::KIND,
    &detector::KIND,
    &domain::KIND,
    &event_rule::KIND,
    &event_source_mapping::KIND,
    &flow_log::KIND,
    &glue_database::KIND,
    &glue_table::KIND,
    &guardduty_invitation::KIND,
    &guardduty_members::KIND,
    &guardduty_organization::KIND,
    &lambda_function::KIND,
    &log_group::KIND,
    &log_resource_policy::KIND,
    &log_stream::KIND,
    &metric_filter::KIND,
    &move_task::KIND,
    &named_query::KIND,
    &principal::ROLE,
    &principal::USER,
    &queue::KIND,
    &subscription::KIND,
    &subscription::EMAIL,
    &subscription_filter::KIND,
    &topic::KIND,
    &trail::KIND,
    &trail_logs::KIND,
    &work_group::KIND,
];

/// What is read by a call of its own, which may be denied while the rest can be read; `None` if it was not read.
pub type Part<T> = Option<Result<T, CallError>>;

/// Such a part, if it was read.
pub fn known<T>(part: &Part<T>) -> Option<&T> {
    part.as_ref()?.as_ref().ok()
}

/// What a read returns, if it is wanted; else nothing, without reading.
async fn if_wanted<T: Default>(
    wanted: bool,
    read: impl Future<Output = Result<T, CallError>>,
) -> Result<T, CallError> {
    match wanted {
        true => read.await,
        false => Ok(T::default()),
    }
}

/// The tags to set, and the reason: `None` when all exist with these values.
fn lacking(wanted: &[Tag], observed: &[Tag]) -> Option<(Vec<Tag>, &'static str)> {
    let tags = wanted.iter().filter(|tag| !observed.contains(tag));
    let tags: Vec<Tag> = tags.cloned().collect();
    let exists = |tag: &Tag| observed.iter().any(|other| other.key == tag.key);
    let reason = match tags.iter().any(exists) {
        true => "tags differ",
        false => "tags are missing",
    };
    (!tags.is_empty()).then_some((tags, reason))
}

/// The same, where the service takes tags as a map.
fn lacking_pairs(
    wanted: &[Tag],
    observed: &BTreeMap<String, String>,
) -> Option<(BTreeMap<String, String>, &'static str)> {
    let observed = observed.iter().map(|(key, value)| Tag {
        key: key.clone(),
        value: value.clone(),
    });
    let (tags, reason) = lacking(wanted, &observed.collect::<Vec<_>>())?;
    Some((pairs(&tags), reason))
}

/// Tags as a map.
fn pairs<'a>(tags: impl IntoIterator<Item = &'a Tag>) -> BTreeMap<String, String> {
    let tags = tags.into_iter();
    tags.map(|tag| (tag.key.clone(), tag.value.clone()))
        .collect()
}

/// Whether a policy is within the limits of a kind: so many bytes, so many statements.
fn fits(kind: &str, name: &str, policy: &Policy, bytes: usize, statements: usize) -> Result<()> {
    let (length, count) = (policy.to_text().len(), policy.count());
    let excess = if length > bytes {
        format!("{length} bytes; the limit is {bytes}")
    } else if count > statements {
        format!("{count} statements; the limit is {statements}")
    } else {
        return Ok(());
    };
    let message = format!("the policy of the {kind} {name} would have {excess}");
    Err(Error::failed(message).hint("remove statements that are no longer needed"))
}

/// A policy as AWS returned it, where it returned one.
fn parse_policy(
    text: Option<&str>,
    service: &'static str,
    operation: &str,
    region: &str,
    resource: &str,
) -> Result<Option<Policy>, CallError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    Policy::parse(text).map(Some).map_err(|error| CallError {
        service,
        operation: operation.to_owned(),
        region: region.to_owned(),
        resource: resource.to_owned(),
        cause: Cause::Code("UnreadablePolicy".to_owned()),
        message: error.to_string(),
        request_id: None,
    })
}

#[cfg(test)]
mod tests;
