//! The dry run of `create splunk` and `delete splunk` as a script for the AWS CLI.

use serde_json::json;

use super::key_file::{ALL, KeyFile, assert_discreet, keys};
use super::stopped::{creation, killed_at};
use super::{READER, USERS, standing};
use crate::script::{ran, run, snapshot};
use crate::support::scenario::planned;
use crate::support::{Account, AwsCli, Ctadmin, Fault, twins};

/// The script of a verb.
#[track_caller]
fn script(account: &Account, arguments: &str) -> String {
    Ctadmin::on(account, &format!("{arguments} -n"))
        .exits(0)
        .stdout
}

#[test]
fn the_script_makes_the_very_readers_that_the_tool_makes() {
    makes_the_very_readers(AwsCli::version_1(), true);
}

#[test]
fn version_2_makes_them_too() {
    if let Some(cli) = AwsCli::version_2() {
        makes_the_very_readers(cli, false);
    }
}

/// Scripts are run again with one version: what makes that harmless is bash's part, not the CLI's.
fn makes_the_very_readers(cli: &AwsCli, again: bool) {
    let (by_tool, by_script) = twins();
    let files = (KeyFile::new(), KeyFile::new());
    for account in [&by_tool, &by_script] {
        let create = "create --yes --region us-west-2 --regions us-west-2";
        Ctadmin::on(account, create).exits(0);
    }
    let options = format!("{ALL} --tag team=sec");
    files.0.exits(&by_tool, &options, 0);
    let script = cli.script(&by_script, &files.1.create(&options));
    cli.run(&by_script, &script);
    assert_eq!(snapshot(&by_script), snapshot(&by_tool));
    assert_eq!(
        planned(&by_script, &format!("create splunk {options}"))["steps"],
        json!([])
    );
    files.1.holds_the_only_keys(&by_script, &USERS);
    files
        .1
        .aws(&by_script, "cloudtrail describe-trails")
        .expect("the reader may");

    let both = |arguments: &str| {
        Ctadmin::on(&by_tool, &format!("{arguments} --yes")).exits(0);
        let script = cli.script(&by_script, arguments);
        for _ in 0..=usize::from(again) {
            cli.run(&by_script, &script);
            assert_eq!(snapshot(&by_script), snapshot(&by_tool), "{arguments}");
        }
    };
    let role = "create splunk --role reader --trust 210987654321,external-id=it";
    both(role);
    both("delete splunk --role reader");
    both("delete splunk");
    both(&format!("create splunk {options}"));
}

/// An account in which the reader stands, and has no key.
fn reader() -> Account {
    let account = standing();
    Ctadmin::on(&account, "create splunk --yes").exits(0);
    account
}

#[test]
fn a_file_is_not_overwritten_and_no_key_made() {
    let account = reader();
    let file = KeyFile::new();
    let script = script(&account, &file.create(""));
    run(&account, &script);
    file.holds_the_only_keys(&account, &[READER]);
    let before = file.text();
    let again = assert_discreet(&account, ran(&account, &script));
    assert_ne!(again.code, 0);
    again.says("cannot overwrite existing file");
    assert_eq!(file.text(), before);
    file.holds_the_only_keys(&account, &[READER]);
}

#[test]
fn the_name_of_a_file_may_be_odd() {
    let account = reader();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a $KEY; 'no more'");
    let create = Ctadmin::on(&account, "create splunk -n --access-key");
    let script = create.arg(path.to_str().expect("UTF-8")).exits(0).stdout;
    run(&account, &script);
    let text = std::fs::read_to_string(&path).expect("the file is there");
    assert!(
        text.contains(&keys(&account, READER)[0]),
        "the key is in it"
    );
}

#[test]
fn no_secret_is_told_and_no_second_key_made_when_an_answer_is_lost() {
    let faults = [
        (Fault::internal_error_after(), 1),
        (Fault::cut_after(), 1),
        (Fault::internal_error(), 0),
        (Fault::deny(), 0),
    ];
    for (fault, made) in faults {
        let account = reader();
        let file = KeyFile::new();
        let script = script(&account, &file.create(""));
        account.faults([fault.clone().operation("CreateAccessKey")]);
        let ran = assert_discreet(&account, ran(&account, &script));
        assert_ne!(ran.code, 0, "{fault:?}");
        assert_eq!(keys(&account, READER).len(), made, "{fault:?}");
        assert_eq!(file.mode(), 0o600);
    }
}

#[test]
fn what_made_no_key_is_waited_for() {
    let account = reader();
    let file = KeyFile::new();
    let script = script(&account, &file.create(""));
    account.faults([Fault::throttle().operation("CreateAccessKey")]);
    run(&account, &script);
    file.holds_the_only_keys(&account, &[READER]);
}

#[test]
fn the_script_takes_up_what_a_killed_run_has_left() {
    let account = standing();
    let file = KeyFile::new();
    killed_at(creation(), &account, &file, "");
    let script = script(&account, &file.create(""));
    assert_discreet(&account, ran(&account, &script));
    file.holds_the_only_keys(&account, &[READER]);
}
