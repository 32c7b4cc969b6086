//! Who sends to the central account: the accounts that are named, or all of an organization.
//!
//! An organization needs no list: its ID is in the policies, and accounts come and go.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Subscriptions-confused-deputy.html>

use std::collections::BTreeSet;
use std::fmt;

use crate::policy::{Policy, Principal as To, Statement, texts};
use crate::stack::Scheme;
use crate::stack::trail::statements::{ACL_CHECK, WRITE};

/// The statement of the role's trust policy.
pub const TRUST: &str = "CentralSends";

const ORGANIZATION: &str = "aws:SourceOrgID";

/// Who sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Senders {
    /// These accounts, beside the central one.
    Accounts(BTreeSet<String>),
    /// All accounts of the organization with this ID.
    Organization(String),
}

impl Senders {
    /// Those that a role's trust policy names, without the account itself.
    pub fn of(scheme: &Scheme, trust: Option<&Policy>) -> Self {
        let sid = scheme.sid(TRUST);
        let statement = trust.and_then(|trust| trust.statement(&sid));
        let condition = statement.map(|found| &found["Condition"]);
        let organization = condition.and_then(|found| found["StringEquals"][ORGANIZATION].as_str());
        if let Some(id) = organization {
            return Self::Organization(id.to_owned());
        }
        let sources = condition.map(|found| &found["StringLike"]["aws:SourceArn"]);
        let arns = sources.into_iter().flat_map(texts);
        let accounts = arns.filter_map(|arn| arn.split(':').nth(4).map(str::to_owned));
        let accounts = accounts.filter(|account| *account != scheme.account);
        Self::Accounts(accounts.collect())
    }

    /// The accounts, as far as they are named.
    pub fn accounts(&self) -> BTreeSet<String> {
        match self {
            Self::Accounts(accounts) => accounts.clone(),
            Self::Organization(_) => BTreeSet::new(),
        }
    }

    /// The trust limited to those in whose names CloudWatch Logs sends: the senders and, for the test message of a new
    /// destination, this account.
    pub fn limit(&self, scheme: &Scheme, trust: Statement) -> Statement {
        let partition = &scheme.partition;
        match self {
            Self::Accounts(accounts) => {
                let accounts = accounts.iter().chain([&scheme.account]);
                let arns = accounts.map(|account| format!("arn:{partition}:logs:*:{account}:*"));
                trust.when("StringLike", "aws:SourceArn", arns)
            }
            Self::Organization(id) => trust.when("StringEquals", ORGANIZATION, [id]),
        }
    }

    /// Who may subscribe log groups to a destination.
    pub fn subscribe(&self, scheme: &Scheme, destination: &str) -> Statement {
        let subscribe = ["logs:PutSubscriptionFilter"];
        let statement = Statement::allow("MembersSubscribe", subscribe, [destination]);
        match self {
            Self::Accounts(accounts) => {
                let accounts = accounts.iter().chain([&scheme.account]);
                statement.to(To::identities(accounts.cloned()))
            }
            Self::Organization(id) => {
                let statement = statement.to(To::everyone());
                statement.when("StringEquals", "aws:PrincipalOrgID", [id])
            }
        }
    }

    /// Whose trails CloudTrail writes to a bucket, each below the prefix of its account. Of an organization, CloudTrail
    /// checks the bucket in any account's name, as in AWS Control Tower's policy.
    ///
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-set-bucket-policy-for-multiple-accounts.html>,
    /// <https://docs.aws.amazon.com/controltower/latest/userguide/logging-s3-audit-bucket.html>
    pub fn log(&self, scheme: &Scheme, bucket: &str) -> Vec<Statement> {
        let service = || To::services(["cloudtrail.amazonaws.com"]);
        let check = Statement::allow(scheme.sid(ACL_CHECK), ["s3:GetBucketAcl"], [bucket]);
        let check = check.to(service());
        let write = |objects: Vec<String>| {
            let write = Statement::allow(scheme.sid(WRITE), ["s3:PutObject"], objects);
            let control = ["bucket-owner-full-control"];
            let write = write.to(service());
            write.when("StringEquals", "s3:x-amz-acl", control)
        };
        match self {
            Self::Accounts(accounts) => {
                let partition = &scheme.partition;
                let trails = accounts.iter();
                let trails =
                    trails.map(|account| format!("arn:{partition}:cloudtrail:*:{account}:trail/*"));
                let trails: Vec<String> = trails.collect();
                let objects = accounts.iter();
                let objects = objects.map(|account| format!("{bucket}/AWSLogs/{account}/*"));
                let statements = [check, write(objects.collect())].into_iter();
                let limited =
                    statements.map(|one| one.when("StringLike", "aws:SourceArn", trails.clone()));
                limited.collect()
            }
            Self::Organization(id) => {
                let write = write(vec![format!("{bucket}/AWSLogs/*")]);
                vec![check, write.when("StringEquals", ORGANIZATION, [id])]
            }
        }
    }
}

impl fmt::Display for Senders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accounts(accounts) => write!(f, "{}", accounts.len()),
            Self::Organization(id) => write!(f, "all accounts of the organization {id}"),
        }
    }
}
