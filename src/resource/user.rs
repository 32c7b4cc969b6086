//! IAM users with one inline policy.
//!
//! A user bears a tag that says which scheme made it; one that was there before does not, and is never deleted.

use futures::future::try_join_all;

use super::{Operations, lacking, parse_policy};
use crate::aws::Reader;
use crate::aws::read::AccessKey;
use crate::call::Tag;
use crate::call::iam::{CreateUser, DeleteUser, DeleteUserPolicy, Iam, PutUserPolicy, TagUser};
use crate::error::CallError;
use crate::plan::{Step, chained};
use crate::policy::{Policy, Statement, size};

/// What reading, making and deleting users takes.
pub const OPERATIONS: Operations = Operations {
    service: "iam",
    reads: &[
        "GetUser",
        "GetUserPolicy",
        "ListUserPolicies",
        "ListAttachedUserPolicies",
        "ListGroupsForUser",
    ],
    tag_reads: &[],
    changes: &["CreateUser", "PutUserPolicy", "TagUser"],
    removals: &["DeleteUserPolicy", "DeleteUser"],
};

/// How many characters all inline policies of a user can have together.
pub const POLICY_LIMIT: usize = 2_048;

const KIND: &str = "user";

/// A user as it should be.
#[derive(Clone, Debug)]
pub struct User {
    /// The user's name.
    pub name: String,
    /// The region that IAM answers in.
    pub region: String,
    /// The name of the inline policy.
    pub policy: String,
    /// All that the inline policy allows.
    pub statements: Vec<Statement>,
    /// The tag that says who made the user; only a new user gets it.
    pub owner: Tag,
    /// Tags the user must bear, among others.
    pub tags: Vec<Tag>,
}

/// A user as it is.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The user's ARN.
    pub arn: String,
    /// Its tags.
    pub tags: Vec<Tag>,
    /// The inline policy of the scheme's name.
    pub policy: Option<Policy>,
    /// Whatever else the user has: names of inline policies and groups, ARNs of attached policies.
    pub others: Vec<String>,
    /// How long its other inline policies are together, as IAM counts, if they were read.
    pub inline_beside: usize,
    /// Its access keys.
    pub keys: Vec<AccessKey>,
}

/// The user of this name, if there is one. With `sized`, other inline policies are read for their size.
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
    let (user, text, belongings, keys) = tokio::join!(
        reader.user(region, name),
        reader.user_policy(region, name, policy),
        reader.user_belongings(region, name),
        reader.access_keys(region, name),
    );
    let (user, text, belongings, keys) = (user?, text?, belongings?, keys?);
    let Some(user) = user else {
        return Ok(None);
    };
    let inline = belongings.inline.iter().filter(|other| *other != policy);
    let inline: Vec<String> = inline.cloned().collect();
    let texts = inline.iter().filter(|_| sized);
    let texts = texts.map(|other| reader.user_policy(region, name, other));
    let texts = try_join_all(texts).await?;
    let sizes = texts.iter().flatten().map(|text| size(text));
    Ok(Some(Found {
        arn: user.arn,
        tags: user.tags,
        policy: parse_policy(text.as_deref(), "iam", "GetUserPolicy", region, name)?,
        inline_beside: sizes.sum(),
        others: [inline, belongings.others].concat(),
        keys,
    }))
}

impl User {
    /// The steps that make the user as it should be.
    pub fn changes(&self, found: Option<&Found>) -> Vec<Step> {
        let mut steps = Vec::new();
        if found.is_none() {
            let call = Iam::CreateUser(CreateUser {
                user_name: self.name.clone(),
                tags: [std::slice::from_ref(&self.owner), &self.tags].concat(),
            });
            steps.push(self.step(call, "user is missing"));
        }
        let policy = found.and_then(|found| found.policy.as_ref());
        if !policy.is_some_and(|policy| policy.is_just(&self.statements)) {
            let call = Iam::PutUserPolicy(PutUserPolicy {
                user_name: self.name.clone(),
                policy_name: self.policy.clone(),
                policy_document: Policy::new(&self.statements).to_text(),
            });
            let reason = match (found, policy) {
                (None, _) => "a new user may do nothing",
                (_, None) => "inline policy is missing",
                (_, Some(_)) => "inline policy is not what it should be",
            };
            steps.push(self.step(call, reason));
        }
        let lacking = found.map(|found| lacking(&self.tags, &found.tags));
        if let Some(tags) = lacking.filter(|tags| !tags.is_empty()) {
            let call = Iam::TagUser(TagUser {
                user_name: self.name.clone(),
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

/// The steps that take the inline policy from a user and, if the user `goes`, delete it; its keys must be gone by then.
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
        let call = Iam::DeleteUserPolicy(DeleteUserPolicy {
            user_name: name.to_owned(),
            policy_name: policy.to_owned(),
        });
        steps.push(Step::new(KIND, name, region, call, reason));
    }
    if goes {
        let call = Iam::DeleteUser(DeleteUser {
            user_name: name.to_owned(),
        });
        steps.push(Step::new(KIND, name, region, call, reason));
    }
    chained(steps)
}
