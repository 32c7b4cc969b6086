//! Other people's things: buckets with statements, schemes side by side, trails that cost money.

use serde_json::{Value, json};

use super::{THREE, standing};
use crate::support::scenario::{carried_out, operations, planned};
use crate::support::{self, Account, Ctadmin, Seed};

fn bucket_with_foreign_statements(account: &Account, region: &str) -> (String, Value) {
    let bucket = format!("{}-cloudtrail", account.id());
    let foreign = json!([
        {"Effect": "Allow", "Principal": {"AWS": account.id()}, "Action": "s3:GetObject", "Resource": format!("arn:aws:s3:::{bucket}/*")},
        {"Sid": "AWSCloudTrailWrite20150319", "Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": "s3:PutObject", "Resource": format!("arn:aws:s3:::{bucket}/AWSLogs/{}/*", account.id())},
    ]);
    let policy = json!({"Version": "2008-10-17", "Id": "theirs", "Statement": foreign}).to_string();
    let location =
        json!({"Bucket": bucket, "CreateBucketConfiguration": {"LocationConstraint": region}});
    account.seed("s3", "CreateBucket", region, location);
    account.seed(
        "s3",
        "PutBucketPolicy",
        region,
        json!({"Bucket": bucket, "Policy": policy}),
    );
    (bucket, foreign)
}

#[test]
fn a_found_bucket_keeps_what_others_put_there() {
    let account = support::account_of_all_regions();
    let (bucket, foreign) = bucket_with_foreign_statements(&account, "eu-central-1");
    let plan = carried_out(&account, THREE);
    let notes = plan["notes"].to_string();
    assert!(
        notes.contains("was found in eu-central-1; ctadmin only changes it with PutBucketPolicy, PutPublicAccessBlock"),
        "{notes}"
    );
    let policy = &account.snapshot()["s3"][&bucket]["policy"];
    let statements = policy["Statement"].as_array().expect("statements");
    assert_eq!(statements[..2], foreign.as_array().expect("a list")[..]);
    assert_eq!(statements.len(), 5);
    assert_eq!(
        (&policy["Version"], &policy["Id"]),
        (&json!("2008-10-17"), &json!("theirs"))
    );
}

#[test]
fn policy_only_adds_two_statements_to_a_found_bucket_and_no_more() {
    let account = support::account();
    let (bucket, _) = bucket_with_foreign_statements(&account, "us-west-2");
    let plan = carried_out(&account, &format!("{THREE} --policy-only"));
    let of_bucket = operations(&plan)
        .into_iter()
        .filter(|operation| operation.contains("Bucket") || operation.contains("Public"));
    assert_eq!(of_bucket.collect::<Vec<_>>(), ["PutBucketPolicy us-west-2"]);
    assert_eq!(
        account.snapshot()["s3"][&bucket]["policy"]["Statement"]
            .as_array()
            .map(Vec::len),
        Some(4)
    );
}

#[test]
fn two_schemes_share_a_bucket_and_a_queue_without_touching_each_other() {
    let account = standing();
    let id = account.id();
    let first = account.snapshot()["cloudtrail"].clone();
    let second = format!("{THREE} --prefix mylab --bucket {id}-cloudtrail --queue {id}-cloudtrail");
    carried_out(&account, &second);
    assert_eq!(
        planned(&account, THREE)["steps"],
        json!([]),
        "the first scheme is content"
    );
    let after = account.snapshot();
    for (region, trails) in first.as_object().expect("regions") {
        for (name, trail) in trails.as_object().expect("trails") {
            assert_eq!(&after["cloudtrail"][region][name], trail);
        }
    }
    carried_out(&account, "delete --prefix mylab --queue another");
    assert_eq!(
        planned(&account, THREE)["steps"],
        json!([]),
        "the first scheme is still content"
    );
}

#[test]
fn what_the_old_script_made_is_adopted() {
    let account = support::account();
    let id = account.id();
    let bucket = format!("{id}-cloudtrail");
    let mut seeds = vec![
        Seed {
            service: "s3",
            operation: "CreateBucket",
            region: "us-east-1",
            params: json!({"Bucket": bucket}),
        },
        Seed {
            service: "sqs",
            operation: "CreateQueue",
            region: "us-west-2",
            params: json!({"QueueName": bucket}),
        },
    ];
    for region in ["us-west-2", "us-east-1", "eu-west-1"] {
        let name = format!("mylab-cloudtrail-{region}");
        seeds.push(Seed {
            service: "sns",
            operation: "CreateTopic",
            region,
            params: json!({"Name": name}),
        });
        seeds.push(Seed {
            service: "cloudtrail",
            operation: "CreateTrail",
            region,
            params: json!({"Name": name, "S3BucketName": bucket, "SnsTopicName": name}),
        });
        seeds.push(Seed {
            service: "cloudtrail",
            operation: "StartLogging",
            region,
            params: json!({"Name": name}),
        });
    }
    account.seeds(seeds);
    let plan = carried_out(
        &account,
        &format!("{THREE} --prefix mylab -b {bucket} --queue {bucket}"),
    );
    let made: Vec<String> = operations(&plan)
        .into_iter()
        .filter(|operation| operation.starts_with("Create"))
        .collect();
    assert_eq!(
        made,
        ["CreateQueue us-west-2"],
        "nothing is made but what the script never made, the dead letter queue"
    );
}

#[test]
fn a_central_bucket_is_not_touched_and_its_owner_is_told_what_to_add() {
    let account = support::account();
    let arguments = format!("{THREE} --bucket central-logs --bucket-owner 999999999999");
    let plan = planned(&account, &arguments);
    let notes = plan["notes"].to_string();
    assert!(
        notes.contains("its owner 999999999999 must have these statements"),
        "{notes}"
    );
    assert!(notes.contains("AWSCloudTrailWrite20150319"), "{notes}");
    assert!(
        account
            .requests()
            .iter()
            .all(|request| request.service != "s3"),
        "S3 is not even asked"
    );
    assert!(
        !operations(&plan)
            .iter()
            .any(|operation| operation.contains("Bucket"))
    );
}

#[test]
fn other_trails_cost_money_and_are_named() {
    let account = support::account();
    account.seed(
        "s3",
        "CreateBucket",
        "us-east-1",
        json!({"Bucket": format!("{}-other", account.id())}),
    );
    account.seed(
        "cloudtrail",
        "CreateTrail",
        "us-east-1",
        json!({"Name": "aws-controltower-BaselineCloudTrail",
        "S3BucketName": format!("{}-other", account.id()), "IsMultiRegionTrail": true}),
    );
    let before = account.raw_snapshot();
    let notes = carried_out(&account, THREE)["notes"].to_string();
    assert!(
        notes.contains("Control Tower trail") && notes.contains("already delivers in 3 regions"),
        "{notes}"
    );
    let other =
        &account.raw_snapshot()["cloudtrail"]["us-east-1"]["aws-controltower-BaselineCloudTrail"];
    assert_eq!(
        other,
        &before["cloudtrail"]["us-east-1"]["aws-controltower-BaselineCloudTrail"]
    );
}

#[test]
fn the_owner_of_a_central_bucket_is_told_of_the_key_prefix_in_use() {
    let account = support::account();
    carried_out(&account, &format!("{THREE} --key-prefix audit"));
    let plan = planned(
        &account,
        &format!("{THREE} --bucket central-logs --bucket-owner 999999999999"),
    );
    let notes = plan["notes"].to_string();
    assert!(notes.contains("central-logs/audit/AWSLogs/"), "{notes}");
}

#[test]
fn a_denied_region_does_not_hide_the_bucket() {
    let account = support::account_of_all_regions();
    Ctadmin::on(
        &account,
        "create --yes --region us-west-2 --regions us-west-2,eu-west-1",
    )
    .exits(0);
    account.settings(json!({"denied_regions": ["ap-northeast-1"]}));
    let shown = Ctadmin::on(&account, "show -o json")
        .env("AWS_REGION", "ap-northeast-1")
        .exits(1)
        .json();
    assert_eq!(shown["bucket"]["state"], "found", "{shown}");
}

#[test]
fn a_queue_that_the_topics_already_feed_is_named() {
    let account = support::account();
    Ctadmin::on(&account, &format!("{THREE} --yes --queue events")).exits(0);
    let notes = planned(&account, THREE)["notes"].to_string();
    assert!(
        notes.contains("also send to other queues: arn:aws:sqs:us-west-2:"),
        "{notes}"
    );
}
