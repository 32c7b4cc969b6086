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
