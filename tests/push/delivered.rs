//! Events arrive: what is put into the trail's log group is delivered to a collector, line by line.

use serde_json::{Value, json};

use super::{HOME, TRAIL, account_after};
use crate::support::{Account, Collector, Ctadmin, base64};

const EVENTS: [&str; 2] = [
    r#"{"eventName":"ConsoleLogin"}"#,
    r#"{"eventName":"Grüße"}"#,
];

/// An account with a trail, whose Firehose trusts the collector, and a token of the collector.
fn account_beside(collector: &Collector) -> (Account, String) {
    let token = collector.token(json!({ "name": "push", "useACK": true }));
    let account = account_after(&[TRAIL]);
    account.settings(json!({ "hec_authority": collector.authority() }));
    (account, token)
}

fn push(account: &Account, collector: &Collector, token: &str, kind: &str, options: &str) {
    let endpoint = collector.endpoint(kind);
    let command = format!("create push --hec-endpoint {endpoint} --yes {options}");
    let run = Ctadmin::on(account, &command);
    run.env("CTADMIN_HEC_TOKEN", token).exits(0);
}

fn put_events(account: &Account) {
    account.put_events(HOME, &format!("{}-cloudtrail", account.id()), &EVENTS);
}

/// What the collector received with a token: these members of each event.
pub fn received(collector: &Collector, token: &str, members: &[&str]) -> Vec<Vec<Value>> {
    let received = collector.control("GET", &format!("received?token={token}"), None);
    let received = received.as_array().expect("a list of events").iter();
    let chosen = |event: &Value| members.iter().map(|name| event[*name].clone()).collect();
    received.map(chosen).collect()
}

#[test]
fn events_arrive_at_the_collector_or_in_the_backup_bucket() {
    let collector = Collector::start("good,wrong-host");
    let (account, token) = account_beside(&collector);
    push(&account, &collector, &token, "good", "");
    put_events(&account);
    assert_eq!(outcomes(&account.delivered()), ["delivered"]);
    let lines = EVENTS.map(|event| vec![json!(base64(event.as_bytes()))]);
    assert_eq!(received(&collector, &token, &["data"]), lines);

    push(&account, &collector, &token, "wrong-host", "");
    put_events(&account);
    let outcomes = outcomes(&account.delivered());
    assert_eq!(outcomes.last().map(String::as_str), Some("failed"));
}

#[test]
fn a_function_says_of_each_event_what_it_is_and_where_it_is_from() {
    let collector = Collector::start("good");
    let (account, token) = account_beside(&collector);
    let options = "--transform lambda --endpoint-type event";
    push(&account, &collector, &token, "good", options);
    put_events(&account);
    assert_eq!(outcomes(&account.delivered()), ["delivered"]);
    let (id, group) = (account.id(), format!("{}-cloudtrail", account.id()));
    let events = EVENTS.map(|event| {
        let stream = format!("{id}_CloudTrail_{HOME}");
        let data = base64(event.as_bytes());
        vec![
            json!("aws:cloudtrail"),
            json!(group),
            json!(stream),
            json!(data),
        ]
    });
    let members = ["sourcetype", "source", "host", "data"];
    assert_eq!(received(&collector, &token, &members), events);

    push(&account, &collector, &token, "good", "--endpoint-type raw");
    put_events(&account);
    let outcomes = outcomes(&account.delivered());
    assert_eq!(outcomes, ["delivered", "delivered"]);
    let lines = EVENTS.map(|event| vec![json!(base64(event.as_bytes()))]);
    assert_eq!(received(&collector, &token, &["data"])[2..], lines);
}

/// What became of the deliveries of events, in their order.
pub fn outcomes(delivered: &Value) -> Vec<String> {
    let all = delivered["deliveries"].as_array().expect("deliveries");
    let outcomes = all
        .iter()
        .map(|it| it["outcome"].as_str().expect("text").to_owned());
    outcomes.filter(|outcome| outcome != "dropped").collect()
}
