//! Requests to CloudWatch Logs:
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html>. Its API spells
//! parameters with a small first letter.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Call;

/// A change of a log group or its metric filters.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Logs {
    /// Makes a log group.
    CreateLogGroup(CreateLogGroup),
    /// Sets how long a group keeps its events.
    PutRetentionPolicy(PutRetentionPolicy),
    /// Encrypts what the group takes from now on with another key.
    AssociateKmsKey(AssociateKmsKey),
    /// Adds tags, or gives them new values.
    TagResource(TagResource),
    /// Makes a metric filter, or replaces the one of this name.
    PutMetricFilter(PutMetricFilter),
    /// Deletes a metric filter; what it has counted stays.
    DeleteMetricFilter(DeleteMetricFilter),
    /// Deletes a log group with its events and metric filters.
    DeleteLogGroup(DeleteLogGroup),
}

impl From<Logs> for Call {
    fn from(call: Logs) -> Self {
        Self::Logs(call)
    }
}

/// Parameters of `CreateLogGroup`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateLogGroup {
    /// 1–512 of `[A-Za-z0-9_/.#-]`.
    pub log_group_name: String,
    /// ARN of the key that encrypts the events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    /// Tags of the new group.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// Parameters of `PutRetentionPolicy`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PutRetentionPolicy {
    /// The group.
    pub log_group_name: String,
    /// One of the numbers of days that the service knows.
    pub retention_in_days: i32,
}

/// Parameters of `AssociateKmsKey`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssociateKmsKey {
    /// The group.
    pub log_group_name: String,
    /// ARN of the key.
    pub kms_key_id: String,
}

/// Parameters of `TagResource`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TagResource {
    /// The group's ARN, without `:*`.
    pub resource_arn: String,
    /// Tags to add or to give a new value.
    pub tags: BTreeMap<String, String>,
}

/// Parameters of `PutMetricFilter`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PutMetricFilter {
    /// The group.
    pub log_group_name: String,
    /// The filter's name in the group.
    pub filter_name: String,
    /// What it counts, at most 1,024 characters.
    pub filter_pattern: String,
    /// What it makes of a match: one transformation.
    pub metric_transformations: Vec<MetricTransformation>,
}

/// What a metric filter makes of a match.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MetricTransformation {
    /// The metric's name.
    pub metric_name: String,
    /// The metric's namespace.
    pub metric_namespace: String,
    /// What a match adds, a number as text.
    pub metric_value: String,
}

/// Parameters of `DeleteMetricFilter`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeleteMetricFilter {
    /// The group.
    pub log_group_name: String,
    /// The filter's name in the group.
    pub filter_name: String,
}

/// Parameters of `DeleteLogGroup`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeleteLogGroup {
    /// The group.
    pub log_group_name: String,
}
