//! What the errors of all kinds mean.

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

/// How many seconds errors are waited for, by what the run wrote before, the request and the code. Only what a run wrote
/// itself is worth minutes: a code means nothing in another service, and a trail or a topic nothing in another region.
///
/// SNS: <https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html#API_Subscribe_Errors> has `Throttled`.
const WAITS: &str = "
    after nothing
      0 cloudtrail:CreateTrail eu-west-1 AccessDenied
      0 cloudtrail:CreateTrail eu-west-1 KmsKeyNotFoundException
      0 cloudtrail:CreateTrail eu-west-1 S3BucketDoesNotExistException
     20 cloudtrail:CreateTrail eu-west-1 InsufficientEncryptionPolicyException
     20 cloudtrail:CreateTrail eu-west-1 InsufficientS3BucketPolicyException
    120 cloudtrail:CreateTrail us-east-1 ThrottlingException
    120 s3:PutBucketPolicy us-east-1 SlowDown
     60 sns:CreateTopic eu-west-1 StaleTag
    120 sns:CreateTopic us-east-1 Throttling
     60 sns:TagResource eu-west-1 StaleTag
    120 sns:TagResource us-east-1 Throttled
    120 sqs:CreateQueue us-east-1 RequestThrottled

    after s3:PutBucketPolicy us-west-2
    180 cloudtrail:CreateTrail eu-west-1 InsufficientEncryptionPolicyException
    180 cloudtrail:CreateTrail eu-west-1 InsufficientS3BucketPolicyException
      0 s3:PutPublicAccessBlock us-west-2 NoSuchBucket

    after s3:CreateBucket us-west-2, s3:PutBucketPolicy us-west-2
    180 s3:PutPublicAccessBlock us-west-2 NoSuchBucket

    after sns:CreateTopic eu-west-1
     20 cloudtrail:CreateTrail eu-west-1 InsufficientS3BucketPolicyException
    180 cloudtrail:CreateTrail eu-west-1 InsufficientSnsTopicPolicyException

    after sns:CreateTopic us-west-2, cloudtrail:CreateTrail us-west-2
     20 cloudtrail:CreateTrail eu-west-1 InsufficientSnsTopicPolicyException
     20 cloudtrail:StartLogging eu-west-1 ConflictException

    after cloudtrail:CreateTrail us-west-2, iam:PutRolePolicy us-east-1
    180 cloudtrail:DeleteTrail us-west-2 ConflictException
    180 cloudtrail:PutEventSelectors us-west-2 ConflictException
    180 cloudtrail:StartLogging us-west-2 ConflictException
    180 cloudtrail:UpdateTrail us-west-2 ConflictException
    180 cloudtrail:UpdateTrail us-west-2 InvalidCloudWatchLogsRoleArnException

    after iam:PutRolePolicy us-east-1
     20 cloudtrail:DeleteTrail us-west-2 ConflictException
     20 cloudtrail:PutEventSelectors us-west-2 ConflictException
     20 cloudtrail:StartLogging us-west-2 ConflictException
     20 cloudtrail:UpdateTrail us-west-2 ConflictException

    after sqs:CreateQueue us-east-1, iam:CreateUser us-east-1, s3:CreateBucket us-east-1
      0 cloudtrail:AddTags us-east-1 ResourceNotFoundException
      0 cloudtrail:CreateTrail us-east-1 NoSuchBucket
      0 cloudwatch:DeleteDashboards us-east-1 InvalidParameterValue
      0 iam:CreateUser us-east-1 InvalidParameterValue
     60 sqs:CreateQueue us-east-1 InvalidParameterValue

    after logs:CreateLogGroup us-east-1
      0 cloudtrail:AddTags us-east-1 ResourceNotFoundException
";

#[test]
fn errors_are_waited_for_as_the_table_says() {
    let mut before: Vec<Sent<'_>> = Vec::new();
    for line in WAITS.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(requests) = line.strip_prefix("after ") {
            let requests = requests.split(", ").filter(|request| *request != "nothing");
            before = requests.map(sent).collect();
            continue;
        }
        let (seconds, rest) = line.split_once(' ').expect("seconds");
        let (request, code) = rest.rsplit_once(' ').expect("a code");
        let request = sent(request);
        let patience = kind(request).patience(code, request, &before);
        assert_eq!(
            patience.as_secs().to_string(),
            seconds,
            "{before:?}: {line}"
        );
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
        let (passing, settled) = (kind.passing, kind.settled);
        for (at, rule) in passing.iter().enumerate() {
            let contradicts = passing[..at].iter().any(|other| rule.contradicts(other));
            assert!(!contradicts, "{}: {rule:?}", kind.name);
        }
        for (at, rule) in settled.iter().enumerate() {
            let contradicts = settled[..at].iter().any(|other| rule.contradicts(other));
            assert!(!contradicts, "{}: {rule:?}", kind.name);
        }
    }
}
