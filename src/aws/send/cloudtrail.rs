//! Calls to CloudTrail.

use aws_sdk_cloudtrail::{Client, types};

use crate::aws::clients::Clients;
use crate::aws::error::Request;
use crate::call::Tag;
use crate::call::cloudtrail::{
    AddTags, CloudTrail, CreateTrail, DeleteTrail, StartLogging, UpdateTrail,
};
use crate::error::CallError;

pub(super) async fn send(
    clients: &Clients,
    request: &Request<'_>,
    call: CloudTrail,
) -> Result<(), CallError> {
    let client = clients.cloudtrail(request.region);
    match call {
        CloudTrail::CreateTrail(call) => create_trail(client, request, call).await,
        CloudTrail::UpdateTrail(call) => update_trail(client, request, call).await,
        CloudTrail::StartLogging(call) => start_logging(client, request, call).await,
        CloudTrail::DeleteTrail(call) => delete_trail(client, request, call).await,
        CloudTrail::AddTags(call) => add_tags(client, request, call).await,
    }
}

async fn create_trail(
    client: Client,
    request: &Request<'_>,
    call: CreateTrail,
) -> Result<(), CallError> {
    let CreateTrail {
        name,
        s3_bucket_name,
        s3_key_prefix,
        sns_topic_name,
        include_global_service_events,
        is_multi_region_trail,
        enable_log_file_validation,
        kms_key_id,
        tags_list,
    } = call;
    let sent = client
        .create_trail()
        .name(name)
        .s3_bucket_name(s3_bucket_name)
        .set_s3_key_prefix(s3_key_prefix)
        .sns_topic_name(sns_topic_name)
        .include_global_service_events(include_global_service_events)
        .is_multi_region_trail(is_multi_region_trail)
        .enable_log_file_validation(enable_log_file_validation)
        .set_kms_key_id(kms_key_id)
        .set_tags_list(tags(request, tags_list)?)
        .send();
    request.done(sent.await)
}

async fn update_trail(
    client: Client,
    request: &Request<'_>,
    call: UpdateTrail,
) -> Result<(), CallError> {
    let UpdateTrail {
        name,
        s3_bucket_name,
        s3_key_prefix,
        sns_topic_name,
        include_global_service_events,
        is_multi_region_trail,
        enable_log_file_validation,
        kms_key_id,
    } = call;
    let sent = client
        .update_trail()
        .name(name)
        .set_s3_bucket_name(s3_bucket_name)
        .set_s3_key_prefix(s3_key_prefix)
        .set_sns_topic_name(sns_topic_name)
        .set_include_global_service_events(include_global_service_events)
        .set_is_multi_region_trail(is_multi_region_trail)
        .set_enable_log_file_validation(enable_log_file_validation)
        .set_kms_key_id(kms_key_id)
        .send();
    request.done(sent.await)
}

async fn start_logging(
    client: Client,
    request: &Request<'_>,
    call: StartLogging,
) -> Result<(), CallError> {
    let StartLogging { name } = call;
    let sent = client.start_logging().name(name).send();
    request.done(sent.await)
}

async fn delete_trail(
    client: Client,
    request: &Request<'_>,
    call: DeleteTrail,
) -> Result<(), CallError> {
    let DeleteTrail { name } = call;
    let sent = client.delete_trail().name(name).send();
    request.done(sent.await)
}

async fn add_tags(client: Client, request: &Request<'_>, call: AddTags) -> Result<(), CallError> {
    let AddTags {
        resource_id,
        tags_list,
    } = call;
    let sent = client
        .add_tags()
        .resource_id(resource_id)
        .set_tags_list(tags(request, tags_list)?)
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
