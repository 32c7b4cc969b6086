//! The AWS CLI that scripts call, in both of its versions.
//!
//! A call of the CLI costs most of a second of CPU time, nearly all of it for the import of its modules. So the `aws` of
//! the tests is a small client (`aws_cli/client.py`) of a process that has the CLI loaded and forks for each call
//! (`aws_cli/server.py`). A test compares it with the plain CLI.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use super::{Account, Ctadmin, Ran, Venv};

const CLIENT: &str = include_str!("aws_cli/client.py");
const SERVER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/support/aws_cli/server.py"
);

/// A version of the AWS CLI.
#[derive(Debug)]
pub struct AwsCli {
    /// As it is installed.
    plain: PathBuf,
    /// The folder that holds nothing but its `aws`.
    folder: PathBuf,
    /// Whether it learns from `AWS_ENDPOINT_URL` where to go.
    reads_endpoint: bool,
    /// Ends with this process, as its stdin does.
    _server: Option<Child>,
}

impl AwsCli {
    /// Version 1, of the virtual environment.
    pub fn version_1() -> &'static AwsCli {
        static CLI: LazyLock<AwsCli> = LazyLock::new(|| AwsCli::new(Venv::get().aws(), true));
        &CLI
    }

    /// Version 2, where the machine has one, e.g. Debian's package `awscli`; says so where it has none.
    pub fn version_2() -> Option<&'static AwsCli> {
        static CLI: LazyLock<Option<AwsCli>> = LazyLock::new(|| {
            let path = std::env::var_os("PATH").unwrap_or_default();
            let usual = ["/usr/bin", "/usr/local/bin"].map(PathBuf::from);
            let mut found = std::env::split_paths(&path).chain(usual);
            let found = found.find_map(|folder| {
                let aws = folder.join("aws");
                let ran = Command::new(&aws).arg("--version").output().ok()?;
                ran.stdout.starts_with(b"aws-cli/2").then_some(aws)
            })?;
            // Since 2.13 it reads the variable.
            Some(AwsCli::new(found, false))
        });
        #[expect(clippy::print_stdout, reason = "whoever runs the tests should know")]
        if CLI.is_none() {
            println!("left out: version 2 of the AWS CLI is not installed");
        }
        CLI.as_ref()
    }

    fn new(plain: PathBuf, reads_endpoint: bool) -> Self {
        let folder = tempfile::tempdir().expect("a folder").keep();
        let server = match python_of(&plain) {
            Some(python) => Some(load(&python, &plain, &folder)),
            None => {
                // Version 2 as Amazon installs it brings a Python along that runs nothing else.
                symlink(&plain, folder.join("aws")).expect("a link");
                None
            }
        };
        Self {
            plain,
            folder,
            reads_endpoint,
            _server: server,
        }
    }

    /// The `aws` that scripts call.
    pub fn program(&self) -> PathBuf {
        self.folder.join("aws")
    }

    /// The `aws` that is installed.
    pub fn plain(&self) -> &Path {
        &self.plain
    }

    /// The script of a verb.
    #[track_caller]
    pub fn script(&self, account: &Account, arguments: &str) -> String {
        let command = Ctadmin::on(account, &format!("{arguments} -n"));
        let command = match self.reads_endpoint {
            true => command,
            false => command.arg("--endpoint-url").arg(account.endpoint()),
        };
        command.exits(0).stdout
    }

    /// Pipes a script through bash.
    pub fn ran(&self, account: &Account, script: &str) -> Ran {
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new("bash");
        account.apply_env(&mut command);
        command
            .env("PATH", format!("{}:{path}", self.folder.display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if !self.reads_endpoint {
            command.env_remove("AWS_ENDPOINT_URL");
        }
        let mut bash = command.spawn().expect("bash is there");
        let mut stdin = bash.stdin.take().expect("stdin is piped");
        stdin.write_all(script.as_bytes()).expect("bash reads");
        drop(stdin);
        Ran::from(bash.wait_with_output().expect("bash ends"))
    }

    /// As [`AwsCli::ran`], for a script that must succeed.
    #[track_caller]
    pub fn run(&self, account: &Account, script: &str) -> Ran {
        let ran = self.ran(account, script);
        assert_eq!(ran.code, 0, "{}\n{script}", ran.stderr);
        ran
    }
}

/// The interpreter that the first line of a program names.
fn python_of(program: &Path) -> Option<PathBuf> {
    let text = fs::read(program).ok()?;
    let line = text
        .strip_prefix(b"#!")?
        .split(|byte| *byte == b'\n')
        .next()?;
    let python = Path::new(std::str::from_utf8(line).ok()?);
    let name = python.file_name()?.to_str()?;
    (name.starts_with("python") && !name.contains(' ')).then(|| python.to_owned())
}

/// Starts the process that has this CLI loaded, and puts its client into the folder.
fn load(python: &Path, plain: &Path, folder: &Path) -> Child {
    let client = folder.join("aws");
    let text = format!("#!{} -ISE\n{CLIENT}", python.display());
    fs::write(&client, text).expect("the folder is writable");
    fs::set_permissions(&client, Permissions::from_mode(0o755)).expect("the file is ours");
    let mut server = Command::new(python)
        .args([Path::new(SERVER), folder, plain])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the interpreter is there");
    let stdout = server.stdout.take().expect("stdout is piped");
    let mut line = String::new();
    BufReader::new(stdout)
        .read_line(&mut line)
        .expect("the output is text");
    assert_eq!(line, "ready\n", "the AWS CLI can be loaded");
    server
}
