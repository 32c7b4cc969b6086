//! Resource policies of CloudWatch Logs, by which AWS services may write to log groups. A region has ten at most, which
//! all who use it share.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html>

use serde_json::json;

use super::{Change, Fact, Id, Removal, Resource};
use crate::aws::Reader;
use crate::call::Kind;
use crate::call::logs::{DeleteResourcePolicy, Logs, PutResourcePolicy};
use crate::call::passing::{SHORT, Wait, always};
use crate::call::rule::Rule;
use crate::call::settled::Proof;
use crate::error::{CallError, Error, Result};
use crate::policy::{Policy, Statement};

/// Resource policies.
pub static KIND: Kind = Kind {
    reads: &["DescribeResourcePolicies"],
    changes: &["PutResourcePolicy"],
    removals: &["DeleteResourcePolicy"],
    passing: PASSING,
    settled: SETTLED,
    ..Kind::new("log-resource-policy", "logs")
};

#[rustfmt::skip]
const PASSING: &[Rule<Wait>] = &[
    Rule::of(&[], &["OperationAbortedException"],
        always(SHORT)),
];

#[rustfmt::skip]
const SETTLED: &[Rule<Proof>] = &[
    Rule::of(&["DeleteResourcePolicy"], &["ResourceNotFoundException"], Proof::Done),
];

/// How many policies a region can have.
const LIMIT: usize = 10;

/// A resource policy.
#[derive(Clone, Debug)]
pub struct LogResourcePolicy {
    /// Its name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// All that it says.
    pub statement: Statement,
    /// How many other policies the region has.
    pub others: usize,
}

/// All resource policies of a region, by their names: a data source.
#[derive(Clone, Debug)]
pub struct LogResourcePolicies {
    /// The region.
    pub region: String,
}

static LIST: Kind = Kind {
    reads: KIND.reads,
    ..Kind::new("log-resource-policies", "logs")
};

impl Resource for LogResourcePolicies {
    type Observed = Vec<(String, String)>;

    fn id(&self) -> Id<'_> {
        Id::new(&LIST, &self.region, "*")
    }

    async fn read(&self, reader: &Reader) -> Result<Option<Vec<(String, String)>>, CallError> {
        let found = reader.log_resource_policies(&self.region).await;
        found.map(Some)
    }
}

impl Resource for LogResourcePolicy {
    /// Its document.
    type Observed = String;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.name)
    }

    async fn read(&self, reader: &Reader) -> Result<Option<String>, CallError> {
        let found = reader.log_resource_policies(&self.region).await?;
        let mut found = found.into_iter();
        Ok(found.find_map(|(name, document)| (name == self.name).then_some(document)))
    }

    fn refusal(&self, observed: Option<&String>) -> Result<()> {
        if observed.is_some() || self.others < LIMIT {
            return Ok(());
        }
        let (count, region) = (self.others, &self.region);
        let message = format!(
            "{region} has {count} resource policies of CloudWatch Logs, the most it can have; EventBridge needs one to write findings"
        );
        let hint = format!(
            "delete one that is no longer needed: aws logs describe-resource-policies --region {region}; or give --no-guardduty"
        );
        Err(Error::failed(message).hint(hint))
    }

    fn changes(&self, observed: Option<&String>) -> Vec<Change> {
        let reason = match observed {
            None => "resource policy is missing",
            Some(found) if self.is_just(found) => return Vec::new(),
            Some(_) => "resource policy differs",
        };
        let call = Logs::PutResourcePolicy(PutResourcePolicy {
            policy_name: self.name.clone(),
            policy_document: Policy::new(std::slice::from_ref(&self.statement)).to_text(),
        });
        vec![Change::new(call, reason)]
    }

    fn removal(&self, _: &String) -> Removal {
        Removal::by(Logs::DeleteResourcePolicy(DeleteResourcePolicy {
            policy_name: self.name.clone(),
        }))
    }

    fn facts(&self, observed: &String) -> Vec<Fact> {
        vec![("complete", json!(self.is_just(observed)))]
    }
}

impl LogResourcePolicy {
    /// Whether a document, if it is one, says just what it should. It is replaced as a whole anyway.
    fn is_just(&self, document: &str) -> bool {
        let policy = Policy::parse(document).ok();
        policy.is_some_and(|policy| policy.is_just(std::slice::from_ref(&self.statement)))
    }
}
