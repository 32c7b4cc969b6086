//! Queues: attributes and tags, by URL.

use std::collections::BTreeMap;

use aws_sdk_sqs::types::QueueAttributeName;

use super::Reader;
use crate::aws::error::{Request, or_missing};
use crate::error::CallError;

/// A queue's attributes by AWS's names; times in seconds.
pub type QueueAttributes = BTreeMap<String, String>;

const MISSING: [&str; 3] = [
    "AWS.SimpleQueueService.NonExistentQueue",
    "QueueDoesNotExist",
    "NonExistentQueue",
];

impl Reader {
    /// All attributes of a queue; `None` where there is no such queue.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn queue(
        &self,
        region: &str,
        url: &str,
    ) -> Result<Option<QueueAttributes>, CallError> {
        let request = Request {
            service: "sqs",
            operation: "GetQueueAttributes",
            region,
            resource: url,
        };
        let _permit = self.clients.permit(&request).await;
        let get = self.clients.sqs(region).get_queue_attributes();
        let get = get.queue_url(url).attribute_names(QueueAttributeName::All);
        let answer = get.send().await.map_err(|error| request.failed(error));
        Ok(or_missing(answer, &MISSING)?.map(|answer| {
            let attributes = answer.attributes.unwrap_or_default().into_iter();
            attributes
                .map(|(name, value)| (name.as_str().to_owned(), value))
                .collect()
        }))
    }

    /// The tags of a queue.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn queue_tags(
        &self,
        region: &str,
        url: &str,
    ) -> Result<BTreeMap<String, String>, CallError> {
        let request = Request {
            service: "sqs",
            operation: "ListQueueTags",
            region,
            resource: url,
        };
        let _permit = self.clients.permit(&request).await;
        let client = self.clients.sqs(region);
        let answer = client.list_queue_tags().queue_url(url).send().await;
        let answer = answer.map_err(|error| request.failed(error));
        let tags = or_missing(answer, &MISSING)?.and_then(|answer| answer.tags);
        Ok(tags.unwrap_or_default().into_iter().collect())
    }
}
