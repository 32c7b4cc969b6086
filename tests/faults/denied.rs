//! A missing permission: what does not depend on the denied call is done, and the error says all there is to say. That
//! the same command does the rest is shown in process, for each step: see `planning::interrupted`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Course, each};
use crate::support::{Account, Fault, Ran, Record};

#[test]
fn a_change_is_denied() {
    // The courses share kinds, and what is said of a denied call depends on nothing but the call.
    let mut seen = BTreeSet::new();
    let cases = Course::all().into_iter().flat_map(Course::each_change);
    let cases = cases.filter(|(_, operation)| seen.insert(*operation));
    each(cases, |(course, operation)| {
        let account = course.start();
        let plan = course.plan(&account);
        account.faults([operation.struck_by(Fault::deny())]);
        let run = course.ctadmin(&account).arg("--output=json").run();
        let denied = denied(&account);
        // A new bucket blocks public access by itself.
        if denied.operation == "PutPublicAccessBlock" {
            assert_eq!(run.code, 0, "{}", run.stderr);
            return course.has_ended(&account);
        }
        assert_eq!(run.code, 1, "{}", run.stderr);
        let step = step_of(&plan, &denied);
        check_outcomes(&plan, &run.json(), &step["id"]);
        check_error(&run, &step["id"], &denied);
    });
}

fn denied(account: &Account) -> Record {
    let requests = account.requests().into_iter();
    let mut struck: Vec<Record> = requests.filter(|request| request.fault.is_some()).collect();
    assert_eq!(struck.len(), 1, "a denied request is not tried again");
    struck.remove(0)
}

fn step_of<'a>(plan: &'a Value, request: &Record) -> &'a Value {
    let mut steps = steps(plan).iter().filter(|step| {
        step["service"] == *request.service
            && step["operation"] == *request.operation
            && step["region"] == *request.region
            && step["params"] == request.params
    });
    let step = steps.next().expect("what was sent is planned");
    assert!(steps.next().is_none(), "it is planned once");
    step
}

/// The denied step failed, what comes after it was skipped because of it, and all else is done.
fn check_outcomes(plan: &Value, report: &Value, denied: &Value) {
    let mut behind = BTreeSet::new();
    for step in steps(plan) {
        let after = step["after"].as_array().expect("a list of ids");
        let waits = after
            .iter()
            .any(|id| id == denied || behind.contains(&id.to_string()));
        if waits {
            behind.insert(step["id"].to_string());
        }
    }
    for step in steps(report) {
        let expected = if step["id"] == *denied {
            "failed"
        } else if behind.contains(&step["id"].to_string()) {
            assert_eq!(step["because"], *denied);
            "skipped"
        } else {
            "done"
        };
        assert_eq!(step["outcome"], expected, "{}", step["id"]);
    }
}

/// The error names operation, region, resource, code, request id and the IAM action, as text and as JSON.
fn check_error(run: &Ran, denied: &Value, request: &Record) {
    let report = run.json();
    let failed = steps(&report).iter().find(|step| step["id"] == *denied);
    let error = &failed.expect("a report has the steps of its plan")["error"];
    // An id is made of account, region, kind, name and operation; the name of a key has a slash of its own.
    let resource = denied
        .as_str()
        .and_then(|id| id.rsplit_once('/')?.0.splitn(4, '/').nth(3));
    let code = request.error.as_deref().expect("a denial has a code");
    assert_eq!(error["service"], *request.service);
    assert_eq!(error["operation"], *request.operation);
    assert_eq!(error["region"], *request.region);
    let shown = error["resource"].as_str().unwrap_or_default();
    // Of several in one request, the first one is named.
    assert_eq!(shown.split(" and ").next(), resource);
    assert_eq!(error["code"], code);
    let id = error["request_id"].as_str().expect("AWS gave it an id");
    let action = match request.operation.as_str() {
        "PutPublicAccessBlock" => "s3:PutBucketPublicAccessBlock".to_owned(),
        "PutBucketLifecycleConfiguration" => "s3:PutLifecycleConfiguration".to_owned(),
        operation => {
            let prefix = match request.service.as_str() {
                "cloudcontrol" => "cloudformation",
                "opensearch" => "es",
                service => service,
            };
            format!("{prefix}:{operation}")
        }
    };
    assert_eq!(error["iam_action"], *action);
    run.says(&format!(
        "error: {} {} {} in {}: {code}: User: arn:aws:iam::",
        request.service, request.operation, shown, request.region
    ));
    run.says(&format!("(request {id})"));
    run.says(&format!("hint: the caller needs {action}"));
}

fn steps(document: &Value) -> &Vec<Value> {
    document["steps"].as_array().expect("there are steps")
}
