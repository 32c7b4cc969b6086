//! IAM roles with one inline policy.
//!
//! A role bears a tag that says which scheme made it; one that was there before does not, and is never deleted.

use futures::future::try_join_all;

use super::{Operations, lacking, parse_policy};
use crate::aws::Reader;
use crate::call::Tag;
use crate::call::iam::{
    CreateRole, DeleteRole, DeleteRolePolicy, Iam, PutRolePolicy, TagRole, UpdateAssumeRolePolicy,
};
use crate::error::CallError;
use crate::plan::{Step, chained};
use crate::policy::{Policy, Statement, merged, size};

/// What reading, making and deleting roles takes.
pub const OPERATIONS: Operations = Operations {
    service: "iam",
    reads: &[
        "GetRole",
        "GetRolePolicy",
        "ListRolePolicies",
        "ListAttachedRolePolicies",
    ],
    tag_reads: &[],
    changes: &[
        "CreateRole",
        "UpdateAssumeRolePolicy",
        "PutRolePolicy",
        "TagRole",
    ],
    removals: &["DeleteRolePolicy", "DeleteRole"],
};

/// How many characters all inline policies of a role can have together.
pub const POLICY_LIMIT: usize = 10_240;

const KIND: &str = "role";

/// A role as it should be.
#[derive(Clone, Debug)]
pub struct Role {
    /// The role's name.
    pub name: String,
    /// The region that IAM answers in.
    pub region: String,
    /// Our statement on who may assume the role; nothing leaves a trust policy as found.
    pub trust: Option<Statement>,
    /// The name of the inline policy.
    pub policy: String,
    /// All that the inline policy allows.
    pub statements: Vec<Statement>,
    /// The tag that says who made the role; only a new role gets it.
    pub owner: Tag,
    /// Tags the role must bear, among others.
    pub tags: Vec<Tag>,
}

/// A role as it is.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The role's ARN.
    pub arn: String,
    /// Its tags.
    pub tags: Vec<Tag>,
    /// Who may assume it.
    pub trust: Option<Policy>,
    /// The inline policy of the scheme's name.
    pub policy: Option<Policy>,
    /// Whatever else the role has: names of inline policies, ARNs of attached policies.
    pub others: Vec<String>,
    /// How long its other inline policies are together, as IAM counts, if they were read.
    pub inline_beside: usize,
}

/// The role of this name, if there is one. With `sized`, other inline policies are read for their size.
///
/// # Errors
/// When AWS refuses, does not answer, or answers with a policy that is none.
pub async fn read(
    reader: &Reader,
    region: &str,
    name: &str,
    policy: &str,
    sized: bool,
) -> Result<Option<Found>, CallError> {
    let (role, text, belongings) = tokio::join!(
        reader.role(region, name),
        reader.role_policy(region, name, policy),
        reader.role_belongings(region, name),
    );
    let (role, text, belongings) = (role?, text?, belongings?);
    let Some(role) = role else {
        return Ok(None);
    };
    let inline = belongings.inline.iter().filter(|other| *other != policy);
    let inline: Vec<String> = inline.cloned().collect();
    let texts = inline.iter().filter(|_| sized);
    let texts = texts.map(|other| reader.role_policy(region, name, other));
    let texts = try_join_all(texts).await?;
    let sizes = texts.iter().flatten().map(|text| size(text));
    Ok(Some(Found {
        arn: role.arn,
        tags: role.tags,
        trust: parse_policy(role.trust.as_deref(), "iam", "GetRole", region, name)?,
        policy: parse_policy(text.as_deref(), "iam", "GetRolePolicy", region, name)?,
        inline_beside: sizes.sum(),
        others: [inline, belongings.others].concat(),
    }))
}

impl Role {
    /// The steps that make the role as it should be.
    pub fn changes(&self, found: Option<&Found>) -> Vec<Step> {
        let trust = self.trust.as_slice();
        let mut steps = Vec::new();
        match found {
            None => {
                let call = Iam::CreateRole(CreateRole {
                    role_name: self.name.clone(),
                    assume_role_policy_document: Policy::new(trust).to_text(),
                    tags: [std::slice::from_ref(&self.owner), &self.tags].concat(),
                });
                steps.push(self.step(call, "role is missing"));
            }
            Some(found) => {
                if let Some(trust) = merged(found.trust.as_ref(), trust) {
                    let call = Iam::UpdateAssumeRolePolicy(UpdateAssumeRolePolicy {
                        role_name: self.name.clone(),
                        policy_document: trust.to_text(),
                    });
                    steps.push(self.step(call, "trust policy does not let in who was named"));
                }
            }
        }
        let policy = found.and_then(|found| found.policy.as_ref());
        if !policy.is_some_and(|policy| policy.is_just(&self.statements)) {
            let call = Iam::PutRolePolicy(PutRolePolicy {
                role_name: self.name.clone(),
                policy_name: self.policy.clone(),
                policy_document: Policy::new(&self.statements).to_text(),
            });
            let reason = match (found, policy) {
                (None, _) => "a new role may do nothing",
                (_, None) => "inline policy is missing",
                (_, Some(_)) => "inline policy is not what it should be",
            };
            steps.push(self.step(call, reason));
        }
        let lacking = found.map(|found| lacking(&self.tags, &found.tags));
        if let Some(tags) = lacking.filter(|tags| !tags.is_empty()) {
            let call = Iam::TagRole(TagRole {
                role_name: self.name.clone(),
                tags,
            });
            steps.push(self.step(call, "tags are missing"));
        }
        chained(steps)
    }

    fn step(&self, call: Iam, reason: &str) -> Step {
        Step::new(KIND, &self.name, &self.region, call, reason)
    }
}

/// The steps that take the inline policy from a role and, if the role `goes`, delete it.
pub fn removal(
    found: &Found,
    name: &str,
    region: &str,
    policy: &str,
    goes: bool,
    reason: &str,
) -> Vec<Step> {
    let mut steps = Vec::new();
    if found.policy.is_some() {
        let call = Iam::DeleteRolePolicy(DeleteRolePolicy {
            role_name: name.to_owned(),
            policy_name: policy.to_owned(),
        });
        steps.push(Step::new(KIND, name, region, call, reason));
    }
    if goes {
        let call = Iam::DeleteRole(DeleteRole {
            role_name: name.to_owned(),
        });
        steps.push(Step::new(KIND, name, region, call, reason));
    }
    chained(steps)
}
