//! `ctadmin create|show|delete splunk`: the users and roles that may read the trail stack.

mod allowed;
mod identities;
mod key_file;
mod keys;
mod lost_keys;
mod role;
mod script;
mod sharing;
mod show;
mod stopped;

use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::support::{self, Account};

/// The user that reads, unless another is named.
const READER: &str = "cloudtrail-splunkapp";
/// All users that the stack can have.
const USERS: [&str; 3] = [READER, "billing-splunkapp", "ec2-splunkapp"];

/// How long to wait for what does not take long.
const SOON: Duration = Duration::from_secs(30);

/// An account with three regions and nothing in it.
fn account() -> Account {
    account_after(&[])
}

/// As [`account`], after these runs.
fn account_after(runs: &[&str]) -> Account {
    let regions = ["us-west-2", "us-east-1", "eu-west-1"];
    let regions = regions.map(|region| (region.to_owned(), "ENABLED_BY_DEFAULT".into()));
    support::account_after(&json!({ "regions": Map::from_iter(regions) }), runs)
}

/// An account whose trail stack stands in one of its regions.
fn standing() -> Account {
    standing_with("--regions us-west-2")
}

/// An account whose trail stack was made with these options.
fn standing_with(options: &str) -> Account {
    let create = format!("create --region us-west-2 {options}");
    account_after(&[&create])
}

/// A user or role (`kind` is `users` or `roles`) as it is; null if there is none.
#[track_caller]
fn identity(account: &Account, kind: &str, name: &str) -> Value {
    account.snapshot()["iam"][kind][name].clone()
}

/// The inline policy of the scheme's name, the account's id left out.
#[track_caller]
fn policy(account: &Account, kind: &str, name: &str) -> Value {
    let snapshot = account.raw_snapshot();
    let policy = format!("{}-cloudtrail", account.id());
    let text = snapshot["iam"][kind][name]["policies"][policy].as_str();
    without_id(account, text.expect("there is a policy"))
}

/// JSON with ACCOUNT in the place of the account's id.
#[track_caller]
fn without_id(account: &Account, text: &str) -> Value {
    serde_json::from_str(&text.replace(account.id(), "ACCOUNT")).expect("JSON")
}

/// What the statement with this Sid is about, if there is one.
fn resources(policy: &Value, sid: &str) -> Option<Vec<String>> {
    let statements = policy["Statement"].as_array().expect("statements");
    let statement = statements.iter().find(|found| found["Sid"] == sid)?;
    Some(match &statement["Resource"] {
        Value::Array(many) => many.iter().map(text).collect(),
        one => vec![text(one)],
    })
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
