//! Logs that somebody wrote to do harm: to the terminal, to the page, to the memory of the machine.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Folder, page};
use crate::support::{Ran, zipped};

/// No run may need more, in kilobytes.
const MEMORY: usize = 200_000;

/// Nor longer, even on a busy machine without optimization.
const TIME: Duration = Duration::from_secs(90);

const NAMES: [&str; 14] = [
    "<script>window.pwned=1</script>",
    "<img src=x onerror=window.pwned=1>",
    "</script><script>window.pwned=1</script>",
    "<!--<script>",
    "'\"&lt;`${window.pwned=1}",
    "javascript:window.pwned=1",
    "\u{1b}[31mred\u{1b}]0;title\u{7}\u{1b}[2J",
    "\u{9b}31mred",
    "a\u{202e}b\u{2066}c\u{200f}",
    "two\nlines\r\nor three",
    "\u{0}",
    "\u{2028}\u{2029}",
    "__proto__",
    "漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字",
];

fn event(name: &str) -> Value {
    json!({
        "eventVersion": "1.11", "eventTime": "2026-01-31T12:00:00Z", "awsRegion": "eu-west-1",
        "eventSource": "iam.amazonaws.com", "eventName": name, "sourceIPAddress": "203.0.113.7",
        "userIdentity": {"type": "IAMUser", "userName": "alice"}, "eventID": "1",
    })
}

/// Events with each bad name in each place that a report shows.
fn bad_events() -> Vec<Value> {
    let names = NAMES.map(str::to_owned);
    let long = ["A".repeat(300), "é".repeat(200), "a b".repeat(90)];
    let with = |name: String| {
        let mut events = vec![event(&name); 6];
        events[1]["userIdentity"]["userName"] = name.clone().into();
        events[2]["awsRegion"] = name.clone().into();
        events[3]["sourceIPAddress"] = name.clone().into();
        events[4]["eventSource"] = name.clone().into();
        events[5]["errorCode"] = name.clone().into();
        for key in ["eventID", "recipientAccountId", "eventTime"] {
            let mut event = event("ConsoleLogin");
            event[key] = name.clone().into();
            events.push(event);
        }
        events
    };
    names.into_iter().chain(long).flat_map(with).collect()
}

#[test]
fn names_do_no_harm_in_a_terminal() {
    let folder = Folder::new();
    let events = bad_events();
    folder.write("a.json", super::log(&events));
    let text = folder.activity("--top 1000 a.json").exits(0).stdout;
    let is_bad = |c: char| (c.is_control() && c != '\n') || "\u{202e}\u{2066}\u{200f}".contains(c);
    assert_eq!(text.chars().find(|c| is_bad(*c)), None);
    assert!(!text.contains("\nlines"), "a name forges no line");
    assert!(text.contains(r"a\u202eb\u2066c\u200f"));
    let on_terminal = folder.activity("-q a.json").in_terminal(80).exits(0).stdout;
    assert!(!on_terminal.contains('\u{1b}'));
    // Programs get what is in the log.
    let report = folder.report("a.json");
    assert_eq!(report["events"], events.len());
    let regions = super::rows(&report["regions"]);
    assert!(NAMES.iter().all(|name| regions.contains_key(*name)));
}

#[test]
fn names_do_no_harm_in_a_browser() {
    let folder = Folder::new();
    folder.write("a.json", super::log(&bad_events()));
    page::check_in_browser(&folder, "a.json", &[]);
}

#[test]
fn names_that_grow_when_they_are_escaped_leave_the_page_small() {
    let many = |number: usize| {
        let name = |key: &str| format!("{}{key}{number}", "<".repeat(240));
        let mut event = event(&name("n"));
        for key in [
            "awsRegion",
            "eventSource",
            "sourceIPAddress",
            "errorCode",
            "eventID",
        ] {
            event[key] = name(key).into();
        }
        event["userIdentity"]["userName"] = name("u").into();
        event
    };
    let folder = Folder::new();
    folder.write(
        "a.json",
        super::log(&(0..3000).map(many).collect::<Vec<_>>()),
    );
    let page = folder
        .activity("-o html --keep 5000 a.json")
        .exits(0)
        .stdout;
    assert!(page.len() < 3_000_000, "{}", page.len());
}

/// Runs it; it must have ended in time, and never have needed too much memory.
#[track_caller]
fn frugal(mut command: Command) -> Ran {
    let begin = Instant::now();
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("the binary starts");
    let status = format!("/proc/{}/status", child.id());
    let peak = std::thread::spawn(move || {
        let mut most = 0;
        while let Ok(status) = std::fs::read_to_string(&status) {
            let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let Some(peak) = peak else { break };
            let peak = peak.trim().trim_end_matches(" kB").parse::<usize>();
            most = peak.expect("a number").max(most);
            std::thread::sleep(Duration::from_millis(10));
        }
        most
    });
    let ran = Ran::from(child.wait_with_output().expect("our child"));
    let peak = peak.join().expect("watching does not panic");
    assert!(peak < MEMORY, "{peak} KB");
    assert!(begin.elapsed() < TIME, "{:?}", begin.elapsed());
    ran
}

/// A log with this between two good events: one that is refused ends the log.
fn between_two(folder: &Folder, bad: &str) -> Value {
    let good = event("Good");
    let log = format!("{{\"Records\":[{good},{bad},{good}]}}");
    folder.write("a.json", log);
    let report = frugal(folder.activity("-o json a.json").into_command());
    assert!(report.code <= 1, "{}", report.stderr);
    for format in ["text", "html"] {
        let ran = frugal(
            folder
                .activity(&format!("-o {format} a.json"))
                .into_command(),
        );
        assert_eq!(ran.code, report.code);
        assert!(
            ran.stdout.len() < 1_000_000,
            "{format}: {}",
            ran.stdout.len()
        );
    }
    report.json()
}

/// A good event that also has this field.
fn with(field: &str, value: &str) -> String {
    let good = event("Good").to_string();
    let (open, _) = good.split_at(good.len() - 1);
    format!("{open},\"{field}\":{value}}}")
}

#[test]
fn a_long_text_is_cut() {
    let folder = Folder::new();
    let report = between_two(&folder, &event(&"B".repeat(10_000_000)).to_string());
    assert_eq!(
        (&report["events"], &report["unreadable"]),
        (&3.into(), &0.into())
    );
    let actions = super::rows(&report["actions"]);
    assert!(actions.keys().all(|name| name.len() < 300));
    let long = format!("\"{}\"", "x".repeat(10_000_000));
    let report = between_two(&folder, &with("requestParameters", &long));
    assert_eq!(report["events"], 3);
}

#[test]
fn deep_nesting_is_passed_over() {
    let folder = Folder::new();
    let nested = |open: &str, close: &str| open.repeat(100_000) + "1" + &close.repeat(100_000);
    for value in [nested("[", "]"), nested("{\"a\":", "}")] {
        for field in ["requestParameters", "additionalEventData", "eventTime"] {
            let report = between_two(&folder, &with(field, &value));
            assert!(report["events"].as_u64() >= Some(1), "{field}");
        }
    }
    for text in ["[".repeat(100_000), "{\"Records\":".repeat(100_000)] {
        folder.write("a.json", text);
        let ran = frugal(folder.activity("a.json").into_command());
        assert_eq!(ran.code, 1);
        ran.says("error: reading a.json: ");
    }
}

#[test]
fn a_record_that_is_too_long_ends_its_log() {
    let folder = Folder::new();
    let long = format!("\"{}\"", "x".repeat(20_000_000));
    let report = between_two(&folder, &with("requestParameters", &long));
    assert_eq!(
        (&report["events"], &report["unreadable"]),
        (&1.into(), &1.into())
    );
    folder.write("b.json", super::log(&[event("Other")]));
    let ran = frugal(folder.activity("-o json a.json b.json").into_command());
    ran.says("reading a.json: a record is longer than 16 MB, after 1 record");
    assert_eq!((ran.code, &ran.json()["events"]), (1, &2.into()));
}

/// Two gigabytes of zeros in a text. Members of a gzip file stand one behind the other, so that one needs packing only.
#[test]
fn a_gzip_bomb_is_given_up() {
    let folder = Folder::new();
    let good = event("Good");
    let head = zipped(&format!("{{\"Records\":[{good},{{\"eventVersion\":\""));
    let zeros = zipped(&"0".repeat(64 << 20));
    let bomb = [head, zeros.repeat(32), zipped("\"}]}")].concat();
    folder.write("bomb.json.gz", bomb);
    for options in ["", "--jobs 1", "--jobs 8"] {
        let run = folder.activity(&format!("-o json {options} bomb.json.gz"));
        let ran = frugal(run.into_command());
        ran.says("a record is longer than 16 MB, after 1 record");
        assert_eq!((ran.code, &ran.json()["events"]), (1, &1.into()));
    }
}
