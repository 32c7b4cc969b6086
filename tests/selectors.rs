//! Event selectors of the scheme's trails: what covers management events, and what is excluded on purpose.

use serde_json::{Value, json};

use crate::support::scenario::{carried_out, operations, planned, shown};
use crate::support::{self, Account, Ctadmin};

const THREE: &str = "--regions us-west-2,us-east-1,eu-west-1";

/// An account with trails in three regions; the one in eu-west-1 has these selectors.
fn selected(kind: &str, selectors: &Value) -> Account {
    let account = support::account();
    Ctadmin::on(
        &account,
        &format!("create --yes --region us-west-2 {THREE}"),
    )
    .exits(0);
    select(&account, "eu-west-1", kind, selectors);
    account
}

fn select(account: &Account, region: &str, kind: &str, selectors: &Value) {
    let name = format!("{}-cloudtrail-{region}", account.id());
    let params = json!({"TrailName": name, kind: selectors});
    account.seed("cloudtrail", "PutEventSelectors", region, params);
}

fn selector(read_write_type: &str, management: bool, excluded: &[&str]) -> Value {
    json!({"ReadWriteType": read_write_type, "IncludeManagementEvents": management, "DataResources": [],
        "ExcludeManagementEventSources": excluded})
}

/// What `show` shows of eu-west-1.
fn region(account: &Account) -> Value {
    let picture = shown(account, &format!("show {THREE}"));
    let regions = picture["regions"].as_array().expect("regions").iter();
    let mut regions = regions.filter(|region| region["region"] == "eu-west-1");
    regions.next().expect("the region is shown").clone()
}

/// The selectors that the trail of eu-west-1 has.
fn selectors(account: &Account, kind: &str) -> Value {
    let name = format!("{}-cloudtrail-eu-west-1", account.id());
    account.snapshot()["cloudtrail"]["eu-west-1"][&name][kind].clone()
}

#[test]
fn that_cover_no_writes_are_drift_and_get_one_more() {
    let reads = json!([selector("ReadOnly", true, &[])]);
    let account = selected("EventSelectors", &reads);
    let drift = json!(["no selector covers all management events"]);
    assert_eq!(region(&account)["drift"], drift);
    let plan = carried_out(&account, &format!("create {THREE}"));
    assert_eq!(operations(&plan), ["PutEventSelectors eu-west-1"]);
    let wanted = json!([reads[0], selector("All", true, &[])]);
    assert_eq!(selectors(&account, "EventSelectors"), wanted);
    assert_eq!(region(&account)["drift"], json!([]));
}

#[test]
fn that_are_advanced_get_an_advanced_one() {
    let reads = json!([{"Name": "reads", "FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Management"]}, {"Field": "readOnly", "Equals": ["true"]}]}]);
    let account = selected("AdvancedEventSelectors", &reads);
    let plan = carried_out(&account, &format!("create {THREE}"));
    assert_eq!(operations(&plan), ["PutEventSelectors eu-west-1"]);
    let added = json!({"Name": "Management events", "FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Management"]}]});
    let wanted = json!([reads[0], added]);
    assert_eq!(selectors(&account, "AdvancedEventSelectors"), wanted);
}

#[test]
fn of_the_multi_region_trail_count_and_those_of_superseded_trails_do_not() {
    let account = support::account();
    let writes = json!([selector("WriteOnly", true, &[])]);
    Ctadmin::on(
        &account,
        &format!("create --yes --region us-west-2 {THREE}"),
    )
    .exits(0);
    Ctadmin::on(&account, &format!("create --yes --multi-region {THREE}")).exits(0);
    for region in ["us-west-2", "eu-west-1"] {
        select(&account, region, "EventSelectors", &writes);
    }
    let plan = carried_out(&account, &format!("create {THREE}"));
    assert_eq!(operations(&plan), ["PutEventSelectors us-west-2"]);
}

#[test]
fn five_of_them_leave_no_room_for_another() {
    let five: Vec<Value> = (0..5).map(|_| selector("ReadOnly", true, &[])).collect();
    let account = selected("EventSelectors", &json!(five));
    account.forget_requests();
    let ran = Ctadmin::on(&account, &format!("create --yes {THREE}")).exits(1);
    ran.says("would have 6 event selectors; the limit is 5")
        .says("aws cloudtrail put-event-selectors --region eu-west-1");
    assert_eq!(account.changes(), Vec::<String>::new());
}

#[test]
fn that_exclude_a_service_are_shown_and_stay_until_all_services_are_asked_for() {
    let account = selected(
        "EventSelectors",
        &json!([selector("All", true, &["kms.amazonaws.com"])]),
    );
    let shown = region(&account);
    assert_eq!(shown["drift"], json!([]));
    assert_eq!(
        shown["trail"]["excluded_sources"],
        json!(["kms.amazonaws.com"])
    );
    let text = Ctadmin::on(&account, "show").exits(0).stdout;
    assert!(
        text.contains("kms.amazonaws.com are excluded in eu-west-1"),
        "{text}"
    );
    assert_eq!(
        planned(&account, &format!("create {THREE}"))["steps"],
        json!([])
    );

    let plan = carried_out(&account, &format!("create --include-all-sources {THREE}"));
    assert_eq!(operations(&plan), ["PutEventSelectors eu-west-1"]);
    let wanted = json!([selector("All", true, &[])]);
    assert_eq!(selectors(&account, "EventSelectors"), wanted);
    assert_eq!(region(&account)["trail"]["excluded_sources"], json!([]));
}
