//! `ctadmin create|show|delete athena`: tables over log files, and questions about them.

mod activity;
mod questions;
mod script;

use std::path::PathBuf;

use serde_json::{Map, Value, json};

use crate::allowed::bound;
use crate::support::scenario::{carried_out, planned, shown};
use crate::support::{self, Account, Ctadmin};

const HOME: &str = "us-west-2";

/// An account with the trail stack in one region.
fn with_trail() -> Account {
    let regions = ["us-west-2", "eu-west-1"];
    let regions = regions.map(|region| (region.to_owned(), "ENABLED_BY_DEFAULT".into()));
    let settings = json!({ "regions": Map::from_iter(regions) });
    support::account_after(&settings, &["create --region us-west-2 --multi-region"])
}

fn base(account: &Account) -> String {
    format!("{}-cloudtrail", account.id())
}

/// Makes a call past the rules.
fn made(account: &Account, service: &'static str, operation: &'static str, params: Value) {
    account.seed(service, operation, HOME, params);
}

#[test]
fn it_is_created_shown_fixed_and_deleted() {
    let account = with_trail();
    let before = account.snapshot();
    let plan = carried_out(&account, "create athena --tag team=sec --scan-limit-gb 2.5");
    assert_eq!(plan["home_region"], HOME);
    let database = format!("cloudtrail_{}", account.id());
    let group = format!("{}-athena", base(&account));
    let made_of = account.snapshot();
    let tables = &made_of["glue"][HOME][&database]["tables"];
    let template = &tables["account_events"]["Parameters"]["storage.location.template"];
    let wanted = format!(
        "s3://{}/AWSLogs/${{account}}/CloudTrail/${{region}}/${{day}}",
        base(&account)
    );
    assert_eq!(*template, wanted);
    let found = &made_of["athena"][HOME][&group];
    assert_eq!(
        found["configuration"]["BytesScannedCutoffPerQuery"],
        2_500_000_000_i64
    );
    assert_eq!(found["tags"], json!({"team": "sec"}));
    assert_eq!(found["queries"].as_array().map(Vec::len), Some(14));

    let picture = shown(&account, "show athena");
    assert_eq!(picture["home_region"], HOME);
    let fine = Ctadmin::on(&account, "show athena --detailed-exitcode").exits(0);
    for words in ["account_events", "-athena", "account-sign-ins"] {
        assert!(fine.stdout.contains(words), "{words}: {}", fine.stdout);
    }

    let managed = json!({"Enabled": true});
    let open = json!({"EnforceWorkGroupConfiguration": false, "ManagedQueryResultsConfigurationUpdates": managed});
    let open = json!({"WorkGroup": group, "ConfigurationUpdates": open});
    made(&account, "athena", "UpdateWorkGroup", open);
    let table = json!({"DatabaseName": database, "Name": "account_events"});
    made(&account, "glue", "DeleteTable", table);
    let drifted = Ctadmin::on(&account, "show athena --detailed-exitcode").exits(3);
    for words in [
        "clients can override its settings",
        "Athena keeps the results",
        "table is missing",
    ] {
        assert!(
            drifted.stdout.contains(words),
            "{words}: {}",
            drifted.stdout
        );
    }
    carried_out(&account, "create athena");
    assert_eq!(account.snapshot(), made_of);

    carried_out(&account, "delete athena");
    let mut after = account.snapshot();
    let buckets = after["s3"].as_object_mut().expect("buckets");
    assert!(buckets.remove(&group).is_some(), "the results are kept");
    assert_eq!(after, before);
    let left = Ctadmin::on(&account, "show athena --detailed-exitcode").exits(3);
    for words in ["not created", "the rest of the athena stack does not exist"] {
        assert!(left.stdout.contains(words), "{words}: {}", left.stdout);
    }
}

#[test]
fn it_is_where_the_log_files_are() {
    let account = with_trail();
    let plan = planned(&account, "create athena --region us-west-2");
    assert_eq!(plan["home_region"], HOME);
    Ctadmin::on(&account, "create athena --region eu-west-1 --yes")
        .exits(1)
        .says("the stack athena is in us-west-2, not in eu-west-1");
    assert_eq!(account.changes(), Vec::<String>::new());
    let alone = support::account();
    Ctadmin::on(&alone, "create athena --region us-west-2 --yes")
        .exits(1)
        .says("does not exist");
    assert_eq!(alone.changes(), Vec::<String>::new());
}

#[test]
fn others_keep_what_is_theirs() {
    let account = with_trail();
    carried_out(&account, "create athena");
    let database = format!("cloudtrail_{}", account.id());
    let theirs = json!({"DatabaseName": database, "TableInput": {"Name": "theirs"}});
    made(&account, "glue", "CreateTable", theirs);
    let deleted = Ctadmin::on(&account, "delete athena --yes").exits(0);
    deleted.says("it has tables of others: theirs");
    let left = account.snapshot();
    let tables = left["glue"][HOME][&database]["tables"].as_object();
    assert_eq!(tables.map(|tables| tables.len()), Some(1));
    assert_eq!(left["athena"], json!({}));
    let group = json!({"Name": format!("{}-athena", base(&account)), "Description": "theirs"});
    made(&account, "athena", "CreateWorkGroup", group);
    Ctadmin::on(&account, "create athena --yes")
        .exits(1)
        .says("this scheme did not create it");
}

#[test]
fn the_policies_are_enough() {
    let account = with_trail();
    let create = "create athena --organization=o-a1b2c3d4e5 --account 111111111111 --tag a=b --yes";
    bound(&account, "create athena", "maker", create).exits(0);
    let change = "create athena --account 222222222222 --scan-limit-gb 1 --result-days 5 --yes";
    bound(&account, "create athena", "changer", change).exits(0);
    bound(&account, "show athena", "viewer", "show athena").exits(0);
    bound(&account, "delete athena", "deleter", "delete athena --yes").exits(0);
    assert_eq!(account.snapshot()["athena"], json!({}));
    assert_eq!(account.snapshot()["glue"], json!({}));
}

#[test]
fn wrong_options_are_refused_before_any_request() {
    let account = support::account();
    for (wrong, words) in [
        ("--scan-limit-gb 0.001", "from 0.01"),
        ("--account 123", "an account ID has 12 digits"),
        ("--organization=x", "invalid organization"),
        (
            "--kms-key-id alias/x",
            "--kms-key-id is not the ARN of a KMS key",
        ),
        ("--key-prefix /x", "it must not begin or end with a slash"),
        ("--prefix Upper", "lowercase"),
    ] {
        Ctadmin::on(&account, &format!("create athena {wrong} --yes"))
            .exits(2)
            .says(words);
    }
    assert!(account.requests().is_empty());
}

/// All events that the tests have of each kind.
fn recorded() -> Vec<Value> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/alerts/events");
    let files = std::fs::read_dir(folder).expect("the folder is there");
    let mut files: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
    files.sort();
    let records = files.into_iter().flat_map(|file| {
        let text = std::fs::read_to_string(file).expect("a text");
        let parse = |text: &str| serde_json::from_str::<Value>(text).expect("JSON");
        match text.starts_with(r#"{"Records""#) {
            true => parse(&text)["Records"].as_array().expect("records").clone(),
            false => text.lines().map(parse).collect(),
        }
    });
    records.collect()
}
