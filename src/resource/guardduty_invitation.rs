//! Invitations of GuardDuty, as the invited account sees them: accepted, its findings come to the administrator too.
//!
//! AWS shows an invitation once it has verified the account's email address; until then nothing is to be done.
//! <https://docs.aws.amazon.com/guardduty/latest/APIReference/API_AcceptAdministratorInvitation.html>

use serde_json::json;

use super::{Change, Fact, Id, Removal, Resource, detector};
use crate::aws::Reader;
use crate::aws::read::GuardDutyRelation;
use crate::call::guardduty::{AcceptAdministratorInvitation, DisassociateFromAdministratorAccount};
use crate::call::rule::Rule;
use crate::call::settled::Proof;
use crate::call::{Kind, Text};
use crate::error::{CallError, Error, Result};

/// Invitations.
pub static KIND: Kind = Kind {
    reads: &["ListInvitations", "GetAdministratorAccount"],
    changes: &["AcceptAdministratorInvitation"],
    removals: &["DisassociateFromAdministratorAccount"],
    passing: detector::PASSING,
    settled: SETTLED,
    ..Kind::new("guardduty-invitation", "guardduty")
};

#[rustfmt::skip]
const SETTLED: &[Rule<Proof>] = &[
    Rule::of(&[], &["BadRequestException"], Proof::IfFound),
];

/// The invitation of an administrator.
#[derive(Clone, Debug)]
pub struct GuardDutyInvitation {
    /// What it is called here.
    pub name: String,
    /// Its region.
    pub region: String,
    /// The id of this account's detector.
    pub detector: Text,
    /// The account that invites.
    pub administrator: String,
}

impl Resource for GuardDutyInvitation {
    type Observed = GuardDutyRelation;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.name)
    }

    async fn read(&self, reader: &Reader) -> Result<Option<GuardDutyRelation>, CallError> {
        let detector = match &self.detector {
            Text::Known(id) => Some(id.as_str()),
            _ => None,
        };
        let from = &self.administrator;
        reader
            .guardduty_relation(&self.region, detector, from)
            .await
    }

    /// An account has one administrator.
    fn refusal(&self, observed: Option<&GuardDutyRelation>) -> Result<()> {
        let administrator = observed.and_then(|found| found.administrator.as_ref());
        match administrator.filter(|found| **found != self.administrator) {
            None => Ok(()),
            Some(other) => {
                let message = format!(
                    "GuardDuty in {} belongs to the administrator {other}",
                    self.region
                );
                Err(Error::failed(message).hint("leave that one first, or give --no-guardduty"))
            }
        }
    }

    fn changes(&self, observed: Option<&GuardDutyRelation>) -> Vec<Change> {
        let found = observed.filter(|found| found.administrator.is_none());
        let Some(invitation) = found.and_then(|found| found.invitation.clone()) else {
            return Vec::new();
        };
        let call = AcceptAdministratorInvitation {
            detector_id: self.detector.clone(),
            administrator_id: self.administrator.clone(),
            invitation_id: invitation,
        };
        let reason = format!("the invitation of {} is not accepted", self.administrator);
        vec![Change::new(call, reason)]
    }

    /// The relation to another administrator stays.
    fn removal(&self, observed: &GuardDutyRelation) -> Removal {
        let detector_id = self.detector.clone();
        match observed.administrator.as_ref() == Some(&self.administrator) {
            true => Removal::by(DisassociateFromAdministratorAccount { detector_id }),
            false => Removal::default(),
        }
    }

    fn facts(&self, observed: &GuardDutyRelation) -> Vec<Fact> {
        vec![
            ("administrator", json!(observed.administrator)),
            ("invited", json!(observed.invitation.is_some())),
        ]
    }
}
