//! An option that was not given never changes what exists.

use serde_json::json;

use super::{THREE, queue_url, standing, trail};
use crate::support::scenario::{carried_out, operations, planned};
use crate::support::{self, Ctadmin};

#[test]
fn an_option_not_given_changes_nothing() {
    let account = support::account();
    let id = account.id();
    let key = format!("arn:aws:kms:us-west-2:{id}:key/11111111-2222-3333-4444-555555555555");
    let all = format!(
        "{THREE} --bucket {id}-audit --key-prefix deep/er --kms-key-id {key} --tag team=sec --tag=cost=1"
    );
    carried_out(&account, &all);
    account.seed(
        "sqs",
        "SetQueueAttributes",
        "us-west-2",
        json!({"QueueUrl": queue_url(&account), "Attributes": {"VisibilityTimeout": "42"}}),
    );
    account.seed("cloudtrail", "PutEventSelectors", "eu-west-1", json!({"TrailName": format!("{id}-cloudtrail-eu-west-1"),
        "EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": true, "DataResources": [],
            "ExcludeManagementEventSources": ["kms.amazonaws.com"]}]}));
    let before = account.snapshot();
    assert_eq!(planned(&account, THREE)["steps"], json!([]));
    account.seed(
        "cloudtrail",
        "UpdateTrail",
        "eu-west-1",
        json!({"Name": format!("{id}-cloudtrail-eu-west-1"), "IncludeGlobalServiceEvents": true}),
    );
    carried_out(&account, THREE);
    assert_eq!(account.snapshot(), before);
}

#[test]
fn a_new_trail_is_like_its_siblings() {
    let account = support::account_of_all_regions();
    let id = account.id();
    carried_out(
        &account,
        &format!("{THREE} --bucket {id}-audit --key-prefix deep"),
    );
    carried_out(
        &account,
        "create --regions eu-west-1,ap-south-1 --region us-west-2",
    );
    let trail = trail(&account, "ap-south-1");
    assert_eq!(trail["S3BucketName"], format!("{id}-audit"));
    assert_eq!(trail["S3KeyPrefix"], "deep");
}

#[test]
fn prefixes_in_use_elsewhere_stay_in_the_bucket_policy() {
    let account = standing();
    let id = account.id();
    carried_out(
        &account,
        "create --region us-west-2 --regions eu-west-1 --key-prefix deep",
    );
    assert_eq!(
        planned(&account, THREE)["steps"],
        json!([]),
        "the trails without a prefix are still let in"
    );
    let statements = &account.snapshot()["s3"][format!("{id}-cloudtrail")]["policy"]["Statement"];
    let resource = statements[1]["Resource"].to_string();
    assert!(
        resource.contains(&format!("cloudtrail/deep/AWSLogs/{id}/*")),
        "{resource}"
    );
    assert!(
        resource.contains(&format!("cloudtrail/AWSLogs/{id}/*")),
        "{resource}"
    );
}

#[test]
fn principals_of_regions_not_walked_stay_in_the_queue_policy() {
    let account = support::account();
    account
        .settings(json!({"regions": {"us-west-2": "ENABLED_BY_DEFAULT", "ap-east-1": "ENABLED"}}));
    carried_out(&account, "create --region us-west-2");
    account.settings(json!({"denied_operations": ["account:ListRegions"]}));
    assert_eq!(
        planned(&account, "create --region us-west-2 --regions us-west-2")["steps"],
        json!([])
    );
}

#[test]
fn tags_are_added_to_what_exists_but_not_to_a_found_bucket() {
    let account = standing();
    account.seed(
        "sqs",
        "TagQueue",
        "us-west-2",
        json!({"QueueUrl": queue_url(&account), "Tags": {"theirs": "1"}}),
    );
    let plan = carried_out(&account, &format!("{THREE} --tag team=sec"));
    assert_eq!(
        operations(&plan),
        [
            "TagQueue us-west-2",
            "TagQueue us-west-2",
            "TagResource eu-west-1",
            "AddTags eu-west-1",
            "TagResource us-east-1",
            "AddTags us-east-1",
            "TagResource us-west-2",
            "AddTags us-west-2",
        ]
    );
    let queue = account.snapshot()["sqs"][format!(
        "arn:aws:sqs:us-west-2:{id}:{id}-cloudtrail",
        id = account.id()
    )]["tags"]
        .to_string();
    assert!(
        queue.contains("theirs") && queue.contains("team"),
        "{queue}"
    );
}

#[test]
fn fewer_regions_do_not_mean_another_home_or_bucket() {
    let account = support::account_of_all_regions();
    let id = account.id();
    carried_out(
        &account,
        &format!("{THREE} --bucket {id}-audit --key-prefix deep"),
    );
    let narrowed = "create -n -o json --regions ap-south-1";
    let plan = Ctadmin::on(&account, narrowed)
        .env("AWS_REGION", "eu-west-1")
        .exits(0)
        .json();
    assert_eq!(plan["home_region"], "us-west-2");
    let made = [
        "CreateTopic ap-south-1",
        "Subscribe ap-south-1",
        "CreateTrail ap-south-1",
        "StartLogging ap-south-1",
    ];
    assert_eq!(operations(&plan), made);
    assert_eq!(
        plan["steps"][2]["params"]["S3BucketName"],
        format!("{id}-audit")
    );
    assert_eq!(plan["steps"][2]["params"]["S3KeyPrefix"], "deep");
}

#[test]
fn a_lost_queue_comes_back_where_the_topics_still_send() {
    let account = standing();
    account.seed(
        "sqs",
        "DeleteQueue",
        "us-west-2",
        json!({"QueueUrl": queue_url(&account)}),
    );
    let plan = Ctadmin::on(&account, "create -n -o json")
        .env("AWS_REGION", "eu-west-1")
        .exits(0)
        .json();
    assert_eq!(plan["home_region"], "us-west-2");
    let shown = Ctadmin::on(&account, "show -o json").exits(0).json();
    assert_eq!(shown["queue"]["drift"], json!(["queue is missing"]));
}
