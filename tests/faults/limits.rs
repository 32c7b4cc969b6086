//! The limits of the services: what is seen late, allowed once a second, forbidden or full.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{CREATE, DELETE, account, state};
use crate::support::{self, Account, Ctadmin, Seed};

#[test]
fn a_policy_is_seen_only_after_8_seconds() {
    let account = CREATE.start();
    account.settings(json!({ "policy_delay": 8 }));
    CREATE.ctadmin(&account).exits(0);
    CREATE.has_ended(&account);
}

#[test]
fn cloudtrail_lets_one_change_a_second_pass_in_each_of_17_regions() {
    let account = support::account();
    account.settings(json!({ "cloudtrail_rate": true }));
    Ctadmin::on(&account, "create --yes --region us-west-2").exits(0);
    let undisturbed = support::account();
    Ctadmin::on(&undisturbed, "create --yes --region us-west-2").exits(0);
    assert_eq!(state(&account), state(&undisturbed));
}

#[test]
fn one_region_is_forbidden_and_the_others_stand() {
    let account = support::account_of_all_regions();
    account.settings(json!({ "denied_regions": ["ap-south-1"] }));
    let run = Ctadmin::on(&account, "create --yes --region us-west-2").exits(1);
    // Each service has a code of its own, and whichever answers first is quoted.
    run.says("in ap-south-1: A")
        .says("explicit deny in a service control policy")
        .says("--exclude-regions");
    let undisturbed = support::account_of_all_regions();
    let others = "--region us-west-2 --exclude-regions ap-south-1";
    Ctadmin::on(&undisturbed, &format!("create --yes {others}")).exits(0);
    assert_eq!(state(&account), state(&undisturbed));
    let again = format!("create --dry-run --detailed-exitcode {others}");
    Ctadmin::on(&account, &again).exits(0);
}

#[test]
fn a_region_with_five_trails_is_refused_before_anything_changes() {
    let account = CREATE.start();
    let names = ["one", "two", "three", "four", "five"];
    account.seeds(names.map(|name| Seed {
        service: "cloudtrail",
        operation: "CreateTrail",
        region: "eu-west-1",
        params: json!({ "Name": format!("trail-{name}"), "S3BucketName": bucket(&account) }),
    }));
    let before = account.raw_snapshot();
    let run = CREATE.ctadmin(&account).exits(1);
    run.says("eu-west-1").says("trail-five").says("hint: ");
    assert_eq!(account.changes(), Vec::<String>::new());
    assert_eq!(account.raw_snapshot(), before);
}

/// A bucket of somebody else's making, for trails of somebody else's making.
fn bucket(account: &Account) -> String {
    let name = format!("logs-{}", account.id());
    account.seed("s3", "CreateBucket", "us-east-1", json!({ "Bucket": name }));
    name
}

#[test]
fn s3_refuses_changes_of_a_bucket_that_come_too_quickly() {
    let account = CREATE.start();
    account.settings(json!({ "bucket_conflict": true }));
    CREATE.ctadmin(&account).exits(0);
    CREATE.has_ended(&account);
}

#[test]
fn a_log_group_takes_one_change_of_its_metric_filters_at_a_time() {
    let account = account();
    Ctadmin::on(&account, "create --yes --multi-region --region us-west-2").exits(0);
    account.settings(json!({ "filter_conflict": true, "latency": 0.3 }));
    for (verb, left) in [("create alerts", 16), ("delete alerts", 0)] {
        account.forget_requests();
        let begun = Instant::now();
        Ctadmin::on(&account, &format!("{verb} --yes")).exits(0);
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(60), "{verb} took {took:?}");
        let requests = account.requests();
        let aborted = requests
            .iter()
            .filter(|request| request.error.as_deref() == Some("OperationAbortedException"));
        assert!(aborted.count() > 0, "{verb} sends them together");
        let filters = &state(&account)["logs"]["us-west-2"]["ACCOUNT-cloudtrail"]["metric_filters"];
        let filters = filters.as_object().expect("a log group has filters");
        assert_eq!(filters.len(), left, "after {verb}");
    }
}

#[test]
fn the_name_of_a_queue_deleted_a_moment_ago_is_blocked() {
    let account = DELETE.start();
    account.settings(json!({ "queue_delete_block": 4 }));
    DELETE.ctadmin(&account).exits(0);
    let deleted = Instant::now();
    CREATE.ctadmin(&account).exits(0);
    assert!(deleted.elapsed() > Duration::from_secs(3), "it was blocked");
    CREATE.has_ended(&account);
}

/// The step that meets the error waited for another one than the step that made the bucket or the trail.
#[test]
fn what_this_run_created_is_waited_for_whatever_came_between() {
    let account = CREATE.start();
    account.settings(json!({
        "bucket_load": {"PutPublicAccessBlock": 2, "PutBucketTagging": 2},
        "trail_load": 2,
    }));
    let run = CREATE.ctadmin(&account).arg("--tag=team=sec");
    run.exits(0);
    let requests = account.requests();
    for (operation, code) in [
        ("PutPublicAccessBlock", "NoSuchBucket"),
        ("PutBucketTagging", "NoSuchBucket"),
        ("StartLogging", "ConflictException"),
    ] {
        let met = requests.iter().any(|request| {
            request.operation == operation && request.error.as_deref() == Some(code)
        });
        assert!(met, "{operation} met {code}");
    }
}

#[test]
fn an_organization_forbids_to_block_public_access_that_is_blocked() {
    let account = CREATE.start();
    let forbidden = json!({"denied_operations": ["s3:PutBucketPublicAccessBlock"]});
    account.settings(forbidden);
    CREATE.ctadmin(&account).exits(0);
    CREATE.has_ended(&account);
    let bucket = json!({"Bucket": format!("{}-cloudtrail", account.id())});
    account.seed("s3", "DeletePublicAccessBlock", "us-west-2", bucket);
    CREATE.ctadmin(&account).exits(1).says("AccessDenied");
}
