//! The command line itself: what is refused by the arguments alone, help, completions, the manual page, colours, pipes.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::{self, Ctadmin, Fault, Ran};

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
            "/nowhere/key.ini cannot be made: there is no folder /nowhere",
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
fn help_and_version_go_to_stdout() {
    let help = Ctadmin::alone("--help").exits(0);
    for verb in verbs() {
        assert!(help.stdout.contains(&verb), "{verb} is in the help");
        let ran = Ctadmin::alone(&format!("{verb} --help")).exits(0);
        assert!(ran.stdout.contains("Usage:") && ran.stderr.is_empty());
    }
    assert!(help.stdout.contains("Exit codes:"));
    let version = Ctadmin::alone("--version").exits(0).stdout;
    assert_eq!(
        version,
        concat!("ctadmin ", env!("CARGO_PKG_VERSION"), "\n")
    );
    let ran = Ctadmin::alone("").exits(2);
    assert!(ran.stderr.contains("Usage:"), "no verb shows the usage");
}

#[test]
fn every_shell_gets_completions() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = Ctadmin::alone(&format!("completions {shell}"))
            .exits(0)
            .stdout;
        for word in ["iam-policy", "exclude-regions", "detailed-exitcode"] {
            assert!(script.contains(word), "{word} is completed in {shell}");
        }
    }
    let script = Ctadmin::alone("completions bash").exits(0).stdout;
    let mut bash = Command::new("bash")
        .arg("-n")
        .stdin(Stdio::piped())
        .spawn()
        .expect("bash starts");
    let mut stdin = bash.stdin.take().expect("stdin is piped");
    stdin.write_all(script.as_bytes()).expect("bash reads");
    drop(stdin);
    assert!(
        bash.wait().expect("bash ends").success(),
        "bash can read it"
    );
}

#[test]
fn the_manual_page_has_every_verb_and_option() {
    let page = Ctadmin::alone("man").exits(0).stdout.replace("\\-", "-");
    assert!(page.contains(".TH ctadmin 1"));
    for verb in verbs() {
        assert!(page.contains(&format!("ctadmin-{verb}")), "{verb} is in it");
    }
    for page_of in ["create-splunk", "show-alerts", "delete-alerts"] {
        assert!(
            page.contains(&format!(".TH ctadmin-{page_of} 1")),
            "{page_of}"
        );
    }
    let mut command = ctadmin::cli::command();
    command.build();
    let options = command
        .get_subcommands()
        .chain([&command])
        .flat_map(clap::Command::get_arguments)
        .filter_map(clap::Arg::get_long);
    for option in options {
        assert!(page.contains(&format!("--{option}")), "--{option} is in it");
    }
}

#[test]
fn options_stand_before_or_after_the_verb() {
    let after = Ctadmin::alone(&format!("{OFFLINE} -o json"))
        .exits(0)
        .stdout;
    let before = OFFLINE.replacen("create", "-o json -r us-west-2 create", 1);
    let before = before.replace("--region us-west-2", "");
    assert_eq!(Ctadmin::alone(&before).exits(0).stdout, after);
}

#[test]
fn the_stack_stands_anywhere_among_the_options() {
    let plan = |arguments: &str| {
        let options = "--offline --account-id 123456789012 -r us-west-2 -o json";
        let ran = Ctadmin::alone(&arguments.replace("OFFLINE", options));
        ran.exits(0).json()
    };
    for [first, others @ ..] in [
        [
            "create alerts OFFLINE --multi-region --email a@example.com",
            "create --multi-region OFFLINE --email a@example.com alerts",
            "-o json -r us-west-2 create --email=a@example.com alerts --multi-region --offline --account-id 123456789012",
            "create OFFLINE --multi-region --email a@example.com -- alerts",
        ],
        [
            "create splunk OFFLINE -n --user splunk --prefix splunk",
            "create -n OFFLINE --prefix splunk splunk --user splunk",
            "-q create --user splunk OFFLINE --prefix splunk splunk",
            "create -nq --user splunk --prefix splunk splunk OFFLINE",
        ],
        [
            "create OFFLINE --no-dlq",
            "create trail OFFLINE --no-dlq",
            "create --no-dlq OFFLINE trail",
            "create --no-dlq trail OFFLINE",
        ],
    ] {
        let first = plan(first);
        for other in others {
            assert_eq!(plan(other), first, "{other}");
        }
    }
}

#[test]
fn an_option_of_another_stack_is_named_with_the_stack_that_has_it() {
    for (wrong, why, hint) in [
        (
            "create -n --email a@example.com",
            "--email is not an option of the stack trail",
            "`ctadmin create alerts`",
        ),
        (
            "create --prune -n splunk",
            "--prune is not an option of the stack splunk",
            "`ctadmin create trail`",
        ),
        (
            "show --role=r alerts",
            "--role is not an option of the stack alerts",
            "`ctadmin show splunk`",
        ),
        (
            "create splunk --kms-key-id k",
            "--kms-key-id is not an option of the stack splunk",
            "`ctadmin create trail` and `ctadmin create alerts`",
        ),
    ] {
        let ran = Ctadmin::alone(wrong).exits(2);
        ran.says(&format!("error: {why}"))
            .says(&format!("hint: it is an option of {hint}\n"));
        assert_eq!(ran.stdout, "");
    }
    Ctadmin::alone("create -n alert")
        .exits(2)
        .says("'alert'")
        .says("trail, splunk, alerts");
    Ctadmin::alone("create alerts splunk -n").exits(2);
}

#[test]
fn help_is_that_of_the_stack() {
    let help = |arguments: &str| Ctadmin::alone(arguments).exits(0).stdout;
    let trail = help("create --help");
    for part in ["[STACK]", "Stacks:", "  alerts  Log group", "--prune"] {
        assert!(trail.contains(part), "{part}");
    }
    assert!(!trail.contains("--email"));
    assert_eq!(help("create trail --help"), trail);
    let alerts = help("create alerts --help");
    assert!(alerts.contains("Usage: ctadmin create alerts [OPTIONS]\n"));
    for part in ["Which alerts:", "--email", "--dry-run", "--region"] {
        assert!(alerts.contains(part), "{part}");
    }
    assert!(!alerts.contains("--prune") && !alerts.contains("Stacks:"));
    assert_eq!(help("--help create alerts"), help("--help"));
    assert_eq!(help("create --help alerts"), alerts);
    Ctadmin::alone("help create alerts")
        .exits(2)
        .says("hint: `ctadmin create alerts --help` lists its options");
    assert_eq!(help("create --topic-arn a --help alerts"), alerts);
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

#[test]
fn pipes_and_files_get_no_escape_codes_unless_told() {
    let account = support::account();
    let show =
        |options: &str| Ctadmin::on(&account, &format!("{options} show --regions us-east-1"));
    let bad = |options: &str| Ctadmin::alone(&format!("{options} create -y -r Oregon"));
    assert!(!coloured(&show("").exits(0)));
    assert!(!coloured(&bad("").exits(2)));
    assert!(coloured(&show("--color always").exits(0)));
    assert!(coloured(&bad("--color always").exits(2)));
    assert!(!coloured(
        &show("--color never").env("CLICOLOR_FORCE", "1").exits(0)
    ));
    assert!(!coloured(&bad("").env("NO_COLOR", "1").exits(2)));
    // A script and JSON are for programs.
    assert!(!coloured(
        &Ctadmin::alone(&format!("{OFFLINE} --color always")).exits(0)
    ));
    assert!(!coloured(&show("--color always -o json").exits(0)));
}

#[test]
fn quiet_leaves_results_and_errors() {
    let account = support::account();
    let one = "-r us-west-2 --regions us-west-2";
    let ran = Ctadmin::on(&account, &format!("-q create -y {one}")).exits(0);
    assert_eq!(ran.stderr, "");
    assert_eq!(ran.stdout, "create: 9 done, 0 failed, 0 skipped\n");
    let ran = Ctadmin::on(&account, &format!("create -y {one} --quiet")).exits(0);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
    Ctadmin::alone("-q create -y -r Oregon")
        .exits(2)
        .says("error:");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    for arguments in [OFFLINE, "--help", "man", "completions zsh"] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        let mut command = Ctadmin::alone(arguments).into_command();
        command.stdout(writer).stderr(Stdio::piped());
        // Nobody will ever read.
        drop(reader);
        let ran = Ran::from(command.output().expect("the binary starts"));
        assert_eq!(
            (ran.code, ran.stderr.as_str()),
            (0, ""),
            "ctadmin {arguments}"
        );
    }
}

#[test]
fn credentials_appear_nowhere() {
    const SECRET: &str = "wJalrXUtnFEMIbPxRfiCYEXAMPLEKEY";
    const TOKEN: &str = "IQoJb3JpZ2luX2VjEXAMPLETOKEN";
    let account = support::account();
    let run = |arguments: &str, code: i32| {
        let ran = Ctadmin::on(&account, &format!("-vv {arguments}"))
            .env("AWS_SECRET_ACCESS_KEY", SECRET)
            .env("AWS_SESSION_TOKEN", TOKEN)
            .exits(code);
        for credential in [SECRET, TOKEN, "AKIATEST"] {
            assert!(
                !ran.stdout.contains(credential) && !ran.stderr.contains(credential),
                "ctadmin {arguments} prints {credential}"
            );
        }
    };
    run("create -n -r us-west-2", 0);
    run("create -n -r us-west-2 -o json", 0);
    run("create -y -r us-west-2", 0);
    run("show", 0);
    run("iam-policy create", 0);
    account.faults([Fault::deny().operation("DeleteTopic").forever()]);
    run("delete -y -o json", 1);
    account.faults([Fault::deny().operation("DescribeTrails").forever()]);
    run("show -o json", 1);
    account.faults([Fault::deny().operation("GetCallerIdentity").forever()]);
    run("show", 1);
}

fn coloured(ran: &Ran) -> bool {
    ran.stdout.contains('\x1b') || ran.stderr.contains('\x1b')
}

fn verbs() -> Vec<String> {
    let command = ctadmin::cli::command();
    let verbs = command.get_subcommands();
    verbs.map(|verb| verb.get_name().to_owned()).collect()
}
