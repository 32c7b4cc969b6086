//! Whether an error only says that the work is already done: [`settled`] lists the codes, and what exists already is
//! compared here with what was to be created.

use crate::aws::Reader;
use crate::call::cloudtrail::{CloudTrail, CreateTrail};
use crate::call::iam::{CreateRole, CreateUser, Iam};
use crate::call::s3::{PutPublicAccessBlock, S3};
use crate::call::settled::{self, Proof};
use crate::call::sns::{CreateTopic, Sns};
use crate::call::sqs::{CreateQueue, Sqs, StartMessageMoveTask};
use crate::call::{Call, Tag};
use crate::error::{CallError, CallResult};
use crate::plan::Step;
use crate::policy::Policy;

/// Whether the account already is as the step wants it, in spite of the error.
pub(super) async fn is_settled(reader: &Reader, step: &Step, error: &CallError) -> bool {
    let code = error.code().unwrap_or_default();
    match settled::proof(step.call.service(), step.call.operation(), code) {
        None => false,
        Some(Proof::Done) => true,
        Some(Proof::IfFound) => is_found(reader, step).await,
    }
}

/// Whether what the step creates is found as the step would have created it.
async fn is_found(reader: &Reader, step: &Step) -> bool {
    match &step.call {
        Call::CloudTrail(CloudTrail::CreateTrail(call)) => trail_is_there(reader, step, call).await,
        Call::S3(S3::PutPublicAccessBlock(call)) => is_blocked(reader, step, call).await,
        Call::Sns(Sns::CreateTopic(call)) => topic_is_there(reader, step, call).await,
        Call::Sqs(Sqs::CreateQueue(call)) => queue_is_there(reader, step, call).await,
        Call::Iam(Iam::CreateUser(call)) => user_is_there(reader, step, call).await,
        Call::Iam(Iam::CreateRole(call)) => role_is_there(reader, step, call).await,
        // A queue has one task at a time: this run's, whose answer was lost, or somebody else's to the same end.
        Call::Sqs(Sqs::StartMessageMoveTask(StartMessageMoveTask { source_arn })) => {
            let task = reader.move_task(&step.region, source_arn).await;
            task.is_ok_and(|task| task.is_some_and(|task| task.is_running()))
        }
        _ => false,
    }
}

async fn is_blocked(reader: &Reader, step: &Step, call: &PutPublicAccessBlock) -> bool {
    let PutPublicAccessBlock {
        bucket,
        public_access_block_configuration: wanted,
        expected_bucket_owner,
    } = call;
    let found = reader.public_access_block(&step.region, bucket, expected_bucket_owner);
    matches!(found.await, Ok(Some(found)) if found == *wanted)
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
    let key = call.attributes.get("KmsMasterKeyId");
    let same = matches!(found, Ok(Some(topic))
        if same_policy(call.attributes.get("Policy"), &topic.policy)
            && (key.is_none() || topic.kms_key_id.as_ref() == key));
    same && (call.tags.is_empty()
        || bears(
            reader.topic_tags(&step.region, &step.address).await,
            &call.tags,
        ))
}

fn bears(found: CallResult<Vec<Tag>>, wanted: &[Tag]) -> bool {
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
