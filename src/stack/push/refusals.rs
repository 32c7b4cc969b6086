//! What is refused before anything changes, because AWS would refuse it half-way, or because it would do harm.

use super::context::Context;
use crate::error::{Error, Result};
use crate::resource::delivery_stream::Token;
use crate::stack::function::log_group_name;
use crate::stack::log_delivery::LogContext;

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
    let function_role = is_by_lambda.then(|| context.function().role);
    let roles = [context.firehose_role(), context.logs_role()].into_iter();
    for role in roles.chain(function_role) {
        context.delivery.check_role(&role)?;
    }
    if context.options.concurrency.is_some() && !is_by_lambda {
        let message = "--lambda-concurrency is for the function of --transform lambda";
        return Err(Error::usage(message));
    }
    context.check_reservation()?;
    endless_loop(context)?;
    context.delivery.check_room(&context.name())?;
    missing_bucket(context)?;
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
    let existing = alarms.iter().filter(|alarm| alarm.found.is_some());
    let alarms: Vec<&str> = existing.map(|alarm| alarm.name.as_str()).collect();
    delivery.alarm_place().check_unused(&alarms)
}

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Subscriptions-recursion-prevention.html>
fn endless_loop(context: &Context<'_>) -> Result<()> {
    let group = &context.delivery.group;
    let writer = match group.starts_with(FIREHOSE_LOGS) {
        true => "Firehose",
        false if *group == log_group_name(&context.function_name()) => "the Lambda function",
        false => return Ok(()),
    };
    let message = format!(
        "{writer} writes to the log group {group}: delivering it would make it write more, without end"
    );
    let option = context
        .delivery
        .source()
        .map_or("--log-group", |_| "--source-log-group");
    Err(Error::failed(message).hint(format!("{option} NAME names another")))
}

/// A bucket that an option names is not created.
fn missing_bucket(context: &Context<'_>) -> Result<()> {
    if !context.is_others_bucket() || context.bucket_state().is_some() {
        return Ok(());
    }
    let bucket = context.bucket().name;
    let message = format!("the backup bucket {bucket} is missing, or belongs to another account");
    let own = context.own_bucket_name();
    Err(Error::failed(message).hint(format!("--backup-bucket {own} is the scheme's own")))
}
