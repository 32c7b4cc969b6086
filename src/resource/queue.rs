//! SQS queues.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::queue_encryption::Encryption;
use super::{Operations, parse_policy};
use crate::aws::Reader;
use crate::aws::read::QueueAttributes;
use crate::call::Tag;
use crate::call::sqs::{CreateQueue, DeleteQueue, SetQueueAttributes, Sqs, TagQueue};
use crate::error::CallError;
use crate::plan::Step;
use crate::policy::{Policy, Statement, merged};

/// What reading, making and deleting queues takes.
pub const OPERATIONS: Operations = Operations {
    service: "sqs",
    reads: &["GetQueueAttributes"],
    tag_reads: &["ListQueueTags"],
    changes: &["CreateQueue", "SetQueueAttributes", "TagQueue"],
    removals: &["DeleteQueue"],
};

/// The largest policy a queue can have, in bytes.
pub const POLICY_LIMIT: usize = 8_192;

/// How many statements a queue's policy can have.
pub const STATEMENT_LIMIT: usize = 20;

const KIND: &str = "queue";

const REDRIVE_POLICY: &str = "RedrivePolicy";

/// A queue as it should be.
#[derive(Clone, Debug)]
pub struct Queue {
    /// The queue's name.
    pub name: String,
    /// The queue's region.
    pub region: String,
    /// The queue's URL.
    pub url: String,
    /// Attributes of a new queue, by AWS's names; a queue that was found keeps its own.
    pub attributes: BTreeMap<String, String>,
    /// Our statements in its policy.
    pub statements: Vec<Statement>,
    /// Where messages go that were received in vain too often, if the queue does not say so already.
    pub redrive: Option<Redrive>,
    /// How it encrypts its messages, if that is asked for.
    pub encryption: Option<Encryption>,
    /// Tags the queue must bear, among others.
    pub tags: Vec<Tag>,
}

/// Where messages go that were received in vain too often: the attribute `RedrivePolicy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redrive {
    /// ARN of the dead letter queue.
    pub queue_arn: String,
    /// How often a message may be received in vain.
    pub max_receive_count: u32,
}

/// A queue as it is.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Its attributes, by AWS's names.
    pub attributes: QueueAttributes,
    /// Its policy.
    pub policy: Option<Policy>,
    /// Its tags, when they were asked for.
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
        let Self {
            queue_arn,
            max_receive_count,
        } = self;
        json!({"deadLetterTargetArn": queue_arn, "maxReceiveCount": max_receive_count}).to_string()
    }
}

impl Found {
    /// Where its messages go that were received in vain too often.
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

/// The queue with this URL, if there is one.
///
/// # Errors
/// When AWS refuses, does not answer, or answers with a policy that is none.
pub async fn read(
    reader: &Reader,
    region: &str,
    url: &str,
    with_tags: bool,
) -> Result<Option<Found>, CallError> {
    let tags = async {
        match with_tags {
            true => reader.queue_tags(region, url).await,
            false => Ok(BTreeMap::new()),
        }
    };
    let (attributes, tags) = tokio::try_join!(reader.queue(region, url), tags)?;
    let Some(attributes) = attributes else {
        return Ok(None);
    };
    let policy = attributes.get("Policy").map(String::as_str);
    Ok(Some(Found {
        policy: parse_policy(policy, "sqs", "GetQueueAttributes", region, url)?,
        attributes,
        tags,
    }))
}

impl Queue {
    /// The steps that make the queue as it should be.
    pub fn changes(&self, found: Option<&Found>) -> Vec<Step> {
        let Some(found) = found else {
            return vec![self.create()];
        };
        let mut steps = Vec::from_iter(self.set_attributes(found));
        let lacking = self
            .tags
            .iter()
            .filter(|tag| found.tags.get(&tag.key) != Some(&tag.value));
        let tags: BTreeMap<_, _> = lacking.map(pair).collect();
        if !tags.is_empty() {
            let call = Sqs::TagQueue(TagQueue {
                queue_url: self.url.clone(),
                tags,
            });
            steps.push(self.step(call, "tags are missing"));
        }
        steps
    }

    fn set_attributes(&self, found: &Found) -> Option<Step> {
        let mut attributes = BTreeMap::new();
        let mut reasons = Vec::new();
        if let Some(policy) = merged(found.policy.as_ref(), &self.statements) {
            attributes.insert("Policy".to_owned(), policy.to_text());
            reasons.push("queue policy does not let the topics send as it should");
        }
        let redrive = self.redrive.as_ref();
        if let Some(redrive) = redrive.filter(|_| !found.attributes.contains_key(REDRIVE_POLICY)) {
            attributes.insert(REDRIVE_POLICY.to_owned(), redrive.to_text());
            reasons.push("queue has no dead letter queue");
        }
        if let Some(encryption) = &self.encryption {
            let differing = encryption.changes(&found.attributes);
            if !differing.is_empty() {
                attributes.extend(differing);
                reasons.push("queue is encrypted in another way");
            }
        }
        let call = Sqs::SetQueueAttributes(SetQueueAttributes {
            queue_url: self.url.clone(),
            attributes,
        });
        (!reasons.is_empty()).then(|| self.step(call, &reasons.join(", ")))
    }

    fn create(&self) -> Step {
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
        let call = Sqs::CreateQueue(CreateQueue {
            queue_name: self.name.clone(),
            attributes,
            tags: self.tags.iter().map(pair).collect(),
        });
        self.step(call, "queue is missing")
    }

    fn step(&self, call: Sqs, reason: &str) -> Step {
        Step::new(KIND, &self.name, &self.region, call, reason).at(&self.url)
    }
}

/// The steps that delete a queue, with its messages.
pub fn removal(name: &str, region: &str, url: &str, reason: &str) -> Vec<Step> {
    let call = Sqs::DeleteQueue(DeleteQueue {
        queue_url: url.to_owned(),
    });
    vec![Step::new(KIND, name, region, call, reason).at(url)]
}

fn pair(tag: &Tag) -> (String, String) {
    (tag.key.clone(), tag.value.clone())
}
