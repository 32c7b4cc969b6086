//! `push failed`, and both commands on a delivery stream, as callers who may do nothing else.

use serde_json::{Value, json};

use super::backlog::{Backlog, COLLECTOR, logs, record, shown, with_token};
use super::{HOME, TRAIL, account_after};
use crate::allowed::bound;
use crate::support::{Ctadmin, base64};

#[test]
fn what_failed_is_listed_by_error_code() {
    let backlog = Backlog::new(&Value::Null);
    let messages = ["a", "b", "c"].map(str::to_owned);
    let day = 1_795_132_800;
    let logs = logs("DATA_MESSAGE", &messages);
    backlog.put(
        "1",
        &[
            record("Splunk.InvalidToken", day, b"a\nb\n"),
            record("Splunk.New", day, b""),
        ],
    );
    backlog.put(
        "2",
        &[
            record("Splunk.InvalidToken", day + 60, &logs),
            "{}".to_owned(),
        ],
    );
    backlog.put_bytes("3", b"\x1f\x8b\x08");
    let ran = backlog.run("push failed").exits(1);
    for name in ["/2: ", "/3: "] {
        ran.says(name);
    }
    let summary = ran.stdout.replace(&backlog.bucket(), "BUCKET");
    insta::assert_snapshot!(summary, @r"
    Splunk.InvalidToken: 2 records, 5 events, 2026-11-20T00:00:00Z to 2026-11-20T00:01:00Z
      message  the message of Splunk.InvalidToken at 1795132860
      to do    give a token of this collector: `ctadmin create push --hec-token-file FILE`, or write it into the secret

    Splunk.New: 1 record, 0 events, 2026-11-20T00:00:00Z
      message  the message of Splunk.New at 1795132800
      to do    look the code up in AWS's page on monitoring Firehose with CloudWatch Logs

    3 records, 5 events in 3 objects in s3://BUCKET/stream/
    ");

    let errors = |options: &str, code: i32| {
        let found = backlog.run(&format!("push failed -o json {options}"));
        found.exits(code).json()["errors"].clone()
    };
    let all = errors("", 1);
    assert_eq!(all[0]["first"], "2026-11-20T00:00:00Z");
    assert_eq!(all[0]["last"], "2026-11-20T00:01:00Z");
    assert_eq!(
        (&all[0]["events"], all.as_array().map(Vec::len)),
        (&json!(5), Some(2))
    );
    let since = errors("--since 2026-11-20T00:01:00Z", 1);
    assert_eq!((&since[0]["events"], &since[1]), (&json!(3), &Value::Null));
    assert_eq!(errors("--since 2126-11-20", 0), json!([]));

    backlog.replay("").exits(1);
    assert_eq!(errors("", 1), json!([]));
    assert_eq!(errors("--all", 1)[0]["events"], 2);
}

#[test]
fn the_stream_says_where_the_events_are_and_where_they_go() {
    let account = account_after(&[TRAIL]);
    let id = account.id();
    let token = COLLECTOR.token(json!({ "name": format!("stream-{id}"), "useACK": true }));
    let endpoint = COLLECTOR.endpoint("good");
    let create = format!("create push --hec-endpoint {endpoint} --yes");
    with_token(Ctadmin::on(&account, &create), &token).exits(0);
    let key = format!("{id}-cloudtrail-splunk/failed/processing-failed/2026/11/20/10/object");
    let line = base64(record("Splunk.AckTimeout", 1, b"event").as_bytes());
    let bucket = format!("{id}-cloudtrail-firehose");
    let object = json!({ "Bucket": bucket, "Key": key, "Body": { "base64": line } });
    account.seed("s3", "PutObject", HOME, object);

    let failed = bound(
        &account,
        "push-failed",
        "viewer",
        "push failed -o json -r us-west-2",
    );
    assert_eq!(
        failed.exits(0).json()["errors"][0]["code"],
        "Splunk.AckTimeout"
    );
    let replay = bound(&account, "push-replay", "sender", "push replay --yes");
    let replayed = with_token(replay, &token).exits(0).stdout;
    assert!(replayed.contains("replayed 1 object"), "{replayed}");
    let received = COLLECTOR.control("GET", &format!("received?token={token}"), None);
    assert_eq!(
        received[0]["data"].as_str(),
        Some(shown(&[b"event"])[0].as_str())
    );
    let left = Ctadmin::on(&account, "push failed -o json").exits(0).json();
    assert_eq!(
        (&left["records"], &left["replayed"]),
        (&json!(0), &json!(1))
    );
    let other = Ctadmin::on(&account, "push failed --stream other").exits(1);
    other.says("there is no delivery stream other in any region");
}
