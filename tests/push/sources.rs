//! A delivery from another log group than the trail's, in a region of its own.

use serde_json::json;

use super::account_after;
use super::delivered::{outcomes, received};
use crate::support::scenario::{carried_out, planned, shown};
use crate::support::{Collector, Ctadmin, base64};

const GROUP: &str = "/vpc/flow";
const REGION: &str = "us-east-1";

#[test]
fn a_log_group_of_others_is_delivered_without_a_trail() {
    let collector = Collector::start("good");
    let token = collector.token(json!({ "name": "flow", "useACK": true }));
    let account = account_after(&[]);
    account.settings(json!({ "hec_authority": collector.authority() }));
    let group = json!({ "logGroupName": GROUP });
    account.seed("logs", "CreateLogGroup", REGION, group);
    let before = account.snapshot();

    let endpoint = collector.endpoint("good");
    let source = format!("--name flow --source-log-group {GROUP} --source-region {REGION}");
    let create = format!("create push {source} --hec-endpoint {endpoint} --region us-west-2 --yes");
    let run = Ctadmin::on(&account, &create).env("CTADMIN_HEC_TOKEN", &token);
    run.exits(0).says("show push --name flow");
    let event = "2 111122223333 eni-1 10.0.0.1 10.0.0.2 443 49152 6 1 40 0 60 ACCEPT OK";
    account.put_events(REGION, GROUP, &[event]);
    assert_eq!(outcomes(&account.delivered()), ["delivered"]);
    let line = vec![json!(base64(event.as_bytes()))];
    assert_eq!(received(&collector, &token, &["data"]), [line]);

    let again = planned(&account, "create push --name flow");
    assert_eq!(again["steps"], json!([]));
    let picture = shown(&account, "show push --name flow").to_string();
    assert!(picture.contains(GROUP), "{picture}");
    let doctor = Ctadmin::on(&account, "doctor push --name flow");
    let authority = collector.authority().display().to_string();
    let doctor = doctor.env("SSL_CERT_FILE", &authority).exits(0);
    let found = format!("the log group {GROUP} is delivered");
    assert!(doctor.stdout.contains(&found), "{}", doctor.stdout);
    let place = format!("{}-cloudtrail-flow/failed/", account.id());
    for command in ["push failed", "push replay -n"] {
        let ran = Ctadmin::on(&account, &format!("{command} --name flow")).exits(0);
        assert!(ran.stdout.contains(&place), "{}", ran.stdout);
    }

    carried_out(&account, "delete push --name flow");
    let mut after = account.snapshot();
    let buckets = after["s3"].as_object_mut().expect("buckets");
    let bucket = format!("{}-cloudtrail-firehose", account.id());
    assert!(buckets.remove(&bucket).is_some(), "{:#}", after["s3"]);
    assert_eq!(after, before);
}

#[test]
fn wrong_options_of_a_source_are_refused_before_any_request() {
    let source = "--name flow --source-log-group /vpc/flow";
    let refusals = [
        ("--source-log-group /vpc/flow", "--name"),
        ("--name a/b --source-log-group x", "invalid --name a/b"),
        ("--name splunk", "choose another --name"),
        (
            &*format!("{source} --source-region here"),
            "unknown region here",
        ),
        (&*format!("{source} --log-group x"), "cannot be used with"),
        (&*format!("{source} --multi-region"), "omit --multi-region"),
        ("--hec-endpoint https://hec.example.com", "the port is 8088"),
    ];
    for (options, words) in refusals {
        let command = format!("create push --region us-west-2 -n {options}");
        Ctadmin::alone(&command).exits(2).says(words);
    }
    let failed = |options: &str| Ctadmin::alone(&format!("push failed {options}")).exits(2);
    failed("--name flow --stream x").says("cannot be used with");
    failed("--name a/b").says("invalid --name a/b");
    failed("--from bucket/prefix").says("--from s3://bucket/prefix");
    let with_logs = Ctadmin::alone("delete push --name flow --with-logs --region us-west-2 -n");
    with_logs.exits(2).says("omit --with-logs");
}
