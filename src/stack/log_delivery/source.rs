//! A log group of others that a stack reads in the place of the trail's. It is neither created nor changed nor deleted.
//!
//! Which one it is, the role remembers that CloudWatch Logs sends as: its trust policy names the group beside all groups
//! of the region, which is what AWS documents. So the role is deleted last.

use super::{LogDelivery, Options, service_role};
use crate::error::{Error, Result};
use crate::resource::principal::Principal;
use crate::stack::observed::Observed;
use crate::stack::trail::survey::Survey as TrailSurvey;
use crate::stack::{Account, Purpose, Scheme};

/// The id of the statement with which CloudWatch Logs assumes the role.
const SENDS: &str = "CloudWatchLogsSends";

/// A log group of others.
#[derive(Clone, Debug)]
pub struct LogSource {
    /// The name of the delivery, within the scheme.
    pub name: String,
    /// The log group, when it was named.
    pub group: Option<String>,
    /// Its region, when it was named.
    pub region: Option<String>,
}

/// The region and the name of a log group.
type Place = (String, String);

impl LogSource {
    /// The region and the group that options name, else those that the role remembers; nothing if neither says it.
    ///
    /// # Errors
    /// When they differ, or nothing names the region or, for `create`, the group.
    pub fn place(
        &self,
        options: &Options,
        account: &Account,
        purpose: Purpose,
        observed: &Observed,
    ) -> Result<Option<Place>> {
        let name = &self.name;
        let known = self.remembered(&account.scheme, observed);
        let Some(group) = &self.group else {
            if known.is_some() || purpose != Purpose::Create {
                return Ok(known);
            }
            let message = format!("the log group that {name} delivers is unknown");
            return Err(Error::failed(message).hint("give --source-log-group NAME"));
        };
        let region = self.region.clone();
        let region = region.or(known.as_ref().map(|(region, _)| region.clone()));
        let region = region.or(options.trail.home.clone());
        let region = region.or(account.configured_region.clone());
        let Some(region) = region else {
            let message = format!("the region of the log group {group} is unknown");
            return Err(Error::failed(message).hint("give --source-region REGION"));
        };
        match known.filter(|(at, found)| *found != *group || *at != region) {
            None => Ok(Some((region, group.clone()))),
            Some((at, found)) => {
                let message = format!(
                    "{name} delivers the log group {found} in {at}, not {group} in {region}"
                );
                Err(Error::failed(message).hint(format!(
                    "choose another --name, or `ctadmin delete push --name {name}` first"
                )))
            }
        }
    }

    /// What the role says that it was created for.
    fn remembered(&self, scheme: &Scheme, observed: &Observed) -> Option<Place> {
        let trust = observed.of(&self.role(scheme))?.trust.as_ref()?;
        let statement = trust.statement(&scheme.sid(SENDS))?;
        let sources = statement["Condition"]["StringLike"]["aws:SourceArn"].as_array()?;
        let mut arns = sources.iter().filter_map(|arn| arn.as_str());
        arns.find_map(|arn| {
            let parts: Vec<&str> = arn.split(':').collect();
            let [_, _, "logs", region, _, "log-group", group] = parts.as_slice() else {
                return None;
            };
            Some(((*region).to_owned(), (*group).to_owned()))
        })
    }

    /// The role by its name alone, to be read.
    pub(super) fn role(&self, scheme: &Scheme) -> Principal {
        sender(scheme, Some(&self.name), Vec::new())
    }

    /// Checks that the group is not the trail's, whose events the stack delivers without a source.
    ///
    /// # Errors
    /// When it is.
    pub fn check(&self, stack: &str, (region, group): &Place, trails: &TrailSurvey) -> Result<()> {
        let scheme = &trails.scope.account.scheme;
        let local = trails.trail(region).map(|found| &found.description);
        let own = [trails.multi_region_trail(), local].into_iter().flatten();
        let mut own = own.filter(|trail| trail.home_region == *region);
        let is_sent_to = own.any(|trail| trail.log_group() == Some(group));
        if !is_sent_to && *group != scheme.base() {
            return Ok(());
        }
        let message = format!("the log group {group} is that of the trail");
        Err(Error::failed(message).hint(format!(
            "`ctadmin create {stack}` delivers it: omit --source-log-group and --name"
        )))
    }
}

/// The role that CloudWatch Logs sends as, for these log groups.
pub(crate) fn sender(scheme: &Scheme, source: Option<&String>, groups: Vec<String>) -> Principal {
    let end = source.map(|name| format!("-{name}")).unwrap_or_default();
    let name = format!("{}-logs-to-firehose{end}", scheme.base());
    service_role(scheme, name, (SENDS, "logs.amazonaws.com"), groups)
}

impl LogDelivery<'_> {
    /// The name of the delivery, if it is not that of the trail's log group.
    pub fn source(&self) -> Option<&String> {
        self.options.source.as_ref().map(|source| &source.name)
    }

    /// The command that is about the same delivery.
    pub fn command(&self, command: &str) -> String {
        let stack = self.stack;
        let name = self.source().map(|name| format!(" --name {name}"));
        format!("{command} {stack}{}", name.unwrap_or_default())
    }
}
