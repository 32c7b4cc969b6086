//! `ctadmin iam-policy COMMAND splunk` is enough for the command: callers who may do nothing else.

use serde_json::json;

use super::key_file::{ALL, KeyFile};
use super::{READER, USERS, standing};
use crate::allowed::bound;

#[test]
fn the_policy_of_each_verb_is_enough_for_it() {
    let account = standing();
    let file = KeyFile::new();
    let create = format!("{} --yes", file.create(ALL));
    bound(&account, "create splunk", "maker", &create).exits(0);
    file.holds_the_only_keys(&account, &USERS);
    bound(&account, "show splunk", "viewer", "show splunk").exits(0);
    let picture = bound(&account, "show splunk", "looker", "show splunk -o json")
        .exits(0)
        .json();
    assert_eq!(picture["warnings"], json!([]));
    assert_eq!(picture["resources"][1]["facts"]["last_used"], "never");
    bound(&account, "delete splunk", "deleter", "delete splunk --yes").exits(0);
    let users = account.snapshot()["iam"]["users"].clone();
    assert!(users[READER].is_null(), "{users}");
}

#[test]
fn it_is_about_the_users_and_the_role_that_are_named() {
    let account = standing();
    let role = "splunk --role reader";
    let create = format!("create {role} --trust 210987654321 --yes");
    bound(&account, &format!("create {role}"), "maker", &create).exits(0);
    let another = "create splunk --role another --trust 210987654321 --yes";
    let denied = bound(&account, &format!("create {role}"), "other", another).exits(1);
    denied.says("role/another");
    bound(
        &account,
        &format!("show {role}"),
        "viewer",
        &format!("show {role}"),
    )
    .exits(0);
    let delete = format!("delete {role} --yes");
    bound(&account, &format!("delete {role}"), "deleter", &delete).exits(0);
    assert_eq!(account.snapshot()["iam"]["roles"], json!({}));
    let user = "create splunk --user another";
    bound(&account, user, "maker-of-users", &format!("{user} --yes")).exits(0);
}
