//! Requests to AWS Lambda: <https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html>.

use std::collections::BTreeMap;

use super::Zip;
use super::definition::define;

macro_rules! lambda {
    ($each:ident) => {
        $each! {
            /// A change of a function.
            Lambda: Call, lambda, "PascalCase";
            operations {
                /// Creates a function. It cannot be invoked before its state is `Active`.
                CreateFunction {
                    /// 1–64 of `[a-zA-Z0-9-_]`.
                    function_name: String,
                    runtime: String,
                    /// ARN of the role that the function works as.
                    role: String,
                    /// `<module>.<function>`.
                    handler: String,
                    code: FunctionCode,
                    description: Option<String>,
                    /// Seconds that an invocation may take.
                    timeout: i32,
                    /// MiB.
                    memory_size: i32,
                    environment: Option<Environment>,
                    tags: BTreeMap<String, String>,
                }
                UpdateFunctionCode {
                    function_name: String,
                    zip_file: Zip,
                }
                /// Changes what is set here, and keeps the rest.
                UpdateFunctionConfiguration {
                    function_name: String,
                    role: Option<String>,
                    handler: Option<String>,
                    timeout: Option<i32>,
                    memory_size: Option<i32>,
                    /// All variables: those that are not among them are removed.
                    environment: Option<Environment>,
                    runtime: Option<String>,
                }
                /// Sets how many invocations run at a time, at most and for certain.
                PutFunctionConcurrency {
                    function_name: String,
                    reserved_concurrent_executions: i32,
                }
                TagResource {
                    /// The function's ARN.
                    resource: String,
                    tags: BTreeMap<String, String>,
                }
                DeleteFunction {
                    function_name: String,
                }
            }
            structures {
                FunctionCode {
                    zip_file: Zip,
                }
                Environment {
                    variables: BTreeMap<String, String>,
                }
            }
        }
    };
}
pub(crate) use lambda;

lambda!(define);

macro_rules! lambda_read {
    ($each:ident) => {
        $each! {
            /// A read of a function.
            LambdaRead: Read, lambda, "PascalCase";
            operations {
                GetFunctionConfiguration {
                    function_name: String,
                } -> { State, StateReason, LastUpdateStatus, LastUpdateStatusReason }
            }
            structures {}
        }
    };
}
pub(crate) use lambda_read;

lambda_read!(define);
