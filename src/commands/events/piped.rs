//! Inputs that may be empty: an upstream command in which nothing matched writes nothing, which is no damaged log.

use std::io::{self, Read};

/// An input that may be empty: an empty one reads as an empty list of events.
pub(super) struct Piped<R> {
    input: R,
    begun: bool,
    instead: &'static [u8],
}

impl<R> Piped<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            begun: false,
            instead: &[],
        }
    }
}

impl<R: Read> Read for Piped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        if read == 0 && !self.begun && !buffer.is_empty() {
            self.instead = b"[]";
        }
        self.begun = true;
        match read {
            0 => self.instead.read(buffer),
            _ => Ok(read),
        }
    }
}
