//! A text with JSON values one behind the other, cut up so that a damaged one does not spoil the rest.
//!
//! Only brackets and quotes are looked at, line by line and each once; what the pieces hold is for others to parse.

use std::io::{self, BufRead, Read};

/// How long a value may be: a whole list of events may be one.
const LONGEST: u64 = 256 * 1024 * 1024;

/// The texts of the values, each with whole lines: a value ends at the end of a line, or where it cannot go on.
pub(super) struct Values<R> {
    input: R,
    /// How many lines were read.
    lines: usize,
    /// A line that was read and belongs to the next value.
    ahead: Vec<u8>,
}

impl<R: BufRead> Values<R> {
    pub(super) fn of(input: R) -> Self {
        Self {
            input,
            lines: 0,
            ahead: Vec::new(),
        }
    }

    /// The number of a line, from 1, and what begins there: a value or several, or what should be one; nothing at the
    /// end.
    pub(super) fn next(&mut self) -> io::Result<Option<(usize, Vec<u8>)>> {
        let mut value = Vec::new();
        let (mut begins, mut nesting) = (0, Nesting::default());
        while self.read_ahead()? {
            let line = self.ahead.trim_ascii();
            if value.is_empty() {
                if line.is_empty() {
                    self.ahead.clear();
                    continue;
                }
                begins = self.lines;
            } else if line.starts_with(b"{") && !nesting.takes_an_object() {
                break;
            }
            nesting.pass(line);
            value.append(&mut self.ahead);
            check_length(value.len())?;
            if nesting.is_at_the_end() {
                break;
            }
        }
        Ok((!value.is_empty()).then_some((begins, value)))
    }

    /// Reads the next line, unless one is there; whether there is one now.
    fn read_ahead(&mut self) -> io::Result<bool> {
        if !self.ahead.is_empty() {
            return Ok(true);
        }
        self.lines += 1;
        let mut limited = self.input.by_ref().take(LONGEST);
        let read = limited.read_until(b'\n', &mut self.ahead)?;
        check_length(self.ahead.len())?;
        Ok(read > 0)
    }
}

/// # Errors
/// When a value is too long to go on.
fn check_length(length: usize) -> io::Result<()> {
    match length as u64 >= LONGEST {
        false => Ok(()),
        true => {
            let megabytes = LONGEST / (1024 * 1024);
            let why = format!("a value is longer than {megabytes} MB; write one event a line");
            Err(io::Error::other(why))
        }
    }
}

/// How deep in lists and objects a text of JSON has come.
#[derive(Debug, Default)]
struct Nesting {
    depth: usize,
    /// A text was begun and not ended, and JSON has no line breaks in texts.
    open_text: bool,
    last: u8,
}

impl Nesting {
    fn pass(&mut self, line: &[u8]) {
        let mut escaped = false;
        for &byte in line {
            if self.open_text {
                self.open_text = escaped || byte != b'"';
                escaped = !escaped && byte == b'\\';
                continue;
            }
            match byte {
                b'"' => self.open_text = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
        self.last = line.last().copied().unwrap_or(self.last);
    }

    /// Whether nothing can follow that belongs to the same value.
    fn is_at_the_end(&self) -> bool {
        self.depth == 0 || self.open_text
    }

    /// Whether an object may follow.
    fn takes_an_object(&self) -> bool {
        matches!(self.last, b'[' | b',' | b':')
    }
}
