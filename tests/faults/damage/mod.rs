//! Whatever has become of what a stack has made, `create` makes it whole, and what people chose or gave to it stays.
//!
//! A stack is described as [`Parts`]: what can go wrong with each, and what people may do to it that is their business.
//! Whichever of both has happened, one run leads to the account in which only the people's part has.

mod alerts;
mod athena;
mod central;
mod member;
mod push;
mod splunk;

use proptest::option;
use proptest::prelude::*;
use proptest::sample::subsequence;
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};

use super::property::holds;
use super::{
    CREATE_ALERTS, CREATE_ATHENA, CREATE_CENTRAL, CREATE_MEMBER, CREATE_PUSH, CREATE_ROLE,
    CREATE_USERS, Course, state,
};
use crate::support::Account;
use crate::support::scenario::put_alarm;

/// The inline policy of each role.
const POLICY: &str = "ACCOUNT-cloudtrail";
/// How many accounts each worker tries of each stack.
const CASES: u32 = 4;

#[test]
fn alerts_become_whole() {
    becomes_whole(&CREATE_ALERTS, alerts::parts);
}

#[test]
fn athena_becomes_whole() {
    becomes_whole(&CREATE_ATHENA, athena::parts);
}

#[test]
fn a_push_becomes_whole() {
    becomes_whole(&CREATE_PUSH, push::parts);
}

#[test]
fn a_central_account_becomes_whole() {
    becomes_whole(&CREATE_CENTRAL, central::parts);
}

#[test]
fn a_member_becomes_whole() {
    becomes_whole(&CREATE_MEMBER, member::parts);
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

/// Makes calls past the rules, in the region where the stack stands, or in the one behind the service: `logs@us-east-1`.
fn make(account: &Account, calls: &[&Call]) {
    for (service, operation, params) in calls {
        let home = if *service == "iam" {
            "us-east-1"
        } else {
            "us-west-2"
        };
        let (service, region) = service.split_once('@').unwrap_or((service, home));
        let text = params.to_string().replace("ACCOUNT", account.id());
        let text = invented(account, region, text);
        let params = serde_json::from_str(&text).expect("still JSON");
        account.seed(service, operation, region, params);
    }
}

/// Puts the id that AWS invented in place of DETECTOR and FLOW_LOG.
fn invented(account: &Account, region: &str, text: String) -> String {
    if text.contains("DETECTOR") {
        let found = account.seed("guardduty", "ListDetectors", region, json!({}));
        return text.replace("DETECTOR", found["DetectorIds"][0].as_str().expect("an id"));
    }
    if text.contains("FLOW_LOG") {
        let kind = json!({"TypeName": "AWS::EC2::FlowLog"});
        let found = account.seed("cloudcontrol", "ListResources", region, kind);
        let found = found["ResourceDescriptions"].as_array();
        let mut found = found.into_iter().flatten();
        let own = found.find(|one| one["Properties"].to_string().contains("-vpc-flow"));
        let id = own.and_then(|own| own["Identifier"].as_str());
        return text.replace("FLOW_LOG", id.expect("an id"));
    }
    text
}

/// A role with its one inline policy, and the service that may assume it.
fn role(whole: &Value, name: &str, service: &str) -> Vec<Damage> {
    let policy = json!({"RoleName": name, "PolicyName": POLICY});
    let mut wider = policy.clone();
    wider["PolicyDocument"] = theirs("firehose:*").into();
    let trust = whole["iam"]["roles"][name]["trust"].to_string();
    let untrusting = trust.replace(service, "config.amazonaws.com");
    let untrusting = json!({"RoleName": name, "PolicyDocument": untrusting});
    vec![
        gone([
            ("iam", "DeleteRolePolicy", policy.clone()),
            ("iam", "DeleteRole", json!({"RoleName": name})),
        ]),
        another("iam", "PutRolePolicy", wider),
        // Written in one piece, with whom others let in.
        gone([("iam", "UpdateAssumeRolePolicy", untrusting)]),
    ]
}

/// An alarm is written in one piece, with the threshold that people chose.
fn alarm(whole: &Value, name: &str) -> Vec<Damage> {
    let put = |member: &str, value: Value| {
        let mut alarm = put_alarm(name, &whole["cloudwatch"]["alarms"]["us-west-2"][name]);
        alarm[member] = value;
        gone([("cloudwatch", "PutMetricAlarm", alarm)])
    };
    vec![
        gone([("cloudwatch", "DeleteAlarms", json!({"AlarmNames": [name]}))]),
        put("ActionsEnabled", json!(false)),
        put("Dimensions", json!([])),
        put("EvaluationPeriods", json!(4)),
    ]
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
