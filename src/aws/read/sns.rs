//! Topics, their subscriptions and tags.

use super::Reader;
use crate::aws::error::Request;
use crate::call::Tag;
use crate::error::CallResult;

/// The attributes of a topic.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopicAttributes {
    /// Its policy, JSON.
    pub policy: String,
    /// The key that encrypts published messages: an id, an ARN or an alias.
    pub kms_key_id: Option<String>,
}

/// A subscription to a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// The subscription's ARN, or `PendingConfirmation`.
    pub arn: String,
    /// `sqs`, `email`, `lambda`, …
    pub protocol: String,
    /// Where messages are delivered; for `sqs` the queue's ARN.
    pub endpoint: String,
}

const MISSING: [&str; 2] = ["NotFound", "NotFoundException"];

impl Reader {
    /// A topic's attributes; `None` where there is no such topic.
    pub async fn topic(&self, region: &str, arn: &str) -> CallResult<Option<TopicAttributes>> {
        let request = Request::new("sns", "GetTopicAttributes", region, arn);
        let get = self.clients.sns(region).get_topic_attributes();
        let get = get.topic_arn(arn);
        let answer = self.find(request, get.send(), &MISSING).await?;
        Ok(answer.map(|answer| {
            let mut attributes = answer.attributes.unwrap_or_default();
            let kms_key_id = attributes.remove("KmsMasterKeyId");
            TopicAttributes {
                policy: attributes.remove("Policy").unwrap_or_default(),
                kms_key_id: kms_key_id.filter(|key| !key.is_empty()),
            }
        }))
    }

    /// All subscriptions to a topic; none where there is no such topic.
    pub async fn subscriptions(
        &self,
        region: &str,
        topic_arn: &str,
    ) -> CallResult<Vec<Subscription>> {
        let request = Request::new("sns", "ListSubscriptionsByTopic", region, topic_arn);
        let list = self.clients.sns(region).list_subscriptions_by_topic();
        let list = list.topic_arn(topic_arn).into_paginator().items().send();
        let subscriptions = self.list(request, list.try_collect(), &MISSING).await?;
        let subscriptions = subscriptions.into_iter().map(|subscription| Subscription {
            arn: subscription.subscription_arn.unwrap_or_default(),
            protocol: subscription.protocol.unwrap_or_default(),
            endpoint: subscription.endpoint.unwrap_or_default(),
        });
        Ok(subscriptions.collect())
    }

    /// The filter policy of a subscription, JSON: only messages that match it are delivered.
    pub async fn filter_policy(
        &self,
        region: &str,
        subscription_arn: &str,
    ) -> CallResult<Option<String>> {
        let request = Request::new("sns", "GetSubscriptionAttributes", region, subscription_arn);
        let get = self.clients.sns(region).get_subscription_attributes();
        let get = get.subscription_arn(subscription_arn);
        let answer = self.find(request, get.send(), &MISSING).await?;
        let attributes = answer.and_then(|answer| answer.attributes);
        let policy = attributes.unwrap_or_default().remove("FilterPolicy");
        Ok(policy.filter(|policy| !matches!(policy.trim(), "" | "{}")))
    }

    /// The tags of a topic.
    pub async fn topic_tags(&self, region: &str, arn: &str) -> CallResult<Vec<Tag>> {
        let request = Request::new("sns", "ListTagsForResource", region, arn);
        let list = self.clients.sns(region).list_tags_for_resource();
        let list = list.resource_arn(arn);
        let missing = ["ResourceNotFound", "ResourceNotFoundException", "NotFound"];
        let answer = self.find(request, list.send(), &missing).await?;
        let tags = answer.and_then(|answer| answer.tags).unwrap_or_default();
        let tags = tags.into_iter().map(|tag| Tag {
            key: tag.key,
            value: tag.value,
        });
        Ok(tags.collect())
    }
}
