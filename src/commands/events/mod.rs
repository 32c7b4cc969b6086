//! `ctadmin events`: the events of a queue's logs, of a bucket's, or of files, a line each.
//!
//! Three sources feed one [printing thread](printing); the queue needs most care, see [`queue`].

pub(super) mod bucket;
pub(super) mod lookup;
mod overlap;
mod piped;
pub(super) mod queue;
mod redrive;
mod resume;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::mpsc;

use self::resume::Resume;
use super::interrupt::{Interrupt, UNCHANGED};
use crate::cli;
use crate::error::{Error, Exit, Result};
use crate::printer::{Printer, Reading};
use crate::pull::printing::{self, Outcome, Printing};
use crate::reading::feed::Log;
use crate::settings::{Events, Source, Wanted};
use crate::words::thousands;

/// The message of an interrupted read.
const INCOMPLETE: &str = "the read is incomplete";

/// How long a stopped thread may take to print what it has.
const GRACE: Duration = Duration::from_millis(500);

pub async fn run(global: &cli::Global, args: cli::Events, printer: &Printer) -> Result<Exit> {
    let Events {
        connection,
        region,
        source,
        wanted,
    } = Events::new(global, args)?;
    let interrupt = Interrupt::listen();
    let region = region.as_deref();
    match source {
        Source::Queue(from) => {
            let finding = printer.busy("looking for the queue");
            let found = lookup::find(&connection, region, &from);
            let (session, queue) = interrupt.or(UNCHANGED, found).await??;
            drop(finding);
            // The number of messages is not known before, so there is no progress to show.
            // Logs of messages are small, and what is received is counted message by message.
            let wanted = Wanted { jobs: 1, ..wanted };
            let print = || printing::start(wanted, printer, None, interrupt.watch());
            queue::read(&session, &queue, &from, print, &interrupt, printer).await
        }
        Source::Redrive { settings, apply } => {
            redrive::run(&settings, &apply, &interrupt, printer).await
        }
        Source::Files(files) => {
            let feed = |work| feed_files(files, work);
            print(feed, wanted, None, &interrupt, printer).await
        }
        Source::Bucket {
            below,
            days,
            resume,
        } => {
            let resume = resume.as_deref().map(Resume::read).transpose()?;
            let read = resume.as_ref().map(Resume::folders);
            let feed = |work| bucket::feed(&connection, region, &below, &days, read, work);
            print(feed, wanted, resume, &interrupt, printer).await
        }
    }
}

/// Prints the logs that are fed, and then what the feeder has to say.
async fn print<F: Future<Output = Result<Vec<String>>>>(
    feed: impl FnOnce(mpsc::Sender<Log>) -> F,
    wanted: Wanted,
    resume: Option<Resume>,
    interrupt: &Interrupt,
    printer: &Printer,
) -> Result<Exit> {
    let chosen = !wanted.filter.is_empty() || wanted.limit.is_some();
    let shown = printer.reading();
    let mut printing = printing::start(wanted, printer, Some(shown.clone()), interrupt.watch());
    let resumed = resume.map(|resume| {
        let (_, nothing) = mpsc::channel(1);
        let printed = std::mem::replace(&mut printing.printed, nothing);
        tokio::spawn(resume.follow(printed))
    });
    let outcome = follow(feed, printing, shown, interrupt, printer).await;
    if let Some(resumed) = resumed {
        // Also of a run that was interrupted; one that is stuck in writing keeps what was written before.
        let written = tokio::time::timeout(GRACE, resumed).await;
        written.unwrap_or(Ok(Ok(()))).unwrap_or(Ok(()))?;
    }
    let outcome = outcome?;
    if chosen {
        printer.say(&closing(&outcome));
    }
    Ok(outcome.exit())
}

/// Follows the reading of the logs that are fed until all is read, and says what the feeder has to say.
pub(super) async fn follow<F: Future<Output = Result<Vec<String>>>>(
    feed: impl FnOnce(mpsc::Sender<Log>) -> F,
    Printing { work, end, .. }: Printing,
    shown: Reading,
    interrupt: &Interrupt,
    printer: &Printer,
) -> Result<Outcome> {
    let mut stop = interrupt.watch();
    let reading = async { tokio::join!(feed(work), ended(end)) };
    tokio::pin!(reading);
    let (fed, outcome) = tokio::select! {
        biased;
        // Even if the read has ended meanwhile: printing that was stopped ends like any other.
        _ = stop.wait_for(|stop| *stop) => {
            let _ = tokio::time::timeout(GRACE, &mut reading).await;
            return Err(Error::interrupted(INCOMPLETE));
        }
        read = &mut reading => read,
    };
    drop(shown);
    let outcome = outcome?;
    fed?.iter().for_each(|words| printer.say(words));
    if outcome.others > 0 {
        printer.say(&skipped(outcome.others));
    }
    if outcome.stopped || interrupt.happened() {
        return Err(Error::interrupted(INCOMPLETE));
    }
    Ok(outcome)
}

/// What is said of messages of log groups that are no events of CloudTrail.
pub(super) fn skipped(messages: u64) -> String {
    let number = thousands(messages);
    let (noun, are) = match messages {
        1 => ("message", "is no CloudTrail event"),
        _ => ("messages", "are no CloudTrail events"),
    };
    format!("skipped {number} {noun} of log groups that {are}")
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

pub(super) async fn feed_files(
    files: Vec<PathBuf>,
    work: mpsc::Sender<Log>,
) -> Result<Vec<String>> {
    for file in files {
        // Opened only when its turn is near.
        let Ok(room) = work.reserve().await else {
            break;
        };
        let is_stdin = file.as_os_str() == "-";
        let regular = file.metadata().ok().filter(|file| file.is_file());
        let body = match is_stdin {
            true => Ok(Box::new(piped::Piped::default()) as Box<dyn Read + Send>),
            false => open(&file),
        };
        room.send(Log {
            name: file.display().to_string(),
            body,
            // Anything else may still be written to: stdin, a pipe, a terminal.
            live: is_stdin || regular.is_none(),
            size: regular.map(|file| file.len()),
            ends: None,
        });
    }
    Ok(Vec::new())
}

/// A file that can be read; `-` is stdin.
pub(super) fn open(file: &Path) -> io::Result<Box<dyn Read + Send>> {
    Ok(match file.as_os_str() == "-" {
        true => Box::new(io::stdin()),
        false => Box::new(File::open(file)?),
    })
}
