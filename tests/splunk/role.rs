//! A role instead of a user: who may assume it, and what it may do.

use serde_json::{Value, json};

use super::{identity, policy, standing, without_id};
use crate::support::scenario::{carried_out, operations, planned};
use crate::support::{Account, AwsCli, Ctadmin};

const TRUSTED: &str = "create splunk --role reader --trust 210987654321,external-id=of:splunk/1";

/// The role's trust policy as IAM keeps it, the account's id left out.
#[track_caller]
fn trust(account: &Account) -> Value {
    let snapshot = account.raw_snapshot();
    let text = snapshot["iam"]["roles"]["reader"]["trust"].as_str();
    without_id(account, text.expect("there is a role"))
}

/// Makes the role as somebody else would.
fn theirs(account: &Account) -> String {
    let trust = json!({"Version": "2012-10-17", "Id": "theirs", "Statement": {
        "Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}});
    let role = json!({"RoleName": "reader", "AssumeRolePolicyDocument": trust.to_string()});
    account.seed("iam", "CreateRole", "us-east-1", role);
    trust.to_string()
}

#[test]
fn a_role_lets_in_whom_it_was_told_to() {
    let account = standing();
    let plan = carried_out(&account, TRUSTED);
    let made = ["CreateRole us-east-1", "PutRolePolicy us-east-1"];
    assert_eq!(operations(&plan), made);
    insta::assert_snapshot!(trust(&account), @r#"{"Version":"2012-10-17","Statement":[{"Sid":"SplunkReadsACCOUNT","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::210987654321:root"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"of:splunk/1"}}}]}"#);
    let scheme = format!("{}-cloudtrail", account.id());
    let role = identity(&account, "roles", "reader");
    assert_eq!(role["tags"], json!({"ctadmin:scheme": scheme}));
    assert_eq!(account.snapshot()["iam"]["users"], json!({}), "nobody else");
    let of_role = policy(&account, "roles", "reader");
    carried_out(&account, "create splunk");
    let of_user = policy(&account, "users", super::READER);
    assert_eq!(of_role, of_user, "both may do the same");
}

#[test]
fn an_external_id_is_demanded_only_when_it_is_given() {
    let account = standing();
    carried_out(&account, "create splunk --role reader --trust 210987654321");
    insta::assert_snapshot!(trust(&account), @r#"{"Version":"2012-10-17","Statement":[{"Sid":"SplunkReadsACCOUNT","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::210987654321:root"},"Action":"sts:AssumeRole"}]}"#);
}

/// The AWS CLI as the administrator of another account tries to become the role.
fn assume(account: &Account, by: &Account, options: &[&str]) -> bool {
    let mut aws = std::process::Command::new(AwsCli::version_1().program());
    by.apply_env(&mut aws);
    let role = format!("arn:aws:iam::{}:role/reader", account.id());
    aws.args(["sts", "assume-role", "--region", "us-west-2"]);
    aws.args(["--role-session-name", "splunk", "--role-arn", &role]);
    let output = aws.args(options).output().expect("the AWS CLI is there");
    output.status.success()
}

#[test]
fn it_can_be_assumed_with_the_external_id_and_not_without() {
    let account = standing();
    let splunk = account.sibling();
    let create = format!("create splunk --yes --role reader --trust {}", splunk.id());
    Ctadmin::on(&account, &format!("{create},external-id=42")).exits(0);
    assert!(assume(&account, &splunk, &["--external-id", "42"]));
    assert!(!assume(&account, &splunk, &["--external-id", "43"]));
    assert!(!assume(&account, &splunk, &[]));
}

#[test]
fn another_external_id_takes_the_place_of_the_first() {
    let account = standing();
    carried_out(&account, TRUSTED);
    let again = "create splunk --role reader --trust 210987654321,external-id=new";
    let plan = carried_out(&account, again);
    assert_eq!(operations(&plan), ["UpdateAssumeRolePolicy us-east-1"]);
    let statements = trust(&account)["Statement"].clone();
    assert_eq!(statements.as_array().map(Vec::len), Some(1));
    let condition = json!({"StringEquals": {"sts:ExternalId": "new"}});
    assert_eq!(statements[0]["Condition"], condition);
    assert_eq!(
        planned(&account, "create splunk --role reader")["steps"],
        json!([]),
        "an option that is not given changes nothing"
    );
}

#[test]
fn a_role_that_nobody_may_assume_is_not_made() {
    let account = standing();
    let ran = Ctadmin::on(&account, "create splunk --yes --role reader --ec2").exits(1);
    ran.says("the role reader is missing, and no option says who may assume it")
        .says("hint: give --trust");
    assert_eq!(account.changes(), Vec::<String>::new());
}

#[test]
fn a_role_that_was_found_keeps_its_trust() {
    let account = standing();
    let before = theirs(&account);
    let plan = carried_out(&account, "create splunk --role reader");
    assert_eq!(operations(&plan), ["PutRolePolicy us-east-1"]);
    let notes = plan["notes"].to_string();
    assert!(notes.contains("the role reader exists"), "{notes}");
    let after = account.raw_snapshot();
    assert_eq!(after["iam"]["roles"]["reader"]["trust"], before);

    let plan = carried_out(&account, TRUSTED);
    assert_eq!(operations(&plan), ["UpdateAssumeRolePolicy us-east-1"]);
    insta::assert_snapshot!(trust(&account), @r#"{"Version":"2012-10-17","Id":"theirs","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"},{"Sid":"SplunkReadsACCOUNT","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::210987654321:root"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"of:splunk/1"}}}]}"#);

    let plan = carried_out(&account, "delete splunk --role reader");
    assert_eq!(operations(&plan), ["DeleteRolePolicy us-east-1"]);
    let notes = plan["notes"].to_string();
    assert!(notes.contains("the role reader is kept"), "{notes}");
}

#[test]
fn drift_of_a_role_is_mended() {
    let account = standing();
    carried_out(&account, TRUSTED);
    let intact = identity(&account, "roles", "reader");
    let scheme = format!("{}-cloudtrail", account.id());
    let policy = json!({"RoleName": "reader", "PolicyName": scheme});
    account.seed("iam", "DeleteRolePolicy", "us-east-1", policy);
    let plan = carried_out(&account, "create splunk --role reader");
    assert_eq!(operations(&plan), ["PutRolePolicy us-east-1"]);
    assert_eq!(identity(&account, "roles", "reader"), intact);
    let plan = carried_out(&account, "create splunk --role reader --tag team=sec");
    assert_eq!(operations(&plan), ["TagRole us-east-1"]);
}

#[test]
fn a_role_goes_when_it_is_named() {
    let account = standing();
    let before = account.raw_snapshot();
    carried_out(&account, TRUSTED);
    assert_eq!(planned(&account, "delete splunk")["steps"], json!([]));
    let plan = carried_out(&account, "delete splunk --role reader");
    let deleted = ["DeleteRolePolicy us-east-1", "DeleteRole us-east-1"];
    assert_eq!(operations(&plan), deleted);
    assert_eq!(account.raw_snapshot(), before);
}

#[test]
fn what_others_gave_a_role_keeps_it() {
    let account = standing();
    carried_out(&account, TRUSTED);
    let policy =
        json!({"RoleName": "reader", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"});
    account.seed("iam", "AttachRolePolicy", "us-east-1", policy);
    let plan = carried_out(&account, "delete splunk --role reader");
    assert_eq!(operations(&plan), ["DeleteRolePolicy us-east-1"]);
    let notes = plan["notes"].to_string();
    assert!(
        notes.contains("arn:aws:iam::aws:policy/ReadOnlyAccess"),
        "{notes}"
    );
}

#[test]
fn whom_others_let_in_keeps_a_role() {
    let account = standing();
    carried_out(&account, TRUSTED);
    let mut trust = account.snapshot()["iam"]["roles"]["reader"]["trust"].clone();
    let theirs = json!({"Sid": "Theirs", "Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"});
    let statements = trust["Statement"].as_array_mut().expect("statements");
    statements.push(theirs);
    let update = json!({"RoleName": "reader", "PolicyDocument": trust.to_string()});
    account.seed("iam", "UpdateAssumeRolePolicy", "us-east-1", update);
    assert_eq!(planned(&account, TRUSTED)["steps"], json!([]));
    let plan = carried_out(&account, "delete splunk --role reader");
    assert_eq!(operations(&plan), ["DeleteRolePolicy us-east-1"]);
    let notes = plan["notes"].to_string();
    assert!(
        notes.contains("others added the trust statement Theirs"),
        "{notes}"
    );
}

#[test]
fn trust_that_iam_would_not_take_is_refused() {
    for wrong in [
        "--role reader --trust 21098765432",
        "--role reader --trust 210987654321,42",
        "--role reader --trust 210987654321,external-id=",
        "--role reader --trust 210987654321,external-id=x",
        "--role reader --trust 210987654321,external-id=a*b",
        "--role rea/der --trust 210987654321",
        "--trust 210987654321",
        "--role reader --user reader --trust 210987654321",
    ] {
        Ctadmin::alone(&format!("create splunk -n {wrong}")).exits(2);
    }
}
