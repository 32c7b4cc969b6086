//! Requests to IAM: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html>. IAM is one for all
//! regions of a partition.

use serde::Serialize;

use super::{Call, Tag};

/// A change of a user or a role.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Iam {
    /// Makes a user, who may do nothing yet.
    CreateUser(CreateUser),
    /// Adds an inline policy to a user, or replaces the one of this name.
    PutUserPolicy(PutUserPolicy),
    /// Makes a pair of access key id and secret; the answer is the only place where the secret ever stands.
    CreateAccessKey(CreateAccessKey),
    /// Adds tags to a user, or gives them new values.
    TagUser(TagUser),
    /// Deletes an access key, whoever may use it.
    DeleteAccessKey(DeleteAccessKey),
    /// Deletes a user's inline policy.
    DeleteUserPolicy(DeleteUserPolicy),
    /// Deletes a user who has nothing left.
    DeleteUser(DeleteUser),
    /// Makes a role, which may do nothing yet.
    CreateRole(CreateRole),
    /// Replaces a role's trust policy.
    UpdateAssumeRolePolicy(UpdateAssumeRolePolicy),
    /// Adds an inline policy to a role, or replaces the one of this name.
    PutRolePolicy(PutRolePolicy),
    /// Adds tags to a role, or gives them new values.
    TagRole(TagRole),
    /// Deletes a role's inline policy.
    DeleteRolePolicy(DeleteRolePolicy),
    /// Deletes a role that has nothing left.
    DeleteRole(DeleteRole),
}

impl From<Iam> for Call {
    fn from(call: Iam) -> Self {
        Self::Iam(call)
    }
}

/// Parameters of `CreateUser`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateUser {
    /// 1–64 of `[A-Za-z0-9+=,.@_-]`, unique in the account whatever the case.
    pub user_name: String,
    /// Tags of the new user.
    pub tags: Vec<Tag>,
}

/// Parameters of `PutUserPolicy`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutUserPolicy {
    /// The user.
    pub user_name: String,
    /// The policy's name among the user's.
    pub policy_name: String,
    /// The whole policy, JSON.
    pub policy_document: String,
}

/// Parameters of `CreateAccessKey`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateAccessKey {
    /// The user, who can have two keys.
    pub user_name: String,
}

/// Parameters of `TagUser`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TagUser {
    /// The user.
    pub user_name: String,
    /// Tags to add or to give a new value.
    pub tags: Vec<Tag>,
}

/// Parameters of `DeleteAccessKey`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteAccessKey {
    /// The key's user.
    pub user_name: String,
    /// The key's id, which is no secret.
    pub access_key_id: String,
}

/// Parameters of `DeleteUserPolicy`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteUserPolicy {
    /// The user.
    pub user_name: String,
    /// The policy's name among the user's.
    pub policy_name: String,
}

/// Parameters of `DeleteUser`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteUser {
    /// The user.
    pub user_name: String,
}

/// Parameters of `CreateRole`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateRole {
    /// 1–64 of `[A-Za-z0-9+=,.@_-]`, unique in the account whatever the case.
    pub role_name: String,
    /// Who may assume the role: a policy, JSON.
    pub assume_role_policy_document: String,
    /// Tags of the new role.
    pub tags: Vec<Tag>,
}

/// Parameters of `UpdateAssumeRolePolicy`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateAssumeRolePolicy {
    /// The role.
    pub role_name: String,
    /// Who may assume the role: a policy, JSON.
    pub policy_document: String,
}

/// Parameters of `PutRolePolicy`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutRolePolicy {
    /// The role.
    pub role_name: String,
    /// The policy's name among the role's.
    pub policy_name: String,
    /// The whole policy, JSON.
    pub policy_document: String,
}

/// Parameters of `TagRole`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TagRole {
    /// The role.
    pub role_name: String,
    /// Tags to add or to give a new value.
    pub tags: Vec<Tag>,
}

/// Parameters of `DeleteRolePolicy`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteRolePolicy {
    /// The role.
    pub role_name: String,
    /// The policy's name among the role's.
    pub policy_name: String,
}

/// Parameters of `DeleteRole`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteRole {
    /// The role.
    pub role_name: String,
}
