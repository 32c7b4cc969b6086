//! Event selectors that the caller may not read.
//!
//! Policies of earlier versions do not allow it. Trails can still be created and fixed without: what their selectors
//! exclude is unknown then, and is not changed.

use super::Options;
use super::desired::Desired;
use super::survey::Survey;
use crate::error::{CallError, Error, Result};
use crate::resource::trail;
use crate::words::few;

/// What the caller lacks.
pub const PERMISSION: &str = "cloudtrail:GetEventSelectors";

/// Refuses to include all sources where it is unknown which are excluded.
pub fn check(options: &Options, survey: &Survey, desired: &Desired) -> Result<()> {
    let unread = unread(survey, desired);
    let Some((_, error)) = unread.first().filter(|_| options.include_all_sources) else {
        return Ok(());
    };
    Err(Error::from((*error).clone()).hint(format!("--include-all-sources needs {PERMISSION}")))
}

/// What a plan does without knowing the selectors.
pub fn note(survey: &Survey, desired: &Desired) -> Option<String> {
    let unread = unread(survey, desired);
    let regions = few(unread.iter().map(|(region, _)| region));
    (!unread.is_empty()).then(|| {
        format!("the event selectors in {regions} could not be read ({PERMISSION}): they are not changed")
    })
}

/// The regions of trails that exist and are wanted, whose selectors could not be read.
fn unread<'a>(survey: &'a Survey, desired: &'a Desired) -> Vec<(&'a str, &'a CallError)> {
    let regions = desired.regions.keys();
    let denied = regions.filter_map(|region| {
        let trail = survey.regions.get(region)?.trail.as_ref()?;
        Some((region.as_str(), denial(trail)?))
    });
    denied.collect()
}

/// Why the selectors of a trail could not be read.
fn denial(found: &trail::TrailState) -> Option<&CallError> {
    found.selectors.as_ref()?.as_ref().err()
}
