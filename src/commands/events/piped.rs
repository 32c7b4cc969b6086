//! Inputs that may be empty: an upstream command in which nothing matched writes nothing, which is no damaged log.

use std::io::{self, Read};

/// An input that may be empty: an empty one reads as an empty list of events.
pub(super) struct Piped<R> {
    input: R,
    begun: bool,
    instead: &'static [u8],
}

impl<R> Piped<R> {
    /// This input.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_nothing_at_all_is_a_list_without_events() {
        for (input, read) in [("", "[]"), ("{}", "{}"), ("\n", "\n")] {
            let mut text = String::new();
            let mut piped = Piped::new(input.as_bytes());
            piped.read_to_string(&mut text).expect("text");
            assert_eq!(text, read);
        }
    }
}
