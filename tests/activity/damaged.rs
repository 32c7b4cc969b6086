//! What cannot be read is named, and the rest is counted; and runs that end otherwise.

use std::io::Write;
use std::process::Stdio;

use super::{Folder, check, generated, log, zipped};
use crate::support::{Ctadmin, Running};

#[test]
fn files_that_cannot_be_read_are_named_and_the_rest_is_counted() {
    let (folder, events) = Folder::of_week(400);
    let whole = zipped(&log(&events));
    let (plain, half) = (log(&events), whole.len() / 2);
    folder
        .write("half.json.gz", &whole[..half])
        .write("half.json", &plain[..plain.len() - 3])
        .write("other.json", "{\"a\":1}")
        .write("bad.json", "{\"Records\":[7]}");
    for (bad, words) in [
        ("missing.json", "reading missing.json: No such file"),
        ("half.json.gz", "reading half.json.gz: it ends too early"),
        ("half.json", "reading half.json: it ends too early"),
        ("other.json", "reading other.json: "),
        ("bad.json", "reading bad.json: event 1: it is not an object"),
    ] {
        let report = folder.activity(&format!("-o json {bad}")).exits(1).json();
        let read = report["events"].as_u64().expect("a number") as usize;
        let both = folder.activity(&format!("-o json a.json {bad}")).exits(1);
        both.says(words);
        assert_eq!(both.json()["unreadable"], 1, "{bad}");
        assert_eq!(both.json()["events"], events.len() + read, "{bad}");
        let text = folder.activity(&format!("{bad} a.json")).exits(1).stdout;
        assert!(text.contains("\nincomplete: 1 log could not be read to the end"));
    }
    let cut = folder.activity("-o json half.json").exits(1).json();
    check(&cut, &events[..events.len() - 1]);
    let page = folder.activity("-o html missing.json a.json").exits(1);
    assert!(page.stdout.starts_with("<!DOCTYPE html>"));
}

#[test]
fn wrong_arguments_are_usage_errors_with_hints() {
    let (folder, _) = Folder::of_week(10);
    for (arguments, words) in [
        ("--since yesterday a.json", "hint: the formats are"),
        ("--until 2026-13-01 a.json", "hint: the formats are"),
        (
            "--since 2026-02-01 --until 2026-01-01 a.json",
            "--since 2026-02-01 is later than --until 2026-01-01",
        ),
        (
            "--since 2999-01-01 a.json",
            "--since 2999-01-01 is later than now",
        ),
        (
            "--from https://bucket/x",
            "--from takes s3://BUCKET/PREFIX, not https://bucket/x",
        ),
        ("--from s3:///x", "--from s3:///x names no bucket"),
        ("--account 123456789012 a.json", "cannot be used with"),
        ("--organization a.json", "cannot be used with"),
        (
            "--filter colour=red a.json",
            "hint: the keys are user, event",
        ),
        ("--filter user a.json", "a filter is written KEY=VALUE"),
        (
            "--from bucket",
            "hint: for objects of a bucket: --from s3://bucket",
        ),
        ("--from s3://bucket/x a.json", "cannot be used with"),
        ("--queue q a.json", "cannot be used with"),
        ("--late 3 a.json", "cannot be used with"),
        (
            "--keep 5001 a.json",
            "--keep takes a whole number from 0 to 5000",
        ),
        (
            "--top 0 a.json",
            "--top takes a whole number from 1 to 1000",
        ),
        (
            "--jobs 0 a.json",
            "--jobs takes a whole number from 1 to 64",
        ),
        ("--folow a.json", "error: "),
    ] {
        let ran = folder.activity(arguments).exits(2);
        ran.says(words);
        assert_eq!(ran.stdout, "", "{arguments}");
    }
}

#[test]
fn ctrl_c_ends_a_read_without_a_report() {
    let half = log(&generated::week(1000));
    for format in ["text", "json", "html"] {
        let mut command = Ctadmin::alone(&format!("activity -o {format} -")).into_command();
        command.stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let mut stdin = child.stdin.take().expect("stdin is piped");
        // More than a pipe holds, so the binary reads; then it waits for the end.
        stdin
            .write_all(&half.as_bytes()[..half.len() - 2])
            .expect("it reads");
        let (ran, _) = Running::of(child).interrupt(|| {});
        assert_eq!((ran.code, ran.stdout.as_str()), (130, ""), "{format}");
        ran.says("the read is incomplete");
        drop(stdin);
    }
}

#[test]
fn a_reader_that_closes_the_pipe_is_no_error() {
    let (folder, _) = Folder::of_week(1000);
    let mut command = folder.activity("-o html a.json").into_command();
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    drop(child.stdout.take());
    let ran = child.wait_with_output().expect("our child");
    assert_eq!(String::from_utf8_lossy(&ran.stderr), "");
    assert_eq!(ran.status.code(), Some(0));
}
