//! What passes by itself: a lost request, a lost answer, an overloaded service. The same run ends well.

use super::{
    CREATE, CREATE_ALERTS, CREATE_CENTRAL_INVITED, CREATE_PUSH, CREATE_ROLE, CREATE_USERS, Course,
    Operation, each,
};
use crate::support::Fault;

/// Strikes the first requests of each of these operations with each of these faults, all in one run of the verb.
fn strike<'a>(
    course: &Course,
    operations: impl IntoIterator<Item = &'a Operation>,
    faults: &[fn() -> Fault],
) {
    let strikes = operations
        .into_iter()
        .flat_map(|operation| faults.iter().map(move |fault| (operation, fault())));
    let (operations, faults): (Vec<_>, Vec<_>) = strikes
        .map(|(operation, fault)| (operation, operation.struck_by(fault)))
        .unzip();
    let account = course.start();
    account.faults(faults);
    course.ctadmin(&account).exits(0);
    let requests = account.requests().into_iter();
    let struck = requests.filter(|request| request.fault.is_some());
    let mut struck: Vec<Operation> = struck.map(|request| Operation::of(&request)).collect();
    struck.sort();
    assert!(
        operations.into_iter().eq(&struck),
        "by each fault once: {struck:?}"
    );
    course.has_ended(&account);
}

#[test]
fn a_change_whose_answer_is_lost_is_sent_again() {
    let courses = Course::all().into_iter().chain([&*CREATE_CENTRAL_INVITED]);
    each(courses, |course| {
        strike(course, &course.changes, &[Fault::cut_after]);
    });
}

#[test]
fn a_change_that_fails_for_a_moment_is_sent_again() {
    let faults = [Fault::cut_before, Fault::internal_error, Fault::throttle];
    each(Course::all(), |course| {
        strike(course, &course.changes, &faults);
    });
}

#[test]
fn a_read_that_fails_for_a_moment_is_sent_again() {
    let faults = [
        Fault::cut_before,
        Fault::internal_error,
        Fault::unavailable,
        Fault::throttle,
    ];
    let courses = [
        &*CREATE,
        &CREATE_USERS,
        &CREATE_ROLE,
        &CREATE_ALERTS,
        &CREATE_PUSH,
    ];
    // The identity is asked for three times at most.
    let cases = courses
        .into_iter()
        .flat_map(|course| faults.chunks(2).map(move |faults| (course, faults)));
    each(cases, |(course, faults)| {
        strike(course, &course.reads, faults)
    });
}

#[test]
fn a_service_throttles_for_longer_than_a_moment() {
    let account = CREATE.start();
    let storm = Fault::throttle()
        .operation("CreateTrail")
        .region("eu-west-1");
    account.faults([storm.times(10)]);
    CREATE.ctadmin(&account).exits(0);
    CREATE.has_ended(&account);
}
