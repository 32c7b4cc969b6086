//! What calls of Lambda do to the account in memory.

use ctadmin::aws::read::Function;
use ctadmin::call::lambda::Lambda;

use super::memory::{Memory, Place};

impl Memory {
    pub(super) fn apply_lambda(&mut self, call: &Lambda, at: Place) {
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
            Lambda::CreateFunction(_) => {}
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
}
