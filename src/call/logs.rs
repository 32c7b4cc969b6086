//! Requests to CloudWatch Logs:
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html>. Its API spells
//! parameters with a small first letter.

use std::collections::BTreeMap;

use super::definition::define;

macro_rules! logs {
    ($each:ident) => {
        $each! {
            /// A change of a log group or its filters.
            Logs: Call, logs, "camelCase";
            operations {
                CreateLogGroup {
                    /// 1–512 of `[A-Za-z0-9_/.#-]`.
                    log_group_name: String,
                    kms_key_id: Option<String>,
                    tags: BTreeMap<String, String>,
                }
                CreateLogStream {
                    log_group_name: String,
                    log_stream_name: String,
                }
                /// Sets how long a group keeps its events.
                PutRetentionPolicy {
                    log_group_name: String,
                    /// One of the numbers of days that the service knows.
                    retention_in_days: i32,
                }
                /// Encrypts what the group takes from now on with another key.
                AssociateKmsKey {
                    log_group_name: String,
                    kms_key_id: String,
                }
                TagResource {
                    /// The group's ARN, without `:*`.
                    resource_arn: String,
                    tags: BTreeMap<String, String>,
                }
                /// Creates a metric filter, or replaces the one of this name.
                PutMetricFilter {
                    log_group_name: String,
                    filter_name: String,
                    /// What it counts, at most 1,024 characters.
                    filter_pattern: String,
                    /// The metric that matches are counted in: one transformation.
                    metric_transformations: Vec<MetricTransformation>,
                }
                /// Deletes a metric filter; what it has counted stays.
                DeleteMetricFilter {
                    log_group_name: String,
                    filter_name: String,
                }
                /// Creates a subscription filter, or replaces the one of this name.
                PutSubscriptionFilter {
                    /// The group, which has two subscription filters at most.
                    log_group_name: String,
                    filter_name: String,
                    /// Which events are sent; an empty text for all.
                    filter_pattern: String,
                    /// ARN of the stream, function or destination that events are sent to.
                    destination_arn: String,
                    /// ARN of the role that CloudWatch Logs sends as; a function and a destination take none.
                    role_arn: Option<String>,
                    /// How events are spread over the shards of a Kinesis data stream: `Random` or `ByLogStream`.
                    distribution: Option<String>,
                }
                DeleteSubscriptionFilter {
                    log_group_name: String,
                    filter_name: String,
                }
                /// Creates a destination, or gives it another target or role. CloudWatch Logs sends a test message.
                PutDestination {
                    /// 1–512 characters without `:` and `*`.
                    destination_name: String,
                    /// ARN of the data stream, in any region of the account.
                    target_arn: String,
                    /// ARN of the role that CloudWatch Logs sends as.
                    role_arn: String,
                }
                /// Replaces the policy that says which accounts may subscribe their log groups.
                PutDestinationPolicy {
                    destination_name: String,
                    /// At most 5,120 bytes.
                    access_policy: String,
                    /// Whether the policy may go over from accounts to an organization.
                    force_update: Option<bool>,
                }
                /// Deletes a destination; subscription filters that send to it stop.
                DeleteDestination {
                    destination_name: String,
                }
                /// Creates or replaces a policy by which AWS services may write to log groups. A region has ten at most.
                PutResourcePolicy {
                    policy_name: String,
                    /// For `logs:CreateLogStream` and `logs:PutLogEvents` only, at most 51,200 bytes.
                    policy_document: String,
                }
                DeleteResourcePolicy {
                    policy_name: String,
                }
                /// Deletes a log group with its events and metric filters.
                DeleteLogGroup {
                    log_group_name: String,
                }
            }
            structures {
                /// The metric that the matches of a filter are counted in.
                MetricTransformation {
                    metric_name: String,
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
