//! Errors that pass by themselves, and how long to wait for that.
//!
//! AWS takes a moment to show everywhere what was written a moment ago, allows one change of a thing at a time, and
//! blocks names for a while. The wait is long where the very run wrote what the error complains of, whatever came
//! between; otherwise the error is likely a lasting mistake, and a short wait, or none, is enough.
//!
//! A rule holds for one service, since one code means different things in different services.

use std::time::Duration;

use super::rule::Rule;

/// A request, as far as rules look at it.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// The API's name, e.g. `s3`.
    pub service: &'a str,
    /// The operation as AWS spells it.
    pub operation: &'a str,
    /// The region that it goes to.
    pub region: &'a str,
}

/// What a run may have written before, as `<service>:<operation>`.
enum Write {
    /// In the region of the request that failed.
    Here(&'static str),
    /// In any region.
    Anywhere(&'static str),
}
use Write::{Anywhere, Here};

/// How long to wait for an error to pass.
struct Wait {
    /// What writes the thing that the error complains of.
    after: &'static [Write],
    /// How long to wait where the same run has done one of these.
    own: Duration,
    /// How long to wait otherwise.
    other: Duration,
}

const MINUTES: Duration = Duration::from_secs(180);
const MINUTE: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_secs(20);

/// The wait for what this run wrote, and for what it did not write.
const fn after(own: Duration, other: Duration, after: &'static [Write]) -> Wait {
    Wait { after, own, other }
}

/// The wait for what others did.
const fn always(other: Duration) -> Wait {
    after(other, other, &[])
}

const BUCKET: &[Write] = &[Anywhere("s3:CreateBucket"), Anywhere("s3:PutBucketPolicy")];
const TOPIC: &[Write] = &[Here("sns:CreateTopic"), Here("sns:SetTopicAttributes")];
const TRAIL: &[Write] = &[
    Here("cloudtrail:CreateTrail"),
    Here("cloudtrail:UpdateTrail"),
    Here("cloudtrail:StartLogging"),
    Here("cloudtrail:PutEventSelectors"),
    // Of the trail's bucket and topic it is said, too, while their policies are loaded.
    Anywhere("s3:CreateBucket"),
    Anywhere("s3:PutBucketPolicy"),
    Here("sns:CreateTopic"),
    Here("sns:SetTopicAttributes"),
];
const LOGS: &[Write] = &[
    Here("logs:CreateLogGroup"),
    Anywhere("iam:CreateRole"),
    Anywhere("iam:PutRolePolicy"),
    Anywhere("iam:UpdateAssumeRolePolicy"),
];
const PRINCIPAL: &[Write] = &[Here("iam:CreateUser"), Here("iam:CreateRole")];
const BELONGINGS: &[Write] = &[
    Here("iam:DeleteAccessKey"),
    Here("iam:DeleteUserPolicy"),
    Here("iam:DeleteRolePolicy"),
];

/// Answers of a service that failed, and may yet have done the work.
const FAILURES: &[&str] = &[
    "InternalFailure",
    "InternalError",
    "InternalServiceError",
    "ServiceFailure",
    "ServiceFailureException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
];

#[rustfmt::skip]
const RULES: &[Rule<Wait>] = &[
    Rule::of("cloudtrail", &["CreateTrail", "UpdateTrail"], &["InsufficientS3BucketPolicyException"],
        after(MINUTES, SHORT, BUCKET)),
    Rule::of("cloudtrail", &["CreateTrail", "UpdateTrail"], &["InsufficientSnsTopicPolicyException"],
        after(MINUTES, SHORT, TOPIC)),
    // With a key it is said of the bucket's policy as well.
    Rule::of("cloudtrail", &["CreateTrail", "UpdateTrail"], &["InsufficientEncryptionPolicyException"],
        after(MINUTES, SHORT, BUCKET)),
    Rule::of("cloudtrail", &["CreateTrail", "UpdateTrail"], &["S3BucketDoesNotExistException"],
        after(MINUTES, Duration::ZERO, &[Anywhere("s3:CreateBucket")])),
    Rule::of("cloudtrail", &["CreateTrail", "UpdateTrail"],
        &["InvalidCloudWatchLogsLogGroupArnException", "InvalidCloudWatchLogsRoleArnException"],
        after(MINUTES, SHORT, LOGS)),
    // "Wait a few minutes", says the service model: the trail is not loaded yet, or is being changed.
    Rule::of("cloudtrail", &[], &["ConflictException"],
        after(MINUTES, SHORT, TRAIL)),
    Rule::of("cloudtrail", &["UpdateTrail", "StartLogging", "PutEventSelectors", "AddTags"], &["TrailNotFoundException"],
        after(MINUTES, Duration::ZERO, &[Here("cloudtrail:CreateTrail")])),

    Rule::of("s3", &[], &["OperationAborted"],
        always(SHORT)),
    Rule::of("s3", &[], &["NoSuchBucket"],
        after(MINUTES, Duration::ZERO, &[Here("s3:CreateBucket")])),

    Rule::of("sns", &["Subscribe", "SetTopicAttributes", "TagResource"],
        &["NotFound", "NotFoundException", "ResourceNotFound", "ResourceNotFoundException"],
        after(MINUTES, Duration::ZERO, &[Here("sns:CreateTopic")])),
    Rule::of("sns", &[], &["ConcurrentAccess", "ConcurrentAccessException"],
        always(SHORT)),
    // A topic of the same name was deleted with its tags a moment ago.
    Rule::of("sns", &[], &["StaleTag", "StaleTagException"],
        always(MINUTE)),

    // The name of a deleted queue is blocked for 60 seconds.
    Rule::of("sqs", &["CreateQueue"], &["QueueDeletedRecently", "AWS.SimpleQueueService.QueueDeletedRecently"],
        always(Duration::from_secs(90))),
    // A new dead letter queue is not seen at once.
    Rule::of("sqs", &["CreateQueue", "SetQueueAttributes"], &["InvalidParameterValue"],
        after(MINUTE, Duration::ZERO, &[Here("sqs:CreateQueue")])),

    Rule::of("logs", &["PutRetentionPolicy", "PutMetricFilter", "AssociateKmsKey", "TagResource"],
        &["ResourceNotFoundException"],
        after(MINUTE, Duration::ZERO, &[Here("logs:CreateLogGroup")])),
    // One change of a group is allowed at a time, and a run may have a filter for each alert.
    Rule::of("logs", &[], &["OperationAbortedException"],
        always(Duration::from_secs(120))),

    Rule::of("cloudwatch", &["TagResource"], &["ResourceNotFoundException"],
        after(MINUTE, Duration::ZERO, &[Here("cloudwatch:PutMetricAlarm")])),
    Rule::of("cloudwatch", &[], &["ConflictException", "ConcurrentModificationException"],
        always(SHORT)),

    // IAM brings its copies in line within seconds.
    Rule::of("iam", &["PutUserPolicy", "TagUser", "CreateAccessKey", "UpdateAssumeRolePolicy", "PutRolePolicy", "TagRole"],
        &["NoSuchEntity", "NoSuchEntityException"],
        after(MINUTE, Duration::ZERO, PRINCIPAL)),
    Rule::of("iam", &["DeleteUser", "DeleteRole"], &["DeleteConflict", "DeleteConflictException"],
        after(Duration::from_secs(30), SHORT, BELONGINGS)),
    Rule::of("iam", &[],
        &["EntityTemporarilyUnmodifiable", "ConcurrentModification", "ConcurrentModificationException"],
        always(SHORT)),

    // Other callers of the account may use up all that a service allows.
    Rule::of("", &[],
        &["ThrottlingException", "Throttling", "ThrottledException", "Throttled", "RequestThrottled",
            "TooManyRequestsException", "SlowDown"],
        always(Duration::from_secs(120))),
    Rule::of("", &[], FAILURES,
        always(MINUTE)),
];

/// The errors that pass when this request is sent again, and for how long to do that, counted from the first time.
///
/// `before` are the requests that the same run has done.
pub fn of(request: Sent<'_>, before: &[Sent<'_>]) -> Vec<(&'static str, Duration)> {
    let rules = RULES.iter();
    let rules = rules.filter(|rule| rule.is_for(request.service, request.operation));
    rules
        .flat_map(|rule| {
            let Wait { after, own, other } = &rule.meaning;
            let wrote = after
                .iter()
                .any(|write| write.is_in(before, request.region));
            let patience = if wrote { *own } else { *other };
            rule.codes.iter().map(move |code| (*code, patience))
        })
        .filter(|(_, patience)| !patience.is_zero())
        .collect()
}

/// How long a request may be sent again after an error with this code; zero for most.
pub fn patience(code: &str, request: Sent<'_>, before: &[Sent<'_>]) -> Duration {
    let passing = of(request, before);
    let found = passing.iter().find(|(passing, _)| *passing == code);
    found.map_or(Duration::ZERO, |(_, patience)| *patience)
}

/// Whether the service failed, and may yet have done the work.
pub fn is_failure(code: &str) -> bool {
    FAILURES.contains(&code)
}

impl Write {
    fn is_in(&self, before: &[Sent<'_>], region: &str) -> bool {
        let (name, here) = match self {
            Here(name) => (name, true),
            Anywhere(name) => (name, false),
        };
        before.iter().any(|sent| {
            name.split_once(':') == Some((sent.service, sent.operation))
                && (!here || sent.region == region)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::rule;

    fn sent<'a>(request: &'a str) -> Sent<'a> {
        let mut parts = request.split([':', ' ']);
        let mut part = || parts.next().expect("service:Operation region");
        Sent {
            service: part(),
            operation: part(),
            region: part(),
        }
    }

    fn seconds(code: &str, request: &str, before: &[&str]) -> u64 {
        let before: Vec<Sent<'_>> = before.iter().map(|request| sent(request)).collect();
        patience(code, sent(request), &before).as_secs()
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
    fn whatever_came_between_does_not_matter() {
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
            ("NoSuchEntity", "sts:AssumeRole us-east-1"),
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
            ("SlowDown", "s3:PutBucketVersioning us-east-1"),
        ] {
            assert_eq!(seconds(code, request, &[]), 120, "{code}");
        }
    }

    #[test]
    fn tags_of_a_deleted_topic_are_waited_for_whoever_deleted_it() {
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
    fn each_code_of_an_operation_has_one_rule() {
        rule::assert_unambiguous(RULES);
    }
}
