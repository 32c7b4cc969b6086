//! `ctadmin create|show|delete central`: the account in which the logs of many come together.

mod archived;
mod changed;
mod findings;
mod invited;
mod opensearch;
mod organization;
mod script;
mod splunk;

use serde_json::{Map, json};

pub use archived::lines;

use crate::allowed::bound;
use crate::support::scenario::{carried_out, operations, planned, shown};
use crate::support::{self, Account, Ctadmin};

pub const HOME: &str = "us-west-2";
pub const OTHER: &str = "us-east-1";
const MEMBER: &str = "111111111111";
const CENTRAL: &str = "create central --members 111111111111 --region us-west-2";

/// An account with two regions.
fn account() -> Account {
    let account = support::account();
    in_two_regions(&account);
    account
}

pub fn in_two_regions(account: &Account) {
    let regions = [HOME, OTHER].map(|region| (region.to_owned(), "ENABLED_BY_DEFAULT".into()));
    account.settings(json!({ "regions": Map::from_iter(regions) }));
}

#[test]
fn it_is_created_shown_and_deleted() {
    let account = account();
    let before = account.snapshot();
    let create = format!("{CENTRAL} --tag team=sec --email ops@example.com");
    let plan = carried_out(&account, &create);
    for region in [HOME, OTHER] {
        for operation in ["PutDestinationPolicy", "CreateDetector", "PutTargets"] {
            let put = format!("{operation} {region}");
            assert!(operations(&plan).contains(&put), "{put}");
        }
    }
    // Nothing but the account is needed to find it again.
    assert_eq!(planned(&account, "create central")["steps"], json!([]));
    let picture = shown(&account, "show central");
    assert_eq!(picture["home_region"], HOME);
    let drift = Ctadmin::on(&account, "show central --detailed-exitcode").exits(0);
    for words in [
        "ON_DEMAND",
        "retention hours 168",
        "-central in us-east-1, us-west-2",
        "ops@example.com",
        "-central-behind",
    ] {
        assert!(drift.stdout.contains(words), "{words}: {}", drift.stdout);
    }
    carried_out(&account, "delete central --drain 0");
    let mut after = account.snapshot();
    let buckets = after["s3"].as_object_mut().expect("buckets");
    for bucket in ["logs", "trails"] {
        let bucket = format!("{}-central-{bucket}", account.id());
        assert!(buckets.remove(&bucket).is_some(), "{bucket} is kept");
    }
    assert_eq!(after, before);
    let nothing = Ctadmin::on(&account, "show central").exits(0).stdout;
    let words = "nothing says in which region the central stack is";
    assert!(nothing.contains(words), "{nothing}");
}

#[test]
fn the_policies_are_enough() {
    let account = account();
    let invite = "--member-email 111111111111=m@example.com";
    let archive = "--archive-days 90 --object-lock 7";
    let create = format!("{CENTRAL} --shards 2 --tag a=b {archive} {invite} --yes");
    bound(&account, "create central", "maker", &create).exits(0);
    let change = "create central --members 222222222222 --shards 3 --retention-hours 48 \
                  --archive-days 30 --email ops@example.com --yes";
    bound(&account, "create central", "changer", change).exits(0);
    bound(&account, "show central", "viewer", "show central").exits(0);
    bound(
        &account,
        "delete central",
        "deleter",
        "delete central --drain 0 --yes",
    )
    .exits(0);
    assert_eq!(account.snapshot()["kinesis"], json!({}));
}

#[test]
fn it_is_refused_what_cannot_work() {
    let account = account();
    let refused = |arguments: &str, code: i32, words: &str| {
        let run = Ctadmin::on(&account, &format!("{arguments} --yes")).exits(code);
        run.says(words);
        assert_eq!(account.changes(), Vec::<String>::new(), "{arguments}");
    };
    refused(
        "create central --region us-west-2",
        2,
        "no account is named that sends",
    );
    refused(
        "create central --members 111111111111",
        2,
        "no region is configured",
    );
    refused(
        "create central --members 1234 --region us-west-2",
        2,
        "an account ID has 12 digits",
    );
    for (wrong, words) in [
        (
            "--archive-days 0",
            "--archive-days takes a whole number from 1",
        ),
        ("--archive-class glacier", "--archive-days"),
        (
            "--archive-days 1 --archive-class ice",
            "invalid value 'ice'",
        ),
        (
            "--object-lock 0",
            "--object-lock takes a whole number from 1 to 36500",
        ),
        ("--object-lock-mode compliance", "--object-lock"),
    ] {
        refused(&format!("{CENTRAL} {wrong}"), 2, words);
    }
    refused(
        &format!("{CENTRAL} --email nobody"),
        2,
        "--email is not an email address: nobody",
    );
    refused(
        &format!("{CENTRAL} --alarm-topic arn:aws:sns:us-west-2:111111111111:t.fifo"),
        2,
        "--alarm-topic is not the ARN of a standard topic",
    );
    refused(
        "create central --members 111111111111 --region us-west-2 --prefix Upper",
        2,
        "Upper",
    );
}

#[test]
fn the_number_of_shards_is_computed_offline() {
    let load = "central shards --mb-per-second 2.5 --records-per-second 1200 --consumers 3";
    let text = Ctadmin::alone(load).exits(0).stdout;
    insta::assert_snapshot!(text, @"
    4 shards: ctadmin create central --shards 4

                 NEEDED  PROVIDED
    data in      2,500   4,000     kB/s
    records in   1,200   4,000     records/s
    data out     7,500   8,000     kB/s
    records out  3,600   8,000     records/s
    ");
    let json = Ctadmin::alone(&format!("{load} -o json")).exits(0).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let data_out = json!({"what": "data out", "unit": "kB/s", "needed": 7500, "provided": 8000});
    assert_eq!((&json["shards"], &json["uses"][2]), (&json!(4), &data_out));
    Ctadmin::alone("central shards --mb-per-second 1e3 --records-per-second 1")
        .exits(2)
        .says("a number of MB up to 1000000, such as 2.5");
}
