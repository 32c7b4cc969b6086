//! What the identities that Splunk reads with are allowed: the least that each of them needs.
//!
//! <https://splunk.github.io/splunk-add-on-for-amazon-web-services/ConfigureAWSpermissions/> lists what the add-on
//! calls for each of its inputs.

use super::{Trust, trust_sid};
use crate::policy::{Principal, Statement};
use crate::stack::Scheme;
use crate::stack::permissions::{READERS, through_services};
use crate::stack::trail::source::Source;

/// The statement about the logs.
pub(super) const LOGS: &str = "ReadLogs";

/// The statement about the keys that logs are encrypted with.
pub(super) const DECRYPT: &str = "Decrypt";

/// What allows a reader to receive notifications from the queue, and to read the logs that they name from the bucket.
pub fn reads_logs(scheme: &Scheme, source: &Source) -> Vec<Statement> {
    let mut statements = vec![
        Statement::allow(
            "ReadQueues",
            [
                "sqs:GetQueueUrl",
                "sqs:GetQueueAttributes",
                "sqs:ReceiveMessage",
                "sqs:DeleteMessage",
                "sqs:ChangeMessageVisibility",
            ],
            source.queue_arns(scheme),
        ),
        Statement::allow(
            "ListBucket",
            ["s3:GetBucketLocation", "s3:ListBucket"],
            source.bucket_arns(scheme),
        ),
        Statement::allow(
            LOGS,
            ["s3:GetObject", "s3:GetObjectVersion"],
            source.log_arns(scheme),
        ),
        Statement::allow(
            "LookAtTrails",
            ["cloudtrail:GetTrail", "cloudtrail:GetTrailStatus"],
            [scheme.trail_arns()],
        ),
        // The add-on's own pages list queues to choose from; none of these can be limited to a resource.
        Statement::allow(
            "LookAround",
            [
                "cloudtrail:DescribeTrails",
                "cloudtrail:ListTrails",
                "cloudtrail:LookupEvents",
                "sqs:ListQueues",
            ],
            ["*"],
        ),
    ];
    if !source.kms_keys.is_empty() {
        let keys: Vec<String> = source.kms_keys.iter().cloned().collect();
        let decrypt = Statement::allow(DECRYPT, ["kms:Decrypt"], keys.clone());
        statements.push(through_services(decrypt, &keys, &READERS));
    }
    if !source.kms_aliases.is_empty() {
        let keys = scheme.arn("kms", &source.region, "key/*");
        let aliases = source.kms_aliases.iter().cloned();
        let decrypt = Statement::allow("DecryptByAlias", ["kms:Decrypt"], [keys.clone()]);
        let decrypt = through_services(decrypt, &[keys], &READERS);
        // https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
        statements.push(decrypt.when("ForAnyValue:StringEquals", "kms:ResourceAliases", aliases));
    }
    statements
}

/// What allows a reader to list and read one bucket.
pub fn reads_bucket(scheme: &Scheme, bucket: &str) -> Vec<Statement> {
    let arn = scheme.bucket_arn(bucket);
    let objects = format!("{arn}/*");
    vec![
        Statement::allow(
            "ListBucket",
            ["s3:GetBucketLocation", "s3:ListBucket"],
            [arn],
        ),
        Statement::allow("ReadObjects", ["s3:GetObject"], [objects]),
    ]
}

/// What the add-on's inventory and the old app's reports ask EC2.
pub fn describes_ec2() -> Vec<Statement> {
    let things = [
        "Addresses",
        "AvailabilityZones",
        "Images",
        "InstanceStatus",
        "Instances",
        "KeyPairs",
        "NetworkAcls",
        "Regions",
        "ReservedInstances",
        "SecurityGroups",
        "Snapshots",
        "Subnets",
        "Tags",
        "Volumes",
        "Vpcs",
    ];
    let actions = things.map(|things| format!("ec2:Describe{things}"));
    vec![Statement::allow("DescribeEc2", actions, ["*"])]
}

/// Who may assume the role, and what allows it.
pub fn trusts(scheme: &Scheme, trust: &Trust) -> (String, Statement) {
    let root = format!("arn:{}:iam::{}:root", scheme.partition, trust.account);
    let statement = Statement::trust(trust_sid(scheme), Principal::identities([root]));
    let statement = match &trust.external_id {
        Some(id) => statement.when("StringEquals", "sts:ExternalId", [id]),
        None => statement,
    };
    (trust.account.clone(), statement)
}
