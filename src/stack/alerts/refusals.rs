//! What is refused before anything changes, because AWS would refuse it half-way, or because it would do harm.

use super::context::Context;
use crate::aws::read::CompositeAlarm;
use crate::error::{Error, Result};
use crate::stack::log_delivery::LogContext;

/// The refusals of `create alerts`.
///
/// # Errors
/// With the first reason.
pub fn of_create(context: &Context<'_>) -> Result<()> {
    let topic = context.options.topic_arn.as_deref();
    context.delivery.check_region("topic", topic)?;
    missing_topic(context).map_or(Ok(()), Err)?;
    context.delivery.check()
}

/// The refusals of `delete alerts`.
///
/// # Errors
/// With the first reason.
pub fn of_delete(context: &Context<'_>) -> Result<()> {
    let delivery = &context.delivery;
    delivery.check_unused(&context.other_users())?;
    alarms_in_use(context).map_or(Ok(()), Err)
}

/// CloudWatch deletes none of the alarms of a request while a composite alarm uses one.
fn alarms_in_use(context: &Context<'_>) -> Option<Error> {
    let deleted = context.own_alarms();
    let uses = |composite: &CompositeAlarm| {
        let names = deleted.iter().map(|alarm| &alarm.settings.alarm_name);
        let used = names
            .filter(|name| composite.uses(name) || composite.uses(&context.alarm_arn(name)))
            .map(String::as_str);
        let used: Vec<&str> = used.collect();
        (!used.is_empty()).then(|| format!("{} uses {}", composite.name, used.join(", ")))
    };
    let composites = context.delivery.observed.of(&context.composite_list());
    let composites = composites.into_iter().flatten();
    let used: Vec<String> = composites.filter_map(uses).collect();
    if used.is_empty() {
        return None;
    }
    let message = format!(
        "CloudWatch deletes no alarm that a composite alarm uses: {}",
        used.join("; ")
    );
    Some(Error::failed(message).hint(format!(
        "remove them from its rule (`aws cloudwatch put-composite-alarm --region {}`), or delete the composite alarm first",
        context.delivery.region
    )))
}

fn missing_topic(context: &Context<'_>) -> Option<Error> {
    let topic = context.named_topic()?;
    let is_missing = context.delivery.observed.of(&topic) == Some(&false);
    is_missing.then(|| {
        Error::failed(format!("the topic {} is missing", topic.arn))
            .hint("without --topic-arn, the scheme has a topic of its own")
    })
}
