//! Trails, their status and tags.

use super::Reader;
use crate::aws::error::Request;
use crate::call::Tag;
use crate::error::CallResult;

/// A trail, or the shadow of a trail, as `DescribeTrails` returns it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrailDescription {
    /// The trail's name.
    pub name: String,
    /// The trail's ARN, which names its account.
    pub arn: String,
    /// The region where the trail was created, the only one where it can be changed.
    pub home_region: String,
    /// The bucket that receives log files.
    pub bucket: String,
    /// The prefix of the keys of log files, before `AWSLogs/`.
    pub key_prefix: Option<String>,
    /// ARN of the topic that is notified of log files.
    pub topic_arn: Option<String>,
    /// Whether events of global services are logged.
    pub global_events: bool,
    /// Whether the trail logs every region.
    pub multi_region: bool,
    /// Whether the trail logs every account of the organization.
    pub organization: bool,
    /// Whether digest files are delivered.
    pub log_file_validation: bool,
    /// ARN of the key that encrypts log files.
    pub kms_key_id: Option<String>,
    /// ARN of the log group it sends to, ending in `:*`.
    pub log_group_arn: Option<String>,
    /// ARN of the role it sends as.
    pub log_role_arn: Option<String>,
}

/// A trail's state of delivery; times in seconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrailStatus {
    /// Whether the trail logs.
    pub logging: bool,
    /// When events were last delivered to the log group, in seconds since 1970.
    pub logs_delivered: Option<i64>,
    /// The error of the last delivery to CloudWatch Logs.
    pub logs_error: Option<String>,
    /// When the last log file was delivered.
    pub delivered: Option<i64>,
    /// When SNS was last notified of a log file.
    pub notified: Option<i64>,
    /// The error of the last delivery to S3.
    pub delivery_error: Option<String>,
    /// The error of the last notification to SNS.
    pub notification_error: Option<String>,
}

impl TrailDescription {
    /// The name of the log group that the trail sends to.
    pub fn log_group(&self) -> Option<&str> {
        let name = self.log_group_arn.as_deref()?.splitn(7, ':').nth(6)?;
        Some(name.strip_suffix(":*").unwrap_or(name))
    }
}

impl Reader {
    /// Every trail that logs this region: its own, and the shadows of multi-region and organization trails.
    pub async fn trails(&self, region: &str) -> CallResult<Vec<TrailDescription>> {
        let request = Request::new("cloudtrail", "DescribeTrails", region, "");
        let describe = self.clients.cloudtrail(region).describe_trails();
        let describe = describe.include_shadow_trails(true);
        let answer = self.clients.send(request, describe.send()).await?;
        let trails = answer.trail_list.unwrap_or_default();
        Ok(trails.into_iter().map(TrailDescription::from).collect())
    }

    /// The status of a trail, by name in its own region, by ARN elsewhere.
    pub async fn trail_status(&self, region: &str, name: &str) -> CallResult<Option<TrailStatus>> {
        let request = Request::new("cloudtrail", "GetTrailStatus", region, name);
        let get = self.clients.cloudtrail(region).get_trail_status();
        let get = get.name(name);
        let missing = ["TrailNotFoundException"];
        let status = self.find(request, get.send(), &missing).await?;
        Ok(status.map(|status| TrailStatus {
            logging: status.is_logging.unwrap_or_default(),
            delivered: status.latest_delivery_time.map(|time| time.secs()),
            notified: status.latest_notification_time.map(|time| time.secs()),
            delivery_error: non_empty(status.latest_delivery_error),
            notification_error: non_empty(status.latest_notification_error),
            logs_delivered: status
                .latest_cloud_watch_logs_delivery_time
                .map(|time| time.secs()),
            logs_error: non_empty(status.latest_cloud_watch_logs_delivery_error),
        }))
    }

    /// The tags of a trail.
    pub async fn trail_tags(&self, region: &str, arn: &str) -> CallResult<Vec<Tag>> {
        let request = Request::new("cloudtrail", "ListTags", region, arn);
        let list = self.clients.cloudtrail(region).list_tags();
        let list = list.resource_id_list(arn);
        let missing = ["ResourceNotFoundException", "TrailNotFoundException"];
        let answer = self.find(request, list.send(), &missing).await?;
        let lists = answer.and_then(|answer| answer.resource_tag_list);
        let lists = lists.unwrap_or_default().into_iter();
        let tags = lists.flat_map(|list| list.tags_list.unwrap_or_default());
        let tags = tags.map(|tag| Tag {
            key: tag.key,
            value: tag.value.unwrap_or_default(),
        });
        Ok(tags.collect())
    }
}

impl From<aws_sdk_cloudtrail::types::Trail> for TrailDescription {
    fn from(trail: aws_sdk_cloudtrail::types::Trail) -> Self {
        Self {
            name: trail.name.unwrap_or_default(),
            arn: trail.trail_arn.unwrap_or_default(),
            home_region: trail.home_region.unwrap_or_default(),
            bucket: trail.s3_bucket_name.unwrap_or_default(),
            key_prefix: non_empty(trail.s3_key_prefix),
            topic_arn: non_empty(trail.sns_topic_arn),
            global_events: trail.include_global_service_events.unwrap_or_default(),
            multi_region: trail.is_multi_region_trail.unwrap_or_default(),
            organization: trail.is_organization_trail.unwrap_or_default(),
            log_file_validation: trail.log_file_validation_enabled.unwrap_or_default(),
            kms_key_id: non_empty(trail.kms_key_id),
            log_group_arn: non_empty(trail.cloud_watch_logs_log_group_arn),
            log_role_arn: non_empty(trail.cloud_watch_logs_role_arn),
        }
    }
}

/// CloudTrail returns an empty text as well as nothing for a setting that is absent.
fn non_empty(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
