//! Queues: attributes and tags, by URL.

use std::collections::BTreeMap;

use aws_sdk_sqs::types::QueueAttributeName;

use super::Reader;
use crate::aws::error::Request;
use crate::error::CallResult;

/// A queue's attributes by AWS's names; times in seconds.
pub type QueueAttributes = BTreeMap<String, String>;

const MISSING: [&str; 3] = [
    "AWS.SimpleQueueService.NonExistentQueue",
    "QueueDoesNotExist",
    "NonExistentQueue",
];

/// The latest task that moves, or moved, the messages of a dead-letter queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MoveTask {
    /// `RUNNING`, `COMPLETED`, `CANCELLING`, `CANCELLED` or `FAILED`.
    pub status: String,
    /// About how many messages were moved.
    pub moved: u64,
    /// How many messages there were to move when it started.
    pub to_move: Option<u64>,
    /// Why it failed.
    pub failure: Option<String>,
    /// When it started, in milliseconds since 1970.
    pub started: i64,
}

impl MoveTask {
    /// Whether it has not ended.
    pub fn is_running(&self) -> bool {
        matches!(self.status.as_str(), "RUNNING" | "CANCELLING")
    }
}

impl Reader {
    /// The URLs of the queues whose dead-letter queue has this URL.
    pub async fn dead_letter_sources(&self, region: &str, url: &str) -> CallResult<Vec<String>> {
        let request = Request::new("sqs", "ListDeadLetterSourceQueues", region, url);
        let (mut urls, mut token) = (Vec::new(), None);
        loop {
            let list = self.clients.sqs(region).list_dead_letter_source_queues();
            let list = list.queue_url(url).max_results(1000).set_next_token(token);
            let answer = self.clients.send(request, list.send()).await?;
            urls.extend(answer.queue_urls);
            token = answer.next_token;
            if token.is_none() {
                return Ok(urls);
            }
        }
    }

    /// The last task that moves messages out of the queue with this ARN, if there was one.
    pub async fn move_task(&self, region: &str, arn: &str) -> CallResult<Option<MoveTask>> {
        let request = Request::new("sqs", "ListMessageMoveTasks", region, arn);
        let list = self.clients.sqs(region).list_message_move_tasks();
        let list = list.source_arn(arn).max_results(1);
        let answer = self.clients.send(request, list.send()).await?;
        let task = answer.results.unwrap_or_default().into_iter().next();
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        Ok(task.map(|task| MoveTask {
            status: task.status.unwrap_or_default(),
            moved: count(task.approximate_number_of_messages_moved),
            to_move: task.approximate_number_of_messages_to_move.map(count),
            failure: task.failure_reason,
            started: task.started_timestamp,
        }))
    }

    /// All attributes of a queue; `None` where there is no such queue.
    pub async fn queue(&self, region: &str, url: &str) -> CallResult<Option<QueueAttributes>> {
        let request = Request::new("sqs", "GetQueueAttributes", region, url);
        let get = self.clients.sqs(region).get_queue_attributes();
        let get = get.queue_url(url).attribute_names(QueueAttributeName::All);
        let answer = self.find(request, get.send(), &MISSING).await?;
        Ok(answer.map(|answer| {
            let attributes = answer.attributes.unwrap_or_default().into_iter();
            attributes
                .map(|(name, value)| (name.as_str().to_owned(), value))
                .collect()
        }))
    }

    /// The tags of a queue.
    pub async fn queue_tags(
        &self,
        region: &str,
        url: &str,
    ) -> CallResult<BTreeMap<String, String>> {
        let request = Request::new("sqs", "ListQueueTags", region, url);
        let list = self.clients.sqs(region).list_queue_tags().queue_url(url);
        let answer = self.find(request, list.send(), &MISSING).await?;
        let tags = answer.and_then(|answer| answer.tags).unwrap_or_default();
        Ok(tags.into_iter().collect())
    }
}
