//! Events of members become documents in a domain of OpenSearch Service.

use serde_json::{Map, Value, json};

use super::archived::subscribe;
use super::{CENTRAL, HOME, account, in_two_regions};
use crate::allowed::bound;
use crate::support::scenario::{carried_out, operations, planned};
use crate::support::{AwsCli, Ctadmin, Running, Venv};

const EVENT: &str = r#"{"eventVersion":"1.11","eventTime":"2026-01-31T12:00:00Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"us-west-2","requestParameters":{"any":1}}"#;
const FLOW: &str = "2 111111111111 eni-1 10.0.0.1 10.0.0.2 443 4711 6 1 40 1 2 ACCEPT OK";

#[test]
fn events_of_members_become_documents() {
    let central = account();
    let member = central.sibling();
    in_two_regions(&member);
    let create = format!(
        "create central --members {} --region {HOME} --no-guardduty --opensearch --tag a=b --yes",
        member.id()
    );
    bound(&central, "create central --opensearch", "maker", &create).exits(0);
    let again = planned(&central, "create central --no-guardduty");
    assert_eq!(again["steps"], json!([]));
    AwsCli::version_1().run(&member, &subscribe(&central, HOME));
    member.put_events(HOME, "trail", &[EVENT, FLOW]);
    let delivered = central.delivered();
    let found = central.documents(HOME, &format!("ct-{}-central", central.id()));
    assert_eq!(found.len(), 2, "{delivered:#}");
    let index = format!("{}-central-", central.id());
    assert!(
        found[0]["index"]
            .as_str()
            .expect("text")
            .starts_with(&index)
    );
    let event = &found[0]["document"];
    assert_eq!(event["kind"], "cloudtrail");
    assert_eq!(event["owner"], member.id());
    assert_eq!(event["@timestamp"], "2026-01-31T12:00:00.000Z");
    assert_eq!(event["cloudtrail"]["eventName"], "ConsoleLogin");
}

#[test]
fn it_is_created_by_its_script_shown_and_deleted() {
    let central = account();
    let before = central.snapshot();
    let create = format!("{CENTRAL} --opensearch --email ops@example.com");
    let plan = carried_out(&central, &create);
    let mapped = "CreateEventSourceMapping us-west-2".to_owned();
    assert!(operations(&plan).contains(&mapped));
    let shown = Ctadmin::on(&central, "show central --detailed-exitcode").exits(0);
    for words in ["-central-to-opensearch", "m6g.large.search", "Enabled"] {
        assert!(shown.stdout.contains(words), "{words}: {}", shown.stdout);
    }
    let doctor = Ctadmin::on(&central, "doctor central").run();
    assert!(
        doctor.stdout.contains("delivery to OpenSearch"),
        "{}",
        doctor.stdout
    );
    carried_out(&central, "delete central --drain 0");
    let mut after = central.snapshot();
    let buckets = after["s3"].as_object_mut().expect("buckets");
    buckets.retain(|name, _| !name.contains("-central-"));
    assert_eq!(after, before);
}

#[test]
fn a_run_that_was_interrupted_is_resumed_by_the_same_command() {
    let central = account();
    central.settings(json!({ "domain_creation": 12 }));
    let create = format!("{CENTRAL} --no-guardduty --opensearch --yes");
    let running = Running::start(Ctadmin::on(&central, &create));
    let is_begun = || {
        let requests = central.requests();
        requests
            .iter()
            .any(|it| it.operation == "DescribeDomain" && it.status == Some(200))
    };
    let begun = std::time::Instant::now();
    while !is_begun() {
        assert!(begun.elapsed().as_secs() < 60, "no domain is created");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let (ran, _) = running.interrupt(|| ());
    assert_eq!(ran.code, 130, "{}", ran.stderr);
    let left = planned(&central, "create central --no-guardduty");
    let mut steps = left["steps"].as_array().expect("steps").iter();
    let waits = steps.find(|step| step["operation"] == "AddTags");
    assert_eq!(
        waits.expect("it waits")["reason"],
        "domain is being created"
    );
    let resumed = Ctadmin::on(&central, "create central --no-guardduty --yes").exits(0);
    resumed.says("domain is being created");
    let again = planned(&central, "create central --no-guardduty");
    assert_eq!(again["steps"], json!([]));
}

#[test]
fn what_was_received_is_delivered_before_the_stack_is_deleted() {
    let central = account();
    let create = format!("{CENTRAL} --no-guardduty --yes");
    Ctadmin::on(&central, &create).exits(0);
    let delete = Running::start(Ctadmin::on(&central, "delete central --yes"));
    let is_closed = || {
        central
            .changes()
            .iter()
            .filter(|it| it.contains("DeleteDestination"))
            .count()
            == 2
    };
    let begun = std::time::Instant::now();
    while !is_closed() {
        assert!(begun.elapsed().as_secs() < 60, "nothing is deleted");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let (ran, _) = delete.interrupt(|| ());
    assert_eq!(ran.code, 130, "{}", ran.stderr);
    assert!(ran.stderr.contains("waits 6 min before"), "{}", ran.stderr);
    let changes = central.changes();
    assert!(
        !changes.iter().any(|it| it.contains("DeleteDeliveryStream")),
        "{changes:?}"
    );
    Ctadmin::on(&central, "delete central --drain 1 --yes").exits(0);
    assert_eq!(central.snapshot()["kinesis"], json!({}));
}

#[test]
fn the_template_and_the_searches_are_printed_offline() {
    let print = |options: &str| {
        let command = format!("central opensearch-template --prefix lab {options}");
        Ctadmin::alone(&command).exits(0).stdout
    };
    let template: Value = serde_json::from_str(&print("")).expect("JSON");
    assert_eq!(template["index_patterns"], json!(["lab-central-*"]));
    let searches = print("--saved-searches");
    let lines = searches.lines();
    let lines: Vec<Map<String, Value>> = lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!((lines.len(), &lines[0]["id"]), (7, &json!("lab-central")));
    assert!(!searches.contains("BASE"));
    Ctadmin::alone("central opensearch-template")
        .exits(2)
        .says("--prefix");
}

/// Its documents are what the template describes.
#[test]
fn the_tests_of_the_function_pass() {
    let tests =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/central/consumer/run.py");
    let output = std::process::Command::new(Venv::get().python())
        .arg(tests)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("Python runs");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    let count = text
        .trim_end()
        .rsplit('\n')
        .next()
        .and_then(|line| line.split(' ').next());
    let count: u32 = count.and_then(|number| number.parse().ok()).unwrap_or(0);
    assert!(count >= 40, "{text}");
}

#[test]
fn what_is_no_domain_is_refused() {
    let central = account();
    let refused = |options: &str, words: &str| {
        Ctadmin::on(&central, &format!("{CENTRAL} {options} --yes"))
            .exits(2)
            .says(words);
    };
    refused("--instance-count 3", "--opensearch");
    refused(
        "--opensearch --opensearch-domain ct",
        "--opensearch-domain is not the ARN of a domain: ct",
    );
    refused(
        "--opensearch --opensearch-reader analyst",
        "the ARN of a user or role is",
    );
    refused(
        "--opensearch --prefix a-prefix-that-is-long",
        "give another --prefix, or --opensearch-domain ARN",
    );
    refused("--hec-endpoint https://hec.example.com:443", "add --splunk");
    refused(
        "--opensearch --opensearch-reader arn:aws:iam::111111111111:role/*",
        "the ARN of a user or role is",
    );
    refused(
        "--opensearch --opensearch-version two",
        "a version is written 2.19",
    );
    refused("--opensearch --instance-type m6g.large", "ends in .search");
    let long = "abcdefghijklmnopqrstuvwxyz01234567890";
    refused(
        &format!("--splunk --prefix {long}"),
        "give a shorter --prefix",
    );
    assert_eq!(central.changes(), Vec::<String>::new());
    // What needs no longer names works with this prefix.
    let create = format!("{CENTRAL} --no-guardduty --prefix {long} --yes");
    Ctadmin::on(&central, &create).exits(0);
    for command in ["show central", "delete central --drain 0 --yes"] {
        Ctadmin::on(&central, &format!("{command} --prefix {long}")).exits(0);
    }
}
