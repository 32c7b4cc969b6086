//! How far printing has come, in bytes, logs and events.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::printer::Reading;
use crate::reading::feed::Head;
use crate::words::{counted, thousands};

/// How often the words change at most.
const ROUND: Duration = Duration::from_millis(100);

/// How many events pass before the clock is looked at.
const EVENTS: u64 = 64;

/// What is shown while logs are read.
#[derive(Debug)]
pub struct Progress {
    shown: Option<Reading>,
    /// Of the log at hand.
    bytes: Arc<AtomicU64>,
    /// Bytes of the logs before.
    before: u64,
    logs: usize,
    /// The log at hand, and its size if that is known.
    log: (String, Option<u64>),
    began: Instant,
    last: Instant,
}

impl Progress {
    pub fn new(shown: Option<Reading>) -> Self {
        Self {
            shown,
            bytes: Arc::default(),
            before: 0,
            logs: 0,
            log: (String::new(), None),
            began: Instant::now(),
            last: Instant::now(),
        }
    }

    /// A log begins.
    pub fn log(&mut self, log: &Head) {
        self.logs += 1;
        self.before += self.bytes.load(Ordering::Relaxed);
        let name = log.name.rsplit('/').next().unwrap_or(&log.name);
        self.log = (name.to_owned(), log.size);
        self.bytes = log.bytes.clone();
    }

    /// So many events were read, so many of them last, and so many printed.
    pub fn events(&mut self, read: u64, printed: u64, last: u64) {
        let Some(shown) = self.shown.as_mut().filter(|shown| shown.is_shown()) else {
            return;
        };
        if read % EVENTS >= last || self.last.elapsed() < ROUND {
            return;
        }
        self.last = Instant::now();
        let bytes = self.bytes.load(Ordering::Relaxed);
        let (name, size) = &self.log;
        let far = match size {
            Some(size) => format!("{} of {}", megabytes(bytes), megabytes(*size)),
            None => {
                let bytes = megabytes(self.before + bytes);
                format!("{}, {bytes}", counted(self.logs, "log"))
            }
        };
        let rate = thousands((read as f64 / self.began.elapsed().as_secs_f64()) as u64);
        let (read, printed) = (thousands(read), thousands(printed));
        // A terminal may have no room for the name.
        shown.show(&format!(
            "reading {far}; {read} read ({rate}/s), {printed} matched; {name}"
        ));
    }

    /// Prints something while nothing is shown.
    pub fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.shown {
            Some(shown) => shown.aside(print),
            None => print(),
        }
    }
}

/// `12.3 MB`, as people count.
fn megabytes(bytes: u64) -> String {
    let tenths = bytes / 100_000;
    format!("{}.{} MB", thousands(tenths / 10), tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_shown_as_megabytes() {
        let shown = [0, 99_999, 100_000, 12_345_678, 5_000_000_000].map(megabytes);
        assert_eq!(
            shown,
            ["0.0 MB", "0.0 MB", "0.1 MB", "12.3 MB", "5,000.0 MB"]
        );
    }
}
