//! What is refused before anything changes, because AWS would refuse it half-way, or because it would do harm.

use super::context::Context;
use crate::aws::read::STANDARD;
use crate::error::{Error, Result};
use crate::resource::delivery_stream::Token;

/// How many subscription filters a log group can have:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>.
const FILTERS: usize = 2;

/// Where Firehose logs; a stream that delivers its own log would never end.
const FIREHOSE_LOGS: &str = "/aws/kinesisfirehose/";

/// The refusals of `create push`.
///
/// # Errors
/// With the first reason.
pub fn of_create(context: &Context<'_>) -> Result<()> {
    let refusals = [
        other_region(context),
        missing_group(context),
        group_without_filters(context),
        endless_loop(context),
        too_many_filters(context),
        missing_bucket(context),
    ];
    refusals.into_iter().flatten().next().map_or(Ok(()), Err)
}

/// Firehose reads a secret of its own region only, and a log group is encrypted with a key of its own.
fn other_region(context: &Context<'_>) -> Option<Error> {
    let region = &context.delivery.region;
    let secret = match &context.options.token {
        Some(Token::Secret(arn)) => Some(("secret", arn)),
        Some(Token::Given(..)) | None => None,
    };
    let key = context.delivery.options.kms_key_id.as_ref();
    let mut arns = secret.into_iter().chain(key.map(|arn| ("key", arn)));
    arns.find_map(|(what, arn)| {
        let other = arn.split(':').nth(3).filter(|other| other != region)?;
        let message = format!(
            "the {what} is in {other}, but the trail, its log group and the delivery stream are in {region}"
        );
        Some(Error::failed(message).hint(format!("name a {what} in {region}")))
    })
}

/// The trail sends to a group of another, which is not created.
fn missing_group(context: &Context<'_>) -> Option<Error> {
    let delivery = &context.delivery;
    let is_missing = delivery.is_others_group() && delivery.group_state(context.observed).is_none();
    is_missing.then(|| {
        let group = &delivery.group;
        let message = format!("the trail sends to the log group {group}, which is missing");
        Error::failed(message).hint("--log-group NAME sends to another one")
    })
}

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html>
fn group_without_filters(context: &Context<'_>) -> Option<Error> {
    let group = &context.delivery.group;
    let class = &context
        .delivery
        .group_state(context.observed)?
        .description
        .class;
    (class != STANDARD).then(|| {
        let message = format!(
            "the log group {group} is of the class {class}, which has no subscription filters"
        );
        Error::failed(message)
            .hint("--log-group NAME names another; a group's class cannot be changed")
    })
}

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Subscriptions-recursion-prevention.html>
fn endless_loop(context: &Context<'_>) -> Option<Error> {
    let group = &context.delivery.group;
    group.starts_with(FIREHOSE_LOGS).then(|| {
        let message = format!(
            "Firehose writes to the log group {group}: delivering it would make Firehose write more, without end"
        );
        Error::failed(message).hint("--log-group NAME names another")
    })
}

fn too_many_filters(context: &Context<'_>) -> Option<Error> {
    let found = context
        .observed
        .of(&context.delivery.subscription_filters())?;
    (found.len() >= FILTERS && !context.has_filter()).then(|| {
        let names = found.iter().map(|filter| filter.filter_name.as_str());
        let names = names.collect::<Vec<_>>().join(" and ");
        let group = &context.delivery.group;
        let message = format!(
            "the log group {group} has the subscription filters {names}; the limit is {FILTERS}"
        );
        let region = &context.delivery.region;
        Error::failed(message).hint(format!("delete one that is no longer needed: aws logs delete-subscription-filter --region {region} --log-group-name {group} --filter-name NAME"))
    })
}

/// A bucket that an option names is not created.
fn missing_bucket(context: &Context<'_>) -> Option<Error> {
    let is_missing = context.is_others_bucket() && context.bucket_state().is_none();
    is_missing.then(|| {
        let bucket = context.bucket().name;
        let message =
            format!("the backup bucket {bucket} is missing, or belongs to another account");
        Error::failed(message).hint("without --backup-bucket, the scheme has a bucket of its own")
    })
}
