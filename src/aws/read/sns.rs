//! Topics, their subscriptions and tags.

use super::Reader;
use crate::aws::error::{Request, or_missing};
use crate::call::Tag;
use crate::error::CallError;

/// What a topic is set to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopicAttributes {
    /// Its policy, JSON.
    pub policy: String,
    /// The key that encrypts what is published, an id, an ARN or an alias.
    pub kms_key_id: Option<String>,
}

/// A subscription to a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// The subscription's ARN, or `PendingConfirmation`.
    pub arn: String,
    /// `sqs`, `email`, `lambda`, …
    pub protocol: String,
    /// Who gets the messages; for `sqs` the queue's ARN.
    pub endpoint: String,
}

const MISSING: [&str; 2] = ["NotFound", "NotFoundException"];

impl Reader {
    /// What a topic is set to; `None` where there is no such topic.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn topic(
        &self,
        region: &str,
        arn: &str,
    ) -> Result<Option<TopicAttributes>, CallError> {
        let request = Request {
            service: "sns",
            operation: "GetTopicAttributes",
            region,
            resource: arn,
        };
        let _permit = self.clients.permit(&request).await;
        let client = self.clients.sns(region);
        let answer = client.get_topic_attributes().topic_arn(arn).send().await;
        let answer = answer.map_err(|error| request.failed(error));
        Ok(or_missing(answer, &MISSING)?.map(|answer| {
            let mut attributes = answer.attributes.unwrap_or_default();
            let kms_key_id = attributes.remove("KmsMasterKeyId");
            TopicAttributes {
                policy: attributes.remove("Policy").unwrap_or_default(),
                kms_key_id: kms_key_id.filter(|key| !key.is_empty()),
            }
        }))
    }

    /// Everybody who is subscribed to a topic, every page; nobody where there is no such topic.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn subscriptions(
        &self,
        region: &str,
        topic_arn: &str,
    ) -> Result<Vec<Subscription>, CallError> {
        let request = Request {
            service: "sns",
            operation: "ListSubscriptionsByTopic",
            region,
            resource: topic_arn,
        };
        let _permit = self.clients.permit(&request).await;
        let client = self.clients.sns(region);
        let list = client.list_subscriptions_by_topic().topic_arn(topic_arn);
        let mut pages = list.into_paginator().items().send();
        let mut subscriptions = Vec::new();
        while let Some(subscription) = pages.next().await {
            let subscription = subscription.map_err(|error| request.failed(error));
            let Some(subscription) = or_missing(subscription, &MISSING)? else {
                break;
            };
            subscriptions.push(Subscription {
                arn: subscription.subscription_arn.unwrap_or_default(),
                protocol: subscription.protocol.unwrap_or_default(),
                endpoint: subscription.endpoint.unwrap_or_default(),
            });
        }
        Ok(subscriptions)
    }

    /// The filter policy of a subscription, JSON: only messages that match it are delivered.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn filter_policy(
        &self,
        region: &str,
        subscription_arn: &str,
    ) -> Result<Option<String>, CallError> {
        let request = Request {
            service: "sns",
            operation: "GetSubscriptionAttributes",
            region,
            resource: subscription_arn,
        };
        let _permit = self.clients.permit(&request).await;
        let get = self.clients.sns(region).get_subscription_attributes();
        let answer = get.subscription_arn(subscription_arn).send().await;
        let answer = or_missing(answer.map_err(|error| request.failed(error)), &MISSING)?;
        let mut attributes = answer
            .and_then(|answer| answer.attributes)
            .unwrap_or_default();
        let policy = attributes.remove("FilterPolicy");
        Ok(policy.filter(|policy| !matches!(policy.trim(), "" | "{}")))
    }

    /// The tags of a topic.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn topic_tags(&self, region: &str, arn: &str) -> Result<Vec<Tag>, CallError> {
        let request = Request {
            service: "sns",
            operation: "ListTagsForResource",
            region,
            resource: arn,
        };
        let _permit = self.clients.permit(&request).await;
        let client = self.clients.sns(region);
        let answer = client
            .list_tags_for_resource()
            .resource_arn(arn)
            .send()
            .await;
        let answer = answer.map_err(|error| request.failed(error));
        let missing = ["ResourceNotFound", "ResourceNotFoundException", "NotFound"];
        let tags = or_missing(answer, &missing)?.and_then(|answer| answer.tags);
        let tags = tags.into_iter().flatten().map(|tag| Tag {
            key: tag.key,
            value: tag.value,
        });
        Ok(tags.collect())
    }
}
