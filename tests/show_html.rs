//! `ctadmin show -o html`: a stack as a page.

use std::fs;

use serde_json::json;

use crate::support::{self, Account, Ctadmin, browser};

/// The page of a stack, as a file, must say in a browser what its JSON says.
#[track_caller]
fn check_in_browser(account: &Account, arguments: &str, code: i32) {
    let folder = tempfile::tempdir().expect("a folder");
    for format in ["html", "json"] {
        let shown = Ctadmin::on(account, &format!("{arguments} -o {format}")).exits(code);
        let file = folder.path().join(format!("show.{format}"));
        fs::write(file, shown.stdout).expect("the file is written");
    }
    let Some(chromium) = browser::chromium() else {
        return;
    };
    let arguments = ["show.html", "show.json", "."];
    browser::check(chromium, "show.py", &arguments, folder.path());
    for name in ["1280-light", "1280-dark", "400-light", "400-dark"] {
        assert!(folder.path().join(format!("{name}.png")).exists(), "{name}");
    }
}

#[test]
fn a_browser_shows_each_region_of_the_trail_stack() {
    let account = support::account_of_all_regions();
    let id = account.id();
    Ctadmin::on(&account, "create --yes --region us-west-2").exits(0);
    check_in_browser(&account, "show", 0);
    let trail = |region: &str| json!({"Name": format!("{id}-cloudtrail-{region}")});
    let topic = format!("arn:aws:sns:eu-west-3:{id}:{id}-cloudtrail-eu-west-3");
    let bucket = json!({"Bucket": format!("{id}-cloudtrail")});
    for (service, operation, region, params) in [
        ("cloudtrail", "StopLogging", "eu-west-1", trail("eu-west-1")),
        ("cloudtrail", "DeleteTrail", "eu-west-2", trail("eu-west-2")),
        (
            "sns",
            "DeleteTopic",
            "eu-west-3",
            json!({"TopicArn": topic}),
        ),
        ("s3", "DeleteBucketPolicy", "us-west-2", bucket),
    ] {
        account.seed(service, operation, region, params);
    }
    check_in_browser(&account, "show", 0);
    account.settings(json!({"denied_regions": ["eu-north-1"]}));
    check_in_browser(&account, "show", 1);
}

#[test]
fn a_browser_shows_alarms_and_what_is_wrong_with_them() {
    let account = support::account();
    Ctadmin::on(&account, "create -y --region us-west-2 --multi-region").exits(0);
    check_in_browser(&account, "show alerts", 0);
    let create = "create alerts -y --email a@example.com";
    Ctadmin::on(&account, create).exits(0);
    let alarm = json!({"AlarmNames": [format!("{}-cloudtrail-root-usage", account.id())]});
    account.seed("cloudwatch", "DeleteAlarms", "us-west-2", alarm);
    check_in_browser(&account, "show alerts --detailed-exitcode", 3);
    check_in_browser(&account, "show", 0);
}

#[test]
fn a_browser_shows_where_a_central_account_delivers() {
    let account = support::account_of_all_regions();
    let create =
        "create central -y --members 111111111111 --region us-west-2 --opensearch --no-guardduty";
    Ctadmin::on(&account, create).exits(0);
    check_in_browser(&account, "show central", 0);
}

#[test]
fn a_browser_shows_what_athena_asks() {
    let account = support::account();
    Ctadmin::on(&account, "create -y --region us-west-2").exits(0);
    Ctadmin::on(&account, "create athena -y").exits(0);
    check_in_browser(&account, "show athena", 0);
}

#[test]
fn the_exit_code_is_that_of_the_other_formats() {
    let account = support::account();
    let one = "--regions us-west-2";
    let exits = |options: &str, code| {
        let shown = Ctadmin::on(&account, &format!("show {options} {one} -o html")).exits(code);
        assert!(shown.stdout.starts_with("<!DOCTYPE html>"), "{options}");
    };
    exits("--detailed-exitcode", 3);
    exits("alerts --detailed-exitcode", 3);
    Ctadmin::on(&account, &format!("create -y -r us-west-2 {one}")).exits(0);
    exits("--detailed-exitcode", 0);
    let trail = json!({"Name": format!("{}-cloudtrail-us-west-2", account.id())});
    account.seed("cloudtrail", "StopLogging", "us-west-2", trail);
    exits("--detailed-exitcode", 3);
    exits("", 0);
    account.settings(json!({"denied_regions": ["us-west-2"]}));
    exits("--detailed-exitcode", 1);
}

#[test]
fn the_same_account_gives_the_same_page() {
    let account = support::account();
    Ctadmin::on(&account, "create -y -r us-west-2").exits(0);
    let page = || Ctadmin::on(&account, "show -o html").exits(0).stdout;
    assert_eq!(page(), page());
}

#[test]
fn other_commands_have_no_page() {
    let ran = Ctadmin::alone("-o html create --offline --account-id 123456789012 -r us-west-2");
    ran.exits(2)
        .says("only `ctadmin show` and `ctadmin activity` print HTML")
        .says("hint: give --output text or json");
}
