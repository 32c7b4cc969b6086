//! Requests to CloudWatch: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Operations.html>.

use super::Tag;
use super::definition::define;

macro_rules! cloudwatch {
    ($each:ident) => {
        $each! {
            /// A change of an alarm or a dashboard.
            CloudWatch: Call, cloudwatch, "PascalCase";
            operations {
                /// Creates an alarm, or replaces all settings of the one of this name.
                PutMetricAlarm {
                    alarm_name: String,
                    /// What happened and where to look, at most 1,024 characters.
                    alarm_description: String,
                    actions_enabled: bool,
                    ok_actions as "OKActions": Vec<String>,
                    alarm_actions: Vec<String>,
                    insufficient_data_actions: Vec<String>,
                    metric_name: String,
                    namespace: String,
                    /// What the metric is about, e.g. one delivery stream; nothing for a metric without dimensions.
                    dimensions: Vec<Dimension>,
                    statistic: String,
                    /// Seconds.
                    period: i32,
                    evaluation_periods: i32,
                    /// How many of them must be over the threshold.
                    datapoints_to_alarm: i32,
                    threshold: f64,
                    comparison_operator: String,
                    /// What a period without values means.
                    treat_missing_data: String,
                    /// Tags; an alarm that exists keeps its own.
                    tags: Vec<Tag>,
                }
                TagResource {
                    resource_arn as "ResourceARN": String,
                    tags: Vec<Tag>,
                }
                /// Creates a dashboard, or replaces the one of this name. CloudWatch accepts widgets that it cannot draw, and says so
                /// only in the answer.
                PutDashboard {
                    dashboard_name: String,
                    dashboard_body: String,
                }
                DeleteAlarms {
                    /// At most 100.
                    alarm_names: Vec<String>,
                }
                DeleteDashboards {
                    dashboard_names: Vec<String>,
                }
            }
            structures {
                Dimension {
                    name: String,
                    value: String,
                }
            }
        }
    };
}
pub(crate) use cloudwatch;

cloudwatch!(define);
