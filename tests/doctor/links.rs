//! Each link between the trails and the queue.

use serde_json::{Value, json};

use super::{AWAY, HOME, Stand};
use crate::support::{self, Ctadmin};

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
    stand.broken(&["topics"], || {
        stand.sns("DeleteTopic", &json!({"TopicArn": topic}));
    });
    stand.broken(&["topics"], || {
        let other = stand.sns("CreateTopic", &json!({"Name": "other"}));
        let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "sns:Publish",
            "Resource": other["TopicArn"]}]});
        let params = json!({"TopicArn": other["TopicArn"], "AttributeName": "Policy",
            "AttributeValue": policy.to_string()});
        stand.sns("SetTopicAttributes", &params);
        let trail = json!({"Name": format!("{name}-{AWAY}"), "SnsTopicName": "other"});
        stand.account.seed("cloudtrail", "UpdateTrail", AWAY, trail);
        let shown = Ctadmin::on(&stand.account, "show -o json").exits(0).json();
        assert_eq!(shown["regions"][0]["trail"]["topic_ok"], false, "{shown}");
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
    assert_eq!(stand.checks("unknown"), ["dead-letter queue"]);
}

/// The checks of a run that depend on others, each with the one that it depends on.
fn behind(checks: &Value) -> Vec<(&str, &str)> {
    let checks = checks.as_array().expect("checks").iter();
    let behind = checks.filter_map(|check| {
        let cause = check["depends_on"].as_str()?;
        assert_eq!(check["outcome"], "unknown", "{check}");
        Some((check["check"].as_str()?, cause))
    });
    behind.collect()
}

#[test]
fn one_broken_link_is_one_failure_and_what_follows_depends_on_it() {
    let stand = Stand::new();
    let run = || stand.doctor("--as default -o json").run().json()["checks"].clone();
    let id = stand.account.id();
    let trail = |region: &str| json!({"Name": format!("{id}-cloudtrail-{region}")});

    // The topics of trails that could not be made are there, and shown so.
    for region in super::REGIONS {
        stand
            .account
            .seed("cloudtrail", "DeleteTrail", region, trail(region));
    }
    assert_eq!(stand.checks("fail"), ["trails"]);
    let checks = run();
    assert_eq!(
        behind(&checks),
        [
            ("management events", "trails"),
            ("trails' bucket", "trails"),
            ("delivery", "trails"),
            ("notification", "trails"),
        ]
    );
    let passed = stand.checks("pass");
    for check in ["topics", "topic policy", "subscription", "filter policy"] {
        assert!(passed.iter().any(|passed| passed == check), "{passed:?}");
    }
    let shown = Ctadmin::on(&stand.account, "show -o json").exits(0).json();
    assert_eq!(shown["regions"][0]["topic"]["policy_ok"], true, "{shown}");
    Ctadmin::on(&stand.account, "create -y").exits(0);
    stand.settle();
    stand.is_whole();

    // SNS complains of the topic that is missing.
    let time = super::now();
    let fine = json!({"LatestDeliveryTime": time, "LatestNotificationTime": time});
    let wrong = |away: Value| {
        stand
            .account
            .settings(json!({"delivery": {"*": fine, AWAY: away}}));
    };
    wrong(json!({"LatestNotificationError": "NotFound"}));
    stand.sns("DeleteTopic", &json!({"TopicArn": stand.topic()}));
    assert_eq!(stand.checks("fail"), ["topics"]);
    let checks = run();
    assert_eq!(
        behind(&checks),
        [
            ("notification", "topics"),
            ("topic policy", "topics"),
            ("topic encryption", "topics"),
            ("subscription", "topics"),
            ("filter policy", "topics"),
        ]
    );
    // A complaint of another region has another cause.
    stand
        .account
        .settings(json!({"delivery": {"*": fine, HOME: {"LatestNotificationError": "NotFound"}}}));
    assert_eq!(stand.checks("fail"), ["notification", "topics"]);
    Ctadmin::on(&stand.account, "create -y").exits(0);

    // S3 complains of the policy that lets nobody write.
    wrong(json!({"LatestDeliveryError": "AccessDenied"}));
    let bucket = json!({"Bucket": stand.name()});
    stand.account.seed("s3", "DeleteBucketPolicy", HOME, bucket);
    assert_eq!(stand.checks("fail"), ["bucket policy"]);
    assert_eq!(behind(&run()), [("delivery", "bucket policy")]);
    Ctadmin::on(&stand.account, "create -y").exits(0);
    wrong(fine.clone());

    let url = stand.url(&stand.name());
    stand.sqs("DeleteQueue", &json!({"QueueUrl": url}));
    assert_eq!(stand.checks("fail"), ["queue"]);
    let after_queue = [
        "queue policy",
        "queue encryption",
        "queue depth",
        "redrive",
        "dead-letter queue",
        "reader and queue",
        "one region",
    ];
    assert_eq!(behind(&run()), after_queue.map(|check| (check, "queue")));
}

#[test]
fn without_a_bucket_what_follows_depends_on_it() {
    let account = support::account();
    let one = format!("-r {HOME} --regions {HOME}");
    Ctadmin::on(&account, &format!("create -y {one}")).exits(0);
    let name = format!("{}-cloudtrail", account.id());
    let bucket = json!({"Bucket": name});
    let objects = account.seed("s3", "ListObjectsV2", HOME, bucket.clone());
    for object in objects["Contents"].as_array().into_iter().flatten() {
        let object = json!({"Bucket": name, "Key": object["Key"]});
        account.seed("s3", "DeleteObject", HOME, object);
    }
    account.seed("s3", "DeleteBucket", HOME, bucket);
    let error = json!({"LatestDeliveryError": "NoSuchBucket"});
    account.settings(json!({"delivery": {HOME: error}}));
    let doctor = format!("doctor {one} -o json");
    let report = Ctadmin::on(&account, &doctor).exits(1).json();
    assert_eq!(report["totals"]["fail"], 1, "{report}");
    assert_eq!(
        behind(&report["checks"]),
        [
            ("delivery", "bucket"),
            ("notification", "bucket"),
            ("bucket policy", "bucket"),
            ("reader and logs", "bucket"),
            ("one region", "bucket"),
            ("last event", "bucket"),
        ]
    );
}
