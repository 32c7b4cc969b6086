//! What the user should know before agreeing to a plan.

use serde_json::json;

use super::survey::Watch;
use super::wish::Wish;
use super::{Names, Options};
use crate::aws::read::TrailDescription;
use crate::region::dns_suffix;
use crate::resource::{email::is_pending, selectors};
use crate::stack::Scheme;
use crate::stack::trail::survey::Survey as TrailSurvey;

/// The notes of `create alerts`.
pub fn of_create(
    scheme: &Scheme,
    options: &Options,
    wish: &Wish,
    watch: Option<&Watch>,
) -> Vec<String> {
    let mut notes = Vec::from_iter(not_chosen(options));
    if wish.log_group.is_none() {
        notes.push(format!(
            "the trail already sends to {}, which is left as it is; the filters go there",
            wish.trail.group_arn
        ));
    }
    if wish.role.is_none() {
        notes.push(format!(
            "CloudTrail goes on writing as {}",
            wish.trail.role_arn
        ));
    }
    notes.extend(addresses(wish, watch));
    if let Some(arn) = &options.topic_arn {
        notes.push(format!(
            "the topic {arn} is not touched: its policy must let cloudwatch.amazonaws.com publish"
        ));
    } else if wish.emails.is_empty() && !anybody_subscribed(watch) {
        notes.push("nobody is told of alarms: --email ADDRESS subscribes somebody".to_owned());
    }
    notes.extend(encryption(scheme, options, wish));
    notes.extend(watch.and_then(left_out_of_sight));
    if !options.with_trail {
        notes.extend(watch.and_then(stopped));
    }
    notes.extend(watch.and_then(undelivered));
    notes
}

/// The alerts that are not created because an option that is not given changes nothing.
fn not_chosen(options: &Options) -> Option<String> {
    let wanted = &options.catalogue;
    let chosen = &wanted.chosen.alerts;
    let known = wanted.known.alerts.iter();
    let others = known.filter(|alert| !chosen.iter().any(|other| other.name == alert.name));
    let others: Vec<&str> = others.map(|alert| alert.name.as_str()).collect();
    if wanted.choice.is_given() || others.is_empty() {
        return None;
    }
    Some(format!(
        "{} of the catalogue do not exist and are not created: {}; --only NAME or --all creates them",
        crate::words::counted(others.len(), "alert"),
        others.join(", ")
    ))
}

/// A subscription does not count before it is confirmed.
fn addresses(wish: &Wish, watch: Option<&Watch>) -> Vec<String> {
    let topic = watch.and_then(|watch| watch.topic.as_ref());
    let found = topic.map_or(&[][..], |topic| &topic.subscriptions);
    let confirmed = |address: &str| {
        let mut found = found.iter();
        found.any(|found| found.endpoint == address && !is_pending(found))
    };
    let pending = wish.emails.iter().map(|email| email.address.as_str());
    let pending: Vec<&str> = pending.filter(|address| !confirmed(address)).collect();
    if pending.is_empty() {
        return Vec::new();
    }
    let addresses = pending.join(", ");
    vec![format!(
        "whoever reads {addresses} must confirm the subscription by the link in the mail"
    )]
}

fn anybody_subscribed(watch: Option<&Watch>) -> bool {
    let topic = watch.and_then(|watch| watch.topic.as_ref());
    topic.is_some_and(|topic| !topic.subscriptions.is_empty())
}

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html>
fn encryption(scheme: &Scheme, options: &Options, wish: &Wish) -> Option<String> {
    let key = options.kms_key_id.as_ref()?;
    let service = format!("logs.{}.{}", wish.region, dns_suffix(&scheme.partition));
    let group = wish.trail.group_arn.trim_end_matches(":*");
    let statement = json!({"Sid": "AllowCloudWatchLogs", "Effect": "Allow", "Principal": {"Service": service},
        "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        "Resource": "*",
        "Condition": {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": group}}});
    Some(format!(
        "key policies are not touched; the policy of {key} must let CloudWatch Logs in:\n{statement:#}"
    ))
}

/// What the trail does not deliver cannot set off an alarm.
fn left_out_of_sight(watch: &Watch) -> Option<String> {
    let left_out = selectors::left_out(watch.selectors.as_ref()?)?;
    (!left_out.is_empty()).then(|| {
        format!(
            "a selector of the trail leaves out events of {}: no alarm will see them",
            left_out.join(", ")
        )
    })
}

/// A trail that does not log sets off no alarm.
fn stopped(watch: &Watch) -> Option<String> {
    let stopped = watch.status.as_ref().is_some_and(|status| !status.logging);
    stopped.then(|| {
        "the trail does not log, so no alarm goes off: `ctadmin create` starts it".to_owned()
    })
}

/// What CloudWatch Logs says to the trail.
fn undelivered(watch: &Watch) -> Option<String> {
    let error = watch.status.as_ref()?.logs_error.as_ref()?;
    Some(format!(
        "CloudWatch Logs says {error} to the trail: no alarm sees its events"
    ))
}

/// The notes of `delete alerts`; `kept` is why the log group stays, if it does.
pub fn of_delete(
    names: &Names<'_>,
    trails: &TrailSurvey,
    watch: &Watch,
    kept: Option<&str>,
) -> Vec<String> {
    let mut notes = Vec::new();
    let group = &watch.group;
    if let Some(why) = kept.filter(|_| watch.log_group.is_some()) {
        notes.push(format!(
            "the log group {group} is kept, with its events: {why}"
        ));
    }
    if kept.is_none() {
        notes.extend(filters_of_others(names, watch));
    }
    notes.extend(still_sending(names, trails, group).map(|trail| {
        let name = &trail.name;
        format!("the trail {name} goes on sending to {group}, as others made it")
    }));
    let topic = watch.topic.iter().flat_map(|topic| &topic.subscriptions);
    let subscribers: Vec<&str> = topic.map(|found| found.endpoint.as_str()).collect();
    if !subscribers.is_empty() {
        notes.push(format!(
            "with the topic go its subscribers: {}",
            subscribers.join(", ")
        ));
    }
    notes
}

fn filters_of_others(names: &Names<'_>, watch: &Watch) -> Option<String> {
    let others = watch.filters.iter().filter(|filter| !names.is_own(filter));
    let others: Vec<&str> = others.map(|filter| filter.name.as_str()).collect();
    (!others.is_empty()).then(|| {
        format!(
            "with the log group go filters that others made: {}",
            others.join(", ")
        )
    })
}

/// The trails of the account that send to the group as somebody else's role.
pub fn still_sending<'a>(
    names: &Names<'_>,
    trails: &'a TrailSurvey,
    group: &str,
) -> impl Iterator<Item = &'a TrailDescription> {
    let (group, role) = (
        format!("{}:*", names.log_group_arn(group)),
        names.role_arn(),
    );
    let all = trails.regions.iter();
    // Without the shadows of trails of other regions.
    let all = all.flat_map(|(region, found)| {
        let trails = found.trails.iter();
        trails.filter(move |trail| trail.home_region == *region)
    });
    all.filter(move |trail| {
        trail.log_group_arn.as_ref() == Some(&group) && trail.log_role_arn.as_ref() != Some(&role)
    })
}
