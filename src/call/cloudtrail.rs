//! Requests to CloudTrail: <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Operations.html>.

use super::Tag;
use super::definition::define;

macro_rules! cloudtrail {
    ($each:ident) => {
        $each! {
            /// A change of a trail.
            CloudTrail: Call, cloudtrail, camel;
            operations {
                /// Creates a trail, which does not log before [`StartLogging`].
                CreateTrail {
                    /// The trail's name, 3–128 characters.
                    name: String,
                    /// The bucket that log files go to.
                    s3_bucket_name: String,
                    /// Prefix of the keys of log files, before `AWSLogs/`.
                    s3_key_prefix: Option<String>,
                    /// Name of the topic, in the trail's region, that is notified of every log file.
                    sns_topic_name: String,
                    /// Whether events of global services (IAM, STS, CloudFront) are wanted.
                    include_global_service_events: bool,
                    /// Whether the trail logs every region.
                    is_multi_region_trail: bool,
                    /// Whether digest files are delivered, by which log files can be validated.
                    enable_log_file_validation: bool,
                    /// ARN of the key that encrypts log files.
                    kms_key_id: Option<String>,
                    /// Tags of the new trail.
                    tags_list: Vec<Tag>,
                }
                /// Changes the settings named and no others.
                UpdateTrail {
                    /// The trail's name.
                    name: String,
                    /// A new bucket.
                    s3_bucket_name: Option<String>,
                    /// A new key prefix.
                    s3_key_prefix: Option<String>,
                    /// A new topic, by name.
                    sns_topic_name: Option<String>,
                    /// Whether events of global services are wanted.
                    include_global_service_events: Option<bool>,
                    /// Whether the trail logs every region.
                    is_multi_region_trail: Option<bool>,
                    /// Whether digest files are delivered.
                    enable_log_file_validation: Option<bool>,
                    /// ARN of a new key.
                    kms_key_id: Option<String>,
                    /// ARN of a log group, ending in `:*`; an empty one and an empty role together detach the trail.
                    cloud_watch_logs_log_group_arn: Option<String>,
                    /// ARN of the role that CloudTrail writes to the group as.
                    cloud_watch_logs_role_arn: Option<String>,
                }
                /// Starts the logging of a trail.
                StartLogging {
                    /// The trail's name.
                    name: String,
                }
                /// Deletes a trail; what it delivered stays.
                DeleteTrail {
                    /// The trail's name.
                    name: String,
                }
                /// Adds tags, or gives them new values.
                AddTags {
                    /// The trail's ARN.
                    resource_id: String,
                    /// Tags to add or to give a new value.
                    tags_list: Vec<Tag>,
                }
                /// Replaces all event selectors.
                PutEventSelectors {
                    /// The trail's name.
                    trail_name: String,
                    /// Basic selectors.
                    event_selectors: Vec<EventSelector>,
                    /// Advanced selectors.
                    advanced_event_selectors: Vec<AdvancedEventSelector>,
                }
            }
            structures {
                /// A basic event selector.
                EventSelector {
                    /// `All`, `ReadOnly` or `WriteOnly`.
                    read_write_type: String,
                    /// Whether management events are delivered.
                    include_management_events: bool,
                    /// Whose data events are delivered.
                    data_resources: Vec<DataResource>,
                    /// Services whose management events are not delivered.
                    exclude_management_event_sources: Vec<String>,
                }
                /// Resources whose data events are delivered.
                DataResource {
                    /// The type, e.g. `AWS::S3::Object`.
                    r#type: String,
                    /// ARNs, or beginnings of ARNs.
                    values: Vec<String>,
                }
                /// An advanced event selector.
                AdvancedEventSelector {
                    /// The selector's name.
                    name: Option<String>,
                    /// All of these must hold.
                    field_selectors: Vec<AdvancedFieldSelector>,
                }
                /// A condition on one field of an event.
                AdvancedFieldSelector {
                    /// The field, e.g. `eventCategory`.
                    field: String,
                    /// It is one of these.
                    equals: Vec<String>,
                    /// It begins with one of these.
                    starts_with: Vec<String>,
                    /// It ends with one of these.
                    ends_with: Vec<String>,
                    /// It is none of these.
                    not_equals: Vec<String>,
                    /// It begins with none of these.
                    not_starts_with: Vec<String>,
                    /// It ends with none of these.
                    not_ends_with: Vec<String>,
                }
            }
        }
    };
}
pub(crate) use cloudtrail;

cloudtrail!(define);
