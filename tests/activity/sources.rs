//! The report of a bucket's logs, and of a queue's, which stay in the queue.

use serde_json::{Value, json};

use super::{check, counted, generated, log, rows, text, user};
use crate::events::Pull;
use crate::support::zipped;

/// The key of a log that CloudTrail wrote on a day of January 2026.
fn key(pull: &Pull, region: &str, day: u64) -> String {
    let account = pull.account.id();
    format!("AWSLogs/{account}/CloudTrail/{region}/2026/01/{day:02}/log.json.gz")
}

/// The events of a week, in a log file for each day.
fn bucket_of_week(pull: &Pull, count: usize) -> Vec<Value> {
    let events = generated::week(count);
    for day in 5..12 {
        let date = format!("2026-01-{day:02}");
        let of_day = |event: &&Value| text(&event["eventTime"]).starts_with(&date);
        let some: Vec<Value> = events.iter().filter(of_day).cloned().collect();
        pull.put(&key(pull, "eu-west-1", day), &zipped(&log(&some)));
    }
    events
}

fn between<'e>(events: &'e [Value], since: &str, until: &str) -> Vec<Value> {
    let within = |event: &&'e Value| (since..until).contains(&text(&event["eventTime"]).as_str());
    events.iter().filter(within).cloned().collect()
}

#[test]
fn a_bucket_is_read_back_to_the_time_that_is_compared_with() {
    let pull = Pull::new();
    let events = bucket_of_week(&pull, 2000);
    pull.account.forget_requests();
    let from = format!("--from s3://{}", pull.bucket());
    let days = "--since 2026-01-09 --until 2026-01-10 --late 0";
    let report = pull
        .activity(&format!("-o json {from} {days}"))
        .exits(0)
        .json();
    // The logs of the days before 7 January are of no use.
    assert_eq!(pull.requests("GetObject"), 4);
    let now = between(&events, "2026-01-09", "2026-01-11");
    check(&report, &now);
    let before = between(&events, "2026-01-07T00:00:01Z", "2026-01-09");
    let previous = json!({
        "since": "2026-01-07T00:00:01Z", "until": "2026-01-09T00:00:00Z", "events": before.len(),
    });
    assert_eq!(report["previous"], previous);
    let known = counted(&before, user);
    let mut new = counted(&now, user);
    new.retain(|name, _| !known.contains_key(name));
    assert_eq!(rows(&report["new"]["users"]), new);
    assert!(new.contains_key("mallory"), "{new:?}");
    let whole = pull
        .activity(&format!("-o json {from} --since 2026-01-01"))
        .exits(0)
        .json();
    check(&whole, &events);
}

#[test]
fn a_bucket_is_read_for_a_week_if_no_time_is_named() {
    let pull = Pull::new();
    bucket_of_week(&pull, 200);
    let report = pull
        .activity(&format!("-o json --from s3://{}", pull.bucket()))
        .exits(0)
        .json();
    let [since, previous] = [&report["since"], &report["previous"]["since"]];
    assert!(since.is_string() && previous.is_string(), "{report}");
    let seconds = |time: &Value| {
        let time = humantime::parse_rfc3339(&text(time)).expect("a time");
        time.duration_since(std::time::UNIX_EPOCH)
            .expect("later")
            .as_secs()
    };
    assert_eq!(seconds(since) - seconds(previous), 7 * 24 * 3600);
    pull.activity("--from s3://no-such-bucket-anywhere/x")
        .exits(1)
        .says("NoSuchBucket");
}

#[test]
fn a_damaged_log_of_a_bucket_is_named() {
    let pull = Pull::new();
    bucket_of_week(&pull, 200);
    let damaged = key(&pull, "us-west-2", 9);
    pull.put(&damaged, b"{\"Records\":[{");
    let ran = pull
        .activity(&format!(
            "-o json --since 2026-01-05 --from s3://{}",
            pull.bucket()
        ))
        .exits(1);
    ran.says(&damaged);
    assert_eq!(
        (&ran.json()["events"], &ran.json()["unreadable"]),
        (&200.into(), &1.into())
    );
}

#[test]
fn messages_stay_in_the_queue() {
    let pull = Pull::new();
    let events = generated::week(300);
    for (name, part) in ["a", "b", "c"].iter().zip(events.chunks(100)) {
        let records: Vec<String> = part.iter().map(Value::to_string).collect();
        pull.log(name, &records);
        pull.publish(&pull.notice(&[name]));
    }
    let report = pull.activity("-o json").exits(0).json();
    check(&report, &events);
    assert_eq!(report["sources"], json!([]));
    assert_eq!(pull.visible(), 3);
    assert_eq!(pull.requests("DeleteMessageBatch"), 0);
    let ran = pull.activity("--filter user=alice").exits(0);
    assert!(ran.stdout.contains("alice") && !ran.stdout.contains("bob"));
    assert_eq!(pull.visible(), 3);
}

#[test]
fn a_queue_that_is_missing_is_an_error() {
    let pull = Pull::new();
    pull.activity("--queue nowhere").exits(1).says("nowhere");
    assert!(pull.activity("").exits(0).stdout.starts_with("0 events"));
}
