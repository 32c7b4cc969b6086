//! What comes in: a log, unpacked and cut into batches.

use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

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

/// What comes of a log, in order: it begins and ends, with batches or one text in between. A batch is a text, or what was
/// made of it.
pub enum Piece<B> {
    Begin(Head),
    Batch(B),
    /// All of the log: it is no list of records, or should be read as it comes.
    Whole(Text),
    /// The log ends, or cannot be read further.
    End(Result<(), Broken>),
}

impl<B> Piece<B> {
    /// The piece, if it is a batch with what is made of that.
    pub fn map<C>(self, make: impl FnOnce(B) -> C) -> Piece<C> {
        match self {
            Self::Begin(log) => Piece::Begin(log),
            Self::Batch(batch) => Piece::Batch(make(batch)),
            Self::Whole(text) => Piece::Whole(text),
            Self::End(end) => Piece::End(end),
        }
    }
}

/// The pieces of a log that are still to come.
pub struct Pieces {
    /// About how long batches are, in bytes, if logs are cut at all.
    length: Option<usize>,
    given_up: Arc<AtomicBool>,
    next: Next,
}

enum Next {
    Begin(Log),
    Text(Log),
    Batch(Batches<Text>),
    End(Result<(), Broken>),
}

impl Pieces {
    pub fn of(log: Log, length: Option<usize>) -> Self {
        Self {
            length,
            given_up: Arc::default(),
            next: Next::Begin(log),
        }
    }

    /// The next piece, and what comes behind it: nothing behind the end.
    pub fn cut(self) -> (Piece<Batch>, Option<Self>) {
        let Self {
            length,
            given_up,
            next,
        } = self;
        let (piece, next) = match next {
            Next::Begin(log) => begin(log, given_up.clone()),
            Next::Text(log) => open(log, length),
            Next::Batch(_) if given_up.load(Ordering::Relaxed) => (Piece::End(Ok(())), None),
            Next::Batch(batches) => batch(batches),
            Next::End(end) => (Piece::End(end), None),
        };
        let rest = next.map(|next| Self {
            length,
            given_up,
            next,
        });
        (piece, rest)
    }
}

/// The log begins; what comes next is its text.
fn begin(mut log: Log, given_up: Arc<AtomicBool>) -> (Piece<Batch>, Option<Next>) {
    let bytes = Arc::new(AtomicU64::new(0));
    let head = Head {
        name: log.name.clone(),
        size: log.size,
        live: log.live,
        ends: log.ends.take(),
        bytes: bytes.clone(),
        given_up,
    };
    log.body = log
        .body
        .map(|inner| Box::new(Counted { inner, bytes }) as Box<dyn Read + Send>);
    (Piece::Begin(head), Some(Next::Text(log)))
}

/// Finds out what a log is.
fn open(log: Log, length: Option<usize>) -> (Piece<Batch>, Option<Next>) {
    let length = length.filter(|_| !log.live);
    let text = match log.body.map_err(Broken::Io).and_then(unpacked) {
        Ok(text) => Box::new(text) as Text,
        Err(why) => return (Piece::End(Err(why)), None),
    };
    let whole = match length {
        None => text,
        Some(length) => match Batches::of(text, length) {
            Ok(batches) => return batch(batches),
            Err(whole) => whole,
        },
    };
    (Piece::Whole(whole), Some(Next::End(Ok(()))))
}

fn batch(mut batches: Batches<Text>) -> (Piece<Batch>, Option<Next>) {
    match batches.next() {
        Ok(Some(batch)) => (Piece::Batch(batch), Some(Next::Batch(batches))),
        Ok(None) => (Piece::End(Ok(())), None),
        Err(error) => (Piece::End(Err(error.into())), None),
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
