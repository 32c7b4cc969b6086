//! The press: a thread of its own that reads logs, one after the other, and prints their events.
//!
//! Unpacking, parsing and writing block, and stdout may be a pager that nobody scrolls, so all of it happens beside
//! the tasks that look after the queue. What is to be printed comes through a short channel: whoever fills it waits
//! for the press, and the memory needed does not depend on how much there is.

use std::io::{self, Read};
use std::ops::ControlFlow;

use serde_json::value::RawValue;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::error::{CallError, Error, Result};
use crate::events::event::Event;
use crate::events::log::{Broken, records};
use crate::printer::{Printer, Results};
use crate::settings::Wanted;
use crate::view::events::{Lines, one_line};

/// How many logs are on their way to the press, at most; they are fetched at the same time.
pub const AHEAD: usize = 8;

/// A log to print.
pub struct Log {
    /// What to call it when it cannot be read.
    pub name: String,
    /// Its bytes, gzipped or not.
    pub body: io::Result<Box<dyn Read + Send>>,
    /// The id of the message whose last log this is; the logs before it, back to the last such mark, are its others.
    pub ends: Option<String>,
}

/// What became of a message.
#[derive(Clone, Debug)]
pub struct Printed {
    /// The message's id.
    pub id: String,
    /// Every event of all its logs is out; none was left out by a filter or the limit, and nothing failed.
    pub whole: bool,
}

/// What was printed when the work was over.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outcome {
    /// How many events were printed.
    pub events: u64,
    /// How many logs could not be read to their end.
    pub failed: usize,
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
    /// Nothing more is to be printed.
    over: bool,
    outcome: Outcome,
}

impl Running {
    fn run(
        &mut self,
        mut orders: mpsc::Receiver<Log>,
        told: &mpsc::Sender<Printed>,
    ) -> Result<Outcome> {
        let mut whole = true;
        while !self.over {
            let Some(mut log) = orders.blocking_recv() else {
                break;
            };
            let ends = log.ends.take();
            whole &= self.log(log)?;
            self.flush()?;
            if let Some(id) = ends {
                let whole = std::mem::replace(&mut whole, true);
                // Without a listener nobody cares any more.
                let _ = told.blocking_send(Printed { id, whole });
            }
        }
        Ok(self.outcome)
    }

    /// Prints a log; whether every event of it is out.
    fn log(&mut self, log: Log) -> Result<bool> {
        let (mut whole, mut seen, mut wrong) = (true, 0_u64, Ok(()));
        let end = log.body.map_err(Broken::Io).and_then(|body| {
            records(body, |record| {
                seen += 1;
                match self.record(record) {
                    Ok(printed) => whole &= printed,
                    Err(error) => wrong = Err(error),
                }
                match self.over || wrong.is_err() {
                    true => ControlFlow::Break(()),
                    false => ControlFlow::Continue(()),
                }
            })
        });
        wrong?;
        match end {
            Ok(ControlFlow::Continue(())) => Ok(whole),
            // The limit may have been reached by the very last event; that does not matter.
            Ok(ControlFlow::Break(())) => Ok(false),
            Err(broken) => {
                self.flush()?;
                self.outcome.failed += 1;
                self.complain(&log.name, &broken, seen);
                Ok(false)
            }
        }
    }

    /// Prints an event, if it is wanted; whether it was.
    fn record(&mut self, record: &RawValue) -> Result<bool> {
        if *self.stop.borrow() {
            self.over = true;
            return Ok(false);
        }
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
        let enough = self
            .wanted
            .limit
            .is_some_and(|limit| self.outcome.events >= limit);
        self.over = enough || written.is_break();
        Ok(written.is_continue())
    }

    fn flush(&mut self) -> Result<()> {
        self.over |= self.out.flush()?.is_break();
        Ok(())
    }

    fn complain(&self, name: &str, broken: &Broken, seen: u64) {
        let from_aws = match broken {
            Broken::Io(error) => error
                .get_ref()
                .and_then(|inner| inner.downcast_ref::<CallError>()),
            _ => None,
        };
        if let Some(error) = from_aws {
            return self.printer.call_error(error);
        }
        let place = match seen {
            0 => String::new(),
            1 => ", after 1 record".to_owned(),
            _ => format!(", after {seen} records"),
        };
        self.printer
            .error(&Error::failed(format!("reading {name}: {broken}{place}")));
    }
}
