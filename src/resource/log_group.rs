//! Log groups of CloudWatch Logs.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use super::{Change, Fact, Gates, Id, Removal, Resource, chained, if_wanted, lacking_pairs, pairs};
use crate::aws::Reader;
use crate::aws::read::LogGroup as Description;
use crate::call::logs::{
    AssociateKmsKey, CreateLogGroup, DeleteLogGroup, Logs, PutRetentionPolicy, TagResource,
};
use crate::call::passing::{MINUTE, NONE, Wait, Write::Here, after, always};
use crate::call::rule::Rule;
use crate::call::settled::Proof;
use crate::call::{Kind, Tag};
use crate::error::CallError;

/// Log groups.
pub static KIND: Kind = Kind {
    reads: &["DescribeLogGroups"],
    tag_reads: &["ListTagsForResource"],
    changes: &[
        "CreateLogGroup",
        "PutRetentionPolicy",
        "AssociateKmsKey",
        "TagResource",
    ],
    removals: &["DeleteLogGroup"],
    passing: PASSING,
    settled: SETTLED,
    ..Kind::new("log-group", "logs")
};

#[rustfmt::skip]
pub(super) const PASSING: &[Rule<Wait>] = &[
    Rule::of(&["PutRetentionPolicy", "PutMetricFilter", "AssociateKmsKey", "TagResource",
        "CreateLogStream"],
        &["ResourceNotFoundException"],
        after(MINUTE, NONE, &[Here("logs:CreateLogGroup")])),
    // One change of a group is allowed at a time, and a run may have a filter for each alert.
    Rule::of(&[], &["OperationAbortedException"],
        always(Duration::from_secs(120))),
];

#[rustfmt::skip]
pub(super) const SETTLED: &[Rule<Proof>] = &[
    Rule::of(&["DeleteMetricFilter", "DeleteSubscriptionFilter", "DeleteLogGroup"], &["ResourceNotFoundException"], Proof::Done),
    // What else is wanted of it is set by steps of its own.
    Rule::of(&["CreateLogGroup"], &["ResourceAlreadyExistsException"], Proof::Done),
];

/// A log group.
#[derive(Clone, Debug)]
pub struct LogGroup {
    /// The group's name.
    pub name: String,
    /// The group's region.
    pub region: String,
    /// The group's ARN, without `:*`.
    pub arn: String,
    /// How many days a new group keeps events, and one that an interrupted run left, which holds none yet.
    pub new_retention_in_days: i32,
    /// Whether anything sends to the group already.
    pub in_use: bool,
    /// How many days any group keeps events; nothing leaves a group as observed.
    pub retention_in_days: Option<i32>,
    /// ARN of the key that encrypts events; nothing leaves a group as observed.
    pub kms_key_id: Option<String>,
    /// Tags the group must have, among others.
    pub tags: Vec<Tag>,
    /// Why it is not deleted, if it is not.
    pub kept: Option<String>,
}

/// A log group as it exists.
#[derive(Clone, Debug, Default)]
pub struct LogGroupState {
    /// How the service describes it.
    pub description: Description,
    /// Its tags, when they were read.
    pub tags: BTreeMap<String, String>,
}

impl Resource for LogGroup {
    type Observed = LogGroupState;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.name)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.arn.clone(), format!("{}:*", self.arn)]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<LogGroupState>, CallError> {
        let tags = reader.logs_tags(&self.region, &self.arn);
        let (description, tags) = tokio::try_join!(
            reader.log_group(&self.region, &self.name),
            if_wanted(!self.tags.is_empty(), tags)
        )?;
        Ok(description.map(|description| LogGroupState { description, tags }))
    }

    fn changes(&self, observed: Option<&LogGroupState>) -> Vec<Change> {
        let Some(LogGroupState { description, tags }) = observed else {
            let call = Logs::CreateLogGroup(CreateLogGroup {
                log_group_name: self.name.clone(),
                kms_key_id: self.kms_key_id.clone(),
                tags: pairs(&self.tags),
            });
            let days = self.retention_in_days.unwrap_or(self.new_retention_in_days);
            return chained(vec![
                Change::new(call, "log group is missing"),
                self.retain(days, "set the retention"),
            ]);
        };
        let mut changes = Vec::new();
        let retention = description.retention_in_days;
        let left_behind = !self.in_use && description.stored_bytes == 0 && retention.is_none();
        let new = left_behind.then_some(self.new_retention_in_days);
        let days = self.retention_in_days.or(new);
        if let Some(days) = days.filter(|_| retention != days) {
            let reason = match retention {
                Some(kept) => format!("events are kept for {kept} days"),
                None => "events never expire".to_owned(),
            };
            changes.push(self.retain(days, &reason));
        }
        if let Some(key) = &self.kms_key_id
            && description.kms_key_id.as_ref() != Some(key)
        {
            let call = Logs::AssociateKmsKey(AssociateKmsKey {
                log_group_name: self.name.clone(),
                kms_key_id: key.clone(),
            });
            let kept = description.kms_key_id.as_deref().unwrap_or("none");
            changes.push(Change::new(call, format!("KMS key is {kept}")).ungated());
        }
        if let Some((tags, reason)) = lacking_pairs(&self.tags, tags) {
            let call = Logs::TagResource(TagResource {
                resource_arn: self.arn.clone(),
                tags,
            });
            changes.push(Change::new(call, reason).aside());
        }
        changes
    }

    fn removal(&self, _: &LogGroupState) -> Removal {
        let call = Logs::DeleteLogGroup(DeleteLogGroup {
            log_group_name: self.name.clone(),
        });
        match &self.kept {
            None => Removal::by(call),
            kept => Removal {
                kept: kept.clone(),
                ..Removal::default()
            },
        }
    }

    fn facts(&self, observed: &LogGroupState) -> Vec<Fact> {
        let description = &observed.description;
        vec![
            ("retention_in_days", json!(description.retention_in_days)),
            ("kms_key_id", json!(description.kms_key_id)),
        ]
    }
}

impl LogGroup {
    fn retain(&self, retention_in_days: i32, reason: &str) -> Change {
        let call = Logs::PutRetentionPolicy(PutRetentionPolicy {
            log_group_name: self.name.clone(),
            retention_in_days,
        });
        Change {
            gates: Gates::Followers,
            ..Change::new(call, reason)
        }
    }
}
