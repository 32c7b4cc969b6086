//! `ctadmin show splunk`: who may read, how old the keys are, and what has drifted.

use serde_json::{Value, json};

use super::key_file::{ALL, KeyFile, make_key};
use super::{READER, USERS, account, standing, without_id};
use crate::support::scenario::shown;
use crate::support::{Account, Ctadmin, Fault};

/// A user of the picture.
#[track_caller]
fn user<'a>(picture: &'a Value, name: &str) -> &'a Value {
    let mut users = picture["users"].as_array().expect("users").iter();
    let user = users.find(|user| user["name"] == name);
    user.expect("the user is shown")
}

#[track_caller]
fn drift(account: &Account, name: &str) -> Value {
    user(&shown(account, "show splunk"), name)["drift"].clone()
}

/// The rows of the table without its head, cell by cell.
#[track_caller]
fn rows(account: &Account, arguments: &str) -> Vec<Vec<String>> {
    let shown = Ctadmin::on(account, arguments).exits(0).stdout;
    assert!(
        shown.lines().all(|line| line.chars().count() <= 80),
        "{shown}"
    );
    let rows = shown.lines().skip(3).take_while(|line| !line.is_empty());
    let cells = |row: &str| {
        let cells = row.split("  ").map(str::trim);
        let cells = cells.filter(|cell| !cell.is_empty());
        cells.map(str::to_owned).collect()
    };
    rows.map(cells).collect()
}

#[test]
fn readers_stand_in_a_table_with_their_keys() {
    let account = standing();
    let file = KeyFile::new();
    file.exits(&account, "--ec2", 0);
    let (theirs, _) = make_key(&account, READER);
    let off = json!({"UserName": READER, "AccessKeyId": theirs, "Status": "Inactive"});
    account.seed("iam", "UpdateAccessKey", "us-east-1", off);
    file.aws(&account, "sts get-caller-identity")
        .expect("the key works");
    let rows = rows(&account, "show splunk");
    let starts = [
        [READER, "ctadmin", &file.id(READER), "yes"],
        [READER, "ctadmin", &theirs, "no"],
        ["billing-splunkapp", "absent", "-", "-"],
        ["ec2-splunkapp", "ctadmin", &file.id("ec2-splunkapp"), "yes"],
    ];
    assert_eq!(rows.len(), starts.len(), "{rows:?}");
    for (row, start) in rows.iter().zip(starts) {
        assert_eq!(row[..4], start);
    }
    assert!(rows[0][4].ends_with(" s"), "its age: {:?}", rows[0]);
    assert!(rows[0][5].ends_with(" s ago"), "its use: {:?}", rows[0]);
    assert_eq!(rows[1][5], "never");
    assert_eq!(rows[3][5], "never");
}

#[test]
fn only_the_reader_of_logs_is_missing_where_nobody_is() {
    let account = standing();
    let shown = Ctadmin::on(&account, "show splunk").exits(0).stdout;
    let words: Vec<Vec<&str>> = shown
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    for row in [
        vec![READER, "missing", "-", "-", "-", "-"],
        vec!["billing-splunkapp", "absent", "-", "-", "-", "-"],
        vec!["ec2-splunkapp", "absent", "-", "-", "-", "-"],
    ] {
        assert!(words.contains(&row), "{row:?}: {shown}");
    }
    let way = "`ctadmin create splunk` adds the others with --billing-bucket BUCKET and --ec2\n";
    assert!(shown.ends_with(way), "{shown}");
    Ctadmin::on(&account, &format!("create splunk --yes {ALL}")).exits(0);
    let shown = Ctadmin::on(&account, "show splunk").exits(0).stdout;
    assert!(!shown.contains("absent") && !shown.contains("adds the others"));
}

#[test]
fn a_role_stands_beside_the_users() {
    let account = standing();
    let create = "create splunk --yes --role reader --trust 210987654321 --ec2";
    Ctadmin::on(&account, create).exits(0);
    let names = rows(&account, "show splunk --role reader");
    let names: Vec<&str> = names.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(
        names,
        ["billing-splunkapp", "ec2-splunkapp", "reader (role)"]
    );
    let picture = shown(&account, "show splunk --role reader");
    let role = &picture["role"];
    assert_eq!(role["own"], true);
    assert_eq!(role["drift"], json!([]));
    let principal = &role["trust"]["Statement"][0]["Principal"];
    assert_eq!(principal["AWS"], "arn:aws:iam::210987654321:root");
}

#[test]
fn the_picture_for_programs() {
    let account = standing();
    let file = KeyFile::new();
    file.exits(&account, "", 0);
    let mut picture = shown(&account, "show splunk");
    let key = &mut picture["users"][0]["keys"][0];
    assert_eq!(key["id"], file.id(READER));
    key["id"] = "KEY".into();
    let made = key["created"].as_str().expect("a time");
    assert!(made.len() == 20 && made.ends_with('Z'), "{made}");
    key["created"] = "TIME".into();
    let picture = without_id(&account, &picture.to_string());
    insta::assert_snapshot!(format!("{picture:#}"), @r#"
    {
      "schema": 1,
      "account": "ACCOUNT",
      "partition": "aws",
      "prefix": "ACCOUNT",
      "users": [
        {
          "name": "cloudtrail-splunkapp",
          "arn": "arn:aws:iam::ACCOUNT:user/cloudtrail-splunkapp",
          "own": true,
          "keys": [
            {
              "id": "KEY",
              "active": true,
              "created": "TIME",
              "last_used": null,
              "last_used_known": true
            }
          ],
          "others": [],
          "drift": []
        },
        {
          "name": "billing-splunkapp",
          "arn": null,
          "own": false,
          "keys": [],
          "others": [],
          "drift": []
        },
        {
          "name": "ec2-splunkapp",
          "arn": null,
          "own": false,
          "keys": [],
          "others": [],
          "drift": []
        }
      ],
      "role": null,
      "error": null
    }
    "#);
}

#[test]
fn drift_is_said_in_words_and_mended_by_create() {
    let account = standing();
    let create = format!("create splunk --yes {ALL}");
    Ctadmin::on(&account, &create).exits(0);
    let scheme = format!("{}-cloudtrail", account.id());
    let nothing = json!({"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}});
    for user in USERS {
        assert_eq!(drift(&account, user), json!([]), "{user}");
        let mut policy = json!({"UserName": user, "PolicyName": scheme});
        account.seed("iam", "DeleteUserPolicy", "us-east-1", policy.clone());
        let missing = json!(["inline policy is missing"]);
        assert_eq!(drift(&account, user), missing, "{user}");
        policy["PolicyDocument"] = nothing.to_string().into();
        account.seed("iam", "PutUserPolicy", "us-east-1", policy);
        let other = json!(["inline policy is not what it should be"]);
        assert_eq!(drift(&account, user), other, "{user}");
    }
    let shown = Ctadmin::on(&account, "show splunk").exits(0).stdout;
    let line = "drift   ec2-splunkapp: inline policy is not what it should be";
    assert!(shown.contains(line), "{shown}");
    Ctadmin::on(&account, &create).exits(0);
    for user in USERS {
        assert_eq!(drift(&account, user), json!([]), "{user}");
    }
}

#[test]
fn what_others_made_or_gave_is_named() {
    let account = standing();
    account.seed(
        "iam",
        "CreateUser",
        "us-east-1",
        json!({"UserName": READER}),
    );
    let policy = json!({"UserName": READER, "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"});
    account.seed("iam", "AttachUserPolicy", "us-east-1", policy);
    let picture = shown(&account, "show splunk");
    let reader = user(&picture, READER);
    assert_eq!(reader["own"], false);
    assert_eq!(
        reader["others"],
        json!(["arn:aws:iam::aws:policy/ReadOnlyAccess"])
    );
    assert_eq!(rows(&account, "show splunk")[0][..2], [READER, "others"]);
    let shown = Ctadmin::on(&account, "show splunk").exits(0).stdout;
    let line = format!("others  {READER} also has arn:aws:iam::aws:policy/ReadOnlyAccess");
    assert!(shown.contains(&line), "{shown}");
}

#[test]
fn without_a_trail_stack_readers_are_shown_all_the_same() {
    let account = account();
    account.seed(
        "iam",
        "CreateUser",
        "us-east-1",
        json!({"UserName": READER}),
    );
    let picture = shown(&account, "show splunk");
    let error = picture["error"].as_str().expect("an error");
    assert!(error.contains("there is no queue"), "{error}");
    assert_eq!(user(&picture, READER)["drift"], json!([]));
    let shown = Ctadmin::on(&account, "show splunk").exits(0).stdout;
    assert!(
        shown.contains("the permissions that readers need are unknown: there is no queue"),
        "{shown}"
    );
}

#[test]
fn what_iam_does_not_tell_is_not_made_up() {
    let account = standing();
    let file = KeyFile::new();
    file.exits(&account, "", 0);
    account.faults([Fault::deny().operation("GetAccessKeyLastUsed").forever()]);
    assert_eq!(rows(&account, "show splunk")[0][5], "unknown");
    let picture = shown(&account, "show splunk");
    let key = &user(&picture, READER)["keys"][0];
    assert_eq!(key["last_used_known"], false);
    account.faults([Fault::deny().operation("ListAccessKeys").forever()]);
    let ran = Ctadmin::on(&account, "show splunk").exits(1);
    ran.says("iam ListAccessKeys")
        .says("hint: the caller needs iam:ListAccessKeys");
}
