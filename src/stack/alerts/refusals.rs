//! What is refused before anything changes, because AWS would refuse it half-way, or because it would do harm.

use super::context::Context;
use crate::aws::read::{CompositeAlarm, STANDARD};
use crate::error::{Error, Result};

/// The refusals of `create alerts`.
///
/// # Errors
/// With the reason.
pub fn of_create(context: &Context<'_>) -> Result<()> {
    other_region_of("topic", context.options.topic_arn.as_deref(), context)?;
    other_region_of("key", context.options.kms_key_id.as_deref(), context)?;
    missing_topic(context)?;
    other_region(context)?;
    other_role(context)?;
    group_of_another(context)?;
    group_without_filters(context)?;
    filters_left_behind(context)
}

/// The refusal of `delete alerts`: CloudWatch deletes none of the alarms of a request while a composite alarm uses one.
///
/// # Errors
/// With the composite alarms and those that they use.
pub fn of_delete(context: &Context<'_>) -> Result<()> {
    let names = context.names();
    let deleted = context.own_alarms();
    let uses = |composite: &CompositeAlarm| {
        let alarms = deleted
            .iter()
            .map(|alarm| &alarm.description.settings.alarm_name);
        let used =
            alarms.filter(|name| composite.uses(name) || composite.uses(&names.alarm_arn(name)));
        let used: Vec<&str> = used.map(String::as_str).collect();
        (!used.is_empty()).then(|| format!("{} uses {}", composite.name, used.join(", ")))
    };
    let used: Vec<String> = context.composite_alarms().iter().filter_map(uses).collect();
    if used.is_empty() {
        return Ok(());
    }
    let message = format!(
        "CloudWatch deletes no alarm that a composite alarm uses: {}",
        used.join("; ")
    );
    Err(Error::failed(message).hint(format!(
        "remove them from its rule (`aws cloudwatch put-composite-alarm --region {}`), or delete the composite alarm first",
        context.region
    )))
}

/// An alarm can only notify a topic of its own region, and a log group can only be encrypted with a key of its own.
fn other_region_of(what: &str, arn: Option<&str>, context: &Context<'_>) -> Result<()> {
    let region = &context.region;
    match arn.and_then(|arn| arn.split(':').nth(3)) {
        Some(other) if other != region => Err(Error::failed(format!(
            "the {what} is in {other}, but the trail, its log group and its alarms are in {region}"
        ))
        .hint(format!("name a {what} in {region}"))),
        _ => Ok(()),
    }
}

fn missing_topic(context: &Context<'_>) -> Result<()> {
    match &context.options.topic_arn {
        Some(arn) if context.is_named_topic_missing() => {
            let error = Error::failed(format!("the topic {arn} is missing"));
            Err(error.hint("without --topic-arn, the scheme has a topic of its own"))
        }
        _ => Ok(()),
    }
}

/// Resources in another region would be left there.
fn other_region(context: &Context<'_>) -> Result<()> {
    let (base, region) = (context.scheme.base(), &context.region);
    let Some(elsewhere) = &context.elsewhere else {
        return Ok(());
    };
    let message = format!(
        "the alerts of {base} are in {elsewhere}, but the trail would be created in {region}"
    );
    Err(Error::failed(message).hint(format!(
        "give --region {elsewhere}, or `ctadmin delete alerts --region {elsewhere}` first"
    )))
}

/// The role's ARN is derived, and one under a path has another.
fn other_role(context: &Context<'_>) -> Result<()> {
    match context.role_state() {
        Some(role) if role.arn != context.names().role_arn() => {
            let error = Error::failed(format!("the role's name is used by {}", role.arn));
            Err(error.hint("rename that role, or choose another --prefix"))
        }
        _ => Ok(()),
    }
}

/// The trail sends to a group of another, which is not created.
fn group_of_another(context: &Context<'_>) -> Result<()> {
    if !context.is_others_group() || context.group_state().is_some() {
        return Ok(());
    }
    let error = Error::failed(format!(
        "the trail sends to the log group {}, which is missing",
        context.group
    ));
    Err(error.hint("--log-group NAME sends to another one"))
}

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html>
fn group_without_filters(context: &Context<'_>) -> Result<()> {
    let class = context.group_state().map(|found| &found.description.class);
    match class {
        Some(class) if class != STANDARD => {
            let error = Error::failed(format!(
                "the log group {} is of the class {class}, which has no metric filters",
                context.group
            ));
            Err(error.hint("--log-group NAME names another; a group's class cannot be changed"))
        }
        _ => Ok(()),
    }
}

/// Filters stay in the group that they are in, and would count nothing any more.
fn filters_left_behind(context: &Context<'_>) -> Result<()> {
    let Some((group, filters)) = context.left_behind() else {
        return Ok(());
    };
    let message = format!(
        "the trail sends to the log group {group}, which has {} of the scheme, not to {}",
        crate::words::counted(filters.len(), "filter"),
        context.group
    );
    Err(Error::failed(message).hint("`ctadmin delete alerts` first, then create them again"))
}
