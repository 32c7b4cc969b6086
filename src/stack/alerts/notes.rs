//! What the user should know before agreeing to a plan, and what `show` warns of.

use serde_json::json;

use super::context::Context;
use crate::region::dns_suffix;
use crate::resource::selectors;
use crate::stack::alarms::{note_of_subscribers, note_of_topic, note_of_unconfirmed};
use crate::stack::log_delivery::LogContext;
use crate::words::counted;

/// The notes of `create alerts`.
pub fn of_create(context: &Context<'_>) -> Vec<String> {
    let options = &context.options;
    let mut notes = Vec::from_iter(not_chosen(context));
    notes.extend(context.delivery.notes_of_create());
    let found = context.subscriptions();
    notes.extend(note_of_unconfirmed(&options.emails, found));
    if let Some(arn) = &options.topic_arn {
        notes.push(note_of_topic(arn));
    } else if options.emails.is_empty() && context.subscriptions().is_empty() {
        notes.push("alarms notify no subscriber: --email ADDRESS subscribes an address".to_owned());
    }
    notes.extend(encryption(context));
    notes.extend(listed(left_out(context)).map(|services| {
        format!("a selector of the trail excludes events of {services}: alarms do not receive them")
    }));
    let status = context.delivery.status();
    if !options.delivery.with_trail && status.is_some_and(|status| !status.logging) {
        let why = "the trail does not log, so no alarm is raised: `ctadmin create` starts it";
        notes.push(why.to_owned());
    }
    let error = status.and_then(|status| status.logs_error.as_ref());
    notes.extend(error.map(|error| {
        format!("CloudWatch Logs answers {error} to the trail: alarms receive no events")
    }));
    notes
}

/// The names in one text, if there are any.
fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> Option<String> {
    let names: Vec<&str> = names.into_iter().collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// The alerts that are not created because an option that is not given changes nothing.
fn not_chosen(context: &Context<'_>) -> Option<String> {
    let wanted = &context.options.catalogue;
    let chosen = &wanted.chosen.alerts;
    let known = wanted.known.alerts.iter();
    let others = known.filter(|alert| !chosen.iter().any(|other| other.name == alert.name));
    let others: Vec<&str> = others.map(|alert| alert.name.as_str()).collect();
    if wanted.choice.is_given() || others.is_empty() {
        return None;
    }
    Some(format!(
        "{} of the catalogue do not exist and are not created: {}; --only NAME or --all creates them",
        counted(others.len(), "alert"),
        others.join(", ")
    ))
}

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html>
fn encryption(context: &Context<'_>) -> Option<String> {
    let key = context.delivery.options.kms_key_id.as_ref()?;
    let suffix = dns_suffix(&context.delivery.scheme.partition);
    let service = format!("logs.{}.{suffix}", context.delivery.region);
    let group = context.delivery.log_group().arn;
    let statement = json!({"Sid": "AllowCloudWatchLogs", "Effect": "Allow", "Principal": {"Service": service},
        "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        "Resource": "*",
        "Condition": {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": group}}});
    Some(format!(
        "key policies are not changed; the policy of {key} must allow CloudWatch Logs:\n{statement:#}"
    ))
}

/// The services whose events the trail does not deliver.
fn left_out<'a>(context: &Context<'a>) -> Vec<&'a str> {
    let sends = context.delivery.observed.of(&context.delivery.trail_logs());
    let selectors = sends.and_then(|sends| sends.selectors.as_ref());
    selectors.and_then(selectors::left_out).unwrap_or_default()
}

/// The notes of `delete alerts`.
pub fn of_delete(context: &Context<'_>) -> Vec<String> {
    let users = context.other_users();
    let mut notes = context.delivery.notes_of_delete(&users);
    let users = context.topic_users();
    if !users.is_empty() {
        let (topic, users) = (context.delivery.topic_name(), users.join(", "));
        notes.push(format!(
            "the topic {topic} is kept, with its subscriptions: it is notified by {users}; run the command again once these are deleted"
        ));
        return notes;
    }
    notes.extend(note_of_subscribers(context.subscriptions()));
    notes
}

/// What keeps alarms from being raised or noticed, in short lines.
pub fn warnings(context: &Context<'_>) -> Vec<String> {
    let mut warnings = Vec::new();
    for alarm in context.unknown_alarms() {
        let settings = &alarm.settings;
        let name = &settings.alarm_name;
        let whys = [
            (
                context.filter(name).is_none(),
                "its metric filter is missing",
            ),
            (!settings.actions_enabled, "its actions are disabled"),
        ];
        let whys = whys.into_iter().filter(|(is, _)| *is);
        warnings.extend(
            whys.map(|(_, why)| {
                format!("{name}: {why}; give --catalogue the file that it is from")
            }),
        );
    }
    if !context.exists() {
        return warnings;
    }
    warnings.extend(context.delivery.warnings());
    let left_out = left_out(context).into_iter();
    warnings.extend(
        left_out.map(|service| format!("the trail's selectors exclude events of {service}")),
    );
    let topic = context.topic_state();
    if topic.is_some_and(|topic| topic.subscriptions.is_empty()) {
        warnings.push("the topic has no subscriber: --email ADDRESS".to_owned());
    }
    warnings
}
