//! `push replay`: what failed is sent to the collector again, once.

use serde_json::{Value, json};

use super::backlog::{Backlog, COLLECTOR, logs, record, shown};
use crate::prompt::typed;
use crate::support::{Fault, Ran, Running, base64, zipped};

const CODE: &str = "Splunk.ServerError";

/// A run has these words in its result.
#[track_caller]
fn prints(ran: &Ran, words: &str) {
    assert!(ran.stdout.contains(words), "{}", ran.stdout);
}

/// Two objects of an event each.
fn two(settings: &Value) -> Backlog {
    let backlog = Backlog::new(settings);
    for name in ["a", "b"] {
        backlog.put(name, &[record(CODE, 1, name.as_bytes())]);
    }
    backlog
}

/// From the third question on, the collector does not answer for acknowledgments: the first asks whether it can at all.
fn acknowledges_one() -> Value {
    json!([
        { "action": "delay", "match": { "endpoint": "ack" }, "times": 2 },
        { "action": "answer", "match": { "endpoint": "ack" }, "times": null, "code": 9 },
    ])
}

#[test]
fn events_arrive_byte_for_byte_and_once() {
    let backlog = Backlog::new(&json!({ "ack_after_polls": 1 }));
    let latin: &[u8] = b"Gr\xfc\xdfe\tof \x01\xff";
    let messages = [
        r#"{"eventName":"A","quoted":"\" \\ \n"}"#,
        "Grüße",
        "last\n",
    ];
    let messages = messages.map(str::to_owned);
    backlog.put(
        "plain",
        &[record(CODE, 1, latin), record(CODE, 2, b"one\r\ntwo\n")],
    );
    let lines = [
        record("Lambda.FunctionError", 3, &logs("DATA_MESSAGE", &messages)),
        record(
            "Lambda.FunctionError",
            4,
            &logs("CONTROL_MESSAGE", &["test".to_owned()]),
        ),
    ];
    backlog.put_bytes("zipped.gz", &zipped(&lines.join("\n")));
    let good = record(CODE, 5, b"after the damage");
    backlog.put("damaged", &["{\"errorCode\":".to_owned(), good]);
    backlog.put_bytes("no-object", b"\x1f\x8b and no gzip");
    backlog.put("odd", &[record(CODE, 6, &zipped("not of CloudWatch Logs"))]);

    let list = backlog.run("push replay -n --hec-endpoint https://hec.example.com:8088 -o json");
    let list = list.exits(1).json();
    assert_eq!((&list["records"], &list["events"]), (&json!(5), &json!(7)));
    assert!(backlog.received().is_empty() && backlog.marks().is_empty());

    let ran = backlog.replay("-o json").exits(1);
    let report = ran.json();
    let numbers = [
        "objects",
        "replayed",
        "left",
        "records",
        "events",
        "unconfirmed",
    ];
    let numbers = numbers.map(|name| report[name].as_u64().expect("a number"));
    assert_eq!(numbers, [5, 2, 3, 5, 7, 0], "{report:#}");
    ran.says("line 1 is not a failed record");
    ran.says("no-object");
    ran.says("record 1: its data are compressed, and not those of CloudWatch Logs");
    let events = shown(&[
        b"after the damage",
        latin,
        b"one",
        b"two",
        messages[0].as_bytes(),
        "Grüße".as_bytes(),
        b"last",
    ]);
    assert_eq!(backlog.received(), events);
    assert_eq!(
        backlog.marks(),
        ["run", "damaged.part", "plain.done", "zipped.gz.done"]
    );

    prints(
        &backlog.replay("").exits(1),
        "0 records, 0 events acknowledged",
    );
    assert_eq!(backlog.received(), events);
}

#[test]
fn what_a_busy_or_broken_collector_did_not_take_is_sent_again() {
    let backlog = two(&json!({ "ack_after_polls": 2 }));
    let once = |action: &str, endpoint: &str| json!({ "action": action, "match": { "endpoint": endpoint }, "times": 1 });
    let raw = ["answer", "cut-before"].map(|action| once(action, "raw"));
    let ack = ["answer", "delay", "cut-before"].map(|action| once(action, "ack"));
    backlog.faults(&json!([raw[0], raw[1], ack[0], ack[1], ack[2]]));
    prints(
        &backlog.replay("").exits(0),
        "2 records, 2 events acknowledged",
    );
    assert_eq!(backlog.received(), shown(&[b"a", b"b"]));
    let again = backlog.replay("").exits(0);
    again.says("nothing to replay");
}

#[test]
fn only_what_was_not_acknowledged_is_sent_again() {
    let backlog = two(&Value::Null);
    backlog.faults(&acknowledges_one());
    let ran = backlog.replay("--ack-timeout 1 --retry 0").exits(1);
    ran.says("no acknowledgment within 1 s");
    prints(&ran, "replayed 1 object; 1 object left");
    ran.says("sent and not acknowledged: 1 event");
    backlog.faults(&json!([]));
    backlog.replay("").exits(0);
    assert_eq!(backlog.received(), shown(&[b"a", b"b", b"b"]));
}

#[test]
fn a_long_record_is_continued_where_it_was_broken_off() {
    let backlog = Backlog::new(&Value::Null);
    let messages: Vec<String> = (0..30)
        .map(|at| format!("{at:02}{}", "x".repeat(99_000)))
        .collect();
    let lines = [
        record(CODE, 1, b"first"),
        record(CODE, 1, &logs("DATA_MESSAGE", &messages)),
    ];
    backlog.put("long", &lines);
    backlog.faults(&acknowledges_one());
    backlog.replay("--ack-timeout 1 --retry 0").exits(1);
    assert_eq!(backlog.marks(), ["run", "long.part"]);
    backlog.faults(&json!([]));
    prints(
        &backlog.replay("").exits(0),
        "1 record, 20 events acknowledged",
    );
    let received = backlog.received();
    // The first request was acknowledged; of the second that was not known.
    let expected = [
        vec!["first".to_owned()],
        messages[..20].to_vec(),
        messages[10..].to_vec(),
    ];
    let expected = expected.concat();
    let expected: Vec<String> = expected
        .iter()
        .map(|event| base64(event.as_bytes()))
        .collect();
    assert!(received == expected, "{} events", received.len());
}

#[test]
fn a_run_that_was_killed_is_continued_by_the_next() {
    let backlog = two(&Value::Null);
    backlog.faults(&acknowledges_one());
    let killed = Running::start(backlog.replay(""));
    backlog.has_received(2);
    killed.kill();
    assert_eq!(backlog.marks(), ["run", "a.done"]);
    backlog.faults(&json!([]));
    let next = backlog.replay("").exits(0);
    next.says("waiting for another replay");
    prints(&next, "replayed 1 object");
    assert_eq!(backlog.received(), shown(&[b"a", b"b", b"b"]));
}

#[test]
fn two_runs_at_a_time_send_everything_once() {
    let backlog = two(&Value::Null);
    let slow =
        json!({ "action": "delay", "match": { "endpoint": "raw" }, "times": 2, "seconds": 0.3 });
    backlog.faults(&json!([slow]));
    let run = || backlog.replay("").env("CTADMIN_REPLAY_LEASE", "5s");
    let runs = [run(), run()].map(Running::start);
    for ran in runs.map(Running::end) {
        assert_eq!(ran.code, 0, "{}", ran.stderr);
    }
    assert_eq!(backlog.received(), shown(&[b"a", b"b"]));
}

#[test]
fn a_write_that_another_one_met_is_sent_again() {
    let backlog = two(&Value::Null);
    let slow =
        json!({ "action": "delay", "match": { "endpoint": "raw" }, "times": 1, "seconds": 1 });
    backlog.faults(&json!([slow]));
    // The lease as it is taken, and as it is renewed.
    let puts = [1, 2, 4, 5].map(|number| Fault::conflict().operation("PutObject").mutation(number));
    backlog.account.faults(puts);
    backlog.replay("").exits(0);
    assert_eq!(backlog.received(), shown(&[b"a", b"b"]));

    backlog.put("c", &[record(CODE, 1, b"c")]);
    let always = Fault::conflict().operation("PutObject").forever();
    backlog.account.faults([always]);
    let ran = backlog.replay("").exits(1);
    ran.says("ConditionalRequestConflict");
    assert_eq!(backlog.received().len(), 2);
}

#[test]
fn ctrl_c_keeps_what_was_acknowledged_and_leaves_the_rest() {
    let backlog = two(&Value::Null);
    backlog.put("c", &[record(CODE, 1, b"c")]);
    backlog.faults(&acknowledges_one());
    let run = Running::start(backlog.replay(""));
    backlog.has_received(2);
    let (ran, _) = run.interrupt(|| ());
    assert_eq!(ran.code, 130, "{}", ran.stderr);
    prints(&ran, "replayed 1 object; 2 objects left");
    ran.says("the same command sends the rest");
    assert_eq!(backlog.marks(), ["run", "a.done"]);
    backlog.faults(&json!([]));
    prints(
        &backlog.replay("").exits(0),
        "2 records, 2 events acknowledged",
    );
    assert_eq!(backlog.received(), shown(&[b"a", b"b", b"b", b"c"]));
}

#[test]
fn data_that_the_collector_refuses_stay_and_others_are_sent() {
    let backlog = two(&Value::Null);
    let fault = json!({ "action": "answer", "match": { "endpoint": "raw" }, "times": 1, "status": 413, "code": 413 });
    backlog.faults(&json!([fault]));
    let report = backlog.replay("-o json").exits(1).json();
    assert_eq!(
        (&report["replayed"], &report["left"]),
        (&json!(1), &json!(1))
    );
    let error = report["errors"][0]["error"].as_str().expect("text");
    assert!(error.contains("413"), "{error}");
    backlog.replay("").exits(0);
    assert_eq!(backlog.received(), shown(&[b"b", b"a"]));
}

#[test]
fn a_collector_that_cannot_be_used_is_named_before_anything_is_sent() {
    let backlog = two(&json!({ "useACK": false }));
    let good = COLLECTOR.endpoint("good");
    let wrong = COLLECTOR.endpoint("wrong-host");
    let replay = |endpoint: &str, options: &str| {
        backlog.run(&format!("push replay --hec-endpoint {endpoint} {options}"))
    };
    replay(&good, "-y").exits(1).says("ACK is disabled");
    replay(&good, "-y")
        .env("CTADMIN_HEC_TOKEN", "none")
        .exits(1)
        .says("Invalid token");
    replay(&wrong, "-y").exits(1).says("not for 127.0.0.1");
    replay("https://127.0.0.1:1", "-y")
        .exits(1)
        .says("no connection");
    replay(&good, "").exits(2).says("there is no terminal");
    let none = replay(&good, "-y").env("CTADMIN_HEC_TOKEN", "").exits(2);
    none.says("give --hec-token-file");
    let secret = replay(&good, "-y --hec-secret hec").exits(2);
    secret.says("--hec-secret is not the ARN of a secret");
    replay("http://hec:8088", "-n")
        .exits(2)
        .says("--hec-endpoint");
    let ran = backlog.with_token("push replay -y --from s3://some-bucket/a");
    ran.exits(2).says("--hec-endpoint");
    assert!(backlog.received().is_empty() && backlog.marks().is_empty());
}

#[test]
fn many_objects_are_sent_at_once() {
    let backlog = Backlog::new(&json!({ "ack_after_polls": 1 }));
    let names: Vec<String> = (10..40).map(|at| format!("event {at}")).collect();
    for name in &names {
        backlog.put(name, &[record(CODE, 1, name.as_bytes())]);
    }
    let endpoint = COLLECTOR.endpoint("good");
    let replay = backlog.run(&format!("push replay --hec-endpoint {endpoint} --yes"));
    prints(&replay.exits(0), "replayed 30 objects");
    let mut received = backlog.received();
    received.sort();
    let expected: Vec<String> = names.iter().map(|name| base64(name.as_bytes())).collect();
    assert_eq!(received, expected);
    assert_eq!(backlog.marks().len(), 31);
}

#[test]
fn nothing_is_sent_without_consent() {
    let backlog = two(&Value::Null);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("token");
    std::fs::write(&file, &backlog.token).expect("written");
    let from = format!("--from s3://{}/stream/ -r us-west-2", backlog.bucket());
    let endpoint = COLLECTOR.endpoint("good");
    let token = format!("--hec-token-file {}", file.display());
    let replay = format!("push replay --hec-endpoint {endpoint} {token} {from}");
    let (code, shown) = typed(&backlog.account, &replay, "n\n");
    assert_eq!(code, Some(1), "{shown}");
    assert!(shown.contains("Send the events of 2 objects"), "{shown}");
    assert!(shown.contains("declined, nothing was sent"), "{shown}");
    assert!(!shown.contains(&backlog.token), "{shown}");
    assert!(backlog.received().is_empty() && backlog.marks().is_empty());
}
