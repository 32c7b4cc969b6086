//! The dry run as a script: run by bash with the real AWS CLI, it does what the tool itself does.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::scenario::planned;
use crate::support::{Account, Ctadmin, Emulator, Ran, Venv};

/// Pipes a script through bash, with the AWS CLI of the virtual environment on the path.
pub fn ran(account: &Account, script: &str) -> Ran {
    let path = format!(
        "{}:{}",
        Venv::get().bin().display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let mut command = Command::new("bash");
    account.apply_env(&mut command);
    command
        .env("PATH", path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut bash = command.spawn().expect("bash is there");
    bash.stdin
        .take()
        .expect("stdin is piped")
        .write_all(script.as_bytes())
        .expect("bash reads");
    Ran::from(bash.wait_with_output().expect("bash ends"))
}

/// As [`ran`], for a script that must succeed.
#[track_caller]
pub fn run(account: &Account, script: &str) {
    let ran = ran(account, script);
    assert_eq!(ran.code, 0, "{}\n{script}", ran.stderr);
}

/// Two accounts of one id, on two servers.
pub fn twins() -> ((Emulator, Account), (Emulator, Account)) {
    let twin = || {
        let emulator = Emulator::start();
        let account = emulator.account_with_id("123456789012");
        (emulator, account)
    };
    (twin(), twin())
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
    let ((_one, by_tool), (_two, by_script)) = twins();
    let create = "create --region us-west-2 --regions us-west-2,us-east-1,eu-west-1 --tag team=sec --key-prefix it's";
    Ctadmin::on(&by_tool, &format!("{create} --yes")).exits(0);
    run(
        &by_script,
        &Ctadmin::on(&by_script, &format!("{create} -n"))
            .exits(0)
            .stdout,
    );
    assert_eq!(snapshot(&by_script), snapshot(&by_tool));
    assert_eq!(planned(&by_script, create)["steps"], json!([]));

    for account in [&by_tool, &by_script] {
        account.seed("cloudtrail", "UpdateTrail", "eu-west-1", json!({"Name": "123456789012-cloudtrail-eu-west-1", "IncludeGlobalServiceEvents": true}));
        account.seed(
            "s3",
            "DeleteBucketPolicy",
            "us-west-2",
            json!({"Bucket": "123456789012-cloudtrail"}),
        );
    }
    Ctadmin::on(&by_tool, &format!("{create} --yes")).exits(0);
    run(
        &by_script,
        &Ctadmin::on(&by_script, &format!("{create} -n"))
            .exits(0)
            .stdout,
    );
    assert_eq!(snapshot(&by_script), snapshot(&by_tool));

    Ctadmin::on(&by_tool, "delete --yes").exits(0);
    run(
        &by_script,
        &Ctadmin::on(&by_script, "delete -n").exits(0).stdout,
    );
    assert_eq!(snapshot(&by_script), snapshot(&by_tool));
}

#[test]
fn the_script_waits_until_a_policy_is_seen() {
    let emulator = Emulator::start();
    let account = emulator.account_with_id("123456789012");
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
    let account = crate::support::account();
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
    let emulator = Emulator::start();
    let account = emulator.account_with_id("123456789012");
    let script = Ctadmin::on(&account, "create -n --region us-west-2 --regions us-west-2")
        .exits(0)
        .stdout;
    let other = emulator.account_with_id("210987654321");
    let ran = ran(&other, &script);
    assert_eq!(ran.code, 1);
    ran.says("this plan is for account 123456789012");
    assert_eq!(other.changes(), Vec::<String>::new());
}

#[test]
fn profile_and_endpoint_given_as_options_are_exported() {
    let emulator = Emulator::start();
    let account = emulator.account_with_id("123456789012");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("credentials");
    std::fs::write(
        &file,
        "[lab]\naws_access_key_id = AKIATEST123456789012\naws_secret_access_key = secret\n",
    )
    .expect("written");
    let script =
        Ctadmin::alone("create -n --region us-west-2 --regions us-west-2 -p lab --endpoint-url")
            .arg(account.endpoint())
            .env("AWS_SHARED_CREDENTIALS_FILE", file.to_str().expect("UTF-8"))
            .env("AWS_ACCESS_KEY_ID", "AKIATEST210987654321")
            .env("AWS_SECRET_ACCESS_KEY", "not the one")
            .exits(0)
            .stdout;
    assert!(
        script.contains("for account 123456789012"),
        "--profile wins over the environment:\n{script}"
    );
    assert!(script.contains("export AWS_PROFILE=lab\n"), "{script}");
    assert!(
        script.contains(&format!("export AWS_ENDPOINT_URL={}\n", account.endpoint())),
        "{script}"
    );
}
