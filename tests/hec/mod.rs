//! The client of the HTTP Event Collector, in this process, against the collector.

use std::path::Path;

use ctadmin::aws::read::Hidden;
use ctadmin::hec::{Code, Collector as Client, Endpoint, Fault, Metadata, Trust};
use hyper::body::Bytes;
use serde_json::json;
use tokio::runtime::Runtime;

use crate::support::{Collector, base64};

const KINDS: &str =
    "good,self-signed,expired,not-yet-valid,wrong-host,missing-intermediate,unknown-ca,weak";

fn client(endpoint: &str, authority: &Path, token: &str) -> Client {
    let endpoint = Endpoint::parse(endpoint).expect("an endpoint");
    let trust = Trust::of_file(authority).expect("an authority");
    Client::new(endpoint, trust, Some(Hidden(token.to_owned())))
}

fn text(fault: Result<(), Fault>) -> String {
    fault.expect_err("a fault").to_string()
}

#[test]
fn a_certificate_of_each_bad_kind_is_named() {
    let collector = Collector::start(KINDS);
    let health = |kind: &str| {
        let mut client = client(&collector.endpoint(kind), collector.authority(), "secret");
        let runtime = Runtime::new().expect("a runtime");
        runtime.block_on(client.health())
    };
    health("good").expect("the certificate is good");
    let said = KINDS.split(',').skip(1).map(|kind| {
        let said = text(health(kind));
        // The times are those of the test.
        let same = match said.split_once(" at 2").or(said.split_once(" before 2")) {
            Some((start, _)) => format!("{start} … a time"),
            None => said,
        };
        format!("{kind}: {same}")
    });
    let said: Vec<String> = said.collect();
    insta::assert_snapshot!(said.join("\n"), @r"
    self-signed: the certificate is self-signed
    expired: the certificate expired … a time
    not-yet-valid: the certificate is not valid … a time
    wrong-host: the certificate is for splunk.example.com, not for 127.0.0.1
    missing-intermediate: the server sends its certificate alone, and no known authority issued it
    unknown-ca: the certificate is of an unknown authority
    weak: the certificate is refused: its signature is invalid, or its RSA key has fewer than 2,048 bits
    ");
}

#[test]
fn stages_before_the_certificate_have_faults_of_their_own() {
    let collector = Collector::start("good");
    let runtime = Runtime::new().expect("a runtime");
    let health = |endpoint: &str| {
        let mut client = client(endpoint, collector.authority(), "secret");
        runtime.block_on(client.health())
    };
    let plain = collector.http().replace("http:", "https:");
    assert!(matches!(health(&plain), Err(Fault::NotTls)));
    assert!(matches!(
        health("https://127.0.0.1:1"),
        Err(Fault::Unreachable(_))
    ));
    assert!(matches!(
        health("https://collector.invalid:8088"),
        Err(Fault::Unresolved(_))
    ));
    collector.control("POST", "settings", Some(json!({ "disabled": true })));
    assert!(matches!(
        health(&collector.endpoint("good")),
        Err(Fault::Lost(_))
    ));
}

#[test]
fn data_are_sent_once_and_acknowledged() {
    let collector = Collector::start("good");
    let token = collector.token(json!({ "name": "push", "useACK": true }));
    let runtime = Runtime::new().expect("a runtime");
    let mut client = client(&collector.endpoint("good"), collector.authority(), &token);
    let metadata = Metadata {
        source: Some("a b&c".to_owned()),
        ..Metadata::default()
    };
    let lines = Bytes::from_static(b"{\"one\":1}\n{\"two\":2}\n");
    runtime.block_on(async {
        client.health().await.expect("it is healthy");
        let never = client.acks(&[0]).await.expect("acknowledgment is on");
        assert_eq!(never.get(&0), Some(&false));
        for (compressed, number) in [(false, 0), (true, 1)] {
            let sent = client.raw(&metadata, lines.clone(), compressed).await;
            assert_eq!(sent.expect("it is taken"), Some(number));
        }
        let event = Bytes::from_static(b"{\"event\":\"three\"}");
        let sent = client.event(event, false).await;
        assert_eq!(sent.expect("it is taken"), Some(2));
        let acks = client.acks(&[0, 1, 2, 3]).await.expect("an answer");
        assert_eq!(
            acks.into_values().collect::<Vec<_>>(),
            [true, true, true, false]
        );
    });
    let received = collector.control("GET", &format!("received?token={token}"), None);
    let received = received.as_array().expect("a list").iter();
    let received: Vec<(&str, &str)> = received
        .map(|it| {
            (
                it["data"].as_str().expect("text"),
                it["source"].as_str().expect("text"),
            )
        })
        .collect();
    let [one, two, three] = ["{\"one\":1}", "{\"two\":2}", "three"].map(|it| base64(it.as_bytes()));
    let expected = [
        (one.as_str(), "a b&c"),
        (&two, "a b&c"),
        (&one, "a b&c"),
        (&two, "a b&c"),
        (&three, "http:push"),
    ];
    assert_eq!(received, expected);
}

#[test]
fn refusals_have_splunks_code_and_never_the_token() {
    let collector = Collector::start("good");
    let with = collector.token(json!({ "name": "with", "useACK": true }));
    let without = collector.token(json!({ "name": "without", "useACK": false }));
    let disabled = collector.token(json!({ "name": "disabled", "useACK": true, "disabled": true }));
    let runtime = Runtime::new().expect("a runtime");
    let probe = |token: &str| {
        let mut client = client(&collector.endpoint("good"), collector.authority(), token);
        let fault = runtime.block_on(client.acks(&[0])).expect_err("a refusal");
        assert!(!format!("{fault} {fault:?} {}", fault.advice()).contains(token));
        fault.code()
    };
    assert_eq!(
        probe("11111111-2222-3333-4444-555555555555"),
        Some(Code::INVALID_TOKEN)
    );
    assert_eq!(probe(&disabled), Some(Code::TOKEN_DISABLED));
    assert_eq!(probe(&without), Some(Code::ACK_DISABLED));
    // A proxy that repeats the token.
    let faults =
        json!({ "faults": [{ "action": "answer", "code": 4, "text": format!("{with}?") }] });
    collector.control("POST", "faults", Some(faults));
    assert_eq!(probe(&with), Some(Code::INVALID_TOKEN));
}

#[test]
fn the_cookie_of_a_load_balancer_is_sent_again() {
    let collector = Collector::start("good");
    let cookie = json!({ "cookie": "AWSALB=one; Expires=Sun, 01 Feb 2032 00:00:00 GMT; Path=/" });
    collector.control("POST", "settings", Some(cookie));
    let runtime = Runtime::new().expect("a runtime");
    let mut client = client(&collector.endpoint("good"), collector.authority(), "secret");
    for _ in 0..2 {
        runtime.block_on(client.health()).expect("it is healthy");
    }
    let requests = collector.control("GET", "requests", None);
    let requests = requests.as_array().expect("a list").iter();
    let cookies: Vec<Option<&str>> = requests.map(|it| it["cookie"].as_str()).collect();
    assert_eq!(cookies, [None, Some("AWSALB=one")]);
}

#[test]
fn a_lost_answer_leaves_open_whether_the_data_arrived() {
    let collector = Collector::start("good");
    let token = collector.token(json!({ "name": "push", "useACK": true }));
    let runtime = Runtime::new().expect("a runtime");
    let mut client = client(&collector.endpoint("good"), collector.authority(), &token);
    let mut send = |action: &str, code: u16| {
        let fault = json!({ "action": action, "code": code });
        collector.control("POST", "faults", Some(json!({ "faults": [fault] })));
        let metadata = Metadata::default();
        let sent = client.raw(&metadata, Bytes::from_static(b"line"), false);
        let fault = runtime.block_on(sent).expect_err("a fault");
        (fault.may_have_arrived(), fault.may_pass())
    };
    assert_eq!(send("cut-after", 0), (true, true));
    assert_eq!(send("cut-within", 0), (true, true));
    assert_eq!(send("answer", 9), (false, true));
    assert_eq!(send("answer", 4), (false, false));
    let received = collector.control("GET", &format!("received?token={token}"), None);
    assert_eq!(
        received.as_array().map(Vec::len),
        Some(2),
        "nothing is sent twice"
    );
}
