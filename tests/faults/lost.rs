//! What passes by itself: a lost request, a lost answer, an overloaded service. The same run ends well.

use std::collections::BTreeSet;

use super::{CREATE, Course, DELETE, each};
use crate::support::Fault;

/// Strikes each change of both verbs once.
fn strike_each_change(fault: fn() -> Fault) {
    let cases = Course::both().into_iter().flat_map(Course::changes);
    let struck = each(cases, |(course, k)| {
        let account = course.start();
        account.faults([fault().mutation(*k)]);
        course.ctadmin(&account).exits(0);
        let requests = account.requests();
        let struck = requests.iter().filter(|request| request.fault.is_some());
        assert_eq!(struck.count(), 1, "one request is struck");
        course.has_ended(&account);
    });
    assert_eq!(struck, 17 + 8);
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
    assert_eq!((CREATE.changes, DELETE.changes), (17, 8));
}

#[test]
fn whatever_reading_runs_into_it_is_asked_again() {
    let account = CREATE.start();
    CREATE.ctadmin(&account).exits(0);
    let requests = account.requests().into_iter();
    let reads = requests.filter(|request| !request.mutating);
    let reads: BTreeSet<String> = reads.map(|request| request.operation).collect();
    let faults: [fn() -> Fault; 4] = [
        Fault::cut_before,
        Fault::internal_error,
        Fault::unavailable,
        Fault::throttle,
    ];
    let cases = reads
        .iter()
        .flat_map(|read| faults.map(|fault| (read, fault)));
    let struck = each(cases, |(read, fault)| {
        let account = CREATE.start();
        account.faults([fault().operation(read)]);
        CREATE.ctadmin(&account).exits(0);
        CREATE.has_ended(&account);
    });
    assert_eq!(struck, 10 * 4);
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
