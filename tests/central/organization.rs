//! A central account that all accounts of its organization send to.

use serde_json::{Value, json};

use super::{HOME, OTHER, in_two_regions, lines};
use crate::allowed::bound;
use crate::support::scenario::{carried_out, operations, planned, shown};
use crate::support::{self, Account, AwsCli, Ctadmin};

const CREATE: &str = "create central --organization --region us-west-2";

/// Two accounts of one organization.
fn accounts() -> [Account; 2] {
    organization().1
}

/// The management account of an organization, and two others.
fn organization() -> (Account, [Account; 2]) {
    let management = support::account();
    let organizations =
        |operation: &str, params| management.seed("organizations", operation, "us-east-1", params);
    organizations("CreateOrganization", json!({ "FeatureSet": "ALL" }));
    let others = ["central", "member"].map(|name| {
        let params = json!({ "AccountName": name, "Email": "nobody@example.com" });
        let created = organizations("CreateAccount", params);
        let id = created["CreateAccountStatus"]["AccountId"].as_str();
        let account = management.other(id.expect("an id"));
        in_two_regions(&account);
        account
    });
    (management, others)
}

fn create_member(central: &Account) -> String {
    format!("create member --central {} --region {HOME}", central.id())
}

#[test]
fn accounts_of_the_organization_send_and_others_cannot() {
    let [central, member] = accounts();
    bound(
        &central,
        "create central",
        "maker",
        &format!("{CREATE} --yes"),
    )
    .exits(0);
    // The role says who sends.
    assert_eq!(planned(&central, "create central")["steps"], json!([]));
    assert_eq!(planned(&central, CREATE)["steps"], json!([]));
    shown(&central, "show central");

    carried_out(&member, &create_member(&central));
    let group = format!("{}-cloudtrail", member.id());
    member.put_events(HOME, &group, &["an event"]);
    let lines = lines(&central);
    let owners: Vec<&Value> = lines.iter().map(|line| &line["owner"]).collect();
    assert!(owners.contains(&&json!(member.id())), "{owners:?}");

    let outsider = central.sibling();
    in_two_regions(&outsider);
    let create = format!("{} --yes", create_member(&central));
    Ctadmin::on(&outsider, &create)
        .exits(1)
        .says("in the central account, `ctadmin create central` must admit this account");
    let doctor = Ctadmin::on(&central, "doctor central").run();
    assert!(
        doctor.stdout.contains("trails of members"),
        "{}",
        doctor.stdout
    );
    carried_out(&member, "delete member --with-logs");
    carried_out(&central, "delete central --drain 0");
}

#[test]
fn a_list_of_accounts_becomes_an_organization_and_a_list_again() {
    let [central, member] = accounts();
    let list = format!("create central --members {} --region {HOME}", member.id());
    carried_out(&central, &list);
    carried_out(&member, &create_member(&central));
    let plan = carried_out(&central, CREATE);
    let policy = format!("PutDestinationPolicy {HOME}");
    assert!(operations(&plan).contains(&policy), "{plan:#}");
    let notes = plan["notes"].to_string();
    assert!(notes.contains("can no longer send"), "{notes}");
    assert_eq!(
        planned(&member, &create_member(&central))["steps"],
        json!([])
    );
    let plan = carried_out(&central, &list);
    let notes = plan["notes"].to_string();
    assert!(
        notes.contains("that are not named can no longer send"),
        "{notes}"
    );
}

#[test]
fn guardduty_is_enabled_in_all_accounts_by_the_delegated_administrator() {
    let (management, [central, member]) = organization();
    let create = format!("{CREATE} --yes");
    let appoint = format!(
        "aws guardduty enable-organization-admin-account --admin-account-id {} --region",
        central.id()
    );
    let first = Ctadmin::on(&central, &create).exits(0);
    for region in [HOME, OTHER] {
        let command = format!("{appoint} {region}");
        first.says(&command);
        AwsCli::version_1().run(&management, &command);
    }
    let plan = carried_out(&central, CREATE);
    let update = "UpdateOrganizationConfiguration us-west-2".to_owned();
    assert!(operations(&plan).contains(&update));
    let enabled = &member.snapshot()["guardduty"];
    assert_eq!(
        enabled.as_object().expect("regions").len(),
        2,
        "{enabled:#}"
    );
    shown(&central, "show central");
    carried_out(&central, "delete central --drain 0");
}

#[test]
fn an_organization_must_be_known() {
    let account = super::account();
    Ctadmin::on(&account, &format!("{CREATE} --yes"))
        .exits(1)
        .says("AWS Organizations names no organization of this account")
        .says("--organization=ID");
    let offline = "--offline --account-id 123456789012 --region us-west-2";
    let known = format!("create central --organization=o-a1b2c3d4e5 {offline}");
    let script = Ctadmin::alone(&known).exits(0).stdout;
    assert!(script.contains(r#"{"aws:SourceOrgID":"o-a1b2c3d4e5"}"#));
    Ctadmin::alone(&format!("create central --organization {offline}")).exits(2);
    Ctadmin::alone(&format!("create central --organization=o-1 {offline}"))
        .exits(2)
        .says("invalid organization \"o-1\"");
    Ctadmin::alone("create central --organization --members 111111111111").exits(2);
}
