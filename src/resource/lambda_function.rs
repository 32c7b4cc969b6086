//! Functions of AWS Lambda that consist of one file of code.
//!
//! Lambda works on a function after it has answered: it cannot be invoked before its state is `Active`, and takes one
//! change at a time (<https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html>).

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use super::{Change, Fact, Id, Removal, Resource, chained, lacking_pairs, pairs};
use crate::aws::Reader;
use crate::aws::read::Function;
use crate::call::lambda::{
    CreateFunction, DeleteFunction, Environment, FunctionCode, GetFunctionConfiguration, Lambda,
    LambdaRead, PutFunctionConcurrency, TagResource, UpdateFunctionCode,
    UpdateFunctionConfiguration,
};
use crate::call::passing::{
    MINUTE, MINUTES, NONE, Wait, Write::Anywhere, Write::Here, after, always,
};
use crate::call::rule::Rule;
use crate::call::settled::Proof;
use crate::call::{Kind, Tag, Zip};
use crate::error::{CallError, Error, Result};
use crate::plan::Ready;

/// Functions.
pub static KIND: Kind = Kind {
    reads: &["GetFunction", "GetFunctionConfiguration"],
    // GetFunction returns the tags to those who may list them.
    tag_reads: &["ListTags"],
    changes: &[
        "CreateFunction",
        "UpdateFunctionCode",
        "UpdateFunctionConfiguration",
        "PutFunctionConcurrency",
        "TagResource",
        "DeleteFunction",
    ],
    removals: &["DeleteFunction"],
    passing: PASSING,
    settled: SETTLED,
    ..Kind::new("lambda-function", "lambda")
};

/// The state of a function that is being deleted.
const DELETING: &str = "Deleting";

/// How long Lambda may take until a change of a function is in force.
const LONG: Duration = Duration::from_secs(600);

/// Lambda answers `InvalidParameterValueException` as long as it cannot assume a new role, and
/// `ResourceConflictException` as long as it works on another change of the function.
#[rustfmt::skip]
const PASSING: &[Rule<Wait>] = &[
    Rule::of(&["CreateFunction", "UpdateFunctionConfiguration"], &["InvalidParameterValueException"],
        after(MINUTES, NONE, &[Anywhere("iam:CreateRole"), Anywhere("iam:UpdateAssumeRolePolicy"),
            Anywhere("iam:PutRolePolicy")])),
    Rule::of(&["CreateFunction"], &["ResourceConflictException"],
        after(MINUTES, MINUTE, &[Here("lambda:DeleteFunction")])),
    Rule::of(&["UpdateFunctionCode", "UpdateFunctionConfiguration", "PutFunctionConcurrency", "TagResource",
        "DeleteFunction"],
        &["ResourceConflictException"],
        always(LONG)),
    Rule::of(&["PutFunctionConcurrency", "TagResource"], &["ResourceNotFoundException"],
        after(MINUTE, NONE, &[Here("lambda:CreateFunction")])),
    // Lambda itself failed.
    Rule::of(&[], &["ServiceException"],
        always(MINUTE)),
];

#[rustfmt::skip]
const SETTLED: &[Rule<Proof>] = &[
    Rule::of(&["DeleteFunction"], &["ResourceNotFoundException"], Proof::Done),
    Rule::of(&["CreateFunction"], &["ResourceConflictException"], Proof::IfFound),
];

/// A function. What is not set here stays as observed.
#[derive(Clone, Debug)]
pub struct LambdaFunction {
    /// The function's name.
    pub name: String,
    /// Its region.
    pub region: String,
    /// Its ARN.
    pub arn: String,
    /// What it is for.
    pub description: &'static str,
    /// Its language, e.g. `python3.14`.
    pub runtime: &'static str,
    /// `<module>.<function>`.
    pub handler: &'static str,
    /// Its code.
    pub code: Zip,
    /// ARN of the role that it works as.
    pub role_arn: String,
    /// Seconds that an invocation may take.
    pub timeout: i32,
    /// The MiB that it needs; it may have more.
    pub memory: i32,
    /// Environment variables that it must have, among others.
    pub variables: BTreeMap<String, String>,
    /// How many invocations are reserved for it, when an option states it.
    pub concurrency: Option<i32>,
    /// Tags it must have, among others.
    pub tags: Vec<Tag>,
}

impl Resource for LambdaFunction {
    type Observed = Function;

    fn id(&self) -> Id<'_> {
        Id::new(&KIND, &self.region, &self.name)
    }

    fn arns(&self) -> Vec<String> {
        vec![self.arn.clone()]
    }

    fn passed_role(&self) -> Option<(String, &'static str)> {
        Some((self.role_arn.clone(), "lambda.amazonaws.com"))
    }

    async fn read(&self, reader: &Reader) -> Result<Option<Function>, CallError> {
        reader.function(&self.region, &self.name).await
    }

    fn refusal(&self, observed: Option<&Function>) -> Result<()> {
        let why = observed.and_then(|found| found.unreadable.as_ref());
        why.map_or(Ok(()), |why| {
            let name = &self.name;
            let message =
                format!("the environment variables of the function {name} cannot be read: {why}");
            Err(Error::failed(message).hint("the caller needs kms:Decrypt on the function's key"))
        })
    }

    fn is_own(&self, observed: &Function) -> bool {
        observed.code == self.code.sha256() && self.differences(observed).is_empty()
    }

    fn changes(&self, observed: Option<&Function>) -> Vec<Change> {
        let Some(found) = observed.filter(|found| found.state != DELETING) else {
            let mut changes = vec![self.creation("function is missing".to_owned())];
            changes.extend(self.reservation(None));
            return chained(changes);
        };
        if found.state == "Failed" {
            let why = found.reason.as_deref().unwrap_or("Lambda gives no reason");
            let delete = Change::new(self.deletion(), format!("its state is Failed: {why}"));
            let create = self.creation("replace it".to_owned());
            return chained(
                [delete, create]
                    .into_iter()
                    .chain(self.reservation(None))
                    .collect(),
            );
        }
        let mut changes = Vec::new();
        let differences = self.differences(found);
        if !differences.is_empty() {
            changes.push(self.update_by(self.update(found), &differences.join(", ")));
        }
        if found.code != self.code.sha256() {
            let call = Lambda::UpdateFunctionCode(UpdateFunctionCode {
                function_name: self.name.clone(),
                zip_file: self.code.clone(),
            });
            changes.push(self.update_by(call, "code differs"));
        }
        changes.extend(self.reservation(found.concurrency));
        let mut changes = chained(changes);
        if let Some((tags, reason)) = lacking_pairs(&self.tags, &found.tags) {
            let resource = self.arn.clone();
            let call = Lambda::TagResource(TagResource { resource, tags });
            changes.push(Change::new(call, reason).aside());
        }
        changes
    }

    fn removal(&self, found: &Function) -> Removal {
        match found.state.as_str() {
            DELETING => Removal::default(),
            _ => Removal::by(self.deletion()),
        }
    }

    fn facts(&self, observed: &Function) -> Vec<Fact> {
        let mut facts = vec![
            ("state", json!(observed.state)),
            ("runtime", json!(observed.runtime)),
            ("memory", json!(observed.memory)),
            ("timeout", json!(observed.timeout)),
            ("concurrency", json!(observed.concurrency)),
        ];
        facts.extend(observed.reason.as_ref().map(|why| ("reason", json!(why))));
        facts
    }
}

impl LambdaFunction {
    /// How its configuration differs, in words.
    fn differences(&self, found: &Function) -> Vec<&'static str> {
        let parts = [
            ("role differs", found.role == self.role_arn),
            ("runtime differs", found.runtime == self.runtime),
            ("handler differs", found.handler == self.handler),
            ("timeout differs", found.timeout == self.timeout),
            ("memory is too small", found.memory >= self.memory),
            ("environment variables differ", self.has_variables(found)),
        ];
        let differing = parts.into_iter().filter(|(_, is_same)| !is_same);
        differing.map(|(words, _)| words).collect()
    }

    fn has_variables(&self, found: &Function) -> bool {
        let mut variables = self.variables.iter();
        found.unreadable.is_some()
            || variables.all(|(name, value)| found.variables.get(name) == Some(value))
    }

    fn creation(&self, reason: String) -> Change {
        let call = Lambda::CreateFunction(CreateFunction {
            function_name: self.name.clone(),
            runtime: self.runtime.to_owned(),
            role: self.role_arn.clone(),
            handler: self.handler.to_owned(),
            code: FunctionCode {
                zip_file: self.code.clone(),
            },
            description: Some(self.description.to_owned()),
            timeout: self.timeout,
            memory_size: self.memory,
            environment: Some(Environment {
                variables: self.variables.clone(),
            }),
            tags: pairs(&self.tags),
        });
        Change {
            ready: Some(self.ready("State", &["Active"], "StateReason", "state {State}")),
            ..Change::new(call, reason)
        }
    }

    /// A change of the function, done when it is in force.
    fn update_by(&self, call: Lambda, reason: &str) -> Change {
        let (path, why) = ("LastUpdateStatus", "LastUpdateStatusReason");
        let ready = self.ready(path, &["Successful"], why, "update {LastUpdateStatus}");
        Change {
            ready: Some(ready),
            ..Change::new(call, reason)
        }
    }

    fn ready(
        &self,
        state: &'static str,
        ready: &'static [&'static str],
        reason: &'static str,
        progress: &'static str,
    ) -> Ready {
        Ready {
            read: LambdaRead::GetFunctionConfiguration(GetFunctionConfiguration {
                function_name: self.name.clone(),
            })
            .into(),
            state,
            ready,
            failed: &["Failed"],
            code: None,
            reason: Some(reason),
            before: None,
            progress,
            done: progress.to_owned(),
            shown_within: MINUTES,
            within: LONG,
        }
    }

    /// The update of what differs. Variables of others stay.
    fn update(&self, found: &Function) -> Lambda {
        let is = |is_same: bool, wanted: &str| (!is_same).then(|| wanted.to_owned());
        let environment = (!self.has_variables(found)).then(|| {
            let mut variables = found.variables.clone();
            variables.extend(self.variables.clone());
            Environment { variables }
        });
        Lambda::UpdateFunctionConfiguration(UpdateFunctionConfiguration {
            function_name: self.name.clone(),
            role: is(found.role == self.role_arn, &self.role_arn),
            handler: is(found.handler == self.handler, self.handler),
            timeout: (found.timeout != self.timeout).then_some(self.timeout),
            memory_size: (found.memory < self.memory).then_some(self.memory),
            environment,
            runtime: is(found.runtime == self.runtime, self.runtime),
        })
    }

    fn reservation(&self, found: Option<i32>) -> Option<Change> {
        let wanted = self.concurrency.filter(|_| found != self.concurrency)?;
        let call = Lambda::PutFunctionConcurrency(PutFunctionConcurrency {
            function_name: self.name.clone(),
            reserved_concurrent_executions: wanted,
        });
        Some(Change::new(call, "reserved concurrency differs").ungated())
    }

    fn deletion(&self) -> Lambda {
        Lambda::DeleteFunction(DeleteFunction {
            function_name: self.name.clone(),
        })
    }
}
