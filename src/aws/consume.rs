//! Receiving the messages of a queue, returning them, deleting them.
//!
//! Receiving is not reading: it hides a message from other consumers for a while and counts against the queue's
//! `maxReceiveCount`. So it has a type of its own, which planners do not hold. See
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html>.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_sqs::types::{
    BatchResultErrorEntry, ChangeMessageVisibilityBatchRequestEntry,
    DeleteMessageBatchRequestEntry, MessageSystemAttributeName,
};
use futures::future::join_all;

use super::clients::Clients;
use super::error::Request;
use crate::error::{CallError, CallResult};

/// The most messages that one request can be about.
pub const BATCH: usize = 10;

/// How often the entries of a batch that failed by SQS's own fault are sent.
const TRIES: usize = 3;

/// The pause before they are sent again.
const PAUSE: Duration = Duration::from_millis(500);

/// Receives and deletes the messages of one queue.
#[derive(Clone, Debug)]
pub struct Consumer {
    pub(super) clients: Arc<Clients>,
    pub(super) region: String,
    pub(super) url: String,
}

/// A message as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The same each time the message is received.
    pub id: String,
    /// The receipt handle of this receive.
    pub receipt: String,
    /// Its text.
    pub body: String,
    /// How often it was received, this time included.
    pub receives: u32,
    /// When it was sent, in seconds since 1970.
    pub sent: Option<u64>,
}

/// An entry of a batch that SQS refused.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The receipt handle of its message.
    pub receipt: String,
    /// SQS's error.
    pub error: CallError,
}

impl Refusal {
    /// Whether the receipt handle is no longer valid: the message was deleted, or it is visible again already.
    pub fn is_stale(&self) -> bool {
        let code = self.error.code().unwrap_or_default();
        let stale = [
            "ReceiptHandleIsInvalid",
            "InvalidParameterValue",
            "MessageNotInflight",
        ];
        stale.iter().any(|known| code.ends_with(known))
    }
}

impl Consumer {
    /// Receives up to `most` messages, [`BATCH`] at most, and hides them from others; waits up to `wait` for the first.
    ///
    /// The future must not be dropped: SQS may have sent messages, and their receipt handles would be lost.
    pub async fn receive(
        &self,
        most: usize,
        wait: Duration,
        hidden: Duration,
    ) -> CallResult<Vec<Message>> {
        let request = self.request("ReceiveMessage");
        let client = self.clients.sqs(&self.region);
        let receive = client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(i32::try_from(most.clamp(1, BATCH)).unwrap_or(1))
            .wait_time_seconds(seconds(wait))
            .visibility_timeout(seconds(hidden))
            .message_system_attribute_names(MessageSystemAttributeName::ApproximateReceiveCount)
            .message_system_attribute_names(MessageSystemAttributeName::SentTimestamp);
        let answer = self.clients.send(request, receive.send()).await?;
        let messages = answer.messages.unwrap_or_default();
        Ok(messages.into_iter().map(Message::from).collect())
    }

    /// Hides messages for this long from now on; zero makes them visible.
    ///
    /// Returns what SQS refused; the rest is done.
    pub async fn hide(&self, receipts: &[String], time: Duration) -> Vec<Refusal> {
        let request = self.request("ChangeMessageVisibilityBatch");
        self.in_batches(request, receipts, async |batch| {
            let entries = entries(batch).map(|(id, receipt)| {
                let entry = ChangeMessageVisibilityBatchRequestEntry::builder().id(id);
                let entry = entry.receipt_handle(receipt);
                entry.visibility_timeout(seconds(time)).build()
            });
            let entries = entries.collect::<Result<_, _>>();
            let entries = entries.map_err(|why| request.unsendable(why))?;
            let client = self.clients.sqs(&self.region);
            let change = client.change_message_visibility_batch();
            let change = change.queue_url(&self.url).set_entries(Some(entries));
            Ok(self.clients.send(request, change.send()).await?.failed)
        })
        .await
    }

    /// Deletes messages.
    ///
    /// Returns what SQS refused; the rest is done.
    pub async fn delete(&self, receipts: &[String]) -> Vec<Refusal> {
        let request = self.request("DeleteMessageBatch");
        self.in_batches(request, receipts, async |batch| {
            let entries = entries(batch).map(|(id, receipt)| {
                let entry = DeleteMessageBatchRequestEntry::builder().id(id);
                entry.receipt_handle(receipt).build()
            });
            let entries = entries.collect::<Result<_, _>>();
            let entries = entries.map_err(|why| request.unsendable(why))?;
            let client = self.clients.sqs(&self.region);
            let delete = client.delete_message_batch().queue_url(&self.url);
            let delete = delete.set_entries(Some(entries));
            Ok(self.clients.send(request, delete.send()).await?.failed)
        })
        .await
    }

    /// Sends a request for all receipts, [`BATCH`] at a time and all batches at once.
    async fn in_batches(
        &self,
        request: Request<'_>,
        receipts: &[String],
        send: impl AsyncFn(&[String]) -> CallResult<Vec<BatchResultErrorEntry>>,
    ) -> Vec<Refusal> {
        let batches = receipts.chunks(BATCH);
        let batches = batches.map(|batch| retried(request, batch, &send));
        join_all(batches).await.concat()
    }

    fn request(&self, operation: &'static str) -> Request<'_> {
        Request::new("sqs", operation, &self.region, &self.url)
    }
}

/// Sends a batch, and again those of its entries that failed by SQS's own fault; returns what SQS refused.
async fn retried(
    request: Request<'_>,
    batch: &[String],
    send: &impl AsyncFn(&[String]) -> CallResult<Vec<BatchResultErrorEntry>>,
) -> Vec<Refusal> {
    let mut left = batch.to_vec();
    let mut refused = Vec::new();
    for tries in 1..=TRIES {
        let failed = match send(&left).await {
            Ok(failed) => failed,
            Err(error) => {
                let left = left.into_iter();
                refused.extend(left.map(|receipt| Refusal {
                    receipt,
                    error: error.clone(),
                }));
                break;
            }
        };
        let failed = failed
            .into_iter()
            .filter_map(|entry| Some((left.get(entry.id.parse::<usize>().ok()?)?.clone(), entry)));
        let (refusals, failures): (Vec<_>, Vec<_>) =
            failed.partition(|(_, entry)| entry.sender_fault || tries == TRIES);
        refused.extend(refusals.into_iter().map(|(receipt, entry)| {
            let message = entry.message.unwrap_or_default();
            let error = request.refused(&entry.code, &message);
            Refusal { receipt, error }
        }));
        left = failures.into_iter().map(|(receipt, _)| receipt).collect();
        if left.is_empty() {
            break;
        }
        let operation = request.operation;
        tracing::info!("trying {operation} again for {} messages", left.len());
        tokio::time::sleep(PAUSE).await;
    }
    refused
}

/// The ids and receipt handles of a batch's entries; an id is the place in the batch.
fn entries(batch: &[String]) -> impl Iterator<Item = (String, &String)> {
    let numbered = batch.iter().enumerate();
    numbered.map(|(at, receipt)| (at.to_string(), receipt))
}

/// A duration in whole seconds, as SQS takes it.
fn seconds(time: Duration) -> i32 {
    i32::try_from(time.as_secs()).unwrap_or(i32::MAX)
}

impl From<aws_sdk_sqs::types::Message> for Message {
    fn from(message: aws_sdk_sqs::types::Message) -> Self {
        let attribute = |name| {
            let attributes = message.attributes.as_ref();
            attributes
                .and_then(|all| all.get(&name))?
                .parse::<u64>()
                .ok()
        };
        let receives = attribute(MessageSystemAttributeName::ApproximateReceiveCount);
        let sent = attribute(MessageSystemAttributeName::SentTimestamp);
        Self {
            receives: receives.map_or(1, |count| u32::try_from(count).unwrap_or(u32::MAX)),
            sent: sent.map(|milliseconds| milliseconds / 1000),
            id: message.message_id.unwrap_or_default(),
            receipt: message.receipt_handle.unwrap_or_default(),
            body: message.body.unwrap_or_default(),
        }
    }
}
