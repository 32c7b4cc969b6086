//! The members that GuardDuty invites: who is created, invited and removed, and what is not waited for.

use std::collections::BTreeMap;

use ctadmin::aws::read::{Detector, GuardDutyMember, GuardDutyRelation};
use ctadmin::call::{Text, guardduty::DisassociateFromAdministratorAccount};
use ctadmin::resource::Resource;
use ctadmin::resource::guardduty_invitation::GuardDutyInvitation;
use ctadmin::stack::Purpose;
use ctadmin::stack::central::Options;
use insta::assert_snapshot;

use super::central::{central, params, with_central};
use super::memory::Memory;
use super::{HOME, create, created, deleted, plan};

const ONE: &str = "210987654321";
const OTHER: &str = "310987654321";

fn inviting(addresses: &[(&str, &str)]) -> Options {
    let addresses = addresses.iter();
    let addresses = addresses.map(|(id, address)| ((*id).to_owned(), (*address).to_owned()));
    Options {
        member_emails: addresses.collect::<BTreeMap<_, _>>(),
        ..Options::default()
    }
}

fn one() -> Options {
    inviting(&[(ONE, "one@example.com")])
}

fn both() -> Options {
    inviting(&[(ONE, "one@example.com"), (OTHER, "other@example.com")])
}

/// With detectors, and these options.
fn with(options: &Options) -> Memory {
    let mut memory = with_central();
    create(options, &mut memory);
    memory
}

/// The member in the home region.
fn member<'a>(memory: &'a mut Memory, account: &str) -> &'a mut GuardDutyMember {
    let members = memory.members.get_mut(HOME).expect("there are members");
    let mut members = members.iter_mut();
    members
        .find(|member| member.account == account)
        .expect("a member")
}

fn notes(options: &Options, memory: &Memory) -> String {
    let planned = plan(options, Purpose::Create, memory).expect("a plan");
    let mut notes = planned.notes;
    notes.retain(|note| !note.starts_with("the alarms"));
    notes.join("\n")
}

#[test]
fn members_are_invited_by_the_detector_of_the_same_run() {
    let all = Options {
        members: central().members,
        ..one()
    };
    let mut memory = Memory::default();
    let planned = plan(&all, Purpose::Create, &memory).expect("a plan");
    assert_snapshot!(params(&planned, "CreateMembers"), @r#"{"DetectorId":{"$output":{"step":"123456789012/us-east-1/detector/lab-central/CreateDetector","path":"DetectorId"}},"AccountDetails":[{"AccountId":"210987654321","Email":"one@example.com"}]}"#);
    assert_snapshot!(params(&planned, "InviteMembers"), @r#"{"DetectorId":{"$output":{"step":"123456789012/us-east-1/detector/lab-central/CreateDetector","path":"DetectorId"}},"AccountIds":["210987654321"],"DisableEmailNotification":true}"#);
    create(&all, &mut memory);
    assert_eq!(
        member(&mut memory, ONE).status,
        "EmailVerificationInProgress"
    );
}

#[test]
fn members_are_created_and_invited_where_an_option_names_them() {
    let mut memory = with(&Options::default());
    assert_snapshot!(notes(&one(), &memory), @"GuardDuty invites 210987654321: AWS verifies the email address, then the invitation must be accepted there");
    assert_snapshot!(create(&one(), &mut memory), @"
    1 CreateMembers us-east-1 lab-central: members are missing: 210987654321
    2 InviteMembers us-east-1 lab-central: members are not invited: 210987654321 [after 1]
    3 CreateMembers us-west-2 lab-central: members are missing: 210987654321
    4 InviteMembers us-west-2 lab-central: members are not invited: 210987654321 [after 3]
    ");
    assert_eq!(created(&Options::default(), &memory), "");
    assert_snapshot!(create(&both(), &mut memory), @"
    1 CreateMembers us-east-1 lab-central: members are missing: 310987654321
    2 InviteMembers us-east-1 lab-central: members are not invited: 310987654321 [after 1]
    3 CreateMembers us-west-2 lab-central: members are missing: 310987654321
    4 InviteMembers us-west-2 lab-central: members are not invited: 310987654321 [after 3]
    ");
}

/// Created or left, an account is invited; associated, it stays as it is, and with an address that failed, too.
#[test]
fn whom_the_option_names_is_invited_again() {
    for status in ["Created", "Removed", "Resigned"] {
        let mut memory = with(&one());
        member(&mut memory, ONE).status = status.to_owned();
        assert_eq!(created(&Options::default(), &memory), "", "{status}");
        let steps = create(&one(), &mut memory);
        let again = format!("1 InviteMembers {HOME} lab-central: members are not invited: {ONE}");
        assert_eq!(steps, again, "{status}");
    }
    let other_address = inviting(&[(ONE, "root@example.com")]);
    for status in ["Invited", "Enabled", "Disabled"] {
        let mut memory = with(&one());
        member(&mut memory, ONE).status = status.to_owned();
        assert_eq!(
            created(&other_address, &memory).lines().count(),
            0,
            "{status}"
        );
    }
    let mut memory = with(&one());
    member(&mut memory, ONE).status = "EmailVerificationFailed".to_owned();
    assert_eq!(created(&one(), &memory), "");
    assert_snapshot!(create(&other_address, &mut memory), @"
    1 DeleteMembers us-west-2 lab-central: other email addresses: 210987654321
    2 CreateMembers us-west-2 lab-central: members are missing: 210987654321 [after 1]
    3 InviteMembers us-west-2 lab-central: members are not invited: 210987654321 [after 2]
    ");
    assert_eq!(member(&mut memory, ONE).email, "root@example.com");
}

#[test]
fn each_run_names_what_it_waits_for() {
    let mut memory = with(&both());
    assert_snapshot!(notes(&Options::default(), &memory), @"GuardDuty waits until AWS has verified the email address of 210987654321, 310987654321");
    member(&mut memory, ONE).status = "Invited".to_owned();
    for members in memory.members.values_mut() {
        members[1].status = "EmailVerificationFailed".to_owned();
    }
    assert_snapshot!(notes(&Options::default(), &memory), @"
    GuardDuty waits until AWS has verified the email address of 210987654321
    GuardDuty waits until the invitation is accepted in 210987654321
    AWS could not verify the email address of 310987654321: give --member-email with that of the root user
    ");
    for members in memory.members.values_mut() {
        members
            .iter_mut()
            .for_each(|member| member.status = "Enabled".to_owned());
    }
    assert_eq!(notes(&Options::default(), &memory), "");
}

#[test]
fn whom_the_list_leaves_out_is_removed() {
    let mut memory = with(&both());
    member(&mut memory, ONE).status = "Resigned".to_owned();
    let other = Options {
        members: Some([OTHER.to_owned()].into()),
        ..Options::default()
    };
    assert_snapshot!(create(&other, &mut memory), @"
    1 PutBucketPolicy us-west-2 lab-central-trails: bucket policy lacks AWSCloudTrailAclCheck20150319lab, AWSCloudTrailWrite20150319lab
    2 UpdateAssumeRolePolicy global lab-central-logs-to-kinesis: trust policy does not allow logs.amazonaws.com
    3 PutDestinationPolicy us-east-1 lab-central: destination policy differs [after 2]
    4 PutDestinationPolicy us-west-2 lab-central: destination policy differs [after 2]
    5 DisassociateMembers us-east-1 lab-central: no longer members: 210987654321
    6 DeleteMembers us-east-1 lab-central: no longer members: 210987654321 [after 5]
    7 DeleteMembers us-west-2 lab-central: no longer members: 210987654321
    ");
}

/// Of a detector of others, only members of the stack are removed.
#[test]
fn members_of_others_stay() {
    let theirs = Detector {
        id: "theirs".to_owned(),
        status: "ENABLED".to_owned(),
        ..Detector::default()
    };
    let mut memory = with_central();
    memory.detectors.insert(HOME.to_owned(), theirs);
    create(&both(), &mut memory);
    let members = memory.members.get_mut(HOME).expect("members");
    members.push(GuardDutyMember {
        account: "999999999999".to_owned(),
        email: "theirs@example.com".to_owned(),
        status: "Enabled".to_owned(),
    });
    let other = Options {
        members: Some([OTHER.to_owned()].into()),
        ..Options::default()
    };
    let steps = create(&other, &mut memory);
    assert!(!steps.contains("999999999999"), "{steps}");
    deleted(&Options::default(), &mut memory);
    let left = &memory.members[HOME];
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(left[0].account, "999999999999");
}

#[test]
fn members_are_deleted_before_their_detector() {
    let mut memory = with(&both());
    member(&mut memory, ONE).status = "Created".to_owned();
    let steps = deleted(&Options::default(), &mut memory);
    let steps: Vec<&str> = steps
        .lines()
        .filter(|line| line.contains("Members") || line.contains("Detector "))
        .collect();
    assert_snapshot!(steps.join("\n"), @"
    1 DisassociateMembers us-east-1 lab-central
    2 DeleteMembers us-east-1 lab-central [after 1]
    3 DeleteDetector us-east-1 lab-central [after 1, 2]
    10 DisassociateMembers us-west-2 lab-central
    11 DeleteMembers us-west-2 lab-central [after 10]
    12 DeleteDetector us-west-2 lab-central [after 10, 11]
    ");
    assert!(memory.members.is_empty());
}

#[test]
fn who_is_no_member_is_not_invited() {
    let stranger = inviting(&[("999999999999", "a@example.com")]);
    assert_snapshot!(created(&stranger, &with_central()), @"
    --member-email names 999999999999, which is not among the members
    name all members with --members, this one too
    ");
}

/// The other side of an invitation.
#[test]
fn an_invitation_is_accepted_once_it_is_there() {
    let invitation = GuardDutyInvitation {
        name: "lab-member".to_owned(),
        region: HOME.to_owned(),
        detector: Text::from("mine"),
        administrator: ONE.to_owned(),
    };
    let relation = |invited: bool, administrator: Option<&str>| GuardDutyRelation {
        invitation: invited.then(|| "its-id".to_owned()),
        administrator: administrator.map(str::to_owned),
    };
    assert!(
        invitation.changes(None).is_empty(),
        "AWS still verifies the address"
    );
    let changes = invitation.changes(Some(&relation(true, None)));
    assert_eq!(changes.len(), 1);
    let params = serde_json::Value::Object(changes[0].call.params());
    assert_snapshot!(params, @r#"{"DetectorId":"mine","AdministratorId":"210987654321","InvitationId":"its-id"}"#);
    let own = relation(false, Some(ONE));
    assert!(invitation.changes(Some(&own)).is_empty());
    let leave = &invitation.removal(&own).changes[0].call;
    let expected = DisassociateFromAdministratorAccount {
        detector_id: "mine".into(),
    };
    assert_eq!(*leave, expected.into());

    let theirs = relation(true, Some(OTHER));
    let refusal = invitation.refusal(Some(&theirs)).expect_err("refused");
    assert_snapshot!(refusal, @"GuardDuty in us-west-2 belongs to the administrator 310987654321");
    assert!(invitation.removal(&theirs).changes.is_empty());
}
