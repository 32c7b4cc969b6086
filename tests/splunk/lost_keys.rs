//! Keys whose answer never came: in the end there is one key a user, and it is the one in the file.

use serde_json::json;

use super::key_file::{ALL, KeyFile, assert_discreet, keys, make_key};
use super::stopped::{creation, killed_at};
use super::{READER, USERS, standing};
use crate::faults::each;
use crate::support::{Account, Ctadmin, Fault, Running};

fn create(fault: Fault) -> Fault {
    fault.operation("CreateAccessKey")
}

/// Runs `create splunk`, and has somebody else make a key as it is about to ask for one. The exit code and the id.
fn beside_another(account: &Account, run: Ctadmin, faults: &[Fault]) -> (i32, String) {
    account.faults([Fault::hang().operation("PutUserPolicy")]);
    let run = Running::start(run);
    assert!(account.hung(), "the change lands");
    account.faults(faults.iter().cloned());
    let theirs = make_key(account, READER).0;
    account.release();
    (assert_discreet(account, run.end()).code, theirs)
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
    let cases = faults
        .into_iter()
        .flat_map(|fault| [(fault, 1), (fault, 3)]);
    each(cases, |(fault, times)| {
        let account = standing();
        let file = KeyFile::new();
        account.faults([create(fault()).times(*times)]);
        file.exits(&account, "", 0);
        file.holds_the_only_keys(&account, &[READER]);
        let requests = account.requests().into_iter();
        let struck = requests.filter(|request| request.fault.is_some()).count();
        assert_eq!(struck, *times as usize, "{:?}", fault());
    });
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
fn a_lost_key_is_deleted_however_long_that_takes() {
    // More often than the SDK tries by itself.
    let throttle = Fault::throttle().operation("DeleteAccessKey").times(7);
    let account = standing();
    let file = KeyFile::new();
    account.faults([create(Fault::cut_after()), throttle]);
    file.exits(&account, "", 0);
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
    let lost = create(Fault::cut_after());
    let (code, theirs) = beside_another(&account, file.ctadmin(&account, ""), &[lost]);
    assert_eq!(code, 0);
    assert_eq!(keys(&account, READER), [theirs, file.id(READER)]);
    file.holds_keys(&account, &[READER]);
}

#[test]
fn a_key_of_somebody_else_is_not_taken_for_the_one_that_has_no_room() {
    let account = standing();
    let file = KeyFile::new();
    let run = file.on_a_disk_with(200, "SIG_IGN", &account, "");
    let (code, theirs) = beside_another(&account, run, &[]);
    assert_eq!(code, 1);
    assert!(
        account
            .changes()
            .contains(&"iam:DeleteAccessKey us-east-1".to_owned())
    );
    assert_eq!(keys(&account, READER), [theirs]);
    assert!(!file.is_there());
}

#[test]
fn a_run_that_asked_for_no_key_has_lost_none() {
    let account = standing();
    let file = KeyFile::new();
    killed_at(
        Fault::hang().operation("PutUserPolicy"),
        &account,
        &file,
        "",
    );
    let theirs = make_key(&account, READER).0;
    file.exits(&account, "", 0);
    assert_eq!(keys(&account, READER), [theirs, file.id(READER)]);
}

#[test]
fn a_key_that_was_refused_is_not_lost() {
    let account = standing();
    let file = KeyFile::new();
    account.faults([create(Fault::deny())]);
    file.exits(&account, ALL, 1);
    let refused = |user: &&&str| keys(&account, user).is_empty();
    let user = *USERS.iter().find(refused).expect("one of them");
    let theirs = make_key(&account, user).0;
    file.exits(&account, ALL, 0);
    assert_eq!(keys(&account, user), [theirs, file.id(user)]);
    file.holds_keys(&account, &USERS);
}

#[test]
fn a_file_begun_for_one_user_is_not_for_another() {
    let account = standing();
    let file = KeyFile::new();
    killed_at(creation(), &account, &file, "");
    file.exits(&account, "--user another", 1)
        .says("is for the user cloudtrail-splunkapp")
        .says("hint: name another file for another");
    file.exits(&account, "", 0);
    file.holds_the_only_keys(&account, &[READER]);
}

#[test]
fn a_key_that_is_in_use_is_not_taken_for_one_lost_with_a_run() {
    let account = standing();
    let file = KeyFile::new();
    killed_at(creation(), &account, &file, "");
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
    killed_at(creation(), &account, &file, "");
    file.exits(&account, "", 0);
    assert_eq!(keys(&account, READER), [theirs, file.id(READER)]);
}
