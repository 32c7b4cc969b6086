//! What `alerts test` prints, and whatever it reads.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{events, piped, tested};
use crate::support::Ctadmin;

fn text(file: &str) -> String {
    std::fs::read_to_string(events(file)).expect("a file of the tests")
}

#[test]
fn what_fires_is_told_with_what_held() {
    let ran = tested("", "console-signin-failures.fires.json").exits(0);
    assert_snapshot!(ran.stdout.replace('\t', " | "), @r#"
    2026-01-31T11:00:05Z | us-east-1 | alice | signin:ConsoleLogin | 203.0.113.7 | Failed authentication
      counts  console-signin-failures: 3 in 300 s raise the alarm
              $.eventName = "ConsoleLogin"
              $.errorMessage = "Failed authentication"
    2026-01-31T11:02:10Z | us-east-1 | root | signin:ConsoleLogin | 203.0.113.7 | Failed authentication
      fires   root-usage
              $.userIdentity.type = "Root"
              $.userIdentity.invokedBy NOT EXISTS
              $.eventType != "AwsServiceEvent"
      counts  console-signin-failures: 3 in 300 s raise the alarm
              $.eventName = "ConsoleLogin"
              $.errorMessage = "Failed authentication"
    2026-01-31T11:03:40Z | us-east-1 | HIDDEN_DUE_TO_SECURITY_REASONS | signin:ConsoleLogin | 203.0.113.7 | Failed authentication
      counts  console-signin-failures: 3 in 300 s raise the alarm
              $.eventName = "ConsoleLogin"
              $.errorMessage = "Failed authentication"

    ALERT                    SEVERITY  EVENTS  AT MOST     NEEDED  ALARM
    root-usage               critical       1  1 in 300 s       1  yes
    console-signin-failures  medium         3  3 in 300 s       3  yes

    3 events read, 3 fit an alert, 2 alarms raised
    "#);
    assert_eq!(ran.stderr, "");
}

#[test]
fn a_single_event_that_nothing_fits_is_explained_unasked() {
    let file = text("kms-key-deletion.silent.json");
    let event = file.lines().next().expect("an event");
    let only =
        "alerts test --only root-usage,iam-policy-changes,kms-key-deletion,unauthorized-api-calls";
    let ran = piped(only, event.as_bytes());
    assert_eq!(ran.code, 0);
    assert_snapshot!(ran.stdout.replace('\t', " | "), @r#"
    2026-01-31T10:30:33Z | eu-west-1 | alice | kms:CancelKeyDeletion | 203.0.113.7 | -
      silent  unauthorized-api-calls
              $.errorCode = "*UnauthorizedOperation" or 1 like it, but there is none
      silent  root-usage
              $.userIdentity.type = "Root", but it is "IAMUser"
      silent  iam-policy-changes
              $.eventSource = "iam.amazonaws.com", but it is "kms.amazonaws.com"
      silent  kms-key-deletion
              $.eventName = "DisableKey" or 1 like it, but it is "CancelKeyDeletion"
    1 event read, no alert fires
    "#);
    let ran = piped(only, format!("{event}\n{event}").as_bytes());
    assert_eq!(ran.stdout, "2 events read, no alert fires\n");
}

#[test]
fn programs_get_one_document() {
    let ran = tested(
        "-o json --all --only root-usage,kms-key-deletion",
        "kms-key-deletion.fires.json",
    );
    let json = ran.exits(0).json();
    let event = &json["events"][1];
    assert_eq!(
        event["alerts"],
        json!([
            {"name": "root-usage", "fits": false, "failed": "$.userIdentity.type = \"Root\"", "alternatives": 1,
                "found": ["AssumedRole"]},
            {"name": "kms-key-deletion", "fits": true,
                "held": ["$.eventSource = \"kms.amazonaws.com\"", "$.eventName = \"DisableKey\""]},
        ])
    );
    assert_eq!(event["event_name"], "DisableKey");
    assert_eq!(
        (&json["schema"], &json["events_read"]),
        (&json!(1), &json!(2))
    );
    assert_eq!(
        json["alerts"][1],
        json!({"name": "kms-key-deletion", "severity": "high", "events": 2, "most_in_a_period": 2,
            "threshold": 1, "period": 300, "alarm": true})
    );
}

#[test]
fn events_come_in_every_shape_and_from_several_places() {
    let log: Value = serde_json::from_str(&text("vpc-changes.fires.json")).expect("JSON");
    let records = log["Records"].as_array().expect("records");
    let lines: Vec<String> = records.iter().map(Value::to_string).collect();
    let looked_up = json!({"Events": [{"EventName": "x", "CloudTrailEvent": lines[0]}, {"CloudTrailEvent": lines[1]}]});
    let mut zip = GzEncoder::new(Vec::new(), Compression::fast());
    zip.write_all(log.to_string().as_bytes())
        .expect("memory takes all");
    let zipped = zip.finish().expect("memory takes all");
    let list = Value::from(records.clone());
    let plain = [
        log.to_string(),
        format!("{log:#}"),
        list.to_string(),
        lines.join("\n"),
        looked_up.to_string(),
    ];
    let shapes = plain.map(String::into_bytes);
    for shape in shapes.iter().chain([&zipped]) {
        let ran = piped("alerts test", shape);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        let end = "2 events read, 2 fit an alert, 1 alarm raised\n";
        assert!(ran.stdout.ends_with(end), "{}", ran.stdout);
    }
    let path = events("root-usage.fires.json");
    let path = path.to_str().expect("a path of letters");
    let arguments = format!("alerts test --event {path} -e {path} -");
    let ran = piped(&arguments, &zipped);
    assert!(
        ran.stdout
            .ends_with("8 events read, 8 fit an alert, 2 alarms raised\n"),
        "{}",
        ran.stdout
    );
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_is_tested() {
    for (input, why) in [
        ("", "reading stdin: it ends too early"),
        ("[]", "reading stdin: it holds no events"),
        ("hello", "reading stdin: it is damaged: expected value"),
        ("7", "reading stdin: it is not a CloudTrail event"),
        (
            "{\"eventName\":\"CreateVpc\"}\n{\"a\"",
            "reading stdin: it ends too early, in line 2",
        ),
        (
            "[{\"eventName\":\"CreateVpc\"}, 7]",
            "reading stdin: event 2: it is not an object",
        ),
        (
            "{\"eventName\":\"CreateVpc\\ud800\"}",
            "reading stdin: event 1: unexpected end of hex escape",
        ),
    ] {
        let ran = piped("alerts test", input.as_bytes());
        assert_eq!(ran.code, 1, "{input}");
        ran.says(&format!("error: {why}"));
        assert_eq!(
            ran.stdout.contains("fires   vpc-changes"),
            input.contains("CreateVpc\"}")
        );
    }
    let nested = format!("{{\"a\":{}1{}}}", "[".repeat(5_000), "]".repeat(5_000));
    let ran = piped("alerts test", nested.as_bytes());
    assert_eq!(ran.code, 1);
    ran.says("event 1: recursion limit exceeded");
    tested("", "nowhere.json")
        .exits(1)
        .says("nowhere.json: No such file");
}

#[test]
fn events_are_taken_out_of_what_brings_them() {
    let event = |name: &str| json!({"eventName": name, "eventSource": "ec2.amazonaws.com"});
    let events = [event("CreateVpc"), event("DeleteVpc")];
    let logged = events
        .clone()
        .map(|event| json!({"logStreamName": "s", "timestamp": 1, "message": event.to_string()}));
    let sent = events.clone().map(
        |event| json!({"version": "0", "source": "aws.ec2", "detail-type": "x", "detail": event}),
    );
    let lines = |values: &[Value; 2]| format!("{}\n{}\n", values[0], values[1]);
    for shape in [
        format!("{:#}", json!({"events": logged, "searchedLogStreams": []})),
        lines(&logged),
        lines(&sent),
        json!(sent).to_string(),
        lines(&[json!({"events": [logged[0]]}), sent[1].clone()]),
    ] {
        let ran = piped("alerts test --only vpc-changes", shape.as_bytes());
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{shape}");
        let end = "2 events read, 2 fit an alert, 1 alarm raised\n";
        assert!(ran.stdout.ends_with(end), "{}", ran.stdout);
    }
    let one = piped("alerts test", sent[0].to_string().as_bytes());
    assert!(one.stdout.contains("fires   vpc-changes"), "{}", one.stdout);
}

#[test]
fn what_is_no_event_of_cloudtrail_is_not_called_harmless() {
    for (input, why) in [
        ("{}", "event 1: it is not a CloudTrail event"),
        ("{\"foo\":1}", "event 1: it is not a CloudTrail event"),
        (
            "[{\"eventName\":\"CreateVpc\"},{}]",
            "event 2: it is not a CloudTrail event",
        ),
        (
            "{\"Records\":[{\"foo\":1}]}",
            "event 1: it is not a CloudTrail event",
        ),
        ("{\"events\":[]}", "it holds no events"),
        (
            "{\"events\":[{\"message\":\"START RequestId\"}]}",
            "event 1: it is not a CloudTrail event",
        ),
        (
            "{\"detail-type\":\"x\",\"detail\":{\"state\":\"on\"}}",
            "event 1: it is not a CloudTrail event",
        ),
    ] {
        let ran = piped("alerts test", input.as_bytes());
        assert_eq!(ran.code, 1, "{input}");
        assert_eq!(
            ran.stderr,
            format!("error: reading stdin: {why}\n"),
            "{input}"
        );
        let one = input.contains("CreateVpc");
        assert_eq!(ran.stdout.contains("1 event read"), one, "{}", ran.stdout);
        assert_eq!(ran.stdout.is_empty(), !one, "{}", ran.stdout);
        let json = piped("alerts test -o json", input.as_bytes());
        assert_eq!(
            (json.code, &json.json()["events_read"]),
            (1, &json!(u8::from(one)))
        );
    }
}

#[test]
fn a_broken_line_is_named_and_the_rest_is_tested() {
    let good = "{\"eventName\":\"CreateVpc\",\"eventSource\":\"ec2.amazonaws.com\"}";
    for (broken, why) in [
        ("{\"eventName\":\"Crea", "it ends too early, in line 2"),
        ("{\"eventName\":{}", "it ends too early, in line 2"),
        (
            "hello",
            "it is damaged: expected value at column 1, in line 2",
        ),
        (
            "{\"eventName\" \"x\"}",
            "it is damaged: expected `:` at column 14, in line 2",
        ),
    ] {
        let ran = piped(
            "alerts test",
            format!("{good}\n{broken}\n{good}\n").as_bytes(),
        );
        assert_eq!(ran.code, 1, "{broken}");
        ran.says(&format!("error: reading stdin: {why}\n"));
        assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
        let end = "2 events read, 2 fit an alert, 1 alarm raised\n";
        assert!(ran.stdout.ends_with(end), "{}", ran.stdout);
    }
    let many = piped("alerts test", "{}\n".repeat(500).as_bytes());
    assert_eq!((many.code, many.stderr.lines().count()), (1, 11));
    many.says("error: reading stdin: event 10: it is not a CloudTrail event\n")
        .says("error: reading stdin: 490 more places of this sort\n");
}

#[test]
fn words_of_events_cannot_steer_a_terminal() {
    let event = json!({"eventName": "\u{1b}[2J", "errorCode": "AccessDenied\u{1b}[2J", "userIdentity": {"type": "\u{1b}[31m\n"}});
    let ran = piped(
        "alerts test --all --color always",
        event.to_string().as_bytes(),
    );
    assert!(
        !ran.stdout.contains("\u{1b}[2J") && !ran.stdout.contains("\u{1b}[31m\n"),
        "{:?}",
        ran.stdout
    );
    let ran = piped("alerts test --all", event.to_string().as_bytes());
    assert!(!ran.stdout.contains('\u{1b}'), "a pipe gets no colours");
}

#[test]
fn nobody_to_read_from_is_a_usage_error_only_at_a_terminal() {
    Ctadmin::alone("alerts test")
        .exits(1)
        .says("reading stdin: it ends too early");
    Ctadmin::alone("alerts").exits(2).says("Usage:");
}
