//! Members are invited in turns, and the findings of one that has accepted arrive in the archive too.

use serde_json::{Value, json};

use super::archived::lines;
use super::{CENTRAL, HOME, account, in_two_regions};
use crate::support::scenario::{carried_out, planned};
use crate::support::{Account, Ctadmin};

fn create(member: &Account) -> String {
    let id = member.id();
    format!("create central --members {id} --member-email {id}=m@example.com --region {HOME}")
}

fn status(central: &Account, member: &Account) -> Value {
    central.snapshot()["guardduty"][HOME]["members"][member.id()][1].clone()
}

#[test]
fn a_member_is_invited_and_its_findings_are_archived() {
    let central = account();
    let member = central.sibling();
    in_two_regions(&member);
    let create = create(&member);
    central.settings(json!({ "email_verification": 1 }));
    Ctadmin::on(&central, &format!("{create} --yes"))
        .exits(0)
        .says("AWS verifies the email address");
    // Another run finds nothing to do, and names what it does not wait for.
    central.forget_requests();
    Ctadmin::on(&central, &format!("{create} --yes"))
        .exits(0)
        .says("GuardDuty waits until");
    assert_eq!(central.changes(), Vec::<String>::new());
    central.settings(json!({ "email_verification": 0 }));
    while status(&central, &member) == "EmailVerificationInProgress" {
        assert_eq!(planned(&central, "create central")["steps"], json!([]));
    }
    let id = central.id();
    let accept = format!(
        "create member --central {id} --region {HOME} --regions {HOME} --no-trail --no-vpc-flow"
    );
    Ctadmin::on(&member, &format!("{accept} --yes")).exits(0);
    assert_eq!(status(&central, &member), "Enabled");
    let finding = json!({ "id": "of-the-member" });
    member.event(HOME, "aws.guardduty", "GuardDuty Finding", finding);
    let found = |line: &Value| line.to_string().contains("of-the-member");
    assert!(lines(&central).iter().any(found));

    carried_out(&member, "delete member");
    assert_eq!(member.snapshot()["guardduty"], json!({}));
    carried_out(&central, "delete central --drain 0");
    assert_eq!(central.snapshot()["guardduty"], json!({}));
}

#[test]
fn addresses_are_checked() {
    let account = account();
    for (given, words) in [
        ("210987654321", "ID=ADDRESS"),
        ("2109=a@example.com", "12 digits"),
        (
            "210987654321=a@localhost",
            "not an address that GuardDuty takes",
        ),
        ("210987654321=a@example.com", "not among the members"),
    ] {
        let run = format!("{CENTRAL} --member-email {given} --yes");
        Ctadmin::on(&account, &run).exits(2).says(words);
    }
    assert_eq!(account.changes(), Vec::<String>::new());
}
