//! What is there: the trail stack, and whoever may read it.

use std::collections::BTreeMap;

use futures::future::{join_all, try_join_all};
use serde_json::Value;

use super::identities::{DECRYPT, LOGS};
use super::{BILLING, EC2, Identity, Options, policy_name, region};
use crate::aws::Reader;
use crate::error::{CallError, Result};
use crate::plan::Unread;
use crate::policy::Policy;
use crate::resource::{role, user};
use crate::stack::trail::source::Source;
use crate::stack::trail::survey::{BucketScope, Scope, Survey as TrailSurvey};
use crate::stack::{Account, Scheme};

/// What was found.
#[derive(Clone, Debug)]
pub struct Survey {
    /// The trail stack; nothing if it was not looked at.
    pub trail: Option<TrailSurvey>,
    /// Users and role, unless IAM did not tell.
    pub principals: Result<Principals, CallError>,
}

/// Whoever may read.
#[derive(Clone, Debug, Default)]
pub struct Principals {
    /// The users that were looked for, by name.
    pub users: BTreeMap<String, Option<user::Found>>,
    /// The role, if one was looked for and found.
    pub role: Option<role::Found>,
    /// When keys were used last, in seconds since 1970, by their ids; keys of which IAM did not tell are missing.
    pub last_used: BTreeMap<String, Option<i64>>,
}

/// What to look at.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Whether the trail stack matters.
    pub trail: bool,
    /// Whether all users matter, or only those asked for.
    pub all_users: bool,
    /// Whether it matters when keys were used last.
    pub last_used: bool,
    /// Whether it matters how long other inline policies are.
    pub sizes: bool,
}

impl Survey {
    /// Looks at the account.
    pub async fn of(reader: &Reader, account: &Account, options: &Options, look: Look) -> Self {
        let scheme = &account.scheme;
        let trail = async {
            let scope = scope(account, options);
            match look.trail {
                true => Some(TrailSurvey::of(reader, scheme, scope).await),
                false => None,
            }
        };
        let (trail, principals) =
            tokio::join!(trail, Principals::read(reader, scheme, options, look));
        Self { trail, principals }
    }

    /// The trail stack as its readers see it; nothing if it was not looked at.
    ///
    /// # Errors
    /// When there is nothing to read, or it is in doubt what is meant.
    pub fn source(&self, account: &Account, options: &Options) -> Result<Option<Source>> {
        let Some(trail) = &self.trail else {
            return Ok(None);
        };
        let scheme = &account.scheme;
        let source = Source::found(scheme, &options.trail.in_account(account), trail)?;
        let is_whole = trail.unread.is_empty() && trail.scope.except.is_empty();
        let known = self.principals.as_ref().ok();
        let policy = known.and_then(|known| known.policy(&options.identity));
        Ok(Some(match policy.filter(|_| !is_whole) {
            Some(policy) => keeping(scheme, source, policy),
            None => source,
        }))
    }

    /// The regions to walk that could not be read.
    pub fn unread_walked(&self) -> Vec<Unread> {
        let trail = self.trail.as_ref();
        trail.map_or_else(Vec::new, TrailSurvey::unread_walked)
    }

    /// An account in which there is nothing yet.
    pub fn of_empty_account() -> Self {
        Self {
            trail: None,
            principals: Ok(Principals::default()),
        }
    }
}

/// What a reader may read already may serve a region that was not looked at.
fn keeping(scheme: &Scheme, mut source: Source, policy: &Policy) -> Source {
    let resources = |sid: &str| {
        let statement = policy.statement(sid);
        let resources = statement.map(|statement| &statement["Resource"]);
        let resources = resources.map(|one| {
            one.as_array()
                .map_or(std::slice::from_ref(one), Vec::as_slice)
        });
        resources.into_iter().flatten().filter_map(Value::as_str)
    };
    for bucket in source.bucket_arns(scheme) {
        let bucket = format!("{bucket}/");
        let logs =
            resources(LOGS).filter_map(|arn| arn.strip_prefix(&bucket)?.strip_suffix("AWSLogs/*"));
        let prefixes = logs.map(|prefix| prefix.trim_end_matches('/').to_owned());
        source.key_prefixes.extend(prefixes);
    }
    source
        .kms_keys
        .extend(resources(DECRYPT).map(str::to_owned));
    source
}

fn scope(account: &Account, options: &Options) -> Scope {
    let home = &options.trail.home;
    Scope {
        home: home.clone().or_else(|| account.configured_region.clone()),
        // Its name is all that matters, and the trails tell it.
        ..Scope::new(account, BucketScope::Nothing)
    }
}

impl Principals {
    /// The scheme's policy of whoever reads the logs.
    fn policy(&self, identity: &Identity) -> Option<&Policy> {
        match identity {
            Identity::User(name) => self.users.get(name)?.as_ref()?.policy.as_ref(),
            Identity::Role { .. } => self.role.as_ref()?.policy.as_ref(),
        }
    }

    async fn read(
        reader: &Reader,
        scheme: &Scheme,
        options: &Options,
        look: Look,
    ) -> Result<Self, CallError> {
        let (region, policy) = (region(scheme), policy_name(scheme));
        let billing = look.all_users || options.billing_bucket.is_some();
        let names = [
            options.identity.user(),
            billing.then_some(BILLING),
            (look.all_users || options.ec2).then_some(EC2),
        ];
        let users = names.into_iter().flatten().map(|name| {
            let policy = policy.as_str();
            async move {
                let found = user::read(reader, region, name, policy, look.sizes).await?;
                Ok((name.to_owned(), found))
            }
        });
        let role = async {
            match options.identity.role() {
                Some(name) => role::read(reader, region, name, &policy, look.sizes).await,
                None => Ok(None),
            }
        };
        let (users, role) = tokio::try_join!(try_join_all(users), role)?;
        let users = BTreeMap::from_iter(users);
        let last_used = match look.last_used {
            true => last_used(reader, region, &users).await,
            false => BTreeMap::new(),
        };
        Ok(Self {
            users,
            role,
            last_used,
        })
    }
}

/// When the users' keys were used last, as far as IAM tells.
async fn last_used(
    reader: &Reader,
    region: &str,
    users: &BTreeMap<String, Option<user::Found>>,
) -> BTreeMap<String, Option<i64>> {
    let keys = users.values().flatten().flat_map(|user| &user.keys);
    let asked = keys.map(|key| async {
        let used = reader.access_key_last_used(region, &key.id).await;
        Some((key.id.clone(), used.ok()?))
    });
    join_all(asked).await.into_iter().flatten().collect()
}
