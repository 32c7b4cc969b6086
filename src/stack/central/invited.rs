//! The members of GuardDuty: accounts of the stack that are invited, whose findings come to the detectors of this one.
//!
//! It takes turns: this account invites, AWS verifies the address, the invited account accepts. No run waits for that;
//! each names what is still awaited.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::senders::Senders;
use crate::aws::read::GuardDutyMember;
use crate::error::{Error, Result};
use crate::resource::Resource;
use crate::resource::guardduty_members::GuardDutyMembers;
use crate::stack::Purpose;
use crate::stack::graph::{At, Graph, Intent, Node};

impl Context<'_> {
    /// Adds the members of a region's detector, once it is read.
    pub fn fill_invited(&self, graph: &mut Graph, region: &str, detector: At) -> Option<At> {
        if !self.observed.is_read(&self.detector(region)) {
            return None;
        }
        let members = self.invited(region);
        let intent = match self.purpose {
            Purpose::Show if self.found_invited(region).is_empty() => Intent::Read,
            Purpose::Show => Intent::Show,
            purpose => purpose.intent(),
        };
        Some(graph.add(Node::new(members, intent).needs([detector])))
    }

    /// The members of a region's detector. Those of a detector of others are removed only if they are members of the
    /// stack.
    fn invited(&self, region: &str) -> GuardDutyMembers {
        let detector = self.detector(region);
        let found = self.observed.of(&detector);
        let is_own = found.is_none_or(|found| detector.is_own(found));
        GuardDutyMembers {
            detector: detector.detector_id(&self.scheme.account, found),
            name: detector.name,
            region: detector.region,
            invited: self.options.member_emails.clone(),
            staying: self.options.members.clone(),
            removable: (!is_own).then(|| self.found_senders().accounts()),
        }
    }

    fn found_invited(&self, region: &str) -> &[GuardDutyMember] {
        let found = self.observed.of(&self.invited(region));
        found.map_or(&[], Vec::as_slice)
    }

    /// Only members of the stack are invited.
    ///
    /// # Errors
    /// With the first account that is not one.
    pub fn check_invited(&self) -> Result<()> {
        let Senders::Accounts(members) = self.senders() else {
            return Ok(());
        };
        let mut invited = self.options.member_emails.keys();
        match invited.find(|account| !members.contains(*account)) {
            None => Ok(()),
            Some(account) => {
                let message =
                    format!("--member-email names {account}, which is not among the members");
                Err(Error::usage(message).hint("name all members with --members, this one too"))
            }
        }
    }

    /// What is not waited for.
    pub fn invited_notes(&self) -> Vec<String> {
        let mut waiting: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for region in self.regions() {
            let found = self.found_invited(region);
            for member in found {
                let accounts = waiting.entry(&member.status).or_default();
                accounts.insert(&member.account);
            }
            let known = |account: &str| {
                found
                    .iter()
                    .any(|it| it.account == account && (it.is_associated() || it.is_refused()))
            };
            let new = self.options.member_emails.keys();
            let new = new.map(String::as_str).filter(|account| !known(account));
            waiting.entry("").or_default().extend(new);
        }
        let notes = WAITING.iter().filter_map(|(status, words)| {
            let accounts = waiting
                .get(status)
                .filter(|accounts| !accounts.is_empty())?;
            let accounts: Vec<&str> = accounts.iter().copied().collect();
            Some(words.replace("{}", &accounts.join(", ")))
        });
        match self.purpose {
            Purpose::Create if !self.options.no_guardduty => notes.collect(),
            _ => Vec::new(),
        }
    }
}

/// What is said of members in a state; without one, they are only to be invited.
const WAITING: [(&str, &str); 4] = [
    (
        "",
        "GuardDuty invites {}: AWS verifies the email address, then the invitation must be accepted there",
    ),
    (
        "EmailVerificationInProgress",
        "GuardDuty waits until AWS has verified the email address of {}",
    ),
    (
        "Invited",
        "GuardDuty waits until the invitation is accepted in {}",
    ),
    (
        "EmailVerificationFailed",
        "AWS could not verify the email address of {}: give --member-email with that of the root user",
    ),
];
