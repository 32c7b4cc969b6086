//! What is refused before anything changes, because AWS would refuse it half-way, or because it would do harm.

use super::context::Context;
use crate::aws::read::{CompositeAlarm, STANDARD};
use crate::error::{Error, Result};
use crate::words::counted;

/// The refusals of `create alerts`.
///
/// # Errors
/// With the first reason.
pub fn of_create(context: &Context<'_>) -> Result<()> {
    let refusals = [
        other_region_of("topic", context.options.topic_arn.as_deref(), context),
        other_region_of(
            "key",
            context.options.delivery.kms_key_id.as_deref(),
            context,
        ),
        missing_topic(context),
        other_role(context),
        group_of_another(context),
        group_without_filters(context),
        filters_left_behind(context),
    ];
    refusals.into_iter().flatten().next().map_or(Ok(()), Err)
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
    let composites = context.observed.of(&context.composite_list());
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

/// An alarm can only notify a topic of its own region, and a log group can only be encrypted with a key of its own.
fn other_region_of(what: &str, arn: Option<&str>, context: &Context<'_>) -> Option<Error> {
    let region = &context.delivery.region;
    let other = arn?.split(':').nth(3).filter(|other| other != region)?;
    let message = format!(
        "the {what} is in {other}, but the trail, its log group and its alarms are in {region}"
    );
    Some(Error::failed(message).hint(format!("name a {what} in {region}")))
}

fn missing_topic(context: &Context<'_>) -> Option<Error> {
    let topic = context.named_topic()?;
    let is_missing = context.observed.of(&topic) == Some(&false);
    is_missing.then(|| {
        Error::failed(format!("the topic {} is missing", topic.arn))
            .hint("without --topic-arn, the scheme has a topic of its own")
    })
}

/// The role's ARN is derived, and one under a path has another.
fn other_role(context: &Context<'_>) -> Option<Error> {
    let role = context.delivery.role();
    let found = context.observed.of(&role)?;
    (found.arn != role.arn).then(|| {
        Error::failed(format!("the role's name is used by {}", found.arn))
            .hint("rename that role, or choose another --prefix")
    })
}

/// The trail sends to a group of another, which is not created.
fn group_of_another(context: &Context<'_>) -> Option<Error> {
    let is_missing = context.delivery.is_others_group()
        && context.delivery.group_state(context.observed).is_none();
    is_missing.then(|| {
        let group = &context.delivery.group;
        let message = format!("the trail sends to the log group {group}, which is missing");
        Error::failed(message).hint("--log-group NAME sends to another one")
    })
}

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html>
fn group_without_filters(context: &Context<'_>) -> Option<Error> {
    let (group, class) = (
        &context.delivery.group,
        &context
            .delivery
            .group_state(context.observed)?
            .description
            .class,
    );
    (class != STANDARD).then(|| {
        let message =
            format!("the log group {group} is of the class {class}, which has no metric filters");
        Error::failed(message)
            .hint("--log-group NAME names another; a group's class cannot be changed")
    })
}

/// Filters stay in the group that they are in, and would count nothing any more.
fn filters_left_behind(context: &Context<'_>) -> Option<Error> {
    let (group, filters) = context.left_behind()?;
    let (filters, wanted) = (counted(filters, "filter"), &context.delivery.group);
    let message = format!(
        "the trail sends to the log group {group}, which has {filters} of the scheme, not to {wanted}"
    );
    Some(Error::failed(message).hint("`ctadmin delete alerts` first, then create them again"))
}
