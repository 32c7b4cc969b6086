//! The only writer to stdout and stderr: data goes to stdout, talk to stderr.

use std::fmt;
use std::io::{self, BufRead, BufWriter, IsTerminal, Write};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::aws::Tally;
use crate::error::{CallError, Error, Result, tame};
use crate::plan::apply::Observe;
use crate::plan::{Outcome, Plan, Step, Unread};
use crate::words::wrapped;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default();

/// Writes to stdout and stderr as the user wishes.
#[derive(Clone, Copy, Debug)]
pub struct Printer {
    quiet: bool,
    verbose: bool,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colors {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Even into a pipe.
    Always,
    /// Not at all.
    Never,
}

impl Printer {
    /// A printer; `quiet` leaves out everything but results and errors.
    pub fn new(quiet: bool, colors: Colors) -> Self {
        let choice = match colors {
            Colors::Auto => anstream::ColorChoice::Auto,
            Colors::Always => anstream::ColorChoice::AlwaysAnsi,
            Colors::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
        Self {
            quiet,
            verbose: false,
        }
    }

    /// The same, printing more than it must.
    pub fn verbose(self, verbose: bool) -> Self {
        Self { verbose, ..self }
    }

    /// Whether to print more than must be.
    pub fn is_verbose(&self) -> bool {
        self.verbose
    }

    /// Prints a result on stdout.
    ///
    /// # Errors
    /// When stdout cannot be written to. A reader that closed the pipe has seen enough, and is none.
    pub fn result(&self, text: &str) -> Result<()> {
        let mut out = anstream::stdout().lock();
        let ended = if text.ends_with('\n') { "" } else { "\n" };
        told(write!(out, "{text}{ended}").and_then(|()| out.flush())).map(drop)
    }

    /// For results that come one by one; `verbatim` where not even colours may be taken out of them.
    ///
    /// Stdout belongs to whoever holds it until it is dropped.
    pub fn results(&self, verbatim: bool) -> Results {
        let out: Box<dyn Write> = match verbatim {
            true => Box::new(io::stdout().lock()),
            false => Box::new(anstream::stdout().lock()),
        };
        // Who looks at a terminal wants to see each line at once.
        let capacity = if io::stdout().is_terminal() {
            0
        } else {
            64 * 1024
        };
        Results(BufWriter::with_capacity(capacity, out))
    }

    /// How wide the terminal is that stdout goes to, if it is one.
    pub fn width(&self) -> Option<usize> {
        let width = || comfy_table::Table::new().width();
        io::stdout().is_terminal().then(|| or_usual(width()))
    }

    /// How wide the terminal is that stderr goes to, if it is one.
    pub fn talk_width(&self) -> Option<usize> {
        let width = || comfy_table::Table::new().use_stderr().width();
        io::stderr().is_terminal().then(|| or_usual(width()))
    }

    /// Prints a result as JSON on stdout.
    ///
    /// # Errors
    /// When stdout cannot be written to.
    ///
    /// # Panics
    /// When it is not made of texts, numbers, lists and maps by name.
    pub fn json(&self, result: &impl serde::Serialize) -> Result<()> {
        let json = serde_json::to_value(result).expect("results can be written as JSON");
        self.result(&format!("{json:#}"))
    }

    /// Says something on stderr, unless quiet; a single line as the terminal has room for it.
    pub fn say(&self, text: &str) {
        if self.quiet {
            return;
        }
        match text.contains('\n') {
            true => to_stderr(text),
            false => to_stderr(&wrapped(text, 0, self.talk_width())),
        }
    }

    /// Says what to do about what was said, unless quiet.
    pub fn suggest(&self, hint: &str) {
        if !self.quiet {
            self.hint(hint);
        }
    }

    /// Prints an error and what to do about it.
    pub fn error(&self, error: &Error) {
        self.wrong(&tame(&error.message));
        error.hints.iter().for_each(|hint| self.hint(hint));
    }

    /// Prints AWS's refusal of one call and what to do about it.
    pub fn call_error(&self, error: &CallError) {
        self.wrong(&error.to_string());
        error.hint().iter().for_each(|hint| self.hint(hint));
    }

    /// Prints the regions that could not be read.
    pub fn unread(&self, unread: &[Unread]) {
        for unread in unread {
            self.call_error(&unread.error);
        }
        if !unread.is_empty() {
            self.hint("--exclude-regions leaves a region out");
        }
    }

    fn wrong(&self, what: &str) {
        let what = wrapped(what, "error: ".len(), self.talk_width());
        to_stderr(&format!("{ERROR}error:{ERROR:#} {what}"));
    }

    fn hint(&self, hint: &str) {
        let hint = wrapped(&tame(hint), "hint: ".len(), self.talk_width());
        to_stderr(&format!("{HINT}hint:{HINT:#} {hint}"));
    }

    /// Prints what the next question is about.
    pub fn ask_about(&self, text: &str) {
        to_stderr(text);
    }

    /// Asks a question that is answered with y or n; anything but yes is no. Blocks until answered.
    pub fn confirm(question: &str) -> bool {
        {
            let mut err = anstream::stderr().lock();
            // Who cannot see the question cannot mean yes.
            if write!(err, "{question} [y/N] ")
                .and_then(|()| err.flush())
                .is_err()
            {
                return false;
            }
        }
        let mut answer = String::new();
        let read = io::stdin().lock().read_line(&mut answer);
        read.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
    }

    /// Shows on a terminal that something goes on, and how many regions are read, until it is dropped.
    pub fn busy(&self, words: &'static str) -> Busy {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if self.quiet || !io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
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
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if self.quiet || !io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        let style = ProgressStyle::with_template("{spinner} {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        Reading { bar, begun: false }
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

/// Results that come one by one. What is not flushed may not have been seen by anybody.
pub struct Results(BufWriter<Box<dyn Write>>);

impl Results {
    /// Writes a line; `Break` when nobody reads any more.
    ///
    /// # Errors
    /// When stdout cannot be written to.
    pub fn line(&mut self, text: &str) -> Result<ControlFlow<()>> {
        let out = &mut self.0;
        told(
            out.write_all(text.as_bytes())
                .and_then(|()| out.write_all(b"\n")),
        )
    }

    /// Makes sure that everything is out; `Break` when nobody reads any more.
    ///
    /// # Errors
    /// When stdout cannot be written to.
    pub fn flush(&mut self) -> Result<ControlFlow<()>> {
        told(self.0.flush())
    }
}

/// A reader that closed the pipe has seen enough.
fn told(written: io::Result<()>) -> Result<ControlFlow<()>> {
    match written {
        Ok(()) => Ok(ControlFlow::Continue(())),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ControlFlow::Break(())),
        Err(error) => Err(Error::failed(format!("cannot write to stdout: {error}"))),
    }
}

/// The width of a terminal that does not tell it.
fn or_usual(width: Option<u16>) -> usize {
    width.filter(|width| *width > 0).map_or(80, usize::from)
}

/// A closed stderr leaves nobody to tell.
fn to_stderr(text: &str) {
    let mut err = anstream::stderr().lock();
    let _ = writeln!(err, "{text}");
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
}

impl Busy {
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
    /// Whether anybody sees it.
    pub fn is_shown(&self) -> bool {
        !self.bar.is_hidden()
    }

    /// Shows these words from now on.
    pub fn show(&mut self, words: &str) {
        self.begun = true;
        self.bar.set_message(tame(words));
        self.bar.tick();
    }

    /// Prints something while nothing is shown. Nothing waits for the printing but the caller.
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

    fn tell_active(&self, change: impl FnOnce(&mut Vec<String>)) {
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
        self.tell_active(|active| active.push(step.place().to_owned()));
    }

    fn finished(&self, step: &Step, outcome: &Outcome) {
        self.tell_active(|active| {
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
