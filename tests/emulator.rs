//! The emulator itself: its own tests pass, and FACTS.md has a source for each of its rules.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{self, Account, Ctadmin, Venv};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/emulator")
}

fn facts() -> String {
    fs::read_to_string(folder().join("FACTS.md")).expect("FACTS.md is text")
}

/// The Python files below a folder, by their path from it; the emulator's own tests are no part of it.
fn python_files() -> BTreeSet<String> {
    fn find(folder: &Path, below: &str, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).expect("the folder is readable") {
            let entry = entry.expect("the entry is readable");
            let name = format!("{below}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() && name != "selftests" {
                find(&entry.path(), &format!("{name}/"), found);
            } else if name.ends_with(".py") {
                found.insert(name);
            }
        }
    }
    let mut found = BTreeSet::new();
    find(&folder(), "", &mut found);
    found.remove("selftest.py");
    found
}

/// The rows of all tables: the cells of each.
fn rows(facts: &str) -> Vec<Vec<String>> {
    facts
        .lines()
        .filter(|line| {
            line.starts_with('|') && !line.starts_with("| rule |") && !line.starts_with("|---")
        })
        .map(|line| {
            let inner = line.replace("\\|", "\u{0}");
            let cells = inner.trim_matches('|').split('|');
            cells
                .map(|cell| cell.trim().replace('\u{0}', "|"))
                .collect()
        })
        .collect()
}

/// The files that a row names.
fn named_in(row: &[String]) -> impl Iterator<Item = &str> {
    row[1].split(", ").map(|file| file.trim_matches('`'))
}

#[test]
fn its_own_tests_pass() {
    pass(&folder().join("selftest.py"), 200);
}

#[test]
fn the_tests_of_the_collector_pass() {
    pass(
        &folder().with_file_name("collector").join("selftest.py"),
        100,
    );
}

/// Self-tests pass, and there are at least so many.
#[track_caller]
fn pass(tests: &Path, least: u32) {
    let output = Command::new(Venv::get().python())
        .arg(tests)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("Python runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    // A run that finds no tests succeeds as well.
    let text = String::from_utf8_lossy(&output.stderr);
    let count = text
        .split("Ran ")
        .nth(1)
        .and_then(|rest| rest.split(' ').next());
    let count: u32 = count.and_then(|number| number.parse().ok()).unwrap_or(0);
    assert!(count >= least, "{text}");
}

#[test]
fn each_fact_is_one_row_with_a_file_and_a_source() {
    let files = python_files();
    let facts = facts();
    let rows = rows(&facts);
    assert!(rows.len() > 100, "{} rows", rows.len());
    for row in &rows {
        assert_eq!(row.len(), 3, "rule, file, source: {row:?}");
        assert!(
            row.iter().all(|cell| !cell.is_empty()),
            "an empty cell: {row:?}"
        );
        for file in named_in(row) {
            assert!(files.contains(file), "no such file: {file} in {row:?}");
        }
    }
    let rules: BTreeSet<&String> = rows.iter().map(|row| &row[0]).collect();
    assert_eq!(rules.len(), rows.len(), "a rule is listed twice");
}

#[test]
fn each_file_is_named_among_the_facts() {
    let facts = facts();
    let rows = rows(&facts);
    let named: BTreeSet<String> = rows
        .iter()
        .flat_map(|row| named_in(row).map(str::to_owned))
        .collect();
    let (_, rest) = facts
        .split_once("## Files without rules")
        .expect("the section is there");
    for file in python_files() {
        let without_rules = rest.contains(&format!("`{file}`"));
        assert!(
            named.contains(&file) != without_rules,
            "{file} belongs either into a row or below \"Files without rules\""
        );
    }
}

/// All that an account holds, without what tells it from another account.
fn state(account: &Account) -> Value {
    let text = account.snapshot().to_string();
    let text = text.replace(account.endpoint(), "ENDPOINT");
    serde_json::from_str(&text.replace(account.id(), "ACCOUNT")).expect("still JSON")
}

#[test]
fn a_copy_of_an_account_holds_what_the_runs_create() {
    let settings = json!({"regions": {"us-west-2": "ENABLED_BY_DEFAULT"}});
    let runs = [
        "create --region us-west-2 --multi-region",
        "create splunk",
        "create alerts --only root-usage --email somebody@example.com",
    ];
    let made = support::account();
    made.settings(settings.clone());
    for run in runs {
        Ctadmin::on(&made, run).arg("--yes").exits(0);
    }
    let copy = support::account_after(&settings, &runs);
    assert_eq!(state(&copy), state(&made));
    // Neither shares anything with the other.
    for stack in ["alerts", "splunk", ""] {
        Ctadmin::on(&copy, &format!("delete {stack} --yes")).exits(0);
    }
    let next = support::account_after(&settings, &runs);
    assert_eq!(state(&next), state(&made));
}
