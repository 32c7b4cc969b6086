//! `create splunk --access-key FILE`: one new file for its owner alone, or nothing at all.

use std::os::unix::fs::symlink;

use serde_json::json;

use super::key_file::{ALL, KeyFile, assert_discreet, keys, make_key};
use super::{READER, USERS, identity, standing, text};
use crate::support::scenario::{carried_out, carried_out_before, operations, planned};
use crate::support::{Account, Ctadmin, Fault};

#[test]
fn a_key_is_made_and_written() {
    let account = standing();
    let file = KeyFile::new();
    let plan = carried_out_before(&account, &file.create(""), "create splunk");
    let made = ["CreateUser", "PutUserPolicy", "CreateAccessKey"];
    assert_eq!(
        operations(&plan),
        made.map(|operation| format!("{operation} us-east-1"))
    );
    let path = file.path();
    let step = &plan["steps"][2];
    let output = |path: &str| json!({"$output": {"step": step["id"], "path": path}});
    let values = json!({
        "aws_access_key_id": output("AccessKey.AccessKeyId"),
        "aws_secret_access_key": output("AccessKey.SecretAccessKey"),
    });
    let saves =
        json!({"file": path, "profile": "default", "region": "us-west-2", "values": values});
    assert_eq!(step["saves"], saves);
    file.holds_the_only_keys(&account, &[READER]);
}

#[test]
fn each_user_has_a_profile_of_its_own() {
    let account = standing();
    let file = KeyFile::new();
    let without = format!("create splunk {ALL}");
    carried_out_before(&account, &file.create(ALL), &without);
    file.holds_the_only_keys(&account, &USERS);
}

#[test]
fn a_reader_of_another_name_has_the_default_profile() {
    let account = standing();
    let file = KeyFile::new();
    file.exits(&account, "--user another", 0);
    assert!(file.text().contains("[default]\n"), "{}", file.text());
    assert!(!file.text().contains("[another]\n"), "{}", file.text());
    assert_eq!(keys(&account, "another"), [file.id(READER)]);
}

#[test]
fn the_file_is_its_owners_alone_whatever_the_umask() {
    let account = standing();
    for (at, umask) in ["000", "022", "077", "377", "777"].iter().enumerate() {
        let file = KeyFile::new();
        let words = ["-c", &format!("umask {umask}; exec \"$@\""), "sh"];
        let user = format!("--user reader-{at}");
        file.ctadmin(&account, &user).through("sh", &words).exits(0);
        assert_eq!(file.mode(), 0o600, "with umask {umask}");
    }
}

#[test]
fn a_key_opens_what_splunk_reads_and_nothing_else() {
    let account = standing();
    let id = account.id();
    let file = KeyFile::new();
    file.exits(&account, "", 0);
    let bucket = format!("{id}-cloudtrail");
    for key in [format!("AWSLogs/{id}/log.json.gz"), "private".to_owned()] {
        let object = json!({"Bucket": bucket, "Key": key, "Body": "{}"});
        account.seed("s3", "PutObject", "us-west-2", object);
    }
    let queue = format!("{}/{id}/{id}-cloudtrail", account.endpoint());
    for allowed in [
        format!("sqs get-queue-url --queue-name {id}-cloudtrail"),
        format!("sqs get-queue-attributes --queue-url {queue} --attribute-names All"),
        format!("sqs receive-message --queue-url {queue}"),
        format!("sqs get-queue-attributes --queue-url {queue}-dlq --attribute-names All"),
        format!("s3api list-objects-v2 --bucket {bucket}"),
        format!("s3api get-object --bucket {bucket} --key AWSLogs/{id}/log.json.gz /dev/null"),
        "cloudtrail describe-trails".to_owned(),
    ] {
        file.aws(&account, &allowed).expect("the reader may");
    }
    for forbidden in [
        format!("s3api get-object --bucket {bucket} --key private /dev/null"),
        format!("sqs purge-queue --queue-url {queue}"),
        "sns list-topics".to_owned(),
        "iam list-users".to_owned(),
        format!("iam create-access-key --user-name {READER}"),
    ] {
        let denied = file
            .aws(&account, &forbidden)
            .expect_err("the reader may not");
        assert!(
            denied.contains("AccessDenied") || denied.contains("AuthorizationError"),
            "{forbidden}: {denied}"
        );
    }
}

#[test]
fn a_key_is_all_that_looking_at_events_takes() {
    let account = standing();
    let file = KeyFile::new();
    file.exits(&account, "", 0);
    let with_key = |verb: &str| {
        Ctadmin::alone(verb)
            .env(
                "AWS_SHARED_CREDENTIALS_FILE",
                file.path().to_str().expect("UTF-8"),
            )
            .env("AWS_ENDPOINT_URL", account.endpoint())
            .exits(0)
    };
    let queue = format!("{0}/{1}/{1}-cloudtrail", account.endpoint(), account.id());
    let message = json!({"QueueUrl": queue, "MessageBody": "CloudTrail validation message."});
    account.seed("sqs", "SendMessage", "us-west-2", message);
    with_key("events").says("validation message");
    let checks = with_key("doctor").stdout;
    let mut checks = checks
        .lines()
        .filter(|line| line.starts_with("reader and queue "));
    let reads = checks.next().expect("a check of the reader");
    assert!(reads.contains("pass"), "{reads}");
}

#[test]
fn no_plan_and_no_report_tells_a_secret() {
    let account = standing();
    let file = KeyFile::new();
    for dry in ["-n", "-n -o json"] {
        let plan = Ctadmin::on(&account, &format!("{} {dry} -vv", file.create(ALL)));
        assert_discreet(&account, plan.exits(0));
    }
    account.faults([Fault::deny().operation("CreateAccessKey")]);
    let report = |code| {
        let run = file.ctadmin(&account, ALL).arg("--output=json");
        let report = assert_discreet(&account, run.exits(code)).json();
        let steps = report["steps"].as_array().expect("steps").iter();
        let keys = steps.filter(|step| step["operation"] == "CreateAccessKey");
        keys.map(|step| text(&step["outcome"])).collect::<Vec<_>>()
    };
    let mut outcomes = report(1);
    outcomes.sort();
    assert_eq!(outcomes, ["done", "done", "failed"]);
    for dry in ["-n", "-n -o json"] {
        let plan = Ctadmin::on(&account, &format!("{} {dry} -vv", file.create(ALL)));
        assert_discreet(&account, plan.exits(0));
    }
    assert_eq!(report(0), ["done"]);
    file.holds_the_only_keys(&account, &USERS);
}

/// Tries to have keys written where something is already, and checks that nothing comes of it.
#[track_caller]
fn refused(account: &Account, file: &KeyFile, what: &str) {
    account.forget_requests();
    for dry in ["", "--dry-run"] {
        let ran = Ctadmin::on(account, &format!("{} --yes {dry}", file.create(ALL))).run();
        assert_eq!(ran.code, 2, "{what}: {}{}", ran.stdout, ran.stderr);
        ran.says("key.ini exists already").says("hint: ");
    }
    assert_eq!(
        account.requests().len(),
        0,
        "{what}: nothing was even asked"
    );
}

#[test]
fn what_exists_is_never_overwritten() {
    let account = standing();
    let contents = [
        "",
        "\n",
        "mine",
        "[default]\naws_access_key_id = AKIA\naws_secret_access_key = mine\n",
        "# ctadmin: not a journal\n",
        "\u{feff}",
    ];
    for content in contents {
        let file = KeyFile::new();
        std::fs::write(file.path(), content).expect("written");
        refused(&account, &file, content);
        assert_eq!(file.text(), content);
    }
    let file = KeyFile::new();
    std::fs::write(file.path(), [0xff, 0xfe]).expect("written");
    refused(&account, &file, "no text");
    let file = KeyFile::new();
    std::fs::create_dir(file.path()).expect("made");
    refused(&account, &file, "a folder");
    let pipe = KeyFile::new();
    let made = std::process::Command::new("mkfifo")
        .arg(pipe.path())
        .status();
    assert!(made.expect("mkfifo is there").success());
    refused(&account, &pipe, "a pipe that nobody writes to");
}

#[test]
fn links_are_not_followed() {
    let account = standing();
    let target = KeyFile::new();
    let link = KeyFile::new();
    symlink(target.path(), link.path()).expect("linked");
    refused(&account, &link, "a link to nowhere");
    assert!(!target.is_there());
    std::fs::write(target.path(), "mine").expect("written");
    refused(&account, &link, "a link to a file");
    assert_eq!(target.text(), "mine");
}

#[test]
fn a_finished_file_is_not_written_to_again() {
    let account = standing();
    let file = KeyFile::new();
    file.exits(&account, ALL, 0);
    let before = (file.text(), account.raw_snapshot());
    refused(&account, &file, "a file with keys");
    assert_eq!((file.text(), account.raw_snapshot()), before);
}

#[test]
fn a_folder_that_is_not_there_is_found_out_before_anything_is_asked() {
    let account = standing();
    let file = KeyFile::new();
    std::fs::write(file.path(), "").expect("written");
    for below in ["no/such/folder.ini", "key.ini/below.ini"] {
        let path = file.path().with_file_name(below);
        let create = "create splunk --yes --access-key";
        let ran = Ctadmin::on(&account, create)
            .arg(path.to_str().expect("UTF-8"))
            .exits(2);
        ran.says("cannot be created: there is no folder ")
            .says(below);
    }
    assert!(account.requests().is_empty());
}

#[test]
fn a_key_that_a_user_has_already_is_noted_in_the_plan() {
    let account = standing();
    Ctadmin::on(&account, &format!("create splunk --yes {ALL}")).exits(0);
    let [reader, spare, off] =
        [READER, "ec2-splunkapp", "billing-splunkapp"].map(|user| make_key(&account, user).0);
    let update = json!({"UserName": "billing-splunkapp", "AccessKeyId": off, "Status": "Inactive"});
    account.seed("iam", "UpdateAccessKey", "us-east-1", update);
    let plan = planned(&account, &KeyFile::new().create(ALL));
    let notes = plan["notes"].as_array().expect("notes");
    let notes = notes.iter().filter_map(|note| note.as_str());
    let notes: Vec<&str> = notes.filter(|note| note.contains("already")).collect();
    let of = |user: &str, key: &str| {
        format!(
            "the user {user} has an active key already: {key}, never used; delete it when no reader uses it any more"
        )
    };
    assert_eq!(notes, [of(READER, &reader), of("ec2-splunkapp", &spare)]);
    let without = planned(&account, &format!("create splunk {ALL}"));
    assert!(!without["notes"].to_string().contains("already"));
}

#[test]
fn a_third_key_is_refused_before_anything_changes() {
    let account = standing();
    Ctadmin::on(&account, "create splunk --yes").exits(0);
    let first = make_key(&account, READER).0;
    let file = KeyFile::new();
    file.exits(&account, "", 0);
    file.holds_keys(&account, &[READER]);
    assert_eq!(keys(&account, READER), [first.clone(), file.id(READER)]);
    account.forget_requests();
    let third = KeyFile::new();
    let ran = third.exits(&account, "--ec2", 1);
    ran.says("cloudtrail-splunkapp has two access keys already")
        .says(&first)
        .says(&file.id(READER))
        .says("hint: `ctadmin show splunk`")
        .says("delete-access-key");
    assert_eq!(account.changes(), Vec::<String>::new());
    assert!(!third.is_there());
}

#[test]
fn a_role_has_no_keys() {
    let file = KeyFile::new();
    let create = file.create("--yes --role reader --trust 210987654321");
    Ctadmin::alone(&create)
        .exits(2)
        .says("a role has no access keys");
    assert!(!file.is_there());
    let account = standing();
    file.exits(&account, "--role reader --trust 210987654321 --ec2", 0);
    file.holds_the_only_keys(&account, &["ec2-splunkapp"]);
}

#[test]
fn a_denial_leaves_no_file() {
    for denied in ["CreateAccessKey", "CreateUser", "ListAccessKeys"] {
        let account = standing();
        let file = KeyFile::new();
        account.faults([Fault::deny().operation(denied).forever()]);
        let ran = file.exits(&account, ALL, 1);
        ran.says(&format!("iam {denied}"))
            .says(&format!("hint: the caller needs iam:{denied}"));
        assert!(!file.is_there(), "{denied}");
        assert_eq!(account.secrets().len(), 0, "{denied}");
        account.faults([]);
        file.exits(&account, ALL, 0);
        file.holds_the_only_keys(&account, &USERS);
    }
}

#[test]
fn what_was_made_is_kept_when_another_key_is_denied() {
    let account = standing();
    let file = KeyFile::new();
    account.faults([Fault::deny().operation("CreateAccessKey")]);
    file.exits(&account, ALL, 1);
    assert_eq!(account.secrets().len(), 2);
    account.faults([]);
    file.exits(&account, ALL, 0);
    file.holds_the_only_keys(&account, &USERS);
}

#[test]
fn a_key_that_the_disk_has_no_room_for_is_deleted_again() {
    for bytes in [0, 20, 220, 260, 330, 400, 500] {
        let account = standing();
        let file = KeyFile::new();
        let run = file.on_a_disk_with(bytes, "SIG_IGN", &account, ALL);
        assert_discreet(&account, run.exits(1));
        let written = account.secrets().len();
        assert!(written < 3, "{bytes} bytes");
        assert_eq!(file.is_there(), written > 0, "{bytes} bytes");
        file.exits(&account, ALL, 0);
        file.holds_the_only_keys(&account, &USERS);
    }
}

#[test]
fn a_key_half_written_at_the_end_of_a_run_is_made_again() {
    for bytes in [260, 330, 400, 500] {
        let account = standing();
        let file = KeyFile::new();
        let run = file.on_a_disk_with(bytes, "SIG_DFL", &account, ALL);
        assert_discreet(&account, run.exits(-1));
        assert!(file.is_there());
        file.exits(&account, ALL, 0);
        file.holds_the_only_keys(&account, &USERS);
    }
}

#[test]
fn keys_go_with_their_users() {
    let account = standing();
    let file = KeyFile::new();
    file.exits(&account, ALL, 0);
    let plan = planned(&account, "delete splunk");
    let deleted = operations(&plan);
    let keys = deleted
        .iter()
        .filter(|call| call.starts_with("DeleteAccessKey"));
    assert_eq!(keys.count(), 3);
    let notes = plan["notes"].to_string();
    assert!(
        notes.contains("a reader that uses a deleted key"),
        "{notes}"
    );
    carried_out(&account, "delete splunk");
    assert_eq!(identity(&account, "users", READER), json!(null));
    assert_eq!(account.secrets().len(), 0);
}
