//! Looking: what comes out, and that everything stays in the queue.

use serde_json::json;

use super::{AWAY, HOME, Pull, line, record};
use crate::support::{Ctadmin, base64, zipped};

#[test]
fn an_event_comes_out_at_the_other_end() {
    let pull = Pull::new();
    pull.publish("CloudTrail validation message.");
    pull.deliver("CreateUser");
    pull.publish("{\"s3Bucket\": 7}");
    pull.sqs("SendMessage", json!({"MessageBody": "\u{1f} poison {"}));
    pull.log("b", &[record("DeleteUser"), record("CreateRole")]);
    pull.log("c", &[record("DeleteRole")]);
    pull.publish(&pull.notice(&["b", "c"]));

    let expected: String = ["CreateUser", "DeleteUser", "CreateRole", "DeleteRole"]
        .map(line)
        .concat();
    // Everything stays in the queue, so the next look shows the same.
    for _ in 0..2 {
        let ran = pull.events("").exits(0);
        assert_eq!(ran.stdout, expected);
        ran.says("skipped 1 validation message of CloudTrail\n")
            .says("skipped 2 messages that are not CloudTrail notifications\n")
            .says("returned 5 messages to the queue");
        assert_eq!(pull.visible(), 5);
    }
    assert_eq!(pull.requests("DeleteMessageBatch"), 0);
    let quiet = pull.events("-q").exits(0);
    assert_eq!((quiet.stdout, quiet.stderr.as_str()), (expected, ""));
}

#[test]
fn messages_are_received_once_a_run() {
    let pull = Pull::new();
    for number in 0..25 {
        pull.deliver(&format!("Event{number:02}"));
    }
    let ran = pull.events("").exits(0);
    let expected: String = (0..25)
        .map(|number| line(&format!("Event{number:02}")))
        .collect();
    assert_eq!(ran.stdout, expected, "in order of message");
    assert_eq!(pull.visible(), 25);
    let messages = pull.sqs(
        "ReceiveMessage",
        json!({"MaxNumberOfMessages": 10, "AttributeNames": ["All"]}),
    );
    let messages = messages["Messages"].as_array().expect("messages");
    assert_eq!(messages.len(), 10);
    for message in messages {
        assert_eq!(
            message["Attributes"]["ApproximateReceiveCount"], "2",
            "once by us, once now"
        );
    }
}

#[test]
fn json_lines_are_cloudtrails_own_records() {
    let pull = Pull::new();
    let odd = [
        r#"{ "b" : 1.50,"a":1e400, "eventName":"x\u00e9\ud800", "deep":[[[{}]]], "b":null }"#,
        r#"{"eventName":{"not":"a text"},"n":12345678901234567890123.000}"#,
    ]
    .map(str::to_owned);
    pull.log("odd", &odd);
    pull.publish(&pull.notice(&["odd"]));
    let ran = pull.events("-o json").exits(0);
    assert_eq!(ran.stdout, odd.map(|record| record + "\n").concat());
    pull.log(
        "long",
        &["{\n  \"eventName\": \"a  b\",\n  \"n\": 1.0\n}".to_owned()],
    );
    pull.publish(&pull.notice(&["long"]));
    let ran = pull.events("-o json --filter event=a*").exits(0);
    assert_eq!(ran.stdout, "{\"eventName\":\"a  b\",\"n\":1.0}\n");
}

#[test]
fn filters_choose_and_limits_end() {
    let pull = Pull::new();
    for name in ["CreateUser", "DeleteUser", "DeleteRole"] {
        pull.deliver(name);
    }
    let ran = pull
        .events("--filter event=delete* --filter user=alice --filter error=none")
        .exits(0);
    assert_eq!(ran.stdout, ["DeleteUser", "DeleteRole"].map(line).concat());
    let ran = pull.events("--filter region=us-*").exits(0);
    assert_eq!(ran.stdout, "");
    let ran = pull.events("--limit 2").exits(0);
    assert_eq!(ran.stdout, ["CreateUser", "DeleteUser"].map(line).concat());
    assert_eq!(pull.visible(), 3);
}

#[test]
fn a_missing_log_is_an_error_line_and_the_rest_goes_on() {
    let pull = Pull::new();
    pull.publish(&pull.notice(&["missing"]));
    pull.deliver("CreateUser");
    pull.put(
        &pull.key("cut"),
        &zipped(&"{\"Records\":[1,2]}".repeat(99))[..30],
    );
    pull.publish(&pull.notice(&["cut"]));
    pull.deliver("DeleteUser");
    let ran = pull.events("").exits(1);
    let lines = ran.stdout.lines().filter(|line| line.contains("User"));
    assert_eq!(lines.count(), 2, "{}", ran.stdout);
    let (bucket, key) = (pull.bucket(), pull.key("missing"));
    ran.says(&format!(
        "error: s3 GetObject s3://{bucket}/{key} in {HOME}: NoSuchKey: "
    ))
    .says(&format!(
        "error: reading s3://{bucket}/{}: it ends too early",
        pull.key("cut")
    ));
    assert_eq!(pull.visible(), 4);
}

#[test]
fn s3s_own_notifications_name_logs_too() {
    let pull = Pull::new();
    pull.log("a b", &[record("CreateUser")]);
    let key = pull.key("a+b");
    let object = json!({"bucket": {"name": pull.bucket()}, "object": {"key": key}});
    let message = json!({"Records": [{"eventName": "ObjectCreated:Put", "s3": object}]});
    pull.sqs("SendMessage", json!({"MessageBody": message.to_string()}));
    let digest = pull
        .notice(&["x"])
        .replace("/CloudTrail/", "/CloudTrail-Digest/");
    pull.publish(&digest);
    let ran = pull.events("").exits(0);
    assert_eq!(ran.stdout, line("CreateUser"));
    ran.says("skipped 1 notification of digest files, which hold no events\n");
}

#[test]
fn a_bucket_may_stand_in_another_region() {
    let pull = Pull::new();
    let bucket = format!("{}-elsewhere", pull.account.id());
    let place =
        json!({"Bucket": bucket, "CreateBucketConfiguration": {"LocationConstraint": AWAY}});
    pull.account.seed("s3", "CreateBucket", AWAY, place);
    let log = zipped(&format!("{{\"Records\":[{}]}}", record("CreateUser")));
    for name in ["a", "b"] {
        let body = json!({"base64": base64(&log)});
        let object = json!({"Bucket": bucket, "Key": pull.key(name), "Body": body});
        pull.account.seed("s3", "PutObject", AWAY, object);
        pull.publish(&pull.notice(&[name]).replace(&pull.bucket(), &bucket));
    }
    assert_eq!(
        pull.events("").exits(0).stdout,
        line("CreateUser").repeat(2)
    );
    let from = format!("--from s3://{bucket}/AWSLogs/");
    assert_eq!(
        pull.events(&from).exits(0).stdout,
        line("CreateUser").repeat(2)
    );
}

#[test]
fn an_empty_queue_is_said_to_be_empty() {
    let pull = Pull::new();
    let ran = pull.events("").exits(0);
    assert_eq!(ran.stdout, "");
    ran.says(&format!(
        "the queue {}-cloudtrail holds no messages to receive",
        pull.account.id()
    ));
}

#[test]
fn a_reader_needs_no_more_than_its_region() {
    let pull = Pull::new();
    pull.deliver("CreateUser");
    pull.account
        .settings(json!({"denied_operations": ["account:ListRegions"], "denied_regions": [AWAY]}));
    pull.account.forget_requests();
    assert_eq!(pull.events("").exits(0).stdout, line("CreateUser"));
    let asked =
        ["GetCallerIdentity", "GetQueueAttributes"].map(|operation| pull.requests(operation));
    assert_eq!(asked, [1, 1]);
    let configured = pull.ctadmin("events").env("AWS_REGION", HOME);
    assert_eq!(configured.exits(0).stdout, line("CreateUser"));
    let ran = pull.ctadmin("events").exits(1);
    ran.says("account ListRegions")
        .says("hint: or name the region of the queue with --region");
    pull.account.settings(json!({"denied_operations": []}));
    assert_eq!(pull.ctadmin("events").exits(0).stdout, line("CreateUser"));
}

#[test]
fn a_reader_is_told_where_the_queue_was_looked_for() {
    let pull = Pull::new();
    pull.account
        .settings(json!({"denied_operations": ["account:ListRegions"]}));
    let away = || pull.ctadmin("events").env("AWS_REGION", AWAY);
    let ran = away().exits(1);
    ran.says(&format!(
        "there is no queue {}-cloudtrail in {AWAY}, the configured region, and the caller may not list other regions",
        pull.account.id()
    ))
    .says("hint: name the region of the queue with --region");
    assert!(!ran.stderr.contains("ListRegions"), "{}", ran.stderr);
    let denied = json!(["account:ListRegions", "sqs:GetQueueAttributes"]);
    pull.account.settings(json!({"denied_operations": denied}));
    away()
        .exits(1)
        .says("cannot be read in eu-west-1, the configured region")
        .says("GetQueueAttributes")
        .says("hint: the caller needs sqs:GetQueueAttributes")
        .says("hint: name the region of the queue with --region");
}

#[test]
fn a_queue_that_is_not_there_is_named() {
    let pull = Pull::new();
    let ran = pull.ctadmin(&format!("events -r {AWAY}")).exits(1);
    ran.says(&format!(
        "there is no queue {}-cloudtrail in {AWAY}",
        pull.account.id()
    ));
    let ran = pull.ctadmin("events --queue other").exits(1);
    ran.says("there is no queue other in any region");
}

#[test]
fn wrong_arguments_are_told_before_anything_is_asked() {
    let ran = Ctadmin::alone("events --filter usr=alice").exits(2);
    ran.says("bad filter \"usr=alice\"")
        .says("hint: the keys are user, event, source, region");
    Ctadmin::alone("events --from /tmp/logs")
        .exits(2)
        .says("--from takes s3://BUCKET/PREFIX");
    Ctadmin::alone("events --from s3:///a").exits(2);
    Ctadmin::alone("events --from s3://B/a").exits(2);
    Ctadmin::alone("events --from s3://bucket file").exits(2);
    Ctadmin::alone("events --consume file").exits(2);
    Ctadmin::alone("events --limit 0").exits(2);
}
