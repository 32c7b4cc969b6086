//! `ctadmin create|show|delete push`: the trail's events on their way to Splunk.

pub mod backlog;
pub mod delivered;
mod doctor;
mod failed;
mod replay;
mod script;
mod secret;
mod sources;
mod transform;

use serde_json::{Map, json};

use crate::allowed::bound;
use crate::support::scenario::{carried_out, operations, planned, shown};
use crate::support::{self, Account, Ctadmin};

/// Where the trail is.
const HOME: &str = "us-west-2";
const TRAIL: &str = "create --multi-region --region us-west-2";
/// The collector, and the secret that holds its token.
const PUSH: &str = "create push --hec-endpoint https://hec.example.com:443 --hec-secret arn:aws:secretsmanager:us-west-2:111122223333:secret:hec-AbCdEf";

/// An account with two regions, after these runs.
fn account_after(runs: &[&str]) -> Account {
    let regions = [HOME, "us-east-1"];
    let regions = regions.map(|region| (region.to_owned(), "ENABLED_BY_DEFAULT".into()));
    support::account_after(&json!({ "regions": Map::from_iter(regions) }), runs)
}

#[test]
fn it_is_created_shown_and_deleted() {
    let account = account_after(&[TRAIL]);
    let before = account.snapshot();
    let plan = carried_out(&account, PUSH);
    assert!(operations(&plan).contains(&"CreateDeliveryStream us-west-2".to_owned()));

    let picture = shown(&account, "show push");
    let text = picture.to_string();
    assert!(text.contains("hec.example.com"), "{picture:#}");
    let drift = Ctadmin::on(&account, "show push --detailed-exitcode").exits(0);
    assert!(drift.stdout.contains("ACTIVE"), "{}", drift.stdout);

    carried_out(&account, "delete push");
    let mut after = account.snapshot();
    let buckets = after["s3"].as_object_mut().expect("buckets");
    let bucket = format!("{}-cloudtrail-firehose", account.id());
    assert!(buckets.remove(&bucket).is_some(), "{:#}", after["s3"]);
    let groups = &after["logs"][HOME];
    let names: Vec<&String> = groups.as_object().expect("groups").keys().collect();
    assert_eq!(names, [&format!("{}-cloudtrail", account.id())]);
    after["logs"] = before["logs"].clone();
    assert_eq!(after, before);
}

#[test]
fn with_a_function_it_is_created_shown_and_deleted() {
    let account = account_after(&[TRAIL]);
    let before = account.snapshot();
    let plan = carried_out(&account, &format!("{PUSH} --transform lambda --tag a=b"));
    assert!(operations(&plan).contains(&"CreateFunction us-west-2".to_owned()));
    let drift = Ctadmin::on(&account, "show push --detailed-exitcode").exits(0);
    for words in ["lambda-function", "Active", "python3.14"] {
        assert!(drift.stdout.contains(words), "{}", drift.stdout);
    }
    carried_out(&account, "delete push");
    let after = account.snapshot();
    assert_eq!(
        (&after["lambda"], &after["iam"]),
        (&json!({}), &before["iam"])
    );
    let groups = after["logs"][HOME].as_object().expect("groups");
    assert_eq!(groups.len(), 1, "the trail's: {groups:?}");
}

#[test]
fn the_policies_are_enough() {
    let account = account_after(&[TRAIL]);
    let create = format!("{PUSH} --transform lambda --lambda-concurrency 5 --tag a=b --yes");
    bound(&account, "create push", "maker", &create).exits(0);
    bound(&account, "show push", "viewer", "show push").exits(0);
    bound(&account, "delete push", "deleter", "delete push --yes").exits(0);
    assert_eq!(account.snapshot()["lambda"], json!({}));
}

#[test]
fn the_limit_of_concurrency_is_read_before_anything_is_created() {
    let account = account_after(&[TRAIL]);
    account.settings(json!({ "lambda_concurrency": 10 }));
    let create = format!("{PUSH} --transform lambda --lambda-concurrency 5 --yes");
    let before = account.snapshot();
    let refused = Ctadmin::on(&account, &create).exits(1);
    refused.says("10 of 10 are not reserved");
    assert_eq!(account.snapshot(), before);
    account.settings(json!({ "lambda_concurrency": 1000 }));
    Ctadmin::on(&account, &create).exits(0);
    // Nothing is read once nothing is to be reserved.
    account.forget_requests();
    assert_eq!(
        planned(&account, create.trim_end_matches(" --yes"))["steps"],
        json!([])
    );
    let requests = account.requests();
    let mut operations = requests.iter().map(|request| request.operation.as_str());
    assert!(!operations.any(|operation| operation == "GetAccountSettings"));
}

#[test]
fn nothing_but_an_account_is_needed() {
    let account = account_after(&[]);
    let arguments = format!("{PUSH} --multi-region --region us-west-2");
    carried_out(&account, &arguments);
    assert_eq!(planned(&account, PUSH)["steps"], json!([]));
}

#[test]
fn a_token_from_a_variable_or_a_file_is_never_shown() {
    const TOKEN: &str = "c0ffee00-1111-2222-3333-444455556666";
    let account = account_after(&[TRAIL]);
    let endpoint = "--hec-endpoint https://hec.example.com:443";
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("token");
    std::fs::write(&file, format!("{TOKEN}\n")).expect("written");
    let by_file = format!("create push {endpoint} --hec-token-file {}", file.display());
    let by_variable = format!("create push {endpoint}");
    let runs = ["-n", "-n -o json", "--yes -v", "--yes -o json"];
    for (command, variable) in [(&by_file, ""), (&by_variable, TOKEN)] {
        for options in runs {
            let run = Ctadmin::on(&account, &format!("{command} {options}"));
            let ran = run.env("CTADMIN_HEC_TOKEN", variable).exits(0);
            assert!(!ran.stdout.contains(TOKEN), "{}", ran.stdout);
            assert!(!ran.stderr.contains(TOKEN), "{}", ran.stderr);
        }
    }
    let other = Ctadmin::on(&account, &format!("{by_variable} --yes"));
    let other = other.env("CTADMIN_HEC_TOKEN", "another").exits(0);
    other.says("token differs");
    let shown = Ctadmin::on(&account, "show push -o json").exits(0);
    assert!(!shown.stdout.contains("another"), "{}", shown.stdout);
}

#[test]
fn a_file_sets_how_the_stream_delivers_and_not_where() {
    let folder = tempfile::tempdir().expect("a folder");
    let ran = |text: &str, arguments: &str| {
        std::fs::write(folder.path().join("ctadmin.toml"), text).expect("written");
        Ctadmin::alone(arguments).within(folder.path())
    };
    let settings = "[push]\nack-timeout = 300\nretry = 60\nbackup-days = 7\n";
    let create = format!("{PUSH} --offline --account-id 111122223333 --multi-region -r {HOME}");
    let plan = ran(settings, &format!("{create} -o json")).exits(0).json();
    let mut steps = plan["steps"].as_array().expect("steps").iter();
    let step = steps.find(|step| step["operation"] == "CreateDeliveryStream");
    let splunk = &step.expect("the stream is created")["params"]["SplunkDestinationConfiguration"];
    assert_eq!(
        splunk["HECAcknowledgmentTimeoutInSeconds"], 300,
        "{splunk:#}"
    );
    assert_eq!(splunk["RetryOptions"]["DurationInSeconds"], 60);
    for key in [
        "hec-endpoint = 'https://hec.example.com:443'",
        "hec-token-file = 'token'",
        "replace = true",
    ] {
        let refused = ran(&format!("[push]\n{key}\n"), &create).exits(2);
        refused.says("belongs to a single run");
    }
}

#[test]
fn wrong_options_are_refused_before_any_request() {
    let refusals = [
        (
            "--hec-endpoint http://hec:8088",
            "--hec-endpoint is not the address",
        ),
        (
            "--hec-endpoint https://hec:8088/services/collector",
            "without a path",
        ),
        (
            "--hec-secret hec",
            "--hec-secret is not the ARN of a secret",
        ),
        ("--hec-token-file /nowhere", "/nowhere cannot be read"),
        ("--backup-bucket Logs", "Logs"),
        ("--log-retention-days 31", "CloudWatch Logs supports"),
        ("--offline --account-id 123456789012", "add --multi-region"),
        ("--endpoint-type event", "add --transform lambda"),
        (
            "--endpoint-type event --transform built-in",
            "add --transform lambda",
        ),
        ("--transform lambda --lambda-concurrency 0", "0"),
    ];
    for (options, words) in refusals {
        let command = format!("create push --region us-west-2 -n {options}");
        Ctadmin::alone(&command).exits(2).says(words);
    }
}

#[test]
fn a_new_role_a_new_function_and_a_new_stream_take_their_time() {
    let account = account_after(&[TRAIL]);
    let slow = json!({ "role_delay": 3, "function_creation": 2, "stream_creation": 2, "stream_deletion": 2 });
    account.settings(slow);
    let push = format!("{PUSH} --transform lambda");
    Ctadmin::on(&account, &format!("{push} --yes")).exits(0);
    account.settings(json!({ "role_delay": 0 }));
    assert_eq!(planned(&account, PUSH)["steps"], json!([]));
    let event = planned(&account, &format!("{push} --endpoint-type event"));
    let expected = ["UpdateFunctionConfiguration", "UpdateDestination"];
    assert_eq!(
        operations(&event),
        expected.map(|it| format!("{it} {HOME}"))
    );
    Ctadmin::on(&account, "delete push --yes").exits(0);
    // The name is free a moment later.
    Ctadmin::on(&account, &format!("{PUSH} --yes")).exits(0);
}

#[test]
fn a_stream_that_cannot_be_created_is_an_error_with_the_reason() {
    let account = account_after(&[TRAIL]);
    account.settings(json!({ "stream_creation": "CREATING_FAILED" }));
    let ran = Ctadmin::on(&account, &format!("{PUSH} --yes")).exits(1);
    ran.says("CREATING_FAILED");
    account.settings(json!({ "stream_creation": 0 }));
    Ctadmin::on(&account, &format!("{PUSH} --yes")).exits(0);
    assert_eq!(planned(&account, PUSH)["steps"], json!([]));
}
