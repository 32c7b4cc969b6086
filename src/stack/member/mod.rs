//! The stack of a member: an account that sends its logs to a central account.
//!
//! Neither account can read the other. What a member must know of the central account follows from that account's ID and
//! the prefix of its names; whether it may send, the central account's policies say when it tries. The multi-region
//! trail delivers to the central account's bucket, and to a log group whose subscription filter sends to the central
//! account's destination (`trail`). The VPCs of each region have flow logs, which are sent in the same way (`flow`).
//! GuardDuty's findings come to the central account once its invitation is accepted (`guardduty`).

mod flow;
mod guardduty;
mod trail;

use super::central::guardduty_role;
use super::engine::{self, Outline, Stack, Surveyed};
use super::graph::{Graph, Node};
use super::log_delivery::{self, LogStack, service_role};
use super::observed::Observed;
use super::permissions::Grant;
use super::trail::survey::Survey as TrailSurvey;
use super::{Account, After, Planned, Purpose, Say, Scheme};
use crate::aws::Reader;
use crate::call::Tag;
use crate::error::{Error, Result};
use crate::plan::Plan;
use crate::policy::Statement;
use crate::resource::Resource;
use crate::resource::principal::Principal;
use crate::words::{counted, few};
pub use flow::Flow;
pub use trail::Trail;

/// What is asked of the stack of a member.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where the account sends, when it was named.
    pub central: Option<Central>,
    /// What the trail logs; nothing leaves it as it is.
    pub trail: Option<Trail>,
    /// The flow logs of VPCs; nothing leaves them as they are.
    pub flow: Option<Flow>,
    /// Whether GuardDuty is used; else it is left as it is.
    pub has_guardduty: bool,
    /// Whether deletion takes the log groups with it, and their events.
    pub with_logs: bool,
    /// Tags to set.
    pub tags: Vec<Tag>,
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
/// what a role sends; one that is open to accounts takes that as well. AWS's page has no condition in its trust policy.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CreateSubscriptionFilter-IAMrole.html>
fn sender(scheme: &Scheme) -> Principal {
    let name = format!("{}-logs-to-central", scheme.prefix);
    let trust = ("CloudWatchLogsSends", "logs.amazonaws.com");
    service_role(scheme, name, trust, Vec::new())
}

/// The same role, which sends what is in the trail's log group, of this name, and in those of the flow logs.
fn sender_of(scheme: &Scheme, group: &str, tags: &[Tag]) -> Principal {
    let groups = [group, &flow::group_name(scheme)];
    let arns = groups.map(|group| scheme.arn("logs", "*", &format!("log-group:{group}:*")));
    Principal {
        statements: vec![Statement::allow("Send", ["logs:PutLogEvents"], arns)],
        tags: tags.to_vec(),
        ..sender(scheme)
    }
}

impl Stack for Options {
    type Known = TrailSurvey;

    const NAME: &'static str = Trail::STACK;

    fn creation(&self) -> String {
        let central = self.central.as_ref();
        let account = central.map_or("ID", |central| &central.account);
        format!("create {} --central {account}", Self::NAME)
    }

    async fn discover(
        &self,
        account: &Account,
        purpose: Purpose,
        reader: &Reader,
        say: Say<'_>,
    ) -> TrailSurvey {
        match &self.trail {
            Some(trail) => trail.discover(account, purpose, reader, say).await,
            None => self.nothing(account, purpose),
        }
    }

    fn nothing(&self, account: &Account, purpose: Purpose) -> TrailSurvey {
        let trail = self.trail.clone().unwrap_or_default();
        trail.nothing(account, purpose)
    }

    fn outline(
        &self,
        account: &Account,
        purpose: Purpose,
        known: Option<&TrailSurvey>,
        observed: &Observed,
    ) -> Result<Outline> {
        let central = self.central.as_ref();
        if central.is_some_and(|central| central.account == account.scheme.account) {
            let error =
                Error::usage("--central names this account, which cannot be a member of itself");
            return Err(error.hint("run `create member` in the accounts that send their logs"));
        }
        let mut outline = match &self.trail {
            Some(trail) => trail.outline(account, purpose, known, observed)?,
            None => Outline::new(account),
        };
        let graph = &mut outline.graph;
        let role = sender_of(&account.scheme, &account.scheme.base(), &self.tags);
        // The trail's part has it once the home region is known.
        let sender = graph.position(role.id()).unwrap_or_else(|| {
            graph.add(match (purpose, &self.trail) {
                (Purpose::Create, Some(_)) | (Purpose::Show, _) => Node::read(role),
                (Purpose::Create, None) | (Purpose::Delete, _) => Node::new(role, purpose.intent()),
            })
        });
        let regions = flow::regions(self, account, purpose, observed);
        flow::fill(&regions, graph, sender);
        guardduty::fill(self, (account, purpose), observed, graph);
        Ok(outline)
    }

    fn notes(
        &self,
        account: &Account,
        purpose: Purpose,
        surveyed: &Surveyed<TrailSurvey>,
        planned: &Planned,
    ) -> Result<Vec<String>> {
        let mut notes = match &self.trail {
            Some(trail) => trail.notes(account, purpose, surveyed, planned)?,
            None => Vec::new(),
        };
        if purpose == Purpose::Create {
            let regions = guardduty::uninvited(self, account, &surveyed.observed);
            let note = format!(
                "GuardDuty in {} waits for an invitation: `ctadmin create central --member-email` sends it",
                few(&regions)
            );
            notes.extend((!regions.is_empty()).then_some(note));
        }
        Ok(notes)
    }

    fn after(
        &self,
        account: &Account,
        surveyed: &Surveyed<TrailSurvey>,
        plan: &Plan,
    ) -> Option<After> {
        let trail = self.trail.as_ref();
        let mut after = trail
            .and_then(|trail| trail.after(account, surveyed, plan))
            .unwrap_or_default();
        let regions = flow::regions(self, account, Purpose::Create, &surveyed.observed);
        let vpcs: usize = regions.iter().map(flow::Region::vpcs).sum();
        if self.flow.is_some() {
            let logged = format!("flow logs of {}", counted(vpcs, "VPC"));
            after.exists.push(("flow", logged));
        }
        after.next = vec![format!("show {}", Self::NAME)];
        Some(after)
    }
}

impl Options {
    /// What `doctor member` reads: all that `show member` does, and metrics.
    pub fn permissions_of_doctor(scheme: &Scheme) -> Vec<Grant> {
        let mut grants = Self::permissions(scheme, Purpose::Show, Central::any());
        let metrics = ["GetMetricData", "ListMetrics"];
        let metrics = Grant::new("Metrics", "cloudwatch", &metrics, vec!["*".to_owned()]);
        metrics.join(&mut grants);
        grants
    }

    /// What a caller must be allowed, in a member of this central stack.
    pub fn permissions(scheme: &Scheme, purpose: Purpose, central: Central) -> Vec<Grant> {
        let bucket = central.bucket();
        let trail = Trail {
            central: Some(central.clone()),
            delivery: log_delivery::Options::default(),
        };
        let mut grants = LogStack::permissions(&trail, scheme, purpose, &bucket);
        for grant in grants.iter_mut().filter(|grant| grant.service == "s3") {
            let is_read = |operation: &&str| {
                ["Get", "Head", "List"]
                    .iter()
                    .any(|it| operation.starts_with(it))
            };
            grant.operations.retain(is_read);
        }
        grants.retain(|grant| !grant.operations.is_empty());
        let options = Self {
            central: Some(central),
            flow: Some(Flow::default()),
            has_guardduty: true,
            ..Self::default()
        };
        let (account, observed) = (Account::of_any_region(scheme), Observed::nothing());
        let regions = flow::regions(&options, &account, purpose, &observed);
        let mut graph = Graph::new(&scheme.account);
        regions.iter().for_each(|region| region.every(&mut graph));
        guardduty::fill(&options, (&account, purpose), &observed, &mut graph);
        let own = engine::grants(&graph, purpose).into_iter();
        let role = (purpose == Purpose::Create).then(|| guardduty_role(scheme));
        let own = own.chain(regions.iter().flat_map(flow::Region::grants));
        for grant in own.chain(role) {
            grant.join(&mut grants);
        }
        grants
    }
}
