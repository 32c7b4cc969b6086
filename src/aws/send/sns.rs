//! Calls to SNS.

use aws_sdk_sns::{Client, types};

use crate::aws::clients::Clients;
use crate::aws::error::Request;
use crate::call::Tag;
use crate::call::sns::{CreateTopic, DeleteTopic, SetTopicAttributes, Sns, Subscribe, TagResource};
use crate::error::CallError;

pub(super) async fn send(
    clients: &Clients,
    request: &Request<'_>,
    call: Sns,
) -> Result<(), CallError> {
    let client = clients.sns(request.region);
    match call {
        Sns::CreateTopic(call) => create_topic(client, request, call).await,
        Sns::SetTopicAttributes(call) => set_topic_attributes(client, request, call).await,
        Sns::Subscribe(call) => subscribe(client, request, call).await,
        Sns::DeleteTopic(call) => delete_topic(client, request, call).await,
        Sns::TagResource(call) => tag_resource(client, request, call).await,
    }
}

async fn create_topic(
    client: Client,
    request: &Request<'_>,
    call: CreateTopic,
) -> Result<(), CallError> {
    let CreateTopic {
        name,
        attributes,
        tags: list,
    } = call;
    let sent = client
        .create_topic()
        .name(name)
        .set_attributes(Some(attributes.into_iter().collect()))
        .set_tags(tags(request, list)?)
        .send();
    request.done(sent.await)
}

async fn set_topic_attributes(
    client: Client,
    request: &Request<'_>,
    call: SetTopicAttributes,
) -> Result<(), CallError> {
    let SetTopicAttributes {
        topic_arn,
        attribute_name,
        attribute_value,
    } = call;
    let sent = client
        .set_topic_attributes()
        .topic_arn(topic_arn)
        .attribute_name(attribute_name)
        .attribute_value(attribute_value)
        .send();
    request.done(sent.await)
}

async fn subscribe(
    client: Client,
    request: &Request<'_>,
    call: Subscribe,
) -> Result<(), CallError> {
    let Subscribe {
        topic_arn,
        protocol,
        endpoint,
    } = call;
    let sent = client
        .subscribe()
        .topic_arn(topic_arn)
        .protocol(protocol)
        .endpoint(endpoint)
        .send();
    request.done(sent.await)
}

async fn delete_topic(
    client: Client,
    request: &Request<'_>,
    call: DeleteTopic,
) -> Result<(), CallError> {
    let DeleteTopic { topic_arn } = call;
    let sent = client.delete_topic().topic_arn(topic_arn).send();
    request.done(sent.await)
}

async fn tag_resource(
    client: Client,
    request: &Request<'_>,
    call: TagResource,
) -> Result<(), CallError> {
    let TagResource {
        resource_arn,
        tags: list,
    } = call;
    let sent = client
        .tag_resource()
        .resource_arn(resource_arn)
        .set_tags(tags(request, list)?)
        .send();
    request.done(sent.await)
}

fn tags(request: &Request<'_>, tags: Vec<Tag>) -> Result<Option<Vec<types::Tag>>, CallError> {
    let tags = tags.into_iter().map(|Tag { key, value }| {
        let tag = types::Tag::builder().key(key).value(value).build();
        tag.map_err(|error| request.unsendable(error))
    });
    let tags = tags.collect::<Result<Vec<_>, _>>()?;
    Ok((!tags.is_empty()).then_some(tags))
}
