//! Destinations of CloudWatch Logs: log groups of other accounts send to them, and they send to a data stream.
//!
//! A destination is in the region of the log groups; its data stream may be in another one.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CrossAccountSubscriptions.html>

use std::collections::BTreeMap;

use serde_json::json;

use super::{
    Change, Fact, Id, Removal, Resource, chained, fits, if_wanted, lacking_pairs, parse_policy,
};
use crate::aws::Reader;
use crate::aws::read::Destination as Description;
use crate::call::logs::{
    DeleteDestination, Logs, PutDestination, PutDestinationPolicy, TagResource,
};
use crate::call::passing::{
    MINUTES, NONE, SHORT, Wait, Write::Anywhere, Write::Here, after, always,
};
use crate::call::rule::Rule;
use crate::call::settled::Proof;
use crate::call::{Kind, Tag};
use crate::error::{CallError, Result};
use crate::policy::{Policy, Statement};

/// Destinations.
pub static KIND: Kind = Kind {
    reads: &["DescribeDestinations"],
    tag_reads: &["ListTagsForResource"],
    changes: &["PutDestination", "PutDestinationPolicy", "TagResource"],
    removals: &["DeleteDestination"],
    passing: PASSING,
    settled: SETTLED,
    ..Kind::new("destination", "logs")
};

/// CloudWatch Logs sends a test message, which fails as long as a new role or a new data stream cannot be used.
#[rustfmt::skip]
const PASSING: &[Rule<Wait>] = &[
    Rule::of(&["PutDestination"], &["InvalidParameterException"],
        after(MINUTES, NONE, &[Anywhere("kinesis:CreateStream"), Anywhere("iam:CreateRole"),
            Anywhere("iam:UpdateAssumeRolePolicy"), Anywhere("iam:PutRolePolicy")])),
    Rule::of(&["PutDestinationPolicy", "TagResource"], &["ResourceNotFoundException"],
        after(MINUTES, NONE, &[Here("logs:PutDestination")])),
    Rule::of(&[], &["OperationAbortedException"],
        always(SHORT)),
];

#[rustfmt::skip]
const SETTLED: &[Rule<Proof>] = &[
    Rule::of(&["DeleteDestination"], &["ResourceNotFoundException"], Proof::Done),
];

/// The largest policy that a destination can have, in bytes.
const POLICY_LIMIT: usize = 5_120;

/// A destination.
#[derive(Clone, Debug)]
pub struct Destination {
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Its ARN.
    pub arn: String,
    /// ARN of the data stream that it sends to.
    pub target_arn: String,
    /// ARN of the role that CloudWatch Logs sends as.
    pub role_arn: String,
    /// All that its policy says: who may subscribe log groups.
    pub statement: Statement,
    /// Tags it must have, among others.
    pub tags: Vec<Tag>,
}

/// A destination as it exists.
#[derive(Clone, Debug, Default)]
pub struct DestinationState {
    /// How the service describes it.
    pub description: Description,
    /// Its policy.
    pub policy: Option<Policy>,
    /// Its tags, when they were read.
    pub tags: BTreeMap<String, String>,
}

impl Resource for Destination {
    type Observed = DestinationState;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.name)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.arn.clone()]
    }

    fn passed_role(&self) -> Option<(String, &'static str)> {
        Some((self.role_arn.clone(), "logs.amazonaws.com"))
    }

    async fn read(&self, reader: &Reader) -> Result<Option<DestinationState>, CallError> {
        let tags = reader.logs_tags(&self.region, &self.arn);
        let (description, tags) = tokio::try_join!(
            reader.destination(&self.region, &self.name),
            if_wanted(!self.tags.is_empty(), tags)
        )?;
        let Some(description) = description else {
            return Ok(None);
        };
        let (region, name) = (&self.region, &self.name);
        let policy = description.policy.as_deref();
        let policy = parse_policy(policy, "logs", "DescribeDestinations", region, name)?;
        Ok(Some(DestinationState {
            description,
            policy,
            tags,
        }))
    }

    fn refusal(&self, _: Option<&DestinationState>) -> Result<()> {
        fits(
            "destination",
            &self.name,
            &self.policy(),
            POLICY_LIMIT,
            usize::MAX,
        )
    }

    /// A destination with tags is refused like one whose data stream cannot be written to, so they come later.
    fn changes(&self, observed: Option<&DestinationState>) -> Vec<Change> {
        let reason = match observed {
            None => "destination is missing".to_owned(),
            Some(found) => self.differences(&found.description).join(", "),
        };
        let mut changes = Vec::new();
        if !reason.is_empty() {
            let call = Logs::PutDestination(PutDestination {
                destination_name: self.name.clone(),
                target_arn: self.target_arn.clone(),
                role_arn: self.role_arn.clone(),
            });
            changes.push(Change::new(call, reason));
        }
        let policy = observed.and_then(|found| found.policy.as_ref());
        let statements = std::slice::from_ref(&self.statement);
        if !policy.is_some_and(|policy| policy.is_just(statements)) {
            let reason = match policy {
                None => "attach the destination policy",
                Some(_) => "destination policy differs",
            };
            let call = Logs::PutDestinationPolicy(PutDestinationPolicy {
                destination_name: self.name.clone(),
                access_policy: self.policy().to_text(),
                force_update: (policy.is_some() && self.admits_all()).then_some(true),
            });
            changes.push(Change::new(call, reason));
        }
        let mut changes = chained(changes);
        let none = BTreeMap::new();
        let tags = observed.map_or(&none, |found| &found.tags);
        if let Some((tags, reason)) = lacking_pairs(&self.tags, tags) {
            let call = Logs::TagResource(TagResource {
                resource_arn: self.arn.clone(),
                tags,
            });
            let created = observed.is_none().then_some(0);
            changes.push(Change::new(call, reason).ungated().after(created));
        }
        changes
    }

    fn removal(&self, _: &DestinationState) -> Removal {
        Removal::by(Logs::DeleteDestination(DeleteDestination {
            destination_name: self.name.clone(),
        }))
    }

    fn facts(&self, observed: &DestinationState) -> Vec<Fact> {
        let policy = observed.policy.as_ref();
        vec![
            ("target", json!(observed.description.target_arn)),
            ("role", json!(observed.description.role_arn)),
            ("policy", json!(policy.map(Policy::to_json))),
        ]
    }
}

impl Destination {
    /// Whether any account may subscribe that meets a condition, such as those of an organization: what a destination
    /// takes over from named accounts by force only, for it stops subscription filters without a role.
    fn admits_all(&self) -> bool {
        self.statement.to_json()["Principal"] == "*"
    }

    fn policy(&self) -> Policy {
        Policy::new(std::slice::from_ref(&self.statement))
    }

    /// What differs, in words.
    fn differences(&self, found: &Description) -> Vec<&'static str> {
        let parts = [
            ("target differs", found.target_arn == self.target_arn),
            ("role differs", found.role_arn == self.role_arn),
        ];
        let differing = parts.into_iter().filter(|(_, is_same)| !is_same);
        differing.map(|(words, _)| words).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Principal;

    fn wanted(members: &[&str]) -> Destination {
        let arn = "arn:aws:logs:eu-west-1:123456789012:destination:p-central";
        let statement = Statement::allow("Members", ["logs:PutSubscriptionFilter"], [arn]);
        Destination {
            name: "p-central".to_owned(),
            region: "eu-west-1".to_owned(),
            arn: arn.to_owned(),
            target_arn: "arn:aws:kinesis:us-west-2:123456789012:stream/p-central".to_owned(),
            role_arn: "arn:aws:iam::123456789012:role/p-central".to_owned(),
            statement: statement.to(Principal::identities(members.iter().copied())),
            tags: vec![Tag {
                key: "team".to_owned(),
                value: "sec".to_owned(),
            }],
        }
    }

    fn listed(wanted: &Destination, found: Option<&DestinationState>) -> String {
        let changes = wanted.changes(found).into_iter().enumerate();
        let lines = changes.map(|(at, change)| {
            let after = change.after.map(|after| format!(" [after {}]", after + 1));
            let (operation, reason) = (change.call.operation(), change.reason);
            format!(
                "{} {operation}: {reason}{}",
                at + 1,
                after.unwrap_or_default()
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    fn found(policy: &[&str]) -> DestinationState {
        let wanted = wanted(policy);
        DestinationState {
            description: Description {
                target_arn: wanted.target_arn.clone(),
                role_arn: wanted.role_arn.clone(),
                policy: None,
            },
            policy: Some(wanted.policy()),
            tags: super::super::pairs(&wanted.tags),
        }
    }

    #[test]
    fn a_new_destination_gets_its_policy_and_tags_afterwards() {
        insta::assert_snapshot!(listed(&wanted(&["210987654321"]), None), @"
        1 PutDestination: destination is missing
        2 PutDestinationPolicy: attach the destination policy [after 1]
        3 TagResource: tags are missing [after 1]
        ");
    }

    #[test]
    fn its_policy_names_the_members_and_nobody_else() {
        let two = wanted(&["210987654321", "310987654321"]);
        let same = found(&["310987654321", "210987654321"]);
        assert_eq!(listed(&two, Some(&same)), "");
        let one_more = found(&["210987654321", "310987654321", "410987654321"]);
        insta::assert_snapshot!(listed(&two, Some(&one_more)), @"1 PutDestinationPolicy: destination policy differs");
    }

    #[test]
    fn another_target_or_role_is_replaced() {
        let wanted = wanted(&["210987654321"]);
        let mut found = found(&["210987654321"]);
        found.description.target_arn.push_str("-2");
        found.description.role_arn.push_str("-2");
        insta::assert_snapshot!(listed(&wanted, Some(&found)), @"1 PutDestination: target differs, role differs");
    }

    #[test]
    fn a_policy_beyond_the_limit_is_refused() {
        let members: Vec<String> = (0..400).map(|id| format!("{id:012}")).collect();
        let members: Vec<&str> = members.iter().map(String::as_str).collect();
        let refusal = wanted(&members).refusal(None).expect_err("too large");
        assert!(refusal.to_string().contains("the limit is 5120"));
    }
}
