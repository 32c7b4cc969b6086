//! What the errors of all kinds mean.

use std::time::Duration;

use super::KINDS;
use crate::call::passing::Sent;
use crate::call::settled::Proof;
use crate::call::{Kind, Tag};

fn sent<'a>(request: &'a str) -> Sent<'a> {
    let mut parts = request.split([':', ' ']);
    let mut part = || parts.next().expect("service:Operation region");
    Sent {
        service: part(),
        operation: part(),
        region: part(),
    }
}

/// The first kind that has this operation.
fn kind(request: Sent<'_>) -> &'static Kind {
    let has = |kind: &&&Kind| {
        let operations = [kind.changes, kind.removals].concat();
        kind.service == request.service && operations.contains(&request.operation)
    };
    KINDS.iter().find(has).expect("a kind with this operation")
}

fn seconds(code: &str, request: &str, before: &[&str]) -> u64 {
    let before: Vec<Sent<'_>> = before.iter().map(|request| sent(request)).collect();
    let request = sent(request);
    let patience: Duration = kind(request).patience(code, request, &before);
    patience.as_secs()
}

#[test]
fn minutes_are_spent_only_on_what_this_run_wrote() {
    let code = "InsufficientS3BucketPolicyException";
    let create = "cloudtrail:CreateTrail eu-west-1";
    assert_eq!(
        seconds(code, create, &["s3:PutBucketPolicy us-west-2"]),
        180
    );
    assert_eq!(seconds(code, create, &["sns:CreateTopic eu-west-1"]), 20);
    assert_eq!(seconds(code, create, &[]), 20);
}

#[test]
fn what_came_between_does_not_matter() {
    let bucket = ["s3:CreateBucket us-west-2", "s3:PutBucketPolicy us-west-2"];
    let block = "s3:PutPublicAccessBlock us-west-2";
    assert_eq!(seconds("NoSuchBucket", block, &bucket), 180);
    assert_eq!(seconds("NoSuchBucket", block, &bucket[1..]), 0);
    let trail = [
        "cloudtrail:CreateTrail us-west-2",
        "iam:PutRolePolicy us-east-1",
    ];
    for request in [
        "StartLogging",
        "UpdateTrail",
        "PutEventSelectors",
        "DeleteTrail",
    ] {
        let request = format!("cloudtrail:{request} us-west-2");
        assert_eq!(seconds("ConflictException", &request, &trail), 180);
        assert_eq!(seconds("ConflictException", &request, &trail[1..]), 20);
    }
    let update = "cloudtrail:UpdateTrail us-west-2";
    let code = "InvalidCloudWatchLogsRoleArnException";
    assert_eq!(seconds(code, update, &trail), 180);
}

#[test]
fn a_bucket_policy_explains_an_insufficient_encryption_policy() {
    let code = "InsufficientEncryptionPolicyException";
    let create = "cloudtrail:CreateTrail eu-west-1";
    assert_eq!(
        seconds(code, create, &["s3:PutBucketPolicy us-west-2"]),
        180
    );
    assert_eq!(seconds(code, create, &[]), 20);
}

#[test]
fn a_trail_or_topic_of_another_region_explains_nothing() {
    let (start, create) = (
        "cloudtrail:StartLogging eu-west-1",
        "cloudtrail:CreateTrail eu-west-1",
    );
    let elsewhere = [
        "sns:CreateTopic us-west-2",
        "cloudtrail:CreateTrail us-west-2",
    ];
    assert_eq!(seconds("ConflictException", start, &elsewhere), 20);
    let code = "InsufficientSnsTopicPolicyException";
    assert_eq!(seconds(code, create, &elsewhere), 20);
    assert_eq!(seconds(code, create, &["sns:CreateTopic eu-west-1"]), 180);
}

#[test]
fn a_code_of_one_service_means_nothing_in_another() {
    let wrote = [
        "sqs:CreateQueue us-east-1",
        "logs:CreateLogGroup us-east-1",
        "iam:CreateUser us-east-1",
        "s3:CreateBucket us-east-1",
    ];
    for (code, request) in [
        ("InvalidParameterValue", "iam:CreateUser us-east-1"),
        (
            "InvalidParameterValue",
            "cloudwatch:DeleteDashboards us-east-1",
        ),
        ("ResourceNotFoundException", "cloudtrail:AddTags us-east-1"),
        ("NoSuchBucket", "cloudtrail:CreateTrail us-east-1"),
    ] {
        assert_eq!(seconds(code, request, &wrote), 0, "{code} of {request}");
    }
    let queue = "sqs:CreateQueue us-east-1";
    assert_eq!(seconds("InvalidParameterValue", queue, &wrote), 60);
}

/// SNS: <https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html#API_Subscribe_Errors> has `Throttled`.
#[test]
fn each_service_is_given_time_in_its_own_words() {
    for (code, request) in [
        ("Throttled", "sns:TagResource us-east-1"),
        ("Throttling", "sns:CreateTopic us-east-1"),
        ("RequestThrottled", "sqs:CreateQueue us-east-1"),
        ("ThrottlingException", "cloudtrail:CreateTrail us-east-1"),
        ("SlowDown", "s3:PutBucketPolicy us-east-1"),
    ] {
        assert_eq!(seconds(code, request, &[]), 120, "{code}");
    }
}

#[test]
fn tags_of_a_deleted_topic_are_waited_for() {
    for request in ["sns:CreateTopic eu-west-1", "sns:TagResource eu-west-1"] {
        assert_eq!(seconds("StaleTag", request, &[]), 60, "{request}");
    }
}

#[test]
fn what_does_not_pass_by_itself_is_not_tried_again() {
    let create = "cloudtrail:CreateTrail eu-west-1";
    for code in [
        "AccessDenied",
        "KmsKeyNotFoundException",
        "S3BucketDoesNotExistException",
    ] {
        assert_eq!(seconds(code, create, &[]), 0, "{code}");
    }
}

#[test]
fn tags_are_missing_or_differ() {
    let tag = |key: &str, value: &str| Tag {
        key: key.to_owned(),
        value: value.to_owned(),
    };
    let wanted = [tag("team", "audit"), tag("stage", "prod")];
    let lacks = |observed: &[Tag]| {
        let as_map = super::lacking_pairs(&wanted, &super::pairs(observed));
        let lacks = super::lacking(&wanted, observed);
        let pairs = |(tags, reason): &(Vec<Tag>, _)| (super::pairs(tags), *reason);
        assert_eq!(as_map, lacks.as_ref().map(pairs));
        lacks.map(|(tags, reason)| (tags.len(), reason))
    };
    assert_eq!(lacks(&[]), Some((2, "tags are missing")));
    assert_eq!(lacks(&wanted[..1]), Some((1, "tags are missing")));
    let other = [tag("team", "web"), tag("stage", "prod")];
    assert_eq!(lacks(&other), Some((1, "tags differ")));
    assert_eq!(lacks(&wanted), None);
}

#[test]
fn what_is_missing_need_not_be_deleted() {
    let proof = |request: &str, code| {
        let request = sent(request);
        kind(request).proof(request.operation, code)
    };
    let missing = proof("sns:DeleteTopic us-east-1", "NotFound");
    assert_eq!(missing, Some(Proof::Done));
    assert_eq!(proof("sns:Subscribe us-east-1", "NotFound"), None);
    assert_eq!(proof("sqs:DeleteQueue us-east-1", "AccessDenied"), None);
}

#[test]
fn each_code_of_an_operation_has_one_rule() {
    for kind in KINDS {
        for (at, rule) in kind.passing.iter().enumerate() {
            let contradicts = kind.passing[..at]
                .iter()
                .any(|other| rule.contradicts(other));
            assert!(!contradicts, "{}: {rule:?}", kind.name);
        }
        for (at, rule) in kind.settled.iter().enumerate() {
            let contradicts = kind.settled[..at]
                .iter()
                .any(|other| rule.contradicts(other));
            assert!(!contradicts, "{}: {rule:?}", kind.name);
        }
    }
}
