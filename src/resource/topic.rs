//! SNS topics.

use std::collections::BTreeMap;

use serde_json::json;

use super::{
    Change, Fact, Id, Removal, Resource, if_wanted, lacking, parse_policy, subscription::is_pending,
};
use crate::aws::Reader;
use crate::aws::read::Subscription;
use crate::call::passing::{MINUTE, MINUTES, NONE, SHORT, Wait, Write::Here, after, always};
use crate::call::rule::Rule;
use crate::call::settled::Proof;
use crate::call::sns::{CreateTopic, DeleteTopic, SetTopicAttributes, TagResource};
use crate::call::{Kind, Tag};
use crate::error::{CallError, Result};
use crate::policy::{Policy, Statement, merged};

/// Topics.
pub static KIND: Kind = Kind {
    reads: &["GetTopicAttributes", "ListSubscriptionsByTopic"],
    tag_reads: &["ListTagsForResource"],
    changes: &["CreateTopic", "SetTopicAttributes", "TagResource"],
    removals: &["DeleteTopic"],
    passing: PASSING,
    settled: SETTLED,
    ..Kind::new("topic", "sns")
};

#[rustfmt::skip]
pub(super) const PASSING: &[Rule<Wait>] = &[
    Rule::of(&["Subscribe", "SetTopicAttributes", "TagResource"],
        &["NotFound", "NotFoundException", "ResourceNotFound", "ResourceNotFoundException"],
        after(MINUTES, NONE, &[Here("sns:CreateTopic")])),
    Rule::of(&[], &["ConcurrentAccess", "ConcurrentAccessException"],
        always(SHORT)),
    // A topic of the same name was deleted with its tags a moment ago.
    Rule::of(&[], &["StaleTag", "StaleTagException"],
        always(MINUTE)),
];

#[rustfmt::skip]
pub(super) const SETTLED: &[Rule<Proof>] = &[
    Rule::of(&["DeleteTopic"], &["NotFound", "NotFoundException"], Proof::Done),
    Rule::of(&["CreateTopic"], &["InvalidParameter", "InvalidParameterException"], Proof::IfFound),
];

/// The largest policy a topic can have, in bytes.
const POLICY_LIMIT: usize = 30 * 1_024;

const KMS_KEY: &str = "KmsMasterKeyId";

/// A topic.
#[derive(Clone, Debug, Default)]
pub struct Topic {
    pub(crate) name: String,
    pub(crate) region: String,
    pub(crate) arn: String,
    /// Who publishes, for people.
    pub publisher: &'static str,
    /// Our statements in its policy.
    pub statements: Vec<Statement>,
    /// ARN of the key that must encrypt what is published, if an option states it.
    pub kms_key_id: Option<String>,
    /// Tags the topic must have, among others.
    pub tags: Vec<Tag>,
}

/// A topic as it exists.
#[derive(Clone, Debug, Default)]
pub struct TopicState {
    /// Its policy.
    pub policy: Option<Policy>,
    /// The key that encrypts what is published.
    pub kms_key_id: Option<String>,
    /// Its subscriptions.
    pub subscriptions: Vec<Subscription>,
    /// Its tags, when they were read.
    pub tags: Vec<Tag>,
}

impl Resource for Topic {
    type Observed = TopicState;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.name)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.arn.clone()]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<TopicState>, CallError> {
        let (region, arn) = (&self.region, &self.arn);
        let (topic, subscriptions, tags) = tokio::try_join!(
            reader.topic(region, arn),
            reader.subscriptions(region, arn),
            if_wanted(!self.tags.is_empty(), reader.topic_tags(region, arn)),
        )?;
        let Some(topic) = topic else {
            return Ok(None);
        };
        let policy = Some(topic.policy.as_str());
        Ok(Some(TopicState {
            policy: parse_policy(policy, "sns", "GetTopicAttributes", region, arn)?,
            kms_key_id: topic.kms_key_id,
            subscriptions,
            tags,
        }))
    }

    fn refusal(&self, observed: Option<&TopicState>) -> Result<()> {
        let policy = observed.and_then(|observed| self.merged(observed));
        policy.map_or(Ok(()), |policy| {
            super::fits("topic", &self.name, &policy, POLICY_LIMIT, usize::MAX)
        })
    }

    fn changes(&self, observed: Option<&TopicState>) -> Vec<Change> {
        let Some(observed) = observed else {
            return vec![self.create()];
        };
        let mut changes = Vec::new();
        if let Some(policy) = self.merged(observed) {
            let reason = format!(
                "topic policy does not allow {} to publish as it should",
                self.publisher
            );
            changes.push(Change::new(self.set("Policy", policy.to_text()), reason));
        }
        let key = self.kms_key_id.as_ref();
        if let Some(key) = key.filter(|key| !is_key(observed, key)) {
            let call = self.set(KMS_KEY, key.clone());
            changes.push(Change {
                part: Some(KMS_KEY.to_owned()),
                after: changes.len().checked_sub(1),
                ..Change::new(call, "topic is not encrypted with the key")
            });
        }
        if let Some((tags, reason)) = lacking(&self.tags, &observed.tags) {
            let resource_arn = self.arn.clone();
            let call = TagResource { resource_arn, tags };
            changes.push(Change::new(call, reason).aside());
        }
        changes
    }

    fn removal(&self, _: &TopicState) -> Removal {
        let topic_arn = self.arn.clone();
        Removal::by(DeleteTopic { topic_arn })
    }

    fn facts(&self, observed: &TopicState) -> Vec<Fact> {
        let subscribers = observed.subscriptions.iter().map(|found| {
            json!({
                "protocol": found.protocol,
                "endpoint": found.endpoint,
                "pending": is_pending(found),
            })
        });
        vec![
            ("arn", json!(self.arn)),
            ("subscribers", subscribers.collect()),
        ]
    }
}

impl Topic {
    /// A topic without settings of its own, by its names.
    pub fn of(name: String, arn: String, region: &str) -> Self {
        Self {
            region: region.to_owned(),
            name,
            arn,
            ..Self::default()
        }
    }

    /// Its policy with our statements, where it lacks any.
    fn merged(&self, observed: &TopicState) -> Option<Policy> {
        merged(observed.policy.as_ref(), &self.statements)
    }

    fn set(&self, attribute: &str, value: String) -> SetTopicAttributes {
        SetTopicAttributes {
            topic_arn: self.arn.clone(),
            attribute_name: attribute.to_owned(),
            attribute_value: value,
        }
    }

    fn create(&self) -> Change {
        let policy = Policy::new(&self.statements).to_text();
        let mut attributes = BTreeMap::from([("Policy".to_owned(), policy)]);
        attributes.extend(self.kms_key_id.clone().map(|key| (KMS_KEY.to_owned(), key)));
        let call = CreateTopic {
            name: self.name.clone(),
            attributes,
            tags: self.tags.clone(),
        };
        Change::new(call, "topic is missing")
    }
}

/// Whether a topic of another exists: a data source. For a caller who may not read it, this is unknown.
#[derive(Clone, Debug)]
pub(crate) struct TopicExists {
    pub arn: String,
    pub region: String,
}

static EXISTS: Kind = Kind::new("topic-exists", "sns");

impl Resource for TopicExists {
    /// Whether it exists, as far as the caller may know.
    type Observed = bool;

    fn id(&self) -> Id<'_> {
        Id::new(&EXISTS, &self.region, &self.arn)
    }

    async fn read(&self, reader: &Reader) -> Result<Option<bool>, CallError> {
        let read = reader.topic(&self.region, &self.arn).await;
        Ok(Some(!matches!(read, Ok(None))))
    }
}

/// Whether this is the key that AWS manages for SNS, which no other service can use.
pub fn is_key_of_sns(key: Option<&str>) -> bool {
    key.is_some_and(|key| key.ends_with("alias/aws/sns"))
}

/// Whether a topic has this key, which SNS returns as it was given: by ARN or by id.
fn is_key(found: &TopicState, arn: &str) -> bool {
    let key = found.kms_key_id.as_deref();
    key == Some(arn) || (key.is_some() && key == arn.rsplit('/').next())
}
