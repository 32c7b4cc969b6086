//! SNS topics.

use std::collections::BTreeMap;

use super::{Operations, lacking, parse_policy};
use crate::aws::Reader;
use crate::aws::read::Subscription;
use crate::call::Tag;
use crate::call::sns::{CreateTopic, DeleteTopic, SetTopicAttributes, Sns, TagResource};
use crate::error::CallError;
use crate::plan::{Step, StepId};
use crate::policy::{Policy, Statement, merged};

/// What reading, making and deleting topics takes.
pub const OPERATIONS: Operations = Operations {
    service: "sns",
    reads: &["GetTopicAttributes", "ListSubscriptionsByTopic"],
    tag_reads: &["ListTagsForResource"],
    changes: &["CreateTopic", "SetTopicAttributes", "TagResource"],
    removals: &["DeleteTopic"],
};

/// The largest policy a topic can have, in bytes.
pub const POLICY_LIMIT: usize = 30 * 1_024;

const KIND: &str = "topic";

const KMS_KEY: &str = "KmsMasterKeyId";

/// A topic as it should be.
#[derive(Clone, Debug)]
pub struct Topic {
    /// The topic's name.
    pub name: String,
    /// The topic's region.
    pub region: String,
    /// The topic's ARN.
    pub arn: String,
    /// Who publishes, for people.
    pub publisher: &'static str,
    /// Our statements in its policy.
    pub statements: Vec<Statement>,
    /// ARN of the key that must encrypt what is published, if that is asked for.
    pub kms_key_id: Option<String>,
    /// Tags the topic must bear, among others.
    pub tags: Vec<Tag>,
}

/// A topic as it is.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Its policy.
    pub policy: Option<Policy>,
    /// The key that encrypts what is published.
    pub kms_key_id: Option<String>,
    /// Everybody who is subscribed.
    pub subscriptions: Vec<Subscription>,
    /// Its tags, when they were asked for.
    pub tags: Vec<Tag>,
}

/// The topic with this ARN, if there is one.
///
/// # Errors
/// When AWS refuses, does not answer, or answers with a policy that is none.
pub async fn read(
    reader: &Reader,
    region: &str,
    arn: &str,
    with_tags: bool,
) -> Result<Option<Found>, CallError> {
    let tags = async {
        match with_tags {
            true => reader.topic_tags(region, arn).await,
            false => Ok(Vec::new()),
        }
    };
    let (topic, subscriptions, tags) = tokio::try_join!(
        reader.topic(region, arn),
        reader.subscriptions(region, arn),
        tags
    )?;
    let Some(topic) = topic else {
        return Ok(None);
    };
    let policy = Some(topic.policy.as_str());
    Ok(Some(Found {
        policy: parse_policy(policy, "sns", "GetTopicAttributes", region, arn)?,
        kms_key_id: topic.kms_key_id,
        subscriptions,
        tags,
    }))
}

impl Topic {
    /// The steps that make the topic as it should be.
    pub fn changes(&self, found: Option<&Found>) -> Vec<Step> {
        let Some(found) = found else {
            return vec![self.create()];
        };
        let mut steps = Vec::new();
        if let Some(policy) = merged(found.policy.as_ref(), &self.statements) {
            let call = Sns::SetTopicAttributes(SetTopicAttributes {
                topic_arn: self.arn.clone(),
                attribute_name: "Policy".to_owned(),
                attribute_value: policy.to_text(),
            });
            steps.push(self.step(
                call,
                &format!(
                    "topic policy does not let {} publish as it should",
                    self.publisher
                ),
            ));
        }
        if let Some(key) = self.kms_key_id.as_ref().filter(|key| !is_key(found, key)) {
            let call = Sns::SetTopicAttributes(SetTopicAttributes {
                topic_arn: self.arn.clone(),
                attribute_name: KMS_KEY.to_owned(),
                attribute_value: key.clone(),
            });
            let before: Vec<StepId> = steps.iter().map(|step: &Step| step.id.clone()).collect();
            let step = self.step(call, "topic is not encrypted with the key");
            steps.push(step.about(KMS_KEY).after(&before));
        }
        let tags = lacking(&self.tags, &found.tags);
        if !tags.is_empty() {
            let call = Sns::TagResource(TagResource {
                resource_arn: self.arn.clone(),
                tags,
            });
            steps.push(self.step(call, "tags are missing"));
        }
        steps
    }

    fn create(&self) -> Step {
        let policy = Policy::new(&self.statements).to_text();
        let mut attributes = BTreeMap::from([("Policy".to_owned(), policy)]);
        attributes.extend(self.kms_key_id.clone().map(|key| (KMS_KEY.to_owned(), key)));
        let call = Sns::CreateTopic(CreateTopic {
            name: self.name.clone(),
            attributes,
            tags: self.tags.clone(),
        });
        self.step(call, "topic is missing")
    }

    fn step(&self, call: Sns, reason: &str) -> Step {
        Step::new(KIND, &self.name, &self.region, call, reason).at(&self.arn)
    }
}

/// Whether this is the key that AWS manages for SNS, which no other service can use.
pub fn is_key_of_sns(key: Option<&str>) -> bool {
    key.is_some_and(|key| key.ends_with("alias/aws/sns"))
}

/// Whether a topic has this key, which SNS returns as it was given: by ARN or by id.
fn is_key(found: &Found, arn: &str) -> bool {
    let key = found.kms_key_id.as_deref();
    key == Some(arn) || (key.is_some() && key == arn.rsplit('/').next())
}

/// The steps that delete a topic, with its subscriptions.
pub fn removal(name: &str, region: &str, arn: &str, reason: &str) -> Vec<Step> {
    let call = Sns::DeleteTopic(DeleteTopic {
        topic_arn: arn.to_owned(),
    });
    vec![Step::new(KIND, name, region, call, reason).at(arn)]
}
