//! Calls to SNS.

use aws_sdk_sns::types;

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
        Sns::CreateTopic(CreateTopic {
            name,
            attributes,
            tags: list,
        }) => {
            let sent = client
                .create_topic()
                .name(name)
                .set_attributes(Some(attributes.into_iter().collect()))
                .set_tags(tags(request, list)?)
                .send();
            request.done(sent.await)
        }
        Sns::SetTopicAttributes(SetTopicAttributes {
            topic_arn,
            attribute_name,
            attribute_value,
        }) => {
            let sent = client
                .set_topic_attributes()
                .topic_arn(topic_arn)
                .attribute_name(attribute_name)
                .attribute_value(attribute_value)
                .send();
            request.done(sent.await)
        }
        Sns::Subscribe(Subscribe {
            topic_arn,
            protocol,
            endpoint,
        }) => {
            let sent = client
                .subscribe()
                .topic_arn(topic_arn)
                .protocol(protocol)
                .endpoint(endpoint)
                .send();
            request.done(sent.await)
        }
        Sns::DeleteTopic(DeleteTopic { topic_arn }) => {
            let sent = client.delete_topic().topic_arn(topic_arn).send();
            request.done(sent.await)
        }
        Sns::TagResource(TagResource {
            resource_arn,
            tags: list,
        }) => {
            let sent = client
                .tag_resource()
                .resource_arn(resource_arn)
                .set_tags(tags(request, list)?)
                .send();
            request.done(sent.await)
        }
    }
}

fn tags(request: &Request<'_>, tags: Vec<Tag>) -> Result<Option<Vec<types::Tag>>, CallError> {
    let tags = tags.into_iter().map(|Tag { key, value }| {
        let tag = types::Tag::builder().key(key).value(value).build();
        tag.map_err(|error| request.unsendable(error))
    });
    let tags = tags.collect::<Result<Vec<_>, _>>()?;
    Ok((!tags.is_empty()).then_some(tags))
}
