//! Requests to SQS: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html>.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Call;

/// A change of a queue.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Sqs {
    /// Makes a queue.
    CreateQueue(CreateQueue),
    /// Replaces the attributes named and no others.
    SetQueueAttributes(SetQueueAttributes),
    /// Deletes a queue with its messages; its name is blocked for 60 s.
    DeleteQueue(DeleteQueue),
    /// Adds tags, or gives them new values.
    TagQueue(TagQueue),
    /// Moves the messages of a dead letter queue back to the queues that they came from; that goes on after the answer.
    StartMessageMoveTask(StartMessageMoveTask),
}

impl From<Sqs> for Call {
    fn from(call: Sqs) -> Self {
        Self::Sqs(call)
    }
}

/// Parameters of `CreateQueue`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateQueue {
    /// The queue's name.
    pub queue_name: String,
    /// Attributes of the new queue; times are in seconds.
    pub attributes: BTreeMap<String, String>,
    /// Tags of the new queue.
    #[serde(rename = "tags", skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// Parameters of `SetQueueAttributes`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SetQueueAttributes {
    /// The queue's URL.
    pub queue_url: String,
    /// Attributes to replace.
    pub attributes: BTreeMap<String, String>,
}

/// Parameters of `DeleteQueue`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteQueue {
    /// The queue's URL.
    pub queue_url: String,
}

/// Parameters of `StartMessageMoveTask`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct StartMessageMoveTask {
    /// ARN of the dead letter queue.
    pub source_arn: String,
}

/// Parameters of `TagQueue`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TagQueue {
    /// The queue's URL.
    pub queue_url: String,
    /// Tags to add or to give a new value.
    pub tags: BTreeMap<String, String>,
}
