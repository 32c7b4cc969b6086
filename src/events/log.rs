//! A log file: `{"Records": […]}`, gzipped or not, read one record at a time.
//!
//! Logs can be large, so only the record at hand is in memory, as the very text that CloudTrail wrote. All other fields
//! beside `Records` are passed over. Several logs one behind the other, as `cat` makes them, are one log.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufReader, Read};
use std::ops::ControlFlow;

use flate2::bufread::MultiGzDecoder;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

const GZIP: [u8; 2] = [0x1f, 0x8b];
const BYTE_ORDER_MARK: [u8; 3] = [0xef, 0xbb, 0xbf];
const BUFFER: usize = 64 * 1024;

/// How much is read to find out what it is.
const FIRST: usize = 64;

/// How long a record may be, with the white space before it. CloudTrail's have 256 KB at most, or 1 MB where they are
/// enriched: <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html>.
const LONGEST: usize = 16 * 1024 * 1024;

/// Why a log could not be read to its end.
#[derive(Debug)]
pub enum Broken {
    /// The bytes did not come.
    Io(io::Error),
    /// It is cut off, or was never written to its end.
    Short,
    /// It is no gzip file or no JSON; in words.
    Corrupt(String),
    /// It is JSON without `Records`.
    NoRecords,
    /// It is JSON, but neither an object nor a list, or has none of the fields of an event.
    NoEvent,
    /// It is in the place of an event, and is not an object.
    NoObject,
    /// It is a message that a log group holds beside CloudTrail's events.
    OtherMessage,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Short => f.write_str("it ends too early"),
            Self::Corrupt(why) => write!(f, "it is damaged: {why}"),
            Self::NoRecords => f.write_str("it is not a CloudTrail log: it has no Records"),
            Self::NoEvent => f.write_str("it is not a CloudTrail event"),
            Self::NoObject => f.write_str("it is not an object"),
            Self::OtherMessage => f.write_str("it is a message of another sort"),
        }
    }
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Short,
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
                Self::Corrupt(error.to_string())
            }
            _ => Self::Io(error),
        }
    }
}

impl From<serde_json::Error> for Broken {
    fn from(error: serde_json::Error) -> Self {
        match error.classify() {
            serde_json::error::Category::Io => Self::from(io::Error::from(error)),
            serde_json::error::Category::Eof => Self::Short,
            _ => Self::Corrupt(error.to_string()),
        }
    }
}

/// Hands each record of a log to `each`, until it has seen enough; [`any`](super::any) takes other shapes as well.
/// The records before damage are handed over.
pub fn records(
    input: impl Read + Send,
    each: impl FnMut(&RawValue) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Broken> {
    plain_records(unpacked(input)?, each)
}

/// The input as text, whether it is gzipped or not, without a byte order mark.
pub fn unpacked<'i>(
    mut input: impl Read + Send + 'i,
) -> Result<BufReader<Box<dyn Read + Send + 'i>>, Broken> {
    let mut first = Vec::with_capacity(FIRST);
    input.by_ref().take(FIRST as u64).read_to_end(&mut first)?;
    let zipped = first.starts_with(&GZIP);
    if first.starts_with(&BYTE_ORDER_MARK) {
        first.drain(..BYTE_ORDER_MARK.len());
    }
    let whole = io::Cursor::new(first).chain(input);
    let plain: Box<dyn Read + Send + 'i> = match zipped {
        true => Box::new(MultiGzDecoder::new(BufReader::with_capacity(BUFFER, whole))),
        false => Box::new(whole),
    };
    Ok(BufReader::with_capacity(BUFFER, plain))
}

/// A place in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// How many lines have ended before.
    lines: usize,
    /// How many bytes of its line come before.
    column: usize,
}

impl Position {
    /// The place behind a text that begins here.
    pub fn behind(self, text: &[u8]) -> Self {
        match memchr::memrchr(b'\n', text) {
            None => Self {
                column: self.column + text.len(),
                ..self
            },
            Some(last) => Self {
                lines: self.lines + memchr::memchr_iter(b'\n', text).count(),
                column: text.len() - last - 1,
            },
        }
    }

    /// What is wrong with a text that begins here, behind so many bytes that are not part of it.
    fn broken(self, error: serde_json::Error, added: usize) -> Broken {
        let (line, column) = (error.line(), error.column());
        match Broken::from(error) {
            Broken::Corrupt(words) => {
                let words = words.strip_suffix(&format!(" at line {line} column {column}"));
                let column = match line {
                    1 => column.saturating_sub(added) + self.column,
                    _ => column,
                };
                let line = line + self.lines;
                let words = words.map(|words| format!("{words} at line {line} column {column}"));
                Broken::Corrupt(words.unwrap_or_default())
            }
            why => why,
        }
    }
}

/// Hands each record of a log that is not packed to `each`, until it has seen enough.
pub(super) fn plain_records(
    input: impl Read,
    each: impl FnMut(&RawValue) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Broken> {
    Ok(streamed_records(input, each)?)
}

/// The same of a log that is in memory.
pub(super) fn records_in(
    text: &[u8],
    each: impl FnMut(&RawValue) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Broken> {
    Ok(read_records(
        serde_json::Deserializer::from_slice(text),
        each,
    )?)
}

/// The same for the rest of a log, from a position in the list of its records on: from its start, or from behind a record
/// and the comma.
pub fn rest_of_records(
    rest: impl Read,
    position: Position,
    is_start: bool,
    mut each: impl FnMut(&RawValue) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Broken> {
    let before = match is_start {
        true => "{\"Records\":[",
        false => "{\"Records\":[0,",
    };
    let mut is_added = !is_start;
    let end = streamed_records(
        before.as_bytes().chain(rest),
        |record| match std::mem::take(&mut is_added) {
            true => ControlFlow::Continue(()),
            false => each(record),
        },
    );
    end.map_err(|failed| match failed {
        Failed::Json(error) => position.broken(error, before.len()),
        Failed::Other(why) => why,
    })
}

/// Why reading has failed, as far as that was not found out yet.
enum Failed {
    Json(serde_json::Error),
    Other(Broken),
}

impl From<Failed> for Broken {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Json(error) => error.into(),
            Failed::Other(why) => why,
        }
    }
}

/// Passes on what it reads, as far as there is a budget left.
struct Limited<'b, R> {
    input: R,
    /// In bytes.
    left: &'b Cell<usize>,
}

impl<R: Read> Read for Limited<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        if left == 0 {
            let megabytes = LONGEST / (1024 * 1024);
            return Err(io::Error::other(format!(
                "a record is longer than {megabytes} MB"
            )));
        }
        let most = buffer.len().min(left);
        let count = self.input.read(&mut buffer[..most])?;
        self.left.set(left - count);
        Ok(count)
    }
}

fn streamed_records(
    input: impl Read,
    mut each: impl FnMut(&RawValue) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Failed> {
    let left = Cell::new(LONGEST);
    let input = Limited { input, left: &left };
    let input = BufReader::with_capacity(BUFFER, input);
    read_records(serde_json::Deserializer::from_reader(input), |record| {
        left.set(LONGEST);
        each(record)
    })
}

fn read_records<'de>(
    mut json: serde_json::Deserializer<impl serde_json::de::Read<'de>>,
    each: impl FnMut(&RawValue) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Failed> {
    let mut reading = Reading {
        each,
        found: false,
        enough: false,
        in_records: false,
    };
    loop {
        let read = reading.deserialize(&mut json);
        if reading.enough {
            return Ok(ControlFlow::Break(()));
        }
        read.map_err(Failed::Json)?;
        match json.end() {
            Ok(()) if reading.found => return Ok(ControlFlow::Continue(())),
            Ok(()) => return Err(Failed::Other(Broken::NoRecords)),
            Err(error) if error.is_syntax() => {}
            Err(error) => return Err(Failed::Json(error)),
        }
    }
}

/// Reads a log: the object, and within it the list that is the value of `Records`.
struct Reading<F> {
    each: F,
    /// There were `Records`.
    found: bool,
    /// `each` has seen enough.
    enough: bool,
    /// The value of `Records` comes next, not the log as a whole.
    in_records: bool,
}

impl<'de, F: FnMut(&RawValue) -> ControlFlow<()>> DeserializeSeed<'de> for &mut Reading<F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        match self.in_records {
            true => json.deserialize_seq(self),
            false => json.deserialize_map(self),
        }
    }
}

impl<'de, F: FnMut(&RawValue) -> ControlFlow<()>> Visitor<'de> for &mut Reading<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.in_records {
            true => "a list of records",
            false => "an object with Records",
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while let Some(name) = fields.next_key::<String>()? {
            if name == "Records" {
                self.in_records = true;
                fields.next_value_seed(&mut *self)?;
                self.in_records = false;
            } else {
                fields.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        self.found = true;
        while let Some(record) = list.next_element::<Box<RawValue>>()? {
            if (self.each)(&record).is_break() {
                self.enough = true;
                // Nothing else ends the reading from within; the error is not reported.
                return Err(A::Error::custom("enough"));
            }
        }
        Ok(())
    }
}
