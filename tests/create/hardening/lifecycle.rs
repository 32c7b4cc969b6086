//! `--lifecycle-days` beside the lifecycle rules of others.

use serde_json::{Value, json};

use super::{THREE, bucket, of_bucket, refused, standing};
use crate::support::Account;
use crate::support::scenario::{carried_out, operations};

pub fn rules_of_others() -> Value {
    json!([
        {"ID": "sizes", "Status": "Enabled", "Filter": {"And": {"Prefix": "it's/", "ObjectSizeGreaterThan": 5,
            "ObjectSizeLessThan": 9, "Tags": [{"Key": "class", "Value": "temporary"}, {"Key": "team", "Value": ""}]}},
            "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}, {"Days": 90, "StorageClass": "GLACIER"}]},
        {"ID": "date", "Status": "Disabled", "Filter": {"ObjectSizeLessThan": 9},
            "Expiration": {"Date": "2030-01-31T00:00:00Z"}},
        {"ID": "noncurrent", "Status": "Enabled", "Filter": {},
            "NoncurrentVersionTransitions": [{"NoncurrentDays": 5, "StorageClass": "GLACIER", "NewerNoncurrentVersions": 2}],
            "NoncurrentVersionExpiration": {"NoncurrentDays": 60, "NewerNoncurrentVersions": 4},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}},
        {"ID": "markers", "Status": "Enabled", "Filter": {"Tag": {"Key": "a", "Value": "b"}},
            "Expiration": {"ExpiredObjectDeleteMarker": true}},
    ])
}

pub fn put_rules(account: &Account, rules: &Value, least: &str) {
    let params = json!({"Bucket": bucket(account), "LifecycleConfiguration": {"Rules": rules},
        "TransitionDefaultMinimumObjectSize": least});
    account.seed("s3", "PutBucketLifecycleConfiguration", "us-west-2", params);
}

fn ids(account: &Account) -> Vec<String> {
    let found = of_bucket(account);
    let rules = found["lifecycle"]["rules"]
        .as_array()
        .expect("rules")
        .iter();
    rules
        .map(|rule| rule["ID"].as_str().expect("an id").to_owned())
        .collect()
}

#[test]
fn lifecycle_rules_of_others_stay_as_they_are() {
    let account = standing();
    put_rules(&account, &rules_of_others(), "varies_by_storage_class");
    let before = of_bucket(&account)["lifecycle"].clone();
    let plan = carried_out(&account, &format!("{THREE} --lifecycle-days 90"));
    assert_eq!(
        operations(&plan),
        ["PutBucketLifecycleConfiguration us-west-2"]
    );
    let after = of_bucket(&account)["lifecycle"].clone();
    assert_eq!(after["least"], "varies_by_storage_class");
    let (before, after) = (&before["rules"], &after["rules"]);
    for at in 0..4 {
        // Moments are written in one way or another.
        let plain = |rule: &Value| rule.to_string().replace("00:00.000Z", "00:00Z");
        assert_eq!(plain(&after[at]), plain(&before[at]));
    }
    carried_out(&account, &format!("{THREE} --lifecycle-days 120"));
    let own = format!("{}-cloudtrail-expire", account.id());
    assert_eq!(
        ids(&account),
        ["sizes", "date", "noncurrent", "markers", &own]
    );
}

#[test]
fn rules_of_the_older_form_are_joined_in_their_form_or_refused() {
    let account = standing();
    let older = |prefix: &str| json!([{"ID": "old", "Prefix": prefix, "Status": "Enabled", "Expiration": {"Days": 9}}]);
    put_rules(&account, &older("tmp/"), "all_storage_classes_128K");
    let create = format!("{THREE} --lifecycle-days 90");
    carried_out(&account, &create);
    assert_eq!(
        ids(&account),
        [
            "old".to_owned(),
            format!("{}-cloudtrail-expire", account.id())
        ]
    );
    put_rules(&account, &older("AWSLogs/"), "all_storage_classes_128K");
    refused(&account, &create, 1, &["the lifecycle rule old", "Filter"]);
}
