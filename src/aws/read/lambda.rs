//! Functions of AWS Lambda.

use std::collections::BTreeMap;

use aws_sdk_lambda::operation::get_function::GetFunctionOutput;
use aws_sdk_lambda::types::EventSourceMappingConfiguration;

use super::Reader;
use crate::aws::error::Request;
use crate::error::{CallResult, tame};

/// A function as AWS describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Function {
    /// `Pending`, `Active`, `Inactive`, `Failed`, …
    pub state: String,
    /// Why it has this state.
    pub reason: Option<String>,
    /// Its language, e.g. `python3.14`.
    pub runtime: String,
    /// `<module>.<function>`.
    pub handler: String,
    /// ARN of the role that it works as.
    pub role: String,
    /// Seconds that an invocation may take.
    pub timeout: i32,
    /// MiB.
    pub memory: i32,
    /// Its environment variables.
    pub variables: BTreeMap<String, String>,
    /// Why these cannot be read: the caller may not decrypt them.
    pub unreadable: Option<String>,
    /// SHA-256 of its code, in base64.
    pub code: String,
    /// How many invocations are reserved for it, if any are.
    pub concurrency: Option<i32>,
    /// Its tags, as far as the caller may see them.
    pub tags: BTreeMap<String, String>,
}

/// How many invocations may run at once in a region.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Concurrency {
    /// Of all functions together.
    pub limit: i32,
    /// What of it is not reserved for functions.
    pub unreserved: i32,
}

/// What lets a function read a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventSourceMapping {
    /// Its id, which Lambda invents.
    pub id: String,
    /// `Creating`, `Enabling`, `Enabled`, `Disabling`, `Disabled`, `Updating` or `Deleting`.
    pub state: String,
    /// How many records a function gets at a time.
    pub batch_size: i32,
    /// For how many seconds Lambda gathers them.
    pub window_seconds: i32,
    /// Whether a batch that fails is split.
    pub bisects: bool,
    /// How often a batch is tried again; -1 until its records expire.
    pub retries: i32,
    /// How old records may be that are tried; -1 for any age.
    pub age_seconds: i32,
    /// What the function answers with, such as `ReportBatchItemFailures`.
    pub responses: Vec<String>,
    /// ARN of where Lambda says which records were given up.
    pub queue: Option<String>,
}

impl Reader {
    /// The mapping from a stream to a function; `None` where there is none.
    pub async fn event_source_mapping(
        &self,
        region: &str,
        function: &str,
        source_arn: &str,
    ) -> CallResult<Option<EventSourceMapping>> {
        let request = Request::new("lambda", "ListEventSourceMappings", region, function);
        let list = self.clients.lambda(region).list_event_source_mappings();
        let list = list.function_name(function).event_source_arn(source_arn);
        let pages = list.into_paginator().items().send().collect();
        let found: Vec<_> = self
            .list(request, pages, &["ResourceNotFoundException"])
            .await?;
        Ok(found.into_iter().next().map(mapped))
    }

    /// The limits of concurrency of a region; `None` if the answer has none.
    pub async fn concurrency(&self, region: &str) -> CallResult<Option<Concurrency>> {
        let request = Request::new("lambda", "GetAccountSettings", region, "");
        let get = self.clients.lambda(region).get_account_settings().send();
        let answer = self.clients.send(request, get).await?;
        Ok(answer.account_limit.and_then(|limits| {
            Some(Concurrency {
                limit: limits.concurrent_executions,
                unreserved: limits.unreserved_concurrent_executions?,
            })
        }))
    }

    /// A function; `None` where there is none of this name.
    pub async fn function(&self, region: &str, name: &str) -> CallResult<Option<Function>> {
        let request = Request::new("lambda", "GetFunction", region, name);
        let get = self.clients.lambda(region).get_function();
        let get = get.function_name(name).send();
        let answer = self.find(request, get, &["ResourceNotFoundException"]);
        Ok(answer.await?.map(described))
    }
}

fn mapped(found: EventSourceMappingConfiguration) -> EventSourceMapping {
    let on_failure = found.destination_config.and_then(|it| it.on_failure);
    let responses = found.function_response_types.unwrap_or_default();
    let responses = responses.iter().map(|it| it.as_str().to_owned());
    EventSourceMapping {
        id: found.uuid.unwrap_or_default(),
        state: found.state.unwrap_or_default(),
        batch_size: found.batch_size.unwrap_or_default(),
        window_seconds: found.maximum_batching_window_in_seconds.unwrap_or_default(),
        bisects: found.bisect_batch_on_function_error == Some(true),
        retries: found.maximum_retry_attempts.unwrap_or(-1),
        age_seconds: found.maximum_record_age_in_seconds.unwrap_or(-1),
        responses: responses.collect(),
        queue: on_failure.and_then(|it| it.destination),
    }
}

fn described(answer: GetFunctionOutput) -> Function {
    let found = answer.configuration;
    let concurrency = answer.concurrency;
    let concurrency = concurrency.and_then(|it| it.reserved_concurrent_executions);
    let tags = answer.tags.unwrap_or_default().into_iter().collect();
    let Some(found) = found else {
        return Function {
            concurrency,
            tags,
            ..Function::default()
        };
    };
    let environment = found.environment;
    let error = environment.as_ref().and_then(|it| it.error.as_ref());
    let unreadable = error.map(|error| {
        let code = error.error_code.as_deref().unwrap_or_default();
        let message = error.message.as_deref().unwrap_or_default();
        tame(&format!("{code}: {message}"))
    });
    let variables = environment.and_then(|environment| environment.variables);
    Function {
        state: found
            .state
            .map_or_else(String::new, |state| state.as_str().to_owned()),
        reason: found.state_reason,
        runtime: found
            .runtime
            .map_or_else(String::new, |it| it.as_str().to_owned()),
        handler: found.handler.unwrap_or_default(),
        role: found.role.unwrap_or_default(),
        timeout: found.timeout.unwrap_or_default(),
        memory: found.memory_size.unwrap_or_default(),
        variables: variables.unwrap_or_default().into_iter().collect(),
        unreadable,
        code: found.code_sha256.unwrap_or_default(),
        concurrency,
        tags,
    }
}
