//! The question before changes, asked on a real terminal (a pseudo-terminal that Python opens).

use std::io::Write;
use std::process::{Command, Stdio};

use crate::support::scenario::{operations, planned};
use crate::support::{self, Account, Ctadmin, Venv};

const CREATE: &str = "create --region us-west-2 --regions us-west-2";

/// Runs a verb on a terminal where somebody types `answer`; the exit code and all that was shown.
pub fn typed(account: &Account, verb: &str, answer: &str) -> (Option<i32>, String) {
    let create = Ctadmin::on(account, verb).into_command();
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
    let planned = operations(&planned(&account, CREATE)).len();
    let (code, shown) = typed(&account, CREATE, "y\n");
    assert_eq!(code, Some(0), "{shown}");
    let question = format!("Apply {planned} changes to account {}? [y/N]", account.id());
    assert!(shown.contains(&question), "{shown}");
    assert_eq!(account.changes().len(), planned);
}

#[test]
fn anything_else_declines() {
    for answer in ["n\n", "\n", "yeah\n"] {
        let account = support::account();
        let (code, shown) = typed(&account, CREATE, answer);
        assert_eq!(code, Some(1), "{shown}");
        assert!(shown.contains("declined, nothing was changed"), "{shown}");
        assert_eq!(account.changes(), Vec::<String>::new());
    }
}

#[test]
fn what_cannot_be_undone_is_asked_about_again() {
    let account = support::account();
    let create = format!("{CREATE} --object-lock 30 --object-lock-mode compliance");
    let (code, shown) = typed(&account, &create, "y\nn\n");
    assert_eq!(code, Some(1), "{shown}");
    assert!(shown.contains("including the root user"), "{shown}");
    assert_eq!(account.changes(), Vec::<String>::new());
    let (code, shown) = typed(&account, &create, "y\ny\n");
    assert_eq!(code, Some(0), "{shown}");
    assert!(
        account
            .changes()
            .contains(&"s3:PutObjectLockConfiguration us-west-2".to_owned())
    );
}

#[test]
fn a_file_for_access_keys_is_made_only_after_the_answer() {
    let account = support::account();
    Ctadmin::on(&account, &format!("{CREATE} --yes")).exits(0);
    account.forget_requests();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("key.ini");
    let create = format!("create splunk --access-key {}", file.display());
    let (code, shown) = typed(&account, &create, "n\n");
    assert_eq!(code, Some(1), "{shown}");
    assert_eq!(account.changes(), Vec::<String>::new());
    assert!(!file.exists());
    let (code, shown) = typed(&account, &create, "y\n");
    assert_eq!(code, Some(0), "{shown}");
    let secrets = account.secrets();
    let secret = secrets.values().next().expect("a key");
    assert!(!shown.contains(secret), "a secret is told");
    let text = std::fs::read_to_string(&file).expect("the file is there");
    assert!(text.contains(secret));
}
