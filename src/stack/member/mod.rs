//! The stack of a member: an account that sends its logs to a central account.
//!
//! Neither account can read the other. What a member must know of the central account follows from that account's ID and
//! the prefix of its names; whether it may send, the central account's policies say when it tries. The multi-region
//! trail delivers to the central account's bucket, and to a log group whose subscription filter sends to the central
//! account's destination (`trail`).

mod trail;

use super::engine::{Outline, Stack, Surveyed};
use super::log_delivery::{self, LogStack, service_role};
use super::observed::Observed;
use super::permissions::Grant;
use super::trail::survey::Survey as TrailSurvey;
use super::{Account, After, Planned, Purpose, Say, Scheme};
use crate::aws::Reader;
use crate::error::Result;
use crate::plan::Plan;
use crate::resource::principal::Principal;
pub use trail::Trail;

/// What is asked of the stack of a member.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What the trail logs.
    pub trail: Trail,
}

/// The central stack of another account.
#[derive(Clone, Debug)]
pub struct Central {
    /// The account, 12 digits.
    pub account: String,
    /// What the names of its stack begin with, before `-central`.
    pub prefix: String,
}

impl Central {
    /// The central stack of any account, for the permissions.
    pub fn any() -> Self {
        Self {
            account: "*".to_owned(),
            prefix: "*".to_owned(),
        }
    }

    /// The bucket of the members' trails.
    pub fn bucket(&self) -> String {
        format!("{}-trails", self.base())
    }

    /// The ARN of the destination for the log groups of a region.
    pub fn destination(&self, partition: &str, region: &str) -> String {
        let (account, name) = (&self.account, self.base());
        format!("arn:{partition}:logs:{region}:{account}:destination:{name}")
    }

    fn base(&self) -> String {
        format!("{}-central", self.prefix)
    }
}

/// The role that CloudWatch Logs sends as, by its name alone. A destination that is open to an organization takes only
/// what a role sends; one that is open to accounts takes that as well.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CreateSubscriptionFilter-IAMrole.html>
fn sender(scheme: &Scheme) -> Principal {
    let name = format!("{}-logs-to-central", scheme.prefix);
    let trust = ("CloudWatchLogsSends", "logs.amazonaws.com");
    service_role(scheme, name, trust, vec![scheme.arn("logs", "*", "*")])
}

impl Stack for Options {
    type Known = TrailSurvey;

    const NAME: &'static str = Trail::STACK;

    async fn discover(
        &self,
        account: &Account,
        purpose: Purpose,
        reader: &Reader,
        say: Say<'_>,
    ) -> TrailSurvey {
        self.trail.discover(account, purpose, reader, say).await
    }

    fn nothing(&self, account: &Account, purpose: Purpose) -> TrailSurvey {
        self.trail.nothing(account, purpose)
    }

    fn outline(
        &self,
        account: &Account,
        purpose: Purpose,
        known: Option<&TrailSurvey>,
        observed: &Observed,
    ) -> Result<Outline> {
        self.trail.outline(account, purpose, known, observed)
    }

    fn notes(
        &self,
        account: &Account,
        purpose: Purpose,
        surveyed: &Surveyed<TrailSurvey>,
        planned: &Planned,
    ) -> Result<Vec<String>> {
        self.trail.notes(account, purpose, surveyed, planned)
    }

    fn after(
        &self,
        account: &Account,
        surveyed: &Surveyed<TrailSurvey>,
        plan: &Plan,
    ) -> Option<After> {
        self.trail.after(account, surveyed, plan)
    }
}

impl Options {
    /// What a caller must be allowed, in a member of this central stack.
    pub fn permissions(scheme: &Scheme, purpose: Purpose, central: Central) -> Vec<Grant> {
        let bucket = central.bucket();
        let trail = Trail {
            central: Some(central),
            delivery: log_delivery::Options::default(),
        };
        LogStack::permissions(&trail, scheme, purpose, &bucket)
    }
}
