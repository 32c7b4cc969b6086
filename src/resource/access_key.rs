//! Access keys of IAM users. A key is never mended: it is made, once asked for, and deleted.

use super::Operations;
use crate::aws::read::AccessKey;
use crate::call::iam::{CreateAccessKey, DeleteAccessKey, Iam};
use crate::plan::{Profile, Step};

/// What reading, making and deleting access keys takes. A key whose secret was lost is deleted before another is made.
pub const OPERATIONS: Operations = Operations {
    service: "iam",
    reads: &["ListAccessKeys"],
    tag_reads: &[],
    changes: &["CreateAccessKey", "DeleteAccessKey"],
    removals: &["DeleteAccessKey"],
};

/// How many keys a user can have.
pub const LIMIT: usize = 2;

/// The kind of the steps.
pub const KIND: &str = "access-key";

/// The step that makes a key for a user.
pub fn creation(user: &str, region: &str, profile: Profile) -> Step {
    let call = Iam::CreateAccessKey(CreateAccessKey {
        user_name: user.to_owned(),
    });
    let reason = format!("a key was asked for; it goes to {}", profile.file);
    Step::new(KIND, user, region, call, reason).saving(profile)
}

/// The steps that delete keys of a user.
pub fn removal<'a>(
    user: &str,
    region: &str,
    keys: impl IntoIterator<Item = &'a AccessKey>,
    reason: &str,
) -> Vec<Step> {
    let steps = keys.into_iter().map(|key| {
        let call = Iam::DeleteAccessKey(DeleteAccessKey {
            user_name: user.to_owned(),
            access_key_id: key.id.as_str().into(),
        });
        Step::new(KIND, &format!("{user}/{}", key.id), region, call, reason)
    });
    steps.collect()
}
