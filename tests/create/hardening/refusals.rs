//! Options that cannot work, or that AWS would refuse, change nothing.

use serde_json::json;

use super::{THREE, bucket, key, refused, seed_bucket, standing};
use crate::support;
use crate::support::scenario::{operations, planned};

#[test]
fn what_cannot_work_is_refused_by_the_arguments() {
    let account = support::account();
    let here = key(&account, "us-west-2", "1234");
    for (options, words) in [
        (
            "--queue-encryption alias/aws/sqs".to_owned(),
            "SNS cannot use",
        ),
        (
            format!(
                "--queue-encryption arn:aws:kms:us-west-2:{}:alias/aws/sqs",
                account.id()
            ),
            "SNS cannot use",
        ),
        (
            "--topic-kms-key-id alias/aws/sns".to_owned(),
            "CloudTrail cannot use",
        ),
        (
            format!("--topic-kms-key-id {here}"),
            "there are topics in eu-west-1",
        ),
        (
            format!("--topic-kms-key-id eu-west-1={here}"),
            "is not in eu-west-1",
        ),
        (
            format!(
                "--topic-kms-key-id sa-east-1={}",
                here.replace("us-west-2", "sa-east-1")
            ),
            "names sa-east-1, where there is no topic",
        ),
        (
            "--queue-encryption sse --no-queue".to_owned(),
            "cannot be used with",
        ),
        (
            "--versioning --bucket-owner 111122223333".to_owned(),
            "cannot be used with",
        ),
        (
            "--lifecycle-days 9 --policy-only".to_owned(),
            "cannot be used with",
        ),
        (
            "--object-lock-mode compliance".to_owned(),
            "--object-lock <DAYS>",
        ),
        (
            format!("--access-log-bucket {}", bucket(&account)),
            "would log its own logs",
        ),
    ] {
        refused(&account, &format!("{THREE} {options}"), 2, &[words]);
    }
    let multi = format!("create --region us-west-2 --multi-region --topic-kms-key-id {here}");
    assert!(!operations(&planned(&account, &multi)).is_empty());
}

#[test]
fn what_aws_would_not_do_is_refused_before_anything_changes() {
    let account = standing();
    let id = account.id().to_owned();
    seed_bucket(&account, "eu-west-1", &format!("{id}-far"), false);
    seed_bucket(&account, "us-west-2", &format!("{id}-locked"), true);
    seed_bucket(&account, "us-west-2", &format!("{id}-kms"), false);
    let rules =
        json!({"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]});
    account.seed(
        "s3",
        "PutBucketEncryption",
        "us-west-2",
        json!({"Bucket": format!("{id}-kms"), "ServerSideEncryptionConfiguration": rules}),
    );
    seed_bucket(
        &account.sibling(),
        "us-west-2",
        &format!("{id}-theirs"),
        false,
    );
    for (options, words) in [
        ("--object-lock 30".to_owned(), "exists without Object Lock"),
        (
            format!("--access-log-bucket {id}-none"),
            "there is no such bucket",
        ),
        (
            format!("--access-log-bucket {id}-theirs"),
            "belongs to another account",
        ),
        (
            format!("--access-log-bucket {id}-far"),
            "it is in eu-west-1",
        ),
        (
            format!("--access-log-bucket {id}-locked"),
            "it has Object Lock",
        ),
        (
            format!("--access-log-bucket {id}-kms"),
            "its default encryption is aws:kms",
        ),
        (
            format!("--queue-encryption {}", key(&account, "eu-west-1", "1234")),
            "the key of the queue",
        ),
    ] {
        refused(&account, &format!("{THREE} {options}"), 1, &[words]);
    }
}
