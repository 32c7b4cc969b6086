//! The home region: where bucket and queue are.
//!
//! What the user names comes first, then what the account shows, then what is configured.

use super::survey::Survey;
use super::{Layout, Options};
use crate::aws::read::TrailDescription;
use crate::error::{Error, Result};
use crate::stack::Scheme;

/// The home region, by what the user and the account say.
///
/// # Errors
/// When they contradict each other.
pub fn home(scheme: &Scheme, options: &Options, survey: &Survey) -> Result<Option<String>> {
    let queues = survey.queue_regions();
    let multi = survey.multi_region_trail(scheme);
    let multi = multi.filter(|_| options.layout != Some(Layout::Regional));
    if let Some(named) = &options.home {
        return named_home(scheme, named, &queues, multi).map(Some);
    }
    match (queues.as_slice(), multi) {
        ([_, _, ..], _) => {
            let message = format!(
                "the queue {} is in several regions: {}",
                scheme.queue,
                queues.join(", ")
            );
            Err(Error::failed(message).hint("choose one with --region"))
        }
        ([queue], Some(trail)) if *queue != trail.home_region => {
            let (name, region) = (&trail.name, &trail.home_region);
            let message = format!(
                "the multi-region trail {name} is in {region}, but the queue {} is in {queue}",
                scheme.queue
            );
            Err(Error::failed(message).hint("delete one of them, or give --regional"))
        }
        ([queue], _) => Ok(Some((*queue).to_owned())),
        ([], Some(trail)) => Ok(Some(trail.home_region.clone())),
        // A queue that was lost comes back where the topics still send.
        ([], None) => Ok(survey
            .subscribed_queue_region(scheme)
            .or_else(|| options.configured_region.clone())),
    }
}

/// The home that the user named, unless the queue or the multi-region trail is elsewhere.
fn named_home(
    scheme: &Scheme,
    named: &str,
    queues: &[&str],
    multi: Option<&TrailDescription>,
) -> Result<String> {
    let queue = queues.first().filter(|_| !queues.contains(&named));
    let queue = queue.map(|region| (format!("the queue {}", scheme.queue), *region));
    let trail = multi.filter(|trail| trail.home_region != named);
    let trail = trail.map(|trail| {
        let what = format!("the multi-region trail {}", trail.name);
        (what, trail.home_region.as_str())
    });
    match queue.or(trail) {
        None => Ok(named.to_owned()),
        Some((what, elsewhere)) => Err(Error::failed(format!(
            "{what} is in {elsewhere}, not in {named}"
        ))
        .hint(format!("leave out --region, or give --region {elsewhere}"))),
    }
}
