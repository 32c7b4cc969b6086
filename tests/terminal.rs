//! What people see on a terminal of 80 columns (a pseudo-terminal that Python opens): no word is broken, and programs
//! get each message in one line.

use std::io::Write;

use anstream::adapter::strip_str;
use serde_json::json;

use crate::support::{self, Account, Ctadmin, Ran};

const COLUMNS: usize = 80;

/// All that a verb writes to a terminal.
fn written(account: &Account, verb: &str) -> String {
    let terminal = Ctadmin::on(account, verb).in_terminal(COLUMNS);
    terminal.run().stdout
}

/// The lines that a verb shows on a terminal, without colours and without what the progress bar has taken away.
fn shown(account: &Account, verb: &str) -> Vec<String> {
    let written = written(account, verb);
    let lines = written.lines().map(|line| {
        let line = strip_str(line).to_string();
        let left = line.trim_end_matches('\r').rsplit('\r').next();
        left.unwrap_or_default().to_owned()
    });
    lines.collect()
}

/// All that a program gets from the verb.
fn piped(account: &Account, verb: &str) -> String {
    let ran = Ctadmin::on(account, verb).run();
    ran.stdout + &ran.stderr
}

fn words<'a>(text: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let words = text.into_iter().flat_map(str::split_whitespace);
    words.collect()
}

fn columns(line: &str) -> usize {
    line.chars().count()
}

/// The verb's lines fit the terminal, hold the words that a program gets, and would not fit it as a program gets them.
#[track_caller]
fn fits(account: &Account, verb: &str) {
    let (shown, piped) = (shown(account, verb), piped(account, verb));
    let too_long = shown.iter().find(|line| columns(line) > COLUMNS);
    assert_eq!(too_long, None, "ctadmin {verb}");
    let lines = shown.iter().map(String::as_str);
    assert_eq!(words(lines), words([piped.as_str()]), "ctadmin {verb}");
    assert!(piped.lines().any(|line| columns(line) > COLUMNS), "{piped}");
}

#[test]
fn pictures_and_check_ups_fit() {
    let account = support::account();
    Ctadmin::on(&account, "create -y -r us-west-2 --no-log-file-validation").exits(0);
    account.settings(json!({"delivery": {"eu-west-1": {"LatestDeliveryError": "AccessDenied"}}}));
    let policy = json!({"Bucket": format!("{}-cloudtrail", account.id())});
    account.seed("s3", "DeleteBucketPolicy", "us-west-2", policy);
    fits(&account, "show");
    fits(&account, "doctor");
    fits(&account, "alerts list");
    Ctadmin::on(&account, "create splunk -y").exits(0);
    let group = json!({"GroupName": "a-group-whose-name-takes-a-line"});
    account.seed("iam", "CreateGroup", "us-east-1", group.clone());
    let mut member = group;
    member["UserName"] = "cloudtrail-splunkapp".into();
    account.seed("iam", "AddUserToGroup", "us-east-1", member);
    fits(&account, "show splunk");
}

#[test]
fn reading_shows_how_many_regions_are_read_on_a_terminal_only() {
    let account = support::account_of_all_regions();
    let create = "create -y -r us-west-2 --regions us-west-2,eu-west-1";
    Ctadmin::on(&account, create).exits(0);
    account.settings(json!({"latency": 0.3}));
    for verb in ["show", "doctor", create] {
        let written = written(&account, verb);
        assert!(
            written.contains("/17 regions"),
            "ctadmin {verb}: {written:?}"
        );
        assert!(!written.contains("0/0"), "ctadmin {verb}: {written:?}");
    }
    assert!(!written(&account, "show -q").contains("/17 regions"));
    let piped = piped(&account, "show");
    assert!(!piped.contains("reading"), "{piped}");
}

/// The run of `events` with a pipe that brings 64 events, the last after a moment. None of them matches.
fn from_a_slow_pipe(arguments: &str, run: impl FnOnce(Ctadmin) -> Ran) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo is there").success());
    let event = json!({"eventTime": "2026-01-31T12:00:00Z", "eventName": "CreateUser"});
    let line = format!("{event}\n");
    std::thread::scope(|threads| {
        threads.spawn(|| {
            let mut end = std::fs::File::create(&pipe).expect("somebody reads");
            end.write_all(line.repeat(63).as_bytes()).expect("written");
            // The words change every 100 ms at most.
            std::thread::sleep(std::time::Duration::from_millis(300));
            end.write_all(line.as_bytes()).expect("written");
        });
        let events = format!("events {arguments} --filter event=DeleteUser");
        run(Ctadmin::alone(&events).arg(&pipe.to_string_lossy()))
    })
}

#[test]
fn how_far_reading_has_come_is_shown_on_a_terminal_only() {
    let on_terminal = |events: Ctadmin| events.in_terminal(COLUMNS).exits(0);
    let written = from_a_slow_pipe("", on_terminal).stdout;
    let words = "reading 1 log, 0.0 MB; 64 read (";
    assert!(written.contains(words), "{written:?}");
    assert!(!written.contains("0/0"), "{written:?}");
    let (_, left) = written
        .rsplit_once("/s), 0 matched; pipe")
        .expect("how quickly, and the name");
    assert!(left.contains("\x1b[2K"), "it is cleared: {written:?}");
    let left = strip_str(left).to_string();
    assert_eq!(left.trim(), "64 read, 0 matched");

    assert_eq!(from_a_slow_pipe("-q", on_terminal).stdout, "");
    let piped = from_a_slow_pipe("", |events| events.exits(0));
    assert_eq!(
        (&*piped.stdout, &*piped.stderr),
        ("", "64 read, 0 matched\n")
    );
}

#[test]
fn errors_and_hints_fit() {
    let account = support::account();
    fits(&account, "create alerts -y -r us-west-2");
    fits(&account, "create -y -r us-west-2 --kms-key-id alias/logs");
}

#[test]
fn a_plan_fits() {
    let [here, there] = [support::account(), support::account()];
    for account in [&here, &there] {
        Ctadmin::on(account, "create -y -r us-west-2 --regions us-west-2").exits(0);
    }
    let create = "create alerts -y --multi-region --regions us-west-2";
    let plan = shown(&here, create);
    let plan: Vec<String> = plan
        .into_iter()
        .take_while(|line| !line.is_empty())
        .collect();
    assert!(plan.iter().all(|line| columns(line) <= COLUMNS), "{plan:?}");
    let told = piped(&there, create).replace(there.id(), here.id());
    let (_, told) = told.split_once("account ").expect("a plan");
    let told: Vec<&str> = told.lines().take_while(|line| !line.is_empty()).collect();
    assert!(told.iter().any(|line| columns(line) > COLUMNS), "{told:?}");
    let plan = words(plan.iter().map(String::as_str));
    assert_eq!(plan[1..], words(told));
}

#[test]
fn comments_of_a_script_fit_and_its_commands_stay_whole() {
    let account = support::account();
    let create = "create -n -r us-west-2";
    let shown = shown(&account, create);
    let script = Ctadmin::on(&account, create).exits(0).stdout;
    let (comments, commands): (Vec<&str>, Vec<&str>) = shown
        .iter()
        .map(String::as_str)
        .partition(|line| line.starts_with("# "));
    assert!(comments.iter().all(|line| columns(line) <= COLUMNS));
    let (told, whole): (Vec<&str>, Vec<&str>) =
        script.lines().partition(|line| line.starts_with("# "));
    assert_eq!(commands, whole);
    assert!(comments.len() > told.len(), "{comments:?}");
    let text = |lines: &[&str]| {
        let lines = lines.iter().map(|line| line.trim_start_matches("# "));
        lines.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        words([text(&comments).as_str()]),
        words([text(&told).as_str()])
    );
}
