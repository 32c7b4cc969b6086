//! `cargo bench --bench events [-- speed report]`: how quickly logs are read, beside `zcat` and `jq`, and how large the
//! report of many events is and how soon a browser shows it.
//!
//! All data is generated from a seed, and all of it runs in one go, so that ratios compare what the same machine did. Plain
//! numbers on stdout, and no verdict by exit code: how quick a machine is must not fail a build.

#![allow(clippy::print_stdout, reason = "numbers are what a benchmark is for")]

#[path = "../round_trips/process.rs"]
mod process;
mod records;
#[path = "../../tests/support/mod.rs"]
mod support;

use std::env;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use flate2::{Compression, write::GzEncoder};

use process::watch;
use support::{Venv, browser};

/// How often each command runs; the median counts.
const RUNS: usize = 7;

/// Events of the one log, and of each of many.
const ONE: usize = 120_000;
const FEW: usize = 5_000;
const MANY: u64 = 40;

/// Logs of [`ONE`] whose report is drawn: about a million events, or what the variable `EVENTS` says in millions.
const REPORTED: u64 = 9;

fn main() {
    let wanted: Vec<String> = env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.iter().any(|word| word == name);
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    if is_wanted("speed") {
        speed(folder.path());
    }
    if is_wanted("report") {
        report(folder.path());
    }
}

/// Generates a log, unless it is there.
fn log(folder: &Path, seed: u64, events: usize) -> PathBuf {
    let path = folder.join(format!("{events}-{seed}.json.gz"));
    if !path.exists() {
        let file = BufWriter::new(File::create(&path).expect("the folder can be written to"));
        let mut zip = GzEncoder::new(file, Compression::default());
        let mut rng = fastrand::Rng::with_seed(seed);
        records::log(&mut zip, &mut rng, events).expect("the log is written");
        let mut file = zip.finish().expect("the log is written");
        file.flush().expect("the log is written");
    }
    path
}

fn ctadmin(words: &str, logs: &[PathBuf]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ctadmin"));
    command.args(words.split(' ')).args(logs);
    command
}

fn shell(script: &str, log: &Path) -> Command {
    let mut command = Command::new("sh");
    command.arg("-c").arg(script).arg("sh").arg(log);
    command
}

/// The median of some runs of each command, which take turns: what the machine does beside concerns all of them.
fn measure<const N: usize>(make: [&dyn Fn() -> Command; N]) -> [Duration; N] {
    let mut runs = [[Duration::ZERO; RUNS]; N];
    for turn in 0..RUNS {
        for (make, runs) in make.iter().zip(&mut runs) {
            let start = Instant::now();
            let ended = silent(make()).status().expect("the program starts");
            runs[turn] = start.elapsed();
            assert!(ended.success(), "a command has failed");
        }
    }
    runs.map(|mut runs| {
        runs.sort();
        runs[RUNS / 2]
    })
}

/// The most memory that a command takes; it is slower while it is watched.
fn memory(command: Command) -> String {
    megabytes(watch(&mut silent(command)).peak_memory)
}

fn silent(mut command: Command) -> Command {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn seconds(time: Duration) -> String {
    format!("{:8.2} s", time.as_secs_f64())
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

const COMMANDS: [&str; 4] = [
    "events -o json",
    "events",
    "events --filter event=ConsoleLogin",
    "activity",
];

fn speed(folder: &Path) {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let one = log(folder, 7, ONE);
    let size = fs::metadata(&one).map_or(0, |file| file.len());
    println!(
        "one log of {ONE} events, {}, {processors} processors; medians of {RUNS} runs",
        megabytes(size)
    );
    let [zcat] = measure([&|| shell("zcat \"$1\"", &one)]);
    println!("{:44}{}   1.00 x zcat", "zcat", seconds(zcat));
    match measured_jq(&one) {
        Some(jq) => {
            let ratio = jq.as_secs_f64() / zcat.as_secs_f64();
            println!(
                "{:44}{} {ratio:6.2} x zcat",
                "zcat | jq -c '.Records[]'",
                seconds(jq)
            );
        }
        None => println!("zcat | jq: jq is not installed"),
    }
    for words in COMMANDS {
        for jobs in [1, processors] {
            let words = format!("{words} --jobs {jobs}");
            let make = || ctadmin(&words, std::slice::from_ref(&one));
            let ([time], memory) = (measure([&make]), memory(make()));
            let ratio = time.as_secs_f64() / zcat.as_secs_f64();
            println!(
                "{words:44}{} {ratio:6.2} x zcat, at most {}",
                seconds(time),
                memory
            );
        }
    }
    let many: Vec<_> = (0..MANY).map(|seed| log(folder, seed, FEW)).collect();
    println!("\n{MANY} logs of {FEW} events");
    for words in COMMANDS {
        let with = |jobs: usize| ctadmin(&format!("{words} --jobs {jobs}"), &many);
        let [alone, together] = measure([&|| with(1), &|| with(processors)]);
        let ratio = alone.as_secs_f64() / together.as_secs_f64();
        println!(
            "{words:38} --jobs 1{}, --jobs {processors}{}: {ratio:.2} times as fast, at most {}",
            seconds(alone),
            seconds(together),
            memory(with(processors))
        );
    }
    println!();
}

/// How long jq takes, where it is installed.
fn measured_jq(log: &Path) -> Option<Duration> {
    let jq = Command::new("jq")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    jq.is_ok_and(|status| status.success())
        .then(|| measure([&|| shell("zcat \"$1\" | jq -c '.Records[]'", log)])[0])
}

fn report(folder: &Path) {
    let logs = env::var("EVENTS")
        .ok()
        .and_then(|millions| millions.parse::<u64>().ok());
    let logs = logs.map_or(REPORTED, |millions| {
        (millions * 1_000_000).div_ceil(ONE as u64)
    });
    let logs: Vec<_> = (7..7 + logs).map(|seed| log(folder, seed, ONE)).collect();
    let page = folder.join("report.html");
    let save = |name: &str, options: &str| {
        let file = File::create(folder.join(name)).expect("the report is written");
        let run = watch(ctadmin(&format!("activity {options}"), &logs).stdout(file));
        assert!(run.success, "the report has failed");
        run
    };
    let run = save("report.html", "-o html");
    let size = fs::metadata(&page).map_or(0, |file| file.len());
    println!(
        "report of {} events:{}, at most {}; the page has {}",
        logs.len() * ONE,
        seconds(run.wall),
        megabytes(run.peak_memory),
        megabytes(size)
    );
    let Some(chromium) = browser::chromium() else {
        return;
    };
    let opened = Command::new(Venv::of_browser().python())
        .arg("-B")
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/browser/opening.py"
        ))
        .arg(&page)
        .env("CHROMIUM", chromium)
        .output()
        .expect("Python starts");
    print!(
        "{}{}",
        String::from_utf8_lossy(&opened.stdout),
        String::from_utf8_lossy(&opened.stderr)
    );
    save("report.json", "-o json");
    let filters = "--filter region=eu-west-1 --filter user=role-01/session-001";
    save("filtered-0.json", &format!("-o json {filters}"));
    browser::check(chromium, "report.py", &["."], folder);
    println!("it shows what -o json says, also with {filters}");
}
