//! Members of a GuardDuty detector by invitation: the accounts whose findings come to this one once they have accepted.
//!
//! An account is created as a member, then invited; AWS verifies its email address before the account finds the
//! invitation. <https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_invitations.html>

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::{Change, Fact, Id, Removal, Resource, chained, detector};
use crate::aws::Reader;
use crate::aws::read::GuardDutyMember as Member;
use crate::call::guardduty::{
    AccountDetail, CreateMembers, DeleteMembers, DisassociateMembers, InviteMembers,
};
use crate::call::rule::Rule;
use crate::call::settled::Proof;
use crate::call::{Call, Kind, Text, UNPROCESSED};
use crate::error::CallError;

/// The members of a detector.
pub static KIND: Kind = Kind {
    reads: &["ListMembers"],
    changes: &[
        "CreateMembers",
        "InviteMembers",
        "DisassociateMembers",
        "DeleteMembers",
    ],
    removals: &["DisassociateMembers", "DeleteMembers"],
    passing: detector::PASSING,
    settled: SETTLED,
    ..Kind::new("guardduty-members", "guardduty")
};

/// A member that exists is not created again, and so on; and the detector may be gone.
#[rustfmt::skip]
const SETTLED: &[Rule<Proof>] = &[
    Rule::of(&[], &[UNPROCESSED, "BadRequestException"], Proof::IfFound),
];

/// Why members are removed.
const GONE: &str = "no longer members";

/// How many accounts a request takes.
const AT_ONCE: usize = 50;

/// The members of a detector.
#[derive(Clone, Debug)]
pub struct GuardDutyMembers {
    /// The detector's name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Its id.
    pub detector: Text,
    /// The accounts that are invited, each with the email address of its root user.
    pub invited: BTreeMap<String, String>,
    /// The accounts that stay; nothing if all stay.
    pub staying: Option<BTreeSet<String>>,
    /// The accounts that may be removed; nothing if all may.
    pub removable: Option<BTreeSet<String>>,
}

impl Resource for GuardDutyMembers {
    /// None are as good as no resource.
    type Observed = Vec<Member>;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.name)
    }

    async fn read(&self, reader: &Reader) -> Result<Option<Vec<Member>>, CallError> {
        let id = match &self.detector {
            Text::Known(id) => Some(id.clone()),
            _ if self.invited.is_empty() => None,
            // This run may have created it.
            _ => {
                let detector = reader.detector(&self.region, &self.name).await?;
                detector.map(|detector| detector.id)
            }
        };
        let Some(id) = id else {
            return Ok(None);
        };
        let found = reader.guardduty_members(&self.region, &id).await?;
        Ok((!found.is_empty()).then_some(found))
    }

    fn changes(&self, observed: Option<&Vec<Member>>) -> Vec<Change> {
        let found = observed.map_or(&[][..], Vec::as_slice);
        let gone = found.iter().filter(|member| {
            let staying = self.staying.as_ref();
            staying.is_some_and(|staying| !staying.contains(&member.account))
        });
        let gone = gone.filter(|member| self.is_removable(member));
        let replaced = found.iter().filter(|member| {
            let email = self.invited.get(&member.account);
            !member.is_associated() && email.is_some_and(|email| !has_address(member, email))
        });
        let gone = gone.map(|member| (member, GONE));
        let replaced = replaced.map(|member| (member, "other email addresses"));
        let mut changes = self.removing(&gone.chain(replaced).collect::<Vec<_>>());
        changes.extend(self.inviting(found));
        chained(changes)
    }

    fn removal(&self, observed: &Vec<Member>) -> Removal {
        let members = observed.iter().filter(|member| self.is_removable(member));
        let members: Vec<(&Member, &str)> = members.map(|member| (member, GONE)).collect();
        Removal {
            changes: chained(self.removing(&members)),
            kept: None,
        }
    }

    fn facts(&self, observed: &Vec<Member>) -> Vec<Fact> {
        let members = observed.iter();
        let members = members.map(|member| format!("{} {}", member.account, member.status));
        vec![("members", json!(members.collect::<Vec<_>>()))]
    }
}

impl GuardDutyMembers {
    fn is_removable(&self, member: &Member) -> bool {
        let removable = self.removable.as_ref();
        removable.is_none_or(|all| all.contains(&member.account))
    }

    /// Invites whom the option names and who is not associated. One with another address, which was deleted, is created
    /// anew; an address that AWS could not verify is not tried again.
    fn inviting(&self, found: &[Member]) -> Vec<Change> {
        let (mut created, mut waiting) = (Vec::new(), Vec::new());
        for (account, email) in &self.invited {
            let member = found.iter().find(|member| member.account == *account);
            let is_same = member.is_some_and(|member| has_address(member, email));
            let stays =
                |member: &Member| member.is_associated() || (is_same && member.is_refused());
            if member.is_some_and(stays) {
                continue;
            }
            if !is_same {
                created.push((account.clone(), email.clone()));
            }
            waiting.push(account.clone());
        }
        let created = (!created.is_empty()).then(|| self.creating(created));
        let mut changes = Vec::from_iter(created);
        if !waiting.is_empty() {
            let reason = format!("members are not invited: {}", waiting.join(", "));
            let call = InviteMembers {
                detector_id: self.detector.clone(),
                account_ids: waiting,
                disable_email_notification: true,
            };
            changes.push(Change::new(call, reason));
        }
        changes
    }

    fn creating(&self, accounts: Vec<(String, String)>) -> Change {
        let names: Vec<&str> = accounts
            .iter()
            .map(|(account, _)| account.as_str())
            .collect();
        let reason = format!("members are missing: {}", names.join(", "));
        let details = accounts.into_iter();
        let details = details.map(|(account_id, email)| AccountDetail { account_id, email });
        let call = CreateMembers {
            detector_id: self.detector.clone(),
            account_details: details.collect(),
        };
        Change::new(call, reason)
    }

    /// Ends the relation, where there is one, and deletes the members; beside each, why.
    fn removing(&self, members: &[(&Member, &str)]) -> Vec<Change> {
        let associated = members.iter().filter(|(member, _)| member.is_associated());
        let associated: Vec<_> = associated.copied().collect();
        let detector = || self.detector.clone();
        let mut changes = in_parts(&associated, |account_ids| {
            let detector_id = detector();
            Call::from(DisassociateMembers {
                detector_id,
                account_ids,
            })
        });
        changes.extend(in_parts(members, |account_ids| {
            let detector_id = detector();
            Call::from(DeleteMembers {
                detector_id,
                account_ids,
            })
        }));
        changes
    }
}

fn has_address(member: &Member, email: &str) -> bool {
    member.email.eq_ignore_ascii_case(email)
}

/// Requests with as many accounts as one takes; the reasons, with the accounts.
fn in_parts(members: &[(&Member, &str)], call: impl Fn(Vec<String>) -> Call) -> Vec<Change> {
    let parts = members.chunks(AT_ONCE).enumerate().map(|(at, part)| {
        let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (member, why) in part {
            reasons.entry(why).or_default().push(&member.account);
        }
        let reasons = reasons.into_iter();
        let reasons = reasons.map(|(why, accounts)| format!("{why}: {}", accounts.join(", ")));
        let reason = reasons.collect::<Vec<_>>().join("; ");
        let accounts = part.iter().map(|(member, _)| member.account.clone());
        Change {
            part: (at > 0).then(|| at.to_string()),
            ..Change::new(call(accounts.collect()), reason)
        }
    });
    parts.collect()
}
