//! Events arrive: what is put into the trail's log group is delivered to a collector, line by line.

use serde_json::{Value, json};

use super::{HOME, TRAIL, account_after};
use crate::support::{Collector, Ctadmin, base64};

#[test]
fn events_arrive_at_the_collector_or_in_the_backup_bucket() {
    let collector = Collector::start("good,wrong-host");
    let token = collector.token(json!({ "name": "push", "useACK": true }));
    let account = account_after(&[TRAIL]);
    account.settings(json!({ "hec_authority": collector.authority() }));
    let push = |kind: &str| {
        let endpoint = collector.endpoint(kind);
        let command = format!("create push --hec-endpoint {endpoint} --yes");
        let run = Ctadmin::on(&account, &command);
        run.env("CTADMIN_HEC_TOKEN", &token).exits(0);
    };
    push("good");
    let events = [
        r#"{"eventName":"ConsoleLogin"}"#,
        r#"{"eventName":"Grüße"}"#,
    ];
    account.put_events(HOME, &format!("{}-cloudtrail", account.id()), &events);
    assert_eq!(outcomes(&account.delivered()), ["delivered"]);
    let received = collector.control("GET", &format!("received?token={token}"), None);
    let received = received.as_array().expect("a list of events").iter();
    let lines: Vec<&str> = received
        .filter_map(|event| event["data"].as_str())
        .collect();
    assert_eq!(lines, events.map(|event| base64(event.as_bytes())));

    push("wrong-host");
    account.put_events(HOME, &format!("{}-cloudtrail", account.id()), &events);
    let outcomes = outcomes(&account.delivered());
    assert_eq!(outcomes.last().map(String::as_str), Some("failed"));
}

/// What became of the deliveries of events, in their order.
fn outcomes(delivered: &Value) -> Vec<String> {
    let all = delivered["deliveries"].as_array().expect("deliveries");
    let outcomes = all
        .iter()
        .map(|it| it["outcome"].as_str().expect("text").to_owned());
    outcomes.filter(|outcome| outcome != "dropped").collect()
}
