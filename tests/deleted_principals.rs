//! Policies whose statements name deleted users and roles: AWS shows them, and does not take them back.

use serde_json::{Value, json};

use crate::support::scenario::planned;
use crate::support::{self, Account, Ctadmin};

const THREE: &str = "create --yes --region us-west-2 --regions us-west-2,us-east-1,eu-west-1";
const GONE: &str = "AROAKSCDLFT9R5DQP782U";

/// An account with the scheme, in three regions.
fn standing() -> Account {
    let account = support::account();
    Ctadmin::on(&account, THREE).exits(0);
    account
}

/// A policy with one statement for a deleted role; the statement has this Sid, if any.
fn policy(sid: Option<&str>, action: &str, resource: &str) -> String {
    let mut statement = json!({"Effect": "Allow", "Principal": {"AWS": GONE}, "Action": action, "Resource": resource});
    if let Some(sid) = sid {
        statement["Sid"] = sid.into();
    }
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}

/// The names of bucket, topic of eu-west-1 (its ARN) and queue (its ARN and URL).
fn names(account: &Account) -> [String; 4] {
    let id = account.id();
    [
        format!("{id}-cloudtrail"),
        format!("arn:aws:sns:eu-west-1:{id}:{id}-cloudtrail-eu-west-1"),
        format!("arn:aws:sqs:us-west-2:{id}:{id}-cloudtrail"),
        format!("{}/{id}/{id}-cloudtrail", account.endpoint()),
    ]
}

fn set_policy(account: &Account, service: &str, params: Value) {
    let (operation, region) = match service {
        "s3" => ("PutBucketPolicy", "us-west-2"),
        "sns" => ("SetTopicAttributes", "eu-west-1"),
        _ => ("SetQueueAttributes", "us-west-2"),
    };
    account.seed(service, operation, region, params);
}

#[test]
fn are_refused_while_planning_where_the_policy_would_be_written() {
    let account = standing();
    let [bucket, topic, queue, url] = names(&account);
    let bucket_policy = policy(
        Some("Auditors"),
        "s3:GetObject",
        &format!("arn:aws:s3:::{bucket}/*"),
    );
    set_policy(
        &account,
        "s3",
        json!({"Bucket": bucket, "Policy": bucket_policy}),
    );
    let topic_policy = policy(None, "sns:Subscribe", &topic);
    set_policy(
        &account,
        "sns",
        json!({"TopicArn": topic, "AttributeName": "Policy", "AttributeValue": topic_policy}),
    );
    let queue_policy = policy(Some("Old"), "sqs:SendMessage", &queue);
    set_policy(
        &account,
        "sqs",
        json!({"QueueUrl": url, "Attributes": {"Policy": queue_policy}}),
    );
    account.forget_requests();
    for arguments in [THREE, "create -n"] {
        let ran = Ctadmin::on(&account, arguments).exits(1);
        ran.says(&format!(
            "bucket {bucket} names principals that were deleted: {GONE} (statement Auditors)"
        ))
        .says(&format!(
            "cloudtrail-eu-west-1 names principals that were deleted: {GONE} (statement number 1)"
        ))
        .says(&format!("{GONE} (statement Old)"))
        .says(&format!(
            "aws s3api get-bucket-policy --region us-west-2 --bucket {bucket} --query Policy"
        ))
        .says(&format!(
            "aws sns get-topic-attributes --region eu-west-1 --topic-arn {topic} "
        ))
        .says(&format!(
            "aws sqs get-queue-attributes --region us-west-2 --queue-url {url} "
        ));
    }
    assert_eq!(account.changes(), Vec::<String>::new());
}

#[test]
fn are_nobodys_concern_where_the_policy_stays_as_it_is() {
    let account = standing();
    let [bucket, ..] = names(&account);
    let before = account.raw_snapshot()["s3"][&bucket]["policy"].clone();
    let mut policy: Value = serde_json::from_str(before.as_str().expect("a policy")).expect("JSON");
    let statement = json!({"Sid": "Auditors", "Effect": "Allow", "Principal": {"AWS": GONE},
        "Action": "s3:GetObject", "Resource": format!("arn:aws:s3:::{bucket}/*")});
    policy["Statement"]
        .as_array_mut()
        .expect("a list")
        .push(statement);
    set_policy(
        &account,
        "s3",
        json!({"Bucket": bucket, "Policy": policy.to_string()}),
    );
    assert_eq!(
        planned(&account, "create --regions us-west-2,us-east-1,eu-west-1")["steps"],
        json!([])
    );
}

#[test]
fn are_refused_in_the_trust_policy_of_a_role() {
    let account = standing();
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Sid": "Before", "Effect": "Allow",
        "Principal": {"AWS": GONE}, "Action": "sts:AssumeRole"}]});
    account.seed(
        "iam",
        "CreateRole",
        "us-east-1",
        json!({"RoleName": "reader", "AssumeRolePolicyDocument": trust.to_string()}),
    );
    account.forget_requests();
    let ran = Ctadmin::on(
        &account,
        "create splunk --yes --role reader --trust 210987654321",
    );
    ran.exits(1)
        .says(&format!(
            "role reader names principals that were deleted: {GONE} (statement Before)"
        ))
        .says("aws iam get-role --role-name reader");
    assert_eq!(account.changes(), Vec::<String>::new());
    // Who asks for no other trust leaves the role's trust policy alone.
    Ctadmin::on(&account, "create splunk --yes --role reader").exits(0);
}
