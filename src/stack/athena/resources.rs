//! The resources that should exist, given what is observed.
//!
//! The rule behind every line: an option that was not given never changes what exists.

use std::collections::BTreeSet;

use super::context::Context;
use super::{DAYS, Layout, NEWEST, PERIOD, names};
use crate::athena::table::{self, Accounts, Place};
use crate::athena::{Period, QUESTIONS, Scan};
use crate::call::Tag;
use crate::resource::bucket::{Bucket, BucketState};
use crate::resource::bucket_settings::Settings;
use crate::resource::expiry::Expiry;
use crate::resource::glue_database::{Database, Tables};
use crate::resource::glue_table::Table;
use crate::resource::known;
use crate::resource::named_query::{NamedQueries, NamedQuery};
use crate::resource::work_group::WorkGroup;
use crate::stack::trail::statements::tls_only;
use crate::stack::{OWNER_TAG, Purpose};

impl Context<'_> {
    /// What says who created a database or a table.
    fn owner(&self) -> Tag {
        Tag {
            key: OWNER_TAG.to_owned(),
            value: self.scheme.base(),
        }
    }

    /// The name of the database.
    pub fn database_name(&self) -> String {
        names::database(self.scheme)
    }

    /// The name of the work group.
    pub fn group_name(&self) -> String {
        names::group(self.scheme)
    }

    fn catalog_arn(&self, resource: &str) -> String {
        self.scheme.arn("glue", &self.home, resource)
    }

    /// The ARNs of the catalog and the database, which each policy about a table needs as well.
    ///
    /// <https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html>
    fn database_arns(&self) -> Vec<String> {
        let database = format!("database/{}", self.database_name());
        vec![self.catalog_arn("catalog"), self.catalog_arn(&database)]
    }

    fn table_arns(&self, table: &str) -> Vec<String> {
        let mut arns = self.database_arns();
        arns.push(self.catalog_arn(&format!("table/{}/{table}", self.database_name())));
        arns
    }

    /// The database. It is kept while it has tables of others, which would be deleted with it.
    pub fn database(&self) -> Database {
        let mut arns = self.database_arns();
        if self.purpose == Purpose::Delete {
            arns = self.table_arns("*");
            let functions = format!("userDefinedFunction/{}/*", self.database_name());
            arns.push(self.catalog_arn(&functions));
        }
        let others = self.tables_of_others();
        Database {
            name: self.database_name(),
            region: self.home.clone(),
            arns,
            description: "Log files of CloudTrail".to_owned(),
            owner: self.owner(),
            kept: (!others.is_empty())
                .then(|| format!("it has tables of others: {}", others.join(", "))),
        }
    }

    /// The names of all tables in the database.
    pub fn tables(&self) -> Tables {
        Tables {
            database: self.database_name(),
            region: self.home.clone(),
            arns: self.table_arns("*"),
        }
    }

    fn tables_of_others(&self) -> Vec<String> {
        let Some(found) = self
            .observed
            .of(&self.tables())
            .filter(|_| self.purpose == Purpose::Delete)
        else {
            return Vec::new();
        };
        let own = Layout::ALL.into_iter();
        let own = own.filter(|layout| self.found_table(*layout).is_some());
        let own: Vec<String> = own.map(Layout::table).collect();
        let others = found.iter().filter(|name| !own.contains(name));
        others.cloned().collect()
    }

    /// A table by its name alone.
    pub fn table_named(&self, layout: Layout) -> Table {
        let name = layout.table();
        Table {
            arns: self.table_arns(&name),
            name,
            database: self.database_name(),
            region: self.home.clone(),
            description: String::new(),
            location: String::new(),
            accounts: Accounts::Named,
            regions: BTreeSet::new(),
            owner: self.owner(),
        }
    }

    /// A table.
    pub fn table(&self, layout: Layout) -> Table {
        let found = self.found_table(layout);
        let enabled = self.account.enabled.iter();
        let enabled = enabled.map(|region| region.name.clone());
        let had = found.map(|found| table::regions(&found.parameters));
        // What cannot be told is refused where it would be written.
        let place = self.place(layout).unwrap_or_else(|_| Place {
            bucket: self.scheme.bucket_name(),
            key_prefix: String::new(),
            organization: None,
        });
        let description = match layout {
            Layout::Account => "Events of CloudTrail, by account, region and day",
            Layout::Organization => "Events of an organization, by account, region and day",
        };
        Table {
            description: description.to_owned(),
            location: place.location(),
            accounts: self.accounts(layout),
            regions: enabled.chain(had.into_iter().flatten()).collect(),
            ..self.table_named(layout)
        }
    }

    /// The accounts of a table: those named, if it is the table that they are about; else those that it has; else of the
    /// account's own table this account, of an organization's any.
    pub fn accounts(&self, layout: Layout) -> Accounts {
        let is_meant = self.layouts().last() == Some(&layout);
        let named = self.options.accounts.clone().filter(|_| is_meant);
        let found = self.found_table(layout);
        let found = || found.and_then(|found| Accounts::found(&found.parameters));
        let own = || match layout {
            Layout::Account => Accounts::of(BTreeSet::from([self.scheme.account.clone()])),
            Layout::Organization => Accounts::Named,
        };
        named.map(Accounts::of).or_else(found).unwrap_or_else(own)
    }

    /// The bucket for results, looked for in this region first.
    pub fn results_near(&self, region: &str) -> Bucket {
        self.results_in(region, DAYS)
    }

    /// The bucket for results.
    pub fn results(&self) -> Bucket {
        let found = self.observed.of(&self.results_near(&self.home));
        let days = found.and_then(|found| days_of(&self.expiry(DAYS), found));
        let days = self.options.result_days.or(days);
        self.results_in(&self.home, days.unwrap_or(DAYS))
    }

    fn results_in(&self, region: &str, days: i32) -> Bucket {
        let name = self.group_name();
        Bucket {
            region: region.to_owned(),
            arn: self.scheme.bucket_arn(&name),
            owner: self.scheme.account.clone(),
            statements: vec![tls_only(self.scheme, &name)],
            block_public_access: true,
            tags: self.options.tags.clone(),
            settings: Settings {
                expiry: Some(self.expiry(days)),
                ..Settings::default()
            },
            name,
        }
    }

    fn expiry(&self, days: i32) -> Expiry {
        Expiry {
            id: self.group_name(),
            prefixes: BTreeSet::from([String::new()]),
            days,
            class: None,
        }
    }

    /// The work group. It is kept while it has queries of others, which would be deleted with it.
    pub fn group(&self) -> WorkGroup {
        let name = self.group_name();
        let resource = format!("workgroup/{name}");
        WorkGroup {
            region: self.home.clone(),
            arn: self.scheme.arn("athena", &self.home, &resource),
            description: format!("CloudTrail, created by ctadmin for {}", self.scheme.base()),
            output_location: format!("s3://{name}/"),
            bucket_owner: self.scheme.account.clone(),
            kms_key: self.options.kms_key.clone(),
            scan_limit: self.options.scan_limit,
            tags: self.options.tags.clone(),
            kept: self.kept_group(),
            name,
        }
    }

    fn kept_group(&self) -> Option<String> {
        if self.purpose != Purpose::Delete {
            return None;
        }
        let found = self.found_queries().iter();
        let database = self.database_name();
        let others = found.filter(|query| !crate::resource::named_query::is_own(query, &database));
        let others: Vec<&str> = others.map(|query| query.name.as_str()).collect();
        (!others.is_empty()).then(|| format!("it has queries of others: {}", others.join(", ")))
    }

    /// All queries that are saved in the work group.
    pub fn queries(&self) -> NamedQueries {
        let group = self.group_name();
        let resource = format!("workgroup/{group}");
        NamedQueries {
            group_arn: self.scheme.arn("athena", &self.home, &resource),
            group,
            region: self.home.clone(),
        }
    }

    /// A query by its name alone.
    pub fn query(&self, name: &str) -> NamedQuery {
        let NamedQueries {
            group, group_arn, ..
        } = self.queries();
        NamedQuery {
            name: name.to_owned(),
            group,
            group_arn,
            region: self.home.clone(),
            database: self.database_name(),
            description: String::new(),
            sql: String::new(),
        }
    }

    /// The questions about a table.
    pub fn questions(&self, layout: Layout) -> impl Iterator<Item = NamedQuery> {
        let scan = self.scan(layout);
        QUESTIONS.iter().map(move |question| NamedQuery {
            description: question.description.to_owned(),
            sql: question.sql(&scan),
            ..self.query(&format!("{}-{}", layout.name(), question.name))
        })
    }

    /// What the questions are about: a table that names no accounts needs one.
    fn scan(&self, layout: Layout) -> Scan {
        let accounts = match self.accounts(layout) {
            Accounts::Listed(_) => Vec::new(),
            Accounts::Named => vec![self.scheme.account.clone()],
        };
        Scan {
            table: names::table(self.scheme, layout),
            period: Period::Days(PERIOD),
            accounts,
            filters: Vec::new(),
            newest: NEWEST,
        }
    }
}

/// After how many days results expire by a rule of ours, if there is one.
fn days_of(expiry: &Expiry, bucket: &BucketState) -> Option<i32> {
    let mut rules = known(&bucket.settings.lifecycle)?.rules.iter();
    let own = rules.find(|rule| expiry.is_own(rule))?;
    own.expiration.as_ref()?.days
}
