//! Logs out of buckets and files, without the queue.

use std::io::Write;
use std::process::Stdio;

use serde_json::json;

use super::{Pull, line, record};
use crate::support::{Ctadmin, Ran, Seed, base64, zipped};

#[test]
fn a_bucket_is_read_in_order_of_its_keys() {
    let pull = Pull::new();
    for name in ["b", "c", "a"] {
        pull.log(name, &[record(&format!("Event-{name}"))]);
    }
    let digest = pull.key("d").replace("/CloudTrail/", "/CloudTrail-Digest/");
    let config = pull.key("e").replace("/CloudTrail/", "/Config/");
    for other in [&digest, &config, "AWSLogs/a.txt", "AWSLogs/folder/"] {
        pull.put(other, &zipped("{}"));
    }
    let from = format!("--from s3://{}/AWSLogs/", pull.bucket());
    pull.account.forget_requests();
    let ran = pull.events(&from).exits(0);
    assert_eq!(
        ran.stdout,
        ["Event-a", "Event-b", "Event-c"].map(line).concat()
    );
    ran.says("skipped 3 objects without events");
    let services: Vec<String> = pull
        .account
        .requests()
        .into_iter()
        .map(|request| request.service)
        .collect();
    assert!(
        services.iter().all(|service| service == "s3"),
        "{services:?}"
    );
    let one = format!(
        "--from s3://{}/{} --filter event=*-b",
        pull.bucket(),
        pull.key("b")
    );
    assert_eq!(pull.events(&one).exits(0).stdout, line("Event-b"));
    let nothing = format!("--from s3://{}/nowhere/", pull.bucket());
    pull.events(&nothing)
        .exits(0)
        .says("there is no log below s3://");
    pull.events("--from s3://no-such-bucket-anywhere/x")
        .exits(1)
        .says("NoSuchBucket");
}

#[test]
fn a_long_list_of_keys_has_pages() {
    let pull = Pull::new();
    let body = base64(&zipped(&format!(
        "{{\"Records\":[{}]}}",
        record("CreateUser")
    )));
    let put = |number: u32| Seed {
        service: "s3",
        operation: "PutObject",
        region: super::HOME,
        params: json!({"Bucket": pull.bucket(), "Key": format!("copied/{number:04}.json.gz"), "Body": {"base64": body}}),
    };
    pull.account.seeds((0..1005).map(put));
    let ran = pull
        .events(&format!("--from s3://{}/copied/", pull.bucket()))
        .exits(0);
    assert_eq!(ran.stdout.lines().count(), 1005);
    assert_eq!(pull.requests("ListObjectsV2"), 2);
}

#[test]
fn files_need_no_account() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let log = |name: &str| format!("{{\"Records\":[{}]}}", record(name));
    std::fs::write(path("a.json.gz"), zipped(&log("CreateUser"))).expect("a file");
    std::fs::write(path("b.json"), log("DeleteUser")).expect("a file");
    let read = |names: &[&str]| {
        let run = Ctadmin::alone("events");
        names.iter().fold(run, |run, name| run.arg(&path(name)))
    };
    let ran = read(&["b.json", "a.json.gz"]).exits(0);
    assert_eq!(ran.stdout, ["DeleteUser", "CreateUser"].map(line).concat());
    let ran = read(&["missing", "b.json"]).exits(1);
    assert_eq!(ran.stdout, line("DeleteUser"));
    ran.says("missing: ");
    std::fs::write(path("other"), "{\"a\":1}").expect("a file");
    read(&["other"])
        .exits(1)
        .says("it is not a CloudTrail event");
}

/// `events` with this on stdin.
fn fed(arguments: &str, input: &str) -> Ran {
    let mut run = Ctadmin::alone(&format!("events - {arguments}")).into_command();
    run.stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = run.spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    stdin.write_all(input.as_bytes()).expect("the binary reads");
    drop(stdin);
    Ran::from(child.wait_with_output().expect("our child"))
}

#[test]
fn what_is_printed_can_be_read_and_so_can_other_lists_of_events() {
    let records = ["CreateUser", "DeleteUser"].map(record);
    let lines = ["CreateUser", "DeleteUser"].map(line).concat();
    let log = format!("{{\"Records\":[{}]}}", records.join(","));
    let printed = fed("-o json", &log).stdout;
    let looked_up =
        json!({"Events": records.each_ref().map(|record| json!({"CloudTrailEvent": record}))});
    for shape in [
        printed.clone(),
        format!("[{}]", records.join(",\n")),
        format!("{looked_up:#}"),
    ] {
        let ran = fed("", &shape);
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (0, lines.as_str()),
            "{shape}"
        );
        assert_eq!(fed("-o json", &shape).stdout, printed, "{shape}");
    }
}

#[test]
fn what_is_no_event_is_named_with_its_line() {
    let good = record("CreateUser");
    let many = "7\n".repeat(12);
    for (input, words) in [
        (format!("{good}\n7\n"), "in line 2"),
        (format!("[{good},\n\n[]]"), "it is not an object, in line 3"),
        (
            format!("{{\"Records\":[{good},\"x\"]}}"),
            "event 2: it is not an object",
        ),
        (
            format!("{good}\n{{\"a\":1}}"),
            "event 2: it is not a CloudTrail event",
        ),
        (format!("{good}\n{many}"), "2 more records of this sort"),
    ] {
        let ran = fed("", &input);
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (1, line("CreateUser").as_str())
        );
        ran.says(words);
    }
}

#[test]
fn only_nothing_at_all_is_a_list_without_events() {
    assert_eq!(fed("", "").code, 0);
    fed("", "\n").says("it ends too early");
}

#[test]
fn characters_that_change_the_order_are_shown_as_what_they_are() {
    let forged = record("CreateUser").replace("alice", "a\u{202e}b\u{2066}");
    let ran = fed("", &forged);
    assert!(
        ran.stdout
            .contains(r"\ta\u202eb\u2066\t".replace(r"\t", "\t").as_str()),
        "{}",
        ran.stdout
    );
    assert_eq!(fed("-o json", &forged).stdout, format!("{forged}\n"));
}

#[test]
fn stdin_is_a_file_too() {
    let mut run = Ctadmin::alone("events -o json - --filter event=Create*").into_command();
    run.stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = run.spawn().expect("the binary starts");
    let records = [record("CreateUser"), record("DeleteUser")];
    let log = zipped(&format!("{{\"Records\":[{}]}}", records.join(",")));
    let mut stdin = child.stdin.take().expect("stdin is piped");
    stdin.write_all(&log).expect("the binary reads");
    drop(stdin);
    let ran = Ran::from(child.wait_with_output().expect("our child"));
    assert_eq!((ran.code, ran.stdout), (0, format!("{}\n", records[0])));
}

/// How many lines a process has printed when its memory is measured; it goes on, so it is still there.
#[cfg(target_os = "linux")]
const LINES: usize = 63_000;

#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_log() {
    let mut run = Ctadmin::alone("events -o json -").into_command();
    let child = run.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = child.spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    let record = long_record();
    let writing = std::thread::spawn(move || {
        // It fails at the very end, when the binary is killed.
        let _ = write!(stdin, "{{\"Records\":[{record}");
        while write!(stdin, ",{record}").is_ok() {}
    });
    let (bytes, peak) = peak_of(child);
    writing.join().expect("a writer");
    assert!(bytes > 50_000_000, "{bytes}");
    assert!(peak < 40_000, "{peak} KB at the peak, after {bytes} bytes");
}

#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_threads() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("log.json.gz");
    let records = vec![long_record(); LINES / 10 * 11].join(",");
    std::fs::write(&file, zipped(&format!("{{\"Records\":[{records}]}}"))).expect("a file");
    for jobs in [1, 2, 8] {
        let words = format!("events -o json --jobs {jobs} {}", file.display());
        let mut run = Ctadmin::alone(&words).into_command();
        let child = run.stdout(Stdio::piped()).spawn();
        let (_, peak) = peak_of(child.expect("the binary starts"));
        assert!(peak < 60_000, "{peak} KB at the peak of {jobs} threads");
    }
}

#[cfg(target_os = "linux")]
fn long_record() -> String {
    record("CreateUser").replace("alice", &"a".repeat(700))
}

/// How many bytes of lines a process has printed, and how many KB of memory it has taken for that; it is killed.
#[cfg(target_os = "linux")]
fn peak_of(mut child: std::process::Child) -> (usize, usize) {
    use std::io::{BufRead, BufReader};

    let stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
    let bytes: usize = stdout
        .lines()
        .take(LINES)
        .map(|line| line.expect("a line").len())
        .sum();
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).expect("it runs");
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .expect("a peak");
    let peak: usize = peak
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .expect("a number");
    child.kill().expect("our child");
    child.wait().expect("our child");
    (bytes, peak)
}
