//! Databases of the Data Catalog: what Athena has its tables in.
//!
//! One that the scheme created has a parameter that says so. Any other is used as it is, and never deleted.
//! <https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-databases.html>

use serde_json::json;

use super::{Change, Fact, Id, Removal, Resource, pairs};
use crate::aws::Reader;
use crate::aws::read::GlueDatabase as DatabaseState;
use crate::call::glue::{CreateDatabase, DatabaseInput, DeleteDatabase};
use crate::call::passing::{MINUTE, NONE, SHORT, Wait, Write::Here, after, always};
use crate::call::rule::Rule;
use crate::call::settled::Proof;
use crate::call::{Kind, Tag};
use crate::error::CallError;

/// Databases.
pub static KIND: Kind = Kind {
    reads: &["GetDatabase"],
    changes: &["CreateDatabase"],
    removals: &["DeleteDatabase"],
    passing: PASSING,
    settled: SETTLED,
    ..Kind::new("database", "glue")
};

/// The tables of a database.
static TABLES: Kind = Kind {
    reads: &["GetTables"],
    ..Kind::new("tables", "glue")
};

#[rustfmt::skip]
pub(super) const PASSING: &[Rule<Wait>] = &[
    Rule::of(&["CreateTable"], &["EntityNotFoundException"],
        after(MINUTE, NONE, &[Here("glue:CreateDatabase")])),
    Rule::of(&[], &["ConcurrentModificationException", "ResourceNotReadyException"],
        always(SHORT)),
    Rule::of(&[], &["InternalServiceException", "OperationTimeoutException"],
        always(MINUTE)),
];

#[rustfmt::skip]
pub(super) const SETTLED: &[Rule<Proof>] = &[
    Rule::of(&["CreateDatabase", "CreateTable"], &["AlreadyExistsException"], Proof::IfFound),
    Rule::of(&["DeleteDatabase", "DeleteTable"], &["EntityNotFoundException"], Proof::Done),
];

/// A database.
#[derive(Clone, Debug)]
pub struct Database {
    /// Its name, in lower case.
    pub name: String,
    /// Its region.
    pub region: String,
    /// The ARNs that Glue's policies need: those of the catalog, the database, and for a deletion of all its tables.
    pub arns: Vec<String>,
    /// What it is for.
    pub description: String,
    /// The parameter that says who created it.
    pub owner: Tag,
    /// Why it is not deleted, if it is not.
    pub kept: Option<String>,
}

/// The names of a database's tables: a data source.
#[derive(Clone, Debug)]
pub struct Tables {
    /// The database.
    pub database: String,
    /// Its region.
    pub region: String,
    /// The ARNs that Glue's policies need.
    pub arns: Vec<String>,
}

impl Resource for Tables {
    type Observed = Vec<String>;

    fn id(&self) -> Id<'_> {
        Id::new(&TABLES, &self.region, &self.database)
    }

    fn arns(&self) -> Vec<String> {
        self.arns.clone()
    }

    async fn read(&self, reader: &Reader) -> Result<Option<Vec<String>>, CallError> {
        let tables = reader.glue_tables(&self.region, &self.database).await;
        tables.map(Some)
    }
}

impl Resource for Database {
    type Observed = DatabaseState;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.name)
    }

    fn arns(&self) -> Vec<String> {
        self.arns.clone()
    }

    async fn read(&self, reader: &Reader) -> Result<Option<DatabaseState>, CallError> {
        reader.glue_database(&self.region, &self.name).await
    }

    fn is_own(&self, observed: &DatabaseState) -> bool {
        observed.parameters.get(&self.owner.key) == Some(&self.owner.value)
    }

    fn changes(&self, observed: Option<&DatabaseState>) -> Vec<Change> {
        if observed.is_some() {
            return Vec::new();
        }
        let call = CreateDatabase {
            database_input: DatabaseInput {
                name: self.name.clone(),
                description: self.description.clone(),
                parameters: pairs([&self.owner]),
            },
        };
        vec![Change::new(call, "database is missing")]
    }

    fn removal(&self, observed: &DatabaseState) -> Removal {
        let others = (!self.is_own(observed)).then(|| "this scheme did not create it".to_owned());
        match others.or_else(|| self.kept.clone()) {
            None => Removal::by(DeleteDatabase {
                name: self.name.clone(),
            }),
            kept => Removal {
                kept,
                ..Removal::default()
            },
        }
    }

    fn facts(&self, observed: &DatabaseState) -> Vec<Fact> {
        let creator = match self.is_own(observed) {
            true => "ctadmin",
            false => "others",
        };
        vec![("created_by", json!(creator))]
    }
}
