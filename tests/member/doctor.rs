//! `doctor member` and `doctor central`: each account judges by what it can see.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{accounts, create};
use crate::allowed::bound;
use crate::central::HOME;
use crate::support::{Account, Ctadmin};

/// Each check with its outcome and what was found; the exit code says whether one failed.
#[track_caller]
fn checks(ctadmin: Ctadmin, accounts: &[&Account]) -> String {
    let ran = ctadmin.run();
    let checks = ran.json()["checks"].as_array().expect("checks").clone();
    let failed = checks.iter().any(|check| check["outcome"] == "fail");
    assert_eq!(ran.code, i32::from(failed), "{}", ran.stderr);
    let part = |check: &Value, name: &str| check[name].as_str().unwrap_or_default().to_owned();
    let lines = checks.iter().map(|check| {
        let [name, outcome, detail] = ["check", "outcome", "detail"].map(|name| part(check, name));
        format!("{name}: {outcome}, {detail}")
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let text = accounts.iter().enumerate().fold(text, |text, (at, it)| {
        text.replace(it.id(), &format!("ID{at}"))
    });
    // Ages change.
    let words: Vec<&str> = text.split(' ').collect();
    let is_age = |at: usize| {
        words
            .get(at + 1..at + 3)
            .is_some_and(|next| next[0] == "s" && next[1].starts_with("ago"))
    };
    let words = words.iter().enumerate();
    let words = words.map(|(at, word)| if is_age(at) { "N" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn both_ends_of_the_way_are_checked() {
    let (central, [member]) = accounts::<1>();
    let both = [&central, &member];
    let doctor = "doctor member -o json";
    assert_snapshot!(checks(Ctadmin::on(&member, doctor), &both), @"
    trail: unknown, nothing says in which region the trail is
    log groups: unknown, nothing says that the stack exists
    roles: unknown, nothing says that the stack exists
    flow logs: pass, none of the stack
    subscription filters: unknown, nothing says that the stack exists
    forwarding: unknown, CloudWatch has no datapoint of the last hour
    ");
    Ctadmin::on(&member, &format!("{} --yes", create(&central))).exits(0);
    member.put_events(HOME, &format!("{}-cloudtrail", member.id()), &["an event"]);
    central.delivered();
    let filter = format!("{}-cloudtrail-central-{HOME}", member.id());
    let metric = |name: &str, value: u32| {
        let dimensions = json!({ "DestinationType": "any", "FilterName": filter });
        json!({ "region": HOME, "namespace": "AWS/Logs", "name": name, "dimensions": dimensions, "value": value })
    };
    let forwarded = metric("ForwardedLogEvents", 7);
    member.settings(json!({ "metrics": [forwarded, metric("DeliveryErrors", 0)] }));
    let whole = bound(&member, "doctor member", "doctor", doctor);
    assert_snapshot!(checks(whole, &both), @"
    trail: pass, no error, in us-west-2
    log groups: pass, 4 resources
    roles: pass, 3 roles
    flow logs: pass, 3 flow logs
    subscription filters: pass, 3 subscription filters
    forwarding: pass, 7 events in the last hour by 3 subscription filters
    ");
    member.settings(json!({ "metrics": [forwarded, metric("DeliveryErrors", 3)] }));
    assert_snapshot!(checks(Ctadmin::on(&member, doctor), &both), @"
    trail: pass, no error, in us-west-2
    log groups: pass, 4 resources
    roles: pass, 3 roles
    flow logs: pass, 3 flow logs
    subscription filters: pass, 3 subscription filters
    forwarding: fail, ID1-cloudtrail-central-us-west-2: 3 events could not be forwarded in the last hour
    ");

    let doctor = "doctor central -o json";
    let base = format!("{}-central", central.id());
    let of = |namespace: &str, name: &str, dimension: (&str, &str), value: u32| {
        let dimensions = json!({ dimension.0: dimension.1 });
        json!({ "region": HOME, "namespace": namespace, "name": name, "dimensions": dimensions, "value": value })
    };
    let delivery = format!("{base}-to-s3");
    let (stream, delivery) = (
        ("StreamName", base.as_str()),
        ("DeliveryStreamName", delivery.as_str()),
    );
    let metrics = |lag: u32, age: u32| {
        let lag = of(
            "AWS/Kinesis",
            "GetRecords.IteratorAgeMilliseconds",
            stream,
            lag,
        );
        let age = of("AWS/Firehose", "DeliveryToS3.DataFreshness", delivery, age);
        let incoming = of("AWS/Kinesis", "IncomingRecords", stream, 5);
        central.settings(json!({ "metrics": [lag, age, incoming] }));
    };
    metrics(1000, 61);
    let whole = bound(&central, "doctor central", "doctor", doctor);
    assert_snapshot!(checks(whole, &both), @"
    destinations: pass, 2 destinations
    roles: pass, 2 roles
    data stream: pass, ACTIVE
    delivery stream: pass, ACTIVE
    buckets: pass, 2 buckets
    alarms: pass, 4 alarms
    other resources: pass, 12 resources
    incoming records: pass, 5 records in the last hour
    freshness: pass, the oldest record waits for 61 s
    failed records: pass, none in the archive bucket
    archive: pass, newest object N s ago
    trails of members: unknown, no log file of today or yesterday from ID1
    ");
    metrics(3_600_000, 61);
    let objects = |key: &str| {
        let bucket = format!("{base}-logs");
        let params = json!({ "Bucket": bucket, "Key": key, "Body": "x" });
        central.seed("s3", "PutObject", HOME, params);
    };
    objects("failed/processing-failed/2026/01/01/x");
    assert_snapshot!(checks(Ctadmin::on(&central, doctor), &both), @"
    destinations: pass, 2 destinations
    roles: pass, 2 roles
    data stream: pass, ACTIVE
    delivery stream: pass, ACTIVE
    buckets: pass, 2 buckets
    alarms: pass, 4 alarms
    other resources: pass, 12 resources
    incoming records: pass, 5 records in the last hour
    freshness: fail, a reader of the data stream is 3600 s behind
    failed records: fail, 1 object below failed/, the newest N s ago
    archive: pass, newest object N s ago
    trails of members: unknown, no log file of today or yesterday from ID1
    ");
    Ctadmin::on(&central, "doctor central --hec-endpoint https://x:1").exits(2);
    Ctadmin::on(&central, "doctor member --as reader").exits(2);
}
