//! Calls to CloudWatch.

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::types::{ComparisonOperator, Statistic, Tag as SdkTag};

use crate::aws::clients::Clients;
use crate::aws::error::Request;
use crate::call::Tag;
use crate::call::cloudwatch::{
    CloudWatch, DeleteAlarms, DeleteDashboards, PutDashboard, PutMetricAlarm, TagResource,
};
use crate::error::CallError;

pub(super) async fn send(
    clients: &Clients,
    request: &Request<'_>,
    call: CloudWatch,
) -> Result<(), CallError> {
    let client = clients.cloudwatch(request.region);
    match call {
        CloudWatch::PutMetricAlarm(call) => put_metric_alarm(client, request, call).await,
        CloudWatch::TagResource(call) => tag_resource(client, request, call).await,
        CloudWatch::PutDashboard(call) => put_dashboard(client, request, call).await,
        CloudWatch::DeleteAlarms(call) => delete_alarms(client, request, call).await,
        CloudWatch::DeleteDashboards(call) => delete_dashboards(client, request, call).await,
    }
}

async fn put_metric_alarm(
    client: Client,
    request: &Request<'_>,
    call: PutMetricAlarm,
) -> Result<(), CallError> {
    let PutMetricAlarm {
        alarm_name,
        alarm_description,
        actions_enabled,
        ok_actions,
        alarm_actions,
        insufficient_data_actions,
        metric_name,
        namespace,
        statistic,
        period,
        evaluation_periods,
        datapoints_to_alarm,
        threshold,
        comparison_operator,
        treat_missing_data,
        tags,
    } = call;
    let insufficient = Some(insufficient_data_actions).filter(|actions| !actions.is_empty());
    let sent = client
        .put_metric_alarm()
        .alarm_name(alarm_name)
        .alarm_description(alarm_description)
        .actions_enabled(actions_enabled)
        .set_ok_actions(Some(ok_actions))
        .set_alarm_actions(Some(alarm_actions))
        .set_insufficient_data_actions(insufficient)
        .metric_name(metric_name)
        .namespace(namespace)
        .statistic(Statistic::from(statistic.as_str()))
        .period(period)
        .evaluation_periods(evaluation_periods)
        .datapoints_to_alarm(datapoints_to_alarm)
        .threshold(threshold)
        .comparison_operator(ComparisonOperator::from(comparison_operator.as_str()))
        .treat_missing_data(treat_missing_data)
        .set_tags((!tags.is_empty()).then(|| sdk_tags(tags)))
        .send();
    request.done(sent.await)
}

async fn tag_resource(
    client: Client,
    request: &Request<'_>,
    call: TagResource,
) -> Result<(), CallError> {
    let TagResource { resource_arn, tags } = call;
    let tag = client.tag_resource().resource_arn(resource_arn);
    request.done(tag.set_tags(Some(sdk_tags(tags))).send().await)
}

/// CloudWatch takes a dashboard that it cannot draw, too, and says so in the answer; ours is made of what it knows.
async fn put_dashboard(
    client: Client,
    request: &Request<'_>,
    call: PutDashboard,
) -> Result<(), CallError> {
    let PutDashboard {
        dashboard_name,
        dashboard_body,
    } = call;
    let put = client.put_dashboard().dashboard_name(dashboard_name);
    request.done(put.dashboard_body(dashboard_body).send().await)
}

async fn delete_alarms(
    client: Client,
    request: &Request<'_>,
    call: DeleteAlarms,
) -> Result<(), CallError> {
    let DeleteAlarms { alarm_names } = call;
    let delete = client.delete_alarms().set_alarm_names(Some(alarm_names));
    request.done(delete.send().await)
}

async fn delete_dashboards(
    client: Client,
    request: &Request<'_>,
    call: DeleteDashboards,
) -> Result<(), CallError> {
    let DeleteDashboards { dashboard_names } = call;
    let delete = client.delete_dashboards();
    let delete = delete.set_dashboard_names(Some(dashboard_names));
    request.done(delete.send().await)
}

fn sdk_tags(tags: Vec<Tag>) -> Vec<SdkTag> {
    let tags = tags.into_iter();
    tags.map(|Tag { key, value }| SdkTag::builder().key(key).value(value).build())
        .collect()
}
