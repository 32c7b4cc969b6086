//! Queues that were deleted a moment ago and still answer.
//!
//! Deleting a queue takes up to 60 seconds, and requests about it may succeed until then:
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html>. What `delete` leaves
//! behind is a queue without any of the topics that feed it, so such a queue is asked for again and again before
//! anything is built on it. Servers learn of the deletion one by one: a single answer proves little.

use std::time::Duration;

use futures::future::join_all;
use tokio::time::{Instant, sleep};

use super::Options;
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
pub struct Suspect {
    name: String,
    region: String,
    url: String,
    is_dead_letter_queue: bool,
}

/// What to say before the suspects are watched.
pub fn suspicion(suspects: &[Suspect], watch: Duration) -> String {
    let watch = humantime::format_duration(watch);
    let names = suspects
        .iter()
        .map(|suspect| format!("{} in {}", suspect.name, suspect.region));
    let names = names.collect::<Vec<_>>().join(", ");
    match suspects {
        [_] => format!(
            "the queue {names} exists, but none of the topics that send to it: it may have been deleted a moment ago, \
             so ctadmin checks it for up to {watch}"
        ),
        _ => format!(
            "the queues {names} exist, but none of the topics that send to them: they may have been deleted a moment ago, \
             so ctadmin checks them for up to {watch}"
        ),
    }
}

/// Watches the suspected queues for as long as SQS takes to delete one, and forgets those that are gone.
pub async fn settle(reader: &Reader, suspects: Vec<Suspect>, survey: &mut Survey, watch: Duration) {
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

/// The queues that were found, where no topic was, as far as they matter. Without a queue, they are but a hint at the
/// home, which needs none where it is named, unless all queues are elsewhere: then it is refused.
pub fn suspects(scheme: &Scheme, options: &Options, survey: &Survey) -> Vec<Suspect> {
    let mut suspects = Vec::new();
    if survey.regions.values().any(|found| found.topic.is_some()) {
        return suspects;
    }
    let queues = survey.queue_regions();
    let home = options.home.as_deref();
    let is_at_home = home.is_some_and(|home| queues.contains(&home));
    for (region, found) in &survey.regions {
        if found.queue.is_some() && !(options.no_queue && is_at_home) {
            suspects.push(Suspect {
                name: scheme.queue.clone(),
                region: region.clone(),
                url: scheme.queue_url(region),
                is_dead_letter_queue: false,
            });
        }
        if found.dead_letters.is_some() && !options.no_queue {
            suspects.push(Suspect {
                name: scheme.dead_letter_queue(),
                region: region.clone(),
                url: scheme.dead_letter_queue_url(region),
                is_dead_letter_queue: true,
            });
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::queue;
    use crate::stack::trail::region::RegionState;
    use crate::stack::trail::survey::{BucketScope, Scope};

    /// What is said of an account with these queues: region, queue, dead letter queue.
    fn said(found: &[(&str, bool, bool)], options: &Options) -> Option<String> {
        let scheme = Scheme {
            account: "123456789012".into(),
            partition: "aws".into(),
            prefix: "p".into(),
            queue: "q".into(),
            sqs_endpoint: None,
        };
        let mut survey = Survey::of_empty_account(Scope {
            regions: Vec::new(),
            enabled: Vec::new(),
            except: Vec::new(),
            home: None,
            bucket: BucketScope::Nothing,
            details: crate::resource::trail::Details::default(),
            bucket_parts: crate::resource::bucket_settings::Parts::default(),
            access_log_bucket: None,
            with_backlog: false,
        });
        for (region, queue, dead_letters) in found {
            let found = RegionState {
                queue: queue.then(queue::QueueState::default),
                dead_letters: dead_letters.then(queue::QueueState::default),
                ..RegionState::default()
            };
            survey.regions.insert((*region).to_owned(), found);
        }
        let suspects = suspects(&scheme, options, &survey);
        (!suspects.is_empty()).then(|| suspicion(&suspects, WATCH))
    }

    #[test]
    fn the_suspects_themselves_are_named() {
        let options = Options::default();
        let one = said(&[("eu-west-1", false, true)], &options).expect("a suspect");
        assert!(
            one.starts_with("the queue q-dlq in eu-west-1 exists, "),
            "{one}"
        );
        let found = [("eu-west-1", true, false), ("us-east-1", true, true)];
        let all = said(&found, &options).expect("suspects");
        let queues = "the queues q in eu-west-1, q in us-east-1, q-dlq in us-east-1 exist, ";
        assert!(all.starts_with(queues), "{all}");
        assert_eq!(said(&[("eu-west-1", false, false)], &options), None);
    }

    #[test]
    fn without_a_queue_only_what_tells_of_the_home_is_suspected() {
        let home = |home: Option<&str>| Options {
            home: home.map(str::to_owned),
            no_queue: true,
            ..Options::default()
        };
        let found = [("eu-west-1", true, true)];
        assert_eq!(said(&found, &home(Some("eu-west-1"))), None);
        assert_eq!(said(&[("eu-west-1", false, true)], &home(None)), None);
        for home in [home(None), home(Some("us-east-1"))] {
            let said = said(&found, &home).expect("a suspect");
            assert!(!said.contains("dlq"), "{said}");
        }
    }
}
