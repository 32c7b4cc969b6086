//! What any stack refuses to send, since AWS would refuse it half-way: policies that name deleted principals.
//!
//! A policy is always replaced as a whole, so a statement of another owner whose user or role was deleted makes the
//! write fail, whatever is changed: <https://repost.aws/knowledge-center/s3-invalid-principal-in-policy-error>. Such a
//! statement is not ours to remove.

use crate::call::command_line::quoted;
use crate::call::{Call, iam::Iam, s3::S3, sns::Sns, sqs::Sqs};
use crate::error::{Error, Result};
use crate::plan::Step;
use crate::policy::Policy;

/// Refuses policies that name deleted principals, with each resource, its statements, and the command that reads
/// the policy.
///
/// # Errors
/// With all that would be refused.
pub fn of_steps(steps: &[Step]) -> Result<()> {
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
            let (kind, name, deleted) = (step.kind.name, &step.name, deleted.join(", "));
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
        .hint("AWS rejects a policy that names one: remove these statements, or replace the principals in them");
    Err(reads.into_iter().fold(error, |error, read| {
        error.hint(format!("`{read}` reads the policy"))
    }))
}

/// The policy that a step writes to what may have one already, and the command that reads what is there.
fn written(step: &Step) -> Option<(&str, String)> {
    let (name, region) = (quoted(&step.name), &step.region);
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
                "aws sns get-topic-attributes --region {region} --topic-arn {} --query Attributes.Policy --output text",
                quoted(&call.topic_arn)
            ),
        )),
        Call::Sqs(Sqs::SetQueueAttributes(call)) => Some((
            call.attributes.get("Policy")?,
            format!(
                "aws sqs get-queue-attributes --region {region} --queue-url {} --attribute-names Policy --query Attributes.Policy --output text",
                quoted(&call.queue_url)
            ),
        )),
        Call::Iam(Iam::UpdateAssumeRolePolicy(call)) => Some((
            &call.policy_document,
            format!("aws iam get-role --role-name {name} --query Role.AssumeRolePolicyDocument"),
        )),
        _ => None,
    }
}
