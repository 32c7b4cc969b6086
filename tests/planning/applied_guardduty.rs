//! What calls of GuardDuty and EventBridge, and those about resource policies of CloudWatch Logs, do to the account in
//! memory.

use ctadmin::aws::read::{Detector, EventRule, GuardDutyMember};
use ctadmin::call::Text;
use ctadmin::call::events::Events;
use ctadmin::call::guardduty::{
    CreateMembers, DeleteMembers, DetectorFeatureConfiguration, DisassociateMembers, GuardDuty,
    InviteMembers,
};
use ctadmin::call::logs::Logs;

use super::applied::add_tags;
use super::memory::{Memory, Place, place};

fn set(detector: &mut Detector, features: &[DetectorFeatureConfiguration]) {
    for feature in features {
        detector.features.retain(|name| *name != feature.name);
        if feature.status == "ENABLED" {
            detector.features.push(feature.name.clone());
        }
    }
}

impl Memory {
    pub(super) fn apply_guardduty(&mut self, call: &GuardDuty, (region, _): Place) {
        if self.apply_members(call, &region) {
            return;
        }
        match call {
            GuardDuty::AcceptAdministratorInvitation(call) => {
                let found = self.relations.get_mut(&region).expect("it is invited");
                assert_eq!(found.invitation.take().as_ref(), Some(&call.invitation_id));
                found.administrator = Some(call.administrator_id.clone());
                return;
            }
            GuardDuty::DisassociateFromAdministratorAccount(_) => {
                assert!(self.relations.remove(&region).is_some(), "it is a member");
                return;
            }
            GuardDuty::UpdateOrganizationConfiguration(call) => {
                let accounts = call.auto_enable_organization_members.clone();
                let old = self.organizations.insert(region, accounts);
                assert!(old.is_some(), "it is the delegated administrator");
                return;
            }
            _ => {}
        }
        let found = self.detectors.get_mut(&region);
        match (call, found) {
            (GuardDuty::CreateDetector(call), None) => {
                assert!(call.enable, "it finds something");
                let mut detector = Detector {
                    id: format!("id-of-{region}"),
                    status: "ENABLED".to_owned(),
                    frequency: call.finding_publishing_frequency.clone(),
                    features: vec!["CLOUD_TRAIL".to_owned(), "S3_DATA_EVENTS".to_owned()],
                    tags: call.tags.clone(),
                };
                set(&mut detector, &call.features);
                self.detectors.insert(region, detector);
            }
            (GuardDuty::UpdateDetector(call), Some(detector)) => {
                if let Some(frequency) = &call.finding_publishing_frequency {
                    detector.frequency.clone_from(frequency);
                }
                if call.enable == Some(true) {
                    "ENABLED".clone_into(&mut detector.status);
                }
                set(detector, &call.features);
            }
            (GuardDuty::TagResource(call), Some(detector)) => {
                assert!(call.resource_arn.ends_with(&format!("/{}", detector.id)));
                detector.tags.extend(call.tags.clone());
            }
            (GuardDuty::DeleteDetector(_), Some(_)) => {
                assert!(!self.members.contains_key(&region), "it has members");
                assert!(!self.relations.contains_key(&region), "it is a member");
                self.detectors.remove(&region);
            }
            (call, found) => panic!("{call:?} of {found:?}"),
        }
    }

    /// Whether a call is about members.
    fn apply_members(&mut self, call: &GuardDuty, region: &str) -> bool {
        let (GuardDuty::CreateMembers(CreateMembers { detector_id, .. })
        | GuardDuty::InviteMembers(InviteMembers { detector_id, .. })
        | GuardDuty::DisassociateMembers(DisassociateMembers { detector_id, .. })
        | GuardDuty::DeleteMembers(DeleteMembers { detector_id, .. })) = call
        else {
            return false;
        };
        let found = self.detectors.get(region).expect("the detector exists");
        match detector_id {
            Text::Known(id) => assert_eq!(*id, found.id),
            Text::Output { path, .. } => assert_eq!(path, "DetectorId"),
            Text::Secret(_) => panic!("it is no secret"),
        }
        let members = self.members.entry(region.to_owned()).or_default();
        let mut turn = |accounts: &[String], from: bool, to: &str| {
            for account in accounts {
                let mut all = members.iter_mut();
                let member = all.find(|member| member.account == *account);
                let member = member.expect("it is a member");
                assert_eq!(member.is_associated(), from, "{member:?}");
                member.status = to.to_owned();
            }
        };
        match call {
            GuardDuty::CreateMembers(call) => {
                members.extend(call.account_details.iter().map(|new| GuardDutyMember {
                    account: new.account_id.clone(),
                    email: new.email.clone(),
                    status: "Created".to_owned(),
                }));
            }
            GuardDuty::InviteMembers(call) => {
                assert!(call.disable_email_notification);
                turn(&call.account_ids, false, "EmailVerificationInProgress");
            }
            GuardDuty::DisassociateMembers(call) => turn(&call.account_ids, true, "Removed"),
            GuardDuty::DeleteMembers(call) => {
                turn(&call.account_ids, false, "Deleted");
                members.retain(|member| member.status != "Deleted");
            }
            _ => {}
        }
        if members.is_empty() {
            self.members.remove(region);
        }
        true
    }

    pub(super) fn apply_events(&mut self, call: &Events, at: Place) {
        if let Events::PutRule(call) = call {
            let rule = self.rules.entry(at).or_insert_with(|| {
                let mut new = ctadmin::resource::event_rule::EventRuleState::default();
                new.tags.clone_from(&call.tags);
                new
            });
            rule.description = EventRule {
                pattern: call.event_pattern.clone(),
                state: call.state.clone(),
            };
            return;
        }
        let rule = self.rules.get_mut(&at).expect("the rule exists");
        match call {
            Events::PutRule(_) => {}
            Events::PutTargets(call) => {
                for target in &call.targets {
                    let (_, group) = target.arn.split_once("log-group:").expect("a group");
                    assert!(self.groups.contains_key(&place(&at.0, group)), "{group}");
                    rule.targets.retain(|found| found.id != target.id);
                    rule.targets.push(target.clone());
                }
            }
            Events::RemoveTargets(call) => {
                rule.targets.retain(|target| !call.ids.contains(&target.id));
            }
            Events::TagResource(call) => add_tags(&mut rule.tags, &call.tags),
            Events::DeleteRule(_) => {
                assert!(rule.targets.is_empty(), "it has targets");
                self.rules.remove(&at);
            }
        }
    }

    pub(super) fn apply_resource_policy(&mut self, call: &Logs, (region, _): &Place) {
        match call {
            Logs::PutResourcePolicy(call) => {
                let at = place(region, &call.policy_name);
                self.log_policies.insert(at, call.policy_document.clone());
            }
            Logs::DeleteResourcePolicy(call) => {
                self.log_policies.remove(&place(region, &call.policy_name));
            }
            call => panic!("{call:?} is about no resource policy"),
        }
    }
}
