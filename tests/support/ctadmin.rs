//! The real binary, run as a user runs it, against an account on the emulator.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use super::account::AUTHORITIES;
use super::{Account, Venv};

/// A run of `ctadmin` to come.
#[derive(Debug)]
pub struct Ctadmin {
    command: Command,
}

/// What a run left behind.
#[derive(Debug)]
pub struct Ran {
    /// The exit code.
    pub code: i32,
    /// All of stdout.
    pub stdout: String,
    /// All of stderr.
    pub stderr: String,
}

impl Ctadmin {
    /// The binary in the account's environment, with these words as arguments.
    pub fn on(account: &Account, arguments: &str) -> Self {
        let mut command = Command::new(binary());
        account.apply_env(&mut command);
        command
            .env_remove("CTADMIN_CONFIG")
            .args(arguments.split_whitespace())
            .stdin(Stdio::null());
        Self { command }
    }

    /// The binary without any credentials, configuration or network to go to.
    pub fn alone(arguments: &str) -> Self {
        let mut command = Command::new(binary());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("AWS_") {
                command.env_remove(name);
            }
        }
        command
            .env_remove("CTADMIN_CONFIG")
            .env("AWS_CONFIG_FILE", "/dev/null")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("SSL_CERT_FILE", AUTHORITIES)
            .env_remove("SSL_CERT_DIR")
            .args(arguments.split_whitespace())
            .stdin(Stdio::null());
        Self { command }
    }

    /// One more argument, which may hold spaces.
    pub fn arg(mut self, argument: &str) -> Self {
        self.command.arg(argument);
        self
    }

    /// With this in the environment.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// In this working folder.
    pub fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// The same run, started by a program that gets the binary and its arguments behind these words.
    pub fn through(self, program: impl AsRef<OsStr>, words: &[&str]) -> Self {
        let mut command = Command::new(program);
        for (name, value) in self.command.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        if let Some(folder) = self.command.get_current_dir() {
            command.current_dir(folder);
        }
        command
            .args(words)
            .arg(self.command.get_program())
            .args(self.command.get_args())
            .stdin(Stdio::null());
        Self { command }
    }

    /// In a terminal of so many columns, which gets what goes to stdout and to stderr.
    pub fn in_terminal(self, columns: usize) -> Self {
        let code = format!(
            "import os, pty, sys\n\
             size = 'stty columns {columns} rows 24; exec \"$@\"'\n\
             sys.exit(os.waitstatus_to_exitcode(pty.spawn(['sh', '-c', size, 'sh', *sys.argv[1:]])))"
        );
        self.through(Venv::get().python(), &["-c", &code])
    }

    /// Runs to its end.
    pub fn run(mut self) -> Ran {
        Ran::from(self.command.output().expect("the binary starts"))
    }

    /// Runs to its end, which must have this exit code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Ran {
        let command = format!("{:?}", self.command.get_args().collect::<Vec<_>>());
        let ran = self.run();
        assert_eq!(
            ran.code, code,
            "ctadmin {command} printed\n{}\n{}",
            ran.stdout, ran.stderr
        );
        ran
    }

    /// The command, to be run in another way.
    pub fn into_command(self) -> Command {
        self.command
    }
}

impl Ran {
    /// Stdout as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_str(&self.stdout) {
            Ok(value) => value,
            Err(error) => panic!(
                "stdout is not JSON ({error}):\n{}\n{}",
                self.stdout, self.stderr
            ),
        }
    }

    /// Asserts that stderr says this.
    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        assert!(
            self.stderr.contains(words),
            "{words:?} is not in stderr:\n{}",
            self.stderr
        );
        self
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

/// The binary: cargo names it to tests; examples find it beside themselves.
pub fn binary() -> PathBuf {
    if let Some(path) = option_env!("CARGO_BIN_EXE_ctadmin") {
        return PathBuf::from(path);
    }
    let example = std::env::current_exe().expect("the running program has a path");
    let profile = example
        .ancestors()
        .nth(2)
        .expect("examples are built in a folder of their own");
    profile
        .join("ctadmin")
        .with_extension(std::env::consts::EXE_EXTENSION)
}
