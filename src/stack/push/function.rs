//! The Lambda function that unpacks the records of CloudWatch Logs in place of the delivery stream.

use std::collections::BTreeMap;

use super::context::Context;
use super::{TRANSFORM, Transform};
use crate::aws::read::Function;
use crate::call::Zip;
use crate::error::Result;
use crate::policy::Statement;
use crate::resource::delivery_stream::LATEST;
use crate::resource::lambda_concurrency::RegionConcurrency;
use crate::resource::lambda_function::LambdaFunction;
use crate::resource::log_group::LogGroup;
use crate::resource::principal::Principal;
use crate::stack::Purpose;
use crate::stack::log_delivery::service_role;

/// The environment variable that says for which endpoint the function writes.
const ENDPOINT_TYPE: &str = "HEC_ENDPOINT_TYPE";

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
        let resource = format!("function:{}", self.function_name());
        self.delivery
            .scheme
            .arn("lambda", &self.delivery.region, &resource)
    }

    /// The function as Firehose invokes it.
    pub fn latest_function(&self) -> String {
        self.function_arn() + LATEST
    }

    /// The function as it exists.
    pub fn function_state(&self) -> Option<&Function> {
        self.delivery
            .observed
            .of(&self.function_with(String::new()))
    }

    /// Whether the function cannot start any more: Lambda lets only the role that it was created with decrypt its
    /// variables, not another one of that name. So the function is created again, after the deletion of the old one and
    /// before there is a role that would hide it.
    ///
    /// <https://www.lastweekinaws.com/blog/the-sneaky-weakness-behind-aws-managed-kms-keys/>
    pub fn is_function_locked(&self) -> bool {
        let role = self.function_role();
        let is_missing =
            self.delivery.observed.is_read(&role) && self.delivery.observed.of(&role).is_none();
        self.delivery.purpose == Purpose::Create && self.function_state().is_some() && is_missing
    }

    /// The function. Variables of others stay, also where it is created again.
    pub fn function(&self) -> LambdaFunction {
        let mut function = self.function_with(self.endpoint_type());
        let found = self.function_state().map(|found| found.variables.clone());
        let own = std::mem::take(&mut function.variables);
        function.variables = found.unwrap_or_default().into_iter().chain(own).collect();
        function
    }

    /// The function that writes for an endpoint of this type.
    fn function_with(&self, endpoint_type: String) -> LambdaFunction {
        LambdaFunction {
            name: self.function_name(),
            region: self.delivery.region.clone(),
            arn: self.function_arn(),
            description: "Unpacks what CloudWatch Logs sends, for Splunk",
            runtime: "python3.14",
            handler: "index.handler",
            code: Zip::of("index.py", TRANSFORM),
            role_arn: self.function_role().arn,
            // The most that Firehose waits for, and what the code needs.
            timeout: 300,
            memory: 1_024,
            variables: BTreeMap::from([(ENDPOINT_TYPE.to_owned(), endpoint_type)]),
            concurrency: self.options.concurrency,
            tags: self.delivery.options.tags.clone(),
        }
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

    /// The role that the function works as: it logs, and sends back to the stream what does not fit into its response.
    pub(crate) fn function_role(&self) -> Principal {
        let trust = ("LambdaTransforms", "lambda.amazonaws.com");
        let logs = format!("{}:*", self.function_log_group().arn);
        let writes = ["logs:CreateLogStream", "logs:PutLogEvents"];
        let sends = ["firehose:PutRecordBatch"];
        let statements = [
            Statement::allow("WriteLogs", writes, [logs]),
            Statement::allow("SendAgain", sends, [self.stream_arn()]),
        ];
        let role = service_role(
            self.delivery.scheme,
            self.function_name(),
            trust,
            Vec::new(),
        );
        self.with(role, &statements)
    }

    /// The log group of the function, which Lambda names.
    pub fn function_log_group(&self) -> LogGroup {
        self.log_group(format!("/aws/lambda/{}", self.function_name()))
    }
}
