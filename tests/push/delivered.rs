//! Events arrive: what is put into the trail's log group is delivered to a collector, line by line.

use serde_json::{Value, json};

use super::backlog::record;
use super::{HOME, TRAIL, account_after};
use crate::allowed::bound;
use crate::support::{Account, AwsCli, Collector, Ctadmin, base64, zipped};

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

/// What failed arrives as the function would have sent it, by its rules.
#[test]
fn what_the_function_could_not_transform_is_replayed_with_the_same_metadata() {
    let collector = Collector::start("good");
    let (account, token) = account_beside(&collector);
    let options = "--transform lambda --endpoint-type event";
    push(&account, &collector, &token, "good", options);
    let base = format!("{}-cloudtrail", account.id());
    let rules = json!({ "*-cloudtrail": { "source": "rule" } }).to_string();
    let variables = json!({ "HEC_ENDPOINT_TYPE": "Event", "HEC_RULES": rules });
    let update = format!(
        "aws lambda update-function-configuration --region {HOME} --function-name {base}-transform --environment '{}'",
        json!({ "Variables": variables })
    );
    AwsCli::version_1().run(&account, &update);
    put_events(&account);
    assert_eq!(outcomes(&account.delivered()), ["delivered"]);

    let events = EVENTS.map(|event| json!({ "id": "1", "timestamp": 7, "message": event }));
    let envelope = json!({
        "messageType": "DATA_MESSAGE",
        "logGroup": base,
        "logStream": format!("{}_CloudTrail_{HOME}", account.id()),
        "logEvents": events,
    });
    let line = record("Lambda.FunctionError", 1, &zipped(&envelope.to_string()));
    let object = json!({
        "Bucket": format!("{base}-firehose"),
        "Key": format!("{base}-splunk/failed/processing-failed/2026/11/20/10/a"),
        "Body": { "base64": base64(line.as_bytes()) },
    });
    account.seed("s3", "PutObject", HOME, object);
    let replay = |user: &str| {
        let run = bound(
            &account,
            "push-replay",
            user,
            "push replay --yes -r us-west-2",
        );
        let authority = collector.authority().display().to_string();
        run.env("CTADMIN_HEC_TOKEN", &token)
            .env("SSL_CERT_FILE", &authority)
    };
    replay("replayer").exits(0);
    let members = ["sourcetype", "source", "host", "data"];
    let all = received(&collector, &token, &members);
    assert_eq!((all.len(), &all[0][1]), (4, &json!("rule")));
    assert_eq!(all[..2], all[2..]);
    replay("again").exits(0).says("nothing to replay");
}

/// What became of the deliveries of events, in their order.
pub fn outcomes(delivered: &Value) -> Vec<String> {
    let all = delivered["deliveries"].as_array().expect("deliveries");
    let outcomes = all
        .iter()
        .map(|it| it["outcome"].as_str().expect("text").to_owned());
    outcomes.filter(|outcome| outcome != "dropped").collect()
}
