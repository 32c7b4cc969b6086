//! Subscription filters: they send the events of a log group to a stream, a function or a destination.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html>

use std::time::Duration;

use serde_json::json;

use super::{Change, Fact, Id, Removal, Resource, log_group};
use crate::aws::Reader;
use crate::call::Kind;
use crate::call::logs::{DeleteSubscriptionFilter, Logs, PutSubscriptionFilter};
use crate::call::passing::{MINUTE, NONE, Wait, Write::Anywhere, Write::Here, after, always};
use crate::call::rule::Rule;
use crate::error::CallError;

/// Subscription filters.
pub static KIND: Kind = Kind {
    reads: &["DescribeSubscriptionFilters"],
    changes: &["PutSubscriptionFilter"],
    removals: &["DeleteSubscriptionFilter"],
    passing: PASSING,
    settled: log_group::SETTLED,
    ..Kind::new("subscription-filter", "logs")
};

/// CloudWatch Logs sends a test message, which fails as long as a new role or a new stream cannot be used.
#[rustfmt::skip]
const PASSING: &[Rule<Wait>] = &[
    Rule::of(&["PutSubscriptionFilter"], &["ResourceNotFoundException"],
        after(MINUTE, NONE, &[Here("logs:CreateLogGroup")])),
    Rule::of(&["PutSubscriptionFilter"], &["InvalidParameterException", "ValidationException"],
        after(Duration::from_secs(300), NONE, &[Here("firehose:CreateDeliveryStream"), Here("logs:PutDestination"),
            Anywhere("iam:CreateRole"), Anywhere("iam:UpdateAssumeRolePolicy"), Anywhere("iam:PutRolePolicy")])),
    Rule::of(&[], &["OperationAbortedException"],
        always(Duration::from_secs(120))),
];

/// A subscription filter.
#[derive(Clone, Debug)]
pub struct SubscriptionFilter {
    /// Its settings, as a request creates it.
    pub settings: PutSubscriptionFilter,
    /// The group's ARN, without `:*`.
    pub group_arn: String,
    /// The group's region.
    pub region: String,
    /// The service that CloudWatch Logs passes the role to, if there is a role.
    pub service: &'static str,
}

/// All subscription filters of a log group: a data source.
#[derive(Clone, Debug)]
pub struct SubscriptionFilters {
    /// The group.
    pub group: String,
    /// The group's ARN, without `:*`.
    pub group_arn: String,
    /// The group's region.
    pub region: String,
}

static LIST: Kind = Kind {
    reads: KIND.reads,
    ..Kind::new("subscription-filters", "logs")
};

impl Resource for SubscriptionFilters {
    type Observed = Vec<PutSubscriptionFilter>;

    fn id(&self) -> Id<'_> {
        Id::new(&LIST, &self.region, &self.group)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.group_arn.clone(), format!("{}:*", self.group_arn)]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<Vec<PutSubscriptionFilter>>, CallError> {
        let found = reader.subscription_filters(&self.region, &self.group).await;
        found.map(Some)
    }
}

impl Resource for SubscriptionFilter {
    type Observed = PutSubscriptionFilter;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.settings.filter_name)
    }

    /// The group, and the destination, on which the caller needs the permission too.
    fn arns(&self) -> Vec<String> {
        let group = &self.group_arn;
        let destination = Some(&self.settings.destination_arn);
        let destination = destination.filter(|arn| arn.contains(":destination:"));
        let group = [group.clone(), format!("{group}:*")].into_iter();
        group.chain(destination.cloned()).collect()
    }

    fn passed_role(&self) -> Option<(String, &'static str)> {
        let role = self.settings.role_arn.clone()?;
        Some((role, self.service))
    }

    async fn read(&self, reader: &Reader) -> Result<Option<PutSubscriptionFilter>, CallError> {
        let group = &self.settings.log_group_name;
        let found = reader.subscription_filters(&self.region, group).await?;
        let name = &self.settings.filter_name;
        Ok(found.into_iter().find(|found| found.filter_name == *name))
    }

    fn changes(&self, observed: Option<&PutSubscriptionFilter>) -> Vec<Change> {
        let reason = match observed {
            None => "subscription filter is missing".to_owned(),
            Some(observed) => self.differences(observed).join(", "),
        };
        if reason.is_empty() {
            return Vec::new();
        }
        let call = Logs::PutSubscriptionFilter(self.settings.clone());
        vec![Change::new(call, reason)]
    }

    fn removal(&self, observed: &PutSubscriptionFilter) -> Removal {
        Removal::by(Logs::DeleteSubscriptionFilter(DeleteSubscriptionFilter {
            log_group_name: observed.log_group_name.clone(),
            filter_name: observed.filter_name.clone(),
        }))
    }

    fn facts(&self, observed: &PutSubscriptionFilter) -> Vec<Fact> {
        vec![
            ("destination", json!(observed.destination_arn)),
            ("distribution", json!(observed.distribution)),
        ]
    }
}

impl SubscriptionFilter {
    /// What differs, in words.
    fn differences(&self, old: &PutSubscriptionFilter) -> Vec<String> {
        let new = &self.settings;
        let parts = [
            ("pattern", old.filter_pattern == new.filter_pattern),
            ("destination", old.destination_arn == new.destination_arn),
            ("role", old.role_arn == new.role_arn),
            (
                "distribution",
                new.distribution.is_none() || old.distribution == new.distribution,
            ),
        ];
        let differing = parts.into_iter().filter(|(_, same)| !same);
        let words = differing.map(|(part, _)| format!("{part} differs"));
        words.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted() -> SubscriptionFilter {
        SubscriptionFilter {
            settings: PutSubscriptionFilter {
                log_group_name: "p-cloudtrail".to_owned(),
                filter_name: "p-cloudtrail-splunk".to_owned(),
                filter_pattern: String::new(),
                destination_arn: "arn:aws:firehose:us-west-2:123456789012:deliverystream/p"
                    .to_owned(),
                role_arn: Some("arn:aws:iam::123456789012:role/p".to_owned()),
                distribution: Some("Random".to_owned()),
            },
            group_arn: "arn:aws:logs:us-west-2:123456789012:log-group:p-cloudtrail".to_owned(),
            region: "us-west-2".to_owned(),
            service: "logs.amazonaws.com",
        }
    }

    fn listed(observed: Option<&PutSubscriptionFilter>) -> Vec<String> {
        let changes = wanted().changes(observed).into_iter();
        changes
            .map(|change| format!("{}: {}", change.call.operation(), change.reason))
            .collect()
    }

    #[test]
    fn a_filter_is_put_where_it_is_missing_or_differs() {
        let put = "PutSubscriptionFilter: ";
        assert_eq!(
            listed(None),
            [format!("{put}subscription filter is missing")]
        );
        let settings = wanted().settings;
        assert_eq!(listed(Some(&settings)), Vec::<String>::new());
        let observed = PutSubscriptionFilter {
            filter_pattern: "{ $.a = 1 }".to_owned(),
            distribution: Some("ByLogStream".to_owned()),
            ..settings
        };
        let both = "pattern differs, distribution differs";
        assert_eq!(listed(Some(&observed)), [format!("{put}{both}")]);
    }

    #[test]
    fn a_filter_is_deleted_by_its_names() {
        let removal = wanted().removal(&wanted().settings);
        let params = serde_json::Value::Object(removal.changes[0].call.params());
        insta::assert_snapshot!(params, @r#"{"logGroupName":"p-cloudtrail","filterName":"p-cloudtrail-splunk"}"#);
    }
}
