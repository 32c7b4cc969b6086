//! Plans and reports as JSON, schema 1.

use serde_json::{Map, Value, json};

use crate::error::CallError;
use crate::plan::{Origin, Outcome, Plan, Report, Step, Unread};

/// A plan: what a dry run prints with `-o json`.
pub fn plan(plan: &Plan, origin: &Origin) -> Value {
    let steps = plan.steps.iter().map(|s| Value::Object(step(s))).collect();
    document(plan, origin, steps)
}

/// A report: the plan, with `outcome` and `error` in each step.
pub fn report(report: &Report, origin: &Origin) -> Value {
    let steps = report.plan.steps.iter().zip(&report.outcomes);
    let steps = steps.map(|(planned, outcome)| {
        let mut step = step(planned);
        let (word, error) = match outcome {
            Outcome::Done => ("done", Value::Null),
            Outcome::Failed(error) => ("failed", call_error(error)),
            Outcome::Skipped(_) => ("skipped", Value::Null),
            Outcome::Left => ("left", Value::Null),
        };
        step.insert("outcome".to_owned(), word.into());
        step.insert("error".to_owned(), error);
        if let Outcome::Skipped(because) = outcome {
            step.insert("because".to_owned(), json!(because));
        }
        Value::Object(step)
    });
    document(&report.plan, origin, steps.collect())
}

fn document(plan: &Plan, origin: &Origin, steps: Vec<Value>) -> Value {
    json!({
        "schema": 1,
        "command": plan.command,
        "account": plan.account,
        "partition": plan.partition,
        "config": origin.config,
        "home_region": plan.home_region,
        "regions": plan.regions,
        "steps": steps,
        "notes": plan.notes,
        "unread": plan.unread.iter().map(unread).collect::<Vec<_>>(),
    })
}

fn step(step: &Step) -> Map<String, Value> {
    let fields = [
        ("id", json!(step.id)),
        ("region", json!(step.region)),
        ("service", json!(step.call.service())),
        ("operation", json!(step.call.operation())),
        ("params", Value::Object(step.call.params())),
        ("reason", json!(step.reason)),
        ("after", json!(step.after)),
    ];
    let secret = step.secret.as_ref();
    let secret = secret.map(|secret| ("secret", json!(secret)));
    fields
        .into_iter()
        .chain(secret)
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn unread(unread: &Unread) -> Value {
    json!({ "region": unread.region, "error": call_error(&unread.error) })
}

fn call_error(error: &CallError) -> Value {
    json!({
        "service": error.service,
        "operation": error.operation,
        "region": error.region,
        "resource": error.resource,
        "code": error.code(),
        "message": error.message,
        "request_id": error.request_id,
        "iam_action": error.missing_action(),
    })
}
