//! Requests to SNS: <https://docs.aws.amazon.com/sns/latest/api/API_Operations.html>.

use std::collections::BTreeMap;

use super::definition::define;
use super::{Tag, Text};

macro_rules! sns {
    ($each:ident) => {
        $each! {
            /// A change of a topic or its subscriptions.
            Sns: Call, sns, "PascalCase";
            operations {
                CreateTopic {
                    name: String,
                    attributes: BTreeMap<String, String>,
                    tags: Vec<Tag>,
                } -> { TopicArn }
                /// Replaces one attribute of a topic.
                SetTopicAttributes {
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
                    topic_arn: String,
                }
                TagResource {
                    resource_arn: String,
                    tags: Vec<Tag>,
                }
            }
            structures {}
        }
    };
}
pub(crate) use sns;

sns!(define);
