//! Requests to SNS: <https://docs.aws.amazon.com/sns/latest/api/API_Operations.html>.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Call, Tag};

/// A change of a topic or its subscriptions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Sns {
    /// Makes a topic.
    CreateTopic(CreateTopic),
    /// Replaces one attribute of a topic.
    SetTopicAttributes(SetTopicAttributes),
    /// Subscribes an endpoint to a topic; harmless when it already is.
    Subscribe(Subscribe),
    /// Deletes a topic with its subscriptions.
    DeleteTopic(DeleteTopic),
    /// Adds tags, or gives them new values.
    TagResource(TagResource),
}

impl From<Sns> for Call {
    fn from(call: Sns) -> Self {
        Self::Sns(call)
    }
}

/// Parameters of `CreateTopic`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateTopic {
    /// The topic's name.
    pub name: String,
    /// Attributes of the new topic, e.g. `Policy`.
    pub attributes: BTreeMap<String, String>,
    /// Tags of the new topic.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// Parameters of `SetTopicAttributes`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct SetTopicAttributes {
    /// The topic's ARN.
    pub topic_arn: String,
    /// One attribute, e.g. `Policy`.
    pub attribute_name: String,
    /// Its new value, which replaces the old one whole.
    pub attribute_value: String,
}

/// Parameters of `Subscribe`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Subscribe {
    /// The topic's ARN; the request goes to its region.
    pub topic_arn: String,
    /// `sqs`.
    pub protocol: String,
    /// The queue's ARN.
    pub endpoint: String,
}

/// Parameters of `DeleteTopic`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteTopic {
    /// The topic's ARN.
    pub topic_arn: String,
}

/// Parameters of `TagResource`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TagResource {
    /// The topic's ARN.
    pub resource_arn: String,
    /// Tags to add or to give a new value.
    pub tags: Vec<Tag>,
}
