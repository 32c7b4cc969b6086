//! `ctadmin alerts`: the catalogue, and events held against it; nothing of it asks AWS.

mod catalogue;
mod explained;
mod recorded;

use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;

use crate::support::{Ctadmin, Ran};

/// A file of `events/`.
fn events(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/alerts/events");
    folder.join(name)
}

/// `ctadmin alerts test` with one of these files.
fn tested(arguments: &str, file: &str) -> Ctadmin {
    let path = events(file);
    let path = path.to_str().expect("a path of letters");
    Ctadmin::alone(&format!("alerts test {arguments}")).arg(path)
}

/// A run that reads this on its stdin.
fn piped(arguments: &str, content: &[u8]) -> Ran {
    let mut command = Ctadmin::alone(arguments).into_command();
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    stdin.write_all(content).expect("the binary reads");
    drop(stdin);
    Ran::from(child.wait_with_output().expect("the binary ends"))
}
