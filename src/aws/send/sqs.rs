//! Calls to SQS.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_sqs::types::QueueAttributeName;

use crate::aws::clients::Clients;
use crate::aws::error::Request;
use crate::call::sqs::{CreateQueue, DeleteQueue, SetQueueAttributes, Sqs, TagQueue};
use crate::error::CallError;

pub(super) async fn send(
    clients: &Clients,
    request: &Request<'_>,
    call: Sqs,
) -> Result<(), CallError> {
    let client = clients.sqs(request.region);
    match call {
        Sqs::CreateQueue(CreateQueue {
            queue_name,
            attributes,
            tags,
        }) => {
            let sent = client
                .create_queue()
                .queue_name(queue_name)
                .set_attributes(Some(named(attributes)))
                .set_tags((!tags.is_empty()).then(|| tags.into_iter().collect()))
                .send();
            request.done(sent.await)
        }
        Sqs::SetQueueAttributes(SetQueueAttributes {
            queue_url,
            attributes,
        }) => {
            let sent = client
                .set_queue_attributes()
                .queue_url(queue_url)
                .set_attributes(Some(named(attributes)))
                .send();
            request.done(sent.await)
        }
        Sqs::DeleteQueue(DeleteQueue { queue_url }) => {
            let sent = client.delete_queue().queue_url(queue_url).send();
            request.done(sent.await)
        }
        Sqs::TagQueue(TagQueue { queue_url, tags }) => {
            let sent = client
                .tag_queue()
                .queue_url(queue_url)
                .set_tags(Some(tags.into_iter().collect()))
                .send();
            request.done(sent.await)
        }
    }
}

fn named(attributes: BTreeMap<String, String>) -> HashMap<QueueAttributeName, String> {
    let named = attributes.into_iter();
    named
        .map(|(name, value)| (QueueAttributeName::from(name.as_str()), value))
        .collect()
}
