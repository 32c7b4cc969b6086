//! `ctadmin events`: the events of a queue's logs, of a bucket's, or of files, a line each.
//!
//! Three sources feed one [printing thread](printing); the queue needs most care, see [`queue`].

mod bucket;
pub(super) mod lookup;
mod piped;
mod queue;
mod redrive;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::mpsc;

use super::interrupt::{Interrupt, UNCHANGED};
use crate::cli;
use crate::error::{Error, Exit, Result};
use crate::printer::Printer;
use crate::pull::printing::{self, Log, Outcome, Printing};
use crate::settings::{Events, Source};
use crate::words::thousands;

/// The message of an interrupted read.
const INCOMPLETE: &str = "the read is incomplete";

/// How long a stopped thread may take to print what it has.
const GRACE: Duration = Duration::from_millis(500);

/// Runs the command.
pub async fn run(global: &cli::Global, args: cli::Events, printer: &Printer) -> Result<Exit> {
    let Events {
        connection,
        region,
        source,
        wanted,
    } = Events::new(global, args)?;
    let interrupt = Interrupt::listen();
    let region = region.as_deref();
    let chosen = !wanted.filter.is_empty() || wanted.limit.is_some();
    let print = |shown| printing::start(wanted, printer, shown, interrupt.watch());
    let outcome = match source {
        Source::Queue(from) => {
            let finding = printer.busy("looking for the queue");
            let found = lookup::find(&connection, region, &from);
            let (session, queue) = interrupt.or(UNCHANGED, found).await??;
            drop(finding);
            // The number of messages is not known before, so there is no progress to show.
            let print = || print(None);
            return queue::read(&session, &queue, &from, print, &interrupt, printer).await;
        }
        Source::Redrive(how) => {
            return redrive::run(&how, &interrupt, printer).await;
        }
        Source::Files(files) => {
            let shown = printer.reading();
            let Printing { work, end, .. } = print(Some(shown.clone()));
            let reading = async { tokio::join!(feed_files(files, work), ended(end)) };
            let ((), outcome) = unless_stopped(&interrupt, reading).await?;
            outcome?
        }
        Source::Bucket(below) => {
            let shown = printer.reading();
            let Printing { work, end, .. } = print(Some(shown.clone()));
            let reading =
                async { tokio::join!(bucket::feed(&connection, region, &below, work), ended(end)) };
            let (fed, outcome) = unless_stopped(&interrupt, reading).await?;
            let outcome = outcome?;
            fed?.iter().for_each(|words| printer.say(words));
            outcome
        }
    };
    if chosen {
        printer.say(&closing(&outcome));
    }
    if outcome.stopped || interrupt.happened() {
        return Err(Error::interrupted(INCOMPLETE));
    }
    Ok(match outcome.failed {
        0 => Exit::Done,
        _ => Exit::Failed,
    })
}

/// The result of a read, unless the user stops it; then printing gets a moment to end.
///
/// # Errors
/// When the user stops it, even if it has come to its end meanwhile: printing that was stopped ends like any other.
async fn unless_stopped<T>(interrupt: &Interrupt, reading: impl Future<Output = T>) -> Result<T> {
    let mut stop = interrupt.watch();
    tokio::pin!(reading);
    tokio::select! {
        biased;
        _ = stop.wait_for(|stop| *stop) => {
            let _ = tokio::time::timeout(GRACE, &mut reading).await;
            Err(Error::interrupted(INCOMPLETE))
        }
        read = &mut reading => Ok(read),
    }
}

/// How many events were read, and how many of them matched.
fn closing(outcome: &Outcome) -> String {
    let (read, matched) = (thousands(outcome.read), thousands(outcome.events));
    format!("{read} read, {matched} matched")
}

/// The outcome of printing, when its thread has ended.
async fn ended(printing: tokio::task::JoinHandle<Result<Outcome>>) -> Result<Outcome> {
    let ended = printing.await;
    ended.unwrap_or_else(|_| {
        Err(Error::failed(
            "printing ended unexpectedly; this is a bug in ctadmin",
        ))
    })
}

async fn feed_files(files: Vec<PathBuf>, work: mpsc::Sender<Log>) {
    for file in files {
        // Opened only when its turn is near.
        let Ok(room) = work.reserve().await else {
            return;
        };
        room.send(Log {
            name: file.display().to_string(),
            body: source(&file),
            size: file
                .metadata()
                .ok()
                .filter(|file| file.is_file())
                .map(|file| file.len()),
            live: is_live(&file),
            ends: None,
        });
    }
}

/// The bytes of a file, or of stdin, which may be empty.
fn source(file: &Path) -> io::Result<Box<dyn Read + Send>> {
    match file.as_os_str() == "-" {
        true => Ok(Box::new(piped::Piped::new(io::stdin()))),
        false => open(file),
    }
}

/// Whether it may still be written to: stdin, a pipe, a terminal.
fn is_live(file: &Path) -> bool {
    let is_file = || file.metadata().is_ok_and(|file| file.is_file());
    file.as_os_str() == "-" || !is_file()
}

/// A file that can be read; `-` is stdin.
pub(super) fn open(file: &Path) -> io::Result<Box<dyn Read + Send>> {
    Ok(match file.as_os_str() == "-" {
        true => Box::new(io::stdin()),
        false => Box::new(File::open(file)?),
    })
}
