//! The press: a thread of its own that reads logs, one after the other, and prints their events.
//!
//! Unpacking, parsing and writing block, and stdout may be a pager that nobody scrolls, so all of it happens beside
//! the tasks that look after the queue. What is to be printed comes through a short channel: whoever fills it waits
//! for the press, and the memory needed does not depend on how much there is.

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;

use serde_json::value::RawValue;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::error::{CallError, Error, Result, about_file};
use crate::events::any::{self, Damage};
use crate::events::event::Event;
use crate::events::log::Broken;
use crate::printer::{Printer, Results};
use crate::settings::Wanted;
use crate::view::events::{Lines, one_line};
use crate::words::counted;

/// How many logs are on their way to the press, at most; they are fetched at the same time.
pub const AHEAD: usize = 8;

/// How many records of a log that are no events are named, each on a line.
const NAMED: usize = 10;

/// A log to print.
pub struct Log {
    /// What to call it when it cannot be read.
    pub name: String,
    /// Its bytes, gzipped or not.
    pub body: io::Result<Box<dyn Read + Send>>,
    /// Whether it may go on growing, so that nobody knows when the next event comes.
    pub live: bool,
    /// The id of the message whose last log this is; the logs before it, back to the last such mark, are its others.
    pub ends: Option<String>,
}

/// Why `--consume` leaves a message in the queue; of several reasons the greatest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kept {
    /// The limit was reached before all its events were printed.
    Limit,
    /// A filter left out an event.
    Filter,
    /// It is no notice of CloudTrail.
    Foreign,
    /// A log, or a record of one, could not be read.
    Unreadable,
}

impl Kept {
    /// Whether a run without filter and limit would keep it, too.
    pub fn is_lasting(self) -> bool {
        matches!(self, Self::Foreign | Self::Unreadable)
    }
}

/// What became of a message.
#[derive(Clone, Debug)]
pub struct Printed {
    /// The message's id.
    pub id: String,
    /// Nothing if every event of all its logs is out.
    pub kept: Option<Kept>,
}

/// What was printed when the work was over.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outcome {
    /// How many events were printed.
    pub events: u64,
    /// How many logs could not be read to their end, or held what is no event.
    pub failed: usize,
    /// Whether so many events were printed as were wanted at most.
    pub enough: bool,
    /// Whether the user stopped it.
    pub stopped: bool,
}

/// The ways to and from a running press.
pub struct Press {
    /// Where work goes in; closed once nothing more is to be printed, at the latest when this is dropped.
    pub work: mpsc::Sender<Log>,
    /// What became of messages.
    pub printed: mpsc::Receiver<Printed>,
    /// Its end.
    pub end: JoinHandle<Result<Outcome>>,
}

/// Starts the press; once `stop` is true it ends before the next event.
pub fn start(wanted: Wanted, printer: &Printer, stop: watch::Receiver<bool>) -> Press {
    let (work, orders) = mpsc::channel(AHEAD);
    let (told, printed) = mpsc::channel(AHEAD);
    let printer = *printer;
    let end = tokio::task::spawn_blocking(move || {
        let mut press = Running {
            out: printer.results(wanted.json),
            lines: Lines::new(printer.width()),
            wanted,
            printer,
            stop,
            over: false,
            outcome: Outcome::default(),
        };
        press.run(orders, &told)
    });
    Press { work, printed, end }
}

struct Running {
    out: Results,
    lines: Lines,
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
    kept: Option<Kept>,
    /// How many records there were.
    seen: u64,
    /// How many of them were no events.
    bad: usize,
}

impl Running {
    fn run(
        &mut self,
        mut orders: mpsc::Receiver<Log>,
        told: &mpsc::Sender<Printed>,
    ) -> Result<Outcome> {
        let mut kept = None;
        while !self.over && !self.outcome.enough {
            let Some(mut log) = orders.blocking_recv() else {
                break;
            };
            let ends = log.ends.take();
            kept = kept.max(self.log(log)?);
            self.flush()?;
            if self.over {
                break;
            }
            if let Some(id) = ends {
                // Without a listener nobody cares any more.
                let kept = kept.take();
                let _ = told.blocking_send(Printed { id, kept });
            }
        }
        Ok(self.outcome)
    }

    /// Prints a log; why its message must stay.
    fn log(&mut self, log: Log) -> Result<Option<Kept>> {
        let (mut reading, mut wrong) = (Reading::default(), Ok(()));
        let Log {
            name, body, live, ..
        } = log;
        let end = body.map_err(Broken::Io).and_then(|body| {
            any::events(body, |found| {
                // Only now it is known that the limit left something out.
                if self.is_stopped() || self.outcome.enough {
                    reading.kept = reading.kept.max(Some(Kept::Limit));
                    return ControlFlow::Break(());
                }
                wrong = self.found(found, &name, &mut reading);
                // Nobody knows when the next event of a live log comes.
                match self.over || wrong.is_err() || (live && self.outcome.enough) {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                }
            })
        });
        wrong?;
        if let Some(unnamed) = reading.bad.checked_sub(NAMED).filter(|count| *count > 0) {
            let records = counted(unnamed, "more record");
            self.complain(&Error::failed(format!(
                "reading {name}: {records} of this sort"
            )))?;
        }
        if let Err(broken) = end {
            reading.kept = Some(Kept::Unreadable);
            self.complain(&cannot_read(&name, &broken, reading.seen))?;
        }
        self.outcome.failed += usize::from(reading.kept == Some(Kept::Unreadable));
        Ok(reading.kept)
    }

    /// Prints what was found in a log, if it is an event and wanted.
    fn found(
        &mut self,
        found: Result<&RawValue, Damage>,
        log: &str,
        reading: &mut Reading,
    ) -> Result<()> {
        reading.seen += 1;
        let record = match found {
            Ok(record) if any::is_record(record) => record,
            other => {
                let damage = other.err().unwrap_or(Damage {
                    why: Broken::NoEvent,
                    line: None,
                });
                reading.kept = Some(Kept::Unreadable);
                reading.bad += 1;
                if reading.bad > NAMED {
                    return Ok(());
                }
                let why = damage.at(reading.seen);
                return self.complain(&Error::failed(format!("reading {log}: {why}")));
            }
        };
        if !self.record(record)? {
            reading.kept = reading.kept.max(Some(Kept::Filter));
        }
        Ok(())
    }

    /// Prints an event, if it is wanted; whether it was.
    fn record(&mut self, record: &RawValue) -> Result<bool> {
        let written = if self.wanted.json {
            let admitted =
                self.wanted.filter.is_empty() || self.wanted.filter.admits(&Event::of(record));
            if !admitted {
                return Ok(false);
            }
            self.out.line(&one_line(record.get()))?
        } else {
            let event = Event::of(record);
            if !self.wanted.filter.admits(&event) {
                return Ok(false);
            }
            self.out.line(&self.lines.line(&event))?
        };
        self.outcome.events += 1;
        let limit = self.wanted.limit;
        self.outcome.enough = limit.is_some_and(|limit| self.outcome.events >= limit);
        self.over |= written.is_break();
        Ok(true)
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
        self.over |= self.out.flush()?.is_break();
        Ok(())
    }

    /// Says what is wrong, behind the events that were before it.
    fn complain(&mut self, error: &Error) -> Result<()> {
        self.flush()?;
        self.printer.error(error);
        Ok(())
    }
}

/// Why a log was not read to its end, after so many records.
fn cannot_read(name: &str, broken: &Broken, seen: u64) -> Error {
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
