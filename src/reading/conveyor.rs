//! Logs on their way to a reader, who gets what became of their batches in order.
//!
//! With several jobs, [threads](super::parallel) work on the batches, and the caller's own reads. With one job, the
//! caller's thread does everything.
//!
//! A batch whose end was cut badly, that is damaged or has something else than events, is whole up to some place only.
//! From there on the log is read event by event, and what was made of its later batches is dropped.

use std::io::{self, Read};
use std::iter;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::value::RawValue;
use tokio::sync::mpsc;

use super::feed::{Head, Log, Piece, Pieces};
use super::parallel::Parallel;
use crate::error::Result;
use crate::events::any::{self, Damage};
use crate::events::batch::Batch;
use crate::events::buffer::Buffer;
use crate::events::log::{Broken, rest_of_records};

/// What is done with a batch, on any thread.
pub trait Work: Send + Sync + 'static {
    type Done: Send + 'static;

    /// Works on a batch; what became of it, and how many of its bytes were taken, see [`batch`](crate::events::batch).
    fn work(&self, batch: &[u8]) -> (Self::Done, usize);
}

/// Gets the events of the logs in order.
pub trait Reader<Done> {
    fn begin(&mut self, log: &Head);

    /// What became of a batch; breaks off once enough was seen.
    fn batch(&mut self, done: Done) -> ControlFlow<()>;

    /// An event that is in no batch, or what is damaged in its place.
    fn event(&mut self, found: Result<&RawValue, Damage>) -> ControlFlow<()>;

    /// The log has ended, or cannot be read further; breaks off once enough was seen, or when nothing can be done further.
    fn end(&mut self, log: Head, end: Result<(), Broken>) -> Result<ControlFlow<()>>;
}

/// How logs are read.
#[derive(Clone, Copy, Debug)]
pub struct Way {
    /// How many threads work on batches. With one, no further thread is started.
    pub jobs: usize,
    /// About how long batches are, in bytes; without, all logs are read event by event.
    pub batch: Option<usize>,
}

/// How long the batches of all threads are together, in bytes.
const TOGETHER: usize = 2 * 1024 * 1024;

impl Way {
    /// With batches that are neither so short that starting on one costs much, nor so long that many take much memory.
    pub fn in_batches(jobs: usize) -> Self {
        let length = (TOGETHER / jobs.max(1)).clamp(64 * 1024, 512 * 1024);
        Self {
            jobs,
            batch: Some(length),
        }
    }

    /// Event by event, on one thread.
    pub fn by_event() -> Self {
        Self {
            jobs: 1,
            batch: None,
        }
    }
}

/// Hands all logs to a reader.
///
/// # Errors
/// What the reader fails with.
pub fn run<W: Work>(
    logs: mpsc::Receiver<Log>,
    way: Way,
    work: W,
    reader: &mut impl Reader<W::Done>,
) -> Result<()> {
    match way.batch {
        Some(batch) if way.jobs > 1 => read(Parallel::start(logs, way.jobs, batch, work), reader),
        batch => read(alone(logs, batch, work), reader),
    }
}

/// A batch that was worked on.
pub struct Worked<D> {
    batch: Batch,
    done: D,
    taken: usize,
}

impl<D> Worked<D> {
    pub fn of<W: Work<Done = D>>(work: &W, batch: Batch) -> Self {
        let (done, taken) = work.work(&batch.text);
        Self { batch, done, taken }
    }
}

/// Reads with the caller's thread alone.
fn alone<W: Work>(
    mut logs: mpsc::Receiver<Log>,
    batch: Option<usize>,
    work: W,
) -> impl Iterator<Item = Result<Piece<Worked<W::Done>>>> {
    let mut rest: Option<Pieces> = None;
    iter::from_fn(move || {
        let pieces = match rest.take() {
            Some(pieces) => pieces,
            None => Pieces::of(logs.blocking_recv()?, batch),
        };
        let piece;
        (piece, rest) = pieces.cut();
        Some(Ok(piece.map(|batch| Worked::of(&work, batch))))
    })
}

/// Hands the pieces to a reader.
fn read<D>(
    mut pieces: impl Iterator<Item = Result<Piece<Worked<D>>>>,
    reader: &mut impl Reader<D>,
) -> Result<()> {
    while let Some(piece) = pieces.next() {
        // Each log begins first.
        let Piece::Begin(log) = piece? else {
            continue;
        };
        reader.begin(&log);
        let end = log_to_its_end(&log, &mut pieces, reader)?;
        if reader.end(log, end)?.is_break() {
            break;
        }
    }
    Ok(())
}

/// Hands the pieces of one log to a reader, until that has seen enough; how the log ended.
fn log_to_its_end<D>(
    log: &Head,
    pieces: &mut impl Iterator<Item = Result<Piece<Worked<D>>>>,
    reader: &mut impl Reader<D>,
) -> Result<Result<(), Broken>> {
    let (mut is_begun, mut is_start) = (false, true);
    while let Some(piece) = pieces.next() {
        match piece? {
            Piece::Begin(_) => {}
            // All of a list was taken, and no end of it was among that.
            Piece::End(Ok(())) if is_begun => return Ok(Err(Broken::Short)),
            Piece::End(end) => return Ok(end),
            Piece::Whole(text) => {
                let end = any::events_in(text, |found| reader.event(found));
                let rest = Rest::of(log, Buffer::new(), pieces);
                return Ok(rest.end(end));
            }
            Piece::Batch(Worked { batch, done, taken }) => {
                if reader.batch(done).is_break() {
                    return Ok(Ok(()));
                }
                is_begun = true;
                is_start &= taken == 0;
                if taken == batch.text.len() {
                    continue;
                }
                let position = batch.position.behind(&batch.text[..taken]);
                let mut rest = Rest::of(log, batch.text, pieces);
                rest.at = taken;
                let end = rest_of_records(&mut rest, position, is_start, |record| {
                    reader.event(object(record))
                });
                return Ok(rest.end(end));
            }
        }
    }
    Ok(Ok(()))
}

/// The text of a log that is left, from a place in a batch on.
struct Rest<'p, I> {
    text: Buffer,
    at: usize,
    pieces: &'p mut I,
    given_up: &'p AtomicBool,
    /// How the log ended, once that is known.
    end: Option<Result<(), Broken>>,
}

impl<'p, D, I: Iterator<Item = Result<Piece<Worked<D>>>>> Rest<'p, I> {
    fn of(log: &'p Head, text: Buffer, pieces: &'p mut I) -> Self {
        Self {
            text,
            at: 0,
            pieces,
            given_up: &log.given_up,
            end: None,
        }
    }

    /// Takes the next text; whether there is one.
    fn advance(&mut self) -> io::Result<bool> {
        let ended = |why: String| io::Error::other(why);
        match self.pieces.next() {
            Some(Ok(Piece::Batch(worked))) => {
                (self.text, self.at) = (worked.batch.text, 0);
                return Ok(true);
            }
            Some(Ok(Piece::End(end))) => self.end = Some(end),
            Some(Err(error)) => return Err(ended(error.message)),
            _ => self.end = Some(Ok(())),
        }
        match &self.end {
            Some(Err(why)) => Err(ended(why.to_string())),
            _ => Ok(false),
        }
    }

    /// How the log ended, given how reading it has ended. Unless enough was seen, nothing is left of it.
    fn end(mut self, read: Result<ControlFlow<()>, Broken>) -> Result<(), Broken> {
        if let Ok(ControlFlow::Break(())) = read {
            return Ok(());
        }
        // It may be a thousand times as long as what was downloaded.
        self.given_up.store(true, Ordering::Relaxed);
        while self.end.is_none() && self.advance().is_ok_and(|more| more) {}
        match (read, self.end) {
            (Err(Broken::Io(_)), Some(Err(why))) => Err(why),
            (read, _) => read.map(drop),
        }
    }
}

impl<D, I: Iterator<Item = Result<Piece<Worked<D>>>>> Read for Rest<'_, I> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.text.len() {
            if self.end.is_some() || !self.advance()? {
                return Ok(0);
            }
        }
        let mut left = &self.text[self.at..];
        let count = left.read(buffer)?;
        self.at += count;
        Ok(count)
    }
}

/// A record of a log must be an object.
fn object(record: &RawValue) -> Result<&RawValue, Damage> {
    let (why, line) = (Broken::NoObject, None);
    match record.get().starts_with('{') {
        true => Ok(record),
        false => Err(Damage { why, line }),
    }
}
