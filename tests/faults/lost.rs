//! What passes by itself: a lost request, a lost answer, an overloaded service. The same run ends well.

use std::collections::BTreeSet;

use super::{CREATE, CREATE_ALERTS, CREATE_ROLE, CREATE_USERS, Course, Operation, each};
use crate::support::Fault;

/// Strikes the first request of each of these operations, all in one run of the verb.
fn strike(course: &Course, operations: &BTreeSet<Operation>, fault: fn() -> Fault) {
    let account = course.start();
    account.faults(operations.iter().map(|it| it.struck_by(fault())));
    course.ctadmin(&account).exits(0);
    let requests = account.requests().into_iter();
    let struck = requests.filter(|request| request.fault.is_some());
    let mut struck: Vec<Operation> = struck.map(|request| Operation::of(&request)).collect();
    struck.sort();
    assert!(operations.iter().eq(&struck), "each once: {struck:?}");
    course.has_ended(&account);
}

fn strike_each_change(fault: fn() -> Fault) {
    each(Course::all(), |course| {
        strike(course, &course.changes, fault);
    });
}

#[test]
fn the_connection_is_cut_before_the_work() {
    strike_each_change(Fault::cut_before);
}

#[test]
fn the_connection_is_cut_after_the_work() {
    strike_each_change(Fault::cut_after);
}

#[test]
fn the_service_has_an_internal_error() {
    strike_each_change(Fault::internal_error);
}

#[test]
fn the_service_throttles() {
    strike_each_change(Fault::throttle);
}

#[test]
fn whatever_reading_runs_into_it_is_asked_again() {
    let faults: [fn() -> Fault; 4] = [
        Fault::cut_before,
        Fault::internal_error,
        Fault::unavailable,
        Fault::throttle,
    ];
    let courses = [&*CREATE, &CREATE_USERS, &CREATE_ROLE, &CREATE_ALERTS];
    let cases = courses
        .into_iter()
        .flat_map(|course| faults.map(|fault| (course, fault)));
    each(cases, |(course, fault)| {
        strike(course, &course.reads, *fault)
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
