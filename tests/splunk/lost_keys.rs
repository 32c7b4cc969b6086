//! Keys whose answer never came: in the end there is one key a user, and it is the one in the file.

use serde_json::json;

use super::key_file::{ALL, KeyFile, assert_discreet, keys, make_key};
use super::{READER, SOON, USERS, standing};
use crate::support::{Account, Ctadmin, Fault};

fn create(fault: Fault) -> Fault {
    fault.operation("CreateAccessKey")
}

/// Starts `create splunk`, and arms these faults once it is about to ask for a key.
fn run_into(faults: &[Fault], account: &Account, file: &KeyFile, then: impl FnOnce()) -> i32 {
    account.faults([Fault::hang().operation("PutUserPolicy")]);
    let run = file.start(account, "");
    assert!(account.hung(SOON), "the change lands");
    account.faults(faults.iter().cloned());
    then();
    account.release();
    assert_discreet(account, run.end()).code
}

#[test]
fn an_answer_is_lost_once_or_thrice() {
    let faults: [fn() -> Fault; 7] = [
        Fault::cut_before,
        Fault::cut_after,
        Fault::cut_within,
        Fault::internal_error,
        Fault::internal_error_after,
        Fault::unavailable,
        Fault::throttle,
    ];
    let account = standing();
    for (at, fault) in faults.into_iter().enumerate() {
        for times in [1, 3] {
            let file = KeyFile::new();
            let user = format!("reader-{at}-{times}");
            account.faults([create(fault()).times(times)]);
            file.exits(&account, &format!("--user {user}"), 0);
            assert_eq!(keys(&account, &user), [file.id(READER)], "{:?}", fault());
        }
    }
}

#[test]
fn three_users_lose_their_answers_at_once() {
    for jobs in ["", "--jobs 1"] {
        let account = standing();
        let file = KeyFile::new();
        account.faults([create(Fault::cut_after()).times(6)]);
        file.exits(&account, &format!("{ALL} {jobs}"), 0);
        file.holds_the_only_keys(&account, &USERS);
    }
}

#[test]
fn no_key_is_left_behind_when_all_answers_are_lost() {
    let account = standing();
    let file = KeyFile::new();
    account.faults([create(Fault::cut_after()).forever()]);
    file.exits(&account, "", 1)
        .says("iam CreateAccessKey cloudtrail-splunkapp");
    assert_eq!(keys(&account, READER).len(), 0);
    assert!(!file.is_there());
    account.faults([create(Fault::internal_error_after()).times(7)]);
    file.exits(&account, "", 0);
    file.holds_the_only_keys(&account, &[READER]);
}

#[test]
fn a_lost_key_is_found_however_long_that_takes() {
    let throttle = Fault::throttle().operation("ListAccessKeys").times(12);
    let lost = create(Fault::cut_after());
    let account = standing();
    let file = KeyFile::new();
    assert_eq!(run_into(&[lost, throttle], &account, &file, || {}), 0);
    file.holds_the_only_keys(&account, &[READER]);
}

#[test]
fn a_lost_key_that_cannot_be_deleted_is_deleted_by_a_later_run() {
    let account = standing();
    let file = KeyFile::new();
    let deny = Fault::deny().operation("DeleteAccessKey").forever();
    account.faults([create(Fault::cut_after()), deny]);
    for run in ["the run that lost it", "the next one"] {
        let ran = file.exits(&account, "", 1);
        ran.says("iam DeleteAccessKey")
            .says("hint: the caller needs iam:DeleteAccessKey");
        assert_eq!(keys(&account, READER).len(), 1, "{run}");
        assert!(file.is_there(), "{run} leaves word of it");
    }
    account.faults([]);
    file.exits(&account, "", 0);
    file.holds_the_only_keys(&account, &[READER]);
}

#[test]
fn a_key_of_somebody_else_is_not_taken_for_the_lost_one() {
    let account = standing();
    let file = KeyFile::new();
    let mut theirs = String::new();
    let make = || theirs = make_key(&account, READER).0;
    assert_eq!(
        run_into(&[create(Fault::cut_after())], &account, &file, make),
        0
    );
    assert_eq!(keys(&account, READER), [theirs, file.id(READER)]);
    file.holds_keys(&account, &[READER]);
}

#[test]
fn a_key_that_is_in_use_is_not_taken_for_one_lost_with_a_run() {
    let account = standing();
    let file = KeyFile::new();
    account.faults([create(Fault::hang())]);
    let run = file.start(&account, "");
    assert!(account.hung(SOON), "the change lands");
    assert_discreet(&account, run.kill());
    account.release();
    account.faults([]);
    let lost = keys(&account, READER);
    let (theirs, secret) = make_key(&account, READER);
    Ctadmin::on(&account, "show")
        .env("AWS_ACCESS_KEY_ID", &theirs)
        .env("AWS_SECRET_ACCESS_KEY", &secret)
        .exits(1);
    file.exits(&account, "", 0);
    let left = keys(&account, READER);
    assert_eq!(left, [theirs, file.id(READER)]);
    assert!(!left.contains(&lost[0]));
    file.holds_keys(&account, &[READER]);
}

#[test]
fn a_key_known_before_is_not_taken_for_one_lost_with_a_run() {
    let account = standing();
    account.seed(
        "iam",
        "CreateUser",
        "us-east-1",
        json!({"UserName": READER}),
    );
    let theirs = make_key(&account, READER).0;
    let file = KeyFile::new();
    account.faults([create(Fault::hang())]);
    let run = file.start(&account, "");
    assert!(account.hung(SOON), "the change lands");
    run.kill();
    account.release();
    account.faults([]);
    file.exits(&account, "", 0);
    assert_eq!(keys(&account, READER), [theirs, file.id(READER)]);
}
