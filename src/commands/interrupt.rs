//! Ctrl-C: before anything is changed it ends the run at once, later it lets calls in flight finish.

use tokio::sync::watch;

use crate::error::{Error, Result};
use crate::printer::Printer;

/// Tells whether the user pressed Ctrl-C.
#[derive(Debug)]
pub struct Interrupt {
    happened: watch::Receiver<bool>,
}

impl Interrupt {
    /// Starts to listen. A second Ctrl-C ends the process without waiting.
    pub fn listen(printer: Printer) -> Self {
        let (told, happened) = watch::channel(false);
        tokio::spawn(async move {
            if pressed().await.is_ok() {
                printer.say("interrupted; calls in flight are finished (again to stop at once)");
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

    /// The work's result, unless the user presses Ctrl-C before it is there.
    ///
    /// # Errors
    /// When the user does.
    pub async fn or<T>(&self, work: impl Future<Output = T>) -> Result<T> {
        let mut happened = self.happened.clone();
        tokio::select! {
            done = work => Ok(done),
            _ = happened.wait_for(|happened| *happened) => Err(Error::interrupted()),
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
