//! Printing: a thread of its own that reads logs, one after the other, and prints their events.
//!
//! Unpacking, parsing and writing block, and stdout may be a pager that is not scrolled, so all of it happens beside
//! the tasks that track the messages. What is to be printed comes through a short channel: its sender waits for this
//! thread, and the memory needed does not depend on how much there is.

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;

use serde_json::value::RawValue;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::progress::Progress;
use crate::error::{CallError, Error, Result, about_file};
use crate::events::any::{self, Damage};
use crate::events::event::{self, Event};
use crate::events::log::Broken;
use crate::printer::{Printer, Reading as Shown, Results};
use crate::settings::Wanted;
use crate::view::events::{Lines, one_line, visible};
use crate::words::counted;

/// How many logs are on their way to be printed, at most; they are fetched at the same time.
pub const AHEAD: usize = 8;

/// How many records of a log that are no events are named, each on a line.
const NAMED: usize = 10;

pub struct Log {
    /// What to call it when it cannot be read.
    pub name: String,
    /// Its bytes, gzipped or not.
    pub body: io::Result<Box<dyn Read + Send>>,
    /// In bytes, if that is known.
    pub size: Option<u64>,
    /// Whether it may go on growing, so that the next event may come at any time.
    pub live: bool,
    /// The id of the message whose last log this is; the logs before it, back to the last such mark, are its others.
    pub ends: Option<String>,
}

/// Why `--consume` leaves a message in the queue; of several reasons the greatest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeepReason {
    /// The limit was reached before all its events were printed.
    Limit,
    /// A filter left out an event.
    Filter,
    /// It is not a CloudTrail notification.
    Foreign,
    /// A log, or a record of one, could not be read.
    Unreadable,
}

impl KeepReason {
    /// Whether a run without filter and limit would keep it, too.
    pub fn is_lasting(self) -> bool {
        matches!(self, Self::Foreign | Self::Unreadable)
    }
}

/// What became of a message.
#[derive(Clone, Debug)]
pub struct PrintedMessage {
    pub id: String,
    /// Nothing if every event of all its logs is out.
    pub kept: Option<KeepReason>,
}

/// What was printed when the work was over.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outcome {
    /// Events that were read.
    pub read: u64,
    /// Events that were printed.
    pub events: u64,
    /// Messages of log groups that are no events of CloudTrail.
    pub others: u64,
    /// Logs that could not be read to their end, or held what is not an event.
    pub failed: usize,
    /// Whether so many events were printed as were wanted at most.
    pub enough: bool,
    /// By the user.
    pub stopped: bool,
}

/// The ways to and from the running thread.
pub struct Printing {
    /// Where work goes in; closed once nothing more is to be printed, at the latest when this is dropped.
    pub work: mpsc::Sender<Log>,
    pub printed: mpsc::Receiver<PrintedMessage>,
    pub end: JoinHandle<Result<Outcome>>,
}

/// Starts the thread; once `stop` is true it ends before the next event. How far it has come is shown there, if at all.
pub fn start(
    wanted: Wanted,
    printer: &Printer,
    shown: Option<Shown>,
    stop: watch::Receiver<bool>,
) -> Printing {
    let (work, logs) = mpsc::channel(AHEAD);
    let (results, printed) = mpsc::channel(AHEAD);
    let printer = *printer;
    let end = tokio::task::spawn_blocking(move || {
        let mut worker = Worker {
            out: printer.results(wanted.json),
            lines: Lines::new(printer.width()),
            progress: Progress::new(shown),
            wanted,
            printer,
            stop,
            over: false,
            outcome: Outcome::default(),
        };
        worker.run(logs, &results)
    });
    Printing { work, printed, end }
}

struct Worker {
    out: Results,
    lines: Lines,
    progress: Progress,
    wanted: Wanted,
    printer: Printer,
    stop: watch::Receiver<bool>,
    /// Nothing more can be printed, or is to be.
    over: bool,
    outcome: Outcome,
}

/// What is known of a log while it is read.
#[derive(Default)]
struct Reading {
    /// Why its message must stay.
    kept: Option<KeepReason>,
    /// How many records there were.
    seen: u64,
    /// How many of them were no events.
    bad: usize,
}

impl Worker {
    fn run(
        &mut self,
        mut logs: mpsc::Receiver<Log>,
        results: &mpsc::Sender<PrintedMessage>,
    ) -> Result<Outcome> {
        let mut kept = None;
        while !self.over && !self.outcome.enough {
            let Some(mut log) = logs.blocking_recv() else {
                break;
            };
            let ends = log.ends.take();
            kept = kept.max(self.log(log)?);
            self.flush()?;
            if self.over {
                break;
            }
            if let Some(id) = ends {
                let kept = kept.take();
                let _ = results.blocking_send(PrintedMessage { id, kept });
            }
        }
        Ok(self.outcome)
    }

    /// Prints a log; why its message must stay.
    fn log(&mut self, log: Log) -> Result<Option<KeepReason>> {
        let (mut reading, mut wrong) = (Reading::default(), Ok(()));
        let Log {
            name,
            body,
            size,
            live,
            ..
        } = log;
        let end = body.map_err(Broken::Io).and_then(|body| {
            let body = self.progress.log(&name, size, body);
            any::events(body, |found| {
                // Only now it is known that the limit left something out.
                if self.is_stopped() || self.outcome.enough {
                    reading.kept = reading.kept.max(Some(KeepReason::Limit));
                    return ControlFlow::Break(());
                }
                wrong = self.found(found, &name, &mut reading);
                // Nothing waits for what may not come.
                if live && wrong.is_ok() {
                    wrong = self.print_rest();
                }
                // The next event of a live log may come at any time.
                match self.over || wrong.is_err() || (live && self.outcome.enough) {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                }
            })
        });
        wrong?;
        if let Some(unnamed) = reading.bad.checked_sub(NAMED).filter(|count| *count > 0) {
            let records = counted(unnamed, "more record");
            self.report(&Error::failed(format!(
                "reading {name}: {records} of this sort"
            )))?;
        }
        if let Err(broken) = end {
            reading.kept = Some(KeepReason::Unreadable);
            self.report(&cannot_read(&name, &broken, reading.seen))?;
        }
        self.outcome.failed += usize::from(reading.kept == Some(KeepReason::Unreadable));
        Ok(reading.kept)
    }

    /// Prints what was found in a log, if it is an event and wanted.
    fn found(
        &mut self,
        found: Result<&RawValue, Damage>,
        log: &str,
        reading: &mut Reading,
    ) -> Result<()> {
        if let Err(Damage {
            why: Broken::OtherMessage,
            ..
        }) = found
        {
            self.outcome.others += 1;
            return Ok(());
        }
        reading.seen += 1;
        let record = match found {
            Ok(record) if event::is_record(record) => record,
            other => {
                let damage = other.err().unwrap_or(Damage {
                    why: Broken::NoEvent,
                    line: None,
                });
                reading.kept = Some(KeepReason::Unreadable);
                reading.bad += 1;
                if reading.bad > NAMED {
                    return Ok(());
                }
                let why = damage.at(reading.seen);
                return self.report(&Error::failed(format!("reading {log}: {why}")));
            }
        };
        self.outcome.read += 1;
        self.progress.events(self.outcome.read, self.outcome.events);
        if !self.record(record)? {
            reading.kept = reading.kept.max(Some(KeepReason::Filter));
        }
        Ok(())
    }

    /// Prints an event, if it is wanted; whether it was.
    fn record(&mut self, record: &RawValue) -> Result<bool> {
        if self.wanted.json {
            let filter = &self.wanted.filter;
            if !filter.is_empty() && !filter.admits(&Event::of(record)) {
                return Ok(false);
            }
            let line = one_line(record.get());
            match self.lines.are_columns() {
                true => self.print(&visible(&line))?,
                false => self.print(&line)?,
            }
        } else {
            let event = Event::of(record);
            if !self.wanted.filter.admits(&event) {
                return Ok(false);
            }
            if let Some(lines) = self.lines.add(&event) {
                self.print(&lines)?;
            }
        }
        self.outcome.events += 1;
        let limit = self.wanted.limit;
        self.outcome.enough = limit.is_some_and(|limit| self.outcome.events >= limit);
        Ok(true)
    }

    fn print(&mut self, line: &str) -> Result<()> {
        let written = self.write(|out| out.line(line))?;
        self.over |= written.is_break();
        Ok(())
    }

    /// Writes to stdout; what goes to a pipe or a file does not disturb what is shown.
    fn write<T>(&mut self, write: impl FnOnce(&mut Results) -> T) -> T {
        match self.lines.are_columns() {
            true => self.progress.aside(|| write(&mut self.out)),
            false => write(&mut self.out),
        }
    }

    /// Prints the events that have waited for others.
    fn print_rest(&mut self) -> Result<()> {
        match self.lines.rest() {
            Some(lines) => self.print(&lines),
            None => Ok(()),
        }
    }

    /// Whether the user has stopped the run.
    fn is_stopped(&mut self) -> bool {
        if *self.stop.borrow() {
            self.outcome.stopped = true;
            self.over = true;
        }
        self.outcome.stopped
    }

    fn flush(&mut self) -> Result<()> {
        self.print_rest()?;
        let flushed = self.write(Results::flush)?;
        self.over |= flushed.is_break();
        Ok(())
    }

    /// Prints an error, behind the events that were before it.
    fn report(&mut self, error: &Error) -> Result<()> {
        self.flush()?;
        self.progress.aside(|| self.printer.error(error));
        Ok(())
    }
}

/// Why a log was not read to its end, after so many records.
pub fn cannot_read(name: &str, broken: &Broken, seen: u64) -> Error {
    if let Broken::Io(error) = broken {
        let inner = error.get_ref();
        if let Some(error) = inner.and_then(|inner| inner.downcast_ref::<CallError>()) {
            return error.clone().into();
        }
    }
    let place = match seen {
        0 => String::new(),
        1 => ", after 1 record".to_owned(),
        _ => format!(", after {seen} records"),
    };
    let hint = match broken {
        Broken::Io(error) => about_file(Path::new(name), error),
        _ => None,
    };
    Error::failed(format!("reading {name}: {broken}{place}")).hints(hint)
}
