//! What people call the kinds, which of them are beside the flow of data, and between which kinds data flows.
//!
//! A kind without a row here is drawn all the same: by its own name, and without lines.

use super::model::Resource;

/// A kind as people call it: its name in the JSON, the service, and the noun.
const NAMES: [(&str, &str, &str); 37] = [
    ("access-key", "IAM", "access key"),
    ("alarm", "CloudWatch", "alarm"),
    ("bucket", "S3", "bucket"),
    ("collector", "Splunk", "HTTP Event Collector"),
    ("dashboard", "CloudWatch", "dashboard"),
    ("data-stream", "Kinesis", "data stream"),
    ("database", "AWS Glue Data Catalog", "database"),
    ("dead-letter-queue", "SQS", "dead-letter queue"),
    ("delivery-stream", "Firehose", "delivery stream"),
    ("destination", "CloudWatch Logs", "destination"),
    ("detector", "GuardDuty", "detector"),
    ("domain", "OpenSearch Service", "domain"),
    ("email", "SNS", "email subscription"),
    ("event-rule", "EventBridge", "rule"),
    ("event-source-mapping", "Lambda", "event source mapping"),
    ("flow-log", "VPC", "flow log"),
    ("guardduty-invitation", "GuardDuty", "invitation"),
    ("guardduty-members", "GuardDuty", "member list"),
    ("guardduty-organization", "GuardDuty", "organization"),
    ("lambda-function", "Lambda", "function"),
    ("log-group", "CloudWatch Logs", "log group"),
    ("log-resource-policy", "CloudWatch Logs", "resource policy"),
    ("log-stream", "CloudWatch Logs", "log stream"),
    ("metric-filter", "CloudWatch Logs", "metric filter"),
    ("move-task", "SQS", "move task"),
    ("named-query", "Athena", "saved query"),
    ("queue", "SQS", "queue"),
    ("role", "IAM", "role"),
    ("subscription", "SNS", "subscription"),
    (
        "subscription-filter",
        "CloudWatch Logs",
        "subscription filter",
    ),
    ("table", "AWS Glue Data Catalog", "table"),
    ("topic", "SNS", "topic"),
    ("topic-subscriber", "SNS", "subscriber"),
    ("trail", "CloudTrail", "trail"),
    ("trail-logs", "CloudTrail", "trail"),
    ("user", "IAM", "user"),
    ("work-group", "Athena", "work group"),
];

/// The service of a kind, if it is known.
pub fn service(kind: &str) -> &'static str {
    let known = NAMES.iter().find(|(name, ..)| *name == kind);
    known.map_or("", |(_, service, _)| service)
}

/// A kind as a noun.
pub fn noun(kind: &str) -> &str {
    let known = NAMES.iter().find(|(name, ..)| *name == kind);
    known.map_or(kind, |(.., noun)| noun)
}

/// Kinds that no data flows through.
const ASIDE: [&str; 8] = [
    "access-key",
    "dashboard",
    "guardduty-organization",
    "log-resource-policy",
    "log-stream",
    "move-task",
    "role",
    "user",
];

/// Log groups that services write their own errors to, by the beginning of their names.
const OWN_LOGS: [&str; 2] = ["/aws/kinesisfirehose/", "/aws/lambda/"];

/// Whether a resource is beside the flow of data: it permits, shows or keeps errors.
pub fn is_aside(resource: &Resource) -> bool {
    let mut own = OWN_LOGS.iter();
    let is_log = resource.kind == "log-group" && own.any(|start| resource.name.starts_with(start));
    is_log || ASIDE.contains(&resource.kind.as_str())
}

/// What says that data flows between two resources of these kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// One of them needs the other in the stack's graph.
    Need,
    /// They have the same name and region.
    Name,
    /// They are in the same region.
    Region,
}

/// Between which kinds data flows, and in which direction.
pub const FLOWS: [(&str, &str, By); 26] = [
    ("alarm", "topic", By::Need),
    ("data-stream", "delivery-stream", By::Need),
    ("data-stream", "event-source-mapping", By::Need),
    ("database", "named-query", By::Need),
    ("delivery-stream", "bucket", By::Need),
    ("delivery-stream", "domain", By::Need),
    ("destination", "data-stream", By::Need),
    ("detector", "event-rule", By::Region),
    ("detector", "guardduty-invitation", By::Need),
    ("event-rule", "log-group", By::Need),
    ("event-source-mapping", "lambda-function", By::Need),
    ("event-source-mapping", "queue", By::Need),
    ("flow-log", "log-group", By::Need),
    ("guardduty-members", "detector", By::Need),
    ("lambda-function", "delivery-stream", By::Need),
    ("log-group", "metric-filter", By::Need),
    ("log-group", "subscription-filter", By::Need),
    ("metric-filter", "alarm", By::Name),
    ("named-query", "work-group", By::Need),
    ("subscription-filter", "data-stream", By::Need),
    ("subscription-filter", "delivery-stream", By::Need),
    ("subscription-filter", "destination", By::Need),
    ("table", "database", By::Need),
    ("topic", "email", By::Need),
    ("trail-logs", "log-group", By::Need),
    ("work-group", "bucket", By::Need),
];
