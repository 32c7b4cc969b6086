//! Runs with `--access-key` that are killed, interrupted, or not alone: the next run with the same file ends with one
//! key a user, which is the one in the file.

use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use serde_json::json;

use super::key_file::{ALL, KeyFile, assert_discreet, keys};
use super::{READER, SOON, USERS, standing};
use crate::faults::each;
use crate::support::scenario::planned;
use crate::support::{Account, Fault, Ran};

/// The changes that `create splunk` makes with keys for three users, counted from 1.
fn changes() -> RangeInclusive<u64> {
    let plan = planned(&standing(), &KeyFile::new().create(ALL));
    let steps = plan["steps"].as_array().expect("a plan has steps");
    assert!(!steps.is_empty(), "there is something to strike");
    1..=steps.len() as u64
}

/// Kills a run as this change lands.
#[track_caller]
pub fn killed_at(fault: Fault, account: &Account, file: &KeyFile, options: &str) {
    account.faults([fault]);
    let run = file.start(account, options);
    let hung = account.hung();
    assert_discreet(account, run.kill());
    assert!(hung, "the change lands");
    account.release();
    account.faults([]);
}

pub fn creation() -> Fault {
    Fault::hang().operation("CreateAccessKey")
}

#[test]
fn the_process_is_killed_as_a_change_lands() {
    each(changes(), |k| {
        let account = standing();
        let file = KeyFile::new();
        killed_at(Fault::hang().mutation(*k), &account, &file, ALL);
        assert_eq!(file.mode(), 0o600);
        file.exits(&account, ALL, 0);
        file.holds_the_only_keys(&account, &USERS);
    });
}

#[test]
fn the_run_that_mends_is_killed_too() {
    each(1..=4, |k| {
        let account = standing();
        let file = KeyFile::new();
        for _ in 0..2 {
            killed_at(creation(), &account, &file, "");
        }
        let plan = planned(&account, &file.create(""));
        let steps = plan["steps"].as_array().expect("steps").iter();
        let told: Vec<_> = steps
            .map(|step| (&step["operation"], &step["reason"]))
            .collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert_eq!(told[0].0, "DeleteAccessKey");
        assert_eq!(told[0].1, "its secret was lost with an interrupted run");
        killed_at(Fault::hang().mutation(1 + k % 2), &account, &file, "");
        file.exits(&account, "", 0);
        file.holds_the_only_keys(&account, &[READER]);
    });
}

#[test]
fn ctrl_c_finishes_what_is_in_flight_and_the_next_run_does_the_rest() {
    each(changes(), |k| {
        let account = standing();
        let file = KeyFile::new();
        account.faults([Fault::hang().mutation(*k)]);
        let run = file.start(&account, ALL);
        assert!(account.hung(), "the change lands");
        let (ran, _) = run.interrupt(|| account.release());
        assert_eq!(ran.code, 130, "{}\n{}", ran.stdout, ran.stderr);
        assert_discreet(&account, ran);
        account.faults([]);
        let made = account.secrets().len();
        assert_eq!(file.is_there(), made > 0);
        if made < USERS.len() {
            file.exits(&account, ALL, 0);
        }
        file.holds_the_only_keys(&account, &USERS);
    });
}

#[test]
fn a_key_that_an_interrupted_run_could_not_write_down_is_told_by_its_file() {
    let account = standing();
    let file = KeyFile::new();
    killed_at(creation(), &account, &file, "");
    assert!(
        file.text()
            .starts_with("# ctadmin: [default] is for cloudtrail-splunkapp")
    );
    let other = KeyFile::new();
    other.exits(&account, "", 0);
    assert_eq!(
        keys(&account, READER).len(),
        2,
        "another file knows nothing of it"
    );
    file.exits(&account, "", 1).says("two access keys already");
    assert!(file.is_there());
}

#[test]
fn a_journal_that_others_may_read_is_not_trusted_with_a_key() {
    let account = standing();
    let file = KeyFile::new();
    killed_at(creation(), &account, &file, "");
    let readable = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    std::fs::set_permissions(file.path(), readable).expect("changed");
    account.forget_requests();
    file.exits(&account, "", 1)
        .says("others may read")
        .says("hint: chmod 600");
    assert_eq!(account.changes(), Vec::<String>::new());
}

/// One of two runs has won, and the other says why it has not.
#[track_caller]
fn one_has_won(runs: [Ran; 2]) {
    let codes = [runs[0].code, runs[1].code];
    assert!(
        codes.contains(&0),
        "{codes:?} {}\n{}",
        runs[0].stderr,
        runs[1].stderr
    );
    let lost = runs
        .into_iter()
        .find(|ran| ran.code != 0)
        .expect("one file takes one run's keys");
    let why = [
        "exists already",
        "is being written by another run",
        "another run has changed",
    ];
    assert!(
        why.iter().any(|why| lost.stderr.contains(why)),
        "{}",
        lost.stderr
    );
}

#[test]
fn of_two_runs_at_once_one_wins_and_no_key_is_lost() {
    let latencies = [0.0, 0.0, 0.02, 0.1];
    let cases = latencies
        .into_iter()
        .flat_map(|latency| [(latency, false), (latency, true)]);
    each(cases, |(latency, resumes)| {
        let account = standing();
        let file = KeyFile::new();
        if *resumes {
            killed_at(creation(), &account, &file, "");
        }
        account.settings(json!({ "latency": latency }));
        let runs = [(); 2].map(|()| file.start(&account, ""));
        one_has_won(runs.map(|run| assert_discreet(&account, run.end())));
        file.holds_the_only_keys(&account, &[READER]);
    });
}

#[test]
fn a_run_leaves_a_file_alone_that_another_run_is_at() {
    let account = standing();
    let file = KeyFile::new();
    account.faults([Fault::hang().operation("PutUserPolicy")]);
    let first = file.start(&account, "");
    assert!(account.hung(), "the change lands");
    let second = file.exits(&account, "", 1);
    second.says("is being written by another run");
    account.release();
    assert_eq!(first.end().code, 0);
    file.holds_the_only_keys(&account, &[READER]);
}

#[test]
fn a_plan_that_another_run_has_overtaken_is_given_up() {
    for resumes in [false, true] {
        let account = standing();
        let file = KeyFile::new();
        if resumes {
            killed_at(creation(), &account, &file, "");
        }
        account.faults([Fault::hang().operation("ListAccessKeys")]);
        let slow = file.start(&account, "");
        assert!(account.hung(), "it is looking at the account");
        let before = account.secrets();
        account.faults([creation()]);
        let quick = file.start(&account, "");
        wait_until("a key is made", || {
            let mut now = account.secrets().into_keys();
            now.any(|id| !before.contains_key(&id))
        });
        quick.kill();
        account.faults([]);
        account.release();
        let slow = assert_discreet(&account, slow.end());
        assert_ne!(slow.code, 0, "{}\n{}", slow.stdout, slow.stderr);
        file.exits(&account, "", 0);
        file.holds_the_only_keys(&account, &[READER]);
    }
}

#[track_caller]
fn wait_until(what: &str, come: impl Fn() -> bool) {
    let start = Instant::now();
    while !come() {
        assert!(start.elapsed() < SOON, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
