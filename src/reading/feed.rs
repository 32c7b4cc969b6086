//! What comes in: logs, unpacked and cut into batches, one behind the other.

use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::mpsc;

use crate::events::batch::{Batch, Batches};
use crate::events::log::{Broken, unpacked};

/// How many logs are on their way to be read, at most; they are fetched at the same time.
pub const AHEAD: usize = 8;

pub struct Log {
    /// What to call it when it cannot be read.
    pub name: String,
    /// Its bytes, gzipped or not.
    pub body: io::Result<Box<dyn Read + Send>>,
    /// In bytes, if that is known.
    pub size: Option<u64>,
    /// Whether it may go on growing, so that the next event may come at any time.
    pub live: bool,
    /// The id of the message whose last log this is; the logs before it, back to the last such mark, are its others.
    pub ends: Option<String>,
}

/// What is known of a log before its events.
#[derive(Clone, Debug)]
pub struct Head {
    pub name: String,
    pub size: Option<u64>,
    pub live: bool,
    pub ends: Option<String>,
    /// How many of its bytes were read so far.
    pub bytes: Arc<AtomicU64>,
    /// Whether nobody wants the rest of it, so that it need not be unpacked.
    pub given_up: Arc<AtomicBool>,
}

/// A log's text that cannot be cut.
pub type Text = Box<dyn BufRead + Send>;

/// What comes of the logs, in order.
pub enum Piece {
    Begin(Head),
    Batch(Batch),
    /// All of the log: it is no list of records, or should be read as it comes.
    Whole(Text),
    /// The log ends, or cannot be read further.
    End(Result<(), Broken>),
}

/// Cuts logs into pieces.
pub struct Feed {
    logs: mpsc::Receiver<Log>,
    /// About how long batches are, in bytes, if logs are cut at all.
    batch: Option<usize>,
    now: Now,
    /// That of the log at hand.
    given_up: Arc<AtomicBool>,
}

/// What comes next.
enum Now {
    Between,
    Body(Log),
    Batches(Batches<Text>),
    End(Result<(), Broken>),
}

impl Feed {
    pub fn new(logs: mpsc::Receiver<Log>, batch: Option<usize>) -> Self {
        Self {
            logs,
            batch,
            now: Now::Between,
            given_up: Arc::default(),
        }
    }

    /// The log begins; what comes next is its text.
    fn begin(&mut self, mut log: Log) -> Piece {
        let bytes = Arc::new(AtomicU64::new(0));
        self.given_up = Arc::default();
        let head = Head {
            name: log.name.clone(),
            size: log.size,
            live: log.live,
            ends: log.ends.take(),
            bytes: bytes.clone(),
            given_up: self.given_up.clone(),
        };
        log.body = log
            .body
            .map(|inner| Box::new(Counted { inner, bytes }) as Box<dyn Read + Send>);
        self.now = Now::Body(log);
        Piece::Begin(head)
    }

    /// Finds out what a log is.
    fn open(&mut self, log: Log) -> Piece {
        let length = self.batch.filter(|_| !log.live);
        let text = log.body.map_err(Broken::Io).and_then(unpacked);
        let text = match text {
            Ok(text) => Box::new(text) as Text,
            Err(why) => return Piece::End(Err(why)),
        };
        let whole = match length {
            None => text,
            Some(length) => match Batches::of(text, length) {
                Ok(batches) => return self.batch(batches),
                Err(whole) => whole,
            },
        };
        self.now = Now::End(Ok(()));
        Piece::Whole(whole)
    }

    fn batch(&mut self, mut batches: Batches<Text>) -> Piece {
        if self.given_up.load(Ordering::Relaxed) {
            return Piece::End(Ok(()));
        }
        match batches.next() {
            Ok(Some(batch)) => {
                self.now = Now::Batches(batches);
                Piece::Batch(batch)
            }
            Ok(None) => Piece::End(Ok(())),
            Err(error) => Piece::End(Err(error.into())),
        }
    }
}

impl Iterator for Feed {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        Some(match std::mem::replace(&mut self.now, Now::Between) {
            Now::Between => {
                let log = self.logs.blocking_recv()?;
                self.begin(log)
            }
            Now::Body(log) => self.open(log),
            Now::Batches(batches) => self.batch(batches),
            Now::End(end) => Piece::End(end),
        })
    }
}

/// Counts the bytes that are read through it.
struct Counted {
    inner: Box<dyn Read + Send>,
    bytes: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.bytes.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
