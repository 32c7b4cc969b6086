//! A log file: `{"Records": […]}`, gzipped or not, read one record at a time.
//!
//! Logs can be large, so only the record at hand is in memory, as the very text that CloudTrail wrote. All other fields
//! beside `Records` are passed over. Several logs one behind the other, as `cat` makes them, are one log.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
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
    input: impl Read,
    each: impl FnMut(&RawValue) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Broken> {
    plain_records(unpacked(input)?, each)
}

/// The input as text, whether it is gzipped or not, without a byte order mark.
pub(super) fn unpacked<'i>(
    mut input: impl Read + 'i,
) -> Result<BufReader<Box<dyn Read + 'i>>, Broken> {
    let mut first = Vec::with_capacity(FIRST);
    input.by_ref().take(FIRST as u64).read_to_end(&mut first)?;
    let zipped = first.starts_with(&GZIP);
    if first.starts_with(&BYTE_ORDER_MARK) {
        first.drain(..BYTE_ORDER_MARK.len());
    }
    let whole = io::Cursor::new(first).chain(input);
    let plain: Box<dyn Read + 'i> = match zipped {
        true => Box::new(MultiGzDecoder::new(BufReader::with_capacity(BUFFER, whole))),
        false => Box::new(whole),
    };
    Ok(BufReader::with_capacity(BUFFER, plain))
}

/// Hands each record of a log that is not packed to `each`, until it has seen enough.
pub(super) fn plain_records(
    input: impl BufRead,
    each: impl FnMut(&RawValue) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Broken> {
    let mut json = serde_json::Deserializer::from_reader(input);
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
        read?;
        match json.end() {
            Ok(()) if reading.found => return Ok(ControlFlow::Continue(())),
            Ok(()) => return Err(Broken::NoRecords),
            Err(error) if error.is_syntax() => {}
            Err(error) => return Err(error.into()),
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
