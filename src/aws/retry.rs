//! How long to wait for AWS to see what was written a moment ago.
//!
//! Throttling, lost connections and 5xx answers are retried by the SDK, a handful of times. Here are the error codes
//! that pass by themselves once a policy or a resource is seen everywhere, or others leave the service alone. The wait is long only where this very run wrote what
//! the code complains of; otherwise it is likely a lasting mistake, and a short wait is enough.

use std::time::Duration;

/// How long to try again before an error is believed.
const WRITTEN_BY_THIS_RUN: Duration = Duration::from_secs(180);
const WRITTEN_BY_OTHERS: Duration = Duration::from_secs(20);
/// Other callers of the account may use up all that a service allows.
const THROTTLED: Duration = Duration::from_secs(120);
/// SQS blocks the name of a deleted queue for 60 seconds.
const QUEUE_NAME_BLOCKED: Duration = Duration::from_secs(90);

/// The pauses between tries; the last one repeats.
const PAUSES: [Duration; 5] = [
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(3),
    Duration::from_secs(5),
];

/// How long an error with this code may be tried again, counted from the first try; zero for most.
///
/// `before` are the operations of this run that the failing one waited for.
pub(super) fn patience(code: &str, before: &[String]) -> Duration {
    let wrote = |operations: &[&str]| {
        before
            .iter()
            .any(|done| operations.contains(&done.as_str()))
    };
    let (written, otherwise) = match code {
        "InsufficientS3BucketPolicyException" => (wrote(&["PutBucketPolicy"]), WRITTEN_BY_OTHERS),
        "InsufficientSnsTopicPolicyException" => (
            wrote(&["CreateTopic", "SetTopicAttributes"]),
            WRITTEN_BY_OTHERS,
        ),
        "InsufficientEncryptionPolicyException" | "ConflictException" | "OperationAborted" => {
            (false, WRITTEN_BY_OTHERS)
        }
        "S3BucketDoesNotExistException" | "NoSuchBucket" => {
            (wrote(&["CreateBucket"]), Duration::ZERO)
        }
        "NotFound" | "NotFoundException" => (wrote(&["CreateTopic"]), Duration::ZERO),
        "TrailNotFoundException" => (wrote(&["CreateTrail"]), Duration::ZERO),
        "QueueDeletedRecently" | "AWS.SimpleQueueService.QueueDeletedRecently" => {
            return QUEUE_NAME_BLOCKED;
        }
        "ThrottlingException"
        | "Throttling"
        | "ThrottledException"
        | "RequestThrottled"
        | "TooManyRequestsException"
        | "SlowDown" => return THROTTLED,
        _ => (false, Duration::ZERO),
    };
    if written {
        WRITTEN_BY_THIS_RUN
    } else {
        otherwise
    }
}

/// How long to pause after the `tries`-th try (from 0).
pub(super) fn pause(tries: usize) -> Duration {
    PAUSES[tries.min(PAUSES.len() - 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_spent_only_on_what_this_run_wrote() {
        let code = "InsufficientS3BucketPolicyException";
        assert_eq!(
            patience(code, &["PutBucketPolicy".to_owned()]),
            WRITTEN_BY_THIS_RUN
        );
        assert_eq!(
            patience(code, &["CreateTopic".to_owned()]),
            WRITTEN_BY_OTHERS
        );
        assert_eq!(patience(code, &[]), WRITTEN_BY_OTHERS);
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
}
