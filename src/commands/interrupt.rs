//! Ctrl-C: before anything is changed it ends the run at once, later it lets calls in flight finish.

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::error::{Error, Result};
use crate::printer::Printer;

/// The state of the account when the user stops a run before its first change.
pub const UNCHANGED: &str = "nothing was changed";

/// Whether the user pressed Ctrl-C.
#[derive(Debug)]
pub struct Interrupt {
    happened: watch::Receiver<bool>,
}

impl Interrupt {
    /// Starts to listen. A second Ctrl-C ends the process without waiting.
    pub fn listen() -> Self {
        let (sender, happened) = watch::channel(false);
        // Here and not in the task: Ctrl-C is handled from now on, whenever the task begins.
        let mut signals = Signals::listen();
        tokio::spawn(async move {
            signals.pressed().await;
            sender.send_replace(true);
            signals.pressed().await;
            std::process::exit(i32::from(crate::error::Exit::Interrupted.code()));
        });
        Self { happened }
    }

    /// Becomes true when the user presses Ctrl-C.
    pub fn watch(&self) -> watch::Receiver<bool> {
        self.happened.clone()
    }

    /// Whether the user has pressed Ctrl-C.
    pub fn happened(&self) -> bool {
        *self.happened.borrow()
    }

    /// Says something as soon as the user presses Ctrl-C, until the task is aborted.
    pub fn announce(&self, printer: Printer, words: &'static str) -> JoinHandle<()> {
        let mut happened = self.watch();
        tokio::spawn(async move {
            if happened.wait_for(|happened| *happened).await.is_ok() {
                printer.say(words);
            }
        })
    }

    /// The work's result, unless the user presses Ctrl-C before it is there.
    ///
    /// # Errors
    /// When the user does; `what` says what that means for the account.
    pub async fn or<T>(&self, what: &str, work: impl Future<Output = T>) -> Result<T> {
        let mut happened = self.happened.clone();
        // Work that ended because it was stopped must not count as done.
        tokio::select! {
            biased;
            _ = happened.wait_for(|happened| *happened) => Err(Error::interrupted(what)),
            done = work => Ok(done),
        }
    }
}

/// The ways in which a user, or the system, asks a process to end.
#[cfg(unix)]
struct Signals([Option<tokio::signal::unix::Signal>; 2]);

#[cfg(unix)]
impl Signals {
    fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self([SignalKind::interrupt(), SignalKind::terminate()].map(|kind| signal(kind).ok()))
    }

    /// Waits for the next; for ever where the system refuses the handler.
    async fn pressed(&mut self) {
        let [interrupt, terminate] = &mut self.0;
        tokio::select! {
            () = next(interrupt) => {}
            () = next(terminate) => {}
        }
    }
}

#[cfg(unix)]
async fn next(signal: &mut Option<tokio::signal::unix::Signal>) {
    if let Some(signal) = signal
        && signal.recv().await.is_some()
    {
        return;
    }
    std::future::pending::<()>().await;
}

/// The way in which a user asks a process to end.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> Self {
        Self
    }

    async fn pressed(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_that_ended_because_it_was_stopped_does_not_count_as_done() {
        let (_pressed, happened) = watch::channel(true);
        let interrupt = Interrupt { happened };
        for _ in 0..64 {
            let done = interrupt.or(UNCHANGED, async {}).await;
            assert!(done.is_err_and(|error| error.message.contains(UNCHANGED)));
        }
    }
}
