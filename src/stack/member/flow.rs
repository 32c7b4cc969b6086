//! The flow logs of a member's VPCs: in each region that has one, a log group, a flow log for each VPC, and the
//! subscription filter that sends the group to the central account. Flow logs of others stay.
//!
//! <https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html>

use super::{Options, sender};
use crate::call::logs::PutSubscriptionFilter;
use crate::policy::Statement;
use crate::resource::flow_log::{self, FlowLog, FlowLogState, Resources};
use crate::resource::log_group::LogGroup;
use crate::resource::principal::Principal;
use crate::resource::subscription_filter::{SubscriptionFilter, SubscriptionFilters};
use crate::stack::graph::{At, Graph, Intent, Node};
use crate::stack::log_delivery::service_role;
use crate::stack::observed::Observed;
use crate::stack::permissions::Grant;
use crate::stack::{Account, Purpose, Scheme};

/// How many days a new log group keeps records; the archive of the central account keeps them for longer.
const RETENTION_IN_DAYS: i32 = 30;

/// What is asked of the flow logs.
#[derive(Clone, Debug, Default)]
pub struct Flow {
    /// Which traffic, when an option states it: `ALL`, `ACCEPT` or `REJECT`.
    pub traffic: Option<String>,
    /// How many days the log groups keep records, when an option states it.
    pub retention_in_days: Option<i32>,
}

/// The name of the log groups, and of the role that writes to them.
pub(super) fn group_name(scheme: &Scheme) -> String {
    format!("{}-vpc-flow", scheme.prefix)
}

/// The flow logs of a region.
pub(super) struct Region<'a> {
    pub stack: &'a Options,
    pub flow: &'a Flow,
    pub scheme: &'a Scheme,
    pub purpose: Purpose,
    pub observed: &'a Observed,
    pub name: &'a str,
}

/// The regions of an account that may have flow logs.
pub(super) fn regions<'a>(
    stack: &'a Options,
    account: &'a Account,
    purpose: Purpose,
    observed: &'a Observed,
) -> Vec<Region<'a>> {
    let Some(flow) = &stack.flow else {
        return Vec::new();
    };
    let regions = account.regions.iter().map(|region| Region {
        stack,
        flow,
        scheme: &account.scheme,
        purpose,
        observed,
        name: &region.name,
    });
    regions.collect()
}

/// Adds what the stack reads, keeps or deletes of all regions. The role that CloudWatch Logs sends as is at `sender`.
pub(super) fn fill(regions: &[Region<'_>], graph: &mut Graph, sender: At) {
    regions.iter().for_each(|region| region.read(graph));
    let Some(first) = regions.first() else {
        return;
    };
    if !regions.iter().all(Region::is_read) {
        graph.add(Node::read(first.role()));
        return;
    }
    let used = regions.iter().filter(|region| region.is_used());
    let used: Vec<&Region<'_>> = used.collect();
    if used.is_empty() && first.purpose != Purpose::Delete {
        return;
    }
    if first.purpose == Purpose::Show && !regions.iter().any(Region::exists) {
        return;
    }
    let intent = first.purpose.intent();
    let role = graph.add(Node::new(first.role(), intent));
    for region in used {
        region.add(graph, intent, role, sender);
    }
}

impl<'a> Region<'a> {
    fn vpc_list(&self) -> Resources {
        self.list("AWS::EC2::VPC")
    }

    fn flow_log_list(&self) -> Resources {
        self.list(flow_log::TYPE)
    }

    fn list(&self, type_name: &'static str) -> Resources {
        Resources {
            type_name,
            region: self.name.to_owned(),
        }
    }

    fn filter_list(&self) -> SubscriptionFilters {
        let group = self.group();
        SubscriptionFilters {
            group: group.name,
            group_arn: group.arn,
            region: group.region,
        }
    }

    fn read(&self, graph: &mut Graph) {
        if self.purpose != Purpose::Delete {
            graph.add(Node::read(self.vpc_list()));
        }
        graph.add(Node::read(self.flow_log_list()));
        graph.add(Node::read(self.filter_list()));
        graph.add(Node::read(self.group()));
    }

    fn is_read(&self) -> bool {
        let vpcs = self.purpose == Purpose::Delete || self.observed.is_read(&self.vpc_list());
        vpcs && self.observed.is_read(&self.flow_log_list())
            && self.observed.is_read(&self.filter_list())
            && self.observed.is_read(&self.group())
    }

    /// The stack's flow logs.
    fn found(&self) -> Vec<FlowLogState> {
        let listed = self.observed.of(&self.flow_log_list());
        let listed = listed.map_or(&[][..], Vec::as_slice).iter();
        let name = group_name(self.scheme);
        let found = listed.filter_map(FlowLogState::of);
        found.filter(|found| found.group == name).collect()
    }

    fn filter_state(&self) -> Option<&'a PutSubscriptionFilter> {
        let found = self.observed.of(&self.filter_list())?;
        let name = self.filter_name();
        found.iter().find(|found| found.filter_name == name)
    }

    fn exists(&self) -> bool {
        self.filter_state().is_some() || !self.found().is_empty()
    }

    /// Whether there is something to create, show or delete.
    fn is_used(&self) -> bool {
        self.vpcs() > 0 || self.exists() || self.observed.of(&self.group()).is_some()
    }

    /// How many VPCs there are, as far as they were looked at.
    pub fn vpcs(&self) -> usize {
        self.observed.of(&self.vpc_list()).map_or(0, Vec::len)
    }

    fn add(&self, graph: &mut Graph, intent: Intent, role: At, sender: At) {
        let group = graph.add(Node::new(self.group(), intent));
        for (flow_log, found) in self.flow_logs() {
            let node = Node::given(flow_log, intent, found);
            graph.add(node.needs([group, role]));
        }
        let filter = Node::given(self.filter(), intent, self.filter_state().cloned());
        graph.add(filter.needs([group, sender]));
    }

    /// The flow logs of all VPCs, and of those that are deleted, each as it exists.
    fn flow_logs(&self) -> Vec<(FlowLog, Option<FlowLogState>)> {
        let mut found = self.found();
        let vpcs = self.observed.of(&self.vpc_list());
        let vpcs = vpcs.map_or(&[][..], Vec::as_slice).iter();
        let mut all: Vec<_> = vpcs
            .map(|vpc| {
                let at = found.iter().position(|found| found.vpc == vpc.identifier);
                let state = at.map(|at| found.swap_remove(at));
                (self.flow_log(&vpc.identifier), state)
            })
            .collect();
        let others = found.into_iter();
        all.extend(others.map(|found| (self.flow_log(&found.vpc), Some(found))));
        all
    }

    fn flow_log(&self, vpc: &str) -> FlowLog {
        FlowLog {
            vpc: vpc.to_owned(),
            region: self.name.to_owned(),
            group: group_name(self.scheme),
            role_arn: self.role().arn,
            traffic: self.flow.traffic.clone(),
            tags: self.stack.tags.clone(),
        }
    }

    fn group(&self) -> LogGroup {
        let name = group_name(self.scheme);
        let resource = format!("log-group:{name}");
        let kept = (!self.stack.with_logs).then(|| "--with-logs deletes it".to_owned());
        LogGroup {
            arn: self.scheme.arn("logs", self.name, &resource),
            region: self.name.to_owned(),
            name,
            new_retention_in_days: RETENTION_IN_DAYS,
            in_use: false,
            retention_in_days: self.flow.retention_in_days,
            kms_key_id: None,
            tags: self.stack.tags.clone(),
            kept,
        }
    }

    /// The role that the flow logs of all regions write as. AWS's page also lists `logs:CreateLogGroup`, by which the
    /// service would create a group again that was deleted.
    fn role(&self) -> Principal {
        let name = group_name(self.scheme);
        let group = self.scheme.arn("logs", "*", &format!("log-group:{name}"));
        let sources = vec![self.scheme.arn("ec2", "*", "vpc-flow-log/*")];
        let trust = ("FlowLogsWrite", "vpc-flow-logs.amazonaws.com");
        let writes = [
            "logs:CreateLogStream",
            "logs:DescribeLogStreams",
            "logs:PutLogEvents",
        ];
        let statements = vec![
            Statement::allow("Write", writes, [format!("{group}:*"), group]),
            Statement::allow("Find", ["logs:DescribeLogGroups"], ["*"]),
        ];
        Principal {
            statements,
            tags: self.stack.tags.clone(),
            ..service_role(self.scheme, name, trust, sources)
        }
    }

    fn filter_name(&self) -> String {
        format!("{}-central-{}", group_name(self.scheme), self.name)
    }

    fn filter(&self) -> SubscriptionFilter {
        let group = self.group();
        let named = self.stack.central.as_ref();
        let named = named.map(|central| central.destination(&self.scheme.partition, self.name));
        let current = self.filter_state();
        let current = current.map(|filter| filter.destination_arn.clone());
        SubscriptionFilter {
            settings: PutSubscriptionFilter {
                log_group_name: group.name,
                filter_name: self.filter_name(),
                filter_pattern: String::new(),
                destination_arn: named.or(current).unwrap_or_default(),
                role_arn: Some(sender(self.scheme).arn),
                distribution: Some("Random".to_owned()),
            },
            group_arn: group.arn,
            region: group.region,
            service: "logs.amazonaws.com",
        }
    }

    /// Adds one of every kind of resource, for the permissions.
    pub fn every(&self, graph: &mut Graph) {
        self.read(graph);
        graph.add(Node::keep(self.role()));
        graph.add(Node::keep(self.flow_log("*")));
        graph.add(Node::keep(self.filter()));
    }

    /// What EC2 is asked in the caller's name.
    ///
    /// <https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/resource-operations.html>
    pub fn grants(&self) -> Vec<Grant> {
        let flow_logs = self.scheme.arn("ec2", "*", "vpc-flow-log/*");
        let vpcs = self.scheme.arn("ec2", "*", "vpc/*");
        let read = [
            "DescribeFlowLogs",
            "DescribeVpcEncryptionControls",
            "DescribeVpcs",
        ];
        let all = vec!["*".to_owned()];
        let mut grants = vec![Grant::new("Vpcs", "ec2", &read, all)];
        match self.purpose {
            Purpose::Create => {
                let create = ["CreateFlowLogs"];
                let both = vec![flow_logs.clone(), vpcs];
                grants.push(Grant::new("CreateFlowLogs", "ec2", &create, both));
                let change = ["CreateTags", "DeleteFlowLogs", "DeleteTags"];
                let own = vec![flow_logs];
                grants.push(Grant::new("ChangeFlowLogs", "ec2", &change, own));
            }
            Purpose::Delete => {
                let own = vec![flow_logs];
                grants.push(Grant::new(
                    "DeleteFlowLogs",
                    "ec2",
                    &["DeleteFlowLogs"],
                    own,
                ));
            }
            Purpose::Show => {}
        }
        grants
    }
}
