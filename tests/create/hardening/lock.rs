//! Object Lock: it is given to a new bucket, and never changed.

use serde_json::json;

use super::{THREE, bucket, of_bucket, refused, seed_bucket};
use crate::support::scenario::{carried_out, operations, planned};
use crate::support::{self, Ctadmin};

#[test]
fn a_lock_that_was_interrupted_is_finished() {
    let account = support::account();
    seed_bucket(&account, "us-west-2", &bucket(&account), true);
    let plan = carried_out(&account, &format!("{THREE} --object-lock 7"));
    assert!(operations(&plan).contains(&"PutObjectLockConfiguration us-west-2".to_owned()));
    assert_eq!(of_bucket(&account)["object_lock"]["days"], 7);
}

#[test]
fn a_retention_that_exists_is_not_changed() {
    let account = support::account();
    carried_out(&account, &format!("{THREE} --object-lock 30"));
    assert_eq!(
        planned(&account, &format!("{THREE} --object-lock 30"))["steps"],
        json!([])
    );
    refused(
        &account,
        &format!("{THREE} --object-lock 7"),
        1,
        &["30 days (GOVERNANCE)", "7 days"],
    );
    let compliance = format!("{THREE} --object-lock 30 --object-lock-mode compliance");
    refused(&account, &compliance, 1, &["30 days (COMPLIANCE)"]);
}

#[test]
fn a_lock_that_nobody_can_lift_is_asked_about_twice() {
    let account = support::account();
    let create = format!("{THREE} --object-lock 30 --object-lock-mode compliance");
    refused(
        &account,
        &create,
        2,
        &["including the root user", "--yes twice"],
    );
    Ctadmin::on(&account, &format!("{create} -yy")).exits(0);
    assert_eq!(of_bucket(&account)["object_lock"]["mode"], "COMPLIANCE");
    // There is nothing left to ask about.
    Ctadmin::on(&account, &format!("{create} --yes")).exits(0);
}
