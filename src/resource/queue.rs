//! SQS queues.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::queue_encryption::Encryption;
use super::{Change, Id, Removal, Resource, if_wanted, lacking_pairs, pairs, parse_policy};
use crate::aws::Reader;
use crate::aws::read::QueueAttributes;
use crate::call::passing::{MINUTE, NONE, Wait, Write::Here, after, always};
use crate::call::rule::Rule;
use crate::call::settled::Proof;
use crate::call::sqs::{CreateQueue, DeleteQueue, SetQueueAttributes, TagQueue};
use crate::call::{Kind, Tag};
use crate::error::{CallError, Result};
use crate::policy::{Policy, Statement, merged};

/// Queues.
pub static KIND: Kind = Kind {
    reads: &["GetQueueAttributes"],
    tag_reads: &["ListQueueTags"],
    changes: &["CreateQueue", "SetQueueAttributes", "TagQueue"],
    removals: &["DeleteQueue"],
    passing: PASSING,
    settled: SETTLED,
    ..Kind::new("queue", "sqs")
};

#[rustfmt::skip]
const PASSING: &[Rule<Wait>] = &[
    // The name of a deleted queue is blocked for 60 seconds.
    Rule::of(&["CreateQueue"], &["QueueDeletedRecently", "AWS.SimpleQueueService.QueueDeletedRecently"],
        always(Duration::from_secs(90))),
    // A new dead-letter queue is not visible at once.
    Rule::of(&["CreateQueue", "SetQueueAttributes"], &["InvalidParameterValue"],
        after(MINUTE, NONE, &[Here("sqs:CreateQueue")])),
];

#[rustfmt::skip]
const SETTLED: &[Rule<Proof>] = &[
    Rule::of(&["DeleteQueue"], &["AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"], Proof::Done),
    Rule::of(&["CreateQueue"], &["QueueAlreadyExists", "QueueNameExists"], Proof::IfFound),
];

/// The largest policy a queue can have, in bytes.
const POLICY_LIMIT: usize = 8_192;

/// How many statements a queue's policy can have.
const STATEMENT_LIMIT: usize = 20;

const REDRIVE_POLICY: &str = "RedrivePolicy";

/// A queue.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    pub(crate) name: String,
    pub(crate) region: String,
    pub(crate) arn: String,
    pub(crate) url: String,
    /// Attributes of a new queue, by AWS's names; one that exists keeps its own.
    pub attributes: BTreeMap<String, String>,
    /// Our statements in its policy.
    pub statements: Vec<Statement>,
    /// Where messages go after too many failed receives, unless the queue has a redrive policy already.
    pub redrive: Option<Redrive>,
    /// How it encrypts its messages, if an option states it.
    pub encryption: Option<Encryption>,
    /// Tags the queue must have, among others.
    pub tags: Vec<Tag>,
}

/// Where messages go after too many failed receives: the attribute `RedrivePolicy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redrive {
    /// ARN of the dead-letter queue.
    pub queue_arn: String,
    /// How many receives of a message may fail.
    pub max_receive_count: u32,
}

/// A queue as it exists.
#[derive(Clone, Debug, Default)]
pub struct QueueState {
    /// Its attributes, by AWS's names.
    pub attributes: QueueAttributes,
    /// Its policy.
    pub policy: Option<Policy>,
    /// Its tags, when they were read.
    pub tags: BTreeMap<String, String>,
}

impl Redrive {
    /// Parses the attribute, in which SQS keeps the number as it was written: as a number or as text.
    fn parse(text: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(text).ok()?;
        let count = &value["maxReceiveCount"];
        let count = count
            .as_u64()
            .or_else(|| count.as_str().and_then(|text| text.parse().ok()))?;
        Some(Self {
            queue_arn: value["deadLetterTargetArn"].as_str()?.to_owned(),
            max_receive_count: u32::try_from(count).ok()?,
        })
    }

    fn to_text(&self) -> String {
        let (arn, count) = (&self.queue_arn, self.max_receive_count);
        json!({"deadLetterTargetArn": arn, "maxReceiveCount": count}).to_string()
    }
}

impl QueueState {
    /// Where its messages go after too many failed receives.
    pub fn redrive(&self) -> Option<Redrive> {
        Redrive::parse(self.attributes.get("RedrivePolicy")?)
    }

    /// Messages that wait, are being worked on, or are delayed; about, as SQS counts.
    pub fn messages(&self) -> u64 {
        let counts = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ];
        counts.iter().filter_map(|name| self.count(name)).sum()
    }

    /// An attribute that is a number.
    pub fn count(&self, attribute: &str) -> Option<u64> {
        self.attributes.get(attribute)?.parse().ok()
    }
}

impl Resource for Queue {
    type Observed = QueueState;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.name)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.arn.clone()]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<QueueState>, CallError> {
        let (region, url) = (&self.region, &self.url);
        let (attributes, tags) = tokio::try_join!(
            reader.queue(region, url),
            if_wanted(!self.tags.is_empty(), reader.queue_tags(region, url)),
        )?;
        let Some(attributes) = attributes else {
            return Ok(None);
        };
        let policy = attributes.get("Policy").map(String::as_str);
        Ok(Some(QueueState {
            policy: parse_policy(policy, "sqs", "GetQueueAttributes", region, url)?,
            attributes,
            tags,
        }))
    }

    /// An existing queue keeps its attributes, but one that is taken for the new one must have them.
    fn is_own(&self, observed: &QueueState) -> bool {
        let mut attributes = self.attributes.iter();
        attributes.all(|(name, value)| observed.attributes.get(name) == Some(value))
    }

    fn refusal(&self, observed: Option<&QueueState>) -> Result<()> {
        let policy = match observed {
            Some(observed) => merged(observed.policy.as_ref(), &self.statements),
            None => Some(Policy::new(&self.statements)),
        };
        policy.map_or(Ok(()), |policy| {
            super::fits("queue", &self.name, &policy, POLICY_LIMIT, STATEMENT_LIMIT)
        })
    }

    fn changes(&self, observed: Option<&QueueState>) -> Vec<Change> {
        let Some(observed) = observed else {
            return vec![self.create()];
        };
        let mut changes = Vec::from_iter(self.set_attributes(observed));
        if let Some((tags, reason)) = lacking_pairs(&self.tags, &observed.tags) {
            let queue_url = self.url.clone();
            let call = TagQueue { queue_url, tags };
            changes.push(Change::new(call, reason).aside());
        }
        changes
    }

    fn removal(&self, _: &QueueState) -> Removal {
        let queue_url = self.url.clone();
        Removal::by(DeleteQueue { queue_url })
    }
}

impl Queue {
    /// A queue without settings of its own, by its names.
    pub fn of(name: String, arn: String, url: String, region: &str) -> Self {
        Self {
            region: region.to_owned(),
            name,
            arn,
            url,
            ..Self::default()
        }
    }

    fn set_attributes(&self, found: &QueueState) -> Option<Change> {
        let mut attributes = BTreeMap::new();
        let mut reasons = Vec::new();
        if let Some(policy) = merged(found.policy.as_ref(), &self.statements) {
            attributes.insert("Policy".to_owned(), policy.to_text());
            reasons.push("queue policy does not allow the topics to send as it should");
        }
        let redrive = self.redrive.as_ref();
        if let Some(redrive) = redrive.filter(|_| !found.attributes.contains_key(REDRIVE_POLICY)) {
            attributes.insert(REDRIVE_POLICY.to_owned(), redrive.to_text());
            reasons.push("queue has no dead-letter queue");
        }
        if let Some(encryption) = &self.encryption {
            let differing = encryption.changes(&found.attributes);
            reasons.extend((!differing.is_empty()).then_some("queue encryption differs"));
            attributes.extend(differing);
        }
        let call = SetQueueAttributes {
            queue_url: self.url.clone(),
            attributes,
        };
        (!reasons.is_empty()).then(|| Change::new(call, reasons.join(", ")))
    }

    fn create(&self) -> Change {
        let mut attributes = self.attributes.clone();
        if !self.statements.is_empty() {
            let policy = Policy::new(&self.statements).to_text();
            attributes.insert("Policy".to_owned(), policy);
        }
        if let Some(redrive) = &self.redrive {
            attributes.insert(REDRIVE_POLICY.to_owned(), redrive.to_text());
        }
        if let Some(encryption) = &self.encryption {
            attributes.extend(encryption.attributes());
        }
        let call = CreateQueue {
            queue_name: self.name.clone(),
            attributes,
            tags: pairs(&self.tags),
        };
        Change::new(call, "queue is missing")
    }
}
