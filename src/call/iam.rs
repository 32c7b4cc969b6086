//! Requests to IAM: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html>. IAM is one for all
//! regions of a partition.

use super::definition::define;
use super::{Tag, Text};

macro_rules! iam {
    ($each:ident) => {
        $each! {
            /// A change of a user or a role.
            Iam: Call, iam, "PascalCase";
            operations {
                /// Creates a user without permissions.
                CreateUser {
                    /// 1–64 of `[A-Za-z0-9+=,.@_-]`, unique in the account whatever the case.
                    user_name: String,
                    tags: Vec<Tag>,
                }
                /// Adds an inline policy to a user, or replaces the one of this name.
                PutUserPolicy {
                    user_name: String,
                    policy_name: String,
                    /// The whole policy, JSON.
                    policy_document: String,
                }
                /// Creates an access key; only the answer has its secret.
                CreateAccessKey {
                    /// The user, who can have two keys.
                    user_name: String,
                } -> { AccessKey.AccessKeyId, AccessKey.SecretAccessKey }
                TagUser {
                    user_name: String,
                    tags: Vec<Tag>,
                }
                DeleteAccessKey {
                    user_name: String,
                    /// The key's id, which is no secret.
                    access_key_id: Text,
                }
                DeleteUserPolicy {
                    user_name: String,
                    policy_name: String,
                }
                /// Deletes a user who has nothing left.
                DeleteUser {
                    user_name: String,
                }
                /// Creates a role without permissions.
                CreateRole {
                    /// 1–64 of `[A-Za-z0-9+=,.@_-]`, unique in the account whatever the case.
                    role_name: String,
                    /// Who may assume the role: a policy, JSON.
                    assume_role_policy_document: String,
                    tags: Vec<Tag>,
                }
                UpdateAssumeRolePolicy {
                    role_name: String,
                    /// Who may assume the role: a policy, JSON.
                    policy_document: String,
                }
                /// Adds an inline policy to a role, or replaces the one of this name.
                PutRolePolicy {
                    role_name: String,
                    policy_name: String,
                    /// The whole policy, JSON.
                    policy_document: String,
                }
                TagRole {
                    role_name: String,
                    tags: Vec<Tag>,
                }
                DeleteRolePolicy {
                    role_name: String,
                    policy_name: String,
                }
                /// Deletes a role that has nothing left.
                DeleteRole {
                    role_name: String,
                }
            }
            structures {}
        }
    };
}
pub(crate) use iam;

iam!(define);
