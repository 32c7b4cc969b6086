//! What any stack refuses to send, since AWS would refuse it half-way: policies that name deleted principals, and too
//! many event selectors.
//!
//! A policy is always replaced as a whole, so a statement of somebody else whose user or role was deleted makes the
//! write fail, whatever is changed: <https://repost.aws/knowledge-center/s3-invalid-principal-in-policy-error>. Such a
//! statement is not ours to remove.

use crate::call::command_line::quoted;
use crate::call::{Call, cloudtrail::CloudTrail, iam::Iam, s3::S3, sns::Sns, sqs::Sqs};
use crate::error::{Error, Result};
use crate::plan::Step;
use crate::policy::Policy;
use crate::resource::selectors;

/// Refuses steps that AWS would refuse.
///
/// # Errors
/// With the resource, what is wrong, and what to do about it.
pub fn of_steps(steps: &[Step]) -> Result<()> {
    deleted_principals(steps)?;
    selectors_in_excess(steps)
}

fn selectors_in_excess(steps: &[Step]) -> Result<()> {
    for step in steps {
        let excess = match &step.call {
            Call::CloudTrail(CloudTrail::PutEventSelectors(call)) => selectors::excess(call),
            _ => None,
        };
        if let Some(excess) = excess {
            let (name, region) = (&step.name, &step.region);
            let message = format!(
                "no event selector of the trail {name} covers all management events, and with one more it would have {excess}"
            );
            return Err(Error::failed(message).hint(format!(
                "`aws cloudtrail put-event-selectors --region {region} --trail-name {}` replaces them: merge or remove some",
                quoted(name)
            )));
        }
    }
    Ok(())
}

/// With each resource, its statements, and the command that reads the policy.
fn deleted_principals(steps: &[Step]) -> Result<()> {
    let mut messages = Vec::new();
    let mut reads = Vec::new();
    for step in steps {
        let Some((policy, read)) = written(step) else {
            continue;
        };
        let policy = Policy::parse(policy).ok();
        let deleted = policy.iter().flat_map(Policy::deleted_principals);
        let deleted = deleted.map(|(statement, id)| format!("{id} ({statement})"));
        let deleted: Vec<String> = deleted.collect();
        if !deleted.is_empty() {
            let (kind, name, deleted) = (step.kind, &step.name, deleted.join(", "));
            messages.push(format!(
                "the policy of the {kind} {name} names principals that were deleted: {deleted}"
            ));
            reads.push(read);
        }
    }
    if messages.is_empty() {
        return Ok(());
    }
    let error = Error::failed(messages.join("; "))
        .hint("AWS takes no policy that names one: remove these statements, or replace the principals in them");
    Err(reads.into_iter().fold(error, |error, read| {
        error.hint(format!("`{read}` reads the policy"))
    }))
}

/// The policy that a step writes to what may have one already, and the command that reads what is there.
fn written(step: &Step) -> Option<(&str, String)> {
    let (name, address) = (quoted(&step.name), quoted(&step.address));
    let region = &step.region;
    match &step.call {
        Call::S3(S3::PutBucketPolicy(call)) => Some((
            &call.policy,
            format!(
                "aws s3api get-bucket-policy --region {region} --bucket {name} --query Policy --output text"
            ),
        )),
        Call::Sns(Sns::SetTopicAttributes(call)) if call.attribute_name == "Policy" => Some((
            &call.attribute_value,
            format!(
                "aws sns get-topic-attributes --region {region} --topic-arn {address} --query Attributes.Policy --output text"
            ),
        )),
        Call::Sqs(Sqs::SetQueueAttributes(call)) => Some((
            call.attributes.get("Policy")?,
            format!(
                "aws sqs get-queue-attributes --region {region} --queue-url {address} --attribute-names Policy --query Attributes.Policy --output text"
            ),
        )),
        Call::Iam(Iam::UpdateAssumeRolePolicy(call)) => Some((
            &call.policy_document,
            format!("aws iam get-role --role-name {name} --query Role.AssumeRolePolicyDocument"),
        )),
        _ => None,
    }
}
