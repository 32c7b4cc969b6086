//! What is refused after looking at the account, before anything is changed.

use serde_json::json;

use crate::support::{self, Account, Ctadmin, Fault, Seed};

const THREE: &str = "create --yes --region us-west-2 --regions us-west-2,us-east-1,eu-west-1";

#[track_caller]
fn refused(account: &Account, arguments: &str, words: &[&str]) {
    account.forget_requests();
    let ran = Ctadmin::on(account, arguments).exits(1);
    for words in words {
        ran.says(words);
    }
    assert_eq!(
        account.changes(),
        Vec::<String>::new(),
        "nothing was changed"
    );
}

#[test]
fn a_bucket_of_somebody_else() {
    let (account, stranger) = {
        let emulator = support::account();
        let stranger = emulator.sibling();
        (emulator, stranger)
    };
    stranger.seed(
        "s3",
        "CreateBucket",
        "us-west-2",
        json!({"Bucket": format!("{}-cloudtrail", account.id()),
        "CreateBucketConfiguration": {"LocationConstraint": "us-west-2"}}),
    );
    refused(&account, THREE, &["answers 403", "--bucket-owner ACCOUNT"]);
}

#[test]
fn a_bucket_of_somebody_else_in_another_region() {
    let account = support::account();
    let bucket = format!("{}-central", account.id());
    account.sibling().seed(
        "s3",
        "CreateBucket",
        "eu-central-1",
        json!({"Bucket": bucket, "CreateBucketConfiguration": {"LocationConstraint": "eu-central-1"}}),
    );
    let arguments = format!("{THREE} --bucket {bucket}");
    refused(
        &account,
        &arguments,
        &["answers 403", "--bucket-owner ACCOUNT"],
    );
}

#[test]
fn prefixes_that_would_share_statement_ids() {
    let account = support::account();
    let bucket = format!("{}-shared", account.id());
    let scheme = |prefix: &str| format!("{THREE} --prefix {prefix} --bucket {bucket}");
    Ctadmin::on(&account, &scheme("my-lab")).exits(0);
    refused(
        &account,
        &scheme("mylab"),
        &["the prefixes mylab and my-lab differ in - and _ only"],
    );
    Ctadmin::on(&account, &scheme("other")).exits(0);
}

#[test]
fn a_home_that_is_a_guess_while_a_region_fails() {
    let account = support::account();
    Ctadmin::on(
        &account,
        "create --yes --no-queue --region eu-west-1 --regions eu-west-1",
    )
    .exits(0);
    account.faults([Fault::internal_error()
        .service("sqs")
        .region("us-west-2")
        .forever()]);
    account.forget_requests();
    let ran = Ctadmin::on(&account, "create --yes --regions us-west-2,eu-west-1")
        .env("AWS_REGION", "eu-west-1")
        .exits(1);
    ran.says("the queue may be in us-west-2, which cannot be read")
        .says("--region");
    assert_eq!(account.changes(), Vec::<String>::new());
}

#[test]
fn five_trails_in_a_region() {
    let account = support::account();
    let bucket = format!("{}-others", account.id());
    account.seed("s3", "CreateBucket", "us-east-1", json!({"Bucket": bucket}));
    for number in 1..=4 {
        account.seed(
            "cloudtrail",
            "CreateTrail",
            "eu-west-1",
            json!({"Name": format!("other-{number}"), "S3BucketName": bucket}),
        );
    }
    account.seed(
        "cloudtrail",
        "CreateTrail",
        "us-east-1",
        json!({"Name": "everywhere", "S3BucketName": bucket, "IsMultiRegionTrail": true}),
    );
    refused(
        &account,
        THREE,
        &[
            "the limit of 5 trails per region is reached",
            "eu-west-1 (",
            "everywhere",
            "shadows",
        ],
    );
    refused(
        &account,
        &format!("{THREE} --multi-region"),
        &["counts toward the limit of every region"],
    );
}

#[test]
fn no_home_region() {
    let account = support::account();
    refused(&account, "create --yes", &["no home region", "--region"]);
    Ctadmin::alone("create --offline --account-id 123456789012")
        .exits(2)
        .says("no home region");
}

#[test]
fn regions_that_may_not_be_listed() {
    let account = support::account();
    account.settings(json!({"denied_operations": ["account:ListRegions"]}));
    refused(
        &account,
        "create --yes --region us-west-2",
        &["account ListRegions", "account:ListRegions", "--regions"],
    );
    let elsewhere = "create --yes --region us-west-2 --regions eu-west-1";
    Ctadmin::on(&account, elsewhere).exits(0);
    Ctadmin::on(&account, THREE).exits(0);
}

#[test]
fn a_queue_that_stands_elsewhere() {
    let account = support::account();
    account.seed(
        "sqs",
        "CreateQueue",
        "eu-west-1",
        json!({"QueueName": format!("{}-cloudtrail", account.id())}),
    );
    refused(
        &account,
        THREE,
        &["is in eu-west-1, not in us-west-2", "--region eu-west-1"],
    );
    let plan = Ctadmin::on(&account, "create -n -o json")
        .env("AWS_REGION", "us-west-2")
        .exits(0)
        .json();
    assert_eq!(
        plan["home_region"], "eu-west-1",
        "where the queue stands is home, whatever the environment says"
    );
}

#[test]
fn a_multi_region_trail_that_stands_elsewhere() {
    let account = support::account();
    Ctadmin::on(
        &account,
        "create --yes --no-queue --multi-region --region eu-west-1",
    )
    .exits(0);
    refused(
        &account,
        "create --yes --region us-west-2",
        &["multi-region trail", "is in eu-west-1, not in us-west-2"],
    );
}

#[test]
fn regions_unknown_or_not_enabled() {
    let account = support::account();
    refused(
        &account,
        "create --yes --region us-moon-1",
        &["unknown region us-moon-1"],
    );
    refused(
        &account,
        "create --yes --region us-west-2 --regions ap-east-1",
        &["ap-east-1 is not enabled"],
    );
    refused(
        &account,
        "create --yes --region us-west-2 --exclude-regions us-moon-1",
        &["unknown region us-moon-1"],
    );
}

#[test]
fn trails_that_write_to_several_other_buckets() {
    let account = support::account();
    let id = account.id();
    for (region, bucket) in [("eu-west-1", "one"), ("us-east-1", "two")] {
        let bucket = format!("{id}-{bucket}");
        account.seeds([
            Seed { service: "s3", operation: "CreateBucket", region: "us-east-1", params: json!({"Bucket": bucket}) },
            Seed { service: "cloudtrail", operation: "CreateTrail", region, params: json!({"Name": format!("{id}-cloudtrail-{region}"), "S3BucketName": bucket}) },
        ]);
    }
    refused(&account, THREE, &["several buckets", "--bucket"]);
}

#[test]
fn a_policy_that_would_be_too_large() {
    let account = support::account();
    let bucket = format!("{}-cloudtrail", account.id());
    let actions: Vec<String> = (0..1_040)
        .map(|number| format!("s3:Action{number:07}"))
        .collect();
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": account.id()},
        "Action": actions, "Resource": format!("arn:aws:s3:::{bucket}/*")}]});
    account.seed("s3", "CreateBucket", "us-east-1", json!({"Bucket": bucket}));
    account.seed(
        "s3",
        "PutBucketPolicy",
        "us-east-1",
        json!({"Bucket": bucket, "Policy": policy.to_string()}),
    );
    refused(&account, THREE, &["the limit is 20480"]);
}

#[test]
fn a_region_that_cannot_be_read_stays_behind_alone() {
    let account = support::account();
    account.settings(json!({"denied_regions": ["eu-west-1"]}));
    let ran = Ctadmin::on(&account, THREE).exits(1);
    ran.says("eu-west-1").says("--exclude-regions");
    let snapshot = account.snapshot();
    let regions: Vec<&String> = snapshot["cloudtrail"]
        .as_object()
        .expect("trails")
        .keys()
        .collect();
    assert_eq!(regions, ["us-east-1", "us-west-2"]);
    Ctadmin::on(&account, &format!("{THREE} --exclude-regions eu-west-1")).exits(0);
}

#[test]
fn a_key_in_another_region_than_the_bucket() {
    let account = support::account();
    let key = format!("arn:aws:kms:us-east-1:{}:key/1234abcd", account.id());
    refused(
        &account,
        &format!("{THREE} --kms-key-id {key}"),
        &["key is in us-east-1, the bucket"],
    );
}
