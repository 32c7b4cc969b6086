//! Counting: the same as [`printing`](super::printing), but events are counted, and nothing is printed but errors.

use std::ops::ControlFlow;

use serde_json::value::RawValue;
use tokio::sync::{mpsc, oneshot, watch};

use super::printing::{KeepReason, Outcome, PrintedMessage, Printing};
use super::progress::Progress;
use crate::activity::facts::{Facts, Picking};
use crate::activity::tally::Tally;
use crate::error::{Error, Result};
use crate::events::any::Damage;
use crate::events::fields::Fields;
use crate::events::log::Broken;
use crate::printer::{Printer, Reading as Shown};
use crate::reading::conveyor::{self, Way};
use crate::reading::faults::{self, Found};
use crate::reading::feed::{AHEAD, Head};

/// Starts the thread, as [`printing`](super::printing::start) does; the tally comes when all is counted.
pub fn start(
    picking: Picking,
    tally: Tally,
    jobs: usize,
    printer: &Printer,
    shown: Option<Shown>,
    stop: watch::Receiver<bool>,
) -> (Printing, oneshot::Receiver<Tally>) {
    let (work, logs) = mpsc::channel(AHEAD);
    let (results, printed) = mpsc::channel(AHEAD);
    let (counted, tallied) = oneshot::channel();
    let printer = *printer;
    let end = tokio::task::spawn_blocking(move || {
        let mut worker = Worker {
            tally,
            picking: picking.clone(),
            progress: Progress::new(shown),
            printer,
            stop,
            results,
            log: faults::Progress::default(),
            kept: None,
            outcome: Outcome::default(),
        };
        conveyor::run(logs, Way::in_batches(jobs), picking, &mut worker)?;
        // The command may have been interrupted.
        let _ = counted.send(worker.tally);
        Ok(worker.outcome)
    });
    (Printing { work, printed, end }, tallied)
}

struct Worker {
    tally: Tally,
    picking: Picking,
    progress: Progress,
    printer: Printer,
    stop: watch::Receiver<bool>,
    results: mpsc::Sender<PrintedMessage>,
    log: faults::Progress,
    /// Why the message whose logs are read must stay.
    kept: Option<KeepReason>,
    outcome: Outcome,
}

impl conveyor::Reader<Facts> for Worker {
    fn begin(&mut self, log: &Head) {
        self.progress.log(log);
        self.log = faults::Progress::of(&log.name);
    }

    fn batch(&mut self, facts: Facts) -> ControlFlow<()> {
        self.log.pass(facts.read);
        self.count(&facts);
        self.unless_stopped()
    }

    fn event(&mut self, found: Result<&RawValue, Damage>) -> ControlFlow<()> {
        match self.log.judge(found) {
            Found::Event(record) => {
                let mut facts = Facts::default();
                facts.add(&Fields::of(record), &self.picking.filter);
                self.count(&facts);
            }
            Found::OtherMessage => self.outcome.others += 1,
            Found::Bad(error) => error.iter().for_each(|error| self.report(error)),
        }
        self.unless_stopped()
    }

    fn end(&mut self, log: Head, end: Result<(), Broken>) -> Result<ControlFlow<()>> {
        let (errors, is_whole) = std::mem::take(&mut self.log).end(end);
        errors.iter().for_each(|error| self.report(error));
        if !is_whole {
            self.kept = Some(KeepReason::Unreadable);
            self.outcome.failed += 1;
        }
        if let Some(id) = log.ends {
            let kept = self.kept.take();
            let _ = self.results.blocking_send(PrintedMessage { id, kept });
        }
        Ok(self.unless_stopped())
    }
}

impl Worker {
    fn count(&mut self, facts: &Facts) {
        self.outcome.read += facts.read;
        self.outcome.events += facts.iter().count() as u64;
        self.tally.add(facts);
        let Outcome { read, events, .. } = self.outcome;
        self.progress.events(read, events, facts.read);
    }

    fn report(&self, error: &Error) {
        self.progress.aside(|| self.printer.error(error));
    }

    /// Whether to go on: the user may have stopped the run.
    fn unless_stopped(&mut self) -> ControlFlow<()> {
        self.outcome.stopped |= *self.stop.borrow();
        match self.outcome.stopped {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}
