//! Trails, their status and tags.

use super::Reader;
use crate::aws::error::{Request, or_missing};
use crate::call::Tag;
use crate::error::CallError;

/// A trail as `DescribeTrails` tells of it; shadow trails included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrailDescription {
    /// The trail's name.
    pub name: String,
    /// The trail's ARN, which carries its account.
    pub arn: String,
    /// The region where the trail was made, and where alone it can be changed.
    pub home_region: String,
    /// The bucket that log files go to.
    pub bucket: String,
    /// What stands before `AWSLogs/` in the names of log files.
    pub key_prefix: Option<String>,
    /// ARN of the topic that is told of log files.
    pub topic_arn: Option<String>,
    /// Whether events of global services are wanted.
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
    /// What CloudWatch Logs said to the last delivery.
    pub logs_error: Option<String>,
    /// When the last log file was delivered.
    pub delivered: Option<i64>,
    /// When SNS was last told of a log file.
    pub notified: Option<i64>,
    /// S3's complaint about the last delivery.
    pub delivery_error: Option<String>,
    /// SNS's complaint about the last notification.
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
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn trails(&self, region: &str) -> Result<Vec<TrailDescription>, CallError> {
        let request = Request {
            service: "cloudtrail",
            operation: "DescribeTrails",
            region,
            resource: "",
        };
        let _permit = self.clients.permit(&request).await;
        let client = self.clients.cloudtrail(region);
        let answer = client
            .describe_trails()
            .include_shadow_trails(true)
            .send()
            .await;
        let answer = answer.map_err(|error| request.failed(error))?;
        let trails = answer.trail_list.unwrap_or_default();
        Ok(trails.into_iter().map(TrailDescription::from).collect())
    }

    /// The status of a trail, by name in its own region, by ARN elsewhere.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn trail_status(
        &self,
        region: &str,
        name: &str,
    ) -> Result<Option<TrailStatus>, CallError> {
        let request = Request {
            service: "cloudtrail",
            operation: "GetTrailStatus",
            region,
            resource: name,
        };
        let _permit = self.clients.permit(&request).await;
        let client = self.clients.cloudtrail(region);
        let answer = client.get_trail_status().name(name).send().await;
        let answer = answer.map_err(|error| request.failed(error));
        let found = or_missing(answer, &["TrailNotFoundException"])?;
        Ok(found.map(|status| TrailStatus {
            logging: status.is_logging.unwrap_or_default(),
            delivered: status.latest_delivery_time.map(|time| time.secs()),
            notified: status.latest_notification_time.map(|time| time.secs()),
            delivery_error: said(status.latest_delivery_error),
            notification_error: said(status.latest_notification_error),
            logs_delivered: status
                .latest_cloud_watch_logs_delivery_time
                .map(|time| time.secs()),
            logs_error: said(status.latest_cloud_watch_logs_delivery_error),
        }))
    }

    /// The tags of a trail.
    ///
    /// # Errors
    /// When AWS refuses or does not answer.
    pub async fn trail_tags(&self, region: &str, arn: &str) -> Result<Vec<Tag>, CallError> {
        let request = Request {
            service: "cloudtrail",
            operation: "ListTags",
            region,
            resource: arn,
        };
        let _permit = self.clients.permit(&request).await;
        let client = self.clients.cloudtrail(region);
        let answer = client.list_tags().resource_id_list(arn).send().await;
        let answer = answer.map_err(|error| request.failed(error));
        let missing = ["ResourceNotFoundException", "TrailNotFoundException"];
        let lists = or_missing(answer, &missing)?.and_then(|answer| answer.resource_tag_list);
        let tags = lists
            .into_iter()
            .flatten()
            .filter_map(|list| list.tags_list)
            .flatten();
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
            key_prefix: said(trail.s3_key_prefix),
            topic_arn: said(trail.sns_topic_arn),
            global_events: trail.include_global_service_events.unwrap_or_default(),
            multi_region: trail.is_multi_region_trail.unwrap_or_default(),
            organization: trail.is_organization_trail.unwrap_or_default(),
            log_file_validation: trail.log_file_validation_enabled.unwrap_or_default(),
            kms_key_id: said(trail.kms_key_id),
            log_group_arn: said(trail.cloud_watch_logs_log_group_arn),
            log_role_arn: said(trail.cloud_watch_logs_role_arn),
        }
    }
}

/// CloudTrail says "none" by an empty text as well as by nothing.
fn said(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
