//! Chromium, in which the tests look at pages; a Python program beside it says what must be there.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use super::Venv;

const CHECKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser");

/// The names that Chromium has in packages.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// The Chromium of the machine: that which the variable `CHROMIUM` names, or one in the path, e.g. of Debian's package
/// `chromium`. Says so where there is none.
pub fn chromium() -> Option<&'static Path> {
    static FOUND: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/bin")]);
        let installed = folders.flat_map(|folder| NAMES.map(|name| folder.join(name)));
        let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
        named
            .into_iter()
            .chain(installed)
            .find(|file| file.exists())
    });
    #[expect(clippy::print_stdout, reason = "whoever runs the tests should know")]
    if FOUND.is_none() {
        println!("left out: Chromium is not installed");
    }
    FOUND.as_deref()
}

/// Runs a program of `tests/browser` with these arguments, in this folder. It must find nothing wrong.
#[track_caller]
pub fn check(chromium: &Path, program: &str, arguments: &[&str], folder: &Path) {
    let ran = Command::new(Venv::of_browser().python())
        .arg("-B")
        .arg(Path::new(CHECKS).join(program))
        .args(arguments)
        .current_dir(folder)
        .env("CHROMIUM", chromium)
        .output()
        .expect("Python starts");
    let said = String::from_utf8_lossy(&ran.stderr);
    // What is wrong stands in the last lines.
    let end = said.lines().rev().take(12).collect::<Vec<_>>();
    let end: Vec<&str> = end.into_iter().rev().collect();
    assert!(ran.status.success(), "{program}: {}", end.join("\n"));
}
