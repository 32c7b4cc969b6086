//! What `show splunk` shows: who may read, how old the keys are, and where policies differ from what `create splunk`
//! would write.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::identities::{describes_ec2, reads_bucket};
use super::survey::{Principals, Survey};
use super::{BILLING, EC2, Options, identities, owner};
use crate::error::Result;
use crate::plan::Step;
use crate::policy::{Policy, Statement};
use crate::resource::user;
use crate::stack::trail::source::Source;
use crate::stack::{Account, Scheme};
use crate::time::rfc3339;

/// The Splunk stack as it is. Serialises to the JSON that `show splunk -o json` prints.
#[derive(Debug, Serialize)]
pub struct Picture {
    /// Version of this JSON's shape.
    pub schema: u32,
    /// The account, 12 digits.
    pub account: String,
    /// `aws`, `aws-cn`, `aws-us-gov` or `aws-eusc`.
    pub partition: String,
    /// What all names begin with.
    pub prefix: String,
    /// The users that the stack can have.
    pub users: Vec<UserPicture>,
    /// The role, if one was named.
    pub role: Option<RolePicture>,
    /// Why it cannot be told what the reader should be allowed.
    pub error: Option<String>,
}

/// A user in the picture.
#[derive(Debug, Serialize)]
pub struct UserPicture {
    /// The user's name.
    pub name: String,
    /// The user's ARN, if it exists.
    pub arn: Option<String>,
    /// Whether the scheme made it.
    pub own: bool,
    /// The option that asks for it, where `create splunk` makes it only then.
    #[serde(skip)]
    pub asked_by: Option<&'static str>,
    /// Its access keys.
    pub keys: Vec<KeyPicture>,
    /// What it has beside the scheme's policy: inline policies, attached policies, groups.
    pub others: Vec<String>,
    /// How it differs from what it should be.
    pub drift: Vec<String>,
}

/// A role in the picture.
#[derive(Debug, Serialize)]
pub struct RolePicture {
    /// The role's name.
    pub name: String,
    /// The role's ARN, if it exists.
    pub arn: Option<String>,
    /// Whether the scheme made it.
    pub own: bool,
    /// Who may assume it.
    pub trust: Option<Value>,
    /// What it has beside the scheme's policy: inline policies, attached policies.
    pub others: Vec<String>,
    /// How it differs from what it should be.
    pub drift: Vec<String>,
}

/// An access key in the picture.
#[derive(Debug, Serialize)]
pub struct KeyPicture {
    /// The key's id.
    pub id: String,
    /// Whether it can be used.
    pub active: bool,
    /// When it was made, RFC 3339.
    pub created: Option<String>,
    /// When it was used last, RFC 3339; nothing for never, or when IAM does not tell.
    pub last_used: Option<String>,
    /// Whether IAM told when it was used last.
    pub last_used_known: bool,
}

impl Picture {
    /// Whether `create splunk` without further options would change anything.
    pub fn has_drift(&self) -> bool {
        let users = self.users.iter().map(|user| &user.drift);
        let mut drift = users.chain(self.role.iter().map(|role| &role.drift));
        drift.any(|drift| !drift.is_empty())
    }
}

/// The picture of what the survey found.
///
/// # Errors
/// When IAM did not tell.
pub fn picture(account: &Account, options: &Options, survey: &Survey) -> Result<Picture> {
    let scheme = &account.scheme;
    let found = survey.principals.as_ref().map_err(Clone::clone)?;
    let (source, error) = match survey.source(account, options) {
        Ok(source) => (source, None),
        Err(error) => (None, Some(error.message)),
    };
    Ok(Picture {
        schema: 1,
        account: scheme.account.clone(),
        partition: scheme.partition.clone(),
        prefix: scheme.prefix.clone(),
        users: users(scheme, options, source.as_ref(), found),
        role: role(scheme, options, source.as_ref(), found),
        error,
    })
}

fn users(
    scheme: &Scheme,
    options: &Options,
    source: Option<&Source>,
    found: &Principals,
) -> Vec<UserPicture> {
    let reader = options.identity.user();
    let names = [reader, Some(BILLING), Some(EC2)].into_iter().flatten();
    let pictures = names.map(|name| {
        let user = found.users.get(name).and_then(Option::as_ref);
        let drift = match (name, user) {
            (name, None) if Some(name) == reader => vec!["user is missing".to_owned()],
            (_, None) => Vec::new(),
            (BILLING, Some(user)) => billing_drift(scheme, user),
            (EC2, Some(user)) => policy_drift(user, &describes_ec2()),
            (_, Some(user)) => source.map_or_else(Vec::new, |source| {
                let wanted = identities::users(scheme, options, source);
                let wanted = wanted.into_iter().find(|wanted| wanted.name == name);
                wanted.map_or_else(Vec::new, |wanted| reasons(&wanted.changes(Some(user))))
            }),
        };
        let user = user.cloned().unwrap_or_default();
        UserPicture {
            name: name.to_owned(),
            own: user.tags.contains(&owner(scheme)),
            asked_by: match name {
                BILLING => Some("--billing-bucket BUCKET"),
                EC2 => Some("--ec2"),
                _ => None,
            },
            keys: keys(&user, &found.last_used),
            arn: Some(user.arn).filter(|arn| !arn.is_empty()),
            others: user.others,
            drift,
        }
    });
    pictures.collect()
}

/// Which bucket was meant is not kept anywhere but in the policy itself.
fn billing_drift(scheme: &Scheme, user: &user::Found) -> Vec<String> {
    let statement = user
        .policy
        .as_ref()
        .and_then(|policy| policy.statement("ListBucket"));
    let arn = statement.and_then(|statement| statement["Resource"].as_str());
    let bucket = arn
        .and_then(|arn| arn.rsplit(':').next())
        .unwrap_or_default();
    policy_drift(user, &reads_bucket(scheme, bucket))
}

fn policy_drift(user: &user::Found, wanted: &[Statement]) -> Vec<String> {
    let policy: Option<&Policy> = user.policy.as_ref();
    match policy {
        None => vec!["inline policy is missing".to_owned()],
        Some(policy) if policy.is_just(wanted) => Vec::new(),
        Some(_) => vec!["inline policy is not what it should be".to_owned()],
    }
}

fn role(
    scheme: &Scheme,
    options: &Options,
    source: Option<&Source>,
    found: &Principals,
) -> Option<RolePicture> {
    let name = options.identity.role()?;
    let role = found.role.as_ref();
    let wanted = source.and_then(|source| identities::role(scheme, options, source));
    let drift = match role {
        None => Some(vec!["role is missing".to_owned()]),
        Some(role) => wanted.map(|wanted| reasons(&wanted.changes(Some(role)))),
    };
    let role = role.cloned().unwrap_or_default();
    Some(RolePicture {
        name: name.to_owned(),
        own: role.tags.contains(&owner(scheme)),
        arn: Some(role.arn).filter(|arn| !arn.is_empty()),
        trust: role.trust.map(|trust| trust.to_json()),
        others: role.others,
        drift: drift.unwrap_or_default(),
    })
}

fn reasons(steps: &[Step]) -> Vec<String> {
    steps.iter().map(|step| step.reason.clone()).collect()
}

fn keys(user: &user::Found, last_used: &BTreeMap<String, Option<i64>>) -> Vec<KeyPicture> {
    let keys = user.keys.iter().map(|key| {
        let used = last_used.get(&key.id);
        KeyPicture {
            id: key.id.clone(),
            active: key.active,
            created: key.created.map(rfc3339),
            last_used: used.copied().flatten().map(rfc3339),
            last_used_known: used.is_some(),
        }
    });
    keys.collect()
}
