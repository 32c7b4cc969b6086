//! The kinds of resources, a file each.
//!
//! A kind knows what it wants, how to read what is there, how to turn the difference into steps, and how to turn
//! removal into steps. It does not know how to send, so reading is all that is `async` here.

pub mod access_key;
pub mod alarm;
pub mod bucket;
pub mod bucket_settings;
pub mod dashboard;
pub mod email;
pub mod log_group;
pub mod metric_filter;
pub mod queue;
pub mod queue_encryption;
pub mod role;
pub mod selectors;
pub mod subscription;
pub mod topic;
pub mod trail;
pub mod trail_logs;
pub mod user;

use crate::call::Tag;
use crate::error::{CallError, Cause};
use crate::policy::Policy;

/// The operations of a kind, by what they are for; IAM policies are made from them.
#[derive(Clone, Copy, Debug)]
pub struct Operations {
    /// The API's name.
    pub service: &'static str,
    /// To find out what is there.
    pub reads: &'static [&'static str],
    /// To read tags, where tags are wanted.
    pub tag_reads: &'static [&'static str],
    /// To make or mend.
    pub changes: &'static [&'static str],
    /// To delete.
    pub removals: &'static [&'static str],
}

/// What is read by a call of its own, which may be denied while the rest can be read; `None` if it was not read.
pub type Part<T> = Option<Result<T, CallError>>;

/// Such a part, if it was read.
pub fn known<T>(part: &Part<T>) -> Option<&T> {
    part.as_ref()?.as_ref().ok()
}

/// The wanted tags that are missing or have another value.
fn lacking(wanted: &[Tag], found: &[Tag]) -> Vec<Tag> {
    let lacks = wanted.iter().filter(|tag| !found.contains(tag));
    lacks.cloned().collect()
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
