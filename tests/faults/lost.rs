//! What passes by itself: a lost request, a lost answer, an overloaded service. The same run ends well.

use std::collections::BTreeMap;

use super::{CREATE, CREATE_ALERTS, CREATE_ROLE, CREATE_USERS, Course, each};
use crate::support::Fault;

/// Strikes each change of all verbs once.
fn strike_each_change(fault: fn() -> Fault) {
    let cases = Course::all().into_iter().flat_map(Course::changes);
    let struck = each(cases, |(course, k)| {
        let account = course.start();
        account.faults([fault().mutation(*k)]);
        course.ctadmin(&account).exits(0);
        let requests = account.requests();
        let struck = requests.iter().filter(|request| request.fault.is_some());
        assert_eq!(struck.count(), 1, "one request is struck");
        course.has_ended(&account);
    });
    assert_eq!(struck, 17 + 8 + 6 + 9 + 2 + 2 + 10 + 7);
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
fn the_verbs_make_as_many_changes_as_are_struck() {
    let changes = Course::all().map(|course| course.changes);
    assert_eq!(changes, [17, 8, 6, 9, 2, 2, 10, 7]);
}

#[test]
fn whatever_reading_runs_into_it_is_asked_again() {
    let mut reads: BTreeMap<String, &Course> = BTreeMap::new();
    for course in [&*CREATE, &CREATE_USERS, &CREATE_ROLE, &CREATE_ALERTS] {
        let account = course.start();
        course.ctadmin(&account).exits(0);
        for request in account.requests().into_iter().filter(|it| !it.mutating) {
            reads.entry(request.operation).or_insert(course);
        }
    }
    let faults: [fn() -> Fault; 4] = [
        Fault::cut_before,
        Fault::internal_error,
        Fault::unavailable,
        Fault::throttle,
    ];
    let cases = reads
        .iter()
        .flat_map(|(read, course)| faults.map(|fault| (read, *course, fault)));
    let struck = each(cases, |(read, course, fault)| {
        let account = course.start();
        account.faults([fault().operation(read)]);
        course.ctadmin(&account).exits(0);
        course.has_ended(&account);
    });
    assert_eq!(struck, (10 + 6 + 4 + 5) * 4);
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
