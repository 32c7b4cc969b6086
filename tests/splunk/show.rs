//! `ctadmin show splunk`: who may read, how old the keys are, and what has drifted.

use serde_json::{Value, json};

use super::key_file::{ALL, KeyFile, make_key};
use super::{READER, USERS, account, standing, without_id};
use crate::support::scenario::shown;
use crate::support::{Account, Ctadmin, Fault};

/// The resources of a kind in the picture.
#[track_caller]
fn of_kind<'a>(picture: &'a Value, kind: &str) -> Vec<&'a Value> {
    let resources = picture["resources"].as_array().expect("resources");
    let same = resources.iter().filter(|resource| resource["kind"] == kind);
    same.collect()
}

/// A user of the picture.
#[track_caller]
fn user<'a>(picture: &'a Value, name: &str) -> &'a Value {
    let mut users = of_kind(picture, "user").into_iter();
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
    let rows = shown.lines().skip(3).take_while(|line| !line.is_empty());
    let cells = |row: &str| {
        let cells = row.split("  ").map(str::trim);
        let cells = cells.filter(|cell| !cell.is_empty());
        cells.map(str::to_owned).collect()
    };
    rows.map(cells).collect()
}

#[test]
fn users_are_listed_with_their_keys() {
    let account = standing();
    let file = KeyFile::new();
    file.exits(&account, "--ec2", 0);
    let (theirs, _) = make_key(&account, READER);
    let off = json!({"UserName": READER, "AccessKeyId": theirs, "Status": "Inactive"});
    account.seed("iam", "UpdateAccessKey", "us-east-1", off);
    file.aws(&account, "sts get-caller-identity")
        .expect("the key works");
    let rows = rows(&account, "show splunk");
    let key = |user: &str, id: &str| format!("{user}/{id}");
    let (own, ec2) = (file.id(READER), file.id("ec2-splunkapp"));
    let names = [
        READER.to_owned(),
        key(READER, &own),
        key(READER, &theirs),
        "billing-splunkapp".to_owned(),
        "ec2-splunkapp".to_owned(),
        key("ec2-splunkapp", &ec2),
    ];
    let shown: Vec<&String> = rows.iter().map(|row| &row[1]).collect();
    assert_eq!(shown, names.iter().collect::<Vec<_>>());
    assert_eq!(rows[0][2], "created by ctadmin");
    let state = &rows[1][2];
    assert!(state.starts_with("active, created "), "{state}");
    assert!(state.ends_with(" s ago"), "its use: {state}");
    let state = &rows[2][2];
    assert!(state.starts_with("not active, created "), "{state}");
    assert!(state.ends_with("last used never"), "{state}");
    assert_eq!(rows[3][2], "not created");
}

#[test]
fn only_the_reader_of_logs_is_missing_where_no_user_exists() {
    let account = standing();
    let shown = Ctadmin::on(&account, "show splunk").exits(0).stdout;
    let nothing = "no resource of the splunk stack exists; `ctadmin create splunk` creates it\n";
    assert!(shown.ends_with(nothing), "{shown}");
    assert_eq!(drift(&account, READER), json!(["user is missing"]));
    assert_eq!(drift(&account, "ec2-splunkapp"), json!([]));
    Ctadmin::on(&account, "create splunk --yes").exits(0);
    let shown = Ctadmin::on(&account, "show splunk").exits(0).stdout;
    let way = "`ctadmin create splunk` creates the others with --billing-bucket BUCKET and --ec2\n";
    assert!(shown.ends_with(way), "{shown}");
    Ctadmin::on(&account, &format!("create splunk --yes {ALL}")).exits(0);
    let shown = Ctadmin::on(&account, "show splunk").exits(0).stdout;
    assert!(!shown.contains("not created") && !shown.contains("creates the others"));
}

#[test]
fn a_role_is_shown_beside_the_users() {
    let account = standing();
    let create = "create splunk --yes --role reader --trust 210987654321 --ec2";
    Ctadmin::on(&account, create).exits(0);
    let rows = rows(&account, "show splunk --role reader");
    let names: Vec<&str> = rows.iter().map(|row| row[1].as_str()).collect();
    assert_eq!(names, ["reader", "billing-splunkapp", "ec2-splunkapp"]);
    let picture = shown(&account, "show splunk --role reader");
    let role = of_kind(&picture, "role")[0];
    assert_eq!(role["facts"]["created_by"], "ctadmin");
    assert_eq!(role["drift"], json!([]));
    let principal = &role["facts"]["trust"]["Statement"][0]["Principal"];
    assert_eq!(principal["AWS"], "arn:aws:iam::210987654321:root");
}

#[test]
fn the_picture_for_programs() {
    let account = standing();
    let file = KeyFile::new();
    file.exits(&account, "", 0);
    let picture = shown(&account, "show splunk").to_string();
    let picture = picture.replace(&file.id(READER), "KEY");
    let mut picture = without_id(&account, &picture);
    let created = &mut picture["resources"][1]["facts"]["created"];
    let time = created.as_str().expect("a time");
    assert!(time.len() == 20 && time.ends_with('Z'), "{time}");
    *created = "TIME".into();
    picture["resources"]
        .as_array_mut()
        .expect("resources")
        .truncate(3);
    insta::assert_snapshot!(format!("{picture:#}"), @r#"
    {
      "schema": 2,
      "stack": "splunk",
      "account": "ACCOUNT",
      "partition": "aws",
      "prefix": "ACCOUNT",
      "home_region": "us-west-2",
      "resources": [
        {
          "kind": "user",
          "name": "cloudtrail-splunkapp",
          "region": "us-east-1",
          "exists": true,
          "is_wanted": true,
          "facts": {
            "arn": "arn:aws:iam::ACCOUNT:user/cloudtrail-splunkapp",
            "created_by": "ctadmin",
            "others": []
          },
          "drift": []
        },
        {
          "kind": "access-key",
          "name": "cloudtrail-splunkapp/KEY",
          "region": "us-east-1",
          "exists": true,
          "is_wanted": false,
          "facts": {
            "active": true,
            "created": "TIME",
            "last_used": "never"
          },
          "drift": []
        },
        {
          "kind": "user",
          "name": "billing-splunkapp",
          "region": "us-east-1",
          "exists": false,
          "is_wanted": false,
          "facts": {},
          "drift": []
        }
      ],
      "warnings": []
    }
    "#);
}

#[test]
fn drift_is_shown_in_words_and_fixed_by_create() {
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
        let other = json!(["inline policy differs from what it should be"]);
        assert_eq!(drift(&account, user), other, "{user}");
    }
    let shown = Ctadmin::on(&account, "show splunk").exits(0).stdout;
    let line = "drift      ec2-splunkapp: inline policy differs from what it should be";
    assert!(shown.contains(line), "{shown}");
    Ctadmin::on(&account, &create).exits(0);
    for user in USERS {
        assert_eq!(drift(&account, user), json!([]), "{user}");
    }
}

#[test]
fn what_others_created_or_attached_is_named() {
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
    assert_eq!(reader["facts"]["created_by"], "others");
    assert_eq!(
        reader["facts"]["others"],
        json!(["arn:aws:iam::aws:policy/ReadOnlyAccess"])
    );
    let state = "created by others, others ReadOnlyAccess";
    assert_eq!(rows(&account, "show splunk")[0][1..], [READER, state]);
}

#[test]
fn without_a_trail_stack_users_are_shown_all_the_same() {
    let account = account();
    account.seed(
        "iam",
        "CreateUser",
        "us-east-1",
        json!({"UserName": READER}),
    );
    let picture = shown(&account, "show splunk");
    let warning = picture["warnings"][0].as_str().expect("a warning");
    assert!(warning.contains("is missing"), "{warning}");
    assert_eq!(user(&picture, READER)["drift"], json!([]));
    let shown = Ctadmin::on(&account, "show splunk").exits(0).stdout;
    assert!(
        shown.contains("the permissions that readers need are unknown: the queue "),
        "{shown}"
    );
}

#[test]
fn what_iam_does_not_answer_is_unknown() {
    let account = standing();
    let file = KeyFile::new();
    file.exits(&account, "", 0);
    account.faults([Fault::deny().operation("GetAccessKeyLastUsed").forever()]);
    let picture = shown(&account, "show splunk");
    let key = of_kind(&picture, "access-key")[0];
    assert_eq!(key["facts"]["last_used"], "unknown");
    account.faults([Fault::deny().operation("ListAccessKeys").forever()]);
    let ran = Ctadmin::on(&account, "show splunk").exits(1);
    ran.says("iam ListAccessKeys")
        .says("hint: the caller needs iam:ListAccessKeys");
}
