//! Printing: a thread of its own that reads logs, one after the other, and prints their events.
//!
//! Unpacking, parsing and writing block, and stdout may be a pager that is not scrolled, so all of it happens beside
//! the tasks that track the messages. What is to be printed comes through a short channel: its sender waits for this
//! thread, and the memory needed does not depend on how much there is. For a program several threads read, see
//! [`reading`](crate::reading).

use std::ops::ControlFlow;

use serde_json::value::RawValue;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::progress::Progress;
use super::selection::{Selected, Selection};
use crate::error::{Error, Exit, Result};
use crate::events::any::Damage;
use crate::events::event::Event;
use crate::events::log::Broken;
use crate::printer::{Printer, Reading as Shown, Results};
use crate::reading::conveyor::{self, Way};
use crate::reading::faults::{self, Found};
use crate::reading::feed::{AHEAD, Head, Log};
use crate::settings::Wanted;
use crate::view::events::{Lines, one_line, visible};

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

impl Outcome {
    pub fn exit(&self) -> Exit {
        match self.failed {
            0 => Exit::Done,
            _ => Exit::Failed,
        }
    }
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
        let is_colored = printer.is_colored();
        let lines = Lines::new(printer.width(), is_colored);
        // What columns and limits need is known after each event only.
        let way = match lines.are_columns() || wanted.limit.is_some() {
            true => Way::by_event(),
            false => Way::in_batches(wanted.jobs),
        };
        let selection = Selection::new(&wanted, is_colored);
        let mut worker = Worker {
            out: printer.results(wanted.json || !is_colored && !lines.are_columns()),
            lines,
            progress: Progress::new(shown),
            wanted,
            printer,
            stop,
            results,
            log: Reading::default(),
            kept: None,
            over: false,
            wrong: Ok(()),
            outcome: Outcome::default(),
        };
        conveyor::run(logs, way, selection, &mut worker)?;
        Ok(worker.outcome)
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
    results: mpsc::Sender<PrintedMessage>,
    /// What is known of the log at hand.
    log: Reading,
    /// Why the message whose logs are read must stay.
    kept: Option<KeepReason>,
    /// Nothing more can be printed, or is to be.
    over: bool,
    /// What has failed beside reading.
    wrong: Result<()>,
    outcome: Outcome,
}

/// What is known of a log while it is read.
#[derive(Default)]
struct Reading {
    progress: faults::Progress,
    live: bool,
    /// Why its message must stay.
    kept: Option<KeepReason>,
}

impl conveyor::Reader<Selected> for Worker {
    fn begin(&mut self, log: &Head) {
        self.progress.log(log);
        self.log = Reading {
            progress: faults::Progress::of(&log.name),
            live: log.live,
            kept: None,
        };
    }

    fn batch(&mut self, selected: Selected) -> ControlFlow<()> {
        if self.is_stopped() {
            self.log.kept = self.log.kept.max(Some(KeepReason::Limit));
            return ControlFlow::Break(());
        }
        self.log.progress.pass(selected.read);
        self.outcome.read += selected.read;
        self.outcome.events += selected.events;
        if selected.events < selected.read {
            self.log.kept = self.log.kept.max(Some(KeepReason::Filter));
        }
        self.progress
            .events(self.outcome.read, self.outcome.events, selected.read);
        match self.out.lines(&selected.lines) {
            Ok(flow) => self.over |= flow.is_break(),
            Err(error) => self.wrong = Err(error),
        }
        self.unless_over()
    }

    fn event(&mut self, found: Result<&RawValue, Damage>) -> ControlFlow<()> {
        // Only now it is known that the limit left something out.
        if self.is_stopped() || self.outcome.enough {
            self.log.kept = self.log.kept.max(Some(KeepReason::Limit));
            return ControlFlow::Break(());
        }
        self.wrong = self.found(found);
        // Nothing waits for what may not come.
        if self.log.live && self.wrong.is_ok() {
            self.wrong = self.flush();
        }
        // The next event of a live log may come at any time.
        match self.log.live && self.outcome.enough {
            true => ControlFlow::Break(()),
            false => self.unless_over(),
        }
    }

    fn end(&mut self, log: Head, end: Result<(), Broken>) -> Result<ControlFlow<()>> {
        std::mem::replace(&mut self.wrong, Ok(()))?;
        let Reading {
            progress, mut kept, ..
        } = std::mem::take(&mut self.log);
        let (errors, is_whole) = progress.end(end);
        errors.iter().try_for_each(|error| self.report(error))?;
        if !is_whole {
            kept = Some(KeepReason::Unreadable);
            self.outcome.failed += 1;
        }
        self.kept = self.kept.max(kept);
        self.flush()?;
        if self.over {
            return Ok(ControlFlow::Break(()));
        }
        if let Some(id) = log.ends {
            let kept = self.kept.take();
            let _ = self.results.blocking_send(PrintedMessage { id, kept });
        }
        Ok(match self.outcome.enough {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        })
    }
}

impl Worker {
    /// Prints what was found in a log, if it is an event and wanted.
    fn found(&mut self, found: Result<&RawValue, Damage>) -> Result<()> {
        let record = match self.log.progress.judge(found) {
            Found::Event(record) => record,
            Found::OtherMessage => {
                self.outcome.others += 1;
                return Ok(());
            }
            Found::Bad(error) => {
                self.log.kept = Some(KeepReason::Unreadable);
                return error.map_or(Ok(()), |error| self.report(&error));
            }
        };
        self.outcome.read += 1;
        self.progress
            .events(self.outcome.read, self.outcome.events, 1);
        if !self.record(record)? {
            self.log.kept = self.log.kept.max(Some(KeepReason::Filter));
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

    /// Whether to go on.
    fn unless_over(&self) -> ControlFlow<()> {
        match self.over || self.wrong.is_err() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
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
