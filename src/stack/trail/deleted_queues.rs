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
use super::desired::{dead_letter_queue_in, queue_in};
use super::survey::Survey;
use crate::aws::Reader;
use crate::error::CallError;
use crate::plan::Unread;
use crate::resource::queue::Queue;

/// How long SQS takes to delete a queue.
pub const DELETION_TIME: Duration = Duration::from_secs(60);

/// How often a queue is read in that time.
const READS: u32 = 20;

/// How many answers in a row must say that a queue does not exist.
const MISSING_ANSWERS: u32 = 3;

/// The note on queues that may have been deleted, and on how long they are checked.
pub fn note(queues: &[Queue], watch: Duration) -> String {
    let watch = humantime::format_duration(watch);
    let names = queues.iter();
    let names = names.map(|queue| format!("{} in {}", queue.name, queue.region));
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
    queues: Vec<Queue>,
    survey: &mut Survey,
    watch: Duration,
) {
    let checks = queues.iter().map(|queue| exists(reader, queue, watch));
    let checks = join_all(checks).await;
    for (queue, exists) in queues.into_iter().zip(checks) {
        let is_main = queue.name == survey.scheme().queue;
        let region = queue.region;
        match (exists, survey.regions.get_mut(&region)) {
            (Ok(true), _) | (_, None) => {}
            (Ok(false), Some(found)) if is_main => found.queue = None,
            (Ok(false), Some(found)) => found.dead_letters = None,
            (Err(error), Some(_)) => {
                survey.regions.remove(&region);
                survey.unread.push(Unread { region, error });
            }
        }
    }
}

/// The queues that exist although no topic does, as far as they matter. With `--no-queue` they only indicate the home
/// region, which they need not if it is given, unless all queues are in other regions: then it is refused.
pub fn maybe_deleted(options: &Options, survey: &Survey) -> Vec<Queue> {
    let mut queues = Vec::new();
    if survey.regions.values().any(|found| found.topic.is_some()) {
        return queues;
    }
    let home = options.home.as_deref();
    let is_at_home = home.is_some_and(|home| survey.queue(home).is_some());
    for (region, found) in &survey.regions {
        if found.queue.is_some() && !(options.no_queue && is_at_home) {
            queues.push(queue_in(survey.scheme(), region));
        }
        if found.dead_letters.is_some() && !options.no_queue {
            queues.push(dead_letter_queue_in(survey.scheme(), region));
        }
    }
    queues
}

/// Whether a queue still exists after the time that SQS takes to delete it.
async fn exists(reader: &Reader, queue: &Queue, watch: Duration) -> Result<bool, CallError> {
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
    use crate::resource::queue::QueueState;

    #[test]
    fn queues_without_topics_are_checked_as_far_as_they_matter() {
        let one = "the queue q in eu-west-1 exists";
        let all = "the queues q in eu-west-1, q in us-east-1, q-dlq in us-east-1 exist";
        // What two regions have of queue (q) and dead-letter queue (d), --no-queue, --region, and what is checked.
        let cases = [
            (["", ""], false, None, ""),
            (
                ["d", ""],
                false,
                None,
                "the queue q-dlq in eu-west-1 exists",
            ),
            (["q", "qd"], false, None, all),
            (["qd", ""], true, Some("eu-west-1"), ""),
            (["d", ""], true, None, ""),
            (["qd", ""], true, None, one),
            (["qd", ""], true, Some("us-east-1"), one),
        ];
        for (queues, no_queue, home, checked) in cases {
            let mut survey = Survey::example(&["eu-west-1", "us-east-1"]);
            for (found, queues) in survey.regions.values_mut().zip(queues) {
                found.queue = queues.contains('q').then(QueueState::default);
                found.dead_letters = queues.contains('d').then(QueueState::default);
            }
            let options = Options {
                home: home.map(str::to_owned),
                no_queue,
                ..Options::default()
            };
            let queues = maybe_deleted(&options, &survey);
            let note = (!queues.is_empty()).then(|| note(&queues, DELETION_TIME));
            let note = note.unwrap_or_default();
            let (names, _) = note.split_once(", but").unwrap_or_default();
            assert_eq!(names, checked);
        }
    }
}
