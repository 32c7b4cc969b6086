//! What the user should know before agreeing to a plan.

use super::Layout;
use super::context::Context;
use crate::athena::table::Accounts;
use crate::resource::Resource;
use crate::resource::work_group::SCAN_LIMIT;
use crate::stack::{Planned, Purpose};

impl Context<'_> {
    pub fn notes(&self, planned: &Planned) -> Vec<String> {
        match self.purpose {
            Purpose::Create => self.notes_of_create(),
            Purpose::Show => Vec::new(),
            Purpose::Delete => self.notes_of_delete(planned),
        }
    }

    fn notes_of_create(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if self.observed.of(&self.group()).is_none() {
            let limit = self.options.scan_limit.unwrap_or(SCAN_LIMIT);
            notes.push(format!(
                "Athena bills what a query scans, {} at most: https://aws.amazon.com/athena/pricing/",
                gigabytes(limit)
            ));
        }
        let source = self.trails.and_then(|trails| trails.own_bucket());
        if let Some(source) = source.filter(|source| source.region != self.home) {
            notes.push(format!(
                "the log files are in {}, the stack in {}: AWS bills the transfer between regions",
                source.region, self.home
            ));
        }
        let keys = self.trails.map(|trails| trails.kms_keys());
        let keys: Vec<String> = keys.into_iter().flatten().collect();
        if !keys.is_empty() {
            notes.push(format!(
                "who queries needs kms:Decrypt for the key of the log files, {}",
                keys.join(", ")
            ));
        }
        for layout in self.layouts() {
            if self.accounts(layout) == Accounts::Named {
                notes.push(format!(
                    "the table {} lists no accounts, so that each query names its own; the named queries are about {}",
                    self.table_named(layout).name,
                    self.scheme.account
                ));
            }
        }
        let database = self.database();
        let found = self.observed.of(&database);
        if found.is_some_and(|found| !database.is_own(found)) {
            notes.push(format!(
                "the database {} exists, and is used as it is",
                database.name
            ));
        }
        notes
    }

    fn notes_of_delete(&self, planned: &Planned) -> Vec<String> {
        let mut notes = Vec::new();
        let results = self.results();
        if self.observed.of(&results).is_some() {
            notes.push(format!(
                "the bucket {} is kept, with its objects, which expire",
                results.name
            ));
        }
        let kept = planned.graph.kept(self.observed);
        notes.extend(kept.map(|(node, why)| {
            let id = node.resource().id();
            let kind = id.kind.name.replace('-', " ");
            format!("the {kind} {} is kept: {why}", id.name)
        }));
        let group = self.group();
        let found = self.observed.of(&group);
        if found.is_some_and(|found| group.is_own(found)) && group.kept.is_none() {
            notes.push(format!(
                "the history of queries in the work group {} is deleted with it",
                group.name
            ));
        }
        if Layout::ALL
            .into_iter()
            .any(|layout| self.found_table(layout).is_some())
        {
            notes.push("tables are deleted, log files stay".to_owned());
        }
        notes
    }
}

/// Bytes in words, as Athena bills them.
fn gigabytes(bytes: i64) -> String {
    let megabytes = bytes / 1_000_000;
    match megabytes % 1_000 {
        0 => format!("{} GB", megabytes / 1_000),
        _ => format!("{megabytes} MB"),
    }
}
