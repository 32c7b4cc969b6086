//! Tasks of SQS that move the messages of a dead-letter queue back to the queues that they came from.
//!
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html>

use super::{Change, Id, Resource};
use crate::aws::Reader;
use crate::aws::read::MoveTask as Task;
use crate::call::Kind;
use crate::call::rule::Rule;
use crate::call::settled::Proof;
use crate::call::sqs::StartMessageMoveTask;
use crate::error::CallError;
use crate::plan::Ready;

/// Tasks that move messages. A queue has one at a time: this run's, whose answer was lost, or another to the same end.
pub static KIND: Kind = Kind {
    reads: &["ListMessageMoveTasks"],
    changes: &["StartMessageMoveTask"],
    settled: &[Rule::of(
        &["StartMessageMoveTask"],
        &["InvalidParameterValue", "InvalidParameterValueException"],
        Proof::IfFound,
    )],
    ..Kind::new("move-task", "sqs")
};

/// A task that moves messages.
#[derive(Clone, Debug)]
pub(crate) struct MoveTask {
    /// The name of the dead-letter queue.
    pub queue: String,
    /// The queue's ARN.
    pub arn: String,
    pub region: String,
    /// Why messages are moved, in words.
    pub reason: String,
    /// What to wait for: until the task has ended.
    pub ready: Ready,
}

impl Resource for MoveTask {
    type Observed = Task;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.queue)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.arn.clone()]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<Task>, CallError> {
        reader.move_task(&self.region, &self.arn).await
    }

    fn changes(&self, observed: Option<&Task>) -> Vec<Change> {
        if observed.is_some_and(Task::is_running) {
            return Vec::new();
        }
        let source_arn = self.arn.clone();
        vec![Change {
            ready: Some(self.ready.clone()),
            ..Change::new(StartMessageMoveTask { source_arn }, &self.reason)
        }]
    }
}
