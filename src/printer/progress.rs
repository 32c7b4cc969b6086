//! What is shown on a terminal while something goes on: a spinner, how far it has come, or the steps of a plan.

use std::fmt;
use std::io::{self, IsTerminal};
use std::sync::{Arc, Mutex};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::Printer;
use crate::aws::Tally;
use crate::error::tame;
use crate::plan::apply::{self, Observe};
use crate::plan::{Outcome, Plan, Step};

impl Printer {
    /// Shows on a terminal that something goes on, and how many regions are read, until it is dropped.
    pub fn busy(&self, words: &'static str) -> Busy {
        let bar = self.spinner();
        let tally = Arc::new(Tally::default());
        let counted = tally.clone();
        let style = ProgressStyle::with_template("{spinner} {reading}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner());
        let reading = move |_: &ProgressState, out: &mut dyn fmt::Write| {
            let _ = match counted.regions() {
                (_, 0) => out.write_str(words),
                (read, all) => write!(out, "reading {read}/{all} regions"),
            };
        };
        bar.set_style(style.with_key("reading", reading));
        bar.enable_steady_tick(std::time::Duration::from_millis(120));
        Busy { bar, tally }
    }

    /// Shows on a terminal how far something has come, once there are words for it.
    ///
    /// The spinner turns with each of them, not by itself: a pager may have the terminal meanwhile.
    pub fn reading(&self) -> Reading {
        let bar = self.spinner();
        let style = ProgressStyle::with_template("{spinner} {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        Reading { bar, begun: false }
    }

    /// Hidden unless stderr is a terminal.
    fn spinner(&self) -> ProgressBar {
        let target = match self.quiet || !io::stderr().is_terminal() {
            true => ProgressDrawTarget::hidden(),
            false => ProgressDrawTarget::stderr(),
        };
        ProgressBar::with_draw_target(None, target)
    }

    /// Follows the run of a plan: bars on a terminal, a line a step elsewhere.
    pub fn progress(&self, plan: &Plan) -> Progress {
        let total = plan.steps.len() as u64;
        // A bar of nothing would be empty, at 0/0.
        let shown = total > 0 && !self.quiet && io::stderr().is_terminal();
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
        if !shown {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} calls  {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Progress {
            bar,
            lines: !self.quiet && !shown,
            printer: *self,
            active: Mutex::default(),
        }
    }
}

/// Something goes on.
#[derive(Debug)]
pub struct Busy {
    bar: ProgressBar,
    tally: Arc<Tally>,
}

impl Busy {
    /// The count of regions that is shown; a reader counts there what it has read.
    pub fn tally(&self) -> Arc<Tally> {
        self.tally.clone()
    }

    /// Says something while it goes on, unless the printer is quiet.
    pub fn say(&self, printer: &Printer, text: &str) {
        self.bar.suspend(|| printer.say(text));
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// How far something has come. What is shown is removed as soon as one of the clones is dropped.
#[derive(Clone, Debug)]
pub struct Reading {
    bar: ProgressBar,
    /// There are words to show.
    begun: bool,
}

impl Reading {
    /// Whether it is visible.
    pub fn is_shown(&self) -> bool {
        !self.bar.is_hidden()
    }

    /// Shows these words from now on.
    pub fn show(&mut self, words: &str) {
        self.begun = true;
        self.bar.set_message(tame(words));
        self.bar.tick();
    }

    /// Prints something while nothing is shown. Only the caller waits for that.
    pub fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        if !self.begun {
            return print();
        }
        self.bar.finish_and_clear();
        let printed = print();
        self.bar.reset();
        printed
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Follows the run of a plan.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    lines: bool,
    printer: Printer,
    /// The regions of the calls in flight.
    active: Mutex<Vec<String>>,
}

impl Progress {
    /// Takes the bar away.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }

    fn show_active(&self, change: impl FnOnce(&mut Vec<String>)) {
        let mut active = self
            .active
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        change(&mut active);
        let mut regions = active.clone();
        regions.sort();
        regions.dedup();
        self.bar.set_message(regions.join(" "));
    }
}

impl Observe for Progress {
    fn started(&self, step: &Step) {
        self.show_active(|active| active.push(step.place().to_owned()));
    }

    fn progressed(&self, progress: apply::Progress) {
        match progress {
            apply::Progress::Pending(words) => self.bar.set_message(tame(&words)),
            apply::Progress::Ready(words) => self.bar.suspend(|| self.printer.say(&words)),
        }
    }

    fn finished(&self, step: &Step, outcome: &Outcome) {
        self.show_active(|active| {
            if let Some(at) = active.iter().position(|region| region == step.place()) {
                active.swap_remove(at);
            }
        });
        self.bar.inc(1);
        let name = step.title();
        match outcome {
            Outcome::Done if self.lines => self.printer.say(&format!("done     {name}")),
            Outcome::Done => {}
            Outcome::Failed(error) => self.bar.suspend(|| self.printer.call_error(error)),
            Outcome::Skipped(because) => self.bar.suspend(|| {
                self.printer
                    .say(&format!("skipped  {name}, because of {because}"))
            }),
            Outcome::Left => {}
        }
    }
}
