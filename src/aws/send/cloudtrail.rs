//! Calls to CloudTrail.

use aws_sdk_cloudtrail::{Client, types};

use crate::aws::clients::Clients;
use crate::aws::error::Request;
use crate::call::Tag;
use crate::call::cloudtrail::{
    AddTags, AdvancedEventSelector, AdvancedFieldSelector, CloudTrail, CreateTrail, DataResource,
    DeleteTrail, EventSelector, PutEventSelectors, StartLogging, UpdateTrail,
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
        CloudTrail::PutEventSelectors(call) => put_event_selectors(client, request, call).await,
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
        cloud_watch_logs_log_group_arn,
        cloud_watch_logs_role_arn,
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
        .set_cloud_watch_logs_log_group_arn(cloud_watch_logs_log_group_arn)
        .set_cloud_watch_logs_role_arn(cloud_watch_logs_role_arn)
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

async fn put_event_selectors(
    client: Client,
    request: &Request<'_>,
    call: PutEventSelectors,
) -> Result<(), CallError> {
    let PutEventSelectors {
        trail_name,
        event_selectors,
        advanced_event_selectors,
    } = call;
    let advanced = advanced_event_selectors
        .into_iter()
        .map(|selector| advanced_selector(request, selector))
        .collect::<Result<Vec<_>, _>>()?;
    let basic: Vec<_> = event_selectors.into_iter().map(basic_selector).collect();
    let sent = client
        .put_event_selectors()
        .trail_name(trail_name)
        .set_event_selectors((!basic.is_empty()).then_some(basic))
        .set_advanced_event_selectors((!advanced.is_empty()).then_some(advanced))
        .send();
    request.done(sent.await)
}

fn basic_selector(selector: EventSelector) -> types::EventSelector {
    let EventSelector {
        read_write_type,
        include_management_events,
        data_resources,
        exclude_management_event_sources,
    } = selector;
    let resources = data_resources
        .into_iter()
        .map(|DataResource { r#type, values }| {
            types::DataResource::builder()
                .r#type(r#type)
                .set_values(Some(values))
                .build()
        });
    types::EventSelector::builder()
        .read_write_type(types::ReadWriteType::from(read_write_type.as_str()))
        .include_management_events(include_management_events)
        .set_data_resources(Some(resources.collect()))
        .set_exclude_management_event_sources(Some(exclude_management_event_sources))
        .build()
}

fn advanced_selector(
    request: &Request<'_>,
    selector: AdvancedEventSelector,
) -> Result<types::AdvancedEventSelector, CallError> {
    let AdvancedEventSelector {
        name,
        field_selectors,
    } = selector;
    let some = |values: Vec<String>| (!values.is_empty()).then_some(values);
    let fields = field_selectors.into_iter().map(|selector| {
        let AdvancedFieldSelector {
            field,
            equals,
            starts_with,
            ends_with,
            not_equals,
            not_starts_with,
            not_ends_with,
        } = selector;
        let built = types::AdvancedFieldSelector::builder()
            .field(field)
            .set_equals(some(equals))
            .set_starts_with(some(starts_with))
            .set_ends_with(some(ends_with))
            .set_not_equals(some(not_equals))
            .set_not_starts_with(some(not_starts_with))
            .set_not_ends_with(some(not_ends_with))
            .build();
        built.map_err(|error| request.unsendable(error))
    });
    let built = types::AdvancedEventSelector::builder()
        .set_name(name)
        .set_field_selectors(Some(fields.collect::<Result<_, _>>()?))
        .build();
    built.map_err(|error| request.unsendable(error))
}
