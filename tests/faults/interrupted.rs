//! Ctrl-C: calls in flight are finished, what is left is said, and the next run does it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{CREATE, Course, each};
use crate::support::{Account, Fault, Running};

#[test]
fn calls_in_flight_are_finished_and_the_next_run_does_the_rest() {
    let cases = Course::all().into_iter().flat_map(|course| {
        // Behind the last change nothing is left.
        let last = course.steps;
        (1..last).step_by(4).map(move |k| (course, k))
    });
    each(cases, |(course, k)| {
        let account = course.start();
        account.faults([Fault::hang().mutation(*k as u64)]);
        let run = Running::start(course.ctadmin(&account).arg("--output=json"));
        assert!(account.hung(), "the change lands");
        let (ran, _) = run.interrupt(|| account.release());
        assert_eq!(ran.code, 130, "{}\n{}", ran.stdout, ran.stderr);
        check_report(&account, &ran.json());
        course.ends_with_the_next_run(&account);
    });
}

/// The report says done of exactly what the account was told, and left of the rest.
#[track_caller]
fn check_report(account: &Account, report: &Value) {
    let mut told = Vec::new();
    let requests = account.requests();
    for request in requests.iter().filter(|request| request.mutating) {
        let status = request.status.expect("every call in flight was finished");
        if status / 100 == 2 {
            told.push((&request.operation, &request.region, &request.params));
        }
    }
    for step in report["steps"].as_array().expect("a report has steps") {
        let is_step = |(operation, region, params): &(&String, &String, &Value)| {
            step["operation"] == **operation
                && step["region"] == **region
                && step["params"] == **params
        };
        let outcome = match told.iter().any(is_step) {
            // The run no longer waits until what it created can be used.
            true if step.get("ready").is_some() => continue,
            true => "done",
            false => "left",
        };
        assert_eq!(step["outcome"], outcome, "{}", step["id"]);
    }
}

#[test]
fn what_is_left_is_said() {
    let account = CREATE.start();
    account.faults([Fault::hang().operation("CreateBucket")]);
    let run = Running::start(CREATE.ctadmin(&account));
    assert!(account.hung(), "the change lands");
    let (ran, _) = run.interrupt(|| account.release());
    assert_eq!(ran.code, 130);
    for left in ["PutBucketPolicy", "PutPublicAccessBlock"] {
        let line = format!("left     {left} {}-cloudtrail in us-west-2", account.id());
        assert!(ran.stdout.contains(&line), "{line}:\n{}", ran.stdout);
    }
    assert!(ran.stdout.contains("the same command again does the rest"));
}

#[test]
fn nothing_is_awaited_that_may_take_minutes() {
    let account = CREATE.start();
    account.settings(json!({ "policy_delay": 60 }));
    let run = Running::start(CREATE.ctadmin(&account).arg("--output=json"));
    let refused = || {
        let requests = account.requests();
        let mut refusals = requests.iter().filter(|request| request.error.is_some());
        refusals.any(|request| request.operation == "CreateTrail")
    };
    let start = Instant::now();
    while !refused() {
        assert!(start.elapsed() < Duration::from_secs(30), "it is refused");
        std::thread::sleep(Duration::from_millis(50));
    }
    let (ran, took) = run.interrupt(|| {});
    assert_eq!(ran.code, 130, "{}\n{}", ran.stdout, ran.stderr);
    assert!(took < Duration::from_secs(5), "it took {took:?}");
    check_report(&account, &ran.json());
    account.settings(json!({ "policy_delay": 0 }));
    CREATE.ends_with_the_next_run(&account);
}
