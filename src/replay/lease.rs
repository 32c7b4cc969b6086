//! One replay of a bucket at a time: the mark of the run that is going on, which it renews as long as it lives.
//!
//! Two runs that send the same objects would duplicate their events. A run that was killed cannot say that it has ended,
//! so others wait until its mark has not changed for the length of a lease. They measure that by their own clock alone:
//! clocks of machines differ. All changes depend on the entity tag, so that of two runs only one gets the mark.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::backlog::MARKS;
use super::locked;
use crate::aws::Marks;
use crate::aws::marks::{If, Mark};
use crate::error::{CallError, CallResult};

/// How long a mark counts that does not change.
pub const LENGTH: Duration = Duration::from_secs(60);

/// The lease of a run on a bucket.
#[derive(Debug)]
pub struct Lease {
    marks: Marks,
    key: String,
    run: String,
    length: Duration,
    /// The last that was written: its number, and its entity tag.
    last: Mutex<(u64, String)>,
}

/// What the mark says.
#[derive(Deserialize, Serialize)]
struct Said {
    run: String,
    renewal: u64,
    ended: bool,
}

/// Why a run has its lease no longer.
#[derive(Clone, Debug)]
pub enum Lost {
    /// Another run took it, because it was not renewed in time.
    Taken,
    /// It could not be renewed.
    Unrenewed(CallError),
}

impl Lease {
    /// Takes the lease as soon as no other run has it; `waiting` is called once if another has.
    pub async fn take(marks: Marks, length: Duration, waiting: impl FnOnce()) -> CallResult<Self> {
        let key = format!("{MARKS}run");
        let run = format!("{:016x}", fastrand::u64(..));
        let mut waiting = Some(waiting);
        let mut seen: Option<(String, Instant)> = None;
        loop {
            let found = marks.get(&key).await?;
            let own = found
                .as_ref()
                .filter(|mark| of(mark).is_some_and(|it| it.run == run));
            if let Some(own) = own {
                // The answer to the write was lost.
                return Ok(Self::new(marks, key, run, length, own.etag.clone()));
            }
            let since = match (&found, &seen) {
                (Some(mark), Some((etag, since))) if mark.etag == *etag => *since,
                _ => Instant::now(),
            };
            let is_over =
                |mark: &Mark| since.elapsed() >= length || of(mark).is_none_or(|said| said.ended);
            let when = match &found {
                None => If::Missing,
                Some(mark) if is_over(mark) => If::Is(&mark.etag),
                Some(mark) => {
                    seen = Some((mark.etag.clone(), since));
                    if let Some(waiting) = waiting.take() {
                        waiting();
                    }
                    tokio::time::sleep(length / 10).await;
                    continue;
                }
            };
            let written = marks.put(&key, said(&run, 0, false), when).await?;
            if let Some(etag) = written {
                return Ok(Self::new(marks, key, run, length, etag));
            }
        }
    }

    fn new(marks: Marks, key: String, run: String, length: Duration, etag: String) -> Self {
        Self {
            marks,
            key,
            run,
            length,
            last: Mutex::new((0, etag)),
        }
    }

    /// Renews the lease until it is lost.
    pub async fn keep(&self) -> Lost {
        let mut renewed = Instant::now();
        loop {
            tokio::time::sleep(self.length / 3).await;
            match self.renew(false).await {
                Ok(true) => renewed = Instant::now(),
                Ok(false) => return Lost::Taken,
                // Others take it after the whole length at the earliest.
                Err(error) if renewed.elapsed() > self.length / 2 => return Lost::Unrenewed(error),
                Err(_) => {}
            }
        }
    }

    /// Ends the lease, so that others need not wait.
    pub async fn end(self) -> CallResult<()> {
        self.renew(true).await.map(drop)
    }

    /// Writes the mark again; false if another run has it.
    async fn renew(&self, ended: bool) -> CallResult<bool> {
        loop {
            let (number, etag) = locked(&self.last).clone();
            let body = said(&self.run, number + 1, ended);
            if let Some(etag) = self.marks.put(&self.key, body, If::Is(&etag)).await? {
                *locked(&self.last) = (number + 1, etag);
                return Ok(true);
            }
            // The answer to an earlier write may have been lost.
            let found = self.marks.get(&self.key).await?;
            let own = found.filter(|mark| of(mark).is_some_and(|said| said.run == self.run));
            match own {
                Some(mark) if mark.etag != etag => *locked(&self.last) = (number + 1, mark.etag),
                _ => return Ok(false),
            }
        }
    }
}

fn said(run: &str, renewal: u64, ended: bool) -> Vec<u8> {
    let said = Said {
        run: run.to_owned(),
        renewal,
        ended,
    };
    // Texts and numbers can be written as JSON.
    serde_json::to_vec(&said).unwrap_or_default()
}

fn of(mark: &Mark) -> Option<Said> {
    serde_json::from_slice(&mark.body).ok()
}
