//! Requests to CloudTrail: <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Operations.html>.

use serde::Serialize;

use super::{Call, Tag};

/// A change of a trail.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum CloudTrail {
    /// Makes a trail, which does not log before [`StartLogging`].
    CreateTrail(CreateTrail),
    /// Changes the settings named and no others.
    UpdateTrail(UpdateTrail),
    /// Makes a trail log.
    StartLogging(StartLogging),
    /// Deletes a trail; what it delivered stays.
    DeleteTrail(DeleteTrail),
    /// Adds tags, or gives them new values.
    AddTags(AddTags),
    /// Replaces all event selectors.
    PutEventSelectors(PutEventSelectors),
}

impl From<CloudTrail> for Call {
    fn from(call: CloudTrail) -> Self {
        Self::CloudTrail(call)
    }
}

/// Parameters of `CreateTrail`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct CreateTrail {
    /// The trail's name, 3–128 characters.
    pub name: String,
    /// The bucket that log files go to.
    pub s3_bucket_name: String,
    /// What stands before `AWSLogs/` in the names of log files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s3_key_prefix: Option<String>,
    /// Name of the topic, in the trail's region, that is told of every log file.
    pub sns_topic_name: String,
    /// Whether events of global services (IAM, STS, CloudFront) are wanted.
    pub include_global_service_events: bool,
    /// Whether the trail logs every region.
    pub is_multi_region_trail: bool,
    /// Whether digest files are delivered, by which log files can be validated.
    pub enable_log_file_validation: bool,
    /// ARN of the key that encrypts log files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    /// Tags of the new trail.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags_list: Vec<Tag>,
}

/// Parameters of `UpdateTrail`: what is `None` stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateTrail {
    /// The trail's name.
    pub name: String,
    /// A new bucket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s3_bucket_name: Option<String>,
    /// A new key prefix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s3_key_prefix: Option<String>,
    /// A new topic, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sns_topic_name: Option<String>,
    /// Whether events of global services are wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include_global_service_events: Option<bool>,
    /// Whether the trail logs every region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_multi_region_trail: Option<bool>,
    /// Whether digest files are delivered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enable_log_file_validation: Option<bool>,
    /// ARN of a new key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key_id: Option<String>,
    /// ARN of a log group, ending in `:*`; an empty one and an empty role together detach the trail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloud_watch_logs_log_group_arn: Option<String>,
    /// ARN of the role that CloudTrail writes to the group as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cloud_watch_logs_role_arn: Option<String>,
}

/// Parameters of `StartLogging`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct StartLogging {
    /// The trail's name.
    pub name: String,
}

/// Parameters of `DeleteTrail`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeleteTrail {
    /// The trail's name.
    pub name: String,
}

/// Parameters of `AddTags`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AddTags {
    /// The trail's ARN.
    pub resource_id: String,
    /// Tags to add or to give a new value.
    pub tags_list: Vec<Tag>,
}

/// Parameters of `PutEventSelectors`: one of the lists, which replaces all selectors of the trail.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct PutEventSelectors {
    /// The trail's name.
    pub trail_name: String,
    /// Basic selectors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub event_selectors: Vec<EventSelector>,
    /// Advanced selectors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub advanced_event_selectors: Vec<AdvancedEventSelector>,
}

/// A basic event selector.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EventSelector {
    /// `All`, `ReadOnly` or `WriteOnly`.
    pub read_write_type: String,
    /// Whether management events are delivered.
    pub include_management_events: bool,
    /// Whose data events are delivered.
    pub data_resources: Vec<DataResource>,
    /// Services whose management events are not delivered.
    pub exclude_management_event_sources: Vec<String>,
}

/// Resources whose data events are delivered.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DataResource {
    /// The type, e.g. `AWS::S3::Object`.
    pub r#type: String,
    /// ARNs, or beginnings of ARNs.
    pub values: Vec<String>,
}

/// An advanced event selector.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AdvancedEventSelector {
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// All of these must hold.
    pub field_selectors: Vec<AdvancedFieldSelector>,
}

/// A condition on one field of an event.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AdvancedFieldSelector {
    /// The field, e.g. `eventCategory`.
    pub field: String,
    /// It is one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub equals: Vec<String>,
    /// It begins with one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub starts_with: Vec<String>,
    /// It ends with one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ends_with: Vec<String>,
    /// It is none of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_equals: Vec<String>,
    /// It begins with none of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_starts_with: Vec<String>,
    /// It ends with none of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_ends_with: Vec<String>,
}
