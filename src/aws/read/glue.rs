//! Databases and tables of the Data Catalog.

use std::collections::BTreeMap;

use aws_sdk_glue::types::{Column, SerDeInfo, StorageDescriptor};

use super::Reader;
use crate::aws::error::Request;
use crate::error::CallResult;

const MISSING: [&str; 1] = ["EntityNotFoundException"];

/// A database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GlueDatabase {
    /// What it is for.
    pub description: Option<String>,
    /// What else is known of it.
    pub parameters: BTreeMap<String, String>,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GlueTable {
    /// What it is for.
    pub description: Option<String>,
    /// Names and types.
    pub columns: Vec<(String, String)>,
    /// The folder with its data, `s3://…/`.
    pub location: String,
    /// The class that reads files.
    pub input_format: String,
    /// The class that would write files.
    pub output_format: String,
    /// The class that reads a row, and its parameters.
    pub serde: String,
    /// See `serde`.
    pub serde_parameters: BTreeMap<String, String>,
    /// Names and types of the columns that are folders.
    pub partitions: Vec<(String, String)>,
    /// `EXTERNAL_TABLE`, `VIRTUAL_VIEW`, …
    pub table_type: String,
    /// How partitions are computed, and what else is known of it.
    pub parameters: BTreeMap<String, String>,
}

impl Reader {
    /// The database of this name, if there is one.
    pub async fn glue_database(
        &self,
        region: &str,
        name: &str,
    ) -> CallResult<Option<GlueDatabase>> {
        let request = Request::new("glue", "GetDatabase", region, name);
        let get = self.clients.glue(region).get_database().name(name);
        let answer = self.find(request, get.send(), &MISSING).await?;
        let found = answer.and_then(|answer| answer.database);
        Ok(found.map(|found| GlueDatabase {
            description: found.description,
            parameters: found.parameters.into_iter().flatten().collect(),
        }))
    }

    /// The table of this name, if there is one.
    pub async fn glue_table(
        &self,
        region: &str,
        database: &str,
        name: &str,
    ) -> CallResult<Option<GlueTable>> {
        let request = Request::new("glue", "GetTable", region, name);
        let get = self.clients.glue(region).get_table();
        let get = get.database_name(database).name(name).send();
        let answer = self.find(request, get, &MISSING).await?;
        let Some(found) = answer.and_then(|answer| answer.table) else {
            return Ok(None);
        };
        let storage = found.storage_descriptor;
        let storage = storage.unwrap_or_else(|| StorageDescriptor::builder().build());
        let serde = storage.serde_info;
        let serde = serde.unwrap_or_else(|| SerDeInfo::builder().build());
        Ok(Some(GlueTable {
            description: found.description,
            columns: columns(storage.columns),
            location: storage.location.unwrap_or_default(),
            input_format: storage.input_format.unwrap_or_default(),
            output_format: storage.output_format.unwrap_or_default(),
            serde: serde.serialization_library.unwrap_or_default(),
            serde_parameters: serde.parameters.into_iter().flatten().collect(),
            partitions: columns(found.partition_keys),
            table_type: found.table_type.unwrap_or_default(),
            parameters: found.parameters.into_iter().flatten().collect(),
        }))
    }

    /// The names of a database's tables; none if it does not exist.
    pub async fn glue_tables(&self, region: &str, database: &str) -> CallResult<Vec<String>> {
        let request = Request::new("glue", "GetTables", region, database);
        let list = self.clients.glue(region).get_tables();
        let list = list.database_name(database).into_paginator().send();
        let pages = self.list(request, list.try_collect(), &MISSING).await?;
        let tables = pages.into_iter().flat_map(|page| page.table_list);
        Ok(tables.flatten().map(|table| table.name).collect())
    }
}

fn columns(columns: Option<Vec<Column>>) -> Vec<(String, String)> {
    let columns = columns.unwrap_or_default().into_iter();
    columns
        .map(|column| (column.name, column.r#type.unwrap_or_default()))
        .collect()
}
