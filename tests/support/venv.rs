//! The Python virtual environments: that of the emulator, and that of the tests in a browser.
//!
//! Each lies below cargo's target folder, in a folder named after a hash of its `requirements.txt`, so that a changed
//! list of packages gets a new one. The first process that needs it makes it, under a file lock; a marker file is written last,
//! so that one left half made by an interruption is made again.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

const EMULATOR: &str = include_str!("emulator/requirements.txt");
const BROWSER: &str = include_str!("../browser/requirements.txt");
const MARKER: &str = "complete";

/// A complete virtual environment.
#[derive(Debug)]
pub struct Venv {
    root: PathBuf,
}

impl Venv {
    /// The environment of this machine, made now if there is none yet. Panics, saying what is missing, if it cannot be.
    pub fn get() -> &'static Venv {
        static VENV: OnceLock<Venv> = OnceLock::new();
        VENV.get_or_init(|| match make("emulator-venv", EMULATOR) {
            Ok(root) => Venv { root },
            Err(why) => panic!("the tests need an emulator of AWS, which runs on Python: {why}"),
        })
    }

    /// The environment with what steers a browser.
    pub fn of_browser() -> &'static Venv {
        static VENV: OnceLock<Venv> = OnceLock::new();
        VENV.get_or_init(|| match make("browser-venv", BROWSER) {
            Ok(root) => Venv { root },
            Err(why) => panic!("the tests in a browser run on Python: {why}"),
        })
    }

    /// The Python interpreter of the environment.
    pub fn python(&self) -> PathBuf {
        self.bin().join("python")
    }

    /// The AWS CLI.
    pub fn aws(&self) -> PathBuf {
        self.bin().join("aws")
    }

    /// A folder of another name for another environment, which tests may keep as well.
    pub fn beside(&self, name: &str) -> PathBuf {
        let environments = self.root.parent().unwrap_or(&self.root);
        environments.with_file_name(name)
    }

    /// The folder of the environment's programs, to be put into `PATH`.
    pub fn bin(&self) -> PathBuf {
        self.root.join("bin")
    }
}

fn make(name: &str, requirements: &str) -> Result<PathBuf, String> {
    let all = target_folder()?.join(name);
    let root = all.join(fingerprint(requirements));
    if root.join(MARKER).exists() {
        return Ok(root);
    }
    fs::create_dir_all(&all).map_err(|error| format!("cannot make {}: {error}", all.display()))?;
    let lock = File::create(root.with_extension("lock"))
        .map_err(|error| format!("cannot make a lock file: {error}"))?;
    // Let go when the file is closed, also by the death of this process.
    lock.lock()
        .map_err(|error| format!("cannot lock {}: {error}", all.display()))?;
    if !root.join(MARKER).exists() {
        install(&root, requirements)?;
    }
    Ok(root)
}

fn install(root: &Path, packages: &str) -> Result<(), String> {
    check_python()?;
    if root.exists() {
        fs::remove_dir_all(root)
            .map_err(|error| format!("cannot remove {}: {error}", root.display()))?;
    }
    run(Command::new("python3").args(["-m", "venv"]).arg(root))?;
    let requirements = root.join("requirements.txt");
    fs::write(&requirements, packages)
        .map_err(|error| format!("cannot write {}: {error}", requirements.display()))?;
    run(Command::new(root.join("bin/python"))
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--requirement",
        ])
        .arg(&requirements))?;
    fs::write(root.join(MARKER), "")
        .map_err(|error| format!("cannot finish {}: {error}", root.display()))
}

fn check_python() -> Result<(), String> {
    let needs = "install Python 3.10 or newer as `python3`, with venv and pip (on Debian and Ubuntu: apt install python3-venv)";
    let probe =
        "import sys; print('%d.%d' % sys.version_info[:2]); sys.exit(sys.version_info < (3, 10))";
    let version = Command::new("python3")
        .args(["-c", probe])
        .output()
        .map_err(|error| format!("cannot run `python3` ({error}); {needs}"))?;
    if !version.status.success() {
        let found = String::from_utf8_lossy(&version.stdout);
        return Err(format!(
            "`python3` is version {}, too old; {needs}",
            found.trim()
        ));
    }
    for module in ["venv", "ensurepip"] {
        run(Command::new("python3").args(["-c", &format!("import {module}")]))
            .map_err(|_| format!("`python3` lacks the module {module}; {needs}"))?;
    }
    Ok(())
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command
        .output()
        .map_err(|error| format!("cannot run {command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!(
        "{command:?} failed with {}:\n{}",
        output.status,
        String::from_utf8_lossy(&said)
    ))
}

/// Cargo's target folder, found from the running binary: `CARGO_TARGET_TMPDIR` is not defined for examples.
fn target_folder() -> Result<PathBuf, String> {
    let binary = std::env::current_exe()
        .map_err(|error| format!("cannot tell where this program lies: {error}"))?;
    binary
        .ancestors()
        .skip(1)
        .find(|folder| folder.join("CACHEDIR.TAG").exists() || folder.ends_with("target"))
        .map(Path::to_path_buf)
        .ok_or_else(|| format!("{} is not in a target folder of cargo", binary.display()))
}

/// FNV-1a: short, and the same in every version of Rust, unlike the standard library's hasher.
fn fingerprint(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}
