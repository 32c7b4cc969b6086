//! Two runs at the same time: both end well, and there is one state.

use std::process::Stdio;

use serde_json::json;

use super::{CREATE_CENTRAL_INVITED, Course, each};
use crate::support::{Account, Fault, Ran, Running};

#[test]
fn two_runs_of_a_verb_at_the_same_time_agree() {
    let courses = Course::all().into_iter().chain([&*CREATE_CENTRAL_INVITED]);
    let cases = courses.flat_map(|course| {
        // Only the trail stack and push have a bucket.
        let conflicts = [false, true].into_iter();
        let conflicts = conflicts.filter(|conflict| !conflict || has_bucket(course));
        conflicts.map(move |conflict| {
            (
                course,
                json!({ "latency": 0.05, "bucket_conflict": conflict }),
            )
        })
    });
    each(cases, |(course, settings)| {
        let account = course.start();
        account.settings(settings.clone());
        let runs = [(); 2].map(|()| {
            let mut run = course.ctadmin(&account).into_command();
            run.stdout(Stdio::piped()).stderr(Stdio::piped());
            run.spawn().expect("the binary starts")
        });
        for run in runs {
            let ran = Ran::from(run.wait_with_output().expect("the run is our child"));
            assert_eq!(ran.code, 0, "{}\n{}", ran.stdout, ran.stderr);
        }
        account.settings(json!({ "latency": 0, "bucket_conflict": false }));
        ends(course, &account);
    });
}

/// While the first changes of one run are on their way, another run does everything.
#[test]
fn a_run_that_is_overtaken_ends_well() {
    let courses = Course::all().into_iter().chain([&*CREATE_CENTRAL_INVITED]);
    each(courses, |course| {
        let account = course.start();
        account.faults([Fault::wait().mutating(true).forever()]);
        let slow = Running::start(course.ctadmin(&account));
        assert!(account.hung(), "changes are on their way");
        account.faults([]);
        course.ctadmin(&account).exits(0);
        account.release();
        let ran = slow.end();
        assert_eq!(ran.code, 0, "{}\n{}", ran.stdout, ran.stderr);
        ends(course, &account);
    });
}

/// Names of named queries need not differ, so that two runs save each of them twice; the next run deletes one of each.
#[track_caller]
fn ends(course: &Course, account: &Account) {
    match course.arguments.starts_with("create athena") {
        true => course.ends_with_the_next_run(account),
        false => course.has_ended(account),
    }
}

fn has_bucket(course: &Course) -> bool {
    !(course.arguments.contains("splunk") || course.arguments.contains("alerts"))
}
