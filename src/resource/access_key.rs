//! Access keys of IAM users. A key is never updated: it is created where an option requests it, and deleted.

use std::collections::BTreeMap;

use futures::future::join_all;
use serde_json::json;

use super::principal::{self, Principal};
use super::{Change, Fact, Id, Removal, Resource};
use crate::aws::Reader;
use crate::aws::read::AccessKey as Description;
use crate::call::Kind;
use crate::call::iam::{CreateAccessKey, DeleteAccessKey};
use crate::error::CallError;
use crate::plan::Profile;
use crate::time::rfc3339;

/// Access keys. A key whose secret was lost is deleted before another is created.
pub static KIND: Kind = Kind {
    reads: &["ListAccessKeys"],
    changes: &["CreateAccessKey", "DeleteAccessKey"],
    removals: &["DeleteAccessKey"],
    passing: principal::PASSING,
    settled: principal::SETTLED,
    ..Kind::new("access-key", "iam")
};

/// How many keys a user can have.
pub const LIMIT: usize = 2;

/// One access key of a user.
#[derive(Clone, Debug)]
pub(crate) struct AccessKey {
    /// The user's name, and of a key that exists `/<id>` behind it.
    pub name: String,
    pub user: String,
    pub user_arn: String,
    pub region: String,
    /// The id of a key that exists.
    pub id: Option<String>,
    /// The profile that a created key is saved in.
    pub profile: Option<Profile>,
    /// When it was used last, in seconds since 1970, or never; nothing if IAM did not answer.
    pub used: Option<Option<i64>>,
}

impl AccessKey {
    /// A key that a user does not have yet.
    pub fn of(user: &Principal) -> Self {
        Self {
            name: user.name.clone(),
            user: user.name.clone(),
            user_arn: user.arn.clone(),
            region: user.region.clone(),
            id: None,
            profile: None,
            used: None,
        }
    }

    /// The key of this id instead.
    pub fn existing(self, id: &str) -> Self {
        Self {
            name: format!("{}/{id}", self.user),
            id: Some(id.to_owned()),
            ..self
        }
    }
}

impl Resource for AccessKey {
    type Observed = Description;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.name)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.user_arn.clone()]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<Description>, CallError> {
        let Some(id) = &self.id else {
            return Ok(None);
        };
        let keys = reader.access_keys(&self.region, &self.user).await?;
        Ok(keys.into_iter().find(|key| key.id == *id))
    }

    fn changes(&self, observed: Option<&Description>) -> Vec<Change> {
        let (None, Some(profile)) = (observed, &self.profile) else {
            return Vec::new();
        };
        let user_name = self.user.clone();
        let reason = format!("new access key, saved in {}", profile.file);
        vec![Change {
            saves: Some(profile.clone()),
            ..Change::new(CreateAccessKey { user_name }, reason)
        }]
    }

    fn removal(&self, observed: &Description) -> Removal {
        Removal::by(DeleteAccessKey {
            user_name: self.user.clone(),
            access_key_id: observed.id.as_str().into(),
        })
    }

    fn facts(&self, observed: &Description) -> Vec<Fact> {
        let used = match self.used {
            Some(Some(time)) => rfc3339(time),
            Some(None) => "never".to_owned(),
            None => "unknown".to_owned(),
        };
        vec![
            ("active", json!(observed.active)),
            ("created", json!(observed.created.map(rfc3339))),
            ("last_used", json!(used)),
        ]
    }
}

/// The access keys of a user: a data source.
#[derive(Clone, Debug)]
pub(crate) struct AccessKeys {
    pub user: String,
    pub region: String,
    /// Whether to read when they were used last.
    pub with_use: bool,
}

/// The access keys of a user as they exist.
#[derive(Clone, Debug, Default)]
pub struct AccessKeysState {
    /// The keys.
    pub keys: Vec<Description>,
    /// When keys were used last, in seconds since 1970, by their ids: `None` for never. Keys of which IAM did not
    /// answer are missing.
    pub last_used: BTreeMap<String, Option<i64>>,
}

static LIST: Kind = Kind::new("access-keys", "iam");

impl Resource for AccessKeys {
    type Observed = AccessKeysState;

    fn id(&self) -> Id<'_> {
        Id::new(&LIST, &self.region, &self.user)
    }

    async fn read(&self, reader: &Reader) -> Result<Option<AccessKeysState>, CallError> {
        let keys = reader.access_keys(&self.region, &self.user).await?;
        let asked = keys.iter().filter(|_| self.with_use).map(async |key| {
            let used = reader.access_key_last_used(&self.region, &key.id).await;
            Some((key.id.clone(), used.ok()?))
        });
        let last_used = join_all(asked).await.into_iter().flatten().collect();
        Ok(Some(AccessKeysState { keys, last_used }))
    }
}
