//! The least-privilege policy of a command, made from the operations of a stack's kinds.

use std::collections::BTreeSet;

use super::Purpose;
use crate::call::Kind;
use crate::call::permission::actions;
use crate::policy::{Policy, Statement};

/// Operations, and what they are done to.
#[derive(Clone, Debug)]
pub struct Grant {
    pub sid: String,
    pub service: &'static str,
    /// Operations as AWS spells them.
    pub operations: Vec<&'static str>,
    /// What they are done to.
    pub arns: Vec<String>,
    /// The service that a role may be passed to, if that is the operation.
    pub passed_to: Option<&'static str>,
}

impl Grant {
    /// These operations of a service.
    pub fn new(
        sid: &str,
        service: &'static str,
        operations: &[&'static str],
        arns: Vec<String>,
    ) -> Self {
        Self {
            sid: sid.to_owned(),
            service,
            operations: operations.to_vec(),
            arns,
            passed_to: None,
        }
    }

    /// What a command does to a kind of resource.
    pub fn of(kind: &Kind, purpose: Purpose, arns: Vec<String>) -> Self {
        let operations = match purpose {
            Purpose::Create => [kind.reads, kind.tag_reads, kind.changes].concat(),
            Purpose::Show => kind.reads.to_vec(),
            Purpose::Delete => [kind.reads, kind.removals].concat(),
        };
        Self::new(&sid(kind.name), kind.service, &operations, arns)
    }

    /// The permission to pass a role to a service.
    pub fn pass(role: String, service: &'static str) -> Self {
        Self {
            passed_to: Some(service),
            ..Self::new("PassRole", "iam", &["PassRole"], vec![role])
        }
    }

    /// Adds the grant; to one of the same operations, what it is done to. Ids of statements are unique. Roles are passed
    /// to each service by a statement of its own.
    pub fn join(mut self, grants: &mut Vec<Self>) {
        let base = self.sid.clone();
        let mut number = 1;
        while let Some(grant) = grants.iter_mut().find(|grant| grant.sid == self.sid) {
            if grant.operations == self.operations && grant.passed_to == self.passed_to {
                self.arns.retain(|arn| !grant.arns.contains(arn));
                grant.arns.append(&mut self.arns);
                return;
            }
            number += 1;
            self.sid = format!("{base}{number}");
        }
        grants.push(self);
    }
}

/// `log-group` → `LogGroup`.
fn sid(kind: &str) -> String {
    let words = kind.split('-').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect()
}

/// The policy that allows these operations, and to learn who calls and which regions there are.
pub fn policy(grants: &[Grant]) -> Policy {
    let mut anywhere = vec![
        "sts:GetCallerIdentity".to_owned(),
        "account:ListRegions".to_owned(),
    ];
    let mut statements = Vec::new();
    let reads_secrets = grants
        .iter()
        .any(|grant| grant.operations.contains(&"GetSecretValue"));
    let mut granted: Vec<(String, &[String])> = Vec::new();
    for grant in grants {
        let operations = grant.operations.iter();
        let mut allowed = Vec::new();
        for action in operations.flat_map(|operation| actions(grant.service, operation)) {
            let already = (action.clone(), grant.arns.as_slice());
            if is_about_no_resource(&action) {
                anywhere.push(action);
            } else if !granted.contains(&already) {
                granted.push(already);
                allowed.push(action);
            }
        }
        if !allowed.is_empty() {
            let arns = grant.arns.iter().map(String::as_str);
            let statement = Statement::allow(grant.sid.as_str(), allowed, arns);
            statements.push(match grant.passed_to {
                Some(service) => statement.when("StringEquals", "iam:PassedToService", [service]),
                None if grant.service == "kms" => {
                    let mut services = using_keys(&grant.operations).to_vec();
                    if reads_secrets && grant.operations.contains(&"Decrypt") {
                        services.push("secretsmanager");
                    }
                    through_services(statement, &grant.arns, &services)
                }
                None => statement,
            });
        }
    }
    statements.insert(0, Statement::allow("LookAround", anywhere, ["*"]));
    Policy::new(&statements)
}

/// The services that use keys for a caller who may do this: SQS only encrypts, S3 decrypts what it has encrypted.
fn using_keys(operations: &[&str]) -> &'static [&'static str] {
    let may = |operation| operations.contains(&operation);
    match (may("GenerateDataKey"), may("Decrypt")) {
        (true, true) => &["s3"],
        (true, false) => &["sqs"],
        (false, _) => &READERS,
    }
}

/// The services that decrypt what a reader reads.
pub const READERS: [&str; 2] = ["s3", "sqs"];

/// The same statement about keys, limited to what these services do for the caller in the keys' regions.
///
/// <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service>. How services
/// are called in other partitions is not documented there, so in those nothing limits it.
pub fn through_services(statement: Statement, keys: &[String], apis: &[&str]) -> Statement {
    let parts = keys.iter().map(|key| key.split(':').collect::<Vec<&str>>());
    let mut services = BTreeSet::new();
    for parts in parts {
        match parts.as_slice() {
            ["arn", "aws" | "aws-us-gov", "kms", region, ..] => {
                let called = apis.iter();
                services.extend(called.map(|api| format!("{api}.{region}.amazonaws.com")));
            }
            _ => return statement,
        }
    }
    statement.when("StringEquals", "kms:ViaService", services)
}

/// Actions that IAM does not let limit to a resource.
fn is_about_no_resource(action: &str) -> bool {
    matches!(
        action,
        "cloudtrail:DescribeTrails"
            | "cloudwatch:DescribeAlarms"
            | "cloudwatch:GetMetricData"
            | "cloudwatch:GetMetricStatistics"
            | "guardduty:AcceptAdministratorInvitation"
            | "guardduty:CreateDetector"
            | "guardduty:CreateMembers"
            | "guardduty:DeleteMembers"
            | "guardduty:DescribeOrganizationConfiguration"
            | "guardduty:DisassociateFromAdministratorAccount"
            | "guardduty:DisassociateMembers"
            | "guardduty:GetAdministratorAccount"
            | "guardduty:InviteMembers"
            | "guardduty:ListDetectors"
            | "guardduty:ListInvitations"
            | "guardduty:ListMembers"
            | "guardduty:TagResource"
            | "guardduty:UpdateOrganizationConfiguration"
            | "kinesis:UpdateShardCount"
            | "kinesis:UpdateStreamMode"
            | "lambda:CreateEventSourceMapping"
            | "lambda:GetAccountSettings"
            | "lambda:ListEventSourceMappings"
            | "logs:DeleteResourcePolicy"
            | "logs:DescribeDestinations"
            | "logs:DescribeLogGroups"
            | "logs:DescribeResourcePolicies"
            | "logs:PutResourcePolicy"
            | "sns:GetSubscriptionAttributes"
    )
}
