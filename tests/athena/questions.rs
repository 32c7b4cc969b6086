//! The questions over CloudTrail's format, answered by DuckDB: the SQL is translated from Athena's dialect, and what it
//! says is compared with what the same events say when they are counted in Python.
//!
//! Athena itself is not asked here: that it takes this very syntax is unverified.

use std::path::PathBuf;
use std::process::Command;

use ctadmin::alerts::Catalogue;
use ctadmin::alerts::pattern::Verdict;
use ctadmin::athena::{Period, QUESTIONS, Scan, filters, table};
use serde_json::{Map, Value, json};

use super::recorded;
use crate::support::Venv;

/// A day in seconds, and the day that the events are of: 2026-01-31.
const DAY: i64 = 86_400;
const SINCE: i64 = 1_769_817_600;

fn scan(period: Period) -> Scan {
    Scan {
        table: "\"cloudtrail_lab\".\"account_events\"".to_owned(),
        period,
        accounts: Vec::new(),
        filters: Vec::new(),
        newest: 1_000,
    }
}

/// Each question about some periods, and about parts of the events.
fn questions() -> Value {
    let filtered = Scan {
        accounts: vec!["111111111111".to_owned()],
        filters: vec!["awsregion = 'eu-west-1'".to_owned()],
        ..scan(Period::Between(SINCE, SINCE + DAY))
    };
    let filters = ["user!=root", "event=create*,*LOGIN*", "source!=ec2"].map(str::to_owned);
    let said = Scan {
        filters: filters::conditions(&filters).expect("conditions"),
        ..scan(Period::Between(SINCE, SINCE + DAY))
    };
    let scans = [
        ("day", scan(Period::Between(SINCE, SINCE + DAY))),
        (
            "hour",
            scan(Period::Between(SINCE + 36_000, SINCE + 39_600)),
        ),
        ("nothing", scan(Period::Between(0, DAY))),
        ("filtered", filtered),
        ("said", said),
        ("today", scan(Period::Days(7))),
    ];
    let scans = scans.iter().map(|(name, scan)| {
        let questions = QUESTIONS.iter();
        let questions = questions.map(|it| (it.name.to_owned(), Value::from(it.sql(scan))));
        ((*name).to_owned(), Value::Object(questions.collect()))
    });
    Value::Object(scans.collect::<Map<_, _>>())
}

/// Each recorded event, and the alerts of the catalogue that it fits.
fn events(catalogue: &Catalogue) -> Value {
    let judged = recorded().into_iter().map(|record| {
        let fits = catalogue.judge(&record);
        let fits = fits.filter(|(_, verdict)| matches!(verdict, Verdict::Fits(_)));
        let names: Vec<String> = fits.map(|(alert, _)| alert.name.clone()).collect();
        json!([record, names])
    });
    judged.collect()
}

#[test]
fn the_answers_are_those_of_python() {
    let mut catalogue = Catalogue::built_in();
    let changes = ["eventName", "eventSource"];
    catalogue
        .alerts
        .retain(|alert| alert.pattern.asks_only_for(&changes));
    let alerts: Vec<&str> = catalogue.alerts.iter().map(|it| it.name.as_str()).collect();
    let given = json!({
        "columns": table::COLUMNS,
        "partitions": table::PARTITIONS,
        "questions": questions(),
        "events": events(&catalogue),
        "alerts": alerts,
        "since": SINCE,
    });
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("given.json");
    std::fs::write(&file, given.to_string()).expect("the file is written");
    let tests = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/athena/duckdb");
    let ran = Command::new(Venv::get().python())
        .arg(tests.join("answers.py"))
        .arg(file)
        .output()
        .expect("python starts");
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}");
    assert!(said.contains("OK"), "{said}");
}
