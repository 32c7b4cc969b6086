//! SQS queues.

use std::collections::BTreeMap;

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
    /// Tags the queue must bear, among others.
    pub tags: Vec<Tag>,
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

impl Found {
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
        let mut steps = Vec::new();
        if let Some(policy) = merged(found.policy.as_ref(), &self.statements) {
            let call = Sqs::SetQueueAttributes(SetQueueAttributes {
                queue_url: self.url.clone(),
                attributes: BTreeMap::from([("Policy".to_owned(), policy.to_text())]),
            });
            steps.push(self.step(
                call,
                "queue policy does not let the topics send as it should",
            ));
        }
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

    fn create(&self) -> Step {
        let mut attributes = self.attributes.clone();
        if !self.statements.is_empty() {
            let policy = Policy::new(&self.statements).to_text();
            attributes.insert("Policy".to_owned(), policy);
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
