//! Plans and reports as JSON, schema 2.
//!
//! A parameter whose value is not in the plan is a reference: `{"$output": {"step": …, "path": …}}` is an output of an
//! earlier step, `{"$secret": {"file": …}}` (or `variable`, or `stdin`) is read when the call is sent. Schema 1 had no
//! references, no `ready`, and `secret` in the place of `saves`.

use serde_json::{Map, Value, json};

use crate::error::CallError;
use crate::plan::{Origin, Outcome, Plan, Profile, Report, Step, Unread};

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
        "schema": 2,
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
    let saves = step
        .saves
        .as_ref()
        .map(|profile| ("saves", saves(step, profile)));
    let pause = step
        .pause
        .map(|pause| ("pause_seconds", json!(pause.as_secs())));
    let ready = step.ready.as_ref().map(|ready| ("ready", ready.to_json()));
    let all = fields.into_iter().chain(pause).chain(saves).chain(ready);
    all.map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Where outputs of the step are saved, and which.
fn saves(step: &Step, profile: &Profile) -> Value {
    let values = Profile::VALUES.iter();
    let values = values.map(|(key, path)| ((*key).to_owned(), step.output(path).reference()));
    json!({
        "file": profile.file,
        "profile": profile.name,
        "region": profile.region,
        "values": values.collect::<Map<_, _>>(),
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tests::rich;

    #[test]
    fn outputs_secrets_and_waiting_are_data() {
        let plan = plan(&rich(), &Origin::default());
        let parts = [&plan["steps"][1]["params"], &plan["steps"][2]["ready"]];
        insta::assert_snapshot!(format!("{:#}", json!(parts)), @r#"
        [
          {
            "TopicArn": {
              "$output": {
                "step": "123456789012/us-west-2/topic/topic/CreateTopic",
                "path": "TopicArn"
              }
            },
            "Protocol": "https",
            "Endpoint": {
              "$secret": {
                "file": "/run/it's secret"
              }
            }
          },
          {
            "service": "sqs",
            "operation": "ListMessageMoveTasks",
            "params": {
              "SourceArn": "arn:aws:sqs:us-west-2:123456789012:dead"
            },
            "path": "Results[0].Status",
            "ready": [
              "COMPLETED"
            ],
            "failed": [
              "FAILED",
              "CANCELLED"
            ],
            "code": null,
            "reason": "Results[0].FailureReason",
            "before": {
              "path": "Results[0].StartedTimestamp",
              "value": "1"
            },
            "pause_seconds": 2,
            "shown_within_seconds": 60,
            "within_seconds": 129600
          }
        ]
        "#);
    }
}
