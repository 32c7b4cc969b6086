//! What calls of Athena and Glue do to the account in memory.

use std::collections::BTreeMap;

use ctadmin::aws::read::{GlueDatabase, GlueTable, NamedQuery, WorkGroup};
use ctadmin::call::athena::{Athena, EncryptionConfiguration};
use ctadmin::call::glue::{Column, Glue, TableInput};
use ctadmin::resource::work_group::WorkGroupState;

use super::applied::add_tags;
use super::memory::{Memory, Place, place};

fn encrypted(with: &EncryptionConfiguration) -> Option<(String, Option<String>)> {
    Some((with.encryption_option.clone(), with.kms_key.clone()))
}

fn columns(columns: &[Column]) -> Vec<(String, String)> {
    let pair = |column: &Column| (column.name.clone(), column.r#type.clone());
    columns.iter().map(pair).collect()
}

fn table(input: &TableInput) -> GlueTable {
    let storage = &input.storage_descriptor;
    GlueTable {
        description: input.description.clone(),
        columns: columns(&storage.columns),
        location: storage.location.clone(),
        input_format: storage.input_format.clone(),
        output_format: storage.output_format.clone(),
        serde: storage.serde_info.serialization_library.clone(),
        serde_parameters: storage.serde_info.parameters.clone(),
        partitions: columns(&input.partition_keys),
        table_type: input.table_type.clone(),
        parameters: input.parameters.clone(),
    }
}

impl Memory {
    /// The named queries of the work group that exists.
    pub fn queries(&mut self) -> &mut Vec<NamedQuery> {
        let mut all = self.named_queries.values_mut();
        all.next().expect("there are named queries")
    }

    pub fn table(&mut self, name: &str) -> &mut GlueTable {
        let at = place(super::HOME, name);
        self.tables.get_mut(&at).expect("the table exists")
    }

    pub fn group_of_athena(&mut self) -> &mut WorkGroupState {
        let mut all = self.work_groups.values_mut();
        all.next().expect("the work group exists")
    }

    pub(super) fn apply_glue(&mut self, call: &Glue, (region, _): Place) {
        match call {
            Glue::CreateDatabase(call) => {
                let input = &call.database_input;
                let new = GlueDatabase {
                    description: Some(input.description.clone()),
                    parameters: input.parameters.clone(),
                };
                let old = self.databases.insert(place(&region, &input.name), new);
                assert_eq!(old, None, "it does not exist");
            }
            Glue::DeleteDatabase(call) => {
                assert!(self.tables.is_empty(), "it has tables");
                let old = self.databases.remove(&place(&region, &call.name));
                assert!(old.is_some(), "it exists");
            }
            Glue::CreateTable(call) => {
                let database = place(&region, &call.database_name);
                assert!(self.databases.contains_key(&database), "{database:?}");
                let at = place(&region, &call.table_input.name);
                let old = self.tables.insert(at, table(&call.table_input));
                assert_eq!(old, None, "it does not exist");
            }
            Glue::UpdateTable(call) => {
                *self.table(&call.table_input.name) = table(&call.table_input);
            }
            Glue::DeleteTable(call) => {
                let old = self.tables.remove(&place(&region, &call.name));
                assert!(old.is_some(), "it exists");
            }
        }
    }

    pub(super) fn apply_athena(&mut self, call: &Athena, (region, _): Place) {
        match call {
            Athena::CreateWorkGroup(call) => {
                let configuration = &call.configuration;
                let results = &configuration.result_configuration;
                let bucket = results.output_location.trim_start_matches("s3://");
                let bucket = bucket.trim_end_matches('/');
                assert!(self.buckets.contains_key(bucket), "{bucket}");
                let description = WorkGroup {
                    description: call.description.clone(),
                    state: "ENABLED".to_owned(),
                    is_enforced: configuration.enforce_work_group_configuration,
                    keeps_results: false,
                    output_location: Some(results.output_location.clone()),
                    bucket_owner: Some(results.expected_bucket_owner.clone()),
                    encryption: encrypted(&results.encryption_configuration),
                    scan_limit: Some(configuration.bytes_scanned_cutoff_per_query),
                };
                let new = WorkGroupState {
                    description,
                    tags: call.tags.clone(),
                };
                self.work_groups.insert(place(&region, &call.name), new);
            }
            Athena::UpdateWorkGroup(call) => {
                let found = &mut self.group_of_athena().description;
                found.state = call.state.clone().unwrap_or(found.state.clone());
                let Some(updates) = &call.configuration_updates else {
                    return;
                };
                if let Some(is_enforced) = updates.enforce_work_group_configuration {
                    found.is_enforced = is_enforced;
                }
                if let Some(managed) = &updates.managed_query_results_configuration_updates {
                    found.keeps_results = managed.enabled;
                }
                found.scan_limit = updates.bytes_scanned_cutoff_per_query.or(found.scan_limit);
                if let Some(results) = &updates.result_configuration_updates {
                    let location = results.output_location.clone();
                    found.output_location = location.or(found.output_location.take());
                    let owner = results.expected_bucket_owner.clone();
                    found.bucket_owner = owner.or(found.bucket_owner.take());
                    let new = results.encryption_configuration.as_ref();
                    found.encryption = new.and_then(encrypted).or(found.encryption.take());
                }
            }
            Athena::DeleteWorkGroup(call) => {
                let at = place(&region, &call.work_group);
                let left = self.named_queries.remove(&at).unwrap_or_default();
                assert_eq!(left, [], "queries are deleted before");
                assert!(self.work_groups.remove(&at).is_some(), "it exists");
            }
            Athena::TagResource(call) => {
                add_tags(&mut self.group_of_athena().tags, &call.tags);
            }
            Athena::CreateNamedQuery(call) => {
                let group = place(&region, &call.work_group);
                assert!(self.work_groups.contains_key(&group), "{group:?}");
                let queries = self.named_queries.entry(group).or_default();
                queries.push(NamedQuery {
                    id: format!("id-of-{}", call.name),
                    name: call.name.clone(),
                    description: call.description.clone(),
                    database: call.database.clone(),
                    sql: call.query_string.clone(),
                });
            }
            Athena::UpdateNamedQuery(call) => {
                let mut queries = self.queries().iter_mut();
                let found = queries.find(|query| query.id == call.named_query_id);
                let found = found.expect("the query exists");
                found.name.clone_from(&call.name);
                found.description.clone_from(&call.description);
                found.sql.clone_from(&call.query_string);
            }
            Athena::DeleteNamedQuery(call) => {
                let queries = self.queries();
                let before = queries.len();
                queries.retain(|query| query.id != call.named_query_id);
                assert_eq!(queries.len(), before - 1, "the query exists");
            }
        }
    }
}

/// What a case adds by hand.
pub fn parameters(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}
