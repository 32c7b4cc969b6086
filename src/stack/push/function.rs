//! The Lambda function that unpacks the records of CloudWatch Logs in place of the delivery stream.

use std::collections::BTreeMap;

use super::context::Context;
use super::{TRANSFORM, Transform};
use crate::aws::read::Function as FunctionState;
use crate::error::Result;
use crate::policy::Statement;
use crate::resource::delivery_stream::LATEST;
use crate::resource::lambda_concurrency::RegionConcurrency;
use crate::stack::function::{Function, Program, function_arn, log_group_name, role};
use crate::stack::log_delivery::LogDelivery;

/// The environment variable that says for which endpoint the function writes.
pub(crate) const ENDPOINT_TYPE: &str = "HEC_ENDPOINT_TYPE";

/// The function with these environment variables: it takes as long as Firehose waits at most, and the memory that its
/// code needs.
pub(crate) fn program(variables: BTreeMap<String, String>, concurrency: Option<i32>) -> Program {
    Program {
        description: "Unpacks what CloudWatch Logs sends, for Splunk",
        code: TRANSFORM,
        timeout: 300,
        memory: 1_024,
        variables,
        concurrency,
    }
}

impl Context<'_> {
    /// Whether a function unpacks: an option says so, else the stream, else that there is a function without a stream,
    /// which an interrupted run left.
    pub fn is_by_lambda(&self) -> bool {
        match (self.options.transform, self.splunk()) {
            (Some(transform), _) => transform == Transform::Lambda,
            (None, Some(splunk)) => {
                let arn = splunk.function.as_deref().unwrap_or_default();
                arn.trim_end_matches(LATEST) == self.function_arn()
            }
            (None, None) => self.function_state().is_some(),
        }
    }

    /// The type of the collector's endpoint: the one given, else the one in use. What the stream itself unpacks is text.
    pub fn endpoint_type(&self) -> String {
        let used = || self.splunk().map(|splunk| splunk.endpoint_type.clone());
        let written = || self.function_state()?.variables.get(ENDPOINT_TYPE).cloned();
        let named = self.options.endpoint_type.clone();
        let found = named.or_else(used).or_else(written);
        found
            .filter(|_| self.is_by_lambda())
            .unwrap_or_else(|| "Raw".to_owned())
    }

    /// The name of the function and of its role.
    pub fn function_name(&self) -> String {
        self.part("transform")
    }

    /// ARN of the function.
    pub fn function_arn(&self) -> String {
        let LogDelivery { scheme, region, .. } = &self.delivery;
        function_arn(scheme, region, &self.function_name())
    }

    /// The function as Firehose invokes it.
    pub fn latest_function(&self) -> String {
        self.function_arn() + LATEST
    }

    /// The function as it exists.
    pub fn function_state(&self) -> Option<&FunctionState> {
        let function = self.function_with(BTreeMap::new()).function;
        self.delivery.observed.of(&function)
    }

    /// The function. Variables of others stay, also where it is created again.
    pub(crate) fn function(&self) -> Function {
        let found = self.function_state().map(|found| found.variables.clone());
        let mut variables = found.unwrap_or_default();
        variables.insert(ENDPOINT_TYPE.to_owned(), self.endpoint_type());
        self.function_with(variables)
    }

    /// The function with these variables, its role, which sends back to the stream what does not fit into a response, and
    /// its log group.
    fn function_with(&self, variables: BTreeMap<String, String>) -> Function {
        let scheme = self.delivery.scheme;
        let log_group = self.log_group(log_group_name(&self.function_name()));
        let sends = Statement::allow(
            "SendAgain",
            ["firehose:PutRecordBatch"],
            [self.stream_arn()],
        );
        let role = role(
            scheme,
            &self.function_name(),
            "LambdaTransforms",
            &log_group,
            vec![sends],
        );
        let program = program(variables, self.options.concurrency);
        Function::new(scheme, program, role, log_group)
    }

    /// The concurrency of the region.
    pub fn region_concurrency(&self) -> RegionConcurrency {
        RegionConcurrency {
            region: self.delivery.region.clone(),
        }
    }

    /// How much concurrency an option reserves for the function, and how much is reserved already, if these differ.
    pub fn new_reservation(&self) -> Option<(i32, i32)> {
        let wanted = self.options.concurrency.filter(|_| self.is_by_lambda())?;
        let found = self.function_state().and_then(|found| found.concurrency);
        (found != Some(wanted)).then_some((wanted, found.unwrap_or_default()))
    }

    /// Checks that Lambda would reserve it.
    ///
    /// # Errors
    /// With the figures.
    pub fn check_reservation(&self) -> Result<()> {
        let region = self.region_concurrency();
        match (self.new_reservation(), self.delivery.observed.of(&region)) {
            (Some((wanted, reserved)), Some(found)) => region.check(found, wanted, reserved),
            _ => Ok(()),
        }
    }
}
