//! GuardDuty in the accounts of an organization: where this account is the organization's delegated administrator,
//! GuardDuty is enabled in all of them.

use super::context::Context;
use super::senders::Senders;
use crate::resource::Resource;
use crate::resource::guardduty_organization::GuardDutyOrganization;
use crate::stack::Purpose;
use crate::stack::graph::{At, Graph, Intent, Node};

impl<'a> Context<'a> {
    /// Adds the organization's configuration in a region, once its detector is read. Deletion ends it before members
    /// leave.
    pub fn fill_administered(&self, graph: &mut Graph, region: &str, needs: Vec<At>) {
        if !self.is_of_organization() || !self.observed.is_read(&self.detector(region)) {
            return;
        }
        let organization = self.administered(region);
        let intent = match self.purpose {
            Purpose::Show if self.observed.of(&organization).is_none() => Intent::Read,
            Purpose::Show => Intent::Show,
            // Where it is not the administrator, there is nothing to do.
            purpose => purpose.intent(),
        };
        graph.add(Node::new(organization, intent).needs(needs));
    }

    fn is_of_organization(&self) -> bool {
        matches!(self.senders(), Senders::Organization(_))
    }

    fn administered(&self, region: &str) -> GuardDutyOrganization {
        let detector = self.detector(region);
        let found = self.observed.of(&detector);
        GuardDutyOrganization {
            detector: detector.detector_id(&self.scheme.account, found),
            is_asked: self.options.organization.is_some(),
            is_own: found.is_none_or(|found| detector.is_own(found)),
            name: detector.name,
            region: detector.region,
        }
    }

    /// What only others can do, or undo.
    pub fn administered_notes(&self) -> Option<String> {
        if !self.is_of_organization() {
            return None;
        }
        let found = |region: &&'a str| self.observed.of(&self.administered(region));
        match self.purpose {
            Purpose::Create if !self.options.no_guardduty => {
                let missing: Vec<&str> = self.regions().filter(|it| found(it).is_none()).collect();
                let account = &self.scheme.account;
                let appoint = format!(
                    "aws guardduty enable-organization-admin-account --admin-account-id {account} --region"
                );
                let commands = missing.iter().map(|region| format!("\n{appoint} {region}"));
                let commands: String = commands.collect();
                (!missing.is_empty()).then(|| {
                    format!("GuardDuty does not see the organization's accounts: run this in its management account, then the same command here again{commands}")
                })
            }
            Purpose::Delete => {
                let kept = self.regions().filter(|region| {
                    found(region).is_some_and(|it| it == "ALL") && !self.administered(region).is_own
                });
                let kept: Vec<&str> = kept.collect();
                let ended = self.regions().any(|region| {
                    found(&region).is_some_and(|it| it != "NONE")
                        && self.administered(region).is_own
                });
                match kept.as_slice() {
                    [] => ended.then(|| {
                        "the GuardDuty detectors of the organization's accounts stay enabled, without an administrator"
                            .to_owned()
                    }),
                    kept => Some(format!(
                        "GuardDuty stays enabled in all accounts of the organization in {}",
                        kept.join(", ")
                    )),
                }
            }
            Purpose::Create | Purpose::Show => None,
        }
    }
}
