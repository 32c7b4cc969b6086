//! The script of all options does what the tool does.

use serde_json::{Value, json};

use super::lifecycle::{put_rules, rules_of_others};
use super::{THREE, all, key};
use crate::script;
use crate::support::scenario::planned;
use crate::support::{self, Account, Ctadmin};

#[test]
fn the_script_does_what_the_tool_does() {
    let (by_tool, by_script) = support::twins();
    let [create, same] = [&by_tool, &by_script].map(|account| in_two_regions(&all(account)));
    assert_eq!(create, same);
    Ctadmin::on(&by_tool, &format!("{create} --yes")).exits(0);
    let printed = Ctadmin::on(&by_script, &format!("{create} -n"))
        .exits(0)
        .stdout;
    script::run(&by_script, &printed);
    assert_eq!(built(&by_script), built(&by_tool));
    assert_eq!(planned(&by_script, &create)["steps"], json!([]));

    let longer = format!(
        "{} --lifecycle-days 400 --queue-encryption sse --topic-kms-key-id {}",
        in_two_regions(THREE),
        key(&by_tool, "us-east-1", "mrk-5678")
    );
    for account in [&by_tool, &by_script] {
        put_rules(account, &rules_of_others(), "varies_by_storage_class");
    }
    Ctadmin::on(&by_tool, &format!("{longer} --yes")).exits(0);
    let printed = Ctadmin::on(&by_script, &format!("{longer} -n"))
        .exits(0)
        .stdout;
    script::run(&by_script, &printed);
    assert_eq!(built(&by_script), built(&by_tool));
    assert_eq!(planned(&by_script, &longer)["steps"], json!([]));
}

/// A third region would be called like the second.
fn in_two_regions(create: &str) -> String {
    create.replace(",us-east-1", "")
}

/// All that an account holds, but for access logs, whose names tell the time.
fn built(account: &Account) -> Value {
    let mut snapshot = script::snapshot(account);
    snapshot["s3"][format!("{}-access", account.id())]["objects"].take();
    snapshot
}
