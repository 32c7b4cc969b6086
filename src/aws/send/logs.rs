//! Calls to CloudWatch Logs.

use aws_sdk_cloudwatchlogs::{Client, types};

use crate::aws::clients::Clients;
use crate::aws::error::Request;
use crate::call::logs::{
    AssociateKmsKey, CreateLogGroup, DeleteLogGroup, DeleteMetricFilter, Logs,
    MetricTransformation, PutMetricFilter, PutRetentionPolicy, TagResource,
};
use crate::error::CallError;

pub(super) async fn send(
    clients: &Clients,
    request: &Request<'_>,
    call: Logs,
) -> Result<(), CallError> {
    let client = clients.logs(request.region);
    match call {
        Logs::CreateLogGroup(call) => create_log_group(client, request, call).await,
        Logs::PutRetentionPolicy(call) => put_retention_policy(client, request, call).await,
        Logs::AssociateKmsKey(call) => associate_kms_key(client, request, call).await,
        Logs::TagResource(call) => tag_resource(client, request, call).await,
        Logs::PutMetricFilter(call) => put_metric_filter(client, request, call).await,
        Logs::DeleteMetricFilter(call) => delete_metric_filter(client, request, call).await,
        Logs::DeleteLogGroup(call) => delete_log_group(client, request, call).await,
    }
}

async fn create_log_group(
    client: Client,
    request: &Request<'_>,
    call: CreateLogGroup,
) -> Result<(), CallError> {
    let CreateLogGroup {
        log_group_name,
        kms_key_id,
        tags,
    } = call;
    let sent = client
        .create_log_group()
        .log_group_name(log_group_name)
        .set_kms_key_id(kms_key_id)
        .set_tags((!tags.is_empty()).then(|| tags.into_iter().collect()))
        .send();
    request.done(sent.await)
}

async fn put_retention_policy(
    client: Client,
    request: &Request<'_>,
    call: PutRetentionPolicy,
) -> Result<(), CallError> {
    let PutRetentionPolicy {
        log_group_name,
        retention_in_days,
    } = call;
    let put = client.put_retention_policy().log_group_name(log_group_name);
    request.done(put.retention_in_days(retention_in_days).send().await)
}

async fn associate_kms_key(
    client: Client,
    request: &Request<'_>,
    call: AssociateKmsKey,
) -> Result<(), CallError> {
    let AssociateKmsKey {
        log_group_name,
        kms_key_id,
    } = call;
    let associate = client.associate_kms_key().log_group_name(log_group_name);
    request.done(associate.kms_key_id(kms_key_id).send().await)
}

async fn tag_resource(
    client: Client,
    request: &Request<'_>,
    call: TagResource,
) -> Result<(), CallError> {
    let TagResource { resource_arn, tags } = call;
    let tag = client.tag_resource().resource_arn(resource_arn);
    let sent = tag.set_tags(Some(tags.into_iter().collect())).send();
    request.done(sent.await)
}

async fn put_metric_filter(
    client: Client,
    request: &Request<'_>,
    call: PutMetricFilter,
) -> Result<(), CallError> {
    let PutMetricFilter {
        log_group_name,
        filter_name,
        filter_pattern,
        metric_transformations,
    } = call;
    let transformations = metric_transformations.into_iter().map(|transformation| {
        let MetricTransformation {
            metric_name,
            metric_namespace,
            metric_value,
        } = transformation;
        let built = types::MetricTransformation::builder()
            .metric_name(metric_name)
            .metric_namespace(metric_namespace)
            .metric_value(metric_value)
            .build();
        built.map_err(|error| request.unsendable(error))
    });
    let transformations = transformations.collect::<Result<Vec<_>, _>>()?;
    let sent = client
        .put_metric_filter()
        .log_group_name(log_group_name)
        .filter_name(filter_name)
        .filter_pattern(filter_pattern)
        .set_metric_transformations(Some(transformations))
        .send();
    request.done(sent.await)
}

async fn delete_metric_filter(
    client: Client,
    request: &Request<'_>,
    call: DeleteMetricFilter,
) -> Result<(), CallError> {
    let DeleteMetricFilter {
        log_group_name,
        filter_name,
    } = call;
    let delete = client.delete_metric_filter().log_group_name(log_group_name);
    request.done(delete.filter_name(filter_name).send().await)
}

async fn delete_log_group(
    client: Client,
    request: &Request<'_>,
    call: DeleteLogGroup,
) -> Result<(), CallError> {
    let DeleteLogGroup { log_group_name } = call;
    let delete = client.delete_log_group().log_group_name(log_group_name);
    request.done(delete.send().await)
}
