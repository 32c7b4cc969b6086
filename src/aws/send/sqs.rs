//! Calls to SQS.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_sqs::{Client, types::QueueAttributeName};

use crate::aws::clients::Clients;
use crate::aws::error::Request;
use crate::call::sqs::{
    CreateQueue, DeleteQueue, SetQueueAttributes, Sqs, StartMessageMoveTask, TagQueue,
};
use crate::error::CallError;

pub(super) async fn send(
    clients: &Clients,
    request: &Request<'_>,
    call: Sqs,
) -> Result<(), CallError> {
    let client = clients.sqs(request.region);
    match call {
        Sqs::CreateQueue(call) => create_queue(client, request, call).await,
        Sqs::SetQueueAttributes(call) => set_queue_attributes(client, request, call).await,
        Sqs::DeleteQueue(call) => delete_queue(client, request, call).await,
        Sqs::TagQueue(call) => tag_queue(client, request, call).await,
        Sqs::StartMessageMoveTask(call) => start_message_move_task(client, request, call).await,
    }
}

async fn create_queue(
    client: Client,
    request: &Request<'_>,
    call: CreateQueue,
) -> Result<(), CallError> {
    let CreateQueue {
        queue_name,
        attributes,
        tags,
    } = call;
    let sent = client
        .create_queue()
        .queue_name(queue_name)
        .set_attributes(Some(named(attributes)))
        .set_tags((!tags.is_empty()).then(|| tags.into_iter().collect()))
        .send();
    request.done(sent.await)
}

async fn set_queue_attributes(
    client: Client,
    request: &Request<'_>,
    call: SetQueueAttributes,
) -> Result<(), CallError> {
    let SetQueueAttributes {
        queue_url,
        attributes,
    } = call;
    let sent = client
        .set_queue_attributes()
        .queue_url(queue_url)
        .set_attributes(Some(named(attributes)))
        .send();
    request.done(sent.await)
}

async fn delete_queue(
    client: Client,
    request: &Request<'_>,
    call: DeleteQueue,
) -> Result<(), CallError> {
    let DeleteQueue { queue_url } = call;
    let sent = client.delete_queue().queue_url(queue_url).send();
    request.done(sent.await)
}

async fn start_message_move_task(
    client: Client,
    request: &Request<'_>,
    call: StartMessageMoveTask,
) -> Result<(), CallError> {
    let StartMessageMoveTask { source_arn } = call;
    let start = client.start_message_move_task().source_arn(source_arn);
    request.done(start.send().await)
}

async fn tag_queue(client: Client, request: &Request<'_>, call: TagQueue) -> Result<(), CallError> {
    let TagQueue { queue_url, tags } = call;
    let sent = client
        .tag_queue()
        .queue_url(queue_url)
        .set_tags(Some(tags.into_iter().collect()))
        .send();
    request.done(sent.await)
}

fn named(attributes: BTreeMap<String, String>) -> HashMap<QueueAttributeName, String> {
    let named = attributes.into_iter();
    named
        .map(|(name, value)| (QueueAttributeName::from(name.as_str()), value))
        .collect()
}
