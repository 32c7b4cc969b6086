//! IAM users and roles, each with one inline policy of ours.
//!
//! One that the scheme created has a tag that says so; one that existed before does not, and is never deleted.

use std::time::Duration;

use futures::future::try_join_all;
use serde_json::json;

use super::{Change, Fact, Id, Removal, Resource, chained, lacking, parse_policy};
use crate::aws::Reader;
use crate::call::iam::{
    CreateRole, CreateUser, DeleteRole, DeleteRolePolicy, DeleteUser, DeleteUserPolicy,
    PutRolePolicy, PutUserPolicy, TagRole, TagUser, UpdateAssumeRolePolicy,
};
use crate::call::passing::{MINUTE, NONE, SHORT, Wait, Write::Here, after, always};
use crate::call::rule::Rule;
use crate::call::settled::Proof;
use crate::call::{Call, Kind, Tag};
use crate::error::{CallError, Error, Result};
use crate::policy::{Policy, Statement, merged, size};

/// Users.
pub static USER: Kind = Kind {
    reads: &[
        "GetUser",
        "GetUserPolicy",
        "ListUserPolicies",
        "ListAttachedUserPolicies",
        "ListGroupsForUser",
    ],
    changes: &["CreateUser", "PutUserPolicy", "TagUser"],
    removals: &["DeleteUserPolicy", "DeleteUser"],
    passing: PASSING,
    settled: SETTLED,
    ..Kind::new("user", "iam")
};

/// Roles.
pub static ROLE: Kind = Kind {
    reads: &[
        "GetRole",
        "GetRolePolicy",
        "ListRolePolicies",
        "ListAttachedRolePolicies",
    ],
    changes: &[
        "CreateRole",
        "UpdateAssumeRolePolicy",
        "PutRolePolicy",
        "TagRole",
    ],
    removals: &["DeleteRolePolicy", "DeleteRole"],
    passing: PASSING,
    settled: SETTLED,
    ..Kind::new("role", "iam")
};

/// IAM updates its copies within seconds.
#[rustfmt::skip]
pub(super) const PASSING: &[Rule<Wait>] = &[
    Rule::of(&["PutUserPolicy", "TagUser", "CreateAccessKey", "UpdateAssumeRolePolicy", "PutRolePolicy", "TagRole"],
        &["NoSuchEntity", "NoSuchEntityException"],
        after(MINUTE, NONE, &[Here("iam:CreateUser"), Here("iam:CreateRole")])),
    Rule::of(&["DeleteUser", "DeleteRole"], &["DeleteConflict", "DeleteConflictException"],
        after(Duration::from_secs(30), SHORT,
            &[Here("iam:DeleteAccessKey"), Here("iam:DeleteUserPolicy"), Here("iam:DeleteRolePolicy")])),
    Rule::of(&[], &["EntityTemporarilyUnmodifiable", "ConcurrentModification", "ConcurrentModificationException"],
        always(SHORT)),
];

#[rustfmt::skip]
pub(super) const SETTLED: &[Rule<Proof>] = &[
    Rule::of(&["DeleteUser", "DeleteUserPolicy", "DeleteAccessKey", "DeleteRole", "DeleteRolePolicy"],
        &["NoSuchEntity", "NoSuchEntityException"], Proof::Done),
    Rule::of(&["CreateUser", "CreateRole"], &["EntityAlreadyExists", "EntityAlreadyExistsException"], Proof::IfFound),
];

/// How many characters all inline policies of a user can have together:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length>.
pub const USER_POLICY_LIMIT: usize = 2_048;

/// The same of a role.
pub const ROLE_POLICY_LIMIT: usize = 10_240;

/// A user or a role.
#[derive(Clone, Debug)]
pub(crate) struct Principal {
    pub sort: Sort,
    pub name: String,
    /// Its ARN, without a path.
    pub arn: String,
    /// The region that IAM answers in.
    pub region: String,
    /// The name of the inline policy.
    pub policy: String,
    /// All that the inline policy allows.
    pub statements: Vec<Statement>,
    /// The tag that says who created it; only a new one gets it.
    pub owner: Tag,
    /// Tags it must have, among others.
    pub tags: Vec<Tag>,
    /// Whether to read how long its other inline policies are.
    pub sized: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum Sort {
    User,
    Role {
        /// Who may assume it, in words, and our statement in its trust policy that says so; nothing leaves a trust
        /// policy as observed.
        trust: Option<(String, Statement)>,
        /// The id of our statement.
        sid: String,
    },
}

impl Sort {
    pub fn kind(&self) -> &'static Kind {
        match self {
            Self::User => &USER,
            Self::Role { .. } => &ROLE,
        }
    }
}

/// A user or a role as it exists.
#[derive(Clone, Debug, Default)]
pub struct PrincipalState {
    /// Its ARN.
    pub arn: String,
    /// Its tags.
    pub tags: Vec<Tag>,
    /// A role's trust policy.
    pub trust: Option<Policy>,
    /// The inline policy of the scheme's name.
    pub policy: Option<Policy>,
    /// What else it has: names of inline policies and groups, ARNs of attached policies.
    pub others: Vec<String>,
    /// How long its other inline policies are together, as IAM counts, if they were read.
    pub inline_beside: usize,
}

impl Resource for Principal {
    type Observed = PrincipalState;

    fn id(&self) -> Id<'_> {
        Id::new(self.sort.kind(), &self.region, &self.name)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.arn.clone()]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<PrincipalState>, CallError> {
        let (region, name, policy) = (&self.region, &self.name, &self.policy);
        let is_user = self.is_user();
        let (found, text, belongings) = match is_user {
            true => tokio::join!(
                reader.user(region, name),
                reader.user_policy(region, name, policy),
                reader.user_belongings(region, name),
            ),
            false => tokio::join!(
                reader.role(region, name),
                reader.role_policy(region, name, policy),
                reader.role_belongings(region, name),
            ),
        };
        let (found, text, belongings) = (found?, text?, belongings?);
        let Some(found) = found else {
            return Ok(None);
        };
        let inline = belongings.inline.iter().filter(|other| *other != policy);
        let inline: Vec<String> = inline.cloned().collect();
        let texts = inline.iter().filter(|_| self.sized);
        let texts = texts.map(async |other| match is_user {
            true => reader.user_policy(region, name, other).await,
            false => reader.role_policy(region, name, other).await,
        });
        let texts = try_join_all(texts).await?;
        let sizes = texts.iter().flatten().map(|text| size(text));
        let parse =
            |text: Option<&str>, operation| parse_policy(text, "iam", operation, region, name);
        Ok(Some(PrincipalState {
            trust: parse(found.trust.as_deref(), "GetRole")?,
            policy: parse(text.as_deref(), self.id().kind.reads[1])?,
            arn: found.arn,
            tags: found.tags,
            inline_beside: sizes.sum(),
            others: [inline, belongings.others].concat(),
        }))
    }

    fn is_own(&self, observed: &PrincipalState) -> bool {
        observed.tags.contains(&self.owner)
    }

    fn refusal(&self, observed: Option<&PrincipalState>) -> Result<()> {
        if self.holds_policy(observed) {
            return Ok(());
        }
        let name = &self.name;
        let limit = match &self.sort {
            Sort::User => USER_POLICY_LIMIT,
            Sort::Role { trust: None, .. } if observed.is_none() => {
                let message =
                    format!("the role {name} is missing, and no option says who may assume it");
                return Err(Error::failed(message).hint("give --trust ACCOUNT"));
            }
            Sort::Role { .. } => ROLE_POLICY_LIMIT,
        };
        let own = size(&Policy::new(&self.statements).to_text());
        let beside = observed.map_or(0, |observed| observed.inline_beside);
        let sum = own + beside;
        match beside {
            _ if sum <= limit => Ok(()),
            0 => Err(Error::failed(format!(
                "the policy of {name} would have {own} characters; the limit is {limit}"
            ))
            .hint("use shorter names for queue and bucket")),
            _ => Err(Error::failed(format!(
                "the inline policies of {name} would have {sum} characters; the limit is {limit}, and policies of others have {beside}"
            ))
            .hint("replace the others by managed policies, or name another user or role")),
        }
    }

    fn changes(&self, observed: Option<&PrincipalState>) -> Vec<Change> {
        let mut changes = Vec::from_iter(match observed {
            None => Some(self.create()),
            Some(observed) => self.update_trust(observed),
        });
        if !self.holds_policy(observed) {
            let reason = match observed.map(|observed| &observed.policy) {
                None => "attach the inline policy",
                Some(None) => "inline policy is missing",
                Some(Some(_)) => "inline policy differs from what it should be",
            };
            changes.push(Change::new(self.put_policy(), reason));
        }
        let lacking = observed.and_then(|observed| lacking(&self.tags, &observed.tags));
        if let Some((tags, reason)) = lacking {
            changes.push(Change::new(self.tag(tags), reason).ungated());
        }
        chained(changes)
    }

    fn removal(&self, observed: &PrincipalState) -> Removal {
        let (name, policy_name) = (self.name.clone(), self.policy.clone());
        let others = self.others(observed);
        let kept = match others.as_slice() {
            _ if !self.is_own(observed) => Some("this scheme did not create it".to_owned()),
            [] => None,
            others => Some(format!("others added {}", others.join(", "))),
        };
        let (detach, delete) = match self.sort {
            Sort::User => {
                let detach = DeleteUserPolicy {
                    user_name: name.clone(),
                    policy_name,
                };
                let delete = DeleteUser { user_name: name };
                (Change::new(detach, "").at_once(), Change::new(delete, ""))
            }
            // The policy of a role may say where the resources are that are still to be deleted.
            Sort::Role { .. } => {
                let detach = DeleteRolePolicy {
                    role_name: name.clone(),
                    policy_name,
                };
                let delete = DeleteRole { role_name: name };
                (Change::new(detach, ""), Change::new(delete, ""))
            }
        };
        let detach = observed.policy.as_ref().map(|_| detach);
        let delete = kept.is_none().then_some(delete);
        Removal {
            changes: chained(detach.into_iter().chain(delete).collect()),
            kept,
        }
    }

    fn facts(&self, observed: &PrincipalState) -> Vec<Fact> {
        let trust = observed.trust.as_ref().map(Policy::to_json);
        let creator = match self.is_own(observed) {
            true => "ctadmin",
            false => "others",
        };
        let mut facts = vec![
            ("arn", json!(observed.arn)),
            ("created_by", json!(creator)),
            ("others", json!(observed.others)),
        ];
        facts.extend(trust.map(|trust| ("trust", trust)));
        facts
    }
}

impl Principal {
    pub fn is_user(&self) -> bool {
        matches!(self.sort, Sort::User)
    }

    fn holds_policy(&self, observed: Option<&PrincipalState>) -> bool {
        let policy = observed.and_then(|observed| observed.policy.as_ref());
        policy.is_some_and(|policy| policy.is_just(&self.statements))
    }

    fn create(&self) -> Change {
        let tags = [std::slice::from_ref(&self.owner), &self.tags].concat();
        let name = self.name.clone();
        match &self.sort {
            Sort::User => {
                let user = CreateUser {
                    user_name: name,
                    tags,
                };
                Change::new(user, "user is missing")
            }
            Sort::Role { trust, .. } => {
                let trust = trust.as_ref().map(|(_, statement)| statement.clone());
                let role = CreateRole {
                    role_name: name,
                    assume_role_policy_document: Policy::new(trust.as_slice()).to_text(),
                    tags,
                };
                Change::new(role, "role is missing")
            }
        }
    }

    fn update_trust(&self, observed: &PrincipalState) -> Option<Change> {
        let Sort::Role { trust, .. } = &self.sort else {
            return None;
        };
        let (trusted, statement) = trust.as_ref()?;
        let policy = merged(observed.trust.as_ref(), std::slice::from_ref(statement))?;
        let call = UpdateAssumeRolePolicy {
            role_name: self.name.clone(),
            policy_document: policy.to_text(),
        };
        let reason = format!("trust policy does not allow {trusted}");
        Some(Change::new(call, reason))
    }

    fn put_policy(&self) -> Call {
        let (name, policy_name) = (self.name.clone(), self.policy.clone());
        let policy_document = Policy::new(&self.statements).to_text();
        match self.sort {
            Sort::User => Call::from(PutUserPolicy {
                user_name: name,
                policy_name,
                policy_document,
            }),
            Sort::Role { .. } => Call::from(PutRolePolicy {
                role_name: name,
                policy_name,
                policy_document,
            }),
        }
    }

    fn tag(&self, tags: Vec<Tag>) -> Call {
        let name = self.name.clone();
        match self.sort {
            Sort::User => Call::from(TagUser {
                user_name: name,
                tags,
            }),
            Sort::Role { .. } => Call::from(TagRole {
                role_name: name,
                tags,
            }),
        }
    }

    /// What others added: policies, groups, and statements of its trust policy.
    fn others(&self, observed: &PrincipalState) -> Vec<String> {
        let own = match &self.sort {
            Sort::User => "",
            Sort::Role { sid, .. } => sid,
        };
        let trusts = observed.trust.iter().flat_map(Policy::allowing);
        let trusts = trusts.filter(|sid| *sid != own);
        let trusts = trusts.map(|sid| format!("the trust statement {sid}"));
        observed.others.iter().cloned().chain(trusts).collect()
    }
}
