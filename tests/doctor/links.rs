//! Each link between the trails and the queue.

use serde_json::{Value, json};

use super::{AWAY, HOME, Stand};

#[test]
fn each_link_is_named_when_it_is_broken_and_create_mends_it() {
    let stand = Stand::new();
    let (name, topic) = (stand.name(), stand.topic());
    stand.broken(&["trails"], || {
        let trail = json!({"Name": format!("{name}-{AWAY}")});
        stand.account.seed("cloudtrail", "StopLogging", AWAY, trail);
    });
    stand.broken(&["trails"], || {
        let trail = json!({"Name": format!("{name}-{AWAY}")});
        stand.account.seed("cloudtrail", "DeleteTrail", AWAY, trail);
    });
    stand.broken(&["trails' bucket"], || {
        let other = format!("{}-other", stand.account.id());
        let bucket =
            json!({"Bucket": other, "CreateBucketConfiguration": {"LocationConstraint": HOME}});
        stand.account.seed("s3", "CreateBucket", HOME, bucket);
        let trail = json!({"Name": format!("{name}-{AWAY}"), "S3BucketName": other});
        stand.account.seed("cloudtrail", "UpdateTrail", AWAY, trail);
    });
    stand.broken(&["bucket policy"], || {
        let bucket = json!({"Bucket": name});
        stand.account.seed("s3", "DeleteBucketPolicy", HOME, bucket);
    });
    stand.broken(&["topic policy"], || {
        let closed = json!({"Version": "2012-10-17", "Statement": []}).to_string();
        let params =
            json!({"TopicArn": topic, "AttributeName": "Policy", "AttributeValue": closed});
        stand.sns("SetTopicAttributes", &params);
    });
    stand.broken(&["subscription"], || {
        let list = stand.sns("ListSubscriptionsByTopic", &json!({"TopicArn": topic}));
        let arn = &list["Subscriptions"][0]["SubscriptionArn"];
        stand.sns("Unsubscribe", &json!({"SubscriptionArn": arn}));
    });
    stand.broken(&["queue policy"], || {
        let nobody = json!({"Version": "2012-10-17", "Statement": [{"Sid": "a", "Effect": "Allow",
            "Principal": {"AWS": stand.account.id()}, "Action": "sqs:SendMessage", "Resource": "*"}]});
        stand.set_queue(&json!({"Policy": nobody.to_string()}));
    });
    stand.broken(&["redrive"], || {
        let url = stand.url(&format!("{name}-dlq"));
        stand.sqs("DeleteQueue", &json!({"QueueUrl": url}));
    });
    stand.broken(&["topic policy", "subscription"], || {
        stand.sns("DeleteTopic", &json!({"TopicArn": topic}));
    });
    // A new trail has announced itself.
    stand.settle();
    stand.is_whole();
}

#[test]
fn what_create_leaves_to_its_owner_is_named() {
    let stand = Stand::new();
    let (name, topic) = (stand.name(), stand.topic());
    let list = stand.sns("ListSubscriptionsByTopic", &json!({"TopicArn": topic}));
    let filtered = |policy: Value| {
        let arn = &list["Subscriptions"][0]["SubscriptionArn"];
        let params = json!({"SubscriptionArn": arn, "AttributeName": "FilterPolicy",
            "AttributeValue": policy.to_string()});
        stand.sns("SetSubscriptionAttributes", &params);
    };
    filtered(json!({"a": ["b"]}));
    assert_eq!(stand.checks("fail"), ["filter policy"]);
    filtered(json!({}));
    stand.is_whole();

    let encrypted = |key: &str| {
        let params =
            json!({"TopicArn": topic, "AttributeName": "KmsMasterKeyId", "AttributeValue": key});
        stand.sns("SetTopicAttributes", &params);
    };
    encrypted("alias/aws/sns");
    assert_eq!(stand.checks("fail"), ["topic encryption"]);
    encrypted("alias/ours");
    assert_eq!(stand.checks("unknown"), ["topic encryption"]);
    encrypted("");
    stand.is_whole();

    let selecting = |sort: &str, left_out: Value| {
        let selector = json!({"ReadWriteType": sort, "IncludeManagementEvents": true,
            "DataResources": [], "ExcludeManagementEventSources": left_out});
        let params = json!({"TrailName": format!("{name}-{AWAY}"), "EventSelectors": [selector]});
        stand
            .account
            .seed("cloudtrail", "PutEventSelectors", AWAY, params);
    };
    selecting("WriteOnly", json!([]));
    assert_eq!(stand.checks("fail"), ["management events"]);
    selecting("All", json!(["kms.amazonaws.com"]));
    stand.is_whole();
    let ran = stand.doctor("").exits(0);
    let told = "all are logged, except those of kms.amazonaws.com";
    assert!(ran.stdout.contains(told), "{}", ran.stdout);
}

#[test]
fn a_queue_that_sns_cannot_deliver_to_is_named() {
    let stand = Stand::new();
    stand.set_queue(&json!({"KmsMasterKeyId": "alias/aws/sqs"}));
    assert_eq!(stand.checks("fail"), ["queue encryption"]);
}

#[test]
fn a_statement_that_denies_is_named() {
    let stand = Stand::new();
    let arn = format!("arn:aws:sqs:{HOME}:{}:{}", stand.account.id(), stand.name());
    let found = stand.account.raw_snapshot()["sqs"][&arn]["attributes"]["Policy"].clone();
    let mut policy: Value =
        serde_json::from_str(found.as_str().expect("a policy")).expect("a policy is JSON");
    let deny = json!({"Sid": "theirs", "Effect": "Deny", "Principal": "*",
        "Action": ["sqs:SendMessage"], "Resource": arn});
    policy["Statement"]
        .as_array_mut()
        .expect("statements")
        .push(deny);
    stand.set_queue(&json!({"Policy": policy.to_string()}));
    assert_eq!(stand.checks("fail"), ["queue policy"]);
}

#[test]
fn a_policy_in_other_words_is_as_good() {
    let stand = Stand::new();
    let arn = format!("arn:aws:sqs:{HOME}:{}:{}", stand.account.id(), stand.name());
    let found = stand.account.raw_snapshot()["sqs"][&arn]["attributes"]["Policy"].clone();
    let text = found
        .as_str()
        .expect("a policy")
        .replace("CloudTrailTopicsSend", "Elsewhere");
    stand.set_queue(&json!({"Policy": text}));
    stand.is_whole();
}

#[test]
fn a_queue_without_dead_letters_is_named() {
    let stand = Stand::made_with("--no-dlq");
    assert_eq!(stand.checks("fail"), ["redrive"]);
    assert_eq!(stand.checks("unknown"), ["dead letters"]);
}
