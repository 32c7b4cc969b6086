//! Tables of the Data Catalog over log files in S3, whose partitions Athena computes.
//!
//! A table that the scheme created has a parameter that says so; one of others under its name is refused, and never
//! changed or deleted. An update replaces all of a table, so it sends what others added as well.
//! <https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-tables.html>

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::{Change, Fact, Id, Removal, Resource, glue_database};
use crate::athena::table::{
    self, Accounts, COLUMNS, INPUT_FORMAT, OUTPUT_FORMAT, PARTITIONS, SERDE,
};
use crate::aws::Reader;
use crate::aws::read::GlueTable as TableState;
use crate::call::glue::{Column, CreateTable, DeleteTable, SerDeInfo, StorageDescriptor};
use crate::call::glue::{TableInput, UpdateTable};
use crate::call::{Kind, Tag};
use crate::error::{CallError, Error, Result};

/// Tables.
pub static KIND: Kind = Kind {
    reads: &["GetTable"],
    changes: &["CreateTable", "UpdateTable"],
    removals: &["DeleteTable"],
    passing: glue_database::PASSING,
    settled: glue_database::SETTLED,
    ..Kind::new("table", "glue")
};

const TYPE: &str = "EXTERNAL_TABLE";

/// A table over CloudTrail's log files.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name, in lower case.
    pub name: String,
    /// The database.
    pub database: String,
    /// Its region.
    pub region: String,
    /// The ARNs that Glue's policies need: those of the catalog, the database and the table.
    pub arns: Vec<String>,
    /// What it is for.
    pub description: String,
    /// The folder of the accounts, `s3://…/`.
    pub location: String,
    /// The accounts that it has.
    pub accounts: Accounts,
    /// The regions that it has, among those that it had.
    pub regions: BTreeSet<String>,
    /// The parameter that says who created it.
    pub owner: Tag,
}

impl Resource for Table {
    type Observed = TableState;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.name)
    }

    fn arns(&self) -> Vec<String> {
        self.arns.clone()
    }

    async fn read(&self, reader: &Reader) -> Result<Option<TableState>, CallError> {
        let (region, database) = (&self.region, &self.database);
        reader.glue_table(region, database, &self.name).await
    }

    fn is_own(&self, observed: &TableState) -> bool {
        observed.parameters.get(&self.owner.key) == Some(&self.owner.value)
    }

    fn refusal(&self, observed: Option<&TableState>) -> Result<()> {
        if observed.is_none_or(|observed| self.is_own(observed)) {
            return Ok(());
        }
        let message = format!(
            "the table {} of the database {} exists, and this scheme did not create it",
            self.name, self.database
        );
        Err(Error::failed(message).hint("rename it, or give another --prefix"))
    }

    fn changes(&self, observed: Option<&TableState>) -> Vec<Change> {
        let database_name = self.database.clone();
        let Some(observed) = observed else {
            let call = CreateTable {
                database_name,
                table_input: self.input(None),
            };
            return vec![Change::new(call, "table is missing")];
        };
        let differing = self.differences(observed);
        if differing.is_empty() || !self.is_own(observed) {
            return Vec::new();
        }
        let call = UpdateTable {
            database_name,
            table_input: self.input(Some(observed)),
        };
        vec![Change::new(call, differing.join(", "))]
    }

    fn removal(&self, observed: &TableState) -> Removal {
        match self.is_own(observed) {
            true => Removal::by(DeleteTable {
                database_name: self.database.clone(),
                name: self.name.clone(),
            }),
            false => Removal {
                kept: Some("this scheme did not create it".to_owned()),
                ..Removal::default()
            },
        }
    }

    fn facts(&self, observed: &TableState) -> Vec<Fact> {
        let accounts = Accounts::found(&observed.parameters);
        let regions = table::regions(&observed.parameters);
        vec![
            ("location", json!(observed.location)),
            (
                "accounts",
                json!(accounts.map(|accounts| accounts.described())),
            ),
            ("regions", json!(regions)),
        ]
    }
}

impl Table {
    /// What differs, in words. Further columns of others are behind those that are wanted.
    fn differences(&self, found: &TableState) -> Vec<String> {
        let same = |found: &[(String, String)], wanted: &[(&str, &str)]| {
            let pairs = wanted.iter().zip(found);
            let is_same = |((name, sort), found): (&(&str, &str), &(String, String))| {
                found.0 == *name && plain(&found.1) == *sort
            };
            found.len() >= wanted.len() && pairs.into_iter().all(is_same)
        };
        let parts = [
            ("columns differ", same(&found.columns, &COLUMNS)),
            (
                "partitions differ",
                found.partitions.len() == PARTITIONS.len() && same(&found.partitions, &PARTITIONS),
            ),
            (
                "format differs",
                [&found.serde, &found.input_format, &found.output_format]
                    == [SERDE, INPUT_FORMAT, OUTPUT_FORMAT]
                    && found.table_type == TYPE,
            ),
        ];
        let parts = parts.into_iter().filter(|(_, is_same)| !is_same);
        let mut differing: Vec<String> = parts.map(|(words, _)| words.to_owned()).collect();
        if found.location != self.location {
            differing.push(format!("location is {}", found.location));
        }
        let merged = self.parameters(Some(found));
        let names = merged.keys().chain(found.parameters.keys());
        let names: BTreeSet<&String> = names.collect();
        let names = names.into_iter();
        let names = names.filter(|name| merged.get(*name) != found.parameters.get(*name));
        let names: Vec<&str> = names.map(String::as_str).collect();
        if !names.is_empty() {
            differing.push(format!("parameters differ: {}", names.join(", ")));
        }
        differing
    }

    /// Our parameters, and those of others.
    fn parameters(&self, found: Option<&TableState>) -> BTreeMap<String, String> {
        let found = found.map(|found| found.parameters.clone());
        let mut parameters = found.unwrap_or_default();
        parameters.retain(|name, _| !table::is_projection(name));
        parameters.extend(table::projection(
            &self.location,
            &self.accounts,
            &self.regions,
        ));
        parameters.insert(self.owner.key.clone(), self.owner.value.clone());
        parameters
    }

    fn input(&self, found: Option<&TableState>) -> TableInput {
        let column = |name: &str, sort: &str| Column {
            name: name.to_owned(),
            r#type: sort.to_owned(),
        };
        let own = COLUMNS.map(|(name, sort)| column(name, sort));
        let further = found.into_iter().flat_map(|found| &found.columns);
        let further = further.filter(|(name, _)| COLUMNS.iter().all(|(own, _)| own != name));
        let further = further.map(|(name, sort)| column(name, sort));
        let description = found.and_then(|found| found.description.clone());
        let serde = found.map(|found| found.serde_parameters.clone());
        let mut serde = serde.unwrap_or_default();
        serde.insert("serialization.format".to_owned(), "1".to_owned());
        TableInput {
            name: self.name.clone(),
            description: description.or_else(|| Some(self.description.clone())),
            storage_descriptor: StorageDescriptor {
                columns: own.into_iter().chain(further).collect(),
                location: self.location.clone(),
                input_format: INPUT_FORMAT.to_owned(),
                output_format: OUTPUT_FORMAT.to_owned(),
                serde_info: SerDeInfo {
                    serialization_library: SERDE.to_owned(),
                    parameters: serde,
                },
            },
            partition_keys: PARTITIONS.map(|(name, sort)| column(name, sort)).to_vec(),
            table_type: TYPE.to_owned(),
            parameters: self.parameters(found),
        }
    }
}

/// A type as it is written here: without spaces, in lower case.
fn plain(sort: &str) -> String {
    let letters = sort.chars().filter(|letter| !letter.is_whitespace());
    letters.collect::<String>().to_lowercase()
}
