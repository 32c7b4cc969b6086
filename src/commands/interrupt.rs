//! Ctrl-C: before anything is changed it ends the run at once, later it lets calls in flight finish.

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::error::{Error, Result};
use crate::printer::Printer;

/// What to say of the account when the user stops a run before its first change.
pub const UNCHANGED: &str = "nothing was changed";

/// Tells whether the user pressed Ctrl-C.
#[derive(Debug)]
pub struct Interrupt {
    happened: watch::Receiver<bool>,
}

impl Interrupt {
    /// Starts to listen. A second Ctrl-C ends the process without waiting.
    pub fn listen() -> Self {
        let (told, happened) = watch::channel(false);
        tokio::spawn(async move {
            if pressed().await.is_ok() {
                told.send_replace(true);
                if pressed().await.is_ok() {
                    std::process::exit(i32::from(crate::error::Exit::Interrupted.code()));
                }
            }
            // Nobody can interrupt any more, but the channel must stay open.
            std::future::pending::<()>().await;
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
    pub fn tell(&self, printer: Printer, words: &'static str) -> JoinHandle<()> {
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
        tokio::select! {
            done = work => Ok(done),
            _ = happened.wait_for(|happened| *happened) => Err(Error::interrupted(what)),
        }
    }
}

#[cfg(unix)]
async fn pressed() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn pressed() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
