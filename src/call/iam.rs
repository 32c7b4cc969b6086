//! Requests to IAM: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html>. IAM is one for all
//! regions of a partition.

use super::definition::define;
use super::{Tag, Text};

macro_rules! iam {
    ($each:ident) => {
        $each! {
            /// A change of a user or a role.
            Iam: Call, iam, camel;
            operations {
                /// Creates a user without permissions.
                CreateUser {
                    /// 1–64 of `[A-Za-z0-9+=,.@_-]`, unique in the account whatever the case.
                    user_name: String,
                    /// Tags of the new user.
                    tags: Vec<Tag>,
                }
                /// Adds an inline policy to a user, or replaces the one of this name.
                PutUserPolicy {
                    /// The user.
                    user_name: String,
                    /// The policy's name among the user's.
                    policy_name: String,
                    /// The whole policy, JSON.
                    policy_document: String,
                }
                /// Creates an access key; only the answer has its secret.
                CreateAccessKey {
                    /// The user, who can have two keys.
                    user_name: String,
                } -> { AccessKey.AccessKeyId, AccessKey.SecretAccessKey }
                /// Adds tags to a user, or gives them new values.
                TagUser {
                    /// The user.
                    user_name: String,
                    /// Tags to add or to give a new value.
                    tags: Vec<Tag>,
                }
                /// Deletes an access key.
                DeleteAccessKey {
                    /// The key's user.
                    user_name: String,
                    /// The key's id, which is no secret.
                    access_key_id: Text,
                }
                /// Deletes a user's inline policy.
                DeleteUserPolicy {
                    /// The user.
                    user_name: String,
                    /// The policy's name among the user's.
                    policy_name: String,
                }
                /// Deletes a user who has nothing left.
                DeleteUser {
                    /// The user.
                    user_name: String,
                }
                /// Creates a role without permissions.
                CreateRole {
                    /// 1–64 of `[A-Za-z0-9+=,.@_-]`, unique in the account whatever the case.
                    role_name: String,
                    /// Who may assume the role: a policy, JSON.
                    assume_role_policy_document: String,
                    /// Tags of the new role.
                    tags: Vec<Tag>,
                }
                /// Replaces a role's trust policy.
                UpdateAssumeRolePolicy {
                    /// The role.
                    role_name: String,
                    /// Who may assume the role: a policy, JSON.
                    policy_document: String,
                }
                /// Adds an inline policy to a role, or replaces the one of this name.
                PutRolePolicy {
                    /// The role.
                    role_name: String,
                    /// The policy's name among the role's.
                    policy_name: String,
                    /// The whole policy, JSON.
                    policy_document: String,
                }
                /// Adds tags to a role, or gives them new values.
                TagRole {
                    /// The role.
                    role_name: String,
                    /// Tags to add or to give a new value.
                    tags: Vec<Tag>,
                }
                /// Deletes a role's inline policy.
                DeleteRolePolicy {
                    /// The role.
                    role_name: String,
                    /// The policy's name among the role's.
                    policy_name: String,
                }
                /// Deletes a role that has nothing left.
                DeleteRole {
                    /// The role.
                    role_name: String,
                }
            }
            structures {}
        }
    };
}
pub(crate) use iam;

iam!(define);
