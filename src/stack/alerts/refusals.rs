//! What is refused before anything changes, because AWS would refuse it half-way, or because it would do harm.

use super::survey::Watch;
use super::wish::Wish;
use super::{Names, Options};
use crate::aws::read::{CompositeAlarm, STANDARD};
use crate::error::{Error, Result};
use crate::resource::alarm;
use crate::stack::Scheme;

/// The refusals of `create alerts`.
///
/// # Errors
/// With what stands in the way.
pub fn of_create(
    scheme: &Scheme,
    options: &Options,
    wish: &Wish,
    watch: Option<&Watch>,
) -> Result<()> {
    far_topic(options, wish)?;
    far_key(options, wish)?;
    let Some(watch) = watch else { return Ok(()) };
    missing_topic(options, watch)?;
    other_region(scheme, wish, watch)?;
    other_role(scheme, watch)?;
    group_of_another(wish, watch)?;
    group_without_filters(watch)?;
    filters_left_behind(watch)?;
    too_many_actions(wish, watch)
}

/// The refusal of `delete alerts`: CloudWatch deletes none of the alarms of a request while a composite alarm uses one.
///
/// # Errors
/// With the composite alarms and those that they use.
pub fn of_delete(names: &Names<'_>, watch: &Watch, deleted: &[String]) -> Result<()> {
    let uses = |composite: &CompositeAlarm| {
        let used = deleted.iter().filter(|name| {
            let arn = names.alarm_arn(name);
            composite.uses(name) || composite.uses(&arn)
        });
        let used: Vec<&str> = used.map(String::as_str).collect();
        (!used.is_empty()).then(|| format!("{} uses {}", composite.name, used.join(", ")))
    };
    let used: Vec<String> = watch.composite_alarms.iter().filter_map(uses).collect();
    if used.is_empty() {
        return Ok(());
    }
    let message = format!(
        "CloudWatch deletes no alarm that a composite alarm uses: {}",
        used.join("; ")
    );
    Err(Error::failed(message).hint(format!(
        "take them out of its rule (`aws cloudwatch put-composite-alarm --region {}`), or delete the composite alarm first",
        watch.region
    )))
}

/// An alarm can only tell a topic of its own region.
fn far_topic(options: &Options, wish: &Wish) -> Result<()> {
    let topic = options.topic_arn.as_deref();
    match topic.and_then(|arn| arn.split(':').nth(3)) {
        Some(other) if other != wish.region => Err(Error::failed(format!(
            "the topic is in {other}, the trail and its alarms in {}",
            wish.region
        ))
        .hint("an alarm can only tell a topic of its own region")),
        _ => Ok(()),
    }
}

/// A log group can only be encrypted with a key of its own region.
fn far_key(options: &Options, wish: &Wish) -> Result<()> {
    let key = options.kms_key_id.as_deref();
    match key.and_then(|arn| arn.split(':').nth(3)) {
        Some(other) if other != wish.region => Err(Error::failed(format!(
            "the key is in {other}, the trail and its log group in {}",
            wish.region
        ))
        .hint("a log group can only be encrypted with a key of its own region")),
        _ => Ok(()),
    }
}

fn missing_topic(options: &Options, watch: &Watch) -> Result<()> {
    match &options.topic_arn {
        Some(arn) if watch.is_named_topic_missing => {
            let error = Error::failed(format!("there is no topic {arn}"));
            Err(error.hint("without --topic-arn, the scheme has a topic of its own"))
        }
        _ => Ok(()),
    }
}

/// What stands elsewhere would be forgotten there.
fn other_region(scheme: &Scheme, wish: &Wish, watch: &Watch) -> Result<()> {
    if watch.region == wish.region {
        return Ok(());
    }
    let (base, stands) = (scheme.base(), &watch.region);
    let message = format!(
        "the alerts of {base} stand in {stands}, the trail would in {}",
        wish.region
    );
    Err(Error::failed(message).hint(format!(
        "give --region {stands}, or `ctadmin delete alerts --region {stands}` first"
    )))
}

/// CloudTrail is told the role's ARN, which one under a path does not have.
fn other_role(scheme: &Scheme, watch: &Watch) -> Result<()> {
    let wanted = Names::new(scheme, &watch.region).role_arn();
    match &watch.role {
        Some(role) if role.arn != wanted => {
            let error = Error::failed(format!("the name of the role is taken by {}", role.arn));
            Err(error.hint("rename that role, or choose another --prefix"))
        }
        _ => Ok(()),
    }
}

/// The trail sends to somebody else's group, which is not ours to make.
fn group_of_another(wish: &Wish, watch: &Watch) -> Result<()> {
    if wish.log_group.is_some() || watch.log_group.is_some() {
        return Ok(());
    }
    let error = Error::failed(format!(
        "the trail sends to the log group {}, which is missing",
        watch.group
    ));
    Err(error.hint("--log-group NAME makes the trail send to another one"))
}

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html>
fn group_without_filters(watch: &Watch) -> Result<()> {
    let class = watch
        .log_group
        .as_ref()
        .map(|found| &found.description.class);
    match class {
        Some(class) if class != STANDARD => {
            let error = Error::failed(format!(
                "the log group {} is of the class {class}, which knows no metric filters",
                watch.group
            ));
            Err(error.hint("--log-group NAME names another; a group's class cannot be changed"))
        }
        _ => Ok(()),
    }
}

/// Filters stay in the group that they are in, and nothing would tell of them any more.
fn filters_left_behind(watch: &Watch) -> Result<()> {
    let Some((group, filters)) = &watch.left_behind else {
        return Ok(());
    };
    let message = format!(
        "the trail sends to the log group {group}, which has {} of the scheme, not to {}",
        crate::words::counted(filters.len(), "filter"),
        watch.group
    );
    Err(Error::failed(message).hint("`ctadmin delete alerts` first, then make them anew"))
}

/// The topic would be one action too many.
fn too_many_actions(wish: &Wish, watch: &Watch) -> Result<()> {
    let overfull = wish.alerts.iter().filter_map(|(_, alarm)| {
        let (found, _) = watch.alarm(&alarm.name)?;
        Some((alarm, alarm.overfull(found)?))
    });
    let Some((alarm, state)) = { overfull }.next() else {
        return Ok(());
    };
    let message = format!(
        "the alarm {} has {} actions for the state {state} already, the most there can be, and none is {}",
        alarm.name,
        alarm::MOST_ACTIONS,
        alarm.topic
    );
    let all = "--topic-arn names one of its topics instead, if all alarms have it";
    Err(Error::failed(message)
        .hint("take one action off the alarm in CloudWatch")
        .hint(all))
}
