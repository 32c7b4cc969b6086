//! Errors that only say that the work is already done.
//!
//! The answer to a request may be lost after the work was done, and another run may do the same work at the same
//! time. Then the thing to delete is gone, or the thing to make exists: if it is what was to be made, all is well.

use crate::aws::Reader;
use crate::call::cloudtrail::{CloudTrail, CreateTrail};
use crate::call::cloudwatch::CloudWatch;
use crate::call::iam::{CreateRole, CreateUser, Iam};
use crate::call::logs::Logs;
use crate::call::s3::S3;
use crate::call::sns::{CreateTopic, Sns};
use crate::call::sqs::{CreateQueue, Sqs};
use crate::call::{Call, Tag};
use crate::error::CallError;
use crate::plan::Step;
use crate::policy::Policy;

/// Whether the account already is as the step wants it, in spite of the error.
pub(super) async fn is_settled(reader: &Reader, step: &Step, error: &CallError) -> bool {
    let Some(code) = error.code() else {
        return false;
    };
    match (&step.call, code) {
        (Call::CloudTrail(CloudTrail::DeleteTrail(_)), "TrailNotFoundException")
        | (Call::Sns(Sns::DeleteTopic(_)), "NotFound" | "NotFoundException")
        | (
            Call::Sqs(Sqs::DeleteQueue(_)),
            "AWS.SimpleQueueService.NonExistentQueue" | "QueueDoesNotExist",
        )
        | (Call::S3(S3::CreateBucket(_)), "BucketAlreadyOwnedByYou")
        | (
            Call::Iam(
                Iam::DeleteUser(_)
                | Iam::DeleteUserPolicy(_)
                | Iam::DeleteAccessKey(_)
                | Iam::DeleteRole(_)
                | Iam::DeleteRolePolicy(_),
            ),
            "NoSuchEntity" | "NoSuchEntityException",
        )
        | (
            Call::Logs(
                Logs::DeleteMetricFilter(_) | Logs::DeleteLogGroup(_),
            ),
            "ResourceNotFoundException",
        )
        // Made by this run or another; what else is wanted of it is set by steps of its own.
        | (Call::Logs(Logs::CreateLogGroup(_)), "ResourceAlreadyExistsException")
        | (
            Call::CloudWatch(CloudWatch::DeleteAlarms(_) | CloudWatch::DeleteDashboards(_)),
            "ResourceNotFound" | "ResourceNotFoundException" | "DashboardNotFoundError",
        ) => true,
        // The one that is too many may be the very trail.
        (
            Call::CloudTrail(CloudTrail::CreateTrail(call)),
            "TrailAlreadyExistsException" | "MaximumNumberOfTrailsExceededException",
        ) => trail_is_there(reader, step, call).await,
        (Call::Sns(Sns::CreateTopic(call)), "InvalidParameter" | "InvalidParameterException") => {
            topic_is_there(reader, step, call).await
        }
        (Call::Sqs(Sqs::CreateQueue(call)), "QueueAlreadyExists" | "QueueNameExists") => {
            queue_is_there(reader, step, call).await
        }
        (
            Call::Iam(Iam::CreateUser(call)),
            "EntityAlreadyExists" | "EntityAlreadyExistsException",
        ) => user_is_there(reader, step, call).await,
        (
            Call::Iam(Iam::CreateRole(call)),
            "EntityAlreadyExists" | "EntityAlreadyExistsException",
        ) => role_is_there(reader, step, call).await,
        _ => false,
    }
}

async fn user_is_there(reader: &Reader, step: &Step, call: &CreateUser) -> bool {
    let CreateUser { user_name, tags } = call;
    let found = reader.user(&step.region, user_name).await;
    bears(found.map(|user| user.unwrap_or_default().tags), tags)
}

async fn role_is_there(reader: &Reader, step: &Step, call: &CreateRole) -> bool {
    let CreateRole {
        role_name,
        assume_role_policy_document,
        tags,
    } = call;
    let Ok(Some(role)) = reader.role(&step.region, role_name).await else {
        return false;
    };
    let trust = role.trust.unwrap_or_default();
    same_policy(Some(assume_role_policy_document), &trust) && bears(Ok(role.tags), tags)
}

async fn trail_is_there(reader: &Reader, step: &Step, call: &CreateTrail) -> bool {
    let CreateTrail {
        name,
        s3_bucket_name,
        s3_key_prefix,
        sns_topic_name,
        include_global_service_events,
        is_multi_region_trail,
        enable_log_file_validation,
        kms_key_id,
        tags_list,
    } = call;
    let Ok(trails) = reader.trails(&step.region).await else {
        return false;
    };
    let same = trails.iter().any(|trail| {
        trail.name == *name
            && trail.home_region == step.region
            && trail.bucket == *s3_bucket_name
            && trail.key_prefix == *s3_key_prefix
            && trail
                .topic_arn
                .as_deref()
                .and_then(|arn| arn.rsplit(':').next())
                == Some(sns_topic_name.as_str())
            && trail.global_events == *include_global_service_events
            && trail.multi_region == *is_multi_region_trail
            && trail.log_file_validation == *enable_log_file_validation
            && trail.kms_key_id == *kms_key_id
    });
    same && (tags_list.is_empty()
        || bears(
            reader.trail_tags(&step.region, &step.address).await,
            tags_list,
        ))
}

async fn topic_is_there(reader: &Reader, step: &Step, call: &CreateTopic) -> bool {
    let found = reader.topic(&step.region, &step.address).await;
    let same = matches!(found, Ok(Some(topic)) if same_policy(call.attributes.get("Policy"), &topic.policy));
    same && (call.tags.is_empty()
        || bears(
            reader.topic_tags(&step.region, &step.address).await,
            &call.tags,
        ))
}

fn bears(found: Result<Vec<Tag>, CallError>, wanted: &[Tag]) -> bool {
    found.is_ok_and(|found| wanted.iter().all(|tag| found.contains(tag)))
}

async fn queue_is_there(reader: &Reader, step: &Step, call: &CreateQueue) -> bool {
    let found = reader.queue(&step.region, &step.address).await;
    let Ok(Some(attributes)) = found else {
        return false;
    };
    let mut wanted = call.attributes.iter();
    wanted.all(
        |(name, wanted)| match (name.as_str(), attributes.get(name)) {
            ("Policy", Some(found)) => same_policy(Some(wanted), found),
            ("RedrivePolicy", Some(found)) => same_json(wanted, found),
            (_, found) => found == Some(wanted),
        },
    )
}

fn same_json(left: &str, right: &str) -> bool {
    let parsed = |text| serde_json::from_str::<serde_json::Value>(text).ok();
    parsed(left).is_some() && parsed(left) == parsed(right)
}

/// Whether a policy has the statements wanted, in whatever words AWS keeps them.
fn same_policy(wanted: Option<&String>, found: &str) -> bool {
    match (wanted.map(|text| Policy::parse(text)), Policy::parse(found)) {
        (Some(Ok(wanted)), Ok(found)) => found.holds(&wanted),
        _ => false,
    }
}
