//! Which access keys are created, and which deleted.
//!
//! A key is created where an option asks for it and the file has none for the user yet. A key whose secret an
//! interrupted run has lost is deleted before.

use super::{Keys, Options};
use crate::aws::read::AccessKey as Description;
use crate::error::{Error, Result};
use crate::plan::{Profile, Step};
use crate::resource::Resource;
use crate::resource::access_key::{self, AccessKey, AccessKeys, AccessKeysState};
use crate::resource::principal::Principal;
use crate::stack::Purpose;
use crate::stack::graph::{At, Graph, Intent, Node};
use crate::stack::observed::Observed;
use crate::time::rfc3339;

/// Adds the nodes for the keys of a user, whose own node is `at`. `region` is the region of their profiles.
///
/// # Errors
/// When the user has as many keys as it can, or the file is for another one.
pub fn add(
    graph: &mut Graph,
    options: &Options,
    (user, at): (&Principal, At),
    purpose: Purpose,
    region: Option<&str>,
    observed: &Observed,
) -> Result<()> {
    let list = list(user, purpose);
    let nothing = AccessKeysState::default();
    let found = observed.of(&list).unwrap_or(&nothing);
    match (purpose, &options.keys) {
        (Purpose::Create, None) => return Ok(()),
        (Purpose::Create, Some(keys)) => {
            if let Some(region) = region.filter(|_| observed.is_read(&list)) {
                let name = profile(options, user);
                if let Some(lost) = wanted(keys, user, name, found)? {
                    let profile = Profile {
                        file: keys.file.clone(),
                        name: name.to_owned(),
                        region: region.to_owned(),
                        left: keys.journal.length,
                    };
                    add_new(graph, user, at, profile, lost);
                }
            }
        }
        (Purpose::Delete, _) => {
            let state = observed.of(user);
            let is_deleted = state.is_some_and(|state| user.removal(state).kept.is_none());
            for key in found.keys.iter().filter(|_| is_deleted) {
                graph.add(delete(user, key, "").needs([at]));
            }
        }
        (Purpose::Show, _) => {
            for key in &found.keys {
                let shown = AccessKey {
                    used: found.last_used.get(&key.id).copied(),
                    ..AccessKey::of(user).existing(&key.id)
                };
                graph.add(Node::given(shown, Intent::Show, Some(key.clone())));
            }
        }
    }
    graph.add(Node::read(list));
    Ok(())
}

/// A new access key, created after a key with a lost secret is deleted.
fn add_new(
    graph: &mut Graph,
    user: &Principal,
    at: At,
    profile: Profile,
    lost: Option<&Description>,
) {
    let reason = "its secret was lost with an interrupted run";
    let lost = lost.map(|lost| graph.add(delete(user, lost, reason).after([at])));
    let key = AccessKey {
        profile: Some(profile),
        ..AccessKey::of(user)
    };
    let node = Node::given(key, Intent::Keep, None);
    graph.add(node.needs([at]).after(lost));
}

fn delete(user: &Principal, found: &Description, reason: &'static str) -> Node {
    let key = AccessKey::of(user).existing(&found.id);
    Node::given(key, Intent::Delete(reason), Some(found.clone()))
}

/// The user's keys. When they were used last says which of them were lost, and is shown.
pub fn list(user: &Principal, purpose: Purpose) -> AccessKeys {
    AccessKeys {
        user: user.name.clone(),
        region: user.region.clone(),
        with_use: purpose != Purpose::Delete,
    }
}

/// The profile that gets the key of a user.
fn profile<'a>(options: &Options, user: &'a Principal) -> &'a str {
    match options.identity.is(user) {
        true => "default",
        false => &user.name,
    }
}

/// Whether a user is to get a key, and then which one is lost.
fn wanted<'a>(
    keys: &Keys,
    user: &Principal,
    profile: &str,
    found: &'a AccessKeysState,
) -> Result<Option<Option<&'a Description>>> {
    let name = &user.name;
    let mut noted = keys.journal.made.iter().chain(&keys.journal.missing);
    if let Some(other) = noted.find(|it| it.profile == profile && it.user != *name) {
        let message = format!("{} is for the user {}", keys.file, other.user);
        return Err(Error::failed(message).hint(format!("name another file for {name}")));
    }
    let mut made = keys.journal.made.iter();
    if made.any(|entry| entry.profile == profile) {
        return Ok(None);
    }
    let lost = lost_key(keys, user, found);
    let kept = found.keys.iter().filter(|key| Some(*key) != lost);
    let kept: Vec<&str> = kept.map(|key| key.id.as_str()).collect();
    if kept.len() < access_key::LIMIT {
        return Ok(Some(lost));
    }
    let message = format!(
        "the user {name} has two access keys already: {}",
        kept.join(", ")
    );
    Err(Error::failed(message)
        .hint("`ctadmin show splunk` shows when each was used last")
        .hint(format!(
            "`aws iam delete-access-key --user-name {name} --access-key-id ID` deletes one"
        )))
}

/// The key that an interrupted run created without storing it. Where several could be it, none is taken for it: the
/// others belong to other readers.
fn lost_key<'a>(
    keys: &Keys,
    user: &Principal,
    found: &'a AccessKeysState,
) -> Option<&'a Description> {
    let mut missing = keys.journal.missing.iter();
    let asked = missing.find(|entry| entry.user == user.name)?;
    let beside = asked.beside.as_ref()?;
    let never_used = |key: &Description| found.last_used.get(&key.id) == Some(&None);
    let lost = found.keys.iter();
    let mut lost = lost.filter(|key| !beside.contains(&key.id) && never_used(key));
    lost.next().filter(|_| lost.next().is_none())
}

/// Notes on the active keys that a user keeps beside a new one.
pub fn others(user: &Principal, observed: &Observed, steps: &[Step]) -> Vec<String> {
    let mut saving = steps.iter().filter(|step| step.saves.is_some());
    let gets_one = saving.any(|step| step.name == user.name);
    let Some(found) = observed.of(&list(user, Purpose::Create)) else {
        return Vec::new();
    };
    let is_deleted = |key: &Description| steps.iter().any(|step| step.name.ends_with(&key.id));
    let kept = found.keys.iter().filter(|_| gets_one);
    let kept = kept.filter(|key| key.active && !is_deleted(key));
    let notes = kept.map(|key| {
        let used = match found.last_used.get(&key.id) {
            Some(Some(time)) => format!("last used {}", rfc3339(*time)),
            Some(None) => "never used".to_owned(),
            None => "of unknown use".to_owned(),
        };
        let (name, id) = (&user.name, &key.id);
        format!(
            "the user {name} has an active key already: {id}, {used}; delete it when no reader uses it any more"
        )
    });
    notes.collect()
}
