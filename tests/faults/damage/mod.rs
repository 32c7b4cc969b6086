//! Whatever has become of what a stack has made, `create` makes it whole, and what people chose or gave to it stays.
//!
//! A stack is described as [`Parts`]: what can go wrong with each, and what people may do to it that is their business.
//! Whichever of both has happened, one run leads to the account in which only the people's part has.

mod alerts;
mod push;
mod splunk;

use proptest::option;
use proptest::prelude::*;
use proptest::sample::subsequence;
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};

use super::property::holds;
use super::{CREATE_ALERTS, CREATE_PUSH, CREATE_ROLE, CREATE_USERS, Course, state};
use crate::support::{Account, Seed};

/// How many accounts each worker tries of each stack.
const CASES: u32 = 4;

#[test]
fn alerts_become_whole() {
    becomes_whole(&CREATE_ALERTS, alerts::parts);
}

#[test]
fn a_push_becomes_whole() {
    becomes_whole(&CREATE_PUSH, push::parts);
}

#[test]
fn users_become_whole() {
    becomes_whole(&CREATE_USERS, splunk::users);
}

#[test]
fn a_role_becomes_whole() {
    becomes_whole(&CREATE_ROLE, splunk::role);
}

/// A stack.
struct Parts {
    /// At most one of these happens to each part, in this order.
    damages: Vec<(&'static str, Vec<Damage>)>,
    /// Any of these happen, to the part that is named.
    choices: Vec<Choice>,
}

/// What goes wrong with a part.
struct Damage {
    calls: Vec<Call>,
    /// Whether what people chose or gave goes with it.
    all: bool,
}

/// What people do to a part.
type Choice = (&'static str, Vec<Call>);

/// The service, the operation and its parameters, ACCOUNT standing for the account's id.
type Call = (&'static str, &'static str, Value);

/// A part is gone, with all that belongs to it.
fn gone(calls: impl Into<Vec<Call>>) -> Damage {
    let calls = calls.into();
    Damage { calls, all: true }
}

/// Something about a part is another, or gone.
fn another(service: &'static str, operation: &'static str, params: Value) -> Damage {
    let calls = vec![(service, operation, params)];
    Damage { calls, all: false }
}

/// A damage of each part, if any, and choices, by their places.
type Case = (Vec<Option<usize>>, Vec<usize>);

fn any(parts: &Parts) -> impl Strategy<Value = Case> + use<> {
    let damages = parts
        .damages
        .iter()
        .map(|(_, all)| option::of(0..all.len()));
    let choices: Vec<usize> = (0..parts.choices.len()).collect();
    let number = 0..=choices.len();
    (damages.collect::<Vec<_>>(), subsequence(choices, number))
}

#[track_caller]
fn becomes_whole(course: &'static Course, parts: fn(&Value) -> Parts) {
    let parts = parts(&course.end);
    holds(CASES, || any(&parts), |case| check(course, &parts, &case));
}

fn check(course: &Course, parts: &Parts, (damages, choices): &Case) -> Result<(), TestCaseError> {
    let damages = parts.damages.iter().zip(damages);
    let damages = damages.filter_map(|((part, all), at)| Some((*part, &all[(*at)?])));
    let damages: Vec<(&str, &Damage)> = damages.collect();
    let lost = |part: &str| {
        let mut damages = damages.iter();
        damages.any(|(damaged, damage)| *damaged == part && damage.all)
    };
    let choices = choices.iter().map(|at| &parts.choices[*at]);
    let choices = choices.filter(|(part, _)| !lost(part));
    let choices: Vec<&Call> = choices.flat_map(|(_, calls)| calls).collect();
    let calls: Vec<&Call> = damages.iter().flat_map(|(_, it)| &it.calls).collect();

    let account = course.ended();
    make(&account, &choices);
    let whole = state(&account);
    make(&account, &calls);
    let told = |what: &str| format!("{what}\ndamages: {calls:#?}\nchoices: {choices:#?}");

    let run = course.ctadmin(&account).run();
    let told_by_run = format!("{}\n{}", run.stdout, run.stderr);
    prop_assert_eq!(run.code, 0, "{}", told(&told_by_run));
    let mended = state(&account);
    let why = format!("{mended:#}\nis not the account that only people have changed:\n{whole:#}");
    prop_assert!(mended == whole, "{}", told(&why));
    account.forget_requests();
    let again = course.ctadmin(&account).run();
    let changes = account.changes();
    let idle = again.code == 0 && changes.is_empty();
    prop_assert!(
        idle,
        "{}",
        told(&format!("the second run makes {changes:?}"))
    );
    Ok(())
}

/// Makes calls past the rules, in the region where the stack stands.
fn make(account: &Account, calls: &[&Call]) {
    let seeds = calls.iter().map(|(service, operation, params)| {
        let text = params.to_string().replace("ACCOUNT", account.id());
        Seed {
            service,
            operation,
            region: if *service == "iam" {
                "us-east-1"
            } else {
                "us-west-2"
            },
            params: serde_json::from_str(&text).expect("still JSON"),
        }
    });
    account.seeds(seeds);
}

/// A policy with one statement of somebody else.
fn theirs(actions: &str) -> String {
    let statement = json!({"Sid": "Theirs", "Effect": "Allow", "Action": actions, "Resource": "*"});
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}

/// A trust policy with one more statement.
fn also_trusting(trust: &Value) -> String {
    let mut trust = trust.clone();
    let ec2 = json!({"Service": "ec2.amazonaws.com"});
    let statement =
        json!({"Sid": "Theirs", "Effect": "Allow", "Principal": ec2, "Action": "sts:AssumeRole"});
    let statements = trust["Statement"].as_array_mut();
    statements.expect("statements").push(statement);
    trust.to_string()
}
