//! Requests to AWS Lambda: <https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html>.

use std::collections::BTreeMap;

use super::definition::define;
use super::{Text, Zip};

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
                /// Lets a function read a stream.
                CreateEventSourceMapping {
                    event_source_arn: String,
                    function_name: String,
                    /// `TRIM_HORIZON`: the oldest record. It cannot be changed.
                    starting_position: Option<String>,
                    batch_size: Option<i32>,
                    maximum_batching_window_in_seconds: Option<i32>,
                    bisect_batch_on_function_error: Option<bool>,
                    maximum_retry_attempts: Option<i32>,
                    /// -1: until they expire.
                    maximum_record_age_in_seconds: Option<i32>,
                    /// `ReportBatchItemFailures`.
                    function_response_types: Vec<String>,
                    destination_config: Option<DestinationConfig>,
                } -> { UUID as uuid }
                /// Changes what is set here, and keeps the rest.
                UpdateEventSourceMapping {
                    uuid as "UUID": String,
                    enabled: Option<bool>,
                    batch_size: Option<i32>,
                    maximum_batching_window_in_seconds: Option<i32>,
                    bisect_batch_on_function_error: Option<bool>,
                    maximum_retry_attempts: Option<i32>,
                    /// -1: until they expire.
                    maximum_record_age_in_seconds: Option<i32>,
                    function_response_types: Vec<String>,
                    destination_config: Option<DestinationConfig>,
                } -> { UUID as uuid }
                DeleteEventSourceMapping {
                    uuid as "UUID": String,
                }
            }
            structures {
                DestinationConfig {
                    /// What becomes of records that the function cannot take.
                    on_failure: Option<OnFailure>,
                }
                OnFailure {
                    /// ARN of a queue or a topic.
                    destination: Option<String>,
                }
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
                GetEventSourceMapping {
                    uuid as "UUID": Text,
                } -> { State, StateTransitionReason }
            }
            structures {}
        }
    };
}
pub(crate) use lambda_read;

lambda_read!(define);
