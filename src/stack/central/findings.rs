//! Findings of GuardDuty: in each region a detector, and a rule of EventBridge that writes findings to a log group, which
//! sends them to the stack's own destination.
//!
//! EventBridge writes to log groups whose names begin with `/aws/events/`, by a resource policy of CloudWatch Logs:
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-cloudwatchlogs-permissions>.

use serde_json::json;

use super::context::Context;
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
use crate::resource::subscription_filter::SubscriptionFilter;
use crate::stack::graph::{At, Graph, Intent, Node};
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

impl<'a> Context<'a> {
    /// Adds what a region has for findings, given its destination.
    pub fn fill_findings(&self, graph: &mut Graph, region: &str, destination: At) {
        let intent = match self.purpose {
            Purpose::Create if self.options.no_guardduty => return,
            Purpose::Show if !self.has_findings() => Intent::Show,
            purpose => purpose.intent(),
        };
        // One of others is no part of a stack that does not exist.
        let detector = match self.purpose {
            Purpose::Show if !self.exists() => Intent::Read,
            _ => intent,
        };
        let detector = graph.add(Node::new(self.detector(region), detector));
        self.fill_invited(graph, region, detector);
        let group = graph.add(Node::new(self.findings_group(region), intent));
        let policy = self.findings_policy(graph, region, intent);
        let filter = Node::new(self.findings_filter(region), intent);
        graph.add(filter.needs([group, destination]));
        let rule = Node::new(self.findings_rule(region), intent);
        graph.add(rule.needs([group]).needs(policy));
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
        let name = self.scheme.central();
        Detector {
            region: region.to_owned(),
            arn: self.scheme.arn("guardduty", region, "detector/*"),
            features: self.options.guardduty_features.clone(),
            owner: owner_of_detector(self.scheme, &name),
            name,
            tags: self.options.tags.clone(),
        }
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
                role_arn: None,
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

    /// The permissions that no resource has: GuardDuty's own role is created with an account's first detector.
    ///
    /// <https://docs.aws.amazon.com/guardduty/latest/ug/slr-permissions.html>
    pub fn findings_grant(&self) -> Option<Grant> {
        (self.purpose == Purpose::Create).then(|| guardduty_role(self.scheme))
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
