//! The roles that services of AWS assume: that of CloudTrail, which writes to the log group, and those of the stacks that
//! read it.

use super::LogDelivery;
use crate::policy::{Principal as To, Statement};
use crate::region::global_region;
use crate::resource::principal::{Principal, Sort};
use crate::stack::Scheme;
use crate::stack::splunk::owner;

impl LogDelivery<'_> {
    /// The role that CloudTrail writes as.
    pub(crate) fn role(&self) -> Principal {
        let (account, region) = (&self.scheme.account, &self.region);
        let group = self.group_arn();
        let streams = format!("{group}:log-stream:{account}_CloudTrail_{region}*");
        let writes = ["logs:CreateLogStream", "logs:PutLogEvents"];
        Principal {
            statements: vec![Statement::allow("WriteLogs", writes, [streams])],
            tags: self.options.tags.clone(),
            ..role_of(self.scheme)
        }
    }
}

/// The role by its name alone, to be read.
///
/// The trust has no condition: CloudTrail assumes this role without `aws:SourceArn` and `aws:SourceAccount`, says
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html>.
pub(crate) fn role_of(scheme: &Scheme) -> Principal {
    let name = format!("{}-logs", scheme.base());
    let trust = ("CloudTrailWrites", "cloudtrail.amazonaws.com");
    service_role(scheme, name, trust, Vec::new())
}

/// What Firehose may do to a bucket that it delivers to, and to the log group of its errors: what AWS's page lists.
///
/// <https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html>
pub(crate) fn firehose_writes(sid: &str, bucket: String, log_group: &str) -> [Statement; 2] {
    let objects = [
        "s3:AbortMultipartUpload",
        "s3:GetBucketLocation",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:ListBucketMultipartUploads",
        "s3:PutObject",
    ];
    let streams = format!("{log_group}:log-stream:*");
    [
        Statement::allow(sid, objects, [format!("{bucket}/*"), bucket]),
        Statement::allow("WriteLogs", ["logs:PutLogEvents"], [streams]),
    ]
}

/// The name of the log group where a delivery stream says what it cannot deliver, as AWS's console names it.
pub(crate) fn firehose_log_group(stream: &str) -> String {
    format!("/aws/kinesisfirehose/{stream}")
}

/// A role that a service assumes, which is not allowed anything yet: the id of the statement that allows this, and the
/// service; and for which resources it assumes the role, if only for some.
pub(crate) fn service_role(
    scheme: &Scheme,
    name: String,
    trust: (&str, &str),
    sources: Vec<String>,
) -> Principal {
    service_role_if(scheme, name, trust, |trust| match sources.is_empty() {
        true => trust,
        false => trust.when("StringLike", "aws:SourceArn", sources),
    })
}

/// The same, with the limits that are put on the statement.
pub(crate) fn service_role_if(
    scheme: &Scheme,
    name: String,
    (sid, service): (&str, &str),
    limit: impl FnOnce(Statement) -> Statement,
) -> Principal {
    let (partition, account) = (&scheme.partition, &scheme.account);
    let sid = scheme.sid(sid);
    let trust = limit(Statement::trust(sid.clone(), To::services([service])));
    Principal {
        sort: Sort::Role {
            trust: Some((service.to_owned(), trust)),
            sid,
        },
        arn: format!("arn:{partition}:iam::{account}:role/{name}"),
        name,
        region: global_region(partition).to_owned(),
        policy: scheme.base(),
        statements: Vec::new(),
        owner: owner(scheme),
        tags: Vec::new(),
        sized: false,
    }
}
