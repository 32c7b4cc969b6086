//! Users, roles, their policies and keys.

use aws_sdk_iam::primitives::DateTime;
use percent_encoding::percent_decode_str;

use super::Reader;
use crate::aws::error::{Request, or_missing};
use crate::call::Tag;
use crate::error::CallError;

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

/// What an access key is known by; its secret is not readable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKey {
    /// The key's id, which is no secret.
    pub id: String,
    /// Whether it can be used.
    pub active: bool,
    /// When it was made, in seconds since 1970.
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

/// A request about a user or a role.
fn request<'a>(operation: &'static str, region: &'a str, name: &'a str) -> Request<'a> {
    Request {
        service: "iam",
        operation,
        region,
        resource: name,
    }
}

impl Reader {
    /// A user, if there is one of this name.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn user(&self, region: &str, name: &str) -> Result<Option<Principal>, CallError> {
        let request = request("GetUser", region, name);
        let _permit = self.clients.permit(&request).await;
        let client = self.clients.iam(region);
        let answer = client.get_user().user_name(name).send().await;
        let answer = or_missing(answer.map_err(|error| request.failed(error)), &MISSING)?;
        let user = answer.and_then(|answer| answer.user);
        Ok(user.map(|user| Principal {
            arn: user.arn,
            tags: tags(user.tags),
            trust: None,
        }))
    }

    /// A user's inline policy, JSON, if there is one of this name.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn user_policy(
        &self,
        region: &str,
        name: &str,
        policy: &str,
    ) -> Result<Option<String>, CallError> {
        let request = request("GetUserPolicy", region, name);
        let _permit = self.clients.permit(&request).await;
        let get = self.clients.iam(region).get_user_policy();
        let answer = get.user_name(name).policy_name(policy).send().await;
        let answer = or_missing(answer.map_err(|error| request.failed(error)), &MISSING)?;
        Ok(answer.map(|answer| decoded(&answer.policy_document)))
    }

    /// What else a user has: inline policies, attached policies, groups; nothing for a user who does not exist.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn user_belongings(&self, region: &str, name: &str) -> Result<Belongings, CallError> {
        let (inline, attached, groups) = tokio::try_join!(
            self.user_policies(region, name),
            self.attached_user_policies(region, name),
            self.groups(region, name),
        )?;
        let others = [attached, groups].concat();
        Ok(Belongings { inline, others })
    }

    async fn user_policies(&self, region: &str, name: &str) -> Result<Vec<String>, CallError> {
        let request = request("ListUserPolicies", region, name);
        let _permit = self.clients.permit(&request).await;
        let list = self
            .clients
            .iam(region)
            .list_user_policies()
            .user_name(name);
        let found = list.into_paginator().items().send().collect().await;
        request.listed(found, &MISSING)
    }

    async fn attached_user_policies(
        &self,
        region: &str,
        name: &str,
    ) -> Result<Vec<String>, CallError> {
        let request = request("ListAttachedUserPolicies", region, name);
        let _permit = self.clients.permit(&request).await;
        let client = self.clients.iam(region);
        let list = client.list_attached_user_policies().user_name(name);
        let found = list.into_paginator().items().send().collect().await;
        let found = request.listed(found, &MISSING)?;
        let arns = found.into_iter().filter_map(|policy| policy.policy_arn);
        Ok(arns.collect())
    }

    async fn groups(&self, region: &str, name: &str) -> Result<Vec<String>, CallError> {
        let request = request("ListGroupsForUser", region, name);
        let _permit = self.clients.permit(&request).await;
        let list = self
            .clients
            .iam(region)
            .list_groups_for_user()
            .user_name(name);
        let found = list.into_paginator().items().send().collect().await;
        let found = request.listed(found, &MISSING)?;
        Ok(found.into_iter().map(|group| group.group_name).collect())
    }

    /// A user's access keys; none for a user who does not exist.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn access_keys(&self, region: &str, name: &str) -> Result<Vec<AccessKey>, CallError> {
        let request = request("ListAccessKeys", region, name);
        let _permit = self.clients.permit(&request).await;
        let list = self.clients.iam(region).list_access_keys().user_name(name);
        let found = list.into_paginator().items().send().collect().await;
        let found = request.listed(found, &MISSING)?;
        let keys = found.into_iter().filter_map(|key| {
            Some(AccessKey {
                id: key.access_key_id?,
                active: key.status.is_some_and(|status| status.as_str() == "Active"),
                created: key.create_date.map(|time| time.secs()),
            })
        });
        Ok(keys.collect())
    }

    /// When a key was used last, in seconds since 1970; `None` for never.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn access_key_last_used(
        &self,
        region: &str,
        id: &str,
    ) -> Result<Option<i64>, CallError> {
        let request = request("GetAccessKeyLastUsed", region, id);
        let _permit = self.clients.permit(&request).await;
        let get = self.clients.iam(region).get_access_key_last_used();
        let answer = get.access_key_id(id).send().await;
        let answer = or_missing(answer.map_err(|error| request.failed(error)), &MISSING)?;
        let used = answer.and_then(|answer| answer.access_key_last_used);
        Ok(used
            .and_then(|used| used.last_used_date)
            .as_ref()
            .map(DateTime::secs))
    }

    /// A role, if there is one of this name.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn role(&self, region: &str, name: &str) -> Result<Option<Principal>, CallError> {
        let request = request("GetRole", region, name);
        let _permit = self.clients.permit(&request).await;
        let client = self.clients.iam(region);
        let answer = client.get_role().role_name(name).send().await;
        let answer = or_missing(answer.map_err(|error| request.failed(error)), &MISSING)?;
        let role = answer.and_then(|answer| answer.role);
        Ok(role.map(|role| Principal {
            arn: role.arn,
            tags: tags(role.tags),
            trust: role.assume_role_policy_document.as_deref().map(decoded),
        }))
    }

    /// A role's inline policy, JSON, if there is one of this name.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn role_policy(
        &self,
        region: &str,
        name: &str,
        policy: &str,
    ) -> Result<Option<String>, CallError> {
        let request = request("GetRolePolicy", region, name);
        let _permit = self.clients.permit(&request).await;
        let get = self.clients.iam(region).get_role_policy();
        let answer = get.role_name(name).policy_name(policy).send().await;
        let answer = or_missing(answer.map_err(|error| request.failed(error)), &MISSING)?;
        Ok(answer.map(|answer| decoded(&answer.policy_document)))
    }

    /// What else a role has: inline policies, attached policies; nothing for a role that does not exist.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn role_belongings(&self, region: &str, name: &str) -> Result<Belongings, CallError> {
        let (inline, others) = tokio::try_join!(
            self.role_policies(region, name),
            self.attached_role_policies(region, name),
        )?;
        Ok(Belongings { inline, others })
    }

    async fn role_policies(&self, region: &str, name: &str) -> Result<Vec<String>, CallError> {
        let request = request("ListRolePolicies", region, name);
        let _permit = self.clients.permit(&request).await;
        let list = self
            .clients
            .iam(region)
            .list_role_policies()
            .role_name(name);
        let found = list.into_paginator().items().send().collect().await;
        request.listed(found, &MISSING)
    }

    async fn attached_role_policies(
        &self,
        region: &str,
        name: &str,
    ) -> Result<Vec<String>, CallError> {
        let request = request("ListAttachedRolePolicies", region, name);
        let _permit = self.clients.permit(&request).await;
        let client = self.clients.iam(region);
        let list = client.list_attached_role_policies().role_name(name);
        let found = list.into_paginator().items().send().collect().await;
        let found = request.listed(found, &MISSING)?;
        let arns = found.into_iter().filter_map(|policy| policy.policy_arn);
        Ok(arns.collect())
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

/// IAM returns policies in percent-encoding (RFC 3986). What is none stays as it is.
fn decoded(document: &str) -> String {
    percent_decode_str(document)
        .decode_utf8_lossy()
        .into_owned()
}
