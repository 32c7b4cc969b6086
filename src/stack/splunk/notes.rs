//! What the user should know before agreeing to a plan.

use super::{Options, keys};
use crate::error::Result;
use crate::resource::Resource;
use crate::resource::principal::USER;
use crate::stack::engine::Surveyed;
use crate::stack::trail::survey::Survey as TrailSurvey;
use crate::stack::{Account, Planned, Purpose};

impl Options {
    /// The notes of `create splunk`.
    pub(super) fn notes_of_create(
        &self,
        account: &Account,
        surveyed: &Surveyed<Option<TrailSurvey>>,
        planned: &Planned,
    ) -> Result<Vec<String>> {
        let (scheme, steps) = (&account.scheme, &planned.plan.steps);
        let source = self.source(account, &surveyed.known, &surveyed.observed)?;
        let principals =
            self.principals(scheme, Purpose::Create, Some(&source), &surveyed.observed);
        let mut notes = Vec::new();
        for principal in &principals {
            let state = surveyed.observed.of(principal);
            if state.is_some_and(|state| !state.tags.contains(&principal.owner)) {
                let (kind, name) = (principal.id().kind.name, &principal.name);
                notes.push(format!(
                    "the {kind} {name} exists, and this scheme did not create it: it gets the inline policy {}, and `delete splunk` keeps it",
                    scheme.base()
                ));
            }
        }
        if let Some(profile) = steps.iter().find_map(|step| step.saves.as_ref()) {
            let file = &profile.file;
            notes.push(format!(
                "{file} will hold the secret, readable by its owner only; AWS shows the secret only once"
            ));
        }
        let users = principals.iter().filter(|it| it.is_user());
        notes.extend(users.flat_map(|user| keys::others(user, &surveyed.observed, steps)));
        let creates_user =
            self.identity.is_user() && steps.iter().any(|step| std::ptr::eq(step.kind, &USER));
        if creates_user && self.keys.is_none() {
            notes.push("no access key is created: --access-key FILE creates one".to_owned());
        }
        if !source.kms_keys.is_empty() {
            let keys: Vec<&str> = source.kms_keys.iter().map(String::as_str).collect();
            notes.push(format!(
                "key policies are not changed: {} must allow this account's readers to decrypt",
                keys.join(", ")
            ));
        }
        Ok(notes)
    }
}

/// The notes of `delete splunk`.
pub(super) fn of_delete(
    account: &Account,
    surveyed: &Surveyed<Option<TrailSurvey>>,
    planned: &Planned,
) -> Vec<String> {
    let kept = planned.graph.kept(&surveyed.observed);
    let kept = kept.map(|(node, why)| {
        let (kind, name) = (node.resource().id().kind.name, node.resource().id().name);
        let policy = account.scheme.base();
        format!("the {kind} {name} is kept, without the inline policy {policy}: {why}")
    });
    let mut notes: Vec<String> = kept.collect();
    let mut steps = planned.plan.steps.iter();
    if steps.any(|step| step.call.operation() == "DeleteAccessKey") {
        notes.push("a reader that uses a deleted key is denied at once".to_owned());
    }
    notes
}
