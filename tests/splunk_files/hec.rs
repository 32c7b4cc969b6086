//! `ctadmin splunk hec`: the stanzas, and the token that is created in Splunk.

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;

use crate::support::{Collector, Ctadmin};

const PASSWORD: &str = "changeme";

/// A Splunk, a folder for files, and the password's file in it.
struct Splunk {
    collector: Collector,
    folder: tempfile::TempDir,
}

impl Splunk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("password"), format!("{PASSWORD}\n")).expect("written");
        let collector = Collector::start("good");
        Self { collector, folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A run that creates the token, with the password of this file.
    fn hec(&self, arguments: &str, password: &str, file: &str) -> Ctadmin {
        let mut ctadmin = Ctadmin::alone(&format!("splunk hec {arguments} --splunk-user admin"));
        for (option, value) in [
            ("--splunk-url", self.collector.management()),
            (
                "--splunk-ca",
                self.collector.authority().display().to_string(),
            ),
            (
                "--splunk-password-file",
                self.path(password).display().to_string(),
            ),
            ("--token-file", self.path(file).display().to_string()),
        ] {
            ctadmin = ctadmin.arg(option).arg(&value);
        }
        ctadmin
    }
}

#[test]
fn the_stanzas_are_those_that_firehose_needs() {
    let ran = Ctadmin::alone("splunk hec --index cloudtrail").exits(0);
    insta::assert_snapshot!(ran.stdout, @"
    [http]
    # inputs.conf in $SPLUNK_HOME/etc/apps/splunk_httpinput/local of each instance that receives; then restart Splunk
    disabled = 0
    port = 8088
    enableSSL = 1
    ackIdleCleanup = true

    [http://cloudtrail]
    # the same GUID on each instance, e.g. from uuidgen; it is a secret
    token = <guid>
    disabled = 0
    index = cloudtrail
    indexes = cloudtrail
    sourcetype = aws:cloudtrail
    useACK = 1
    ");
    let ran =
        Ctadmin::alone("splunk hec --name vpc --sourcetype aws:cloudwatchlogs:vpcflow -o json");
    let stanza = &ran.exits(0).json()[1];
    assert_eq!(stanza["stanza"], "http://vpc");
    assert_eq!(
        stanza["settings"]["sourcetype"],
        "aws:cloudwatchlogs:vpcflow"
    );
    Ctadmin::alone("splunk hec --name a]b")
        .exits(2)
        .says("bad stanza header");
}

#[test]
fn a_token_is_created_once_and_never_shown() {
    let splunk = Splunk::new();
    let mut said = Vec::new();
    for _ in 0..2 {
        let ran = splunk
            .hec("--index cloudtrail", "password", "token")
            .exits(0);
        said.push(
            ran.stdout
                .replace(&splunk.path("token").display().to_string(), "FILE"),
        );
        said.push(ran.stderr);
    }
    insta::assert_snapshot!(said.concat(), @"
    the token cloudtrail was created: enabled, with acknowledgment, index cloudtrail; it is in FILE
    the token cloudtrail exists: enabled, with acknowledgment, index cloudtrail; it is in FILE
    ");
    let tokens = splunk.collector.control("GET", "tokens", None);
    let [token] = tokens.as_array().expect("a list").as_slice() else {
        panic!("{tokens}");
    };
    let facts =
        ["useACK", "disabled", "index", "indexes", "sourcetype"].map(|key| token[key].clone());
    let expected = [
        json!(true),
        json!(false),
        json!("cloudtrail"),
        json!(["cloudtrail"]),
        json!("aws:cloudtrail"),
    ];
    assert_eq!(facts, expected);
    let value = token["token"].as_str().expect("a token");
    let file = splunk.path("token");
    assert_eq!(std::fs::read_to_string(&file).expect("text").trim(), value);
    let mode = file.metadata().expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(!said.concat().contains(value) && !said.concat().contains(PASSWORD));
}

#[test]
fn a_password_that_is_typed_is_not_shown() {
    let splunk = Splunk::new();
    let mut ctadmin = Ctadmin::alone("splunk hec --splunk-user admin");
    for (option, value) in [
        ("--splunk-url", splunk.collector.management()),
        (
            "--splunk-ca",
            splunk.collector.authority().display().to_string(),
        ),
        ("--token-file", splunk.path("token").display().to_string()),
    ] {
        ctadmin = ctadmin.arg(option).arg(&value);
    }
    let mut command = ctadmin.in_terminal(200).into_command();
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut terminal = command.spawn().expect("python is there");
    let (mut keyboard, mut screen) = (
        terminal.stdin.take().expect("stdin is piped"),
        terminal.stdout.take().expect("stdout is piped"),
    );
    let mut shown = Vec::new();
    while !shown.ends_with(b"password: ") {
        let mut byte = [0];
        screen.read_exact(&mut byte).expect("it asks");
        shown.extend(byte);
    }
    // The terminal stops showing what is typed a moment after the question.
    std::thread::sleep(Duration::from_millis(500));
    writeln!(keyboard, "{PASSWORD}").expect("typed");
    screen.read_to_end(&mut shown).expect("text");
    assert!(terminal.wait().expect("it ends").success());
    let shown = String::from_utf8_lossy(&shown);
    assert!(
        shown.contains("the token cloudtrail was created"),
        "{shown}"
    );
    assert!(!shown.contains(PASSWORD), "{shown}");
}

#[test]
fn what_is_wrong_is_said_and_left_alone() {
    let splunk = Splunk::new();
    std::fs::write(splunk.path("wrong"), "sesame").expect("written");
    let ran = splunk.hec("", "wrong", "token").exits(1);
    ran.says("HTTP 401: Unauthorized")
        .says("check --splunk-user and its password");
    assert!(!ran.stderr.contains("sesame"));
    splunk
        .collector
        .token(json!({ "name": "cloudtrail", "useACK": false }));
    let ran = splunk.hec("", "password", "token").exits(1);
    ran.says("the token cloudtrail exists, and acknowledgment is off");
    assert!(!splunk.path("token").exists());
    std::fs::write(splunk.path("taken"), "mine").expect("written");
    let ran = splunk.hec("--name other", "password", "taken").exits(1);
    ran.says("the token cannot be written")
        .says("is not created again");
    assert_eq!(
        std::fs::read_to_string(splunk.path("taken")).expect("text"),
        "mine"
    );
    splunk
        .collector
        .control("POST", "settings", Some(json!({ "disabled": true })));
    let file = splunk.hec("--name other", "password", "token");
    file.exits(1).says("the HTTP Event Collector is disabled");
    for (arguments, wrong) in [
        ("--splunk-url https://s:8089", "--splunk-user"),
        (
            "--splunk-url s --splunk-user a --token-file t",
            "is not the address of a management API",
        ),
        (
            "--splunk-url https://s:8089 --splunk-user a --token-file t",
            "the password of --splunk-user is missing",
        ),
        (
            "--splunk-url https://s:8089 --splunk-user a:b --token-file t",
            "has a colon",
        ),
    ] {
        Ctadmin::alone(&format!("splunk hec {arguments}"))
            .exits(2)
            .says(wrong);
    }
}
