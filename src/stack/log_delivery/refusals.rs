//! What every stack that reads the log group refuses before anything changes.

use super::LogDelivery;
use crate::aws::read::STANDARD;
use crate::error::{Error, Result};
use crate::resource::principal::Principal;

/// How many subscription filters a log group has at most.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>
const FILTERS: usize = 2;

impl LogDelivery<'_> {
    /// Checks that the trail can send to the log group, and that no filter is left without events.
    ///
    /// # Errors
    /// With the first reason against it.
    pub fn check(&self) -> Result<()> {
        self.check_region("key", self.options.kms_key_id.as_deref())?;
        if self.source().is_none() {
            self.check_role(&self.role())?;
        }
        self.check_exists()?;
        self.check_class()?;
        self.check_move()
    }

    /// Checks that something is in the region of the log group, where whatever works with it must be.
    ///
    /// # Errors
    /// When its ARN names another region.
    pub fn check_region(&self, what: &str, arn: Option<&str>) -> Result<()> {
        let region = &self.region;
        let other = arn.and_then(|arn| arn.split(':').nth(3));
        let Some(other) = other.filter(|other| other != region) else {
            return Ok(());
        };
        let those = match self.source() {
            None => "the trail, its log group",
            Some(_) => "the log group",
        };
        let message =
            format!("the {what} is in {other}, but {those} and what reads it are in {region}");
        Err(Error::failed(message).hint(format!("name a {what} in {region}")))
    }

    /// The trail sends to a group of another, which is not created.
    fn check_exists(&self) -> Result<()> {
        if !self.is_others_group() || self.group_state().is_some() {
            return Ok(());
        }
        let group = &self.group;
        if self.source().is_some() {
            let message = format!("the log group {group} is missing in {}", self.region);
            return Err(Error::failed(message).hint("--source-region REGION names another region"));
        }
        let message = format!("the trail sends to the log group {group}, which is missing");
        Err(Error::failed(message).hint("--log-group NAME sends to another one"))
    }

    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html>
    fn check_class(&self) -> Result<()> {
        let class = self.group_state();
        let class = class.map(|state| state.description.class.as_str());
        let Some(class) = class.filter(|class| *class != STANDARD) else {
            return Ok(());
        };
        let group = &self.group;
        let message =
            format!("the log group {group} is of the class {class}, which has no filters");
        let error = Error::failed(message).hint("a group's class cannot be changed");
        Err(match self.source() {
            None => error.hint("--log-group NAME names another"),
            Some(_) => error,
        })
    }

    /// Filters stay in the group that they are in, and would receive nothing any more.
    fn check_move(&self) -> Result<()> {
        let Some(old) = self.other_group() else {
            return Ok(());
        };
        let users = self.users_of(old);
        if users.is_empty() {
            return Ok(());
        }
        let (users, wanted) = (users.join(", "), &self.group);
        let message = format!(
            "the trail sends to the log group {old}, which is read by {users}, not to {wanted}"
        );
        Err(Error::failed(message).hint("omit --log-group, or delete these first"))
    }

    /// Checks that the log group is not to be deleted, or that these are no filters which read it.
    ///
    /// # Errors
    /// With the filters that read it.
    pub fn check_unused(&self, users: &[String]) -> Result<()> {
        if self.why_logs_stay().is_some() || users.is_empty() {
            return Ok(());
        }
        let (group, users) = (&self.group, users.join(", "));
        let message = format!("the log group {group} cannot be deleted: it is read by {users}");
        Err(Error::failed(message).hint("delete these first, or omit --with-logs"))
    }

    /// Checks that the log group has a subscription filter of this name, or room for it.
    ///
    /// # Errors
    /// With the filters that it has.
    pub fn check_room(&self, name: &str) -> Result<()> {
        let found = self.subscriptions();
        if found.len() < FILTERS || self.subscription(name).is_some() {
            return Ok(());
        }
        let names = found.iter().map(|filter| filter.filter_name.as_str());
        let names = names.collect::<Vec<_>>().join(" and ");
        let (group, region) = (&self.group, &self.region);
        let message = format!(
            "the log group {group} has the subscription filters {names}; the limit is {FILTERS}"
        );
        Err(Error::failed(message).hint(format!("delete one that is no longer needed: aws logs delete-subscription-filter --region {region} --log-group-name {group} --filter-name NAME")))
    }

    /// Checks that a role's name is free or ours: its ARN is derived, and one under a path has another.
    ///
    /// # Errors
    /// With the ARN that has the name.
    pub(crate) fn check_role(&self, role: &Principal) -> Result<()> {
        match self.observed.of(role) {
            Some(found) if found.arn != role.arn => {
                let message = format!("the role's name is used by {}", found.arn);
                Err(Error::failed(message).hint("rename that role, or choose another --prefix"))
            }
            Some(_) | None => Ok(()),
        }
    }
}
