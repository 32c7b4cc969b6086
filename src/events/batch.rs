//! The text of a log, cut into batches that can be read one beside the other.
//!
//! A batch ends where, by all appearances, a record does: before the name of the first field that the log's first
//! record has. A text that holds the same by chance, or white space in another place, makes a bad cut; so nothing
//! relies on the cuts. The reader of a batch learns up to where it holds whole records, and reads on from there with
//! [`log`](super::log), which needs no cuts.

use std::io::{self, BufRead};
use std::mem;

use memchr::memmem::FinderRev;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::buffer::Buffer;
use super::fields::Fields;
use super::log::Position;

/// How much is read in search of an end.
const MOST: usize = 4 * 1024 * 1024;

/// A part of the list of records.
#[derive(Debug, Default)]
pub struct Batch {
    pub text: Buffer,
    /// Where in the log it begins.
    pub position: Position,
}

/// The batches of a log, up to its end.
pub struct Batches<R> {
    input: R,
    /// About how long a batch is, in bytes.
    length: usize,
    /// What separates two records, and begins the second.
    border: FinderRev<'static>,
    /// What was read and belongs to the next batch.
    ahead: Buffer,
    /// The input has ended, or has failed with this.
    end: Option<io::Result<()>>,
    position: Position,
}

impl<R: BufRead> Batches<R> {
    /// The batches of what begins like `{"Records":[{"eventVersion":`; anything else is given back, and nothing of it was
    /// consumed.
    pub fn of(mut input: R, length: usize) -> Result<Self, R> {
        let start = input.fill_buf().unwrap_or_default();
        let Some((head, border)) = head(start) else {
            return Err(input);
        };
        let position = Position::default().behind(&start[..head]);
        input.consume(head);
        Ok(Self {
            input,
            length: length.max(1),
            border: FinderRev::new(&border).into_owned(),
            ahead: Buffer::new(),
            end: None,
            position,
        })
    }

    /// The next batch; nothing once the log was read to its end.
    ///
    /// # Errors
    /// Where the input cannot be read further; batches with all that could be read come before.
    pub fn next(&mut self) -> io::Result<Option<Batch>> {
        let mut wanted = self.length;
        let cut = loop {
            self.fill(wanted);
            match self.border.rfind(&*self.ahead) {
                _ if self.end.is_some() => break self.ahead.len(),
                // The comma still belongs to the batch.
                Some(border) => break border + 2,
                None if wanted >= MOST => break self.ahead.len(),
                None => wanted *= 2,
            }
        };
        if cut == 0 {
            return self.end.take().unwrap_or(Ok(())).map(|()| None);
        }
        let mut rest = Buffer::new();
        rest.extend_from_slice(&self.ahead[cut..]);
        self.ahead.truncate(cut);
        let text = mem::replace(&mut self.ahead, rest);
        let position = self.position;
        self.position = position.behind(&text);
        Ok(Some(Batch { text, position }))
    }

    /// Reads until so much is there, or the input has ended.
    fn fill(&mut self, wanted: usize) {
        let missing = wanted.saturating_sub(self.ahead.len());
        self.ahead.reserve(missing + 64 * 1024);
        while self.end.is_none() && self.ahead.len() < wanted {
            let read = match self.input.fill_buf() {
                Ok([]) => {
                    self.end = Some(Ok(()));
                    continue;
                }
                Ok(bytes) => {
                    self.ahead.extend_from_slice(bytes);
                    bytes.len()
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.end = Some(Err(error));
                    continue;
                }
            };
            self.input.consume(read);
        }
    }
}

/// How long the start of a log is, up to its first record, and what separates two records.
fn head(start: &[u8]) -> Option<(usize, Vec<u8>)> {
    let mut rest = start;
    for token in [&b"{"[..], b"\"Records\"", b":", b"["] {
        rest = rest.trim_ascii_start().strip_prefix(token)?;
    }
    let name = rest.strip_prefix(b"{\"")?;
    let name = &name[..memchr::memchr2(b'"', b'\\', name)?];
    let border = [b"},{\"", name, b"\":"].concat();
    Some((start.len() - rest.len(), border))
}

/// A record: its text, and its fields.
#[derive(Debug)]
pub struct Record<'t> {
    pub text: &'t str,
    pub fields: Fields<'t>,
}

/// Hands each record of a batch to `each`, until that refuses one; up to where the batch was taken.
///
/// Only what is whole is handed over: an object, and the comma behind it. What comes behind the end that is returned
/// may be anything: the end of the list, a record that goes on in the next batch, damage.
pub fn each_text<'t>(batch: &'t [u8], mut each: impl FnMut(&'t RawValue) -> bool) -> usize {
    whole(batch, |_, record: &RawValue| each(record))
}

/// The same, with the fields of each record.
pub fn each_record<'t>(batch: &'t [u8], mut each: impl FnMut(Record<'t>) -> bool) -> usize {
    whole(batch, |text, fields| each(Record { text, fields }))
}

fn whole<'t, T: Deserialize<'t>>(
    batch: &'t [u8],
    mut each: impl FnMut(&'t str, T) -> bool,
) -> usize {
    let mut taken = 0;
    loop {
        let rest = batch[taken..].trim_ascii_start();
        if !rest.starts_with(b"{") {
            return taken;
        }
        let mut json = serde_json::Deserializer::from_slice(rest).into_iter();
        let Some(Ok(value)) = json.next() else {
            return taken;
        };
        let (text, behind) = rest.split_at(json.byte_offset());
        let Some(behind) = behind.trim_ascii_start().strip_prefix(b",") else {
            return taken;
        };
        let Ok(text) = str::from_utf8(text) else {
            return taken;
        };
        if !each(text, value) {
            return taken;
        }
        taken = batch.len() - behind.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Option<Vec<(String, usize)>> {
        let mut batches = Batches::of(io::BufReader::new(text.as_bytes()), 256 * 1024).ok()?;
        let mut seen = Vec::new();
        while let Some(Batch { text, .. }) = batches.next().expect("memory can be read") {
            let taken = each_text(&text, |_| true);
            seen.push((String::from_utf8(text.to_vec()).expect("UTF-8"), taken));
        }
        Some(seen)
    }

    #[test]
    fn the_start_of_a_log_is_recognized() {
        for other in [
            "",
            "{}",
            "[{\"a\":1}]",
            "{\"Records\":[]}",
            "{\"Records\":[7]}",
            "{\"x\":1,\"Records\":[{\"a\":1}]}",
        ] {
            assert_eq!(cut(other), None, "{other}");
        }
        let text = " { \"Records\" : [{\"a\":1},{\"a\":2} , {\"a\":[]}]}";
        let batches = cut(text).expect("a log");
        assert_eq!(
            batches,
            [("{\"a\":1},{\"a\":2} , {\"a\":[]}]}".to_owned(), 17)]
        );
    }

    #[test]
    fn batches_are_the_whole_text_and_end_with_records() {
        let record = format!("{{\"a\":\"{}\"}}", "x".repeat(100_000));
        let log = format!("{{\"Records\":[{}]}}", [record.as_str(); 10].join(","));
        let batches = cut(&log).expect("a log");
        assert!(batches.len() > 2);
        let text: String = batches.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(format!("{{\"Records\":[{text}"), log);
        let (last, others) = batches.split_last().expect("batches");
        assert!(others.iter().all(|(text, taken)| text.len() == *taken));
        assert!(last.0.ends_with("}]}") && last.1 + record.len() + 2 == last.0.len());
    }

    #[test]
    fn a_batch_is_taken_up_to_what_is_not_whole() {
        for (batch, taken) in [
            ("{},{},", 6),
            ("{},{}", 3),
            ("{},7,{},", 3),
            ("{},{\"a\",", 3),
            ("{},{\"a\":1}}", 3),
            ("{},]", 3),
            ("", 0),
        ] {
            assert_eq!(each_text(batch.as_bytes(), |_| true), taken, "{batch}");
            assert_eq!(each_record(batch.as_bytes(), |_| true), taken, "{batch}");
        }
        assert_eq!(each_text(b"{},{\"a\":\"\xff\"},", |_| true), 3);
        assert_eq!(each_text(b"{},{},", |_| false), 0);
    }
}
