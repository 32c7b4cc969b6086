//! `ctadmin create` on an account that is empty, drifted, or full of other people's things.

mod dead_letters;
mod fresh;
mod hardening;
mod keeping;
mod mending;
mod sharing;

use serde_json::{Value, json};

use crate::support::{self, Account};

const THREE: &str = "create --region us-west-2 --regions us-west-2,us-east-1,eu-west-1";

/// An account in which the stack stands in three regions.
fn standing() -> Account {
    support::account_after(&json!({}), &[THREE])
}

fn trail(account: &Account, region: &str) -> Value {
    let name = format!("{}-cloudtrail-{region}", account.id());
    account.snapshot()["cloudtrail"][region][&name].clone()
}

fn topic_arn(account: &Account, region: &str) -> String {
    let id = account.id();
    format!("arn:aws:sns:{region}:{id}:{id}-cloudtrail-{region}")
}

fn queue_url(account: &Account) -> String {
    format!(
        "{}/{id}/{id}-cloudtrail",
        account.endpoint(),
        id = account.id()
    )
}

fn sids(policy: &Value) -> Vec<&str> {
    let statements = policy["Statement"]
        .as_array()
        .expect("a policy has statements");
    statements
        .iter()
        .map(|statement| statement["Sid"].as_str().unwrap_or("none"))
        .collect()
}
