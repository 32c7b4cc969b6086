//! What the bucket does with log files, and how queue and topics encrypt messages, each in one line.

use super::trail::regions_by;
use crate::error::tame;
use crate::resource::bucket_settings::period;
use crate::stack::trail::show::{BucketSettings, Picture};
use crate::words::{counted, few};

/// The settings of the bucket; what the caller may not know is named at the end.
pub(super) fn words(settings: &BucketSettings) -> String {
    let mut words = Vec::new();
    let mut unknown = Vec::new();
    match settings.versioning.as_deref() {
        Some("Enabled") => words.push("versioned".to_owned()),
        Some("Suspended") => words.push("versioning suspended".to_owned()),
        Some(_) => words.push("not versioned".to_owned()),
        None => unknown.push("versioning"),
    }
    match (settings.expiration_days, settings.lifecycle_rules) {
        (Some(0), Some(0)) => words.push("logs never expire".to_owned()),
        (Some(0), Some(rules)) => words.push(counted(rules, "lifecycle rule") + " of others"),
        (Some(days), _) => words.push(format!("logs expire after {days} d")),
        (None, _) => unknown.push("lifecycle"),
    }
    match (settings.object_lock, &settings.default_retention) {
        (_, Some(retention)) => words.push(format!("locked for {}", period(retention))),
        (Some(true), None) => words.push("Object Lock without retention".to_owned()),
        (Some(false), None) => words.push("no Object Lock".to_owned()),
        (None, None) => unknown.push("Object Lock"),
    }
    match (settings.access_logs, &settings.access_logs_to) {
        (_, Some(to)) => words.push(format!("access logs to {}", tame(&to.target_bucket))),
        (Some(_), None) => words.push("no access logs".to_owned()),
        (None, None) => unknown.push("access logs"),
    }
    if !unknown.is_empty() {
        words.push(format!("unknown: {}", unknown.join(", ")));
    }
    words.join(", ")
}

/// What encrypts messages in queue, dead-letter queue and topics, as far as there are any.
pub(super) fn encryption(picture: &Picture) -> Option<String> {
    let queues = [("queue", &picture.queue), ("dlq", &picture.dead_letters)];
    let queues = queues.into_iter().filter_map(|(label, queue)| {
        let encryption = queue.as_ref()?.encryption.as_deref()?;
        Some(format!("{label} {}", short(encryption)))
    });
    // A replica in each region has the same id.
    let keys = regions_by(picture, |region| {
        let key = region.topic.as_ref()?.kms_key_id.as_deref();
        Some(short(key.unwrap_or("none")))
    });
    let mixed = keys.len() > 1;
    let topics = keys.into_iter().map(|(key, regions)| match mixed {
        true => format!("topics {key} in {}", few(regions)),
        false => format!("topics {key}"),
    });
    let words: Vec<String> = queues.chain(topics).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// A key without the rest of its ARN, so that a line fits a terminal: the ARN is in the JSON.
fn short(encryption: &str) -> String {
    let name = match encryption.rsplit_once(":key/") {
        Some((_, id)) => format!("key {id}"),
        None => encryption.to_owned(),
    };
    tame(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::s3::{DefaultRetention, LoggingEnabled};

    #[test]
    fn settings_are_one_line() {
        let all = BucketSettings {
            versioning: Some("Enabled".into()),
            expiration_days: Some(365),
            lifecycle_rules: Some(2),
            object_lock: Some(true),
            default_retention: Some(DefaultRetention {
                mode: "GOVERNANCE".into(),
                days: Some(30),
                years: None,
            }),
            access_logs: Some(true),
            access_logs_to: Some(LoggingEnabled {
                target_bucket: "logs-of-logs".into(),
                target_prefix: "b/".into(),
            }),
        };
        insta::assert_snapshot!(words(&all), @"versioned, logs expire after 365 d, locked for 30 days (GOVERNANCE), access logs to logs-of-logs");
        insta::assert_snapshot!(words(&BucketSettings::default()), @"unknown: versioning, lifecycle, Object Lock, access logs");
        let none = BucketSettings {
            versioning: Some("Off".into()),
            expiration_days: Some(0),
            lifecycle_rules: Some(0),
            object_lock: Some(false),
            access_logs: Some(false),
            ..BucketSettings::default()
        };
        insta::assert_snapshot!(words(&none), @"not versioned, logs never expire, no Object Lock, no access logs");
    }
}
