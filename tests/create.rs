//! `ctadmin create` on an account in various states.

use serde_json::{Value, json};

use crate::support::scenario::{carried_out, operations, planned};
use crate::support::{self, Account, Ctadmin};

const THREE: &str = "--region us-west-2 --regions us-west-2,us-east-1,eu-west-1";

fn base(account: &Account) -> String {
    format!("{}-cloudtrail", account.id())
}

#[test]
fn an_empty_account_of_17_regions_gets_the_whole_stack() {
    let account = support::account();
    let plan = carried_out(&account, "create --region us-west-2");
    assert_eq!(plan["steps"].as_array().map(Vec::len), Some(4 + 17 * 4));
    let after = account.snapshot();
    assert_eq!(
        after["cloudtrail"].as_object().map(serde_json::Map::len),
        Some(17)
    );
}
