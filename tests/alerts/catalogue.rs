//! `ctadmin alerts list`, and catalogues of the user's own.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::tested;
use crate::support::Ctadmin;

/// A catalogue file in a folder of its own.
fn file(content: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mine.toml");
    std::fs::write(&path, content).expect("written");
    let path = path.to_str().expect("a path of letters").to_owned();
    (folder, path)
}

fn listed(arguments: &str) -> Value {
    Ctadmin::alone(&format!("alerts list -o json {arguments}"))
        .exits(0)
        .json()["alerts"]
        .clone()
}

#[test]
fn the_catalogue_is_a_table() {
    let ran = Ctadmin::alone("alerts list").exits(0);
    assert_snapshot!(ran.stdout, @r#"
    NAME                        CIS   SEVERITY  ALARM AT    WHAT HAPPENED
    unauthorized-api-calls      4.1   medium    1 in 300 s  AWS denied a call
    console-signin-without-mfa  4.2   high      1 in 300 s  An IAM user signed in to the console without MFA
    root-usage                  4.3   critical  1 in 300 s  The root user was used
    iam-policy-changes          4.4   high      1 in 300 s  An IAM policy was changed, attached or detached
    cloudtrail-changes          4.5   critical  1 in 300 s  A trail was made, changed, deleted, started or stopped
    console-signin-failures     4.6   medium    3 in 300 s  Sign-ins to the console failed
    kms-key-deletion            4.7   high      1 in 300 s  A KMS key was disabled or is to be deleted
    s3-bucket-policy-changes    4.8   high      1 in 300 s  A bucket's policy, ACL, CORS, lifecycle or replication was changed
    config-changes              4.9   high      1 in 300 s  AWS Config was stopped or changed
    security-group-changes      4.10  medium    1 in 300 s  A security group was changed
    network-acl-changes         4.11  medium    1 in 300 s  A network ACL was changed
    gateway-changes             4.12  medium    1 in 300 s  A customer or internet gateway was changed
    route-table-changes         4.13  medium    1 in 300 s  A route table was changed
    vpc-changes                 4.14  medium    1 in 300 s  A VPC or a peering connection was changed
    organizations-changes       4.15  high      1 in 300 s  The organization was changed
    ec2-instance-changes        -     low       1 in 300 s  An EC2 instance was launched, started, stopped, rebooted or terminated
    "#);
    assert!(!ran.stdout.contains('\u{1b}') && ran.stderr.is_empty());
}

#[test]
fn programs_get_everything() {
    let alerts = listed("--only root-usage");
    assert_eq!(alerts[0]["cis"], "4.3");
    assert_eq!(alerts[0]["security_hub"], "CloudWatch.1");
    assert_eq!(alerts[0]["severity"], "critical");
    assert_eq!(
        (&alerts[0]["threshold"], &alerts[0]["period"]),
        (&json!(1), &json!(300))
    );
    let pattern = alerts[0]["pattern"].as_str().expect("a pattern");
    assert!(pattern.starts_with("{$.userIdentity.type=\"Root\" && "));
    assert_eq!(listed("--only ec2-instance-changes")[0]["cis"], Value::Null);
    let sets = &listed("--only iam-policy-changes")[0]["sets"];
    assert!(
        sets["wide"]
            .as_str()
            .is_some_and(|wide| wide.contains("CreateUser"))
    );
}

#[test]
fn what_is_listed_as_toml_is_a_catalogue() {
    let choice = "--set wide --threshold root-usage=2 --period root-usage=60 --except vpc-changes";
    let toml = Ctadmin::alone(&format!("alerts list --format toml {choice}")).exits(0);
    let (_folder, path) = file(&toml.stdout);
    assert_eq!(
        listed(&format!("--catalogue {path} --except vpc-changes")),
        listed(choice)
    );
    Ctadmin::alone("alerts list --format toml -o json")
        .exits(2)
        .says("--format toml cannot be used with --output json");
}

#[test]
fn own_alerts_are_tested_like_the_others() {
    let (_folder, path) = file(
        "[[alert]]\nname = \"bulk-launch\"\ntitle = \"Many instances at once\"\n\
         pattern = '{ $.eventName = RunInstances && $.requestParameters.instancesSet.items[*].maxCount >= 10 }'\n",
    );
    let ran = tested(
        &format!("--catalogue {path} --only bulk-launch"),
        "ec2-instance-changes.fires.json",
    );
    let ran = ran.exits(0);
    let held = "  fires   bulk-launch\n          $.eventName = \"RunInstances\"\n          $.requestParameters.instancesSet.items[*].maxCount >= 10\n";
    assert!(ran.stdout.contains(held), "{}", ran.stdout);
    assert!(
        ran.stdout
            .ends_with("2 events read, 1 fits an alert, 1 alarm raised\n")
    );
}

#[test]
fn errors_in_catalogues_name_the_file_and_the_place() {
    let entry = "[[alert]]\nname = \"mine\"\ntitle = \"t\"\n";
    for (content, why) in [
        (
            "[[alert]\nname = 7".to_owned(),
            "line 1, column 9: unclosed array table",
        ),
        (
            entry.to_owned(),
            "alert mine, pattern: a new alert needs it",
        ),
        (
            format!("{entry}pattern = \"ERROR\""),
            "line 4, column 11: bad pattern: column 1: a pattern for JSON begins with {",
        ),
        (
            format!("{entry}pattern = '''\n{{ $.a = 1 &&\n  $.b EXISTS }}'''"),
            "line 4, column 11: bad pattern: line 2, column 7: CloudWatch has no EXISTS; = * finds",
        ),
        (
            format!("{entry}pattern = \"{{ $.a = {} }}\"", "x".repeat(1_020)),
            "line 4, column 11: bad pattern: column 1025: 10",
        ),
        (
            format!("{entry}pattern = \"{{ $.a = 1 }}\"\nperiod = 61"),
            "alert mine, period: it must be 10, 20, 30 or a multiple of 60 seconds",
        ),
        (
            format!("{entry}pattern = \"{{ $.a = 1 }}\"\nperiods = 60"),
            "line 5, column 1: unknown field `periods`",
        ),
    ] {
        let (_folder, path) = file(&content);
        for verb in ["list", "test"] {
            Ctadmin::alone(&format!("alerts {verb} --catalogue {path}"))
                .exits(2)
                .says(&format!("error: {path}: {why}"));
        }
    }
    Ctadmin::alone("alerts list --catalogue /nowhere.toml")
        .exits(1)
        .says("/nowhere.toml: it cannot be read: ");
}

#[test]
fn wrong_choices_are_usage_errors() {
    for (arguments, why) in [
        (
            "--only root",
            "error: --only root: there is no alert of this name",
        ),
        ("--except root", "hint: there are: unauthorized-api-calls, "),
        (
            "--only root-usage --except root-usage",
            "error: no alert is left",
        ),
        (
            "--set narrow",
            "hint: there are: no-config-probes of unauthorized-api-calls, wide of iam-policy-changes",
        ),
        (
            "--only root-usage --set wide",
            "hint: the chosen alerts have no sets",
        ),
        ("--threshold root-usage", "the format is NAME=NUMBER"),
        (
            "--threshold root-usage=x",
            "the value after = must be a whole number",
        ),
        (
            "--threshold root-usage=0",
            "error: --threshold root-usage=0: it must be 1 or more",
        ),
        (
            "--only vpc-changes --threshold root-usage=2",
            "error: --threshold root-usage=2: no such alert is chosen",
        ),
        (
            "--period root-usage=45",
            "error: --period root-usage=45: it must be 10, 20, 30 or a multiple of 60",
        ),
        (
            "--threshold root=1",
            "error: --threshold root=1: no such alert is chosen",
        ),
        (
            "--except root-usage --period root-usage=60",
            "error: --period root-usage=60: no such alert is chosen",
        ),
        (
            "--except root",
            "error: --except root: there is no alert of this name",
        ),
        (
            "--set narrow",
            "error: --set narrow: no chosen alert has a set of this name",
        ),
        ("--format yaml", "--format"),
    ] {
        let ran = Ctadmin::alone(&format!("alerts list {arguments}")).exits(2);
        ran.says(why);
        assert_eq!(ran.stdout, "");
    }
}
