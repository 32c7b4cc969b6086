//! The first look at `ctadmin`: `cargo run --example quickstart`, with no AWS account.
//!
//! Starts the emulator of the tests, and runs the real binary on an account of it: create, show, create again, delete.
//! The output is the binary's own; it is compared with the state of the emulator, and the example fails if they differ.

#![allow(clippy::print_stdout, reason = "an example talks to whoever runs it")]

use std::path::Path;
use std::process::{Command, ExitCode};

#[path = "../tests/support/mod.rs"]
mod support;

use support::{Account, Ctadmin, Emulator};

/// The account id that AWS's documentation uses.
const ACCOUNT: &str = "123456789012";
const REGIONS: usize = 17;

fn main() -> ExitCode {
    match tour() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            println!("\nthe quick start stops here: {why}");
            ExitCode::FAILURE
        }
    }
}

fn tour() -> Result<(), String> {
    build_binary()?;
    println!(
        "Starting an emulator of AWS on this machine. The first run installs Python\n\
         packages for it in the target directory, which can take a minute."
    );
    let emulator = Emulator::start();
    let account = emulator.account_with_id(ACCOUNT);

    step(
        &account,
        "1. Create a bucket, a queue, and in each of 17 regions a trail and a topic to\n   \
         which the queue is subscribed. The plan is printed first, then the calls are\n   \
         sent; --yes skips the confirmation.",
        "create --yes --region us-west-2",
    )?;
    holds(&account, REGIONS)?;

    step(
        &account,
        "2. Show the resources. A stopped or deleted trail would be listed as drift. No\n   \
         log file is delivered: the emulator writes none.",
        "show",
    )?;

    account.forget_requests();
    step(
        &account,
        "3. Run the same command again: everything exists, and nothing is changed.",
        "create --yes --region us-west-2",
    )?;
    unchanged(&account)?;

    step(
        &account,
        "4. Delete trails, topics and queues. The bucket is kept: it can contain audit logs.",
        "delete --yes",
    )?;
    holds(&account, 0)?;

    println!(
        "\nDone. To print the calls of a plan as a script for the AWS CLI, without\n\
         credentials or network access, run\n\n  \
         cargo run -- create --offline --account-id {ACCOUNT} --region us-west-2"
    );
    Ok(())
}

/// Prints what is shown, and runs the binary.
fn step(account: &Account, what: &str, arguments: &str) -> Result<(), String> {
    println!("\n{what}\n\n$ ctadmin {arguments}");
    let status = Ctadmin::on(account, arguments)
        .into_command()
        .status()
        .map_err(|error| format!("the binary does not start: {error}"))?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("`ctadmin {arguments}` ended with {status}")),
    }
}

/// The account has this many trails and topics, two queues if it has trails, and in any case the bucket.
fn holds(account: &Account, regions: usize) -> Result<(), String> {
    let all = account.snapshot();
    let count = |service: &str| all[service].as_object().map_or(0, serde_json::Map::len);
    let found = ["cloudtrail", "sns", "sqs", "s3"].map(count);
    let expected = [regions, regions, 2 * usize::from(regions > 0), 1];
    match found == expected {
        true => Ok(()),
        false => Err(format!(
            "the account holds {found:?} trails, topics, queues and buckets, not {expected:?}"
        )),
    }
}

/// No request since they were last forgotten has changed anything.
fn unchanged(account: &Account) -> Result<(), String> {
    let changes = account.changes();
    match changes.is_empty() {
        true => Ok(()),
        false => Err(format!("the second run changed {}", changes.join(", "))),
    }
}

/// Builds the binary beside this example: `cargo run --example` builds the example alone, and the
/// binary could be outdated. Named together with the example, it shares every dependency that was built for it.
fn build_binary() -> Result<(), String> {
    let ctadmin = Ctadmin::alone("").into_command();
    let binary = Path::new(ctadmin.get_program());
    let profile = binary.parent().and_then(Path::file_name);
    let profile = match profile.and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let mut build = Command::new(env!("CARGO"));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        // The variables of this example's package would make cargo build some dependencies again.
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            build.env_remove(name.as_ref());
        }
    }
    build
        .args(["build", "--quiet", "--profile", profile])
        .args(["--bin", "ctadmin", "--example", "quickstart"])
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    if let Some(target) = binary
        .ancestors()
        .find(|dir| dir.join("CACHEDIR.TAG").exists())
    {
        build.arg("--target-dir").arg(target);
    }
    let built = build
        .status()
        .map_err(|error| format!("cargo does not start: {error}"))?;
    match built.success() && binary.exists() {
        true => Ok(()),
        false => Err(format!("{} could not be built", binary.display())),
    }
}
