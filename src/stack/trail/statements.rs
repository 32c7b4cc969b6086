//! The policy statements of the trail stack.
//!
//! Bucket: <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html>,
//! topic: <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html>,
//! queue: <https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html>.

use std::collections::BTreeSet;

use crate::policy::{Policy, Principal, Statement, texts};
use crate::region::{OptIn, Region};
use crate::stack::Scheme;

/// What the ids of our statements begin with.
pub const ACL_CHECK: &str = "AWSCloudTrailAclCheck20150319";
/// See [`ACL_CHECK`].
pub const WRITE: &str = "AWSCloudTrailWrite20150319";
/// See [`ACL_CHECK`].
pub const TOPICS_SEND: &str = "CloudTrailTopicsSend";

const CLOUDTRAIL: &str = "cloudtrail.amazonaws.com";
const SNS: &str = "sns.amazonaws.com";

/// Every account has this region, but SNS lists it among the opt-in regions.
const OSAKA: &str = "ap-northeast-3";

/// What allows CloudTrail to write below `AWSLogs/<account>/`, behind each of the key prefixes in use.
pub fn cloudtrail_writes(
    scheme: &Scheme,
    bucket: &str,
    key_prefixes: &BTreeSet<String>,
) -> Vec<Statement> {
    let arn = scheme.bucket_arn(bucket);
    let account = &scheme.account;
    let keys = format!("AWSLogs/{account}/*");
    let objects = key_prefixes.iter();
    let objects = objects.map(|prefix| format!("{arn}/{}", behind(prefix, &keys)));
    vec![
        Statement::allow(scheme.sid(ACL_CHECK), ["s3:GetBucketAcl"], [&arn])
            .to(Principal::services([CLOUDTRAIL]))
            .when("StringLike", "aws:SourceArn", [scheme.trail_arns()]),
        Statement::allow(scheme.sid(WRITE), ["s3:PutObject"], objects)
            .to(Principal::services([CLOUDTRAIL]))
            .when(
                "StringEquals",
                "s3:x-amz-acl",
                ["bucket-owner-full-control"],
            )
            .when("StringLike", "aws:SourceArn", [scheme.trail_arns()]),
    ]
}

/// A key behind a key prefix, which may be empty.
pub fn behind(prefix: &str, key: &str) -> String {
    match prefix {
        "" => key.to_owned(),
        prefix => format!("{prefix}/{key}"),
    }
}

/// What denies everybody access to the bucket without TLS.
pub fn tls_only(scheme: &Scheme, bucket: &str) -> Statement {
    let arn = scheme.bucket_arn(bucket);
    let objects = format!("{arn}/*");
    Statement::deny(
        scheme.sid("DenyInsecureTransport"),
        ["s3:*"],
        [arn, objects],
    )
    .to(Principal::everyone())
    .when("Bool", "aws:SecureTransport", ["false"])
}

/// What allows the region's trail to publish to the region's topic.
pub fn trail_publishes(scheme: &Scheme, region: &str) -> Statement {
    let sid = scheme.sid("AWSCloudTrailSNSPolicy20131101");
    Statement::allow(sid, ["SNS:Publish"], [scheme.topic_arn(region)])
        .to(Principal::services([CLOUDTRAIL]))
        .when("StringEquals", "aws:SourceArn", [scheme.trail_arn(region)])
}

/// What allows the scheme's topics, in all of `regions`, to send to the queue in `home`.
///
/// SNS delivers into an opt-in region as a principal of that region's own, from one into another region as a principal
/// of the topic's: <https://docs.aws.amazon.com/sns/latest/dg/sns-cross-region-delivery.html>. Such principals that
/// the policy already names are kept: they may serve regions that this run does not read.
pub fn topics_send(
    scheme: &Scheme,
    home: &str,
    regions: &[Region],
    found: Option<&Policy>,
) -> Statement {
    let sid = scheme.sid(TOPICS_SEND);
    let mut principals = BTreeSet::from([SNS.to_owned()]);
    let regional = regions
        .iter()
        .filter(|region| region.opt_in != OptIn::No || region.name == OSAKA);
    principals.extend(regional.map(|region| format!("sns.{}.amazonaws.com", region.name)));
    if Region::named(home).opt_in != OptIn::No && !regions.iter().any(|region| region.name == home)
    {
        principals.insert(format!("sns.{home}.amazonaws.com"));
    }
    let ours = found.and_then(|policy| policy.statement(&sid));
    principals.extend(ours.into_iter().flat_map(regional_principals));
    Statement::allow(sid, ["sqs:SendMessage"], [scheme.queue_arn(home)])
        .to(Principal::services(principals))
        .when("ArnLike", "aws:SourceArn", [scheme.topic_arns()])
}

/// The principals `sns.<region>.amazonaws.com` that a statement names.
fn regional_principals(statement: &serde_json::Value) -> impl Iterator<Item = String> {
    let names = texts(&statement["Principal"]["Service"]);
    let regional = names.filter(|name| {
        let region = name.strip_prefix("sns.");
        let region = region.and_then(|name| name.strip_suffix(".amazonaws.com"));
        region.is_some_and(|region| !region.is_empty() && !region.contains('.'))
    });
    regional.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The service principals that may send to a queue in `home`.
    fn principals(home: &str, regions: &[&str]) -> Vec<String> {
        let regions: Vec<Region> = regions.iter().map(|name| Region::named(name)).collect();
        let statement = topics_send(&Scheme::example(), home, &regions, None).to_json();
        let services = texts(&statement["Principal"]["Service"]);
        services.map(str::to_owned).collect()
    }

    #[test]
    fn sns_has_principals_of_opt_in_regions_and_of_osaka() {
        assert_eq!(principals("us-west-2", &["us-west-2"]), [SNS]);
        assert_eq!(
            principals("us-west-2", &["ap-east-1", "us-west-2", OSAKA]),
            [
                SNS,
                "sns.ap-east-1.amazonaws.com",
                "sns.ap-northeast-3.amazonaws.com"
            ]
        );
        assert_eq!(
            principals("eu-south-1", &["us-west-2"]),
            [SNS, "sns.eu-south-1.amazonaws.com"]
        );
    }
}
