//! Events of members arrive in the archive, whole and unchanged; those of others are refused.

use std::io::Read;

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use super::{HOME, OTHER, account, in_two_regions};
use crate::support::{Account, AwsCli, Ctadmin};

const EVENTS: [&str; 3] = [
    r#"{"eventName":"ConsoleLogin"}"#,
    r#"{"eventName":"Grüße"}"#,
    "2 111111111111 eni-1 10.0.0.1 10.0.0.2 443 4711 6 1 40 1 2 ACCEPT OK",
];

/// What a member runs, to send a log group of a region to the central account.
pub fn subscribe(central: &Account, region: &str) -> String {
    let central = central.id();
    format!(
        "set -e
        export AWS_DEFAULT_REGION={region}
        aws logs create-log-group --log-group-name trail
        aws logs put-subscription-filter --log-group-name trail --filter-name central --filter-pattern '' \\
          --distribution Random --destination-arn arn:aws:logs:{region}:{central}:destination:{central}-central"
    )
}

/// The lines of all objects that were delivered.
pub fn lines(central: &Account) -> Vec<Value> {
    let delivered = central.delivered();
    let entries = delivered["deliveries"].as_array().expect("a list").iter();
    let mut lines = Vec::new();
    for entry in entries {
        assert_eq!(entry["outcome"], "delivered", "{entry:#}");
        let bucket = format!("{}-central-logs", central.id());
        let key = entry["object"].as_str().expect("a key");
        assert!(key.starts_with("logs/20"), "{key}");
        let params = json!({ "Bucket": bucket, "Key": key });
        let object = central.seed("s3", "GetObject", HOME, params);
        let body = object["Body"].as_str().expect("bytes");
        let mut text = String::new();
        GzDecoder::new(unbase64(body).as_slice())
            .read_to_string(&mut text)
            .expect("a compressed text");
        lines.extend(
            text.lines()
                .map(|line| serde_json::from_str(line).expect("JSON")),
        );
    }
    lines
}

fn unbase64(text: &str) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .expect("base64")
}

#[test]
fn events_of_all_regions_of_a_member_are_archived() {
    let central = account();
    let member = central.sibling();
    in_two_regions(&member);
    let create = format!(
        "create central --members {} --region {HOME} --yes",
        member.id()
    );
    Ctadmin::on(&central, &create).exits(0);
    for region in [HOME, OTHER] {
        AwsCli::version_1().run(&member, &subscribe(&central, region));
        member.put_events(region, "trail", &EVENTS);
    }
    let lines = lines(&central);
    let data: Vec<&Value> = lines
        .iter()
        .filter(|line| line["messageType"] == "DATA_MESSAGE")
        .collect();
    assert_eq!(data.len(), 2, "{lines:#?}");
    for line in data {
        assert_eq!(line["owner"], member.id());
        assert_eq!(line["logGroup"], "trail");
        let events = line["logEvents"].as_array().expect("events").iter();
        let messages: Vec<&Value> = events.map(|event| &event["message"]).collect();
        assert_eq!(messages, EVENTS);
    }
    events_are_read(&central);
}

/// `ctadmin events` unpacks the archive: it prints the events, and counts all else.
fn events_are_read(central: &Account) {
    let bucket = format!("{}-central-logs", central.id());
    let name = "s-1-2026-01-31-23-59-59-0a1b2c3d-0000-4000-8000-0123456789ab";
    let key = format!("failed/processing-failed/2026/01/31/{name}");
    let failed = json!({ "Bucket": bucket, "Key": key, "Body": "{}" });
    central.seed("s3", "PutObject", HOME, failed);
    let read = format!("events --from s3://{bucket} -o json");
    let run = Ctadmin::on(central, &read).exits(0);
    let printed: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(printed, [&EVENTS[..2], &EVENTS[..2]].concat());
    run.says("skipped 2 messages of log groups that are no CloudTrail events");
    run.says("skipped 1 object with records that Firehose could not process");
    Ctadmin::on(central, &format!("{read} --until 2020-01-01"))
        .exits(0)
        .says("there is no log of 2020/01/02 or earlier below");
}

#[test]
fn who_is_no_member_is_refused() {
    let central = account();
    let member = central.sibling();
    in_two_regions(&member);
    let create = format!("{} --yes", super::CENTRAL);
    Ctadmin::on(&central, &create).exits(0);
    let refused = AwsCli::version_1().ran(&member, &subscribe(&central, HOME));
    assert_ne!(refused.code, 0);
    assert!(
        refused.stderr.contains("AccessDenied"),
        "{}",
        refused.stderr
    );

    // Named as one, it may; named no longer, it may not.
    let two = format!(
        "create central --members {},{} --yes",
        super::MEMBER,
        member.id()
    );
    Ctadmin::on(&central, &two).exits(0);
    AwsCli::version_1().run(&member, subscribe(&central, OTHER).as_str());
    let one = format!("create central --members {} --yes", super::MEMBER);
    Ctadmin::on(&central, &one)
        .exits(0)
        .says(&format!("no longer members: {}", member.id()));
    let again =
        subscribe(&central, OTHER).replace("aws logs create-log-group --log-group-name trail", "");
    assert_ne!(AwsCli::version_1().ran(&member, &again).code, 0);
}
