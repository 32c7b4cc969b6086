//! The question before changes, asked on a real terminal (a pseudo-terminal that Python opens).

use std::io::Write;
use std::process::{Command, Stdio};

use crate::support::{self, Account, Ctadmin, Venv};

/// Runs `ctadmin create` on a terminal where somebody types `answer`; the exit code and all that was shown.
fn typed(account: &Account, answer: &str) -> (Option<i32>, String) {
    let create =
        Ctadmin::on(account, "create --region us-west-2 --regions us-west-2").into_command();
    let code = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
    let mut command = Command::new(Venv::get().python());
    account.apply_env(&mut command);
    command
        .args(["-c", code])
        .arg(create.get_program())
        .args(create.get_args());
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut terminal = command.spawn().expect("python is there");
    let mut keyboard = terminal.stdin.take().expect("stdin is piped");
    keyboard.write_all(answer.as_bytes()).expect("typed");
    let output = terminal.wait_with_output().expect("the run ends");
    drop(keyboard);
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

#[test]
fn yes_applies() {
    let account = support::account();
    let (code, shown) = typed(&account, "y\n");
    assert_eq!(code, Some(0), "{shown}");
    assert!(
        shown.contains(&format!(
            "Apply 9 changes to account {}? [y/N]",
            account.id()
        )),
        "{shown}"
    );
    assert_eq!(account.changes().len(), 9);
}

#[test]
fn anything_else_declines() {
    for answer in ["n\n", "\n", "yeah\n"] {
        let account = support::account();
        let (code, shown) = typed(&account, answer);
        assert_eq!(code, Some(1), "{shown}");
        assert!(shown.contains("declined, nothing was changed"), "{shown}");
        assert_eq!(account.changes(), Vec::<String>::new());
    }
}
