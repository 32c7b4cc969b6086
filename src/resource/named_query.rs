//! Named queries of Amazon Athena: questions that are saved in a work group.
//!
//! Several can have the same name. Those of the scheme say so at the end of their description; all others stay as they
//! are. <https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateNamedQuery.html>

use super::{Change, Id, Removal, Resource, work_group};
use crate::aws::Reader;
use crate::aws::read::NamedQuery as QueryState;
use crate::call::Kind;
use crate::call::athena::{CreateNamedQuery, DeleteNamedQuery, UpdateNamedQuery};
use crate::call::rule::Rule;
use crate::call::settled::Proof;
use crate::error::CallError;

/// Named queries.
pub static KIND: Kind = Kind {
    reads: &["ListNamedQueries", "BatchGetNamedQuery"],
    changes: &["CreateNamedQuery", "UpdateNamedQuery", "DeleteNamedQuery"],
    removals: &["DeleteNamedQuery"],
    passing: work_group::PASSING,
    settled: SETTLED,
    ..Kind::new("named-query", "athena")
};

/// All named queries of a work group.
static LIST: Kind = Kind {
    reads: KIND.reads,
    ..Kind::new("named-queries", "athena")
};

/// Athena has one code for all that it refuses, a query that is gone among it.
#[rustfmt::skip]
const SETTLED: &[Rule<Proof>] = &[
    Rule::of(&["DeleteNamedQuery"], &["InvalidRequestException"], Proof::IfFound),
];

/// What the descriptions of our queries end with.
const MARK: &str = " [ctadmin]";

/// A question in a work group.
#[derive(Clone, Debug)]
pub struct NamedQuery {
    /// Its name.
    pub name: String,
    /// The work group.
    pub group: String,
    /// The ARN of the work group.
    pub group_arn: String,
    /// Its region.
    pub region: String,
    /// The database that it is about.
    pub database: String,
    /// What it says.
    pub description: String,
    /// The SQL.
    pub sql: String,
}

/// All named queries of a work group: a data source.
#[derive(Clone, Debug)]
pub struct NamedQueries {
    /// The work group.
    pub group: String,
    /// Its ARN.
    pub group_arn: String,
    /// Its region.
    pub region: String,
}

/// Whether a query is one of ours, of this database.
pub fn is_own(query: &QueryState, database: &str) -> bool {
    query.description.ends_with(MARK) && query.database == database
}

impl Resource for NamedQueries {
    type Observed = Vec<QueryState>;

    fn id(&self) -> Id<'_> {
        Id::new(&LIST, &self.region, &self.group)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.group_arn.clone()]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<Vec<QueryState>>, CallError> {
        let found = reader.named_queries(&self.region, &self.group).await?;
        Ok(Some(found.unwrap_or_default()))
    }
}

impl Resource for NamedQuery {
    /// Those of its name that are ours; at least one.
    type Observed = Vec<QueryState>;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.name)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.group_arn.clone()]
    }

    async fn read(&self, reader: &Reader) -> Result<Option<Vec<QueryState>>, CallError> {
        let found = reader.named_queries(&self.region, &self.group).await?;
        Ok(self.of(&found.unwrap_or_default()))
    }

    fn changes(&self, observed: Option<&Vec<QueryState>>) -> Vec<Change> {
        let mut found = observed.into_iter().flatten();
        let Some(first) = found.next() else {
            let call = CreateNamedQuery {
                name: self.name.clone(),
                description: self.marked(),
                database: self.database.clone(),
                query_string: self.sql.clone(),
                work_group: self.group.clone(),
            };
            return vec![Change::new(call, "named query is missing").ungated()];
        };
        let parts = [
            ("SQL", first.sql == self.sql),
            ("description", first.description == self.marked()),
        ];
        let differing = parts.into_iter().filter(|(_, is_same)| !is_same);
        let differing: Vec<&str> = differing.map(|(words, _)| words).collect();
        let mut changes = Vec::new();
        if !differing.is_empty() {
            let call = UpdateNamedQuery {
                named_query_id: first.id.clone(),
                name: self.name.clone(),
                description: self.marked(),
                query_string: self.sql.clone(),
            };
            let reason = format!("{} differs", differing.join(" and "));
            changes.push(Change::new(call, reason).ungated());
        }
        let twice = deletions(found).map(|change| Change {
            reason: "named query exists twice".to_owned(),
            ..change
        });
        changes.extend(twice);
        changes
    }

    fn removal(&self, observed: &Vec<QueryState>) -> Removal {
        Removal {
            changes: deletions(observed.iter()).collect(),
            kept: None,
        }
    }
}

impl NamedQuery {
    /// Those of a work group's queries that this is about; nothing if there are none.
    pub fn of(&self, all: &[QueryState]) -> Option<Vec<QueryState>> {
        let own = all.iter();
        let own = own.filter(|query| query.name == self.name && is_own(query, &self.database));
        let own: Vec<QueryState> = own.cloned().collect();
        (!own.is_empty()).then_some(own)
    }

    fn marked(&self) -> String {
        format!("{}{MARK}", self.description)
    }
}

/// The deletions of queries of one name; all but the first are told apart by their ids.
fn deletions<'a>(queries: impl Iterator<Item = &'a QueryState>) -> impl Iterator<Item = Change> {
    queries.enumerate().map(|(at, query)| {
        let call = DeleteNamedQuery {
            named_query_id: query.id.clone(),
        };
        Change {
            part: (at > 0).then(|| query.id.clone()),
            ..Change::new(call, "")
        }
    })
}
