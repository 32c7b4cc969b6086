//! Event selectors that the caller may not read.
//!
//! Policies of earlier versions do not allow it. Trails can still be created and fixed without: what their selectors
//! exclude is unknown then, and is not changed.

use super::desired::Desired;
use crate::error::{CallError, Error, Result};
use crate::words::few;

/// What the caller lacks.
pub const PERMISSION: &str = "cloudtrail:GetEventSelectors";

/// Refuses to include all sources where it is unknown which are excluded.
pub fn check(desired: &Desired<'_>) -> Result<()> {
    let unread = unread(desired);
    let asked = desired.options.include_all_sources;
    let Some((_, error)) = unread.first().filter(|_| asked) else {
        return Ok(());
    };
    Err(Error::from((*error).clone()).hint(format!("--include-all-sources needs {PERMISSION}")))
}

/// What a plan does without knowing the selectors.
pub fn note(desired: &Desired<'_>) -> Option<String> {
    let unread = unread(desired);
    let regions = few(unread.iter().map(|(region, _)| region));
    (!unread.is_empty()).then(|| {
        format!("the event selectors in {regions} could not be read ({PERMISSION}): they are not changed")
    })
}

/// The regions of trails that exist and are wanted, whose selectors could not be read, and why.
fn unread<'a>(desired: &'a Desired<'_>) -> Vec<(&'a str, &'a CallError)> {
    let regions = desired.regions.keys();
    let denied = regions.filter_map(|region| {
        let selectors = desired.survey.trail(region)?.selectors.as_ref()?;
        Some((region.as_str(), selectors.as_ref().err()?))
    });
    denied.collect()
}
