//! Requests to CloudWatch: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Operations.html>.

use super::Tag;
use super::definition::define;

macro_rules! cloudwatch {
    ($each:ident) => {
        $each! {
            /// A change of an alarm or a dashboard.
            CloudWatch: Call, cloudwatch, camel;
            operations {
                /// Creates an alarm, or replaces all settings of the one of this name.
                PutMetricAlarm {
                    /// The alarm's name.
                    alarm_name: String,
                    /// What happened and where to look, at most 1,024 characters.
                    alarm_description: String,
                    /// Whether actions are carried out.
                    actions_enabled: bool,
                    /// ARNs of topics that are notified when the alarm returns to OK.
                    ok_actions as "OKActions": Vec<String>,
                    /// ARNs of topics that are notified when the alarm enters ALARM.
                    alarm_actions: Vec<String>,
                    /// ARNs of topics that are notified when the metric has too few data.
                    insufficient_data_actions: Vec<String>,
                    /// The metric's name.
                    metric_name: String,
                    /// The metric's namespace.
                    namespace: String,
                    /// How the values of a period are combined.
                    statistic: String,
                    /// Seconds.
                    period: i32,
                    /// How many periods are looked at.
                    evaluation_periods: i32,
                    /// How many of them must be over the threshold.
                    datapoints_to_alarm: i32,
                    /// The threshold.
                    threshold: f64,
                    /// How a value is compared with the threshold.
                    comparison_operator: String,
                    /// What a period without values means.
                    treat_missing_data: String,
                    /// Tags; an alarm that exists keeps its own.
                    tags: Vec<Tag>,
                }
                /// Adds tags, or gives them new values.
                TagResource {
                    /// The alarm's ARN.
                    resource_arn as "ResourceARN": String,
                    /// Tags to add or to give a new value.
                    tags: Vec<Tag>,
                }
                /// Creates a dashboard, or replaces the one of this name. CloudWatch accepts widgets that it cannot draw, and says so
                /// only in the answer.
                PutDashboard {
                    /// The dashboard's name.
                    dashboard_name: String,
                    /// Its widgets, JSON.
                    dashboard_body: String,
                }
                /// Deletes alarms.
                DeleteAlarms {
                    /// At most 100.
                    alarm_names: Vec<String>,
                }
                /// Deletes dashboards.
                DeleteDashboards {
                    /// The dashboards.
                    dashboard_names: Vec<String>,
                }
            }
            structures {}
        }
    };
}
pub(crate) use cloudwatch;

cloudwatch!(define);
