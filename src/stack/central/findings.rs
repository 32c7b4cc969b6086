//! Findings of GuardDuty: in each region a detector, and a rule of EventBridge that writes findings to a log group, which
//! sends them to the stack's own destination.
//!
//! EventBridge writes to log groups whose names begin with `/aws/events/`, by a resource policy of CloudWatch Logs:
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-cloudwatchlogs-permissions>.

use serde_json::json;

use super::Options;
use super::context::Context;
use super::senders::Senders;
use crate::aws::read::Detector as DetectorState;
use crate::call::Tag;
use crate::call::events::Target;
use crate::call::logs::PutSubscriptionFilter;
use crate::policy::{Principal as To, Statement};
use crate::resource::Resource;
use crate::resource::detector::Detector;
use crate::resource::event_rule::EventRule;
use crate::resource::log_group::LogGroup;
use crate::resource::log_resource_policy::{LogResourcePolicies, LogResourcePolicy};
use crate::resource::principal::Principal;
use crate::resource::subscription_filter::SubscriptionFilter;
use crate::stack::graph::{At, Graph, Intent, Node};
use crate::stack::log_delivery::service_role;
use crate::stack::permissions::Grant;
use crate::stack::splunk::owner;
use crate::stack::{Purpose, Scheme};

/// What creates the role that GuardDuty works as, which AWS does at the first detector of an account.
///
/// <https://docs.aws.amazon.com/guardduty/latest/ug/slr-permissions.html>
pub(crate) fn guardduty_role(scheme: &Scheme) -> Grant {
    let role = "role/aws-service-role/guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty";
    let role = scheme.arn("iam", "", role);
    let create = ["CreateServiceLinkedRole"];
    Grant::new("GuardDutyRole", "iam", &create, vec![role])
}

/// The tag that says which stack created a detector. A region of an account has one at most, and either stack of the
/// account would else delete that of the other.
pub(crate) fn owner_of_detector(scheme: &Scheme, name: &str) -> Tag {
    Tag {
        value: name.to_owned(),
        ..owner(scheme)
    }
}

/// The detector of a region, which is where the account has it.
pub(super) fn detector(scheme: &Scheme, options: &Options, region: &str) -> Detector {
    let name = scheme.central();
    Detector {
        region: region.to_owned(),
        arn: scheme.arn("guardduty", region, "detector/*"),
        features: options.guardduty_features.clone(),
        owner: owner_of_detector(scheme, &name),
        name,
        tags: options.tags.clone(),
    }
}

impl<'a> Context<'a> {
    /// Adds what sends findings, given the destinations of the regions; when it is deleted, before `last`.
    pub fn fill_findings(&self, graph: &mut Graph, destinations: &[(&str, At)], last: Option<At>) {
        let intent = match self.purpose {
            Purpose::Create if self.options.no_guardduty => return,
            Purpose::Show if !self.has_findings() => Intent::Show,
            purpose => purpose.intent(),
        };
        let role = self.sends_findings_as();
        let role = role.map(|_| graph.add(Node::new(self.findings_role(), intent).needs(last)));
        let fill = |(region, destination): &(&str, At)| {
            let needed = role.into_iter().chain([*destination]).collect();
            self.fill_region(graph, region, intent, needed)
        };
        let filters: Vec<At> = destinations.iter().map(fill).collect();
        if role.is_none() && self.purpose != Purpose::Show {
            let unused = Node::new(
                self.findings_role(),
                Intent::Delete("no organization sends"),
            );
            graph.add(unused.needs(last).after(filters));
        }
    }

    /// Adds what a region has for findings. Returns the subscription filter, which needs these nodes.
    fn fill_region(&self, graph: &mut Graph, region: &str, intent: Intent, needed: Vec<At>) -> At {
        // One of others is no part of a stack that does not exist.
        let detector = match self.purpose {
            Purpose::Show if !self.exists() => Intent::Read,
            _ => intent,
        };
        let detector = graph.add(Node::new(self.detector(region), detector));
        let invited = self.fill_invited(graph, region, detector);
        let needed_by_all = invited.into_iter().chain([detector]);
        self.fill_administered(graph, region, needed_by_all.collect());
        let group = graph.add(Node::new(self.findings_group(region), intent));
        let policy = self.findings_policy(graph, region, intent);
        let filter = Node::new(self.findings_filter(region), intent);
        let filter = graph.add(filter.needs([group]).needs(needed));
        let rule = Node::new(self.findings_rule(region), intent);
        graph.add(rule.needs([group]).needs(policy));
        filter
    }

    /// The role that findings are sent as. A destination that is open to an organization asks for one, also in its own
    /// account; one that names accounts does not.
    ///
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CreateSubscriptionFilter-IAMrole.html>
    fn findings_role(&self) -> Principal {
        let trust = ("CloudWatchLogsSends", "logs.amazonaws.com");
        let role = service_role(self.scheme, self.findings_name(), trust, Vec::new());
        let group = format!("log-group:/aws/events/{}:*", self.findings_name());
        let groups = [self.scheme.arn("logs", "*", &group)];
        Principal {
            statements: vec![Statement::allow("Send", ["logs:PutLogEvents"], groups)],
            tags: self.options.tags.clone(),
            ..role
        }
    }

    fn sends_findings_as(&self) -> Option<String> {
        match self.senders() {
            Senders::Accounts(_) => None,
            Senders::Organization(_) => Some(self.findings_role().arn),
        }
    }

    /// Whether findings are sent from any region: they may have been left out.
    fn has_findings(&self) -> bool {
        let mut rules = self.regions().map(|region| self.findings_rule(region));
        rules.any(|rule| self.observed.of(&rule).is_some())
    }

    /// Adds the resource policy, once those of the region are read.
    fn findings_policy(&self, graph: &mut Graph, region: &str, intent: Intent) -> Option<At> {
        let region = region.to_owned();
        let list = LogResourcePolicies { region };
        let found = self.observed.of(&list);
        let found = found.map_or(&[][..], Vec::as_slice);
        let is_read = self.observed.is_read(&list);
        let name = self.findings_name();
        let (own, others): (Vec<_>, Vec<_>) = found.iter().partition(|(of, _)| *of == name);
        let group = self.findings_group(&list.region).arn;
        let actions = ["logs:CreateLogStream", "logs:PutLogEvents"];
        let write = Statement::allow("EventBridgeWrites", actions, [format!("{group}:*")]);
        let services = ["events.amazonaws.com", "delivery.logs.amazonaws.com"];
        let policy = LogResourcePolicy {
            name,
            region: list.region.clone(),
            statement: write.to(To::services(services)),
            others: others.len(),
        };
        graph.add(Node::read(list));
        let own = own.first().map(|(_, document)| document.clone());
        is_read.then(|| graph.add(Node::given(policy, intent, own)))
    }

    fn findings_name(&self) -> String {
        format!("{}-guardduty", self.scheme.central())
    }

    /// The detector of a region.
    pub fn detector(&self, region: &str) -> Detector {
        detector(self.scheme, self.options, region)
    }

    fn findings_group(&self, region: &str) -> LogGroup {
        let name = format!("/aws/events/{}", self.findings_name());
        let arn = self
            .scheme
            .arn("logs", region, &format!("log-group:{name}"));
        LogGroup {
            name,
            arn,
            region: region.to_owned(),
            ..self.log_group()
        }
    }

    fn findings_filter(&self, region: &str) -> SubscriptionFilter {
        let group = self.findings_group(region);
        SubscriptionFilter {
            settings: PutSubscriptionFilter {
                log_group_name: group.name,
                filter_name: self.findings_name(),
                filter_pattern: String::new(),
                destination_arn: self.destination(region).arn,
                role_arn: self.sends_findings_as(),
                distribution: Some("Random".to_owned()),
            },
            group_arn: group.arn,
            region: group.region,
            service: "logs.amazonaws.com",
        }
    }

    /// The rule that takes findings:
    /// <https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html>.
    fn findings_rule(&self, region: &str) -> EventRule {
        let name = self.findings_name();
        EventRule {
            region: region.to_owned(),
            arn: self.scheme.arn("events", region, &format!("rule/{name}")),
            pattern: json!({ "source": ["aws.guardduty"], "detail-type": ["GuardDuty Finding"] }),
            target: Target {
                id: name.clone(),
                arn: self.findings_group(region).arn,
            },
            tags: self.options.tags.clone(),
            name,
        }
    }

    /// The permissions that no resource has: GuardDuty's own role is created with an account's first detector, and the
    /// role that findings are sent as is deleted once no organization sends.
    ///
    /// <https://docs.aws.amazon.com/guardduty/latest/ug/slr-permissions.html>
    pub fn findings_grants(&self) -> Vec<Grant> {
        match self.purpose {
            Purpose::Create => {
                let unused = ["DeleteRolePolicy", "DeleteRole"];
                let role = vec![self.findings_role().arn];
                let unused = Grant::new("UnusedRole", "iam", &unused, role);
                vec![guardduty_role(self.scheme), unused]
            }
            // Who sends is not known without the account.
            Purpose::Show => vec![organization(&["DescribeOrganizationConfiguration"])],
            Purpose::Delete => vec![organization(&[
                "DescribeOrganizationConfiguration",
                "UpdateOrganizationConfiguration",
            ])],
        }
    }

    /// What the user should know of GuardDuty before agreeing to a plan.
    pub fn findings_notes(&self) -> Vec<String> {
        let of_others = self.regions_with(|detector, found| !detector.is_own(found));
        let suspended = self
            .regions_with(|detector, found| !detector.is_own(found) && found.status == "DISABLED");
        let own = self.regions_with(Detector::is_own);
        let note = |regions: &[&str], words: &str| {
            let regions = regions.join(", ");
            let note = || format!("the GuardDuty detector in {regions} {words}");
            (!regions.is_empty()).then(note)
        };
        let notes = match self.purpose {
            Purpose::Create if !self.options.no_guardduty => vec![
                note(&of_others, "was created by others: it is used as it is"),
                note(&suspended, "is suspended: it finds nothing"),
            ],
            Purpose::Delete => vec![
                note(&of_others, "is kept: this scheme did not create it"),
                note(&own, "is deleted with its findings"),
            ],
            Purpose::Create | Purpose::Show => Vec::new(),
        };
        notes.into_iter().flatten().collect()
    }

    /// The regions with a detector of which this holds.
    fn regions_with(&self, holds: impl Fn(&Detector, &DetectorState) -> bool) -> Vec<&'a str> {
        let regions = self.regions().filter(|region| {
            let detector = self.detector(region);
            let found = self.observed.of(&detector);
            found.is_some_and(|found| holds(&detector, found))
        });
        regions.collect()
    }
}

/// What is done with the configuration of an organization, which IAM knows as no resource.
fn organization(operations: &[&'static str]) -> Grant {
    Grant::new(
        "GuardDutyOrganization",
        "guardduty",
        operations,
        vec!["*".to_owned()],
    )
}
