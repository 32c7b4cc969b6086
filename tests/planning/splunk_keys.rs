//! Access keys of the Splunk stack: which are created, replaced, refused and deleted.

use ctadmin::aws::read::AccessKey;
use ctadmin::key_file::{Entry, Journal};
use ctadmin::stack::Purpose;
use ctadmin::stack::splunk::{Identity, Keys, Options, READER, Trust};
use insta::assert_snapshot;

use super::memory::Memory;
use super::splunk::{reader, with_trails};
use super::{create, created, deleted, plan};

fn saving(journal: Journal) -> Options {
    let file = "keys".to_owned();
    Options {
        keys: Some(Keys { file, journal }),
        ..reader()
    }
}

fn entry(user: &str, beside: Option<&[&str]>) -> Entry {
    let beside = beside.map(|ids| ids.iter().map(|&id| id.to_owned()).collect());
    Entry::new("default", user, beside)
}

/// A created reader with keys of these ids, all of them unused.
fn with_keys(ids: &[&str]) -> Memory {
    let mut memory = with_trails();
    create(&reader(), &mut memory);
    let keys = memory.keys.entry(READER.to_owned()).or_default();
    for id in ids {
        let id = (*id).to_owned();
        keys.last_used.insert(id.clone(), None);
        keys.keys.push(AccessKey {
            id,
            active: true,
            created: None,
        });
    }
    memory
}

#[test]
fn a_new_key_waits_for_the_policy_of_its_user() {
    assert_snapshot!(created(&saving(Journal::default()), &with_trails()), @"
    1 CreateUser global cloudtrail-splunkapp: user is missing
    2 PutUserPolicy global cloudtrail-splunkapp: attach the inline policy [after 1]
    3 CreateAccessKey global cloudtrail-splunkapp: new access key, saved in keys [after 1, 2]
    ");
}

#[test]
fn only_the_user_that_reads_the_logs_has_the_default_profile() {
    let profile = |identity| {
        let options = Options {
            identity,
            billing_bucket: Some("bills".to_owned()),
            ..saving(Journal::default())
        };
        let plan = plan(&options, Purpose::Create, &with_trails()).expect("a plan");
        let saves = plan.steps.into_iter().filter_map(|step| step.saves);
        saves.map(|saves| saves.name).collect::<Vec<_>>()
    };
    let user = Identity::User(READER.to_owned());
    assert_eq!(profile(user), ["default", "billing-splunkapp"]);
    let role = Identity::Role {
        name: "billing-splunkapp".to_owned(),
        trust: Some(Trust {
            account: "210987654321".to_owned(),
            external_id: None,
        }),
    };
    assert_eq!(profile(role), ["billing-splunkapp"]);
}

#[test]
fn each_user_gets_a_key() {
    let options = Options {
        ec2: true,
        ..saving(Journal::default())
    };
    assert_snapshot!(created(&options, &with_keys(&["AKIAOLD"])), @"
    1 CreateAccessKey global cloudtrail-splunkapp: new access key, saved in keys
    2 CreateUser global ec2-splunkapp: user is missing
    3 PutUserPolicy global ec2-splunkapp: attach the inline policy [after 2]
    4 CreateAccessKey global ec2-splunkapp: new access key, saved in keys [after 2, 3]
    ");
}

#[test]
fn a_key_that_the_file_has_is_not_created_again() {
    let journal = Journal {
        made: vec![entry(READER, None)],
        ..Journal::default()
    };
    assert_eq!(created(&saving(journal), &with_keys(&["AKIANEW"])), "");
}

#[test]
fn a_key_whose_secret_was_lost_is_replaced() {
    let journal = Journal {
        missing: vec![entry(READER, Some(&["AKIAOLD"]))],
        ..Journal::default()
    };
    let memory = with_keys(&["AKIAOLD", "AKIALOST"]);
    assert_snapshot!(created(&saving(journal), &memory), @"
    1 DeleteAccessKey global cloudtrail-splunkapp/AKIALOST: its secret was lost with an interrupted run
    2 CreateAccessKey global cloudtrail-splunkapp: new access key, saved in keys [after 1]
    ");
}

#[test]
fn of_two_keys_that_could_be_the_lost_one_none_is_deleted() {
    let journal = Journal {
        missing: vec![entry(READER, Some(&[]))],
        ..Journal::default()
    };
    assert_snapshot!(created(&saving(journal), &with_keys(&["AKIAONE", "AKIATWO"])), @"
    the user cloudtrail-splunkapp has two access keys already: AKIAONE, AKIATWO
    `ctadmin show splunk` shows when each was used last
    `aws iam delete-access-key --user-name cloudtrail-splunkapp --access-key-id ID` deletes one
    ");
}

#[test]
fn a_third_key_is_refused() {
    let memory = with_keys(&["AKIAONE", "AKIATWO"]);
    assert_snapshot!(created(&saving(Journal::default()), &memory), @"
    the user cloudtrail-splunkapp has two access keys already: AKIAONE, AKIATWO
    `ctadmin show splunk` shows when each was used last
    `aws iam delete-access-key --user-name cloudtrail-splunkapp --access-key-id ID` deletes one
    ");
}

#[test]
fn a_file_for_another_user_is_refused() {
    let journal = Journal {
        missing: vec![entry("somebody", None)],
        ..Journal::default()
    };
    assert_snapshot!(created(&saving(journal), &with_keys(&[])), @"
    keys is for the user somebody
    name another file for cloudtrail-splunkapp
    ");
}

#[test]
fn deleting_takes_the_keys_before_the_user() {
    let mut memory = with_keys(&["AKIAONE", "AKIATWO"]);
    assert_snapshot!(deleted(&reader(), &mut memory), @"
    1 DeleteAccessKey global cloudtrail-splunkapp/AKIAONE
    2 DeleteAccessKey global cloudtrail-splunkapp/AKIATWO
    3 DeleteUserPolicy global cloudtrail-splunkapp
    4 DeleteUser global cloudtrail-splunkapp [after 3, 1, 2]
    (a reader that uses a deleted key is denied at once)
    ");
}

#[test]
fn keys_of_a_user_that_is_kept_are_kept() {
    let mut memory = with_keys(&["AKIAONE"]);
    memory.user(READER).tags.clear();
    assert_snapshot!(deleted(&reader(), &mut memory), @"
    1 DeleteUserPolicy global cloudtrail-splunkapp
    (the user cloudtrail-splunkapp is kept, without the inline policy lab-cloudtrail: this scheme did not create it)
    ");
}
