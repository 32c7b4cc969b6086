//! Splunk's HTTP Event Collector for tests: the Python program in `collector/`, with certificates of its own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use serde_json::Value;

use super::Venv;

const COLLECTOR: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/support/collector/server.py"
);

/// A running HTTP Event Collector, with certificates of its own. It ends when this handle is dropped.
pub struct Collector {
    process: Child,
    _stdin: Option<ChildStdin>,
    ports: Value,
    _folder: tempfile::TempDir,
}

impl Collector {
    /// Starts one with an HTTPS port for each of these kinds of certificate, and with the management API.
    pub fn start(kinds: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut process = Command::new(Venv::get().python())
            .arg(COLLECTOR)
            .arg("--certificates")
            .arg(folder.path())
            .args(["--https", kinds, "--management", "--watch-stdin"])
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python starts");
        let mut line = String::new();
        let stdout = process.stdout.take().expect("stdout is piped");
        BufReader::new(stdout).read_line(&mut line).expect("text");
        Self {
            _stdin: process.stdin.take(),
            process,
            ports: serde_json::from_str(&line).expect("the collector says where it listens"),
            _folder: folder,
        }
    }

    /// The endpoint whose certificate is of this kind.
    pub fn endpoint(&self, kind: &str) -> String {
        format!("https://127.0.0.1:{}", self.ports["https"][kind])
    }

    /// The URL of the port without TLS.
    pub fn http(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports["http"])
    }

    /// The URL of the management API.
    pub fn management(&self) -> String {
        format!("https://127.0.0.1:{}", self.ports["management"])
    }

    /// The file with the only authority that a client should trust.
    pub fn authority(&self) -> &Path {
        Path::new(self.ports["ca"].as_str().expect("a path"))
    }

    /// Creates a token with these settings.
    pub fn token(&self, settings: Value) -> String {
        let token = self.control("POST", "token", Some(settings));
        token["token"].as_str().expect("a token").to_owned()
    }

    /// A request of the control API.
    pub fn control(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let url = format!("{}/_collector/{path}", self.http());
        let answer = match (method, body) {
            ("POST", Some(body)) => ureq::post(&url).send_json(body),
            _ => ureq::get(&url).call(),
        };
        let mut answer = answer.expect("the collector answers");
        answer.body_mut().read_json().expect("JSON")
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
