//! The report as a page, in Chromium: what it shows, filters and sorts against the numbers of `-o json`.
//!
//! `CTADMIN_PICTURES=1 cargo test activity::page` renews `examples/activity.png`, the picture in the README.

use super::Folder;
use crate::support::browser;

/// The page of this report, and of the same with filters, must show in a browser what its JSON says.
#[track_caller]
pub fn check_in_browser(folder: &Folder, arguments: &str, filters: &[&str]) {
    let save = |name: &str, options: &str| {
        let ran = folder.activity(&format!("{options} {arguments}")).exits(0);
        folder.write(name, ran.stdout);
    };
    save("report.html", "-o html");
    save("report.json", "-o json");
    for (number, filters) in filters.iter().enumerate() {
        save(
            &format!("filtered-{number}.json"),
            &format!("-o json {filters}"),
        );
    }
    let size = std::fs::metadata(folder.file("report.html"))
        .expect("a page")
        .len();
    assert!(size < 3_000_000, "{size}");
    let Some(chromium) = browser::chromium() else {
        return;
    };
    browser::check(chromium, "report.py", &["."], folder.path());
    for name in ["1280-light", "1280-dark", "400-light", "400-dark"] {
        assert!(folder.file(&format!("{name}.png")).exists(), "{name}");
    }
}

#[test]
fn a_browser_shows_filters_and_sorts_a_week() {
    let (folder, _) = Folder::of_week(5000);
    let filters = [
        "--filter region=eu-west-1",
        "--filter region=us-east-1 --filter user=alice",
        "--filter source=iam.amazonaws.com",
        "--filter error=AccessDenied --filter user=bob",
    ];
    check_in_browser(&folder, "a.json", &filters);
    renew_picture(&folder);
}

#[test]
fn a_browser_shows_a_report_without_events() {
    let folder = Folder::new();
    folder.write("a.json", "{\"Records\":[]}");
    check_in_browser(&folder, "a.json", &[]);
}

#[test]
fn a_browser_shows_a_period_and_the_one_before() {
    let (folder, _) = Folder::of_week(3000);
    let period = "--since 2026-01-09 --until 2026-01-11 --keep 50 a.json";
    check_in_browser(&folder, period, &["--filter user=mallory"]);
}

#[test]
fn the_page_lists_as_many_events_as_wanted() {
    let (folder, _) = Folder::of_week(3000);
    let page = folder
        .activity("-o html --keep 3000 a.json")
        .exits(0)
        .stdout;
    assert_eq!(page.matches("00000000-0000-4000-8000-").count(), 3000);
}

/// Copies the picture of the report that the README shows, if asked to.
fn renew_picture(folder: &Folder) {
    let made = folder.file("top.png");
    if std::env::var_os("CTADMIN_PICTURES").is_some() && made.exists() {
        let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/activity.png");
        std::fs::copy(made, kept).expect("the picture is written");
    }
}
