//! `ctadmin iam-policy VERB splunk` is enough for the verb: callers who may do nothing else.

use serde_json::json;

use super::key_file::{ALL, KeyFile, make_key};
use super::{READER, USERS, standing};
use crate::support::{Account, Ctadmin, Seed};

/// A user who may do what the policy for a verb says, and a run as this user.
fn bound(account: &Account, policy: &str, user: &str, arguments: &str) -> Ctadmin {
    let policy = format!("iam-policy {policy} --account-id {}", account.id());
    let document = Ctadmin::alone(&policy).exits(0).stdout;
    let seed = |operation, params| Seed {
        service: "iam",
        operation,
        region: "us-east-1",
        params,
    };
    let arn = format!("arn:aws:iam::{}:policy/{user}", account.id());
    account.seeds([
        seed("CreateUser", json!({"UserName": user})),
        seed(
            "CreatePolicy",
            json!({"PolicyName": user, "PolicyDocument": document}),
        ),
        seed(
            "AttachUserPolicy",
            json!({"UserName": user, "PolicyArn": arn}),
        ),
    ]);
    let (id, secret) = make_key(account, user);
    Ctadmin::on(account, arguments)
        .env("AWS_ACCESS_KEY_ID", &id)
        .env("AWS_SECRET_ACCESS_KEY", &secret)
}

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
    assert_eq!(picture["error"], json!(null));
    assert_eq!(picture["users"][0]["keys"][0]["last_used_known"], true);
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
