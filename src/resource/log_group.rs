//! Log groups of CloudWatch Logs.

use std::collections::BTreeMap;

use super::Operations;
use crate::aws::Reader;
use crate::aws::read::LogGroup as Description;
use crate::call::Tag;
use crate::call::logs::{
    AssociateKmsKey, CreateLogGroup, DeleteLogGroup, Logs, PutRetentionPolicy, TagResource,
};
use crate::error::CallError;
use crate::plan::{Step, chained};

/// What reading, making and deleting log groups takes.
pub const OPERATIONS: Operations = Operations {
    service: "logs",
    reads: &["DescribeLogGroups"],
    tag_reads: &["ListTagsForResource"],
    changes: &[
        "CreateLogGroup",
        "PutRetentionPolicy",
        "AssociateKmsKey",
        "TagResource",
    ],
    removals: &["DeleteLogGroup"],
};

const KIND: &str = "log-group";

/// A log group as it should be.
#[derive(Clone, Debug)]
pub struct LogGroup {
    /// The group's name.
    pub name: String,
    /// The group's region.
    pub region: String,
    /// The group's ARN, without `:*`.
    pub arn: String,
    /// How many days a new group keeps events, and one that a stopped run left: nobody has written to it yet.
    pub new_retention_in_days: i32,
    /// Whether anything sends to the group already.
    pub in_use: bool,
    /// How many days any group keeps events; nothing leaves a group as found.
    pub retention_in_days: Option<i32>,
    /// ARN of the key that encrypts events; nothing leaves a group as found.
    pub kms_key_id: Option<String>,
    /// Tags the group must bear, among others.
    pub tags: Vec<Tag>,
}

/// A log group as it is.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// How the service describes it.
    pub description: Description,
    /// Its tags, when they were asked for.
    pub tags: BTreeMap<String, String>,
}

/// The log group of this name, if there is one.
///
/// # Errors
/// When AWS refuses or does not answer.
pub async fn read(
    reader: &Reader,
    region: &str,
    name: &str,
    arn: &str,
    with_tags: bool,
) -> Result<Option<Found>, CallError> {
    let tags = async {
        match with_tags {
            true => reader.log_group_tags(region, arn).await,
            false => Ok(BTreeMap::new()),
        }
    };
    let (description, tags) = tokio::try_join!(reader.log_group(region, name), tags)?;
    Ok(description.map(|description| Found { description, tags }))
}

impl LogGroup {
    /// The steps that make the group as it should be.
    pub fn changes(&self, found: Option<&Found>) -> Vec<Step> {
        let Some(found) = found else {
            let call = Logs::CreateLogGroup(CreateLogGroup {
                log_group_name: self.name.clone(),
                kms_key_id: self.kms_key_id.clone(),
                tags: self.tags.iter().map(pair).collect(),
            });
            let days = self.retention_in_days.unwrap_or(self.new_retention_in_days);
            return chained(vec![
                self.step(call, "log group is missing"),
                self.retain(days, "a new log group keeps events for ever"),
            ]);
        };
        let mut steps = Vec::new();
        let Description {
            retention_in_days,
            stored_bytes,
            ..
        } = found.description;
        let left_behind = !self.in_use && stored_bytes == 0 && retention_in_days.is_none();
        let new = left_behind.then_some(self.new_retention_in_days);
        let days = self.retention_in_days.or(new);
        if let Some(days) = days.filter(|_| retention_in_days != days) {
            let reason = match retention_in_days {
                Some(kept) => format!("events are kept for {kept} days"),
                None => "events are kept for ever".to_owned(),
            };
            steps.push(self.retain(days, &reason));
        }
        if let Some(key) = &self.kms_key_id
            && found.description.kms_key_id.as_ref() != Some(key)
        {
            let call = Logs::AssociateKmsKey(AssociateKmsKey {
                log_group_name: self.name.clone(),
                kms_key_id: key.clone(),
            });
            let kept = found.description.kms_key_id.as_deref().unwrap_or("none");
            steps.push(self.step(call, &format!("KMS key is {kept}")));
        }
        let lacking = self
            .tags
            .iter()
            .filter(|tag| found.tags.get(&tag.key) != Some(&tag.value));
        let tags: BTreeMap<_, _> = lacking.map(pair).collect();
        if !tags.is_empty() {
            let call = Logs::TagResource(TagResource {
                resource_arn: self.arn.clone(),
                tags,
            });
            steps.push(self.step(call, "tags are missing"));
        }
        steps
    }

    fn retain(&self, retention_in_days: i32, reason: &str) -> Step {
        let call = Logs::PutRetentionPolicy(PutRetentionPolicy {
            log_group_name: self.name.clone(),
            retention_in_days,
        });
        self.step(call, reason)
    }

    fn step(&self, call: Logs, reason: &str) -> Step {
        Step::new(KIND, &self.name, &self.region, call, reason)
    }
}

/// The steps that delete a log group, with its events.
pub fn removal(name: &str, region: &str, reason: &str) -> Vec<Step> {
    let call = Logs::DeleteLogGroup(DeleteLogGroup {
        log_group_name: name.to_owned(),
    });
    vec![Step::new(KIND, name, region, call, reason)]
}

fn pair(tag: &Tag) -> (String, String) {
    (tag.key.clone(), tag.value.clone())
}
