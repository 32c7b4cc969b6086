//! What is refused before anything changes, because AWS would refuse it half-way, or because it would do harm.

use super::context::Context;
use crate::error::{Error, Result};
use crate::resource::delivery_stream::Token;
use crate::stack::log_delivery::LogContext;

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
    let secret = match &context.options.token {
        Some(Token::Secret(arn)) => Some(arn.as_str()),
        Some(Token::Given(..)) | None => None,
    };
    // Firehose reads a secret of its own region only.
    context.delivery.check_region("secret", secret)?;
    let named = context.named_secret();
    if let Some(named) = named.filter(|it| context.delivery.observed.has_read(it)) {
        named.check(context.delivery.observed.of(&named).copied())?;
    }
    let default =
        "without --alarm-topic, the alarms notify the topic of the stack alerts, if it exists";
    let topic = &context.options.alarm_topic;
    context.delivery.check_topic(topic, default)?;
    context.delivery.check()?;
    let is_by_lambda = context.is_by_lambda();
    let function_role = is_by_lambda.then(|| context.function_role());
    let roles = [context.firehose_role(), context.logs_role()].into_iter();
    for role in roles.chain(function_role) {
        context.delivery.check_role(&role)?;
    }
    if context.options.concurrency.is_some() && !is_by_lambda {
        let message = "--lambda-concurrency is for the function of --transform lambda";
        return Err(Error::usage(message));
    }
    context.check_reservation()?;
    let refusals = [
        endless_loop(context),
        too_many_filters(context),
        missing_bucket(context),
    ];
    refusals.into_iter().flatten().next().map_or(Ok(()), Err)?;
    match context
        .bucket_state()
        .filter(|_| !context.is_others_bucket())
    {
        Some(found) => context.bucket().check_rules(&found.settings),
        None => Ok(()),
    }
}

/// The refusals of `delete push`.
///
/// # Errors
/// With the first reason.
pub fn of_delete(context: &Context<'_>) -> Result<()> {
    let delivery = &context.delivery;
    let own = format!("the subscription filter {}", context.name());
    let others = context.other_users();
    if let Some(group) = delivery.other_group().filter(|_| others.contains(&own)) {
        let message = format!(
            "{own} is in the log group {group}, not in {}",
            delivery.group
        );
        return Err(Error::failed(message).hint("omit --log-group"));
    }
    delivery.check_unused(&others)?;
    let alarms = context.alarms();
    let existing = alarms.iter().filter(|(_, found)| found.is_some());
    let alarms: Vec<&str> = existing.map(|(name, _)| name.as_str()).collect();
    delivery.check_unused_alarms(&alarms)
}

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Subscriptions-recursion-prevention.html>
fn endless_loop(context: &Context<'_>) -> Option<Error> {
    let group = &context.delivery.group;
    let writer = match group.starts_with(FIREHOSE_LOGS) {
        true => "Firehose",
        false if *group == context.function_log_group().name => "the Lambda function",
        false => return None,
    };
    let message = format!(
        "{writer} writes to the log group {group}: delivering it would make it write more, without end"
    );
    let option = context
        .delivery
        .source()
        .map_or("--log-group", |_| "--source-log-group");
    Some(Error::failed(message).hint(format!("{option} NAME names another")))
}

fn too_many_filters(context: &Context<'_>) -> Option<Error> {
    let found = context.filters();
    (found.len() >= FILTERS && context.filter_state().is_none()).then(|| {
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
        let own = context.own_bucket_name();
        Error::failed(message).hint(format!("--backup-bucket {own} is the scheme's own"))
    })
}
