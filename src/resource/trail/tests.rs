//! How a trail that differs is fixed.

use super::*;

fn wanted() -> Trail {
    Trail {
        bucket: "logs".into(),
        topic_name: "topic".into(),
        topic_arn: "arn:topic".into(),
        global_events: Some(false),
        log_file_validation: true,
        ..Trail::of("trail".into(), "arn:trail".into(), "eu-west-1")
    }
}

fn intact() -> TrailState {
    let wanted = wanted();
    let mut state = TrailState::default();
    state.status.logging = true;
    state.description = TrailDescription {
        bucket: wanted.bucket,
        topic_arn: Some(wanted.topic_arn),
        log_file_validation: true,
        ..TrailDescription::default()
    };
    state
}

/// Operation, parameters and reason of each change.
fn listed(changes: &[Change]) -> String {
    let lines = changes.iter().map(|change| {
        let params = serde_json::Value::Object(change.call.params());
        format!("{} {params} ({})", change.call.operation(), change.reason)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_missing_trail_is_created_and_then_started() {
    insta::assert_snapshot!(listed(&wanted().changes(None)), @r#"
    CreateTrail {"Name":"trail","S3BucketName":"logs","SnsTopicName":"topic","IncludeGlobalServiceEvents":false,"IsMultiRegionTrail":false,"EnableLogFileValidation":true} (trail is missing)
    StartLogging {"Name":"trail"} (start logging)
    "#);
}

#[test]
fn all_drift_is_fixed_by_one_update() {
    let mut found = intact();
    found.description.bucket = "other".into();
    found.description.topic_arn = None;
    found.description.global_events = true;
    found.description.log_file_validation = false;
    insta::assert_snapshot!(listed(&wanted().changes(Some(&found))), @r#"UpdateTrail {"Name":"trail","S3BucketName":"logs","SnsTopicName":"topic","IncludeGlobalServiceEvents":false,"EnableLogFileValidation":true} (bucket is other, not logs, topic is missing from the trail, global service events are on, log file validation is off)"#);
}

#[test]
fn what_was_not_asked_for_stays_as_it_is() {
    let mut found = intact();
    found.description.key_prefix = Some("audit".into());
    found.description.kms_key_id = Some("arn:key".into());
    found.description.log_file_validation = false;
    let wanted = Trail {
        log_file_validation: false,
        ..wanted()
    };
    assert_eq!(listed(&wanted.changes(Some(&found))), "");
}

#[test]
fn a_trail_becomes_multi_region_only_together_with_global_events() {
    let wanted = Trail {
        multi_region: true,
        global_events: Some(true),
        ..wanted()
    };
    let mut found = intact();
    found.description.global_events = true;
    insta::assert_snapshot!(listed(&wanted.changes(Some(&found))), @r#"UpdateTrail {"Name":"trail","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":true} (trail logs its own region only)"#);
}

#[test]
fn stopped_logging_is_started_whatever_becomes_of_the_update() {
    let mut found = intact();
    found.status.logging = false;
    found.description.global_events = true;
    let steps = wanted().changes(Some(&found));
    assert_eq!(steps.len(), 2);
    assert_eq!(steps[1].call.operation(), "StartLogging");
    assert!(steps[1].after.is_none() && !steps[1].waits);
}
