//! Planning, in process: what each stack would do to an account that is kept in memory. No case takes longer than
//! milliseconds.
//!
//! A case names the change of a created stack, and the steps that fix it as an inline snapshot. The steps are also
//! carried out in memory, after which nothing must be left to do.

mod alerts;
mod alerts_deleted;
mod alerts_refused;
mod applied;
mod applied_athena;
mod applied_cloudcontrol;
mod applied_firehose;
mod applied_guardduty;
mod applied_kinesis;
mod applied_lambda;
mod applied_opensearch;
mod applied_s3;
mod athena;
mod central;
mod central_administered;
mod central_alarms;
mod central_archive;
mod central_findings;
mod central_invited;
mod central_opensearch;
mod central_splunk;
mod interrupted;
mod member;
mod memory;
mod push;
mod push_alarms;
mod push_lambda;
mod push_shared;
mod push_sources;
mod push_transform;
mod splunk;
mod splunk_keys;
mod trail;
mod trail_settings;

use ctadmin::call::Tag;
use ctadmin::error::Result;
use ctadmin::plan::{Plan, Step, StepId};
use ctadmin::policy::{Policy, Principal, Statement};
use ctadmin::region::Region;
use ctadmin::stack::engine::{Run, Stack};
use ctadmin::stack::trail::survey::{BucketScope, Scope, Survey};
use ctadmin::stack::{Account, Purpose, Scheme};
use ctadmin::stack::{
    alerts as alerts_stack, athena as athena_stack, central as central_stack,
    member as member_stack, push as push_stack, splunk as splunk_stack, trail as trail_stack,
};
use memory::Memory;

const ACCOUNT: &str = "123456789012";
const HOME: &str = "us-west-2";

/// Two regions, and the home region among them.
fn account() -> Account {
    let regions = vec![Region::named("us-east-1"), Region::named(HOME)];
    Account {
        scheme: Scheme {
            account: ACCOUNT.to_owned(),
            partition: "aws".to_owned(),
            prefix: "lab".to_owned(),
            queue: "lab-cloudtrail".to_owned(),
            sqs_endpoint: None,
        },
        enabled: regions.clone(),
        regions,
        except: Vec::new(),
        configured_region: Some(HOME.to_owned()),
    }
}

/// A stack whose discovery is done in memory.
trait Tested: Stack + Clone {
    fn discovered(&self, memory: &Memory, purpose: Purpose) -> Self::Known;
}

impl Tested for trail_stack::Options {
    fn discovered(&self, memory: &Memory, purpose: Purpose) -> Survey {
        memory.trails(self.nothing(&account(), purpose).scope)
    }
}

impl Tested for alerts_stack::Options {
    fn discovered(&self, memory: &Memory, purpose: Purpose) -> Survey {
        memory.trails(self.nothing(&account(), purpose).scope)
    }
}

impl Tested for push_stack::Options {
    fn discovered(&self, memory: &Memory, purpose: Purpose) -> Survey {
        memory.trails(self.nothing(&account(), purpose).scope)
    }
}

impl Tested for member_stack::Options {
    fn discovered(&self, memory: &Memory, purpose: Purpose) -> Survey {
        memory.trails(self.nothing(&account(), purpose).scope)
    }
}

impl Tested for central_stack::Options {
    fn discovered(&self, _: &Memory, _: Purpose) {}
}

impl Tested for athena_stack::Options {
    fn discovered(&self, memory: &Memory, purpose: Purpose) -> Option<Survey> {
        let scope = Scope::new(&account(), BucketScope::InUse);
        (purpose != Purpose::Delete).then(|| memory.trails(scope))
    }
}

impl Tested for splunk_stack::Options {
    fn discovered(&self, memory: &Memory, purpose: Purpose) -> Option<Survey> {
        let scope = Scope::new(&account(), BucketScope::Nothing);
        (purpose != Purpose::Delete).then(|| memory.trails(scope))
    }
}

/// The plan of a command.
fn plan<S: Tested>(stack: &S, purpose: Purpose, memory: &Memory) -> Result<Plan> {
    let known = stack.discovered(memory, purpose);
    let run = Run::new(stack.clone(), purpose);
    let surveyed = memory.survey(&run, known);
    Ok(run.plan(&account(), &surveyed)?.plan)
}

/// The steps of a plan, a line each; or the error, with its hints.
fn listed(plan: &Result<Plan>) -> String {
    let plan = match plan {
        Ok(plan) => plan,
        Err(error) => {
            let lines = std::iter::once(&error.message).chain(&error.hints);
            return lines.map(String::as_str).collect::<Vec<_>>().join("\n");
        }
    };
    let position = |id: &StepId| {
        plan.steps
            .iter()
            .position(|step| step.id == *id)
            .map(|at| at + 1)
    };
    let line = |(at, step): (usize, &Step)| {
        let after = step.after.iter().filter_map(position);
        let after: Vec<String> = after.map(|at| at.to_string()).collect();
        let after = match after.as_slice() {
            [] => String::new(),
            after => format!(" [after {}]", after.join(", ")),
        };
        let (operation, place, name) = (step.call.operation(), step.place(), &step.name);
        let reason = match step.reason.as_str() {
            "" => String::new(),
            reason => format!(": {reason}"),
        };
        format!("{} {operation} {place} {name}{reason}{after}", at + 1)
    };
    let lines: Vec<String> = plan.steps.iter().enumerate().map(line).collect();
    lines.join("\n")
}

/// The steps of `create`, or its refusal.
fn created<S: Tested>(stack: &S, memory: &Memory) -> String {
    listed(&plan(stack, Purpose::Create, memory))
}

/// Carries out `create`, after which nothing must be left to do; the steps.
fn create<S: Tested>(stack: &S, memory: &mut Memory) -> String {
    let plan = plan(stack, Purpose::Create, memory);
    let steps = listed(&plan);
    memory.apply(&plan.unwrap_or_else(|_| panic!("refused: {steps}")));
    assert_eq!(
        created(stack, memory),
        "",
        "nothing is left to do after {steps}"
    );
    steps
}

/// Carries out `delete`, after which nothing must be left to do; the steps, and the notes in parentheses.
fn deleted<S: Tested>(stack: &S, memory: &mut Memory) -> String {
    let plan = plan(stack, Purpose::Delete, memory);
    let steps = listed(&plan);
    let plan = plan.unwrap_or_else(|_| panic!("refused: {steps}"));
    memory.apply(&plan);
    let again = listed(&self::plan(stack, Purpose::Delete, memory));
    assert_eq!(again, "", "nothing is left to do after {steps}");
    let notes = plan.notes.iter().map(|note| format!("({note})"));
    [steps]
        .into_iter()
        .chain(notes)
        .collect::<Vec<_>>()
        .join("\n")
}

fn tag(key: &str, value: &str) -> Tag {
    Tag {
        key: key.to_owned(),
        value: value.to_owned(),
    }
}

/// A policy of others, of about this many bytes.
fn policy_of_others(bytes: usize) -> Policy {
    let resource = format!("arn:aws:s3:::{}", "x".repeat(bytes));
    let statement = Statement::allow("TheirsOnly", ["s3:GetObject"], [resource]);
    Policy::new(&[statement.to(Principal::identities(["arn:aws:iam::111122223333:root"]))])
}
