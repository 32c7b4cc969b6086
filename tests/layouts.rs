//! The two layouts, and the way from one to the other.

use serde_json::{Value, json};

use crate::support::scenario::{carried_out, operations, planned};
use crate::support::{self, Account, Ctadmin};

const REGIONS: &str = "create --region us-west-2 --regions us-west-2,us-east-1,eu-west-1";

fn trails(account: &Account) -> Vec<String> {
    let snapshot = account.snapshot();
    let regions = snapshot["cloudtrail"]
        .as_object()
        .expect("trails by region")
        .clone();
    regions
        .values()
        .flat_map(|trails| {
            trails
                .as_object()
                .expect("trails by name")
                .keys()
                .cloned()
                .collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn one_multi_region_trail_serves_all_regions() {
    let account = support::account();
    let plan = carried_out(&account, "create --region us-west-2 --multi-region");
    assert_eq!(
        operations(&plan),
        [
            "CreateBucket us-west-2",
            "PutBucketPolicy us-west-2",
            "PutPublicAccessBlock us-west-2",
            "CreateQueue us-west-2",
            "CreateQueue us-west-2",
            "CreateTopic us-west-2",
            "Subscribe us-west-2",
            "CreateTrail us-west-2",
            "StartLogging us-west-2",
        ]
    );
    assert_eq!(
        trails(&account),
        [format!("{}-cloudtrail-us-west-2", account.id())]
    );
}

#[test]
fn the_layout_found_is_kept() {
    let account = support::account();
    Ctadmin::on(&account, "create --yes --region us-west-2 --multi-region").exits(0);
    assert_eq!(
        planned(&account, "create --region us-west-2")["steps"],
        json!([])
    );
    assert_eq!(planned(&account, "create")["home_region"], "us-west-2");
}

#[test]
fn superseded_trails_are_named_and_go_only_when_pruned() {
    let account = support::account();
    Ctadmin::on(&account, &format!("{REGIONS} --yes")).exits(0);
    let plan = carried_out(&account, &format!("{REGIONS} --multi-region"));
    assert_eq!(operations(&plan), ["UpdateTrail us-west-2"]);
    let notes = plan["notes"].to_string();
    assert!(
        notes.contains(&format!("{}-cloudtrail-eu-west-1", account.id()))
            && notes.contains("--prune"),
        "{notes}"
    );
    assert_eq!(trails(&account).len(), 3);

    let plan = carried_out(&account, &format!("{REGIONS} --prune"));
    assert_eq!(
        operations(&plan),
        [
            "DeleteTrail eu-west-1",
            "DeleteTopic eu-west-1",
            "DeleteTrail us-east-1",
            "DeleteTopic us-east-1",
        ]
    );
    assert_eq!(
        trails(&account),
        [format!("{}-cloudtrail-us-west-2", account.id())]
    );
}

#[test]
fn pruning_waits_for_the_successor() {
    let account = support::account();
    Ctadmin::on(&account, &format!("{REGIONS} --yes")).exits(0);
    let plan = planned(&account, &format!("{REGIONS} --multi-region --prune"));
    let steps = plan["steps"].as_array().expect("steps");
    let update = steps
        .iter()
        .find(|step| step["operation"] == "UpdateTrail")
        .expect("the trail is widened");
    let deletes = |step: &&Value| step["operation"] == "DeleteTrail";
    for step in steps.iter().filter(deletes) {
        assert_eq!(step["after"], json!([update["id"]]), "{step}");
    }
    carried_out(&account, &format!("{REGIONS} --multi-region --prune"));
}

#[test]
fn back_to_regional_trails_without_a_gap() {
    let account = support::account();
    Ctadmin::on(&account, &format!("{REGIONS} --yes --multi-region")).exits(0);
    let plan = carried_out(&account, &format!("{REGIONS} --regional"));
    let operations = operations(&plan);
    assert_eq!(
        operations.last().map(String::as_str),
        Some("UpdateTrail us-west-2"),
        "the narrowing comes last"
    );
    let last = plan["steps"]
        .as_array()
        .and_then(|steps| steps.last())
        .expect("a step");
    let steps = plan["steps"].as_array().expect("steps").iter();
    let logging = steps.filter(|step| step["operation"] == "StartLogging");
    let after = last["after"].as_array().expect("ids");
    assert!(
        logging.clone().all(|step| after.contains(&step["id"])) && logging.count() == 2,
        "it waits for the other regions to log: {last}"
    );
    assert_eq!(trails(&account).len(), 3);
}

#[test]
fn a_multi_region_trail_needs_its_home_among_the_regions() {
    let account = support::account();
    let ran = Ctadmin::on(
        &account,
        "create -n --multi-region --region us-west-2 --regions eu-west-1",
    )
    .exits(1);
    ran.says("is left out")
        .says("hint: add us-west-2 to --regions");
}

#[test]
fn left_out_regions_are_logged_by_a_multi_region_trail_and_miss_global_events_without_one() {
    let account = support::account();
    let notes = |arguments: &str| planned(&account, arguments)["notes"].to_string();
    let multi = notes("create --region us-west-2 --multi-region --exclude-regions eu-west-1");
    assert!(
        multi.contains("logs the regions that are left out, too: eu-west-1"),
        "{multi}"
    );
    let regional = notes("create --region us-west-2 --exclude-regions us-east-1");
    assert!(
        regional.contains("us-east-1 is left out: no trail of this scheme"),
        "{regional}"
    );
}
