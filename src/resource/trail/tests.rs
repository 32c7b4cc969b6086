//! How a trail that differs is fixed.

use super::*;
use crate::call::cloudtrail::EventSelector;

fn wanted() -> Trail {
    Trail {
        name: "123456789012-cloudtrail-eu-west-1".into(),
        region: "eu-west-1".into(),
        arn: "arn:aws:cloudtrail:eu-west-1:123456789012:trail/123456789012-cloudtrail-eu-west-1"
            .into(),
        bucket: "logs".into(),
        key_prefix: None,
        topic_name: "topic".into(),
        topic_arn: "arn:aws:sns:eu-west-1:123456789012:topic".into(),
        global_events: Some(false),
        multi_region: false,
        log_file_validation: true,
        kms_key_id: None,
        all_sources: false,
        tags: Vec::new(),
    }
}

fn intact() -> TrailState {
    let wanted = wanted();
    TrailState {
        description: TrailDescription {
            name: wanted.name,
            arn: wanted.arn,
            home_region: wanted.region,
            bucket: wanted.bucket,
            topic_arn: Some(wanted.topic_arn),
            log_file_validation: true,
            ..TrailDescription::default()
        },
        status: TrailStatus {
            logging: true,
            ..TrailStatus::default()
        },
        selectors: Some(Ok(Selectors::Basic(vec![selector("All", &[])]))),
        tags: Vec::new(),
    }
}

fn selector(read_write_type: &str, excluded: &[&str]) -> EventSelector {
    EventSelector {
        read_write_type: read_write_type.into(),
        include_management_events: true,
        data_resources: Vec::new(),
        exclude_management_event_sources: excluded.iter().map(|&name| name.into()).collect(),
    }
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
fn an_intact_trail_is_left_alone() {
    assert_eq!(listed(&wanted().changes(Some(&intact()))), "");
}

#[test]
fn a_missing_trail_is_created_and_then_started() {
    insta::assert_snapshot!(listed(&wanted().changes(None)), @r#"
    CreateTrail {"Name":"123456789012-cloudtrail-eu-west-1","S3BucketName":"logs","SnsTopicName":"topic","IncludeGlobalServiceEvents":false,"IsMultiRegionTrail":false,"EnableLogFileValidation":true} (trail is missing)
    StartLogging {"Name":"123456789012-cloudtrail-eu-west-1"} (start logging)
    "#);
}

#[test]
fn all_drift_is_fixed_by_one_update() {
    let mut found = intact();
    found.description.bucket = "other".into();
    found.description.topic_arn = None;
    found.description.global_events = true;
    found.description.log_file_validation = false;
    insta::assert_snapshot!(listed(&wanted().changes(Some(&found))), @r#"UpdateTrail {"Name":"123456789012-cloudtrail-eu-west-1","S3BucketName":"logs","SnsTopicName":"topic","IncludeGlobalServiceEvents":false,"EnableLogFileValidation":true} (bucket is other, not logs, topic is missing from the trail, global service events are on, log file validation is off)"#);
}

#[test]
fn what_was_not_asked_for_stays_as_it_is() {
    let mut found = intact();
    found.description.key_prefix = Some("audit".into());
    found.description.kms_key_id = Some("arn:aws:kms:eu-west-1:123456789012:key/1".into());
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
    insta::assert_snapshot!(listed(&wanted.changes(Some(&found))), @r#"UpdateTrail {"Name":"123456789012-cloudtrail-eu-west-1","IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":true} (trail logs its own region only)"#);
}

#[test]
fn a_trail_without_reads_or_writes_gets_a_selector_for_both() {
    let mut found = intact();
    found.selectors = Some(Ok(Selectors::Basic(vec![selector("WriteOnly", &[])])));
    insta::assert_snapshot!(listed(&wanted().changes(Some(&found))), @r#"PutEventSelectors {"TrailName":"123456789012-cloudtrail-eu-west-1","EventSelectors":[{"ReadWriteType":"WriteOnly","IncludeManagementEvents":true},{"ReadWriteType":"All","IncludeManagementEvents":true}]} (no selector covers all management events)"#);
}

#[test]
fn excluded_services_stay_so_unless_all_are_asked_for() {
    let mut found = intact();
    found.selectors = Some(Ok(Selectors::Basic(vec![selector(
        "All",
        &["kms.amazonaws.com"],
    )])));
    assert_eq!(listed(&wanted().changes(Some(&found))), "");
    let wanted = Trail {
        all_sources: true,
        ..wanted()
    };
    insta::assert_snapshot!(listed(&wanted.changes(Some(&found))), @r#"PutEventSelectors {"TrailName":"123456789012-cloudtrail-eu-west-1","EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true}]} (selectors exclude management events of kms.amazonaws.com)"#);
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
