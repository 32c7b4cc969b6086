//! Errors that pass by themselves, and how long to wait for it.
//!
//! AWS takes a moment to see everywhere what was written a moment ago, allows one change of a thing at a time, and
//! blocks names for a while. The wait is long where the very run wrote what the error complains of; otherwise it is
//! likely a lasting mistake, and a short wait, or none, is enough.

use std::time::Duration;

/// One sort of error that passes.
struct Passing {
    /// AWS's error codes.
    codes: &'static [&'static str],
    /// The operations that write what the error complains of.
    written_by: &'static [&'static str],
    /// How long to wait where one of them was done by the same run.
    own: Duration,
    /// How long to wait otherwise.
    other: Duration,
}

const MINUTES: Duration = Duration::from_secs(180);
const SHORT: Duration = Duration::from_secs(20);

const PASSING: [Passing; 16] = [
    Passing {
        codes: &["InsufficientS3BucketPolicyException"],
        written_by: &["PutBucketPolicy"],
        own: MINUTES,
        other: SHORT,
    },
    Passing {
        codes: &["InsufficientSnsTopicPolicyException"],
        written_by: &["CreateTopic", "SetTopicAttributes"],
        own: MINUTES,
        other: SHORT,
    },
    Passing {
        codes: &["ConflictException"],
        written_by: &[
            "CreateBucket",
            "PutBucketPolicy",
            "CreateTopic",
            "SetTopicAttributes",
        ],
        own: MINUTES,
        other: SHORT,
    },
    // CloudTrail does not see a new role, or its policy, for some seconds.
    Passing {
        codes: &[
            "InvalidCloudWatchLogsLogGroupArnException",
            "InvalidCloudWatchLogsRoleArnException",
        ],
        written_by: &[
            "CreateLogGroup",
            "CreateRole",
            "PutRolePolicy",
            "UpdateAssumeRolePolicy",
        ],
        own: MINUTES,
        other: SHORT,
    },
    // CloudWatch Logs may not see a new group at once.
    Passing {
        codes: &["ResourceNotFoundException"],
        written_by: &["CreateLogGroup", "PutMetricAlarm"],
        own: Duration::from_secs(60),
        other: Duration::ZERO,
    },
    Passing {
        codes: &["InsufficientEncryptionPolicyException", "OperationAborted"],
        written_by: &[],
        own: SHORT,
        other: SHORT,
    },
    // CloudWatch Logs allows one change of a group at a time, and a run may have a filter for each alert.
    Passing {
        codes: &["OperationAbortedException"],
        written_by: &[],
        own: Duration::ZERO,
        other: Duration::from_secs(120),
    },
    Passing {
        codes: &["S3BucketDoesNotExistException", "NoSuchBucket"],
        written_by: &["CreateBucket"],
        own: MINUTES,
        other: Duration::ZERO,
    },
    Passing {
        codes: &["NotFound", "NotFoundException"],
        written_by: &["CreateTopic"],
        own: MINUTES,
        other: Duration::ZERO,
    },
    Passing {
        codes: &["TrailNotFoundException"],
        written_by: &["CreateTrail"],
        own: MINUTES,
        other: Duration::ZERO,
    },
    // SQS blocks the name of a deleted queue for 60 seconds.
    Passing {
        codes: &[
            "QueueDeletedRecently",
            "AWS.SimpleQueueService.QueueDeletedRecently",
        ],
        written_by: &[],
        own: Duration::ZERO,
        other: Duration::from_secs(90),
    },
    // SQS does not see a new dead letter queue at once.
    Passing {
        codes: &["InvalidParameterValue"],
        written_by: &["CreateQueue"],
        own: Duration::from_secs(60),
        other: Duration::ZERO,
    },
    // IAM keeps its copies in step within seconds.
    Passing {
        codes: &["NoSuchEntity", "NoSuchEntityException"],
        written_by: &["CreateUser", "CreateRole"],
        own: Duration::from_secs(60),
        other: Duration::ZERO,
    },
    Passing {
        codes: &[
            "DeleteConflict",
            "DeleteConflictException",
            "EntityTemporarilyUnmodifiable",
            "ConcurrentModification",
        ],
        written_by: &["DeleteAccessKey", "DeleteUserPolicy", "DeleteRolePolicy"],
        own: Duration::from_secs(30),
        other: SHORT,
    },
    // Other callers of the account may use up all that a service allows.
    Passing {
        codes: &[
            "ThrottlingException",
            "Throttling",
            "ThrottledException",
            "RequestThrottled",
            "TooManyRequestsException",
            "SlowDown",
        ],
        written_by: &[],
        own: Duration::ZERO,
        other: Duration::from_secs(120),
    },
    Passing {
        codes: &[
            "InternalFailure",
            "ServiceFailure",
            "InternalError",
            "ServiceUnavailable",
            "ServiceUnavailableException",
        ],
        written_by: &[],
        own: Duration::ZERO,
        other: Duration::from_secs(60),
    },
];

/// How long a request may be sent again after an error with this code, counted from the first time; zero for most.
///
/// `before` are the operations that the same run did before this request, and for it.
pub fn patience(code: &str, before: &[String]) -> Duration {
    let passing = PASSING.iter().find(|passing| passing.codes.contains(&code));
    passing.map_or(Duration::ZERO, |passing| {
        let wrote = |operation: &String| passing.written_by.contains(&operation.as_str());
        if before.iter().any(wrote) {
            passing.own
        } else {
            passing.other
        }
    })
}

/// All codes of errors that pass.
pub fn codes() -> impl Iterator<Item = &'static str> {
    PASSING
        .iter()
        .flat_map(|passing| passing.codes.iter().copied())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_spent_only_on_what_this_run_wrote() {
        let code = "InsufficientS3BucketPolicyException";
        assert_eq!(patience(code, &["PutBucketPolicy".to_owned()]), MINUTES);
        assert_eq!(patience(code, &["CreateTopic".to_owned()]), SHORT);
        assert_eq!(patience(code, &[]), SHORT);
    }

    #[test]
    fn what_does_not_pass_by_itself_is_not_tried_again() {
        for code in [
            "AccessDenied",
            "KmsKeyNotFoundException",
            "S3BucketDoesNotExistException",
        ] {
            assert_eq!(patience(code, &[]), Duration::ZERO, "{code}");
        }
    }

    #[test]
    fn each_code_stands_in_one_place() {
        let mut all: Vec<&str> = codes().collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
