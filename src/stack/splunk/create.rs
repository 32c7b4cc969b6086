//! What `create splunk` will do: make or mend the identities, and keys where they are asked for.

use super::survey::{Look, Principals, Survey};
use super::{BILLING, EC2, Identity, Keys, Options, READER, identities, owner};
use crate::aws::Reader;
use crate::aws::read::AccessKey;
use crate::call::Call;
use crate::call::command_line::quoted;
use crate::call::iam::Iam;
use crate::error::{Error, Result};
use crate::plan::{Plan, Profile, Step, StepId};
use crate::policy::size;
use crate::resource::{access_key, role, user};
use crate::stack::trail::source::Source;
use crate::stack::{Account, After, Planner, Say, Scheme};
use crate::time::rfc3339;

/// Makes or mends the identities that Splunk reads with.
#[derive(Clone, Debug)]
pub struct Create {
    /// What is asked for.
    pub options: Options,
}

impl Planner for Create {
    type Survey = Survey;

    async fn look(&self, reader: &Reader, account: &Account, _say: Say<'_>) -> Survey {
        let look = Look {
            trail: true,
            all_users: false,
            last_used: self.options.keys.is_some(),
            sizes: true,
        };
        Survey::of(reader, account, &self.options, look).await
    }

    fn nothing(&self, _: &Account) -> Survey {
        Survey::of_empty_account()
    }

    fn plan(&self, account: &Account, survey: &Survey) -> Result<Plan> {
        let (scheme, options) = (&account.scheme, &self.options);
        let source = match survey.source(account, options)? {
            Some(source) => source,
            None => Source::imagined(scheme, &options.trail.in_account(account))?,
        };
        let found = survey.principals.as_ref().map_err(Clone::clone)?;
        let steps = steps(scheme, options, &source, found)?;
        refuse_long_policies(&steps, found)?;
        crate::stack::refusals::of_steps(&steps)?;
        let regions = account.regions.iter();
        Plan {
            command: "create splunk",
            account: scheme.account.clone(),
            partition: scheme.partition.clone(),
            regions: regions.map(|region| region.name.clone()).collect(),
            notes: notes(scheme, options, &source, found, &steps),
            home_region: Some(source.region),
            unread: survey.unread_walked(),
            steps,
        }
        .checked()
    }

    fn after(&self, account: &Account, _: &Survey, plan: &Plan) -> Option<After> {
        Some(after(&account.scheme, &self.options, plan))
    }
}

/// What exists once the plan was carried out.
fn after(scheme: &Scheme, options: &Options, plan: &Plan) -> After {
    let named = match &options.identity {
        Identity::Role { name, .. } => format!(" --role {}", quoted(name)),
        Identity::User(name) if name != READER => format!(" --user {}", quoted(name)),
        Identity::User(_) => String::new(),
    };
    let mut exists = Vec::new();
    if let Some(role) = options.identity.role() {
        let (partition, id) = (&scheme.partition, &scheme.account);
        exists.push(("role", format!("arn:{partition}:iam::{id}:role/{role}")));
    }
    let users = options.identity.user().into_iter();
    let users = users.chain(options.billing_bucket.as_ref().map(|_| BILLING));
    let users = users.chain(options.ec2.then_some(EC2));
    let users: Vec<&str> = users.collect();
    if !users.is_empty() {
        exists.push(("user", users.join(", ")));
    }
    if plan.steps.iter().any(|step| step.saves.is_some()) {
        exists.extend(options.keys.as_ref().map(|keys| ("key", keys.file.clone())));
    }
    let next = [&format!("show splunk{named}"), "splunk inputs", "doctor"];
    After {
        exists,
        next: next.map(str::to_owned).to_vec(),
    }
}

fn steps(
    scheme: &Scheme,
    options: &Options,
    source: &Source,
    found: &Principals,
) -> Result<Vec<Step>> {
    let mut steps = Vec::new();
    if let Some(role) = identities::role(scheme, options, source) {
        if found.role.is_none() && role.trust.is_none() {
            let message = format!(
                "there is no role {}, and nothing says who may assume it",
                role.name
            );
            return Err(Error::failed(message).hint("give --trust ACCOUNT"));
        }
        steps.extend(role.changes(found.role.as_ref()));
    }
    for user in identities::users(scheme, options, source) {
        let existing = found.users.get(&user.name).and_then(Option::as_ref);
        let changes = user.changes(existing);
        let before: Vec<StepId> = changes.iter().map(|step| step.id.clone()).collect();
        steps.extend(changes);
        if let Some(keys) = &options.keys {
            let existing = existing.map_or(&[][..], |existing| &existing.keys);
            let made = new_key(options, source, found, keys, &user, existing)?;
            steps.extend(made.into_iter().map(|step| step.after(&before)));
        }
    }
    Ok(steps)
}

/// The steps that make a key for a user, behind those that delete one whose secret an interrupted run has lost.
fn new_key(
    options: &Options,
    source: &Source,
    found: &Principals,
    keys: &Keys,
    user: &user::User,
    existing: &[AccessKey],
) -> Result<Vec<Step>> {
    let profile = match options.identity.user() == Some(&user.name) {
        true => "default",
        false => &user.name,
    };
    let mut noted = keys.journal.made.iter().chain(&keys.journal.missing);
    if let Some(other) = noted.find(|it| it.profile == profile && it.user != user.name) {
        let message = format!("{} is for the user {}", keys.file, other.user);
        return Err(Error::failed(message).hint(format!("name another file for {}", user.name)));
    }
    let mut made = keys.journal.made.iter();
    if made.any(|entry| entry.profile == profile) {
        return Ok(Vec::new());
    }
    let lost = lost_key(found, keys, user, existing);
    let kept = existing.iter().filter(|key| Some(*key) != lost);
    let known: Vec<&str> = kept.map(|key| key.id.as_str()).collect();
    if known.len() >= access_key::LIMIT {
        let message = format!(
            "the user {} has two access keys already: {}",
            user.name,
            known.join(", ")
        );
        return Err(Error::failed(message)
            .hint("`ctadmin show splunk` tells when each was used last")
            .hint(format!(
                "`aws iam delete-access-key --user-name {} --access-key-id ID` deletes one",
                user.name
            )));
    }
    let reason = "its secret was lost with an interrupted run";
    let mut steps = access_key::removal(&user.name, &user.region, lost, reason);
    let deleted: Vec<StepId> = steps.iter().map(|step| step.id.clone()).collect();
    let profile = Profile {
        file: keys.file.clone(),
        name: profile.to_owned(),
        region: source.region.clone(),
        left: keys.journal.length,
    };
    steps.push(access_key::creation(&user.name, &user.region, profile).after(&deleted));
    Ok(steps)
}

/// The key that an interrupted run made in vain. Where several could be it, none is taken for it: the others are
/// somebody else's.
fn lost_key<'a>(
    found: &Principals,
    keys: &Keys,
    user: &user::User,
    existing: &'a [AccessKey],
) -> Option<&'a AccessKey> {
    let mut missing = keys.journal.missing.iter();
    let asked = missing.find(|entry| entry.user == user.name)?;
    let beside = asked.beside.as_ref()?;
    let never_used = |key: &AccessKey| found.last_used.get(&key.id) == Some(&None);
    let mut lost = existing
        .iter()
        .filter(|key| !beside.contains(&key.id) && never_used(key));
    lost.next().filter(|_| lost.next().is_none())
}

/// All inline policies of a user or role share one limit, those of others included.
fn refuse_long_policies(steps: &[Step], found: &Principals) -> Result<()> {
    for step in steps {
        let user = || Some(found.users.get(&step.name)?.as_ref()?.inline_beside);
        let role = || found.role.as_ref().map(|role| role.inline_beside);
        let (text, beside, limit) = match &step.call {
            Call::Iam(Iam::PutUserPolicy(put)) => {
                (&put.policy_document, user(), user::POLICY_LIMIT)
            }
            Call::Iam(Iam::PutRolePolicy(put)) => {
                (&put.policy_document, role(), role::POLICY_LIMIT)
            }
            _ => continue,
        };
        let (own, beside, name) = (size(text), beside.unwrap_or(0), &step.name);
        if own + beside <= limit {
            continue;
        }
        return Err(match beside {
            0 => Error::failed(format!(
                "the policy of {name} would have {own} characters; {limit} are the limit"
            ))
            .hint("shorter names of queue and bucket help"),
            _ => Error::failed(format!(
                "the inline policies of {name} would have {} characters; {limit} are the limit, and policies of others have {beside}",
                own + beside
            ))
            .hint("make managed policies of the others, or name another user or role"),
        });
    }
    Ok(())
}

fn notes(
    scheme: &Scheme,
    options: &Options,
    source: &Source,
    found: &Principals,
    steps: &[Step],
) -> Vec<String> {
    let owner = owner(scheme);
    let mut notes = Vec::new();
    let role = options.identity.role().zip(found.role.as_ref());
    let role = role.map(|(name, role)| ("role", name, &role.tags));
    let users = found.users.iter();
    let users =
        users.filter_map(|(name, user)| Some(("user", name.as_str(), &user.as_ref()?.tags)));
    for (kind, name, tags) in role.into_iter().chain(users) {
        if !tags.contains(&owner) {
            notes.push(format!(
                "the {kind} {name} was found, and not made by this scheme: it gets the inline policy {}, and `delete splunk` will keep it",
                scheme.base()
            ));
        }
    }
    if let Some(step) = steps.iter().find(|step| step.saves.is_some()) {
        let file = step.saves.as_ref().map_or("", |profile| &profile.file);
        notes.push(format!(
            "{file} will hold the secret, readable for its owner only; AWS never tells it again"
        ));
    }
    notes.extend(keys_already(found, steps));
    let makes_user = matches!(&options.identity, Identity::User(_));
    if makes_user && options.keys.is_none() && steps.iter().any(|step| step.kind == "user") {
        notes.push("no access key is made: --access-key FILE makes one".to_owned());
    }
    if !source.kms_keys.is_empty() {
        let keys: Vec<&str> = source.kms_keys.iter().map(String::as_str).collect();
        notes.push(format!(
            "key policies are not touched: {} must let this account's readers decrypt",
            keys.join(", ")
        ));
    }
    notes
}

/// The active keys that users keep beside a new one.
fn keys_already(found: &Principals, steps: &[Step]) -> Vec<String> {
    let goes = |key: &AccessKey| {
        let mut steps = steps.iter().filter(|step| step.kind == access_key::KIND);
        steps.any(|step| step.name.ends_with(&key.id))
    };
    let makers = steps.iter().filter(|step| step.saves.is_some());
    let users =
        makers.filter_map(|step| Some((&step.name, found.users.get(&step.name)?.as_ref()?)));
    let kept = users.flat_map(|(name, user)| {
        let keys = user.keys.iter().filter(|key| key.active);
        keys.map(move |key| (name, key))
    });
    let kept = kept.filter(|(_, key)| !goes(key));
    let notes = kept.map(|(name, key)| {
        let used = match found.last_used.get(&key.id) {
            Some(Some(time)) => format!("last used {}", rfc3339(*time)),
            Some(None) => "never used".to_owned(),
            None => "of unknown use".to_owned(),
        };
        format!(
            "the user {name} has an active key already: {}, {used}; delete it when nobody reads with it any more",
            key.id
        )
    });
    notes.collect()
}
