//! The role that CloudTrail writes to the log group as.

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
    let (partition, account) = (&scheme.partition, &scheme.account);
    let name = format!("{}-logs", scheme.base());
    let sid = scheme.sid("CloudTrailWrites");
    let service = "cloudtrail.amazonaws.com";
    let trust = Statement::trust(sid.clone(), To::services([service]));
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
