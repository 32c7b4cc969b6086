//! What `delete splunk` will do: keys, inline policies, and the users and the role that the scheme made.

use super::survey::{Look, Survey};
use super::{Options, owner, policy_name, region, trust_sid};
use crate::aws::Reader;
use crate::call::Tag;
use crate::error::Result;
use crate::plan::{Plan, Step, StepId};
use crate::policy::Policy;
use crate::resource::{access_key, role, user};
use crate::stack::{Account, Planner, Say, Scheme};

/// Deletes the identities that Splunk reads with.
#[derive(Clone, Debug)]
pub struct Delete {
    /// Which are meant.
    pub options: Options,
}

impl Planner for Delete {
    type Survey = Survey;

    async fn look(&self, reader: &Reader, account: &Account, _say: Say<'_>) -> Survey {
        let look = Look {
            trail: false,
            all_users: true,
            last_used: false,
            sizes: false,
        };
        Survey::of(reader, account, &self.options, look).await
    }

    fn nothing(&self, _: &Account) -> Survey {
        Survey::of_empty_account()
    }

    fn plan(&self, account: &Account, survey: &Survey) -> Result<Plan> {
        let scheme = &account.scheme;
        let found = survey.principals.as_ref().map_err(Clone::clone)?;
        let mut steps = Vec::new();
        let mut notes = Vec::new();
        for (name, user) in &found.users {
            if let Some(user) = user {
                steps.extend(user_goes(scheme, name, user));
                notes.extend(stays(scheme, "user", name, &user.tags, &user.others));
            }
        }
        if let (Some(name), Some(role)) = (self.options.identity.role(), &found.role) {
            let others = others_of_role(scheme, role);
            steps.extend(role_goes(scheme, name, role, &others));
            notes.extend(stays(scheme, "role", name, &role.tags, &others));
        }
        if steps.iter().any(|step| step.kind == access_key::KIND) {
            notes.push(
                "whoever still reads with a key that is deleted is shut out at once".to_owned(),
            );
        }
        Plan {
            command: "delete splunk",
            account: scheme.account.clone(),
            partition: scheme.partition.clone(),
            home_region: None,
            regions: vec![region(scheme).to_owned()],
            notes,
            unread: Vec::new(),
            steps,
        }
        .checked()
    }
}

const REASON: &str = "delete was asked for";

/// A user goes as a whole, or keeps all but the scheme's policy.
fn user_goes(scheme: &Scheme, name: &str, found: &user::Found) -> Vec<Step> {
    let region = region(scheme);
    let goes = is_ours_alone(scheme, &found.tags, &found.others);
    let keys = found.keys.iter().filter(|_| goes);
    let mut steps = access_key::removal(name, region, keys, REASON);
    let keys: Vec<StepId> = steps.iter().map(|step| step.id.clone()).collect();
    let removal = user::removal(found, name, region, &policy_name(scheme), goes, REASON);
    steps.extend(removal.into_iter().map(|step| match step.call.operation() {
        "DeleteUser" => step.after(&keys),
        _ => step,
    }));
    steps
}

/// What others gave a role, and whom they let in.
fn others_of_role(scheme: &Scheme, found: &role::Found) -> Vec<String> {
    let trusts = found.trust.iter().flat_map(Policy::allowing);
    let own = trust_sid(scheme);
    let trusts = trusts.filter(|sid| *sid != own);
    let trusts = trusts.map(|sid| format!("the trust statement {sid}"));
    found.others.iter().cloned().chain(trusts).collect()
}

fn role_goes(scheme: &Scheme, name: &str, found: &role::Found, others: &[String]) -> Vec<Step> {
    let goes = is_ours_alone(scheme, &found.tags, others);
    role::removal(
        found,
        name,
        region(scheme),
        &policy_name(scheme),
        goes,
        REASON,
    )
}

/// Whether the scheme made it, and nobody has given it anything else since.
fn is_ours_alone(scheme: &Scheme, tags: &[Tag], others: &[String]) -> bool {
    tags.contains(&owner(scheme)) && others.is_empty()
}

fn stays(
    scheme: &Scheme,
    kind: &str,
    name: &str,
    tags: &[Tag],
    others: &[String],
) -> Option<String> {
    if is_ours_alone(scheme, tags, others) {
        return None;
    }
    let policy = policy_name(scheme);
    Some(match others {
        [] => format!(
            "the {kind} {name} stays, without the inline policy {policy}: this scheme did not make it"
        ),
        others => format!(
            "the {kind} {name} stays, without the inline policy {policy}: others gave it {}",
            others.join(", ")
        ),
    })
}
