//! Other people's users, and what they gave to ours.

use serde_json::{Value, json};

use super::key_file::{KeyFile, keys, make_key};
use super::{READER, USERS, identity, standing, standing_with};
use crate::support::scenario::{carried_out, operations, planned};
use crate::support::{Account, Ctadmin, Seed};

const READ_ONLY: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";

fn seed<'a>(operation: &'a str, params: Value) -> Seed<'a> {
    Seed {
        service: "iam",
        operation,
        region: "us-east-1",
        params,
    }
}

fn scheme(account: &Account) -> String {
    format!("{}-cloudtrail", account.id())
}

fn anything() -> String {
    let statement = json!({"Effect": "Allow", "Action": "sns:*", "Resource": "*"});
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}

#[test]
fn a_user_that_was_found_gets_a_policy_and_keeps_the_rest() {
    let account = standing();
    account.seeds([
        seed("CreateUser", json!({"UserName": READER, "Path": "/apps/", "Tags": [{"Key": "team", "Value": "sec"}]})),
        seed("AttachUserPolicy", json!({"UserName": READER, "PolicyArn": READ_ONLY})),
        seed("PutUserPolicy", json!({"UserName": READER, "PolicyName": "theirs", "PolicyDocument": anything()})),
    ]);
    make_key(&account, READER);
    let before = (account.raw_snapshot(), keys(&account, READER));
    let plan = carried_out(&account, "create splunk");
    assert_eq!(operations(&plan), ["PutUserPolicy us-east-1"]);
    let notes = plan["notes"].to_string();
    assert!(
        notes.contains("the user cloudtrail-splunkapp exists"),
        "{notes}"
    );

    let plan = carried_out(&account, "delete splunk");
    assert_eq!(operations(&plan), ["DeleteUserPolicy us-east-1"]);
    let notes = plan["notes"].to_string();
    assert!(
        notes.contains("the user cloudtrail-splunkapp is kept"),
        "{notes}"
    );
    assert_eq!((account.raw_snapshot(), keys(&account, READER)), before);
}

#[test]
fn an_empty_user_that_was_found_stays_with_its_keys() {
    let account = standing();
    account.seeds([seed("CreateUser", json!({"UserName": READER}))]);
    let key = make_key(&account, READER).0;
    carried_out(&account, "create splunk");
    let notes = carried_out(&account, "delete splunk")["notes"].to_string();
    assert!(notes.contains("this scheme did not create it"), "{notes}");
    assert_eq!(keys(&account, READER), [key]);
    assert_eq!(planned(&account, "delete splunk")["steps"], json!([]));
}

#[test]
fn what_others_gave_to_a_user_keeps_it() {
    let group = [
        seed("CreateGroup", json!({"GroupName": "people"})),
        seed(
            "AddUserToGroup",
            json!({"GroupName": "people", "UserName": READER}),
        ),
    ];
    let inline = json!({"UserName": READER, "PolicyName": "theirs", "PolicyDocument": anything()});
    let attached = json!({"UserName": READER, "PolicyArn": READ_ONLY});
    let gifts = [
        ("theirs", vec![seed("PutUserPolicy", inline)]),
        (READ_ONLY, vec![seed("AttachUserPolicy", attached)]),
        ("people", group.to_vec()),
    ];
    for (gift, seeds) in gifts {
        let account = standing();
        let file = KeyFile::new();
        file.exits(&account, "--ec2", 0);
        account.seeds(seeds);
        let mut before = identity(&account, "users", READER);
        let key = keys(&account, READER);
        let plan = carried_out(&account, "delete splunk");
        let of_reader = plan["steps"].as_array().expect("steps").iter();
        let of_reader = of_reader.filter(|step| step["params"]["UserName"] == READER);
        let of_reader: Vec<_> = of_reader.map(|step| &step["operation"]).collect();
        assert_eq!(of_reader, ["DeleteUserPolicy"], "{gift}");
        let notes = plan["notes"].to_string();
        assert!(notes.contains(&format!("others added {gift}")), "{notes}");
        let policies = before["policies"].as_object_mut().expect("policies");
        policies.remove(&scheme(&account));
        assert_eq!(identity(&account, "users", READER), before);
        assert_eq!(keys(&account, READER), key);
        assert_eq!(identity(&account, "users", "ec2-splunkapp"), Value::Null);
    }
}

#[test]
fn neighbours_are_untouched_by_create_and_delete() {
    let account = standing();
    let names = [
        "cloudtrail-splunkapp2",
        "xcloudtrail-splunkapp",
        "cloudtrail-splunkap",
        "splunkapp",
        "billing-splunkapp-2",
        "ec2-splunkapps",
    ];
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"AWS": account.id()}, "Action": "sts:AssumeRole"}]});
    for name in names {
        account.seeds([
            seed("CreateUser", json!({"UserName": name, "Tags": [{"Key": "ctadmin:scheme", "Value": scheme(&account)}]})),
            seed("PutUserPolicy", json!({"UserName": name, "PolicyName": scheme(&account), "PolicyDocument": anything()})),
            seed("CreateAccessKey", json!({"UserName": name})),
        ]);
    }
    account.seeds([
        seed(
            "CreateRole",
            json!({"RoleName": READER, "AssumeRolePolicyDocument": trust.to_string()}),
        ),
        seed("CreateGroup", json!({"GroupName": READER})),
        seed(
            "CreatePolicy",
            json!({"PolicyName": scheme(&account), "PolicyDocument": anything()}),
        ),
    ]);
    let before = (account.raw_snapshot(), account.secrets());
    let file = KeyFile::new();
    file.exits(&account, super::key_file::ALL, 0);
    for user in USERS {
        assert_ne!(identity(&account, "users", user), Value::Null, "{user}");
    }
    carried_out(&account, "delete splunk");
    assert_eq!((account.raw_snapshot(), account.secrets()), before);
}

#[test]
fn a_user_that_is_not_named_is_left_alone() {
    let account = standing();
    carried_out(&account, "create splunk --user another");
    carried_out(&account, "create splunk");
    let before = identity(&account, "users", "another");
    carried_out(&account, "delete splunk");
    assert_eq!(identity(&account, "users", "another"), before);
    carried_out(&account, "delete splunk --user another");
    assert_eq!(account.snapshot()["iam"]["users"], json!({}));
}

/// An account in which two schemes stand, and a user reads both, whom the first scheme made.
fn two_schemes() -> Account {
    let account = standing_with("--regions us-west-2");
    let lab = "create --yes --region us-west-2 --regions us-west-2 --prefix lab";
    let bucket = format!("{lab} --bucket lab-cloudtrail-{}", account.id());
    Ctadmin::on(&account, &bucket).exits(0);
    carried_out(&account, "create splunk");
    account
}

#[test]
fn two_schemes_share_a_user() {
    let account = two_schemes();
    let first = account.raw_snapshot();
    let key = make_key(&account, READER).0;
    let plan = carried_out(&account, "create splunk --prefix lab");
    assert_eq!(operations(&plan), ["PutUserPolicy us-east-1"]);
    assert_eq!(
        planned(&account, "create splunk")["steps"],
        json!([]),
        "the first scheme is content"
    );
    let plan = carried_out(&account, "delete splunk --prefix lab");
    assert_eq!(operations(&plan), ["DeleteUserPolicy us-east-1"]);
    assert_eq!(keys(&account, READER), std::slice::from_ref(&key));
    let delete = json!({"UserName": READER, "AccessKeyId": key});
    account.seeds([seed("DeleteAccessKey", delete)]);
    assert_eq!(account.raw_snapshot(), first);
    carried_out(&account, "delete splunk");
    assert_eq!(identity(&account, "users", READER), Value::Null);
}

#[test]
fn the_scheme_that_made_a_user_leaves_it_to_the_other() {
    let account = two_schemes();
    carried_out(&account, "create splunk --prefix lab");
    let plan = carried_out(&account, "delete splunk");
    assert_eq!(operations(&plan), ["DeleteUserPolicy us-east-1"]);
    let notes = plan["notes"].to_string();
    assert!(notes.contains("others added lab-cloudtrail"), "{notes}");
    assert_eq!(
        planned(&account, "create splunk --prefix lab")["steps"],
        json!([])
    );
}

#[test]
fn deleting_needs_no_trail_stack() {
    let account = standing();
    let before = account.snapshot()["iam"].clone();
    carried_out(&account, "create splunk --ec2");
    Ctadmin::on(&account, "delete --yes").exits(0);
    carried_out(&account, "delete splunk");
    assert_eq!(account.snapshot()["iam"], before);
    let script = Ctadmin::on(&account, "delete splunk -n").exits(0).stdout;
    assert!(script.lines().all(|line| line.starts_with('#')), "{script}");
}

#[test]
fn the_inline_policies_of_others_count_before_anything_changes() {
    let account = standing();
    let scheme = scheme(&account);
    account.seeds([seed("CreateUser", json!({"UserName": READER}))]);
    let put = |name: &str, length: usize| {
        let statement = json!({"Sid": "A".repeat(length), "Effect": "Allow", "Action": "sns:*", "Resource": "*"});
        let document = json!({"Version": "2012-10-17", "Statement": [statement]});
        // White space does not count.
        let document = format!("{document:#}{}", " ".repeat(2_000));
        let policy = json!({"UserName": READER, "PolicyName": name, "PolicyDocument": document});
        account.seeds([seed("PutUserPolicy", policy)]);
    };
    put("theirs", 400);
    put("theirs-too", 900);
    account.forget_requests();
    let refused = Ctadmin::on(&account, "create splunk --yes").exits(1);
    refused.says("the inline policies of cloudtrail-splunkapp would have ");
    refused.says(" characters; the limit is 2048, and policies of others have ");
    assert_eq!(account.changes(), Vec::<String>::new());
    put("theirs-too", 1);
    carried_out(&account, "create splunk");
    let policies = &identity(&account, "users", READER)["policies"];
    assert!(policies[&scheme].is_object(), "{policies}");
    // What fits already is not counted again.
    put("theirs-too", 900);
    Ctadmin::on(&account, "create splunk --yes").exits(0);
}
