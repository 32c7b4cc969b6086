//! The reader, and what it can see by itself.

use serde_json::{Value, json};

use super::{AWAY, HOME, REGIONS, Stand};
use crate::support::{self, Ctadmin};

#[test]
fn a_reader_without_its_policy_is_named() {
    let stand = Stand::new();
    let user = json!({"UserName": "cloudtrail-splunkapp", "PolicyName": stand.name()});
    stand
        .account
        .seed("iam", "DeleteUserPolicy", "us-east-1", user);
    assert_eq!(stand.checks("fail"), ["reader and queue"]);
    assert_eq!(stand.checks("unknown"), ["reader and logs", "last event"]);
    Ctadmin::on(&stand.account, "create splunk -y").exits(0);
    stand.is_whole();
}

#[test]
fn a_log_that_is_none_is_named() {
    let stand = Stand::new();
    stand.put_log("broken.json.gz", "2032/01/01", "bm9uZQ==");
    assert_eq!(stand.checks("fail"), ["reader and logs"]);
}

#[test]
fn a_bucket_in_another_region_than_the_queue_is_named() {
    let stand = Stand::made_with("-b somewhere-else-20310506");
    stand.is_whole();
    let account = support::account();
    let bucket = format!("{}-logs", account.id());
    account.seed(
        "s3",
        "CreateBucket",
        AWAY,
        json!({"Bucket": bucket,
        "CreateBucketConfiguration": {"LocationConstraint": AWAY}}),
    );
    Ctadmin::on(
        &account,
        &format!("create -y -r {HOME} --regions {HOME} -b {bucket}"),
    )
    .exits(0);
    let ran = Ctadmin::on(&account, "doctor").exits(1);
    assert!(
        ran.stdout
            .contains(&format!("the queue is in {HOME}, the bucket in {AWAY}")),
        "{}",
        ran.stdout
    );
}

#[test]
fn the_readers_key_alone_tells_what_it_may_know() {
    let stand = Stand::new();
    let regions = REGIONS.join(",");
    let doctor = stand.doctor(&format!("-o json --regions {regions}"));
    let mut command = doctor.into_command();
    command
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY");
    let output = command.output().expect("the binary starts");
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let checks = report["checks"].as_array().expect("checks").iter();
    let unknown: Vec<&str> = checks
        .filter(|check| check["outcome"] == "unknown")
        .filter_map(|check| check["check"].as_str())
        .collect();
    assert_eq!(
        unknown,
        [
            "regions",
            "management events",
            "bucket policy",
            "topics",
            "topic policy",
            "topic encryption",
            "subscription",
            "filter policy"
        ]
    );
}
