//! The only writer to stdout and stderr: results go to stdout, messages and progress to stderr.

mod progress;

use std::io::{self, BufRead, BufWriter, IsTerminal, Write};
use std::ops::ControlFlow;

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;

use crate::error::{CallError, Error, Result, tame};
use crate::plan::Unread;
use crate::words::wrapped;

pub use progress::Reading;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default();

/// Writes to stdout and stderr, as the options say.
#[derive(Clone, Copy, Debug)]
pub struct Printer {
    quiet: bool,
    verbose: bool,
}

/// When to use colors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colors {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always, also in a pipe
    Always,
    /// Never
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
    pub fn result(&self, text: &str) -> Result<()> {
        let mut out = anstream::stdout().lock();
        let ended = if text.ends_with('\n') { "" } else { "\n" };
        until_closed(write!(out, "{text}{ended}").and_then(|()| out.flush())).map(drop)
    }

    /// For results that come one by one; `verbatim` where there are no colors to take out of them.
    ///
    /// Stdout is locked until it is dropped.
    pub fn results(&self, verbatim: bool) -> Results {
        let out: Box<dyn Write> = match verbatim {
            true => Box::new(io::stdout().lock()),
            false => Box::new(anstream::stdout().lock()),
        };
        // On a terminal each line is shown at once.
        let capacity = if io::stdout().is_terminal() {
            0
        } else {
            64 * 1024
        };
        Results(BufWriter::with_capacity(capacity, out))
    }

    /// Whether colors on stdout are shown, or kept for a program.
    pub fn is_colored(&self) -> bool {
        anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
    }

    /// How wide the terminal is that stdout goes to, if it is one.
    pub fn width(&self) -> Option<usize> {
        let width = || comfy_table::Table::new().width();
        io::stdout().is_terminal().then(|| or_usual(width()))
    }

    /// How wide the terminal is that stderr goes to, if it is one.
    pub fn message_width(&self) -> Option<usize> {
        let width = || comfy_table::Table::new().use_stderr().width();
        io::stderr().is_terminal().then(|| or_usual(width()))
    }

    /// Prints a result as JSON on stdout; it must be made of texts, numbers, lists and maps by name.
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
            false => to_stderr(&wrapped(text, 0, self.message_width())),
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
        let message = wrapped(&tame(&error.message), "error: ".len(), self.message_width());
        to_stderr(&format!("{ERROR}error:{ERROR:#} {message}"));
        error.hints.iter().for_each(|hint| self.hint(hint));
    }

    /// Prints AWS's refusal of one call and what to do about it.
    pub fn call_error(&self, error: &CallError) {
        self.error(&error.clone().into());
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

    fn hint(&self, hint: &str) {
        let hint = wrapped(&tame(hint), "hint: ".len(), self.message_width());
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
            // A question that was not shown cannot be answered.
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
}

/// Results that come one by one. What is not flushed may not have been written.
pub struct Results(BufWriter<Box<dyn Write>>);

impl Results {
    /// Writes a line; `Break` when the reader has closed the pipe.
    pub fn line(&mut self, text: &str) -> Result<ControlFlow<()>> {
        let out = &mut self.0;
        until_closed(
            out.write_all(text.as_bytes())
                .and_then(|()| out.write_all(b"\n")),
        )
    }

    /// Writes whole lines, each with its end; `Break` when the reader has closed the pipe.
    pub fn lines(&mut self, lines: &[u8]) -> Result<ControlFlow<()>> {
        until_closed(self.0.write_all(lines))
    }

    /// Makes sure that everything is out; `Break` when the reader has closed the pipe.
    pub fn flush(&mut self) -> Result<ControlFlow<()>> {
        until_closed(self.0.flush())
    }
}

/// A reader that closed the pipe has seen enough.
fn until_closed(written: io::Result<()>) -> Result<ControlFlow<()>> {
    match written {
        Ok(()) => Ok(ControlFlow::Continue(())),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ControlFlow::Break(())),
        Err(error) => Err(Error::failed(format!("cannot write to stdout: {error}"))),
    }
}

/// The width of a terminal, 80 if it is not known.
fn or_usual(width: Option<u16>) -> usize {
    width.filter(|width| *width > 0).map_or(80, usize::from)
}

/// An error is ignored: a closed stderr leaves no place to report it.
fn to_stderr(text: &str) {
    let mut err = anstream::stderr().lock();
    let _ = writeln!(err, "{text}");
}
