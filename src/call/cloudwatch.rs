//! Requests to CloudWatch: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Operations.html>.

use serde::Serialize;

use super::{Call, Tag};

/// A change of an alarm or a dashboard.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum CloudWatch {
    /// Makes an alarm, or replaces all settings of the one of this name.
    PutMetricAlarm(PutMetricAlarm),
    /// Adds tags, or gives them new values.
    TagResource(TagResource),
    /// Makes a dashboard, or replaces the one of this name.
    PutDashboard(PutDashboard),
    /// Deletes alarms.
    DeleteAlarms(DeleteAlarms),
    /// Deletes dashboards.
    DeleteDashboards(DeleteDashboards),
}

impl From<CloudWatch> for Call {
    fn from(call: CloudWatch) -> Self {
        Self::CloudWatch(call)
    }
}

/// Parameters of `PutMetricAlarm`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutMetricAlarm {
    /// The alarm's name.
    pub alarm_name: String,
    /// What happened and where to look, at most 1,024 characters.
    pub alarm_description: String,
    /// Whether actions are carried out.
    pub actions_enabled: bool,
    /// ARNs of topics that are told when the alarm ends.
    #[serde(rename = "OKActions")]
    pub ok_actions: Vec<String>,
    /// ARNs of topics that are told when the alarm goes off.
    pub alarm_actions: Vec<String>,
    /// ARNs of topics that are told when the metric says nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub insufficient_data_actions: Vec<String>,
    /// The metric's name.
    pub metric_name: String,
    /// The metric's namespace.
    pub namespace: String,
    /// How the values of a period are combined.
    pub statistic: String,
    /// Seconds.
    pub period: i32,
    /// How many periods are looked at.
    pub evaluation_periods: i32,
    /// How many of them must be over the threshold.
    pub datapoints_to_alarm: i32,
    /// The threshold.
    pub threshold: f64,
    /// How a value is compared with the threshold.
    pub comparison_operator: String,
    /// What a period without values means.
    pub treat_missing_data: String,
    /// Tags; an alarm that exists keeps its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// Parameters of `TagResource`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct TagResource {
    /// The alarm's ARN.
    #[serde(rename = "ResourceARN")]
    pub resource_arn: String,
    /// Tags to add or to give a new value.
    pub tags: Vec<Tag>,
}

/// Parameters of `PutDashboard`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutDashboard {
    /// The dashboard's name.
    pub dashboard_name: String,
    /// Its widgets, JSON.
    pub dashboard_body: String,
}

/// Parameters of `DeleteAlarms`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteAlarms {
    /// At most 100.
    pub alarm_names: Vec<String>,
}

/// Parameters of `DeleteDashboards`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteDashboards {
    /// The dashboards.
    pub dashboard_names: Vec<String>,
}
