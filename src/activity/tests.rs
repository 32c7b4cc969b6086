//! What is counted, compared with plain counting.

use std::collections::{BTreeMap, HashMap};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::facets::Facets;
use super::facts::{Facts, Picking};
use super::report::{Asked, Report};
use super::tally::{Limits, Tally};
use crate::events::filter::Filter;
use crate::reading::conveyor::Work;
use crate::time;

const ROOMY: Limits = Limits {
    names: 1000,
    keys: 1000,
    newest: 5,
};

fn facts(events: &[Value], filters: &[&str]) -> Facts {
    let filters: Vec<String> = filters.iter().map(ToString::to_string).collect();
    let filter = Filter::parse(&filters).expect("filters");
    let batch: String = events.iter().map(|event| format!("{event},")).collect();
    let (facts, taken) = Picking { filter }.work(batch.as_bytes());
    assert_eq!(taken, batch.len());
    facts
}

fn tally(events: &[Value], filters: &[&str], limits: Limits, begins: Option<u64>) -> Tally {
    let mut tally = Tally::new(limits, begins, true);
    tally.add(&facts(events, filters));
    tally
}

fn report(events: &[Value]) -> Value {
    let report = Report::new(&tally(events, &[], ROOMY, None), &Asked::default(), 0);
    serde_json::to_value(report).expect("JSON")
}

fn event(time: &str, region: &str, user: &str, action: (&str, &str)) -> Value {
    let (service, name) = action;
    json!({"eventTime": time, "awsRegion": region, "userIdentity": {"type": "IAMUser", "userName": user},
        "eventSource": format!("{service}.amazonaws.com"), "eventName": name, "sourceIPAddress": "203.0.113.7",
        "recipientAccountId": "123456789012", "eventID": "id"})
}

fn with(mut event: Value, fields: Value) -> Value {
    let more = fields.as_object().expect("an object").clone();
    event.as_object_mut().expect("an object").extend(more);
    event
}

fn some_events() -> Vec<Value> {
    let login = ("signin", "ConsoleLogin");
    vec![
        event(
            "2026-01-31T10:00:00Z",
            "eu-west-1",
            "alice",
            ("iam", "ListRoles"),
        ),
        event(
            "2026-01-31T10:59:59Z",
            "eu-west-1",
            "alice",
            ("iam", "PutRolePolicy"),
        ),
        with(
            event(
                "2026-01-31T12:00:00Z",
                "us-east-1",
                "bob",
                ("iam", "PutRolePolicy"),
            ),
            json!({"errorCode": "AccessDenied", "errorMessage": "no"}),
        ),
        with(
            event("2026-01-31T13:00:00Z", "us-east-1", "bob", login),
            json!({"errorMessage": "Failed authentication", "additionalEventData": {"MFAUsed": "No"}}),
        ),
        with(
            event("2026-01-31T14:00:00Z", "us-east-1", "carol", login),
            json!({"responseElements": {"ConsoleLogin": "Success"}, "additionalEventData": {"MFAUsed": "No"}}),
        ),
        with(
            event("2026-01-31T14:00:00Z", "us-east-1", "x", login),
            json!({"userIdentity": {"type": "Root"}, "additionalEventData": {"MFAUsed": "Yes"}}),
        ),
        json!({"eventVersion": "1"}),
    ]
}

/// Rows as `name events errors`.
fn rows(report: &Value, list: &str) -> Vec<String> {
    let rows = report[list]["rows"].as_array().expect("rows");
    let row = |row: &Value| {
        format!(
            "{} {} {}",
            row["name"].as_str().unwrap_or("?"),
            row["events"],
            row["errors"]
        )
    };
    rows.iter().map(row).collect()
}

#[test]
fn events_are_counted_by_each_dimension() {
    let report = report(&some_events());
    assert_eq!(
        [&report["events"], &report["errors"], &report["denied"]],
        [7, 2, 1]
    );
    assert_eq!(report["first"], "2026-01-31T10:00:00Z");
    assert_eq!(report["last"], "2026-01-31T14:00:00Z");
    assert_eq!(
        rows(&report, "users"),
        [
            "alice 2 0",
            "bob 2 2",
            "(none) 1 0",
            "carol 1 0",
            "root 1 0"
        ]
    );
    assert_eq!(
        rows(&report, "regions"),
        ["us-east-1 4 2", "eu-west-1 2 0", "(none) 1 0"]
    );
    assert_eq!(
        rows(&report, "services"),
        ["iam 3 1", "signin 3 1", "(none) 1 0"]
    );
    assert_eq!(
        rows(&report, "actions"),
        [
            "signin:ConsoleLogin 3 1",
            "iam:PutRolePolicy 2 1",
            "(none):(none) 1 0",
            "iam:ListRoles 1 0"
        ]
    );
    assert_eq!(
        rows(&report, "error_codes"),
        ["AccessDenied 1 1", "Failed authentication 1 1"]
    );
    assert_eq!(report["error_codes"]["distinct"], 2);
    assert_eq!(report["timeline"]["start"], "2026-01-31T10:00:00Z");
    assert_eq!(report["timeline"]["events"], json!([2, 0, 1, 1, 2]));
    assert_eq!(report["timeline"]["errors"], json!([0, 0, 1, 1, 0]));
}

#[test]
fn failures_sign_ins_and_changes_have_lists_of_their_own() {
    let report = report(&some_events());
    let failures = report["failures"]["rows"].as_array().expect("rows");
    let of = |row: &Value| {
        (
            row["user"].clone(),
            row["action"].clone(),
            row["error"].clone(),
            row["denied"].clone(),
        )
    };
    assert!(failures.iter().map(of).any(|row| row
        == (
            json!("bob"),
            json!("iam:PutRolePolicy"),
            json!("AccessDenied"),
            json!(true)
        )));
    let sign_ins = &report["sign_ins"];
    let numbers = ["events", "failed", "without_mfa", "root"].map(|name| sign_ins[name].clone());
    assert_eq!(numbers, [3, 1, 1, 1]);
    // What was denied has changed nothing.
    assert_eq!(report["changes"].as_array().map(Vec::len), Some(1));
    let change = &report["changes"][0];
    assert_eq!(
        (&change["alert"], &change["events"]),
        (&json!("iam-policy-changes"), &json!(1))
    );
    assert_eq!(change["rows"][0]["user"], "alice");
}

#[test]
fn what_is_new_was_not_there_before() {
    let report_of = |begins: Option<u64>, asked: &Asked| {
        let tally = tally(&some_events(), &[], ROOMY, begins);
        serde_json::to_value(Report::new(&tally, asked, 0)).expect("JSON")
    };
    // Without a time, the second half is compared with the first.
    let halves = report_of(None, &Asked::default());
    assert_eq!(halves["previous"]["until"], "2026-01-31T12:00:00Z");
    assert_eq!(halves["previous"]["events"], 2);
    assert_eq!(halves["new"]["regions"]["rows"][0]["name"], "us-east-1");
    let since = time::seconds("2026-01-31T13:00:00Z");
    let asked = Asked {
        since,
        compared_since: time::seconds("2026-01-31T09:00:00Z"),
        ..Asked::default()
    };
    let named = report_of(since, &asked);
    assert_eq!(
        (&named["events"], &named["previous"]["events"]),
        (&json!(4), &json!(3))
    );
    assert_eq!(named["new"]["regions"]["distinct"], 0);
    let users: Vec<_> = named["new"]["users"]["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| &row["name"])
        .collect();
    assert_eq!(users, ["carol", "root"]);
}

#[test]
fn the_newest_events_are_kept() {
    let newest = &report(&some_events())["newest"];
    let times: Vec<_> = newest
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| row["time"].as_str().unwrap_or("-"))
        .collect();
    assert_eq!(times.len(), ROOMY.newest);
    assert!(
        times.is_sorted_by(|a, b| a >= b) && !times.contains(&"2026-01-31T10:00:00Z"),
        "{times:?}"
    );
    assert_eq!(newest[3]["error"], "AccessDenied");
}

#[test]
fn memory_has_a_limit_and_totals_stay_exact() {
    let limits = Limits {
        names: 20,
        keys: 20,
        newest: 3,
    };
    let events: Vec<_> = (0..3000)
        .map(|number| {
            // One in three is by the same user.
            let user = if number % 3 == 0 {
                "often".to_owned()
            } else {
                format!("user-{number}")
            };
            let name = format!("Get{}", number % 50);
            let event = event("2026-01-31T10:00:00Z", "eu-west-1", &user, ("s3", &name));
            match number % 10 {
                0 => with(event, json!({"errorCode": "AccessDenied"})),
                _ => event,
            }
        })
        .collect();
    let tally = tally(&events, &[], limits, None);
    let report = serde_json::to_value(Report::new(&tally, &Asked::default(), 0)).expect("JSON");
    assert_eq!([&report["events"], &report["errors"]], [3000, 300]);
    let users = &report["users"];
    assert_eq!(
        (
            &users["approximate"],
            &users["rows"][0]["name"],
            &users["rows"][0]["events"]
        ),
        (&json!(true), &json!("often"), &json!(1000))
    );
    let distinct = users["distinct"].as_f64().expect("a number");
    assert!((distinct - 2001.0).abs() < 100.0, "{distinct}");
    assert!(users["rows"].as_array().expect("rows").len() <= 20);
    assert!(report["failures"]["rows"].as_array().expect("rows").len() <= 20);
    assert_eq!(report["failures"]["approximate"], true);
    let facets = Facets::of(&tally).expect("cells were counted");
    assert!(
        facets
            .layers
            .iter()
            .all(|layer| layer.counts.iter().sum::<u64>() == 3000)
    );
}

#[test]
fn a_long_name_is_cut_and_a_strange_time_is_no_time() {
    let long = "ä".repeat(10_000_000);
    let events = [event("soon", "eu-west-1", &long, ("s3", "Get"))];
    let report = report(&events);
    assert_eq!(
        report["users"]["rows"][0]["name"].as_str().map(str::len),
        Some(256 + "…".len())
    );
    assert_eq!(report["timeline"]["start"], Value::Null);
    let times = [
        "1970-01-01T00:00:00Z",
        "2026-01-31T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ];
    let events = times.map(|time| event(time, "eu-west-1", "alice", ("s3", "Get")));
    let timeline = &self::report(&events)["timeline"];
    let buckets = timeline["events"].as_array().expect("buckets");
    assert!(buckets.len() <= 1000 && buckets.iter().filter_map(Value::as_u64).sum::<u64>() == 3);
}

fn events() -> impl Strategy<Value = Vec<Value>> {
    let part = (0..30_u8, 0..4_u8, 0..3_u8, 0..70_u8, 0..4_u8, 0..5_u8);
    let one = part.prop_map(|(hour, region, service, user, error, address)| {
        let time = format!("2026-01-{:02}T{:02}:30:00Z", 1 + hour / 24, hour % 24);
        let event = event(
            &time,
            &format!("region-{region}"),
            &format!("user-{user}"),
            (["s3", "iam", "ec2"][usize::from(service)], "Get"),
        );
        let event = with(
            event,
            json!({"sourceIPAddress": format!("203.0.113.{address}")}),
        );
        match error {
            0 => with(event, json!({"errorCode": "AccessDenied"})),
            1 => with(event, json!({"errorCode": "Throttled"})),
            _ => event,
        }
    });
    proptest::collection::vec(one, 1..200)
}

/// The sums of a layer over one of its dimensions, by name, of the cells that are chosen.
fn sums(
    facets: &Facets,
    buckets: usize,
    layer: usize,
    chosen: &[(&str, &str)],
    of: &str,
) -> BTreeMap<String, u64> {
    let layer = &facets.layers[layer];
    let names: HashMap<&str, Vec<String>> = layer
        .dimensions
        .iter()
        .map(|dimension| {
            let mut names = match *dimension {
                "time" => (0..buckets).map(|bucket| bucket.to_string()).collect(),
                other => facets.values[other].clone(),
            };
            names.extend((*dimension != "time").then(|| "other".to_owned()));
            (*dimension, names)
        })
        .collect();
    let (mut sums, mut key) = (BTreeMap::new(), 0);
    for (step, count) in layer.keys.iter().zip(&layer.counts) {
        key += step;
        let mut rest = key;
        let mut cell = HashMap::new();
        for dimension in layer.dimensions.iter().rev() {
            let names = &names[dimension];
            cell.insert(*dimension, names[rest as usize % names.len()].as_str());
            rest /= names.len() as u64;
        }
        if chosen
            .iter()
            .all(|(dimension, name)| cell[dimension] == *name)
        {
            *sums.entry(cell[of].to_owned()).or_default() += count;
        }
    }
    sums
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// What a page shows under a filter is what a report of the events with that filter says.
    #[test]
    fn layers_agree_with_reports_of_filtered_events(events in events()) {
        let facets = Facets::of(&tally(&events, &[], ROOMY, None)).expect("cells were counted");
        let whole = Report::new(&tally(&events, &[], ROOMY, None), &Asked::default(), 0);
        let buckets = whole.timeline.events.len();
        let by_all = |further: &str| facets.layers.iter().position(|layer| layer.dimensions.len() == 5 && layer.dimensions[4] == further).expect("few cells");
        for filters in [vec![("region", "region-1")], vec![("region", "region-2"), ("service", "s3")], vec![("error", "AccessDenied")]] {
            let typed: Vec<_> = filters.iter().map(|(key, value)| {
                let key = if *key == "service" { "source" } else { key };
                format!("{key}={value}")
            }).collect();
            let typed: Vec<&str> = typed.iter().map(String::as_str).collect();
            let filtered = Report::new(&tally(&events, &typed, ROOMY, None), &Asked::default(), 0);
            for (layer, of, list) in [(0, "region", &filtered.regions), (0, "service", &filtered.services), (by_all("action"), "action", &filtered.actions),
                (by_all("address"), "address", &filtered.addresses), (0, "user", &filtered.users)] {
                let mut wanted: BTreeMap<_, _> = list.rows.iter().map(|row| (row.name.clone(), row.events)).collect();
                let known = &facets.values[of];
                let others: u64 = wanted.iter().filter(|(name, _)| !known.contains(name)).map(|(_, events)| events).sum();
                wanted.retain(|name, _| known.contains(name));
                wanted.extend((others > 0).then(|| ("other".to_owned(), others)));
                prop_assert_eq!(sums(&facets, buckets, layer, &filters, of), wanted);
            }
            let timeline: u64 = sums(&facets, buckets, by_all("time"), &filters, "time").values().sum();
            prop_assert_eq!(timeline, filtered.events);
        }
    }
}
