//! Users, roles, their policies and keys.

use percent_encoding::percent_decode_str;

use super::Reader;
use crate::aws::error::Request;
use crate::call::Tag;
use crate::error::CallResult;

const MISSING: [&str; 2] = ["NoSuchEntity", "NoSuchEntityException"];

/// A user or a role, as far as IAM describes it in one answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Principal {
    /// Its ARN.
    pub arn: String,
    /// Its tags.
    pub tags: Vec<Tag>,
    /// A role's trust policy, JSON.
    pub trust: Option<String>,
}

/// An access key without its secret, which cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKey {
    /// The key's id, which is not a secret.
    pub id: String,
    /// Whether it can be used.
    pub active: bool,
    /// When it was created, in seconds since 1970.
    pub created: Option<i64>,
}

/// What belongs to a user or a role beside its keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Belongings {
    /// Names of inline policies.
    pub inline: Vec<String>,
    /// ARNs of attached policies, names of groups.
    pub others: Vec<String>,
}

impl Reader {
    /// A user, if there is one of this name.
    pub async fn user(&self, region: &str, name: &str) -> CallResult<Option<Principal>> {
        let request = Request::new("iam", "GetUser", region, name);
        let get = self.clients.iam(region).get_user().user_name(name);
        let answer = self.find(request, get.send(), &MISSING).await?;
        let user = answer.and_then(|answer| answer.user);
        Ok(user.map(|user| Principal {
            arn: user.arn,
            tags: tags(user.tags),
            trust: None,
        }))
    }

    /// A user's inline policy, JSON, if there is one of this name.
    pub async fn user_policy(
        &self,
        region: &str,
        name: &str,
        policy: &str,
    ) -> CallResult<Option<String>> {
        let request = Request::new("iam", "GetUserPolicy", region, name);
        let get = self.clients.iam(region).get_user_policy();
        let get = get.user_name(name).policy_name(policy);
        let answer = self.find(request, get.send(), &MISSING).await?;
        Ok(answer.map(|answer| decoded(&answer.policy_document)))
    }

    /// What else a user has: inline policies, attached policies, groups; nothing for a user who does not exist.
    pub async fn user_belongings(&self, region: &str, name: &str) -> CallResult<Belongings> {
        let iam = self.clients.iam(region);
        let request = |operation| Request::new("iam", operation, region, name);
        let inline = iam.list_user_policies().user_name(name);
        let inline = inline.into_paginator().items().send();
        let attached = iam.list_attached_user_policies().user_name(name);
        let attached = attached.into_paginator().items().send();
        let groups = iam.list_groups_for_user().user_name(name);
        let groups = groups.into_paginator().items().send();
        let (inline, attached, groups) = tokio::try_join!(
            self.list(request("ListUserPolicies"), inline.try_collect(), &MISSING),
            self.list(
                request("ListAttachedUserPolicies"),
                attached.try_collect(),
                &MISSING
            ),
            self.list(request("ListGroupsForUser"), groups.try_collect(), &MISSING),
        )?;
        let attached = attached.into_iter().filter_map(|policy| policy.policy_arn);
        let groups = groups.into_iter().map(|group| group.group_name);
        let others = attached.chain(groups).collect();
        Ok(Belongings { inline, others })
    }

    /// A user's access keys; none for a user who does not exist.
    pub async fn access_keys(&self, region: &str, name: &str) -> CallResult<Vec<AccessKey>> {
        let request = Request::new("iam", "ListAccessKeys", region, name);
        let list = self.clients.iam(region).list_access_keys().user_name(name);
        let list = list.into_paginator().items().send();
        let keys = self.list(request, list.try_collect(), &MISSING).await?;
        let keys = keys.into_iter().filter_map(|key| {
            Some(AccessKey {
                id: key.access_key_id?,
                active: key.status.is_some_and(|status| status.as_str() == "Active"),
                created: key.create_date.map(|time| time.secs()),
            })
        });
        Ok(keys.collect())
    }

    /// When a key was used last, in seconds since 1970; `None` for never.
    pub async fn access_key_last_used(&self, region: &str, id: &str) -> CallResult<Option<i64>> {
        let request = Request::new("iam", "GetAccessKeyLastUsed", region, id);
        let get = self.clients.iam(region).get_access_key_last_used();
        let get = get.access_key_id(id);
        let answer = self.find(request, get.send(), &MISSING).await?;
        let used = answer.and_then(|answer| answer.access_key_last_used);
        let date = used.and_then(|used| used.last_used_date);
        Ok(date.map(|date| date.secs()))
    }

    /// A role, if there is one of this name.
    pub async fn role(&self, region: &str, name: &str) -> CallResult<Option<Principal>> {
        let request = Request::new("iam", "GetRole", region, name);
        let get = self.clients.iam(region).get_role().role_name(name);
        let answer = self.find(request, get.send(), &MISSING).await?;
        let role = answer.and_then(|answer| answer.role);
        Ok(role.map(|role| Principal {
            arn: role.arn,
            tags: tags(role.tags),
            trust: role.assume_role_policy_document.as_deref().map(decoded),
        }))
    }

    /// A role's inline policy, JSON, if there is one of this name.
    pub async fn role_policy(
        &self,
        region: &str,
        name: &str,
        policy: &str,
    ) -> CallResult<Option<String>> {
        let request = Request::new("iam", "GetRolePolicy", region, name);
        let get = self.clients.iam(region).get_role_policy();
        let get = get.role_name(name).policy_name(policy);
        let answer = self.find(request, get.send(), &MISSING).await?;
        Ok(answer.map(|answer| decoded(&answer.policy_document)))
    }

    /// What else a role has: inline policies, attached policies; nothing for a role that does not exist.
    pub async fn role_belongings(&self, region: &str, name: &str) -> CallResult<Belongings> {
        let iam = self.clients.iam(region);
        let request = |operation| Request::new("iam", operation, region, name);
        let inline = iam.list_role_policies().role_name(name);
        let inline = inline.into_paginator().items().send();
        let attached = iam.list_attached_role_policies().role_name(name);
        let attached = attached.into_paginator().items().send();
        let (inline, attached) = tokio::try_join!(
            self.list(request("ListRolePolicies"), inline.try_collect(), &MISSING),
            self.list(
                request("ListAttachedRolePolicies"),
                attached.try_collect(),
                &MISSING
            ),
        )?;
        let attached = attached.into_iter().filter_map(|policy| policy.policy_arn);
        let others = attached.collect();
        Ok(Belongings { inline, others })
    }
}

fn tags(tags: Option<Vec<aws_sdk_iam::types::Tag>>) -> Vec<Tag> {
    let tags = tags.into_iter().flatten();
    tags.map(|tag| Tag {
        key: tag.key,
        value: tag.value,
    })
    .collect()
}

/// The text of a policy, which IAM returns in percent-encoding (RFC 3986).
fn decoded(document: &str) -> String {
    percent_decode_str(document)
        .decode_utf8_lossy()
        .into_owned()
}
