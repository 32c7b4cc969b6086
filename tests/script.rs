//! The dry run as a script: run by bash with the real AWS CLI, it does what the tool itself does.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::scenario::planned;
use crate::support::{self, Account, AwsCli, Ctadmin, Fault, Ran};

/// Pipes a script through bash, with version 1 of the AWS CLI.
pub fn ran(account: &Account, script: &str) -> Ran {
    AwsCli::version_1().ran(account, script)
}

/// As [`ran`], for a script that must succeed.
#[track_caller]
pub fn run(account: &Account, script: &str) {
    AwsCli::version_1().run(account, script);
}

pub fn snapshot(account: &Account) -> Value {
    // URLs name the port of the server.
    let text = account
        .snapshot()
        .to_string()
        .replace(account.endpoint(), "http://server");
    serde_json::from_str(&text).expect("still JSON")
}

#[test]
fn the_script_builds_the_very_account_that_the_tool_builds() {
    builds_the_very_account(AwsCli::version_1(), "us-west-2,eu-west-1");
}

#[test]
fn version_2_builds_it_too() {
    if let Some(cli) = AwsCli::version_2() {
        builds_the_very_account(cli, "us-west-2");
    }
}

fn builds_the_very_account(cli: &AwsCli, regions: &str) {
    let (by_tool, by_script) = support::twins();
    let base = format!("{}-cloudtrail", by_tool.id());
    let both = |arguments: &str| {
        Ctadmin::on(&by_tool, &format!("{arguments} --yes")).exits(0);
        cli.run(&by_script, &cli.script(&by_script, arguments));
        assert_eq!(snapshot(&by_script), snapshot(&by_tool), "{arguments}");
    };
    let create =
        format!("create --region us-west-2 --regions {regions} --tag team=sec --key-prefix it's");
    both(&create);
    assert_eq!(planned(&by_script, &create)["steps"], json!([]));

    for account in [&by_tool, &by_script] {
        account.seed(
            "cloudtrail",
            "UpdateTrail",
            "us-west-2",
            json!({"Name": format!("{base}-us-west-2"), "EnableLogFileValidation": false}),
        );
        account.seed(
            "s3",
            "DeleteBucketPolicy",
            "us-west-2",
            json!({ "Bucket": base }),
        );
    }
    both(&create);
    both("delete");
}

/// A fresh account, and the script of `create` for one region.
fn fresh(cli: &AwsCli) -> (Account, String) {
    let account = support::account();
    let script = cli.script(&account, CREATE);
    (account, script)
}

fn trail(account: &Account) -> String {
    format!("{}-cloudtrail-us-west-2", account.id())
}

const CREATE: &str = "create --region us-west-2 --regions us-west-2";

#[test]
fn a_script_can_be_run_again() {
    let cli = AwsCli::version_1();
    let (account, create) = fresh(cli);
    let plan = planned(&account, CREATE);
    let steps = plan["steps"].as_array().expect("a plan has steps");
    let first = cli.run(&account, &create);
    let begun: Vec<&str> = first.stderr.lines().collect();
    assert_eq!(
        begun.len(),
        steps.len(),
        "a line for each step: {}",
        first.stderr
    );
    let last = format!("{n}/{n} trail {}: ", trail(&account), n = steps.len());
    assert!(
        begun[begun.len() - 1].starts_with(&last),
        "{}",
        first.stderr
    );
    let before = snapshot(&account);
    cli.run(&account, &create);
    assert_eq!(snapshot(&account), before);
    let delete = cli.script(&account, "delete");
    cli.run(&account, &delete);
    let before = snapshot(&account);
    cli.run(&account, &delete);
    assert_eq!(snapshot(&account), before);
}

#[test]
fn another_trail_of_the_name_is_no_success() {
    let cli = AwsCli::version_1();
    let (account, create) = fresh(cli);
    cli.run(&account, &create);
    let update = json!({"Name": trail(&account), "EnableLogFileValidation": false});
    account.seed("cloudtrail", "UpdateTrail", "us-west-2", update);
    let again = cli.ran(&account, &create);
    assert_eq!(again.code, 1, "{}", again.stderr);
    again.says("TrailAlreadyExistsException");
}

#[test]
fn an_error_that_lasts_ends_the_script_at_once() {
    let cli = AwsCli::version_1();
    let (account, create) = fresh(cli);
    cli.run(&account, &create);
    // The topic is another's deed, and so not waited for.
    let topic =
        json!({"TopicArn": format!("arn:aws:sns:us-west-2:{}:{}", account.id(), trail(&account))});
    for (service, operation, params, code) in [
        ("sns", "Unsubscribe", None, "NotFound"),
        (
            "cloudtrail",
            "StopLogging",
            Some(json!({"Name": trail(&account)})),
            "TrailNotFoundException",
        ),
    ] {
        let params = params.unwrap_or_else(|| {
            let listed = account.seed("sns", "ListSubscriptions", "us-west-2", json!({}));
            json!({"SubscriptionArn": listed["Subscriptions"][0]["SubscriptionArn"]})
        });
        account.seed(service, operation, "us-west-2", params);
        let script = cli.script(&account, CREATE);
        match service {
            "sns" => account.seed("sns", "DeleteTopic", "us-west-2", topic.clone()),
            _ => account.seed(
                "cloudtrail",
                "DeleteTrail",
                "us-west-2",
                json!({"Name": trail(&account)}),
            ),
        };
        account.forget_requests();
        let ran = cli.ran(&account, &script);
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        ran.says(code);
        assert_eq!(account.changes().len(), 1, "{:?}", account.changes());
        Ctadmin::on(&account, &format!("{CREATE} --yes")).exits(0);
    }
}

#[test]
fn lost_answers_are_recognised() {
    let cli = AwsCli::version_1();
    let (account, create) = fresh(cli);
    let lost = |operation| Fault::cut_after().operation(operation);
    account.faults([
        lost("CreateBucket"),
        lost("CreateTopic"),
        lost("CreateTrail"),
    ]);
    cli.run(&account, &create);
    assert_eq!(planned(&account, CREATE)["steps"], json!([]));
    let delete = cli.script(&account, "delete");
    account.faults([
        lost("DeleteTrail"),
        lost("DeleteTopic"),
        lost("DeleteQueue"),
    ]);
    cli.run(&account, &delete);
    assert_eq!(planned(&account, "delete")["steps"], json!([]));
}

#[test]
fn half_a_script_does_nothing() {
    let cli = AwsCli::version_1();
    let (account, create) = fresh(cli);
    let half = create.split_once("\nstep 'trail").expect("a trail").0;
    account.forget_requests();
    assert_ne!(cli.ran(&account, half).code, 0);
    assert_eq!(account.requests().len(), 0);
}

#[test]
fn the_script_waits_for_a_bucket_and_a_trail() {
    let cli = AwsCli::version_1();
    let (account, create) = fresh(cli);
    account.settings(json!({"bucket_load": {"PutPublicAccessBlock": 2}, "trail_load": 1}));
    cli.run(&account, &create);
    let requests = account.requests();
    for code in ["NoSuchBucket", "ConflictException"] {
        let met = requests
            .iter()
            .any(|request| request.error.as_deref() == Some(code));
        assert!(met, "{code} was met");
    }
    assert_eq!(planned(&account, CREATE)["steps"], json!([]));
}

#[test]
fn the_script_takes_blocked_public_access_as_it_is() {
    let cli = AwsCli::version_1();
    let (account, create) = fresh(cli);
    account.settings(json!({"denied_operations": ["s3:PutBucketPublicAccessBlock"]}));
    cli.run(&account, &create);
    let off = json!({"Bucket": format!("{}-cloudtrail", account.id())});
    account.seed("s3", "DeletePublicAccessBlock", "us-west-2", off);
    let ran = cli.ran(&account, &create);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    ran.says("AccessDenied");
}

#[test]
fn the_script_waits_until_a_policy_is_seen() {
    let account = support::account();
    account.settings(json!({"policy_delay": 4}));
    let create = "create --region us-west-2 --regions us-west-2";
    let script = Ctadmin::on(&account, &format!("{create} -n"))
        .exits(0)
        .stdout;
    run(&account, &script);
    assert_eq!(planned(&account, create)["steps"], json!([]));
}

#[test]
fn an_offline_plan_is_the_plan_of_an_empty_account() {
    let account = support::account_of_all_regions();
    let online = planned(&account, "create --region us-west-2");
    let command = format!(
        "create --offline --region us-west-2 -o json --account-id {} --endpoint-url {}",
        account.id(),
        account.endpoint()
    );
    let offline = Ctadmin::alone(&command).exits(0).json();
    assert_eq!(offline["steps"], online["steps"]);
}

#[test]
fn the_script_refuses_another_account() {
    let account = support::account();
    let script = Ctadmin::on(&account, "create -n --region us-west-2 --regions us-west-2")
        .exits(0)
        .stdout;
    let other = account.sibling();
    let ran = ran(&other, &script);
    assert_eq!(ran.code, 1);
    ran.says(&format!("this plan is for account {}", account.id()));
    assert_eq!(other.changes(), Vec::<String>::new());
}

#[test]
fn profile_and_endpoint_given_as_options_are_exported() {
    let account = support::account();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("credentials");
    let lab = format!(
        "[lab]\naws_access_key_id = AKIATEST{}\naws_secret_access_key = secret\n",
        account.id()
    );
    std::fs::write(&file, lab).expect("written");
    let script =
        Ctadmin::alone("create -n --region us-west-2 --regions us-west-2 -p lab --endpoint-url")
            .arg(account.endpoint())
            .env("AWS_SHARED_CREDENTIALS_FILE", file.to_str().expect("UTF-8"))
            .env("AWS_ACCESS_KEY_ID", "AKIATEST210987654321")
            .env("AWS_SECRET_ACCESS_KEY", "not the one")
            .exits(0)
            .stdout;
    assert!(
        script.contains(&format!("for account {}", account.id())),
        "--profile wins over the environment:\n{script}"
    );
    assert!(script.contains("export AWS_PROFILE=lab\n"), "{script}");
    assert!(
        script.contains(&format!(
            "command aws --endpoint-url {} \"$@\"",
            account.endpoint()
        )),
        "{script}"
    );
}

#[test]
fn version_1_that_is_loaded_once_is_the_plain_one() {
    is_the_plain_one(AwsCli::version_1());
}

#[test]
fn version_2_that_is_loaded_once_is_the_plain_one() {
    if let Some(cli) = AwsCli::version_2() {
        is_the_plain_one(cli);
    }
}

/// The client of the loaded CLI and the plain CLI: the same output, exit codes, reading of stdin, and way to die.
fn is_the_plain_one(cli: &AwsCli) {
    let account = support::account();
    let begun = |aws: &Path, arguments: &str| {
        let mut command = Command::new(aws);
        account.apply_env(&mut command);
        command
            .args([
                "--region",
                "us-west-2",
                "--endpoint-url",
                account.endpoint(),
            ])
            .args(arguments.split_whitespace())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().expect("the CLI is there")
    };
    let both = [cli.plain().to_owned(), cli.program()];
    for arguments in [
        "sns create-topic --output json --cli-input-json file:///dev/stdin",
        "cloudtrail get-trail-status --name none",
        "cloudtrail nonsense",
    ] {
        let [plain, loaded] = both.each_ref().map(|aws| {
            let mut aws = begun(aws, arguments);
            let mut stdin = aws.stdin.take().expect("stdin is piped");
            // A call that does not read it may have ended.
            let _ = stdin.write_all(br#"{"Name": "topic"}"#);
            drop(stdin);
            aws.wait_with_output().expect("the CLI ends")
        });
        assert_eq!(loaded, plain, "{arguments}");
    }
    for signal in ["-INT", "-TERM", "-KILL"] {
        let [plain, loaded] = both.each_ref().map(|aws| {
            account.faults([Fault::hang()]);
            let aws = begun(aws, "sns list-topics");
            assert!(account.hung(), "the call arrives");
            let pid = aws.id().to_string();
            let kill = Command::new("kill").args([signal, &pid]).status();
            assert!(kill.is_ok_and(|status| status.success()), "kill works");
            let ended = aws.wait_with_output().expect("the CLI ends");
            account.release();
            ended
        });
        assert_eq!(loaded, plain, "{signal}");
    }
}
