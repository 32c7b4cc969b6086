//! Work groups and named queries of Amazon Athena.

use aws_sdk_athena::types::{ResultConfiguration, WorkGroupConfiguration};

use super::Reader;
use crate::aws::error::Request;
use crate::call::Tag;
use crate::error::CallResult;

/// Athena has one code for all that it refuses, and says so of a work group that is missing.
const REFUSED: &str = "InvalidRequestException";
const IS_MISSING: &str = "is not found";

/// How many named queries one request returns.
const PAGE: usize = 50;

/// A work group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkGroup {
    /// What it is for.
    pub description: String,
    /// `ENABLED` or `DISABLED`.
    pub state: String,
    /// Whether its settings override those of clients.
    pub is_enforced: bool,
    /// Whether Athena keeps results itself, and not in a bucket.
    pub keeps_results: bool,
    /// Where results are written, `s3://…`.
    pub output_location: Option<String>,
    /// The account that must own that bucket.
    pub bucket_owner: Option<String>,
    /// `SSE_S3`, `SSE_KMS` or `CSE_KMS`, and the key, if there is one.
    pub encryption: Option<(String, Option<String>)>,
    /// How many bytes a query may scan.
    pub scan_limit: Option<i64>,
}

/// A named query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamedQuery {
    /// Its id, which AWS invents.
    pub id: String,
    /// Its name, which others may have, too.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The database that it is about.
    pub database: String,
    /// The SQL.
    pub sql: String,
}

impl Reader {
    /// The work group of this name, if there is one.
    pub async fn work_group(&self, region: &str, name: &str) -> CallResult<Option<WorkGroup>> {
        let request = Request::new("athena", "GetWorkGroup", region, name);
        let get = self.clients.athena(region).get_work_group();
        let answer = self.clients.send(request, get.work_group(name).send());
        let found = found(answer.await)?.and_then(|answer| answer.work_group);
        Ok(found.map(|found| {
            let text = |text: Option<String>| text.unwrap_or_default();
            let state = found.state.map(|state| state.as_str().to_owned());
            configured(
                WorkGroup {
                    description: text(found.description),
                    state: text(state),
                    ..WorkGroup::default()
                },
                found.configuration,
            )
        }))
    }

    /// The tags of a work group, by its ARN; none for one that does not exist.
    pub async fn work_group_tags(&self, region: &str, arn: &str) -> CallResult<Vec<Tag>> {
        let request = Request::new("athena", "ListTagsForResource", region, arn);
        let list = self.clients.athena(region).list_tags_for_resource();
        let list = list.resource_arn(arn).into_paginator().items().send();
        let missing = ["ResourceNotFoundException", REFUSED];
        let tags = self.list(request, list.try_collect(), &missing).await?;
        let tags = tags.into_iter().map(|tag| Tag {
            key: tag.key.unwrap_or_default(),
            value: tag.value.unwrap_or_default(),
        });
        Ok(tags.collect())
    }

    /// The named queries of a work group; `None` if it does not exist.
    pub async fn named_queries(
        &self,
        region: &str,
        work_group: &str,
    ) -> CallResult<Option<Vec<NamedQuery>>> {
        let request = Request::new("athena", "ListNamedQueries", region, work_group);
        let list = self.clients.athena(region).list_named_queries();
        let pages = list.work_group(work_group).into_paginator().send();
        let pages = self.clients.send(request, pages.try_collect());
        let Some(pages) = found(pages.await)? else {
            return Ok(None);
        };
        let pages: Vec<_> = pages;
        let ids = pages.into_iter().flat_map(|page| page.named_query_ids);
        let ids: Vec<String> = ids.flatten().collect();
        let mut queries = Vec::with_capacity(ids.len());
        for ids in ids.chunks(PAGE) {
            let request = Request::new("athena", "BatchGetNamedQuery", region, work_group);
            let get = self.clients.athena(region).batch_get_named_query();
            let get = get.set_named_query_ids(Some(ids.to_vec())).send();
            let page = self.clients.send(request, get).await?;
            let page = page.named_queries.unwrap_or_default().into_iter();
            queries.extend(page.map(|query| NamedQuery {
                id: query.named_query_id.unwrap_or_default(),
                name: query.name,
                description: query.description.unwrap_or_default(),
                database: query.database,
                sql: query.query_string,
            }));
        }
        Ok(Some(queries))
    }
}

/// An answer; `None` where Athena says that the work group is missing.
fn found<T>(answer: CallResult<T>) -> CallResult<Option<T>> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.code() == Some(REFUSED) && error.message.contains(IS_MISSING) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn configured(group: WorkGroup, configuration: Option<WorkGroupConfiguration>) -> WorkGroup {
    let Some(configuration) = configuration else {
        return group;
    };
    let kept = configuration.managed_query_results_configuration;
    let results = configuration.result_configuration;
    let results = results.unwrap_or_else(|| ResultConfiguration::builder().build());
    let encryption = results.encryption_configuration;
    WorkGroup {
        is_enforced: configuration
            .enforce_work_group_configuration
            .unwrap_or_default(),
        keeps_results: kept.is_some_and(|kept| kept.enabled),
        output_location: results.output_location,
        bucket_owner: results.expected_bucket_owner,
        encryption: encryption.map(|encryption| {
            let option = encryption.encryption_option.as_str().to_owned();
            (option, encryption.kms_key)
        }),
        scan_limit: configuration.bytes_scanned_cutoff_per_query,
        ..group
    }
}
