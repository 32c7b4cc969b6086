//! `doctor push`: the way to Splunk, whole and broken.

use serde_json::{Value, json};

use super::{HOME, TRAIL, account_after};
use crate::allowed::bound;
use crate::support::{Account, Collector, Ctadmin, Fault, base64, zipped};

const KINDS: &str = "good,wrong-host";

/// An account whose stack delivers to a collector.
struct Stand {
    account: Account,
    collector: Collector,
    token: String,
}

impl Stand {
    fn new() -> Self {
        let collector = Collector::start(KINDS);
        let token = collector.token(json!({ "name": "push", "useACK": true }));
        let account = account_after(&[TRAIL]);
        account.settings(json!({ "hec_authority": collector.authority() }));
        let stand = Self {
            account,
            collector,
            token,
        };
        stand.deliver_to("good");
        stand
    }

    fn deliver_to(&self, kind: &str) {
        let endpoint = self.collector.endpoint(kind);
        let create = format!("create push --hec-endpoint {endpoint} --yes");
        let create = Ctadmin::on(&self.account, &create);
        create.env("CTADMIN_HEC_TOKEN", &self.token).exits(0);
    }

    fn metrics(&self, metrics: &Value) {
        let stream = format!("{}-cloudtrail-splunk", self.account.id());
        let metrics = metrics.as_object().expect("names and values").iter();
        let metrics = metrics.map(|(name, value)| {
            json!({
                "region": HOME, "namespace": "AWS/Firehose", "name": name, "value": value,
                "dimensions": { "DeliveryStreamName": stream },
            })
        });
        let metrics: Vec<Value> = metrics.collect();
        self.account.settings(json!({ "metrics": metrics }));
    }

    /// Each check with its outcome and what was found; the exit code says whether one failed.
    #[track_caller]
    fn checks(&self, ctadmin: Ctadmin) -> Vec<String> {
        let authority = self.collector.authority().to_str().expect("text");
        self.account.forget_requests();
        let ran = ctadmin.env("SSL_CERT_FILE", authority).run();
        let checks = ran.json()["checks"].as_array().expect("checks").clone();
        let failed = checks.iter().any(|check| check["outcome"] == "fail");
        assert_eq!(ran.code, i32::from(failed), "{}", ran.stderr);
        assert!(!ran.stdout.contains(&self.token));
        assert_eq!(self.account.changes(), Vec::<String>::new());
        let lines = checks.iter().map(|check| {
            let part = |name: &str| check[name].as_str().unwrap_or_default().to_owned();
            let line = format!("{}: {}, {}", part("check"), part("outcome"), part("detail"));
            let line = line.replace(self.account.id(), "ID");
            let line = match line.split_once("the newest ") {
                Some((start, rest)) => {
                    let (_, rest) = rest.split_once(" ago").expect("an age");
                    format!("{start}the newest{rest}")
                }
                None => line,
            };
            KINDS.split(',').fold(line, |line, kind| {
                line.replace(&self.collector.endpoint(kind), "COLLECTOR")
            })
        });
        lines.collect()
    }

    fn doctor(&self, arguments: &str) -> Ctadmin {
        Ctadmin::on(&self.account, &format!("doctor push -o json {arguments}"))
    }
}

#[test]
fn a_whole_way_passes_with_the_policy_for_it() {
    let stand = Stand::new();
    stand.metrics(&json!({
        "DeliveryToSplunk.Success": 1, "DeliveryToSplunk.DataFreshness": 61, "ThrottledRecords": 0,
    }));
    // The token is the stream's own.
    let arguments = "doctor push -o json --send-probe";
    let doctor = bound(&stand.account, "doctor push", "doctor", arguments);
    insta::assert_snapshot!(stand.checks(doctor).join("\n"), @"
    endpoint: pass, COLLECTOR accepts connections
    certificate: pass, valid for the host name, of an authority that this machine trusts
    collector health: pass, healthy
    token: pass, accepted, with acknowledgment
    probe event: pass, indexed within 1 s
    delivery stream: pass, ID-cloudtrail-splunk is ACTIVE
    transformation: pass, the delivery stream unpacks the records
    roles: pass, 3 roles
    backup bucket: pass, ID-cloudtrail-firehose
    subscription filter: pass, ID-cloudtrail-splunk
    trail: pass, ID-cloudtrail-us-west-2 delivers to the log group
    alarms: pass, 2 alarms
    delivery: pass, records were indexed in the last hour
    freshness: pass, the oldest record waits for 61 s
    throttling: pass, no record was throttled in the last hour
    failed records: pass, none in the backup bucket
    ");
    let received = format!("received?token={}", stand.token);
    let received = stand.collector.control("GET", &received, None);
    assert_eq!(received[0]["sourcetype"], "ctadmin:probe");
}

#[test]
fn each_break_is_found_where_it_is() {
    let stand = Stand::new();
    let failing = |ctadmin: Ctadmin| {
        let checks = stand.checks(ctadmin).into_iter();
        let bad = checks.filter(|check| !check.contains(": pass"));
        bad.collect::<Vec<String>>().join("\n")
    };
    // No event was delivered yet, and another token is given.
    let other = stand
        .doctor("")
        .env("CTADMIN_HEC_TOKEN", "11111111-2222-3333-4444-555555555555");
    insta::assert_snapshot!(failing(other), @"
    token: fail, the delivery stream has another token than the environment variable CTADMIN_HEC_TOKEN
    delivery: unknown, CloudWatch has no datapoint of the last hour
    freshness: unknown, CloudWatch has no datapoint of the last hour
    throttling: unknown, CloudWatch has no datapoint of the last hour
    ");
    // Nothing listens there.
    insta::assert_snapshot!(failing(stand.doctor("--hec-endpoint https://127.0.0.1:1")), @"
    endpoint: unknown, https://127.0.0.1:1 from this machine: no connection: 127.0.0.1:1: Connection refused (os error 111)
    certificate: unknown, depends on endpoint
    collector health: unknown, depends on endpoint
    token: unknown, depends on endpoint
    delivery: unknown, CloudWatch has no datapoint of the last hour
    freshness: unknown, CloudWatch has no datapoint of the last hour
    throttling: unknown, CloudWatch has no datapoint of the last hour
    ");
    // A record that was never decompressed.
    let name = format!("{}-cloudtrail-splunk", stand.account.id());
    let line = r#"{"attemptsMade":0,"errorCode":"InvalidEncodingException","errorMessage":"The data could not be decoded as UTF-8","rawData":"H4s="}"#;
    let object = json!({
        "Bucket": format!("{}-cloudtrail-firehose", stand.account.id()),
        "Key": format!("{name}/failed/splunk-failed/2026/01/02/03/{name}-1.gz"),
        "Body": { "base64": base64(&zipped(line)) },
    });
    stand.account.seed("s3", "PutObject", HOME, object);
    let viewer = bound(&stand.account, "show push", "viewer", "doctor push -o json");
    insta::assert_snapshot!(failing(viewer), @"
    delivery: unknown, the caller lacks cloudwatch:GetMetricData in us-west-2
    freshness: unknown, the caller lacks cloudwatch:GetMetricData in us-west-2
    throttling: unknown, the caller lacks cloudwatch:GetMetricData in us-west-2
    failed records: unknown, the caller lacks s3:GetObject in us-west-2
    ");
    let ran = stand.doctor("").run();
    let checks = ran.json()["checks"].clone();
    let advice = checks.as_array().expect("checks").last().expect("a check")["advice"].clone();
    assert!(
        advice
            .as_str()
            .is_some_and(|advice| advice.contains("create push --replace")),
        "{advice}"
    );
    let quiet = json!({ "name": "push", "useACK": false });
    stand.collector.control("POST", "token", Some(quiet));
    stand
        .collector
        .control("POST", "settings", Some(json!({ "health": 18 })));
    insta::assert_snapshot!(failing(stand.doctor("")), @"
    collector health: fail, HTTP 503, code 18: HEC is unhealthy, queues are full
    token: fail, HTTP 400, code 14: ACK is disabled
    delivery: unknown, CloudWatch has no datapoint of the last hour
    freshness: unknown, CloudWatch has no datapoint of the last hour
    throttling: unknown, CloudWatch has no datapoint of the last hour
    failed records: fail, 1 object, the newest: InvalidEncodingException: The data could not be decoded as UTF-8; the data are compressed: CloudWatch Logs sends gzip, and the stream does not decompress it
    ");

    stand.deliver_to("wrong-host");
    let group = format!("{}-cloudtrail", stand.account.id());
    stand.account.put_events(HOME, &group, &["{}"]);
    stand.account.delivered();
    stand.metrics(&json!({
        "DeliveryToSplunk.Success": 0, "DeliveryToSplunk.DataFreshness": 4000, "ThrottledRecords": 7,
    }));
    let role = json!({ "RoleName": format!("{group}-logs-to-firehose"), "PolicyName": group });
    stand
        .account
        .seed("iam", "DeleteRolePolicy", "us-east-1", role);
    let filter = json!({ "logGroupName": group, "filterName": format!("{group}-splunk") });
    stand
        .account
        .seed("logs", "DeleteSubscriptionFilter", HOME, filter);
    insta::assert_snapshot!(failing(stand.doctor("")), @"
    certificate: fail, the certificate is for splunk.example.com, not for 127.0.0.1
    collector health: unknown, depends on certificate
    token: unknown, depends on certificate
    roles: fail, the role ID-cloudtrail-logs-to-firehose: inline policy is missing
    subscription filter: fail, the subscription filter ID-cloudtrail-splunk in us-west-2 is missing
    delivery: fail, no record was indexed in the last hour
    freshness: fail, the oldest record waits for 4000 s
    throttling: fail, 7 records were throttled in the last hour
    failed records: fail, 2 objects, the newest: Splunk.SSLUnverified: Could not connect to the HEC endpoint. The host does not match the certificate provided by the peer. Make sure that the certificate and the host are valid; the certificate is not for the host name of the endpoint
    ");
}

#[test]
fn without_the_stack_one_check_fails_and_the_others_depend_on_it() {
    let account = account_after(&[TRAIL]);
    let ran = Ctadmin::on(&account, "doctor push").exits(1);
    insta::assert_snapshot!(ran.stdout.replace(account.id(), "ID"), @"
    account ID, scheme ID-cloudtrail, home us-west-2

    CHECK                RESULT   FOUND
    endpoint             unknown  depends on delivery stream; no endpoint is known
    certificate          unknown  depends on delivery stream
    collector health     unknown  depends on delivery stream
    token                unknown  depends on delivery stream
    delivery stream      fail     the delivery stream ID-cloudtrail-splunk in us-west-2 is missing
    transformation       unknown  depends on delivery stream
    roles                unknown  depends on delivery stream; the role ID-cloudtrail-logs is missing
    backup bucket        unknown  depends on delivery stream; the bucket ID-cloudtrail-firehose in us-west-2 is missing
    subscription filter  unknown  depends on delivery stream; the subscription filter ID-cloudtrail-splunk in us-west-2 is missing
    trail                unknown  depends on delivery stream; the log group ID-cloudtrail in us-west-2 is missing
    alarms               unknown  depends on delivery stream; the alarm ID-cloudtrail-splunk-failing in us-west-2 is missing
    delivery             unknown  depends on delivery stream
    freshness            unknown  depends on delivery stream
    throttling           unknown  depends on delivery stream
    failed records       unknown  depends on delivery stream

    fail    delivery stream: `ctadmin create push` creates it

    0 pass, 1 fail, 14 unknown
    ");
    let nothing = Ctadmin::on(&account_after(&[]), "doctor push --only-failures").exits(1);
    insta::assert_snapshot!(nothing.stdout.lines().skip(1).collect::<Vec<_>>().join("\n"), @"

    CHECK            RESULT  FOUND
    delivery stream  fail    no trail, no queue and no role says in which region the stream is

    fail    delivery stream: give --region, or create it with `ctadmin create push --multi-region`

    0 pass, 1 fail, 14 unknown
    ");
    for (arguments, wrong) in [
        (
            "doctor --send-probe",
            "--send-probe is not an option of the stack trail",
        ),
        (
            "doctor --name flow",
            "--name is not an option of the stack trail",
        ),
        (
            "doctor push --as reader",
            "--as is not an option of the stack push",
        ),
        (
            "doctor push --hec-endpoint hec:8088",
            "--hec-endpoint is not the address",
        ),
    ] {
        Ctadmin::alone(arguments).exits(2).says(wrong);
    }
}

#[test]
fn what_cannot_be_read_is_unknown_and_not_failed() {
    let stand = Stand::new();
    for (operation, unknown) in [
        ("DescribeTrails", "trail"),
        ("DescribeDeliveryStream", "delivery stream"),
        ("GetRole", "roles"),
        ("DescribeSubscriptionFilters", "subscription filter"),
        ("ListObjectsV2", "failed records"),
    ] {
        stand
            .account
            .faults([Fault::deny().operation(operation).forever()]);
        let checks = stand.checks(stand.doctor(""));
        let is_unknown = format!("{unknown}: unknown, ");
        assert!(
            checks.iter().any(|check| check.starts_with(&is_unknown)),
            "{operation}: {checks:#?}"
        );
        assert!(
            !checks.iter().any(|check| check.contains(": fail, ")),
            "{operation}: {checks:#?}"
        );
    }
}
