//! Detectors of Amazon GuardDuty, and their relations to those of other accounts.

use std::collections::BTreeMap;

use super::Reader;
use crate::aws::error::Request;
use crate::error::CallResult;

/// GuardDuty has one code for all that it refuses: of a detector that was found, that it is gone.
const MISSING: [&str; 1] = ["BadRequestException"];

/// A detector.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detector {
    /// Its id, which AWS invents.
    pub id: String,
    /// `ENABLED` or `DISABLED`.
    pub status: String,
    /// `FIFTEEN_MINUTES`, `ONE_HOUR` or `SIX_HOURS`: how often repeated findings are published.
    pub frequency: String,
    /// The features that are on, the basic data sources among them.
    pub features: Vec<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// A member of a detector, as its administrator sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuardDutyMember {
    /// The account.
    pub account: String,
    /// The email address that AWS verifies, where the account was invited.
    pub email: String,
    /// `Created`, `EmailVerificationInProgress`, `EmailVerificationFailed`, `Invited`, `Enabled`, `Disabled`, `Removed` or
    /// `Resigned`.
    pub status: String,
}

impl GuardDutyMember {
    /// Whether the account is invited or has accepted.
    pub fn is_associated(&self) -> bool {
        let associated = [
            "EmailVerificationInProgress",
            "Invited",
            "Enabled",
            "Disabled",
        ];
        associated.contains(&self.status.as_str())
    }

    /// Whether AWS could not verify the email address.
    pub fn is_refused(&self) -> bool {
        self.status == "EmailVerificationFailed"
    }
}

/// What an account knows of one that invites it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuardDutyRelation {
    /// The id of the invitation, if there is one that waits.
    pub invitation: Option<String>,
    /// The account's administrator, if it has one.
    pub administrator: Option<String>,
}

impl Reader {
    /// The members of a detector, those too that are not associated.
    pub async fn guardduty_members(
        &self,
        region: &str,
        detector: &str,
    ) -> CallResult<Vec<GuardDutyMember>> {
        let request = Request::new("guardduty", "ListMembers", region, detector);
        let list = self.clients.guardduty(region).list_members();
        let list = list.detector_id(detector).only_associated("false");
        let list = list.into_paginator().items().send();
        let found = self.list(request, list.try_collect(), &MISSING).await?;
        let members = found.into_iter().map(|member| GuardDutyMember {
            account: member.account_id.unwrap_or_default(),
            email: member.email.unwrap_or_default(),
            status: member.relationship_status.unwrap_or_default(),
        });
        Ok(members.collect())
    }

    /// The invitation of this account, and the administrator of the detector; `None` if there is neither.
    pub async fn guardduty_relation(
        &self,
        region: &str,
        detector: Option<&str>,
        from: &str,
    ) -> CallResult<Option<GuardDutyRelation>> {
        let (invitation, administrator) = tokio::try_join!(
            self.guardduty_invitation(region, from),
            self.guardduty_administrator(region, detector),
        )?;
        let relation = GuardDutyRelation {
            invitation,
            administrator,
        };
        Ok((relation != GuardDutyRelation::default()).then_some(relation))
    }

    async fn guardduty_invitation(&self, region: &str, from: &str) -> CallResult<Option<String>> {
        let request = Request::new("guardduty", "ListInvitations", region, from);
        let list = self.clients.guardduty(region).list_invitations();
        let list = list.into_paginator().items().send();
        let found = self.list(request, list.try_collect(), &[]).await?;
        let mut found = found.into_iter().filter(|one| {
            let waits = one.relationship_status.as_deref() == Some("Invited");
            waits && one.account_id.as_deref() == Some(from)
        });
        Ok(found.find_map(|one| one.invitation_id))
    }

    /// Nothing for an account without a detector, or without an administrator.
    async fn guardduty_administrator(
        &self,
        region: &str,
        detector: Option<&str>,
    ) -> CallResult<Option<String>> {
        let Some(detector) = detector else {
            return Ok(None);
        };
        let request = Request::new("guardduty", "GetAdministratorAccount", region, detector);
        let get = self.clients.guardduty(region).get_administrator_account();
        let get = get.detector_id(detector).send();
        let found = self.find(request, get, &MISSING).await?;
        let administrator = found.and_then(|found| found.administrator);
        Ok(administrator.and_then(|found| found.account_id))
    }

    /// For which accounts of the organization GuardDuty is enabled automatically: `ALL`, `NEW` or `NONE`; `None` where this
    /// account is not the organization's delegated administrator.
    pub async fn guardduty_organization(
        &self,
        region: &str,
        detector: &str,
    ) -> CallResult<Option<String>> {
        let operation = "DescribeOrganizationConfiguration";
        let request = Request::new("guardduty", operation, region, detector);
        let describe = self.clients.guardduty(region);
        let describe = describe.describe_organization_configuration();
        let describe = describe.detector_id(detector).send();
        let found = self.find(request, describe, &MISSING).await?;
        Ok(found.map(|found| {
            let accounts = found.auto_enable_organization_members;
            accounts.map_or_else(|| "NONE".to_owned(), |it| it.as_str().to_owned())
        }))
    }

    /// The detector of a region, if there is one: an account has one at most.
    pub async fn detector(&self, region: &str, name: &str) -> CallResult<Option<Detector>> {
        let request = Request::new("guardduty", "ListDetectors", region, name);
        let list = self.clients.guardduty(region).list_detectors().send();
        let listed = self.clients.send(request, list).await?.detector_ids;
        let Some(id) = listed.unwrap_or_default().into_iter().next() else {
            return Ok(None);
        };
        let request = Request::new("guardduty", "GetDetector", region, &id);
        let get = self.clients.guardduty(region).get_detector();
        let get = get.detector_id(&id).send();
        let Some(found) = self.find(request, get, &MISSING).await? else {
            return Ok(None);
        };
        let features = found.features.unwrap_or_default().into_iter();
        let on = features.filter(|feature| {
            let status = feature.status.as_ref();
            status.is_some_and(|status| status.as_str() == "ENABLED")
        });
        let names = on.filter_map(|feature| Some(feature.name?.as_str().to_owned()));
        Ok(Some(Detector {
            features: names.collect(),
            status: found
                .status
                .map_or_else(String::new, |status| status.as_str().to_owned()),
            frequency: found
                .finding_publishing_frequency
                .map_or_else(String::new, |frequency| frequency.as_str().to_owned()),
            tags: found.tags.unwrap_or_default().into_iter().collect(),
            id,
        }))
    }
}
