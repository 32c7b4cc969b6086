//! What is printed, and what is not: colours, --quiet, closed pipes, credentials.

use std::process::Stdio;

use super::OFFLINE;
use crate::support::{self, Ctadmin, Fault, Ran};

#[test]
fn pipes_and_files_get_no_escape_codes_unless_told() {
    let account = support::account();
    let show =
        |options: &str| Ctadmin::on(&account, &format!("{options} show --regions us-east-1"));
    let bad = |options: &str| Ctadmin::alone(&format!("{options} create -y -r Oregon"));
    assert!(!coloured(&show("").exits(0)));
    assert!(!coloured(&bad("").exits(2)));
    assert!(coloured(&show("--color always").exits(0)));
    assert!(coloured(&bad("--color always").exits(2)));
    assert!(!coloured(
        &show("--color never").env("CLICOLOR_FORCE", "1").exits(0)
    ));
    assert!(!coloured(&bad("").env("NO_COLOR", "1").exits(2)));
    // A script and JSON are for programs.
    assert!(!coloured(
        &Ctadmin::alone(&format!("{OFFLINE} --color always")).exits(0)
    ));
    assert!(!coloured(&show("--color always -o json").exits(0)));
}

#[test]
fn quiet_leaves_results_and_errors() {
    let account = support::account();
    let one = "-r us-west-2 --regions us-west-2";
    let ran = Ctadmin::on(&account, &format!("-q create -y {one}")).exits(0);
    assert_eq!(ran.stderr, "");
    let report = ran.stdout.lines().collect::<Vec<_>>();
    assert_eq!(report.len(), 1, "{report:?}");
    assert!(
        report[0].ends_with(" done, 0 failed, 0 skipped"),
        "{report:?}"
    );
    let ran = Ctadmin::on(&account, &format!("create -y {one} --quiet")).exits(0);
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
    Ctadmin::alone("-q create -y -r Oregon")
        .exits(2)
        .says("error:");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    for arguments in [OFFLINE, "--help", "man", "completions zsh"] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        let mut command = Ctadmin::alone(arguments).into_command();
        command.stdout(writer).stderr(Stdio::piped());
        // Nobody will ever read.
        drop(reader);
        let ran = Ran::from(command.output().expect("the binary starts"));
        assert_eq!(
            (ran.code, ran.stderr.as_str()),
            (0, ""),
            "ctadmin {arguments}"
        );
    }
}

#[test]
fn credentials_appear_nowhere() {
    const SECRET: &str = "wJalrXUtnFEMIbPxRfiCYEXAMPLEKEY";
    const TOKEN: &str = "IQoJb3JpZ2luX2VjEXAMPLETOKEN";
    let account = support::account();
    let run = |arguments: &str, code: i32| {
        let ran = Ctadmin::on(&account, &format!("-vv {arguments}"))
            .env("AWS_SECRET_ACCESS_KEY", SECRET)
            .env("AWS_SESSION_TOKEN", TOKEN)
            .exits(code);
        for credential in [SECRET, TOKEN, "AKIATEST"] {
            assert!(
                !ran.stdout.contains(credential) && !ran.stderr.contains(credential),
                "ctadmin {arguments} prints {credential}"
            );
        }
    };
    run("create -n -r us-west-2", 0);
    run("create -n -r us-west-2 -o json", 0);
    run("create -y -r us-west-2", 0);
    run("show", 0);
    run("iam-policy create", 0);
    account.faults([Fault::deny().operation("DeleteTopic").forever()]);
    run("delete -y -o json", 1);
    account.faults([Fault::deny().operation("DescribeTrails").forever()]);
    run("show -o json", 1);
    account.faults([Fault::deny().operation("GetCallerIdentity").forever()]);
    run("show", 1);
}

fn coloured(ran: &Ran) -> bool {
    ran.stdout.contains('\x1b') || ran.stderr.contains('\x1b')
}
