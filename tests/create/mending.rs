//! Drift, and how few calls fix it.

use serde_json::{Value, json};

use super::{THREE, queue_url, sids, standing, topic_arn, trail};
use crate::support::scenario::{carried_out, operations, planned};
use crate::support::{self, Ctadmin, Seed};

#[test]
fn each_drift_is_mended_by_the_fewest_calls() {
    let account = standing();
    let id = account.id().to_owned();
    let name = format!("{id}-cloudtrail-eu-west-1");
    let eu = |operation, params: Value| Seed {
        service: "cloudtrail",
        operation,
        region: "eu-west-1",
        params,
    };
    let drifts: Vec<(Seed<'_>, &[&str])> = vec![
        (
            eu("StopLogging", json!({"Name": name})),
            &["StartLogging eu-west-1"],
        ),
        (
            eu(
                "UpdateTrail",
                json!({"Name": name, "EnableLogFileValidation": false, "IncludeGlobalServiceEvents": true}),
            ),
            &["UpdateTrail eu-west-1"],
        ),
        (
            Seed {
                service: "sqs",
                operation: "SetQueueAttributes",
                region: "us-west-2",
                params: json!({"QueueUrl": queue_url(&account), "Attributes": {"Policy": ""}}),
            },
            &["SetQueueAttributes us-west-2"],
        ),
        (
            Seed {
                service: "s3",
                operation: "DeleteBucketPolicy",
                region: "us-west-2",
                params: json!({"Bucket": format!("{id}-cloudtrail")}),
            },
            &["PutBucketPolicy us-west-2"],
        ),
        (
            Seed {
                service: "s3",
                operation: "DeletePublicAccessBlock",
                region: "us-west-2",
                params: json!({"Bucket": format!("{id}-cloudtrail")}),
            },
            &["PutPublicAccessBlock us-west-2"],
        ),
        (
            Seed {
                service: "sns",
                operation: "SetTopicAttributes",
                region: "us-east-1",
                params: json!({
                "TopicArn": topic_arn(&account, "us-east-1"), "AttributeName": "Policy",
                "AttributeValue": json!({"Version": "2012-10-17", "Statement": [{"Sid": "theirs", "Effect": "Allow",
                    "Principal": {"AWS": id}, "Action": "SNS:Publish", "Resource": topic_arn(&account, "us-east-1")}]}).to_string()}),
            },
            &["SetTopicAttributes us-east-1"],
        ),
    ];
    let intact = account.snapshot();
    for (seed, expected) in drifts {
        account.seeds([seed.clone()]);
        let plan = carried_out(&account, THREE);
        assert_eq!(operations(&plan), expected, "after {seed:?}");
        if seed.operation != "SetTopicAttributes" {
            assert_eq!(account.snapshot(), intact, "after {seed:?}");
        }
    }
    let policy =
        &account.snapshot()["sns"][topic_arn(&account, "us-east-1")]["attributes"]["Policy"];
    assert_eq!(
        sids(policy),
        [
            "theirs".to_owned(),
            format!("AWSCloudTrailSNSPolicy20131101{id}")
        ]
    );
}

#[test]
fn a_lost_topic_and_its_subscription_come_back() {
    let account = standing();
    let intact = account.snapshot();
    account.seed(
        "sns",
        "DeleteTopic",
        "eu-west-1",
        json!({"TopicArn": topic_arn(&account, "eu-west-1")}),
    );
    let plan = carried_out(&account, THREE);
    assert_eq!(
        operations(&plan),
        ["CreateTopic eu-west-1", "Subscribe eu-west-1"]
    );
    assert_eq!(account.snapshot(), intact);
}

#[test]
fn a_trail_that_strayed_to_another_bucket_and_topic_is_brought_back() {
    let account = standing();
    let id = account.id();
    account.seeds([
        Seed { service: "s3", operation: "CreateBucket", region: "us-east-1", params: json!({"Bucket": format!("{id}-elsewhere")}) },
        Seed { service: "sns", operation: "CreateTopic", region: "eu-west-1", params: json!({"Name": "elsewhere"}) },
        Seed { service: "cloudtrail", operation: "UpdateTrail", region: "eu-west-1", params: json!({
            "Name": format!("{id}-cloudtrail-eu-west-1"), "S3BucketName": format!("{id}-elsewhere"), "SnsTopicName": "elsewhere"}) },
    ]);
    let plan = carried_out(&account, THREE);
    assert_eq!(operations(&plan), ["UpdateTrail eu-west-1"]);
    assert_eq!(
        trail(&account, "eu-west-1")["S3BucketName"],
        format!("{id}-cloudtrail")
    );
}

#[test]
fn without_log_file_validation_it_is_not_asked_for_and_not_mended() {
    let account = support::account();
    carried_out(&account, &format!("{THREE} --no-log-file-validation"));
    assert_eq!(
        trail(&account, "eu-west-1")["LogFileValidationEnabled"],
        false
    );
    let plan = carried_out(&account, THREE);
    assert_eq!(
        operations(&plan).len(),
        3,
        "without the option all three are mended"
    );
    assert_eq!(
        planned(&account, &format!("{THREE} --no-log-file-validation"))["steps"],
        json!([])
    );
}

#[test]
fn a_plan_has_a_line_for_each_reason() {
    let account = standing();
    let update = |region: &str, field: &str, value: bool| {
        let name = format!("{}-cloudtrail-{region}", account.id());
        let params = json!({"Name": name, field: value});
        account.seed("cloudtrail", "UpdateTrail", region, params);
    };
    update("eu-west-1", "EnableLogFileValidation", false);
    update("us-east-1", "IncludeGlobalServiceEvents", false);
    Ctadmin::on(&account, "create --yes")
        .exits(0)
        .says("   2  UpdateTrail           ")
        .says("-cloudtrail-eu-west-1: log file validation is off\n")
        .says("-cloudtrail-us-east-1: global service events are off\n");
}
