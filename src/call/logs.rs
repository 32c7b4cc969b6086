//! Requests to CloudWatch Logs:
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html>. Its API spells
//! parameters with a small first letter.

use std::collections::BTreeMap;

use super::definition::define;

macro_rules! logs {
    ($each:ident) => {
        $each! {
            /// A change of a log group or its filters.
            Logs: Call, logs, lower_camel;
            operations {
                /// Creates a log group.
                CreateLogGroup {
                    /// 1–512 of `[A-Za-z0-9_/.#-]`.
                    log_group_name: String,
                    /// ARN of the key that encrypts the events.
                    kms_key_id: Option<String>,
                    /// Tags of the new group.
                    tags: BTreeMap<String, String>,
                }
                /// Sets how long a group keeps its events.
                PutRetentionPolicy {
                    /// The group.
                    log_group_name: String,
                    /// One of the numbers of days that the service knows.
                    retention_in_days: i32,
                }
                /// Encrypts what the group takes from now on with another key.
                AssociateKmsKey {
                    /// The group.
                    log_group_name: String,
                    /// ARN of the key.
                    kms_key_id: String,
                }
                /// Adds tags, or gives them new values.
                TagResource {
                    /// The group's ARN, without `:*`.
                    resource_arn: String,
                    /// Tags to add or to give a new value.
                    tags: BTreeMap<String, String>,
                }
                /// Creates a metric filter, or replaces the one of this name.
                PutMetricFilter {
                    /// The group.
                    log_group_name: String,
                    /// The filter's name in the group.
                    filter_name: String,
                    /// What it counts, at most 1,024 characters.
                    filter_pattern: String,
                    /// The metric that matches are counted in: one transformation.
                    metric_transformations: Vec<MetricTransformation>,
                }
                /// Deletes a metric filter; what it has counted stays.
                DeleteMetricFilter {
                    /// The group.
                    log_group_name: String,
                    /// The filter's name in the group.
                    filter_name: String,
                }
                /// Creates a subscription filter, or replaces the one of this name.
                PutSubscriptionFilter {
                    /// The group, which has two subscription filters at most.
                    log_group_name: String,
                    /// The filter's name in the group.
                    filter_name: String,
                    /// Which events are sent; an empty text for all.
                    filter_pattern: String,
                    /// ARN of the stream, function or destination that events are sent to.
                    destination_arn: String,
                    /// ARN of the role that CloudWatch Logs sends as; a function and a destination take none.
                    role_arn: Option<String>,
                    /// `Random` or `ByLogStream`.
                    distribution: String,
                }
                /// Deletes a subscription filter.
                DeleteSubscriptionFilter {
                    /// The group.
                    log_group_name: String,
                    /// The filter's name in the group.
                    filter_name: String,
                }
                /// Deletes a log group with its events and metric filters.
                DeleteLogGroup {
                    /// The group.
                    log_group_name: String,
                }
            }
            structures {
                /// The metric that the matches of a filter are counted in.
                MetricTransformation {
                    /// The metric's name.
                    metric_name: String,
                    /// The metric's namespace.
                    metric_namespace: String,
                    /// What a match adds, a number as text.
                    metric_value: String,
                }
            }
        }
    };
}
pub(crate) use logs;

logs!(define);
