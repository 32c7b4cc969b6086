//! An account in which there is nothing yet.

use serde_json::json;

use super::{THREE, queue_url, sids, topic_arn};
use crate::support::scenario::{carried_out, operations, planned};
use crate::support::{self, Ctadmin};

#[test]
fn an_empty_account_of_17_regions_gets_the_whole_stack() {
    let account = support::account_of_all_regions();
    let id = account.id();
    let plan = carried_out(&account, "create --region us-west-2");
    assert_eq!(plan["steps"].as_array().map(Vec::len), Some(5 + 17 * 4));
    assert_eq!(plan["home_region"], "us-west-2");

    let after = account.snapshot();
    let trails = after["cloudtrail"].as_object().expect("trails by region");
    assert_eq!(trails.len(), 17);
    for (region, trails) in trails {
        let trail = &trails[format!("{id}-cloudtrail-{region}")];
        let global = region == "us-west-2" || region == "us-east-1";
        assert_eq!(
            trail["IncludeGlobalServiceEvents"], global,
            "{region}: {trail}"
        );
        assert_eq!(trail["LogFileValidationEnabled"], true, "{region}: {trail}");
        assert_eq!(trail["IsMultiRegionTrail"], false, "{region}: {trail}");
        assert_eq!(trail["IsLogging"], true, "{region}: {trail}");
        assert_eq!(
            trail["S3BucketName"],
            format!("{id}-cloudtrail"),
            "{region}: {trail}"
        );
    }
    let bucket = &after["s3"][format!("{id}-cloudtrail")];
    assert_eq!(
        sids(&bucket["policy"]),
        [
            format!("AWSCloudTrailAclCheck20150319{id}"),
            format!("AWSCloudTrailWrite20150319{id}"),
            format!("DenyInsecureTransport{id}"),
        ]
    );
    let queue = &after["sqs"][format!("arn:aws:sqs:us-west-2:{id}:{id}-cloudtrail")]["attributes"];
    assert_eq!(queue["MessageRetentionPeriod"], "1209600", "{queue}");
    assert_eq!(queue["VisibilityTimeout"], "300", "{queue}");
}

#[test]
fn without_a_queue_there_is_no_subscription_and_an_existing_queue_is_left_alone() {
    let account = support::account();
    let plan = carried_out(&account, &format!("{THREE} --no-queue"));
    assert!(
        !operations(&plan)
            .iter()
            .any(|operation| operation.contains("Queue") || operation.contains("Subscribe"))
    );
    let queue = json!({"QueueName": format!("{}-cloudtrail", account.id())});
    account.seed("sqs", "CreateQueue", "us-west-2", queue);
    assert_eq!(
        planned(&account, &format!("{THREE} --no-queue"))["steps"],
        json!([])
    );
}

#[test]
fn notices_arrive_in_the_queue_from_default_and_opt_in_regions() {
    let account = support::account();
    account.settings(json!({"regions": {"us-east-1": "ENABLED_BY_DEFAULT", "us-west-2": "ENABLED_BY_DEFAULT", "ap-east-1": "ENABLED"}}));
    carried_out(&account, "create --region us-west-2");
    let attributes = || {
        let attributes = account.seed("sqs", "GetQueueAttributes", "us-west-2",
            json!({"QueueUrl": queue_url(&account), "AttributeNames": ["ApproximateNumberOfMessages"]}));
        let count = attributes["Attributes"]["ApproximateNumberOfMessages"]
            .as_str()
            .map(str::parse::<u32>);
        count.expect("a count").expect("a number")
    };
    let before = attributes();
    for region in ["us-east-1", "us-west-2", "ap-east-1"] {
        account.seed(
            "sns",
            "Publish",
            region,
            json!({"TopicArn": topic_arn(&account, region), "Message": "{}"}),
        );
    }
    assert_eq!(attributes() - before, 3);
}

#[test]
fn notices_arrive_in_an_opt_in_region_from_another_one() {
    let account = support::account();
    account.settings(json!({"regions": {"us-east-1": "ENABLED_BY_DEFAULT", "ap-east-1": "ENABLED", "eu-south-1": "ENABLED"}}));
    let plan = carried_out(&account, "create --region eu-south-1");
    assert!(
        !plan["notes"].to_string().contains("opt-in"),
        "{}",
        plan["notes"]
    );
    let queue = format!("{}-cloudtrail", account.id());
    let before = account.messages(&queue, "eu-south-1").len();
    for region in ["us-east-1", "ap-east-1", "eu-south-1"] {
        let message = json!({"TopicArn": topic_arn(&account, region), "Message": "{}"});
        account.seed("sns", "Publish", region, message);
    }
    assert_eq!(account.messages(&queue, "eu-south-1").len() - before, 3);
}

#[test]
fn every_page_of_regions_is_read() {
    let account = support::account();
    let mut regions = json!({"us-west-2": "ENABLED_BY_DEFAULT"});
    for number in 1..=60 {
        regions[format!("aa-page-{number}")] = json!("ENABLED_BY_DEFAULT");
    }
    account.settings(json!({"regions": regions}));
    // The last one of the list: were it not read, it would be refused as not enabled.
    let plan = planned(&account, "create --region us-west-2 --regions us-west-2");
    assert_ne!(plan["steps"], json!([]));
}

#[test]
fn waiting_ends_when_every_trail_has_delivered() {
    let account = support::account();
    let later = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .expect("after 1970")
        .as_secs()
        + 3_600;
    let delivered = json!({"LatestDeliveryTime": later});
    account.settings(json!({"delivery": {"us-west-2": delivered, "us-east-1": delivered, "eu-west-1": delivered}}));
    Ctadmin::on(&account, &format!("{THREE} --yes --wait 1m"))
        .exits(0)
        .says("delivered");
}

#[test]
fn waiting_in_vain_names_the_trail_and_its_error() {
    let account = support::account();
    account.settings(json!({"delivery": {"eu-west-1": {"LatestDeliveryError": "NoSuchBucket"}}}));
    let ran = Ctadmin::on(&account, &format!("{THREE} --yes --wait 1s")).exits(1);
    ran.says("no log file was delivered within 1s")
        .says("delivery error NoSuchBucket");
}
