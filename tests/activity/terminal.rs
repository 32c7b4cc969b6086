//! The report as people read it: in 80 columns, and in a pipe.

use anstream::adapter::strip_str;
use unicode_width::UnicodeWidthStr;

use super::Folder;
use crate::support::Ctadmin;

const COLUMNS: usize = 80;

/// What a terminal shows of it.
fn shown(run: Ctadmin) -> String {
    let written = run.in_terminal(COLUMNS).exits(0).stdout;
    written.replace("\r\n", "\n")
}

#[test]
fn lines_fit_a_terminal_and_end_in_no_space() {
    let (folder, _) = Folder::of_week(3000);
    let text = shown(folder.activity("-q a.json"));
    assert!(!text.contains('\x1b'), "{text:?}");
    for line in text.lines() {
        assert!(line.width() <= COLUMNS && !line.ends_with(' '), "{line:?}");
    }
    for title in [
        "USER",
        "SERVICE",
        "ACTION",
        "REGION",
        "SOURCE ADDRESS",
        "NEW USER",
    ] {
        assert!(text.lines().any(|line| line.ends_with(title)), "{title}");
    }
    assert!(text.contains('…') && text.contains("mallory"), "{text}");
}

#[test]
fn a_pipe_gets_whole_names_and_no_progress() {
    let (folder, _) = Folder::of_week(3000);
    let ran = folder.activity("a.json").exits(0);
    assert_eq!(ran.stderr, "");
    assert!(!ran.stdout.contains(['…', '\x1b']));
    assert!(ran.stdout.contains("ec2:AuthorizeSecurityGroupIngress"));
    assert!(
        ran.stdout
            .contains("AWSServiceRoleForAutoScaling/AutoScaling")
    );
    assert!(ran.stdout.lines().all(|line| !line.ends_with(' ')));
}

#[test]
fn colours_and_progress_are_not_part_of_the_report() {
    let (folder, _) = Folder::of_week(3000);
    let text = shown(folder.activity("a.json").env("NO_COLOR", "1"));
    let report = shown(folder.activity("-q a.json"));
    assert!(
        !text.contains("\x1b[3") && text.ends_with(&report),
        "{text:?}"
    );
    assert!(strip_str(&text).to_string().ends_with(&report));
}

#[test]
fn a_sparkline_has_a_bar_for_each_hour() {
    let (folder, events) = Folder::of_week(3000);
    let text = folder.activity("a.json").exits(0).stdout;
    let days: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("2026-01-"))
        .collect();
    assert_eq!(days.len(), 7, "{text}");
    let monday = events
        .iter()
        .filter(|it| super::text(&it["eventTime"]).starts_with("2026-01-05"));
    let sum = days[0].split_whitespace().nth(1).expect("a number");
    assert_eq!(sum, monday.count().to_string());
    assert!(text.contains("\nevents per hour, "), "{text}");
    let one = "--since 2026-01-06 --until 2026-01-06 a.json";
    let text = folder.activity(one).exits(0).stdout;
    assert!(
        text.contains("\nevents per hour from 2026-01-06 "),
        "{text}"
    );
}

#[test]
fn lists_are_as_long_as_wanted() {
    let (folder, _) = Folder::of_week(3000);
    let text = folder.activity("--top 2 a.json").exits(0).stdout;
    let users = text
        .split("\n\n")
        .find(|part| part.lines().next().is_some_and(|it| it.ends_with("  USER")));
    let users: Vec<&str> = users.expect("users").lines().collect();
    assert_eq!(users.len(), 4, "{users:?}");
    assert!(users[3].starts_with("and ") && users[3].ends_with(" more"));
}
