//! Events of members arrive at Splunk's collector, each with what its log group says of it.

use serde_json::{Value, json};

use super::archived::subscribe;
use super::{HOME, account, in_two_regions};
use crate::allowed::bound;
use crate::push::backlog::record;
use crate::push::delivered::received;
use crate::support::scenario::{carried_out, planned};
use crate::support::{AwsCli, Collector, Ctadmin, base64, zipped};

const EVENT: &str = r#"{"eventName":"ConsoleLogin"}"#;
const FLOW: &str = "2 111111111111 eni-1 10.0.0.1 10.0.0.2 443 4711 6 1 40 1 2 ACCEPT OK";

#[test]
fn events_of_members_arrive_and_what_fails_is_replayed() {
    let collector = Collector::start("good");
    let token = collector.token(json!({ "name": "central", "useACK": true }));
    let central = account();
    central.settings(json!({ "hec_authority": collector.authority() }));
    let member = central.sibling();
    in_two_regions(&member);
    let endpoint = collector.endpoint("good");
    let create = format!(
        "create central --members {} --region {HOME} --no-guardduty --splunk --hec-endpoint {endpoint} --yes",
        member.id()
    );
    let run = bound(&central, "create central --splunk", "maker", &create);
    run.env("CTADMIN_HEC_TOKEN", &token).exits(0);
    assert_eq!(
        planned(&central, "create central --no-guardduty")["steps"],
        json!([])
    );

    AwsCli::version_1().run(&member, &subscribe(&central, HOME));
    member.put_events(HOME, "trail", &[EVENT, FLOW]);
    central.delivered();
    let events = [EVENT, FLOW].map(|event| {
        let data = base64(event.as_bytes());
        vec![json!("aws:cloudtrail"), json!("trail"), json!(data)]
    });
    let members = ["sourcetype", "source", "data"];
    assert_eq!(received(&collector, &token, &members), events);

    // What the function cannot answer is in the archive bucket.
    let envelope = json!({
        "messageType": "DATA_MESSAGE",
        "logGroup": "trail",
        "logStream": format!("{}_CloudTrail_{HOME}", member.id()),
        "logEvents": [{ "id": "1", "timestamp": 7, "message": EVENT }],
    });
    let stream = format!("{}-central-to-splunk", central.id());
    let line = record("Lambda.FunctionError", 1, &zipped(&envelope.to_string()));
    let object = json!({
        "Bucket": format!("{}-central-logs", central.id()),
        "Key": format!("{stream}/failed/processing-failed/2026/11/20/10/a"),
        "Body": { "base64": base64(line.as_bytes()) },
    });
    central.seed("s3", "PutObject", HOME, object);
    let replay = format!("push replay --stream {stream} --yes -r {HOME}");
    let authority = collector.authority().display().to_string();
    Ctadmin::on(&central, &replay)
        .env("CTADMIN_HEC_TOKEN", &token)
        .env("SSL_CERT_FILE", &authority)
        .exits(0);
    let all = received(&collector, &token, &members);
    assert_eq!((all.len(), &all[2]), (3, &events[0]));
}

#[test]
fn a_finding_has_the_source_type_of_findings() {
    let collector = Collector::start("good");
    let token = collector.token(json!({ "name": "central", "useACK": true }));
    let central = account();
    central.settings(json!({ "hec_authority": collector.authority() }));
    let endpoint = collector.endpoint("good");
    let create = format!(
        "{} --splunk --hec-endpoint {endpoint} --yes",
        super::CENTRAL
    );
    let run = Ctadmin::on(&central, &create);
    run.env("CTADMIN_HEC_TOKEN", &token).exits(0);
    let group = format!("/aws/events/{}-central-guardduty", central.id());
    central.put_events(HOME, &group, &[r#"{"detail-type":"GuardDuty Finding"}"#]);
    central.delivered();
    let received = received(&collector, &token, &["sourcetype", "source"]);
    assert_eq!(
        received,
        [[json!("aws:cloudwatch:guardduty"), json!(group)]]
    );
}

#[test]
fn it_is_created_by_its_script_shown_and_deleted() {
    let central = account();
    let secret = json!({ "Name": "hec", "SecretString": "{\"hec_token\":\"t\"}" });
    let secret = central.seed("secretsmanager", "CreateSecret", HOME, secret);
    let secret = secret["ARN"].as_str().expect("an ARN").to_owned();
    let before = central.snapshot();
    let create = format!(
        "{} --splunk --hec-endpoint https://hec.example.com:443 --hec-secret {secret}",
        super::CENTRAL
    );
    carried_out(&central, &create);
    let shown = Ctadmin::on(&central, "show central --detailed-exitcode").exits(0);
    assert!(
        shown.stdout.contains("-central-to-splunk"),
        "{}",
        shown.stdout
    );
    let doctor = Ctadmin::on(&central, "doctor central -o json").run();
    let checks: Value = serde_json::from_str(&doctor.stdout).expect("JSON");
    let mut checks = checks["checks"].as_array().expect("checks").iter();
    assert!(
        checks.any(|check| check["check"] == "delivery to Splunk"),
        "{}",
        doctor.stdout
    );
    carried_out(&central, "delete central --drain 0");
    let mut after = central.snapshot();
    let buckets = after["s3"].as_object_mut().expect("buckets");
    buckets.retain(|name, _| !name.contains("-central-"));
    assert_eq!(after, before);
}
