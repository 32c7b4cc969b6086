//! The command line itself: what is refused by the arguments alone, and plans made offline.

mod help;
mod order;
mod output;

use serde_json::{Value, json};

use crate::support::{self, Ctadmin};

const OFFLINE: &str = "create -n --offline --account-id 123456789012 --region us-west-2";

#[test]
fn what_is_wrong_by_the_arguments_alone_exits_2_and_says_why() {
    let wrong = [
        ("create -y -r Oregon", "unknown region Oregon"),
        ("create -y --regions us-east-1,mars", "unknown region mars"),
        (
            "create -y --regions all,us-east-1",
            "--regions takes `all` or a list",
        ),
        (
            "create -y --exclude-regions us_east_1",
            "unknown region us_east_1",
        ),
        ("create -y --bucket Logs", "invalid bucket name \"Logs\""),
        (
            "create -y --queue logs.fifo",
            "invalid queue name \"logs.fifo\"",
        ),
        ("create -y --prefix a--b", "invalid prefix \"a--b\""),
        (
            "create -y --prefix My",
            "invalid bucket name \"My-cloudtrail\"",
        ),
        (
            "create -y --key-prefix /logs",
            "invalid key prefix \"/logs\"",
        ),
        (
            "create -y --kms-key-id alias/logs",
            "--kms-key-id is not the ARN of a KMS key: alias/logs",
        ),
        ("create -y --multi-region --regional", "cannot be used with"),
        ("create -y --prune --regional", "cannot be used with"),
        ("create -y --no-queue --queue q", "cannot be used with"),
        (
            "create -y --bucket-owner 210987654321 --policy-only",
            "--policy-only",
        ),
        ("create -y --bucket-owner 12", "an account ID has 12 digits"),
        ("create -y --tag team", "a tag is written KEY=VALUE"),
        (
            "create -y --tag aws:team=a",
            "tag keys that begin with aws: are reserved for AWS",
        ),
        (
            "create -y --tag team=a --tag team=b",
            "the tag team is given twice",
        ),
        ("create -y --wait soon", "--wait"),
        ("create -y --jobs 0", "--jobs"),
        ("create -y --offline", "--account-id"),
        ("create -y --account-id 123456789012", "--offline"),
        (
            "create -y --endpoint-url localhost:5000",
            "--endpoint-url is not a URL: localhost:5000",
        ),
        (
            "show --endpoint-url ftp://aws",
            "--endpoint-url is not a URL: ftp://aws",
        ),
        (
            "create -n --offline --account-id 123456789012 -r us-moon-1",
            "unknown region us-moon-1",
        ),
        (
            "create -n --offline --account-id 123456789012 --regions us-east-1 --exclude-regions us-east-1",
            "--exclude-regions excludes every region",
        ),
        (
            "create splunk -y --access-key /nowhere/key.ini",
            "/nowhere/key.ini cannot be created: there is no folder /nowhere",
        ),
        (
            "create -y --detailed-exitcode",
            "--detailed-exitcode can only be used with --dry-run",
        ),
        (
            "delete splunk --detailed-exitcode",
            "--detailed-exitcode can only be used with --dry-run",
        ),
        ("completions tcsh", "tcsh"),
        ("iam-policy frobnicate", "frobnicate"),
        ("frobnicate", "frobnicate"),
        ("create --frobnicate", "--frobnicate"),
    ];
    for (arguments, why) in wrong {
        let ran = Ctadmin::alone(arguments).exits(2);
        ran.says(why).says("error:");
        assert_eq!(ran.stdout, "", "ctadmin {arguments} prints no result");
    }
}

#[test]
fn mistakes_of_newcomers_are_met_with_what_to_do() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let credentials = file.path().display();
    let inputs = "splunk inputs --offline --account-id 123456789012 -r us-west-2";
    for (arguments, code, why, hint) in [
        (
            "create -n --wait 20",
            2,
            "the unit is missing: 20m for minutes",
            "",
        ),
        (
            "create -n --jobs abc",
            2,
            "--jobs takes a whole number, not \"abc\"",
            "",
        ),
        (
            "create -n --jobs 0",
            2,
            "--jobs takes a whole number from 1 to 65535, not \"0\"",
            "",
        ),
        (
            "events --limit 0",
            2,
            "--limit takes a whole number of at least 1, not \"0\"",
            "",
        ),
        (
            "create alerts -n --retention-days many",
            2,
            "--retention-days takes a whole number, not \"many\"",
            "",
        ),
        (
            "delete --offline --account-id 123456789012",
            2,
            "--offline plans for an empty account, in which there is nothing to delete",
            "`ctadmin delete --dry-run`",
        ),
        (
            "delete splunk --offline",
            2,
            "nothing to delete",
            "`ctadmin delete --dry-run`",
        ),
        (
            "show --offline",
            2,
            "show reads the account",
            "`ctadmin create --offline --account-id ID`",
        ),
        (
            "events nofile.gz",
            1,
            "reading nofile.gz: No such file",
            "it was looked for in /",
        ),
        (
            "events s3://bucket/key",
            1,
            "reading s3://bucket/key: No such file",
            "a bucket is read with --from s3://bucket/key",
        ),
        (
            "alerts test nofile.json",
            1,
            "reading nofile.json: No such file",
            "it was looked for in /",
        ),
        (
            "alerts list --catalogue no.toml",
            1,
            "no.toml: it cannot be read: No such file",
            "it was looked for in /",
        ),
        (
            "splunk aws-conf --accounts no.csv",
            1,
            "no.csv: it cannot be read: No such file",
            "it was looked for in /",
        ),
        (
            &format!("{inputs} --credentials {credentials}"),
            2,
            "--credentials has no place in the format sqs-s3",
            "--format legacy is the file that holds a key",
        ),
        (
            &format!("{inputs} --format legacy --credentials no.ini"),
            1,
            "no.ini: it cannot be read: No such file",
            "it was looked for in /",
        ),
    ] {
        let ran = Ctadmin::alone(arguments).exits(code);
        ran.says(why);
        if !hint.is_empty() {
            ran.says(&format!("hint: {hint}"));
        }
    }
}

#[test]
fn nobody_to_ask_is_refused_with_a_hint() {
    for verb in ["create -r us-west-2", "delete"] {
        Ctadmin::alone(verb)
            .exits(2)
            .says("error: there is no terminal to ask for confirmation")
            .says("hint: give --yes to apply without confirmation");
    }
}

#[test]
fn an_unknown_profile_is_named_and_the_known_ones_are_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config");
    let content = "[default]\nregion = us-east-1\n[profile prod]\n[profile lab]\n";
    std::fs::write(&file, content).expect("a file");
    let config = file.to_str().expect("a path of letters");
    for arguments in [
        "show -p nobody",
        "create -y --profile nobody",
        "delete -n -p nobody",
    ] {
        Ctadmin::alone(arguments)
            .env("AWS_CONFIG_FILE", config)
            .exits(2)
            .says("error: there is no profile nobody in the AWS configuration files")
            .says("hint: there are: default, lab, prod");
    }
    Ctadmin::alone("show")
        .env("AWS_CONFIG_FILE", config)
        .env("AWS_PROFILE", "nobody")
        .exits(2)
        .says("there is no profile nobody");
    Ctadmin::alone("show -p nobody")
        .exits(2)
        .says("hint: the files define no profile");
}

#[test]
fn offline_plans_for_17_regions_ask_nobody() {
    let account = support::account();
    Ctadmin::on(&account, OFFLINE).exits(0);
    assert!(account.requests().is_empty(), "no request is made");

    let plan = Ctadmin::alone(&format!("{OFFLINE} -o json"))
        .exits(0)
        .json();
    for (key, value) in [
        ("schema", json!(2)),
        ("command", json!("create")),
        ("account", json!("123456789012")),
        ("partition", json!("aws")),
        ("home_region", json!("us-west-2")),
    ] {
        assert_eq!(plan[key], value, "{key}");
    }
    let notes = plan["notes"].as_array().expect("notes are a list");
    assert!(notes.iter().all(Value::is_string));
    let steps = plan["steps"].as_array().expect("steps are a list");
    let mut regions: Vec<&str> = steps
        .iter()
        .filter_map(|step| step["region"].as_str())
        .collect();
    regions.sort_unstable();
    regions.dedup();
    assert_eq!(regions.len(), 17);
    let mut known: Vec<&Value> = Vec::new();
    for step in steps {
        let keys: Vec<&String> = step.as_object().expect("a step").keys().collect();
        assert_eq!(
            keys,
            [
                "id",
                "region",
                "service",
                "operation",
                "params",
                "reason",
                "after"
            ]
        );
        let service = step["service"].as_str().expect("a name");
        assert!(
            ["s3", "sns", "sqs", "cloudtrail"].contains(&service),
            "{service}"
        );
        let after = step["after"].as_array().expect("a list");
        assert!(
            after.iter().all(|id| known.contains(&id)),
            "steps stand in an order that works"
        );
        known.push(&step["id"]);
    }
}

#[test]
fn offline_dry_runs_exit_3_when_asked_to_tell() {
    Ctadmin::alone(&format!("{OFFLINE} --detailed-exitcode")).exits(3);
    Ctadmin::alone(OFFLINE).exits(0);
    Ctadmin::alone("create --offline --account-id 123456789012")
        .exits(2)
        .says("error: no home region")
        .says("hint: give --region");
}
