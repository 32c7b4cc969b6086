//! Errors that only say that the work is already done.
//!
//! The answer to a request may be lost after the work was done, and another run may do the same work at the same
//! time. Then the thing to delete is gone, or the thing to create exists.

use super::rule::Rule;

/// What such an error proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// That all is done.
    Done,
    /// Nothing yet: all is done if the account is found as the request would have left it.
    IfFound,
}

const GONE_FROM_IAM: &[&str] = &["NoSuchEntity", "NoSuchEntityException"];
const EXISTS_IN_IAM: &[&str] = &["EntityAlreadyExists", "EntityAlreadyExistsException"];

#[rustfmt::skip]
const RULES: &[Rule<Proof>] = &[
    Rule::of("cloudtrail", &["DeleteTrail"], &["TrailNotFoundException"], Proof::Done),
    // The one that is too many may be the very trail.
    Rule::of("cloudtrail", &["CreateTrail"],
        &["TrailAlreadyExistsException", "MaximumNumberOfTrailsExceededException"], Proof::IfFound),

    Rule::of("s3", &["CreateBucket"], &["BucketAlreadyOwnedByYou"], Proof::Done),
    // An organization may forbid the request although the switches of a new bucket are on.
    Rule::of("s3", &["PutPublicAccessBlock"], &["AccessDenied"], Proof::IfFound),

    Rule::of("sns", &["DeleteTopic"], &["NotFound", "NotFoundException"], Proof::Done),
    Rule::of("sns", &["CreateTopic"], &["InvalidParameter", "InvalidParameterException"], Proof::IfFound),

    Rule::of("sqs", &["DeleteQueue"],
        &["AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"], Proof::Done),
    Rule::of("sqs", &["CreateQueue"], &["QueueAlreadyExists", "QueueNameExists"], Proof::IfFound),
    // One task at a time moves the messages of a queue.
    Rule::of("sqs", &["StartMessageMoveTask"],
        &["InvalidParameterValue", "InvalidParameterValueException"], Proof::IfFound),

    Rule::of("iam", &["DeleteUser", "DeleteUserPolicy", "DeleteAccessKey", "DeleteRole", "DeleteRolePolicy"],
        GONE_FROM_IAM, Proof::Done),
    Rule::of("iam", &["CreateUser", "CreateRole"], EXISTS_IN_IAM, Proof::IfFound),

    Rule::of("logs", &["DeleteMetricFilter", "DeleteLogGroup"], &["ResourceNotFoundException"], Proof::Done),
    // What else is wanted of it is set by steps of its own.
    Rule::of("logs", &["CreateLogGroup"], &["ResourceAlreadyExistsException"], Proof::Done),

    Rule::of("cloudwatch", &["DeleteAlarms", "DeleteDashboards"],
        &["ResourceNotFound", "ResourceNotFoundException", "DashboardNotFoundError"], Proof::Done),
];

/// The errors by which an operation may say that its work is done.
pub fn of(service: &str, operation: &str) -> impl Iterator<Item = (&'static str, Proof)> {
    let rules = RULES.iter().filter(|rule| rule.is_for(service, operation));
    let all = rules.flat_map(|rule| rule.codes.iter().map(|code| (*code, rule.meaning)));
    all.collect::<Vec<_>>().into_iter()
}

/// What an error proves, if anything.
pub fn proof(service: &str, operation: &str, code: &str) -> Option<Proof> {
    let found = of(service, operation).find(|(known, _)| *known == code);
    found.map(|(_, proof)| proof)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::rule;

    #[test]
    fn what_is_gone_need_not_be_deleted() {
        let gone = proof("sns", "DeleteTopic", "NotFound");
        assert_eq!(gone, Some(Proof::Done));
        assert_eq!(proof("sns", "Subscribe", "NotFound"), None);
        assert_eq!(proof("sqs", "DeleteQueue", "AccessDenied"), None);
    }

    #[test]
    fn each_code_of_an_operation_has_one_rule() {
        rule::assert_unambiguous(RULES);
    }
}
