//! The names and ARNs of the alerts stack, in the home region of the multi-region trail.

use crate::aws::read::MetricFilter;
use crate::stack::Scheme;

/// Names of the stack.
#[derive(Clone, Debug)]
pub struct Names<'a> {
    /// The names of the scheme.
    pub scheme: &'a Scheme,
    /// The home region; `*` for any.
    pub region: &'a str,
}

impl<'a> Names<'a> {
    /// The names in the home region.
    pub fn new(scheme: &'a Scheme, region: &'a str) -> Self {
        Self { scheme, region }
    }

    /// The log group, unless another is named or in use.
    pub fn log_group(&self) -> String {
        self.scheme.base()
    }

    /// A log group's ARN, without `:*`.
    pub fn log_group_arn(&self, group: &str) -> String {
        let resource = format!("log-group:{group}");
        self.scheme.arn("logs", self.region, &resource)
    }

    /// The streams that CloudTrail writes in a log group.
    pub fn log_stream_arns(&self, group: &str) -> String {
        let (account, region) = (&self.scheme.account, self.region);
        let group = self.log_group_arn(group);
        format!("{group}:log-stream:{account}_CloudTrail_{region}*")
    }

    /// The role that CloudTrail writes as.
    pub fn role(&self) -> String {
        format!("{}-logs", self.scheme.base())
    }

    /// The role's ARN.
    pub fn role_arn(&self) -> String {
        let (partition, account) = (&self.scheme.partition, &self.scheme.account);
        format!("arn:{partition}:iam::{account}:role/{}", self.role())
    }

    /// The topic that alarms notify.
    pub fn topic(&self) -> String {
        format!("{}-alerts", self.scheme.base())
    }

    /// The topic's ARN.
    pub fn topic_arn(&self) -> String {
        self.scheme.arn("sns", self.region, &self.topic())
    }

    /// The namespace of the metrics, and the name of the dashboard.
    pub fn namespace(&self) -> String {
        self.scheme.base()
    }

    /// The metric filter and the alarm of an alert.
    pub fn alert(&self, name: &str) -> String {
        format!("{}-{name}", self.scheme.base())
    }

    /// Whether a filter is one of the scheme's: others may name theirs alike, but they count into a metric of their own.
    pub fn is_own(&self, filter: &MetricFilter) -> bool {
        let mut made = filter.transformations.iter();
        filter.name.starts_with(&self.alert(""))
            && made.any(|(_, namespace, _)| *namespace == self.namespace())
    }

    /// The dashboard's ARN.
    pub fn dashboard_arn(&self) -> String {
        let (partition, account) = (&self.scheme.partition, &self.scheme.account);
        let name = self.namespace();
        format!("arn:{partition}:cloudwatch::{account}:dashboard/{name}")
    }

    /// An alarm's ARN.
    pub fn alarm_arn(&self, alarm: &str) -> String {
        let resource = format!("alarm:{alarm}");
        self.scheme.arn("cloudwatch", self.region, &resource)
    }
}
