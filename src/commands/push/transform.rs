//! `ctadmin push transform`: the code of the Lambda function, run on a recorded invocation by the `python3` of this
//! machine.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::{fs, io};

use serde_json::Value;

use crate::cli;
use crate::error::{Error, Exit, Result};
use crate::printer::Printer;
use crate::stack::push::TRANSFORM;

/// Prints the response as JSON, and to stderr what the function logs.
pub fn run(args: cli::PushTransform, printer: &Printer) -> Result<Exit> {
    let path = &args.event;
    let event = read(path).map_err(|error| Error::unreadable(path, &error))?;
    check(&event).map_err(|why| Error::failed(format!("{}: {why}", path.display())))?;
    let output = python(&event, args.endpoint_type.name()).map_err(|error| {
        let hint = "install Python 3 as python3; it runs the code of the Lambda function";
        Error::failed(format!("python3: it cannot be run: {error}")).hint(hint)
    })?;
    let log = String::from_utf8_lossy(&output.stderr);
    let log = log.trim_end();
    if !output.status.success() {
        let last = log.lines().last().unwrap_or("no output");
        let status = output.status;
        return Err(Error::failed(format!("python3: {status}: {last}")));
    }
    if !log.is_empty() {
        printer.say(log);
    }
    let response: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| Error::failed(format!("python3: the response is not JSON: {error}")))?;
    printer.json(&response)?;
    Ok(Exit::Done)
}

fn read(path: &Path) -> io::Result<String> {
    if path != Path::new("-") {
        return fs::read_to_string(path);
    }
    let mut text = String::new();
    io::stdin().lock().read_to_string(&mut text)?;
    Ok(text)
}

/// Why a text is no invocation, if it is none.
fn check(event: &str) -> Result<(), String> {
    let event: Value =
        serde_json::from_str(event).map_err(|error| format!("it is not JSON: {error}"))?;
    match event["records"].is_array() {
        true => Ok(()),
        false => {
            Err("it is not an invocation by Firehose: the list `records` is missing".to_owned())
        }
    }
}

fn python(event: &str, endpoint_type: &str) -> io::Result<Output> {
    // Isolated: neither the working folder nor the user's packages take the place of Python's own modules.
    let mut python = Command::new("python3")
        .args(["-I", "-c", TRANSFORM, "/dev/stdin"])
        .env("HEC_ENDPOINT_TYPE", endpoint_type)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    // If Python ends without reading all of it, its exit status says why.
    if let Some(mut stdin) = python.stdin.take() {
        let _ = stdin.write_all(event.as_bytes());
    }
    python.wait_with_output()
}
