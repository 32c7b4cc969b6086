//! Queues that were deleted a moment ago and still answer.
//!
//! Deleting a queue takes up to 60 seconds, and requests about it may succeed until then:
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html>. What `delete` leaves
//! behind is a queue without any of the topics that send to it, so such a queue is read repeatedly before anything
//! depends on it. Servers learn of the deletion one by one: a single answer proves little.

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
pub const DELETION_TIME: Duration = Duration::from_secs(60);

/// How often a queue is read in that time.
const READS: u32 = 20;

/// How many answers in a row must say that a queue does not exist.
const MISSING_ANSWERS: u32 = 3;

/// A queue that may have been deleted.
#[derive(Clone, Debug)]
pub struct MaybeDeleted {
    name: String,
    region: String,
    url: String,
    is_dead_letter_queue: bool,
}

/// The note on queues that may have been deleted, and on how long they are checked.
pub fn note(queues: &[MaybeDeleted], watch: Duration) -> String {
    let watch = humantime::format_duration(watch);
    let names = queues
        .iter()
        .map(|queue| format!("{} in {}", queue.name, queue.region));
    let names = names.collect::<Vec<_>>().join(", ");
    match queues {
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

/// Checks these queues for as long as SQS takes to delete one, and removes those that are deleted from the survey.
pub async fn remove_deleted(
    reader: &Reader,
    queues: Vec<MaybeDeleted>,
    survey: &mut Survey,
    watch: Duration,
) {
    let checks = queues.iter().map(|queue| exists(reader, queue, watch));
    let checks = join_all(checks).await;
    for (queue, exists) in queues.into_iter().zip(checks) {
        let region = queue.region;
        match exists {
            Ok(true) => {}
            Ok(false) => {
                if let Some(found) = survey.regions.get_mut(&region) {
                    match queue.is_dead_letter_queue {
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

/// The queues that exist although no topic does, as far as they matter. With `--no-queue` they only indicate the home
/// region, which they need not if it is given, unless all queues are in other regions: then it is refused.
pub fn maybe_deleted(scheme: &Scheme, options: &Options, survey: &Survey) -> Vec<MaybeDeleted> {
    let mut queues_to_check = Vec::new();
    if survey.regions.values().any(|found| found.topic.is_some()) {
        return queues_to_check;
    }
    let queues = survey.queue_regions();
    let home = options.home.as_deref();
    let is_at_home = home.is_some_and(|home| queues.contains(&home));
    for (region, found) in &survey.regions {
        if found.queue.is_some() && !(options.no_queue && is_at_home) {
            queues_to_check.push(MaybeDeleted {
                name: scheme.queue.clone(),
                region: region.clone(),
                url: scheme.queue_url(region),
                is_dead_letter_queue: false,
            });
        }
        if found.dead_letters.is_some() && !options.no_queue {
            queues_to_check.push(MaybeDeleted {
                name: scheme.dead_letter_queue(),
                region: region.clone(),
                url: scheme.dead_letter_queue_url(region),
                is_dead_letter_queue: true,
            });
        }
    }
    queues_to_check
}

/// Whether a queue still exists after the time that SQS takes to delete it.
async fn exists(reader: &Reader, queue: &MaybeDeleted, watch: Duration) -> Result<bool, CallError> {
    let end = Instant::now() + watch;
    let mut missing = 0;
    loop {
        sleep(watch / READS).await;
        match reader.queue(&queue.region, &queue.url).await? {
            Some(_) if Instant::now() >= end => return Ok(true),
            Some(_) => missing = 0,
            None => missing += 1,
        }
        if missing == MISSING_ANSWERS {
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

    /// The note on an account with these queues: region, queue, dead-letter queue.
    fn noted(found: &[(&str, bool, bool)], options: &Options) -> Option<String> {
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
        let queues = maybe_deleted(&scheme, options, &survey);
        (!queues.is_empty()).then(|| note(&queues, DELETION_TIME))
    }

    #[test]
    fn the_note_names_the_queues() {
        let options = Options::default();
        let one = noted(&[("eu-west-1", false, true)], &options).expect("a note");
        assert!(
            one.starts_with("the queue q-dlq in eu-west-1 exists, "),
            "{one}"
        );
        let found = [("eu-west-1", true, false), ("us-east-1", true, true)];
        let all = noted(&found, &options).expect("a note");
        let queues = "the queues q in eu-west-1, q in us-east-1, q-dlq in us-east-1 exist, ";
        assert!(all.starts_with(queues), "{all}");
        assert_eq!(noted(&[("eu-west-1", false, false)], &options), None);
    }

    #[test]
    fn without_a_queue_only_queues_that_indicate_the_home_are_checked() {
        let home = |home: Option<&str>| Options {
            home: home.map(str::to_owned),
            no_queue: true,
            ..Options::default()
        };
        let found = [("eu-west-1", true, true)];
        assert_eq!(noted(&found, &home(Some("eu-west-1"))), None);
        assert_eq!(noted(&[("eu-west-1", false, true)], &home(None)), None);
        for home in [home(None), home(Some("us-east-1"))] {
            let said = noted(&found, &home).expect("a note");
            assert!(!said.contains("dlq"), "{said}");
        }
    }
}
