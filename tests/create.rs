//! `ctadmin create` on an account that is empty, drifted, or full of other people's things.

use serde_json::{Value, json};

use crate::support::scenario::{carried_out, operations, planned};
use crate::support::{self, Account, Ctadmin, Seed};

const THREE: &str = "create --region us-west-2 --regions us-west-2,us-east-1,eu-west-1";

/// An account in which the stack stands in three regions.
fn standing() -> Account {
    let account = support::account();
    Ctadmin::on(&account, &format!("{THREE} --yes")).exits(0);
    account
}

fn trail(account: &Account, region: &str) -> Value {
    let name = format!("{}-cloudtrail-{region}", account.id());
    account.snapshot()["cloudtrail"][region][&name].clone()
}

fn topic_arn(account: &Account, region: &str) -> String {
    let id = account.id();
    format!("arn:aws:sns:{region}:{id}:{id}-cloudtrail-{region}")
}

fn queue_url(account: &Account) -> String {
    format!(
        "{}/{id}/{id}-cloudtrail",
        account.endpoint(),
        id = account.id()
    )
}

fn sids(policy: &Value) -> Vec<&str> {
    let statements = policy["Statement"]
        .as_array()
        .expect("a policy has statements");
    statements
        .iter()
        .map(|statement| statement["Sid"].as_str().unwrap_or("none"))
        .collect()
}

#[test]
fn an_empty_account_of_17_regions_gets_the_whole_stack() {
    let account = support::account();
    let id = account.id();
    let plan = carried_out(&account, "create --region us-west-2");
    assert_eq!(plan["steps"].as_array().map(Vec::len), Some(4 + 17 * 4));
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
    let account = support::account();
    let (bucket, foreign) = bucket_with_foreign_statements(&account, "eu-central-1");
    let plan = carried_out(&account, THREE);
    let notes = plan["notes"].to_string();
    assert!(
        notes.contains("was found in eu-central-1; nothing of it changes but PutBucketPolicy, PutPublicAccessBlock"),
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
    assert_eq!(made, Vec::<String>::new(), "nothing is made anew");
}

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
        "EventSelectors": [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": true, "DataResources": []}]}));
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
    let account = support::account();
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
fn every_page_of_regions_is_read() {
    let account = support::account();
    let mut regions = json!({"us-west-2": "ENABLED_BY_DEFAULT"});
    for number in 1..=60 {
        regions[format!("aa-page-{number}")] = json!("ENABLED");
    }
    account.settings(json!({"regions": regions}));
    carried_out(&account, "create --region us-west-2 --regions us-west-2");
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
