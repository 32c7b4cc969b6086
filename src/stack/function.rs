//! A Lambda function of a stack, with the role that it works as and the log group that Lambda writes to.

use std::collections::BTreeMap;

use super::Purpose;
use super::graph::{At, Graph, Intent, Node};
use super::log_delivery::service_role;
use super::observed::Observed;
use super::scheme::Scheme;
use crate::call::{Tag, Zip};
use crate::policy::Statement;
use crate::resource::lambda_function::LambdaFunction;
use crate::resource::log_group::LogGroup;
use crate::resource::principal::Principal;

/// The code, and how Lambda runs it.
pub struct Program {
    /// What it is for.
    pub description: &'static str,
    /// Python, with the handler `handler`.
    pub code: &'static str,
    /// Seconds that an invocation may take.
    pub timeout: i32,
    /// The MiB that it needs.
    pub memory: i32,
    /// Environment variables.
    pub variables: BTreeMap<String, String>,
    /// How many invocations are reserved for it, when an option states it.
    pub concurrency: Option<i32>,
}

/// A function, its role, and its log group.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub function: LambdaFunction,
    pub role: Principal,
    pub log_group: LogGroup,
}

/// ARN of the function of this name.
pub fn function_arn(scheme: &Scheme, region: &str, name: &str) -> String {
    scheme.arn("lambda", region, &format!("function:{name}"))
}

/// The name of the log group of a function, which Lambda chooses.
pub fn log_group_name(function: &str) -> String {
    format!("/aws/lambda/{function}")
}

/// The role of a function, with the function's name: it logs, and may do what the statements say. `sid` names the
/// statement that lets Lambda assume it.
pub(crate) fn role(
    scheme: &Scheme,
    name: &str,
    sid: &str,
    log_group: &LogGroup,
    statements: Vec<Statement>,
) -> Principal {
    let trust = (sid, "lambda.amazonaws.com");
    let writes = ["logs:CreateLogStream", "logs:PutLogEvents"];
    let logs = format!("{}:*", log_group.arn);
    let logs = Statement::allow("WriteLogs", writes, [logs]);
    Principal {
        statements: std::iter::once(logs).chain(statements).collect(),
        tags: log_group.tags.clone(),
        ..service_role(scheme, name.to_owned(), trust, Vec::new())
    }
}

impl Function {
    /// The function that runs a program as a role.
    pub fn new(scheme: &Scheme, program: Program, role: Principal, log_group: LogGroup) -> Self {
        let tags: Vec<Tag> = role.tags.clone();
        let function = LambdaFunction {
            arn: function_arn(scheme, &log_group.region, &role.name),
            name: role.name.clone(),
            region: log_group.region.clone(),
            description: program.description,
            runtime: "python3.14",
            handler: "index.handler",
            code: Zip::of("index.py", program.code),
            role_arn: role.arn.clone(),
            timeout: program.timeout,
            memory: program.memory,
            variables: program.variables,
            concurrency: program.concurrency,
            tags,
        };
        Self {
            function,
            role,
            log_group,
        }
    }

    /// Whether the function cannot start any more: Lambda lets only the role that it was created with decrypt its
    /// variables, not another one of that name. So the function is created again, after the deletion of the old one and
    /// before there is a role that would hide it.
    ///
    /// <https://www.lastweekinaws.com/blog/the-sneaky-weakness-behind-aws-managed-kms-keys/>
    pub fn is_locked(&self, purpose: Purpose, observed: &Observed) -> bool {
        let is_missing = observed.is_read(&self.role) && observed.of(&self.role).is_none();
        purpose == Purpose::Create && observed.of(&self.function).is_some() && is_missing
    }

    /// Adds what is only read.
    pub fn read(self, graph: &mut Graph) {
        graph.add(Node::read(self.function));
        graph.add(Node::read(self.role));
        graph.add(Node::read(self.log_group));
    }

    /// Adds what is created or updated. Returns the function.
    pub fn keep(self, graph: &mut Graph, intent: Intent, is_locked: bool) -> At {
        let group = graph.add(Node::new(self.log_group, intent));
        let role = Node::new(self.role, intent);
        let function = Node::new(self.function.clone(), intent);
        let (role, function) = match is_locked {
            false => (role, function),
            true => {
                let why = "its role is missing, and a new role cannot decrypt its variables";
                let old = Node::new(self.function.clone(), Intent::Delete(why));
                let old = graph.add(old);
                let function = Node::given(self.function, intent, None);
                (role.after([old]), function)
            }
        };
        let role = graph.add(role);
        graph.add(function.needs([group, role]))
    }

    /// Adds what is deleted, before `last`. Returns the function.
    pub fn delete(self, graph: &mut Graph, last: Option<At>) -> At {
        let intent = Intent::Delete("");
        let group = graph.add(Node::new(self.log_group, intent));
        let role = graph.add(Node::new(self.role, intent).needs(last));
        graph.add(Node::new(self.function, intent).needs([group, role]))
    }
}
