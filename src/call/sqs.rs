//! Requests to SQS: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html>.

use std::collections::BTreeMap;

use super::definition::define;

macro_rules! sqs {
    ($each:ident) => {
        $each! {
            /// A change of a queue.
            Sqs: Call, sqs, camel;
            operations {
                /// Creates a queue.
                CreateQueue {
                    /// The queue's name.
                    queue_name: String,
                    /// Attributes of the new queue; times are in seconds.
                    attributes: BTreeMap<String, String>,
                    /// Tags of the new queue.
                    tags as "tags": BTreeMap<String, String>,
                }
                /// Replaces the attributes named and no others.
                SetQueueAttributes {
                    /// The queue's URL.
                    queue_url: String,
                    /// Attributes to replace.
                    attributes: BTreeMap<String, String>,
                }
                /// Deletes a queue with its messages; its name is blocked for 60 s.
                DeleteQueue {
                    /// The queue's URL.
                    queue_url: String,
                }
                /// Adds tags, or gives them new values.
                TagQueue {
                    /// The queue's URL.
                    queue_url: String,
                    /// Tags to add or to give a new value.
                    tags: BTreeMap<String, String>,
                }
                /// Starts a task that moves the messages of a dead-letter queue back to their source queues.
                StartMessageMoveTask {
                    /// ARN of the dead-letter queue.
                    source_arn: String,
                }
            }
            structures {}
        }
    };
}
pub(crate) use sqs;

sqs!(define);

macro_rules! sqs_read {
    ($each:ident) => {
        $each! {
            /// A read of a queue.
            SqsRead: Read, sqs, camel;
            operations {
                /// Lists the tasks that move messages out of a dead-letter queue, the last one first. SQS counts messages only
                /// about.
                ListMessageMoveTasks {
                    /// ARN of the dead-letter queue.
                    source_arn: String,
                } -> {
                    Results[0].Status,
                    Results[0].StartedTimestamp,
                    Results[0].ApproximateNumberOfMessagesMoved,
                    Results[0].ApproximateNumberOfMessagesToMove,
                    Results[0].FailureReason
                }
            }
            structures {}
        }
    };
}
pub(crate) use sqs_read;

sqs_read!(define);
