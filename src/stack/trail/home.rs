//! The home region: where bucket and queue are.
//!
//! What the user names comes first, then what the account shows, then what is configured.

use super::survey::Survey;
use super::{Layout, Options};
use crate::error::{Error, Result};

/// The home region, by what the user and the account say.
///
/// # Errors
/// When they contradict each other.
pub fn home(options: &Options, survey: &Survey) -> Result<Option<String>> {
    match &options.home {
        Some(named) => named_home(options, survey, named).map(Some),
        None => found_home(options, survey, &survey.scope.account.configured_region),
    }
}

/// The home region where none is named; `default` where the account does not show one.
///
/// # Errors
/// When the account shows several.
pub fn found_home(
    options: &Options,
    survey: &Survey,
    default: &Option<String>,
) -> Result<Option<String>> {
    let queues = survey.queue_regions();
    let name = &survey.scheme().queue;
    match (queues.as_slice(), multi_region(options, survey)) {
        ([_, _, ..], _) => {
            let regions = queues.join(", ");
            let message = format!("the queue {name} is in several regions: {regions}");
            Err(Error::failed(message).hint("choose one with --region"))
        }
        ([queue], Some((trail, region))) if *queue != region => {
            let message = format!("{trail} is in {region}, but the queue {name} is in {queue}");
            Err(Error::failed(message).hint("delete one of them, or give --regional"))
        }
        ([queue], _) => Ok(Some((*queue).to_owned())),
        ([], Some((_, region))) => Ok(Some(region.to_owned())),
        // A queue that was lost comes back where the topics still send.
        ([], None) => Ok(survey.subscribed_queue_region().or_else(|| default.clone())),
    }
}

/// The home that the user named, unless the queue or the multi-region trail is elsewhere.
fn named_home(options: &Options, survey: &Survey, named: &str) -> Result<String> {
    let queues = survey.queue_regions();
    let queue = queues.first().filter(|_| !queues.contains(&named));
    let queue = queue.map(|region| (format!("the queue {}", survey.scheme().queue), *region));
    let trail = multi_region(options, survey).filter(|(_, region)| *region != named);
    match queue.or(trail) {
        None => Ok(named.to_owned()),
        Some((what, elsewhere)) => {
            let message = format!("{what} is in {elsewhere}, not in {named}");
            let hint = format!("leave out --region, or give --region {elsewhere}");
            Err(Error::failed(message).hint(hint))
        }
    }
}

/// The multi-region trail in words, and its region, where it matters.
fn multi_region<'a>(options: &Options, survey: &'a Survey) -> Option<(String, &'a str)> {
    let trail = survey.multi_region_trail()?;
    let words = format!("the multi-region trail {}", trail.name);
    (options.layout != Some(Layout::Regional)).then_some((words, &trail.home_region))
}
