//! Queues that were deleted a moment ago and still answer.
//!
//! Deleting a queue takes up to 60 seconds, and requests about it may succeed until then:
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html>. What `delete` leaves
//! behind is a queue without any of the topics that feed it, so such a queue is asked for again and again before
//! anything is built on it. Servers learn of the deletion one by one: a single answer proves little.

use std::time::Duration;

use futures::future::join_all;
use tokio::time::{Instant, sleep};

use super::survey::Survey;
use crate::aws::Reader;
use crate::error::CallError;
use crate::plan::Unread;
use crate::stack::Scheme;

/// How long SQS takes to delete a queue.
pub const WATCH: Duration = Duration::from_secs(60);

/// How often a queue is asked for while it is watched.
const LOOKS: u32 = 20;

/// How many answers in a row must say that a queue does not exist.
const GONE: u32 = 3;

/// A queue that may have been deleted.
#[derive(Clone, Debug)]
struct Suspect {
    region: String,
    url: String,
    is_dead_letter_queue: bool,
}

/// What to say before the queues are watched; nothing where none is suspected.
pub fn suspicion(scheme: &Scheme, survey: &Survey, watch: Duration) -> Option<String> {
    let suspects = suspects(scheme, survey);
    let regions = survey.regions.iter();
    let mut regions =
        regions.filter(|(_, found)| found.queue.is_some() || found.dead_letters.is_some());
    let (region, _) = regions.next()?;
    (!suspects.is_empty() && !watch.is_zero()).then(|| {
        format!(
            "the queue {} exists in {region}, but none of the topics that feed it: it may have been deleted a moment ago, \
             so it is watched for up to {}",
            scheme.queue,
            humantime::format_duration(watch)
        )
    })
}

/// Watches the suspected queues for as long as SQS takes to delete one, and forgets those that are gone.
pub async fn settle(reader: &Reader, scheme: &Scheme, survey: &mut Survey, watch: Duration) {
    let suspects = suspects(scheme, survey);
    let looks = suspects
        .iter()
        .map(|suspect| exists(reader, suspect, watch));
    let looks = join_all(looks).await;
    for (suspect, exists) in suspects.into_iter().zip(looks) {
        let region = suspect.region;
        match exists {
            Ok(true) => {}
            Ok(false) => {
                if let Some(found) = survey.regions.get_mut(&region) {
                    match suspect.is_dead_letter_queue {
                        true => found.dead_letters = None,
                        false => found.queue = None,
                    }
                }
            }
            Err(error) => {
                if survey.regions.remove(&region).is_some() {
                    survey.unread.push(Unread { region, error });
                }
            }
        }
    }
}

/// The queues that were found, where no topic was.
fn suspects(scheme: &Scheme, survey: &Survey) -> Vec<Suspect> {
    let mut suspects = Vec::new();
    if survey.regions.values().any(|found| found.topic.is_some()) {
        return suspects;
    }
    for (region, found) in &survey.regions {
        let mut suspect = |url, is_dead_letter_queue| {
            suspects.push(Suspect {
                region: region.clone(),
                url,
                is_dead_letter_queue,
            });
        };
        if found.queue.is_some() {
            suspect(scheme.queue_url(region), false);
        }
        if found.dead_letters.is_some() {
            suspect(scheme.dead_letter_queue_url(region), true);
        }
    }
    suspects
}

/// Whether a queue still exists once the time is over that SQS takes to delete it.
async fn exists(reader: &Reader, suspect: &Suspect, watch: Duration) -> Result<bool, CallError> {
    let end = Instant::now() + watch;
    let mut missing = 0;
    loop {
        sleep(watch / LOOKS).await;
        match reader.queue(&suspect.region, &suspect.url).await? {
            Some(_) if Instant::now() >= end => return Ok(true),
            Some(_) => missing = 0,
            None => missing += 1,
        }
        if missing == GONE {
            return Ok(false);
        }
    }
}
