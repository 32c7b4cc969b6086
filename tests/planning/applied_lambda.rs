//! What calls of Lambda do to the account in memory.

use ctadmin::aws::read::{EventSourceMapping, Function};
use ctadmin::call::lambda::{DestinationConfig, Lambda};

use super::memory::{Memory, Place, place};

impl Memory {
    pub(super) fn apply_lambda(&mut self, call: &Lambda, at: Place) {
        if self.apply_mapping(call, &at) {
            return;
        }
        if let Lambda::CreateFunction(call) = call {
            let environment = call.environment.clone().unwrap_or_default();
            let function = Function {
                state: "Active".to_owned(),
                reason: None,
                runtime: call.runtime.clone(),
                handler: call.handler.clone(),
                role: call.role.clone(),
                timeout: call.timeout,
                memory: call.memory_size,
                variables: environment.variables,
                unreadable: None,
                code: call.code.zip_file.sha256(),
                concurrency: None,
                tags: call.tags.clone(),
            };
            let old = self.functions.insert(at, function);
            assert!(old.is_none(), "the name is in use");
            return;
        }
        let function = self.functions.get_mut(&at).expect("the function exists");
        match call {
            Lambda::CreateFunction(_)
            | Lambda::CreateEventSourceMapping(_)
            | Lambda::UpdateEventSourceMapping(_)
            | Lambda::DeleteEventSourceMapping(_) => {}
            Lambda::UpdateFunctionCode(call) => function.code = call.zip_file.sha256(),
            Lambda::UpdateFunctionConfiguration(call) => {
                let call = call.clone();
                function.role = call.role.unwrap_or(function.role.clone());
                function.handler = call.handler.unwrap_or(function.handler.clone());
                function.runtime = call.runtime.unwrap_or(function.runtime.clone());
                function.timeout = call.timeout.unwrap_or(function.timeout);
                function.memory = call.memory_size.unwrap_or(function.memory);
                if let Some(environment) = call.environment {
                    function.variables = environment.variables;
                }
            }
            Lambda::PutFunctionConcurrency(call) => {
                function.concurrency = Some(call.reserved_concurrent_executions);
            }
            Lambda::TagResource(call) => function.tags.extend(call.tags.clone()),
            Lambda::DeleteFunction(_) => drop(self.functions.remove(&at)),
        }
    }

    /// Whether the call is about an event source mapping.
    fn apply_mapping(&mut self, call: &Lambda, at: &Place) -> bool {
        let queue = |config: &Option<DestinationConfig>| {
            let on_failure = config.as_ref()?.on_failure.as_ref();
            on_failure?.destination.clone()
        };
        match call {
            Lambda::CreateEventSourceMapping(call) => {
                let function = place(&at.0, &call.function_name);
                assert!(self.functions.contains_key(&function), "it exists");
                let mapping = EventSourceMapping {
                    id: "11111111-2222-3333-4444-555555555555".to_owned(),
                    state: "Enabled".to_owned(),
                    batch_size: call.batch_size.unwrap_or_default(),
                    window_seconds: call.maximum_batching_window_in_seconds.unwrap_or_default(),
                    bisects: call.bisect_batch_on_function_error == Some(true),
                    retries: call.maximum_retry_attempts.unwrap_or(-1),
                    age_seconds: call.maximum_record_age_in_seconds.unwrap_or(-1),
                    responses: call.function_response_types.clone(),
                    queue: queue(&call.destination_config),
                };
                let old = self.mappings.insert(at.clone(), mapping);
                assert!(old.is_none(), "there is one");
            }
            Lambda::UpdateEventSourceMapping(call) => {
                let mapping = self.mappings.get_mut(at).expect("the mapping exists");
                assert_eq!(mapping.id, call.uuid);
                mapping.state = "Enabled".to_owned();
                mapping.batch_size = call.batch_size.unwrap_or(mapping.batch_size);
                mapping.bisects = call.bisect_batch_on_function_error == Some(true);
                mapping.retries = call.maximum_retry_attempts.unwrap_or(mapping.retries);
                let age = call.maximum_record_age_in_seconds;
                mapping.age_seconds = age.unwrap_or(mapping.age_seconds);
                mapping.responses.clone_from(&call.function_response_types);
                mapping.queue = queue(&call.destination_config);
                let window = call.maximum_batching_window_in_seconds;
                mapping.window_seconds = window.unwrap_or(mapping.window_seconds);
            }
            Lambda::DeleteEventSourceMapping(_) => drop(self.mappings.remove(at)),
            _ => return false,
        }
        true
    }
}
