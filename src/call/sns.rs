//! Requests to SNS: <https://docs.aws.amazon.com/sns/latest/api/API_Operations.html>.

use std::collections::BTreeMap;

use super::definition::define;
use super::{Tag, Text};

macro_rules! sns {
    ($each:ident) => {
        $each! {
            /// A change of a topic or its subscriptions.
            Sns: Call, sns, camel;
            operations {
                /// Creates a topic.
                CreateTopic {
                    /// The topic's name.
                    name: String,
                    /// Attributes of the new topic, e.g. `Policy`.
                    attributes: BTreeMap<String, String>,
                    /// Tags of the new topic.
                    tags: Vec<Tag>,
                } -> { TopicArn }
                /// Replaces one attribute of a topic.
                SetTopicAttributes {
                    /// The topic's ARN.
                    topic_arn: String,
                    /// One attribute, e.g. `Policy`.
                    attribute_name: String,
                    /// Its new value, which replaces the old one whole.
                    attribute_value: String,
                }
                /// Subscribes an endpoint to a topic; harmless when it already is.
                Subscribe {
                    /// The topic's ARN; the request goes to its region.
                    topic_arn: Text,
                    /// `sqs`.
                    protocol: String,
                    /// The queue's ARN.
                    endpoint: Text,
                }
                /// Deletes a topic with its subscriptions.
                DeleteTopic {
                    /// The topic's ARN.
                    topic_arn: String,
                }
                /// Adds tags, or gives them new values.
                TagResource {
                    /// The topic's ARN.
                    resource_arn: String,
                    /// Tags to add or to give a new value.
                    tags: Vec<Tag>,
                }
            }
            structures {}
        }
    };
}
pub(crate) use sns;

sns!(define);
