//! GuardDuty for the accounts of an organization, as the organization's delegated administrator configures it: for which
//! of them GuardDuty is enabled automatically.
//!
//! Only the organization's management account can appoint this one, in each region.
//! <https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_organizations.html>

use serde_json::json;

use super::{Change, Fact, Id, Removal, Resource, detector};
use crate::aws::Reader;
use crate::call::guardduty::UpdateOrganizationConfiguration;
use crate::call::{Kind, Text};
use crate::error::CallError;

/// The organization's configuration.
pub static KIND: Kind = Kind {
    reads: &["DescribeOrganizationConfiguration"],
    changes: &["UpdateOrganizationConfiguration"],
    removals: &["UpdateOrganizationConfiguration"],
    passing: detector::PASSING,
    ..Kind::new("guardduty-organization", "guardduty")
};

/// For all accounts, for none.
const ALL: &str = "ALL";
const NONE: &str = "NONE";

/// The organization's configuration in a region.
#[derive(Clone, Debug)]
pub struct GuardDutyOrganization {
    /// What it is called here.
    pub name: String,
    /// Its region.
    pub region: String,
    /// The id of this account's detector.
    pub detector: Text,
    /// Whether an option asks for all accounts; else what is configured stays.
    pub is_asked: bool,
    /// Whether the detector is the stack's, so that deletion may end what it does for others.
    pub is_own: bool,
}

impl Resource for GuardDutyOrganization {
    /// For which accounts GuardDuty is enabled automatically: `ALL`, `NEW` or `NONE`. There is none where this account is not
    /// the delegated administrator.
    type Observed = String;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.name)
    }

    async fn read(&self, reader: &Reader) -> Result<Option<String>, CallError> {
        // An account that is appointed gets a detector.
        let Text::Known(detector) = &self.detector else {
            return Ok(None);
        };
        reader.guardduty_organization(&self.region, detector).await
    }

    fn changes(&self, observed: Option<&String>) -> Vec<Change> {
        let found = observed.filter(|found| self.is_asked && *found != ALL);
        let change = found.map(|found| {
            let reason =
                format!("GuardDuty is enabled by itself in {found} of the organization's accounts");
            Change::new(self.update(ALL), reason)
        });
        change.into_iter().collect()
    }

    fn removal(&self, observed: &String) -> Removal {
        match (self.is_own, observed == NONE) {
            (true, false) => Removal::by(self.update(NONE)),
            (true, true) => Removal::default(),
            (false, _) => Removal {
                kept: Some("the detector was created by others".to_owned()),
                ..Removal::default()
            },
        }
    }

    fn facts(&self, observed: &String) -> Vec<Fact> {
        vec![("enabled_accounts", json!(observed))]
    }
}

impl GuardDutyOrganization {
    fn update(&self, accounts: &str) -> UpdateOrganizationConfiguration {
        UpdateOrganizationConfiguration {
            detector_id: self.detector.clone(),
            auto_enable_organization_members: accounts.to_owned(),
        }
    }
}
