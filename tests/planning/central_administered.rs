//! GuardDuty in the accounts of an organization: enabled in all of them where this account is the delegated
//! administrator, and else named as what only the management account can do.

use ctadmin::stack::Purpose;
use ctadmin::stack::central::{Options, OrganizationId};
use insta::assert_snapshot;

use super::central::central;
use super::memory::Memory;
use super::{create, created, deleted, plan};

fn of_organization() -> Options {
    Options {
        members: None,
        organization: Some(OrganizationId::Known("o-a1b2c3d4e5".to_owned())),
        no_guardduty: false,
        ..central()
    }
}

/// The stack, with this configuration in both regions.
fn administered(accounts: &str) -> Memory {
    let mut memory = Memory::default();
    create(&of_organization(), &mut memory);
    for region in ["us-east-1", "us-west-2"] {
        memory
            .organizations
            .insert(region.to_owned(), accounts.to_owned());
    }
    memory
}

#[test]
fn without_an_appointment_the_management_account_has_to_act() {
    let plan = plan(&of_organization(), Purpose::Create, &Memory::default()).expect("a plan");
    let note = plan
        .notes
        .iter()
        .find(|note| note.contains("management account"));
    assert_snapshot!(note.expect("a note"), @"
    GuardDuty does not see the organization's accounts: run this in its management account, then the same command here again
    aws guardduty enable-organization-admin-account --admin-account-id 123456789012 --region us-east-1
    aws guardduty enable-organization-admin-account --admin-account-id 123456789012 --region us-west-2
    ");
    // Nothing is left to do here.
    let mut memory = Memory::default();
    create(&of_organization(), &mut memory);
}

#[test]
fn the_delegated_administrator_enables_all_accounts() {
    let mut memory = administered("NEW");
    assert_snapshot!(create(&of_organization(), &mut memory), @"
    1 UpdateOrganizationConfiguration us-east-1 lab-central: GuardDuty is enabled by itself in NEW of the organization's accounts
    2 UpdateOrganizationConfiguration us-west-2 lab-central: GuardDuty is enabled by itself in NEW of the organization's accounts
    ");
    assert_eq!(created(&of_organization(), &administered("ALL")), "");
    // Without the option, what is configured stays.
    let unasked = Options {
        organization: None,
        ..of_organization()
    };
    assert_eq!(created(&unasked, &administered("NEW")), "");
}

#[test]
fn deletion_ends_it_before_members_leave() {
    let steps = deleted(&of_organization(), &mut administered("ALL"));
    let own = steps.lines().filter(|line| {
        line.contains("Organization") || line.contains("Detector ") || line.contains("Members")
    });
    assert_snapshot!(own.collect::<Vec<_>>().join("\n"), @"
    1 UpdateOrganizationConfiguration us-east-1 lab-central
    2 DeleteDetector us-east-1 lab-central [after 1]
    9 UpdateOrganizationConfiguration us-west-2 lab-central
    10 DeleteDetector us-west-2 lab-central [after 9]
    ");
    // In a detector of others it stays.
    let mut memory = administered("ALL");
    for detector in memory.detectors.values_mut() {
        detector.tags.clear();
    }
    let steps = deleted(&of_organization(), &mut memory);
    assert!(
        !steps.contains("UpdateOrganizationConfiguration"),
        "{steps}"
    );
    let note = steps
        .lines()
        .find(|line| line.contains("GuardDuty stays enabled"));
    assert_snapshot!(note.expect("a note"), @"(GuardDuty stays enabled in all accounts of the organization in us-east-1, us-west-2)");
}
