//! `ctadmin create|show|delete alerts`: what must not happen unnoticed.

mod blind;
mod delete;
mod fresh;
mod keeping;
mod mending;
mod refusals;
mod script;
mod sharing;
mod show;

use serde_json::{Map, Value, json};

use crate::support::{self, Account};

/// Trail and alerts at once, on whatever there is.
const BOTH: &str = "create alerts --multi-region --region us-west-2";
/// Enough to see what an option does.
const TWO: &str = "create alerts --only root-usage,console-signin-failures";
/// Where the trail is at home.
const HOME: &str = "us-west-2";

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

const TRAIL: &str = "create --multi-region --region us-west-2";

/// An account in which the multi-region trail stands, and nothing watches it.
fn trailed() -> Account {
    account_after(&[TRAIL])
}

/// As [`trailed`], with two alerts.
fn standing() -> Account {
    standing_with("")
}

/// As [`standing`], made with these options.
fn standing_with(options: &str) -> Account {
    account_after(&[TRAIL, &format!("{TWO} {options}")])
}

/// All that there is, with ACCOUNT in the place of the account's id.
#[track_caller]
fn state(account: &Account) -> Value {
    let text = account.snapshot().to_string();
    serde_json::from_str(&text.replace(account.id(), "ACCOUNT")).expect("still JSON")
}

/// The multi-region trail as it is.
#[track_caller]
fn trail(account: &Account) -> Value {
    state(account)["cloudtrail"][HOME]["ACCOUNT-cloudtrail-us-west-2"].clone()
}

/// A log group of the home region as it is, with its filters; null if there is none.
#[track_caller]
fn group(account: &Account, name: &str) -> Value {
    state(account)["logs"][HOME][name].clone()
}

/// The scheme's log group.
const GROUP: &str = "ACCOUNT-cloudtrail";

/// An alarm of the home region as it is; null if there is none.
#[track_caller]
fn alarm(account: &Account, name: &str) -> Value {
    state(account)["cloudwatch"]["alarms"][HOME][name].clone()
}

/// The alarms of two of the alerts.
const ROOT: &str = "ACCOUNT-cloudtrail-root-usage";
const SIGN_IN: &str = "ACCOUNT-cloudtrail-console-signin-failures";

/// Makes one call past the rules in the home region, ACCOUNT standing for the account's id.
#[track_caller]
fn seed(account: &Account, service: &str, operation: &str, params: Value) -> Value {
    let text = params.to_string().replace("ACCOUNT", account.id());
    let params = serde_json::from_str(&text).expect("still JSON");
    let region = if service == "iam" { "us-east-1" } else { HOME };
    account.seed(service, operation, region, params)
}

/// What a plan gives as reasons for its steps of a kind.
fn reasons(plan: &Value, kind: &str) -> Vec<String> {
    let steps = plan["steps"].as_array().expect("a plan has steps").iter();
    let kind = format!("/{kind}/");
    let steps = steps.filter(|step| step["id"].as_str().is_some_and(|id| id.contains(&kind)));
    steps
        .map(|step| step["reason"].as_str().expect("a reason").to_owned())
        .collect()
}

/// The names of an object's members.
fn names(object: &Value) -> Vec<&str> {
    let members = object.as_object().expect("an object");
    members.keys().map(String::as_str).collect()
}
