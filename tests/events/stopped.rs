//! However a run ends, the messages are given back.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{Pull, line};
use crate::support::{Ctadmin, Fault};

fn start(run: Ctadmin) -> Child {
    let mut command = run.into_command();
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the binary starts")
}

/// Presses Ctrl-C and waits for the end; returns the exit code and the rest of stderr.
pub fn interrupt(mut child: Child) -> (Option<i32>, String) {
    let pid = child.id().to_string();
    let kill = Command::new("kill").args(["-INT", &pid]).status();
    assert!(kill.is_ok_and(|status| status.success()), "kill works");
    let mut told = String::new();
    let stderr = child.stderr.as_mut().expect("stderr is piped");
    stderr.read_to_string(&mut told).expect("stderr is text");
    (child.wait().expect("our child").code(), told)
}

#[test]
fn ctrl_c_ends_following() {
    let pull = Pull::new();
    pull.deliver("CreateUser");
    let mut child = start(pull.events("--follow"));
    let mut lines = BufReader::new(child.stdout.take().expect("stdout is piped")).lines();
    let mut next = || lines.next().expect("a line").expect("text") + "\n";
    assert_eq!(next(), line("CreateUser"));
    assert_eq!(pull.messages(&pull.queue_url()), (0, 1), "it is held");
    pull.deliver("DeleteUser");
    assert_eq!(next(), line("DeleteUser"));
    let pressed = Instant::now();
    let (code, told) = interrupt(child);
    assert_eq!(code, Some(130), "{told}");
    assert!(
        told.contains("interrupted; returning the messages to the queue"),
        "{told}"
    );
    assert!(told.contains("returned 2 messages to the queue"), "{told}");
    assert!(
        pressed.elapsed() < Duration::from_secs(15),
        "{:?}",
        pressed.elapsed()
    );
    assert_eq!(pull.visible(), 2);
}

#[test]
fn ctrl_c_ends_a_run_whose_output_nobody_takes() {
    let pull = Pull::new();
    let many: Vec<String> = (0..3000).map(|_| super::record("CreateUser")).collect();
    pull.log("many", &many);
    pull.publish(&pull.notice(&["many"]));
    // The pipe is never read, so the run gets stuck in writing.
    let mut child = start(pull.events("-o json"));
    let stdout = child.stdout.take();
    let start = Instant::now();
    while pull.requests("GetObject") == 0 {
        assert!(start.elapsed() < Duration::from_secs(30), "it begins");
        std::thread::sleep(Duration::from_millis(20));
    }
    let (code, told) = interrupt(child);
    assert_eq!(code, Some(130), "{told}");
    assert_eq!(pull.visible(), 1);
    drop(stdout);
}

#[test]
fn a_reader_that_has_seen_enough_ends_the_run_quietly() {
    let pull = Pull::new();
    for number in 0..30 {
        let many: Vec<String> = (0..300).map(|_| super::record("CreateUser")).collect();
        pull.log(&format!("{number}"), &many);
        pull.publish(&pull.notice(&[&format!("{number}")]));
    }
    let mut child = start(pull.events("--consume"));
    let mut stdout = BufReader::new(child.stdout.take().expect("stdout is piped"));
    let mut first = String::new();
    stdout.read_line(&mut first).expect("a line");
    drop(stdout);
    assert_eq!(first, line("CreateUser"));
    let mut told = String::new();
    child
        .stderr
        .take()
        .expect("piped")
        .read_to_string(&mut told)
        .expect("text");
    assert_eq!(child.wait().expect("our child").code(), Some(0), "{told}");
    assert!(!told.contains("error"), "{told}");
    assert!(pull.visible() > 0);
}

#[test]
fn an_error_ends_the_run_and_gives_back_what_it_holds() {
    let pull = Pull::new();
    for number in 0..12 {
        pull.deliver(&format!("Event{number}"));
    }
    let child = start(pull.events("--follow"));
    let start = Instant::now();
    while pull.requests("ReceiveMessage") < 3 {
        assert!(start.elapsed() < Duration::from_secs(30), "it polls");
        std::thread::sleep(Duration::from_millis(20));
    }
    pull.account
        .faults([Fault::deny().operation("ReceiveMessage").forever()]);
    let output = child.wait_with_output().expect("our child");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("error: sqs ReceiveMessage"), "{told}");
    assert_eq!(pull.visible(), 12);
}

#[test]
fn what_cannot_be_given_back_is_told() {
    let pull = Pull::new();
    pull.deliver("CreateUser");
    let operation = "ChangeMessageVisibilityBatch";
    pull.account
        .faults([Fault::deny().operation(operation).forever()]);
    let ran = pull.events("").exits(1);
    assert_eq!(ran.stdout, line("CreateUser"));
    assert!(
        ran.stderr
            .contains("which are visible again within 10 minutes anyway: 1 message: sqs"),
        "{}",
        ran.stderr
    );
    ran.says("hint: the caller needs sqs:ChangeMessageVisibility");
}

#[test]
fn ctrl_c_makes_a_read_incomplete() {
    let record = super::record("CreateUser");
    // More than a pipe holds, so that the binary has begun to read once all is written.
    let half = format!("{{\"Records\":[{}", vec![record; 1000].join(","));
    for more in [false, true] {
        let mut command = Ctadmin::alone("events -o json -").into_command();
        command.stdin(Stdio::piped());
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let mut stdin = child.stdin.take().expect("stdin is piped");
        stdin.write_all(half.as_bytes()).expect("it reads");
        // Either it waits for more, or it is busy when it is interrupted.
        let writing = std::thread::spawn(move || {
            while more && stdin.write_all(b", {\"eventName\":\"x\"}").is_ok() {}
            stdin
        });
        let (code, told) = interrupt(child);
        assert_eq!(code, Some(130), "{told}");
        assert!(told.contains("the read is incomplete"), "{told}");
        writing.join().expect("a writer");
    }
}
