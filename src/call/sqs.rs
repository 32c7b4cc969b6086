//! Requests to SQS: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html>.

use std::collections::BTreeMap;

use super::definition::define;

macro_rules! sqs {
    ($each:ident) => {
        $each! {
            /// A change of a queue.
            Sqs: Call, sqs, "PascalCase";
            operations {
                CreateQueue {
                    queue_name: String,
                    /// Attributes of the new queue; times are in seconds.
                    attributes: BTreeMap<String, String>,
                    tags as "tags": BTreeMap<String, String>,
                }
                /// Replaces the attributes named and no others.
                SetQueueAttributes {
                    queue_url: String,
                    attributes: BTreeMap<String, String>,
                }
                /// Deletes a queue with its messages; its name is blocked for 60 s.
                DeleteQueue {
                    queue_url: String,
                }
                TagQueue {
                    queue_url: String,
                    tags: BTreeMap<String, String>,
                }
                /// Starts a task that moves the messages of a dead-letter queue back to their source queues.
                StartMessageMoveTask {
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
            SqsRead: Read, sqs, "PascalCase";
            operations {
                /// Lists the tasks that move messages out of a dead-letter queue, the last one first. SQS counts messages only
                /// about.
                ListMessageMoveTasks {
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
