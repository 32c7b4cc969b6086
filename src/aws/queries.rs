//! Queries of Amazon Athena: starting, following and stopping them, and reading what they answer.
//!
//! A query changes no data and no resource, but it costs money and writes an object with its results. So it has a type of
//! its own, which planners do not hold.
//! <https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html>

use std::sync::Arc;

use aws_sdk_athena::config::retry::RetryConfig;
use aws_sdk_athena::types::{QueryExecutionContext, QueryExecutionState};

use super::clients::Clients;
use super::error::Request;
use crate::error::CallResult;

/// Athena says with this that too many requests were sent, or that too many queries are queued or running.
const TOO_MANY: &str = "TooManyRequestsException";

/// How often the start of a query is sent: who waits for room can be interrupted, the SDK's pauses cannot.
const ATTEMPTS: u32 = 3;

/// Starts and follows the queries of one work group.
#[derive(Clone, Debug)]
pub struct Queries {
    pub(super) clients: Arc<Clients>,
    pub(super) region: String,
    pub(super) work_group: String,
    /// The database of the session: without one it would be `default`.
    pub(super) database: String,
}

/// How far a query has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits, or runs.
    Pending,
    /// Its answer can be read.
    Done,
    /// It failed, was stopped by somebody, or exceeded a limit; why, as far as Athena says it.
    Failed(String),
}

/// A row of an answer; NULL is nothing.
pub type Row = Vec<Option<String>>;

impl Queries {
    /// Starts a query, and returns its id; nothing where too many queries are queued or running.
    ///
    /// The SDK adds a token, so that a request which is sent again starts no second query.
    pub async fn start(&self, sql: &str) -> CallResult<Option<String>> {
        let request = self.request("StartQueryExecution");
        let start = self.clients.athena(&self.region).start_query_execution();
        let session = QueryExecutionContext::builder().database(&self.database);
        let start = start.work_group(&self.work_group).query_string(sql);
        let start = start.query_execution_context(session.build());
        let retries = RetryConfig::standard().with_max_attempts(ATTEMPTS);
        let retries = aws_sdk_athena::Config::builder().retry_config(retries);
        let start = start.customize().config_override(retries);
        match self.clients.send(request, start.send()).await {
            Ok(answer) => {
                let id = answer.query_execution_id;
                let missing = || request.unusable("it has no id of the query".to_owned());
                id.map(Some).ok_or_else(missing)
            }
            Err(error) if error.code() == Some(TOO_MANY) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// How far a query has come, and how many bytes it has scanned up to now.
    pub async fn state(&self, id: &str) -> CallResult<(State, u64)> {
        let request = Request::new("athena", "GetQueryExecution", &self.region, id);
        let get = self.clients.athena(&self.region).get_query_execution();
        let get = get.query_execution_id(id).send();
        let answer = self.clients.send(request, get).await?;
        let execution = answer.query_execution;
        let statistics = execution.as_ref().and_then(|found| found.statistics());
        let scanned = statistics.and_then(|found| found.data_scanned_in_bytes);
        let scanned = u64::try_from(scanned.unwrap_or_default()).unwrap_or_default();
        let status = execution.and_then(|execution| execution.status);
        let why = |default: &str| {
            let status = status.as_ref();
            let said = status.and_then(|status| status.state_change_reason.as_deref());
            State::Failed(said.unwrap_or(default).to_owned())
        };
        let state = match status.as_ref().and_then(|status| status.state.as_ref()) {
            Some(QueryExecutionState::Succeeded) => State::Done,
            Some(QueryExecutionState::Failed) => why("Athena does not say why"),
            Some(QueryExecutionState::Cancelled) => why("it was cancelled"),
            _ => State::Pending,
        };
        Ok((state, scanned))
    }

    /// The rows that a query has answered, without the names of the columns, which are the first row of a SELECT.
    pub async fn rows(&self, id: &str) -> CallResult<Vec<Row>> {
        let request = Request::new("athena", "GetQueryResults", &self.region, id);
        let get = self.clients.athena(&self.region).get_query_results();
        let pages = get.query_execution_id(id).into_paginator().send();
        let pages: Vec<_> = self.clients.send(request, pages.try_collect()).await?;
        let rows = pages.into_iter().filter_map(|page| page.result_set?.rows);
        let rows = rows.flatten().skip(1).map(|row| {
            let data = row.data.unwrap_or_default().into_iter();
            data.map(|datum| datum.var_char_value).collect()
        });
        Ok(rows.collect())
    }

    /// Stops a query; one that has ended stays as it is.
    pub async fn stop(&self, id: &str) -> CallResult<()> {
        let request = Request::new("athena", "StopQueryExecution", &self.region, id);
        let stop = self.clients.athena(&self.region).stop_query_execution();
        let stop = stop.query_execution_id(id).send();
        self.clients.send(request, stop).await.map(drop)
    }

    fn request(&self, operation: &'static str) -> Request<'_> {
        Request::new("athena", operation, &self.region, &self.work_group)
    }
}
