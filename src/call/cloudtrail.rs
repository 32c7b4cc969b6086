//! Requests to CloudTrail: <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Operations.html>.

use super::Tag;
use super::definition::define;

macro_rules! cloudtrail {
    ($each:ident) => {
        $each! {
            /// A change of a trail.
            CloudTrail: Call, cloudtrail, "PascalCase";
            operations {
                /// Creates a trail, which does not log before [`StartLogging`].
                CreateTrail {
                    /// The trail's name, 3–128 characters.
                    name: String,
                    s3_bucket_name: String,
                    /// Prefix of the keys of log files, before `AWSLogs/`.
                    s3_key_prefix: Option<String>,
                    /// Name of the topic, in the trail's region, that is notified of every log file.
                    sns_topic_name: String,
                    /// Whether events of global services (IAM, STS, CloudFront) are wanted.
                    include_global_service_events: bool,
                    is_multi_region_trail: bool,
                    enable_log_file_validation: bool,
                    kms_key_id: Option<String>,
                    tags_list: Vec<Tag>,
                }
                /// Changes the settings named and no others.
                UpdateTrail {
                    name: String,
                    s3_bucket_name: Option<String>,
                    s3_key_prefix: Option<String>,
                    sns_topic_name: Option<String>,
                    include_global_service_events: Option<bool>,
                    is_multi_region_trail: Option<bool>,
                    enable_log_file_validation: Option<bool>,
                    kms_key_id: Option<String>,
                    /// ARN of a log group, ending in `:*`; an empty one and an empty role together detach the trail.
                    cloud_watch_logs_log_group_arn: Option<String>,
                    cloud_watch_logs_role_arn: Option<String>,
                }
                StartLogging {
                    name: String,
                }
                /// Deletes a trail; what it delivered stays.
                DeleteTrail {
                    name: String,
                }
                AddTags {
                    resource_id: String,
                    tags_list: Vec<Tag>,
                }
                /// Replaces all event selectors.
                PutEventSelectors {
                    trail_name: String,
                    event_selectors: Vec<EventSelector>,
                    advanced_event_selectors: Vec<AdvancedEventSelector>,
                }
            }
            structures {
                EventSelector {
                    /// `All`, `ReadOnly` or `WriteOnly`.
                    read_write_type: String,
                    include_management_events: bool,
                    data_resources: Vec<DataResource>,
                    exclude_management_event_sources: Vec<String>,
                }
                DataResource {
                    /// The type, e.g. `AWS::S3::Object`.
                    r#type: String,
                    /// ARNs, or beginnings of ARNs.
                    values: Vec<String>,
                }
                AdvancedEventSelector {
                    name: Option<String>,
                    /// All of these must hold.
                    field_selectors: Vec<AdvancedFieldSelector>,
                }
                /// A condition on one field of an event.
                AdvancedFieldSelector {
                    /// The field, e.g. `eventCategory`.
                    field: String,
                    equals: Vec<String>,
                    starts_with: Vec<String>,
                    ends_with: Vec<String>,
                    not_equals: Vec<String>,
                    not_starts_with: Vec<String>,
                    not_ends_with: Vec<String>,
                }
            }
        }
    };
}
pub(crate) use cloudtrail;

cloudtrail!(define);
