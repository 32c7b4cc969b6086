//! What is refused before anything changes, because AWS would refuse it half-way, or because it would do harm.

use super::context::Context;
use crate::error::Result;
use crate::stack::log_delivery::LogContext;

/// The refusals of `create alerts`.
///
/// # Errors
/// With the first reason.
pub fn of_create(context: &Context<'_>) -> Result<()> {
    let default = "without --topic-arn, the scheme has a topic of its own";
    let topic = &context.options.topic_arn;
    context.delivery.check_topic(topic, default)?;
    context.delivery.check()
}

/// The refusals of `delete alerts`.
///
/// # Errors
/// With the first reason.
pub fn of_delete(context: &Context<'_>) -> Result<()> {
    let delivery = &context.delivery;
    delivery.check_unused(&context.other_users())?;
    let alarms = context.own_alarms().into_iter();
    let alarms: Vec<&str> = alarms
        .map(|alarm| alarm.settings.alarm_name.as_str())
        .collect();
    delivery.alarm_place().check_unused(&alarms)
}
