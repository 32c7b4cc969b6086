//! What `examples/` shows is what the tool does: each example is run, or compared with the tool's own output.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::json;

use crate::support::{self, Account, Ctadmin, Emulator, Venv};

const README: &str = include_str!("../README.md");
const CONFIG: &str = include_str!("../examples/ctadmin.toml");
const WORKFLOW: &str = include_str!("../examples/github-actions.yml");

#[test]
fn the_quick_start_runs_the_real_binary_to_its_end() {
    let binaries = binaries();
    let target = binaries
        .ancestors()
        .find(|dir| dir.join("CACHEDIR.TAG").exists());
    let mut cargo = Command::new(env!("CARGO"));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        // What cargo tells this test of its package would make it build some dependencies anew.
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(name.as_ref());
        }
    }
    let ran = cargo
        .args(["run", "--quiet", "--example", "quickstart", "--target-dir"])
        .arg(target.expect("tests lie in cargo's target folder"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        // It must not need anything of the machine's own AWS configuration.
        .env("AWS_PROFILE", "nobody")
        .output()
        .expect("cargo starts");
    let said = text(&ran);
    assert!(ran.status.success(), "{said}");
    for (line, end) in [
        ("$ ctadmin create --yes --region us-west-2", ""),
        ("create: ", " done, 0 failed, 0 skipped"),
        ("$ ctadmin show", ""),
        ("nothing to do", ""),
        ("$ ctadmin delete --yes", ""),
        ("delete: ", " done, 0 failed, 0 skipped"),
    ] {
        let mut lines = said.lines();
        let found = lines.any(|said| said.starts_with(line) && said.ends_with(end));
        assert!(found, "{line:?} is not in\n{said}");
    }
}

/// Every `console` block, in order, on one account: what stands behind a `$` is run, what follows is its output.
#[test]
fn the_samples_of_the_readme_are_real() {
    let emulator = Emulator::start();
    let account = emulator.account_with_id("123456789012");
    account.settings(json!({"queue_age": {"us-west-2/123456789012-cloudtrail": 240}}));
    let folder = tempfile::tempdir().expect("a folder");
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    std::os::unix::fs::symlink(examples, folder.path().join("examples")).expect("a link");
    let blocks = README.split("```console\n$ ").skip(1);
    for block in blocks.filter_map(|block| block.split("```").next()) {
        for sample in block.split("\n$ ") {
            let (command, shown) = sample.split_once('\n').unwrap_or((sample, ""));
            // Nobody is there to answer.
            let yes = if shown.contains(" [y/N] y\n") {
                " --yes"
            } else {
                ""
            };
            let mut bash = in_environment(&Ctadmin::on(&account, "").into_command());
            let ran = bash.args(["-c", &format!("({command}{yes}) 2>&1")]);
            let ran = ran
                .current_dir(folder.path())
                .output()
                .expect("bash starts");
            let sqs = "https://sqs.us-west-2.amazonaws.com";
            let printed = text(&ran).replace(account.endpoint(), sqs);
            assert_eq!(comparable(&printed), comparable(shown), "$ {command}");
        }
    }
}

/// Output without what only a pipe or only a terminal gets, and without the count of messages, which is a matter of
/// luck: trails announce themselves while subscriptions are being made. Without any, none is the oldest.
fn comparable(shown: &str) -> String {
    let lines = shown
        .lines()
        .filter(|line| !line.starts_with("done ") && !line.ends_with("[y/N] y"));
    let lines = lines.map(|line| line.split(", the oldest").next().unwrap_or_default());
    let lines = lines.map(|line| line.replace(" 1 message,", " 1 messages,"));
    let lines = lines.map(|line| match line.split_once(" messages") {
        Some((queue, rest)) => format!(
            "{} N messages{rest}",
            queue.trim_end_matches(char::is_numeric)
        ),
        None => line,
    });
    lines.collect::<Vec<_>>().join("\n").trim_end().to_owned()
}

#[test]
fn the_policies_are_those_that_the_tool_prints() {
    for (verb, example) in [
        (
            "create splunk",
            include_str!("../examples/iam-policy-create-splunk.json"),
        ),
        ("create", include_str!("../examples/iam-policy-create.json")),
        ("show", include_str!("../examples/iam-policy-show.json")),
        ("delete", include_str!("../examples/iam-policy-delete.json")),
    ] {
        let arguments = format!("iam-policy {verb} --account-id 123456789012");
        let printed = Ctadmin::alone(&arguments).exits(0).stdout;
        assert_eq!(
            printed, example,
            "run `cargo run -- {arguments}` into the example for {verb}"
        );
    }
}

#[test]
fn parliament_finds_nothing_in_any_policy() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/parliament.sh");
    let venv = Venv::get().beside("parliament-venv");
    let ran = in_environment(&Ctadmin::alone("").into_command())
        .arg(script)
        .env("PARLIAMENT_VENV", venv)
        .output();
    let ran = ran.expect("bash starts");
    assert!(ran.status.success(), "{}", text(&ran));
}

#[test]
fn the_workflow_plans_a_pull_request_offline() {
    let folder = tempfile::tempdir().expect("a folder");
    let plan = Ctadmin::alone("").into_command();
    let ran = workflow_step("Plan for an empty account", plan, folder.path());
    assert!(ran.status.success(), "{}", text(&ran));
    let read = |file: &str| std::fs::read_to_string(folder.path().join(file)).expect(file);
    assert!(read("plan.sh").starts_with("#!/usr/bin/env bash\n"));
    assert!(read("plan.json").contains("\"schema\": 2"));
    assert!(read("summary").contains("\naws cloudtrail create-trail --region us-west-2 "));
}

#[test]
fn the_workflow_fails_when_the_account_has_drifted() {
    let account = support::account();
    let compare = || {
        let folder = tempfile::tempdir().expect("a folder");
        let command = Ctadmin::on(&account, "").into_command();
        let ran = workflow_step(
            "Compare the account with the options",
            command,
            folder.path(),
        );
        (ran.status.code(), text(&ran))
    };
    let (code, said) = compare();
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("::error::"), "{said}");

    Ctadmin::on(&account, "create -y --region us-west-2 --multi-region").exits(0);
    let (code, said) = compare();
    assert_eq!((code, said.as_str()), (Some(0), "no drift\n"));

    let name = format!("{}-cloudtrail-us-west-2", account.id());
    account.seed(
        "cloudtrail",
        "StopLogging",
        "us-west-2",
        json!({ "Name": name }),
    );
    let (code, said) = compare();
    assert_eq!(code, Some(3), "{said}");
}

#[test]
fn the_workflow_fails_when_a_check_of_doctor_fails() {
    let account = support::account();
    let check = || {
        let folder = tempfile::tempdir().expect("a folder");
        let command = Ctadmin::on(&account, "").into_command();
        let ran = workflow_step("Check the delivery of events", command, folder.path());
        let summary = std::fs::read_to_string(folder.path().join("summary")).expect("a summary");
        (ran.status.code(), summary)
    };
    Ctadmin::on(&account, "create -y --region us-west-2").exits(0);
    let (code, summary) = check();
    assert_eq!(code, Some(0), "{summary}");
    assert!(summary.contains("management events"), "{summary}");
    let name = format!("{}-cloudtrail-eu-west-1", account.id());
    let selectors = json!([{"ReadWriteType": "WriteOnly"}]);
    account.seed(
        "cloudtrail",
        "PutEventSelectors",
        "eu-west-1",
        json!({"TrailName": name, "EventSelectors": selectors}),
    );
    let (code, summary) = check();
    assert_eq!(code, Some(1), "{summary}");
}

/// The workflow's role has no more than the policy for `doctor`, which allows all that `show` does.
#[test]
fn a_dry_run_reads_no_more_than_show() {
    let account = support::account();
    Ctadmin::on(&account, "create -y --region us-west-2").exits(0);
    let reads = |arguments: &str| {
        account.forget_requests();
        Ctadmin::on(&account, arguments).exits(0);
        operations(&account)
    };
    let show = reads("show");
    let dry_run = reads("create -n --region us-west-2");
    assert_eq!(
        dry_run.difference(&show).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
}

#[test]
fn the_configuration_file_is_taken_by_every_stack() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/ctadmin.toml");
    let run = |arguments: &str| {
        Ctadmin::alone(&format!("{arguments} --config {}", file.display()))
            .exits(0)
            .stdout
    };
    let offline = "--offline --account-id 123456789012";
    let script = run(&format!("create {offline}"));
    assert!(script.contains("home region us-west-2, config "));
    let alerts = run(&format!("create alerts --multi-region {offline} -o json"));
    assert!(alerts.contains("security@example.com"));
    assert!(!alerts.contains("s3-bucket-policy-changes"));
    assert!(run(&format!("splunk inputs {offline}")).contains("\nindex = security\n"));
    run(&format!("create splunk {offline}"));
}

#[test]
fn the_configuration_file_says_the_same_to_both_stacks() {
    let account = support::account();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/ctadmin.toml");
    let run = |arguments: &str| {
        Ctadmin::on(
            &account,
            &format!("{arguments} --config {}", file.display()),
        )
        .exits(0)
    };
    run("create alerts --multi-region -y");
    for verb in ["create", "create alerts"] {
        let plan = run(&format!("{verb} -n --detailed-exitcode -o json")).json();
        assert_eq!(plan["steps"], json!([]), "{verb}");
    }
}

/// Runs the script of the step with this name as GitHub does: with the workflow's variables, the tool in the path, and
/// the environment of `command`.
fn workflow_step(name: &str, command: Command, folder: &Path) -> Output {
    std::fs::write(folder.join("ctadmin.toml"), CONFIG).expect("written");
    in_environment(&command)
        .args(["-eo", "pipefail", "-c", &script(name)])
        .envs(["ACCOUNT", "CTADMIN_CONFIG"].map(|name| (name, variable(name))))
        .env("GITHUB_STEP_SUMMARY", folder.join("summary"))
        .current_dir(folder)
        .output()
        .expect("bash starts")
}

/// A bash in the environment of this command, with the tool and the AWS CLI in its path.
fn in_environment(command: &Command) -> Command {
    let mut bash = Command::new("bash");
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => bash.env(name, value),
            None => bash.env_remove(name),
        };
    }
    let folders = [binaries(), Venv::get().bin()].map(|folder| folder.display().to_string());
    let path = std::env::var("PATH").expect("there is a path");
    bash.args(["--noprofile", "--norc"])
        .env("PATH", format!("{}:{path}", folders.join(":")))
        .stdin(Stdio::null());
    bash
}

/// The value of a variable in the workflow's `env`.
fn variable(name: &str) -> String {
    let start = format!("  {name}: ");
    let value = WORKFLOW.lines().find_map(|line| line.strip_prefix(&start));
    value.expect(name).trim_matches('"').to_owned()
}

/// The `run: |` block of a step: the lines behind it that are further to the right.
fn script(step: &str) -> String {
    let name = format!("      - name: {step}");
    let mut lines = WORKFLOW.lines().skip_while(|line| *line != name).skip(1);
    assert_eq!(lines.next(), Some("        run: |"), "{step}");
    let block = lines.map_while(|line| line.strip_prefix("          "));
    block.collect::<Vec<_>>().join("\n")
}

fn operations(account: &Account) -> BTreeSet<String> {
    let requests = account.requests().into_iter();
    requests
        .map(|request| format!("{}:{}", request.service, request.operation))
        .collect()
}

/// Where cargo puts the binary; `examples` is beside it.
fn binaries() -> PathBuf {
    let command = Ctadmin::alone("").into_command();
    let folder = Path::new(command.get_program()).parent();
    folder.expect("the binary lies in a folder").to_owned()
}

fn text(ran: &Output) -> String {
    [&ran.stdout, &ran.stderr]
        .map(|bytes| String::from_utf8_lossy(bytes))
        .concat()
}
