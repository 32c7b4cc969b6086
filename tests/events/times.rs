//! `--since` and `--until`: which events are printed, and which part of a bucket is read for them.

use std::collections::BTreeSet;

use super::{Pull, line, record};
use crate::support::{Ctadmin, Ran, zipped};

impl Pull {
    /// A log of this day at this place below `AWSLogs`, with one event of that day named like the log.
    fn log_of(&self, place: &str, day: &str, name: &str) {
        self.late_log(place, day, day, name);
    }

    /// A log of this day, with an event of another.
    fn late_log(&self, place: &str, day: &str, event_day: &str, name: &str) {
        let record = record(name).replace("2026-01-31", &event_day.replace('/', "-"));
        let key = format!("AWSLogs/{place}/{day}/{name}.json.gz");
        self.put(&key, &zipped(&format!("{{\"Records\":[{record}]}}")));
    }

    /// The names of the events from this bucket.
    fn read_bucket(&self, below: &str, arguments: &str) -> (Vec<String>, Ran) {
        self.account.forget_requests();
        let from = format!("--from s3://{}{below} {arguments}", self.bucket());
        let ran = self.events(&from).exits(0);
        let names = ran.stdout.lines().filter_map(|line| {
            let what = line.split('\t').nth(3)?;
            what.strip_prefix("iam:").map(str::to_owned)
        });
        (names.collect(), ran)
    }

    /// The prefixes that were listed, and where the listings began.
    fn listed(&self) -> BTreeSet<(String, String)> {
        let requests = self.account.requests().into_iter();
        let lists = requests.filter(|request| request.operation == "ListObjectsV2");
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        lists
            .map(|list| {
                (
                    text(&list.params["Prefix"]),
                    text(&list.params["StartAfter"]),
                )
            })
            .collect()
    }
}

#[test]
fn of_a_bucket_only_the_days_in_question_are_read() {
    let pull = Pull::new();
    let (own, other) = (pull.account.id().to_owned(), "111111111111");
    for region in ["eu-west-1", "us-east-1"] {
        let place = format!("{own}/CloudTrail/{region}");
        for day in [
            "2025/12/31",
            "2026/01/29",
            "2026/01/30",
            "2026/01/31",
            "2026/02/02",
        ] {
            pull.log_of(&place, day, &format!("{region}-{}", &day[8..]));
        }
    }
    pull.late_log(
        &format!("{own}/CloudTrail/eu-west-1"),
        "2026/02/01",
        "2026/01/31",
        "late",
    );
    pull.late_log(
        &format!("{own}/CloudTrail/eu-west-1"),
        "2026/02/20",
        "2026/01/31",
        "later",
    );
    pull.log_of(
        &format!("o-abc123/{other}/CloudTrail/eu-west-1"),
        "2026/01/30",
        "organization",
    );
    pull.log_of(
        &format!("{own}/CloudTrail-Digest/eu-west-1"),
        "2026/01/30",
        "digest",
    );
    pull.log_of(&format!("{own}/Config/eu-west-1"), "2026/01/30", "config");

    let days = "--since 2026-01-30 --until 2026-01-31";
    let (names, ran) = pull.read_bucket("", days);
    let expected = [
        "eu-west-1-30",
        "eu-west-1-31",
        "late",
        "us-east-1-30",
        "us-east-1-31",
        "organization",
    ];
    assert_eq!(
        BTreeSet::from_iter(names.iter().map(String::as_str)),
        BTreeSet::from(expected)
    );
    ran.says("6 read, 6 matched");
    assert_eq!(pull.requests("GetObject"), 6);
    let root = |place: &str| format!("AWSLogs/{place}/");
    let listed = |prefix: String, after: &str| match after {
        "" => (prefix, String::new()),
        day => (prefix.clone(), format!("{prefix}{day}/")),
    };
    assert_eq!(
        pull.listed(),
        BTreeSet::from([
            listed(String::new(), ""),
            listed("AWSLogs/".to_owned(), ""),
            listed(root(&own), ""),
            listed(root("o-abc123"), ""),
            listed(root(&format!("o-abc123/{other}")), ""),
            listed(root(&format!("{own}/CloudTrail")), ""),
            listed(root(&format!("o-abc123/{other}/CloudTrail")), ""),
            listed(root(&format!("{own}/CloudTrail/eu-west-1")), "2026/01/30"),
            listed(root(&format!("{own}/CloudTrail/us-east-1")), "2026/01/30"),
            listed(
                root(&format!("o-abc123/{other}/CloudTrail/eu-west-1")),
                "2026/01/30"
            ),
        ])
    );

    // The place of a region, and one that is no whole folder, need no walk.
    let region = format!("/AWSLogs/{own}/CloudTrail/eu-west-1/");
    let (names, _) = pull.read_bucket(&region, days);
    assert_eq!(names, ["eu-west-1-30", "eu-west-1-31", "late"]);
    assert_eq!(pull.requests("ListObjectsV2"), 1);
    let (names, _) = pull.read_bucket(region.trim_end_matches("west-1/"), days);
    assert_eq!(names, ["eu-west-1-30", "eu-west-1-31", "late"]);

    let (names, _) = pull.read_bucket(&region, &format!("{days} --late 20"));
    assert_eq!(names, ["eu-west-1-30", "eu-west-1-31", "late", "later"]);
    let (names, _) = pull.read_bucket(&region, "--until 2026-01-29T11:00:00Z");
    assert_eq!(names, ["eu-west-1-31"], "of December");
    let (names, ran) = pull.read_bucket(&region, "--since 1s");
    assert_eq!(names, [""; 0]);
    let today = ran.stderr.split_once("there is no log of 20");
    let (_, time) = today.expect("it says of which days");
    assert!(time.contains(" or later below s3://"), "{time}");
}

#[test]
fn logs_beside_the_folders_of_cloudtrail_are_read_whatever_their_day() {
    let pull = Pull::new();
    let log = |name: &str| zipped(&format!("{{\"Records\":[{}]}}", record(name)));
    for key in ["copied/a.json.gz", "copied/deep/b.json", "c.json.gz"] {
        pull.put(key, &log(key));
    }
    pull.put(&pull.key("e").replace("2026/01/31", "x"), &log("e"));
    pull.log("d", &[record("d")]);
    let (names, _) = pull.read_bucket("", "--since 2026-01-31 --until 2026-01-31");
    assert_eq!(names.len(), 5, "{names:?}");
}

/// `events` with the events of three days on stdin.
fn of_three_days(arguments: &str) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log.json");
    let days = ["2026-01-30", "2026-01-31", "2026-02-01"];
    let records = days.map(|day| record(day).replace("2026-01-31T", &format!("{day}T")));
    std::fs::write(&path, records.join("\n")).expect("a file");
    Ctadmin::alone(&format!("events {arguments}"))
        .arg(&path.to_string_lossy())
        .run()
}

#[test]
fn events_have_their_time() {
    for (arguments, names) in [
        (
            "--since 2026-01-31T12:00:00Z",
            &["2026-01-31", "2026-02-01"][..],
        ),
        ("--since 2026-01-31T12:00:01Z", &["2026-02-01"]),
        (
            "--until 2026-01-31T12:00:00+00:00",
            &["2026-01-30", "2026-01-31"],
        ),
        ("--until 2026-01-31 --since 2026-01-31", &["2026-01-31"]),
        ("--until 52000w", &[]),
    ] {
        let ran = of_three_days(arguments);
        let printed = ran.stdout.lines().filter_map(|line| line.split(':').nth(3));
        let printed: Vec<&str> = printed.filter_map(|name| name.split('\t').next()).collect();
        assert_eq!((ran.code, printed.as_slice()), (0, names), "{arguments}");
        ran.says(&format!("3 read, {} matched\n", names.len()));
    }
}

#[test]
fn wrong_times_are_usage_errors() {
    for arguments in [
        "--since yesterday",
        "--until 2026-02-30",
        "--since 2026-02-01 --until 2026-01-31",
        "--late 2",
    ] {
        assert_eq!(of_three_days(arguments).code, 2, "{arguments}");
    }
    let late = "events --from s3://b --since 7d --late 3";
    Ctadmin::alone(late).exits(2).says("--until");
}

#[test]
fn how_much_was_read_is_said_where_something_is_chosen() {
    let pull = Pull::new();
    pull.deliver("CreateUser");
    pull.deliver("DeleteUser");
    let ran = pull.events("--filter event!=Delete*").exits(0);
    assert_eq!(ran.stdout, line("CreateUser"));
    ran.says("2 read, 1 matched\n");
    let ran = pull.events("").exits(0);
    assert!(!ran.stderr.contains("matched"), "{}", ran.stderr);
}
