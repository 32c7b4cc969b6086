//! One CSV table: its header, and its rows one after the other in memory that is used again.
//!
//! Rows may be of any length and hold any bytes. Rows before the header, such as the note on tags that begins
//! cost allocation reports, are passed over.

use std::io::{self, Read};

use csv::ByteRecord;

use super::columns::{Column, Header};
use super::{WHICH_FILES, Wrong};

/// How many rows may precede the header.
const ROWS_BEFORE_HEADER: usize = 20;

/// A quote that is never closed must not turn the whole file into one row.
const LONGEST_ROW: usize = 2 << 20;

/// A table whose header was read.
pub(super) struct Table<'a> {
    rows: csv::Reader<Bounded<'a>>,
    row: ByteRecord,
    header: Header,
}

impl<'a> Table<'a> {
    /// Reads up to the header.
    pub(super) fn open(input: &'a mut dyn Read) -> Result<Self, Wrong> {
        let mut rows = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(1 << 16)
            .from_reader(Bounded { input, read: 0 });
        let mut row = ByteRecord::new();
        for passed in 0..=ROWS_BEFORE_HEADER {
            if !rows.read_byte_record(&mut row)? {
                return Err(match passed {
                    0 => Wrong::new("it is empty", WHICH_FILES),
                    _ => no_header(),
                });
            }
            rows.get_mut().read = 0;
            if let Some(header) = Header::of(&row) {
                return Ok(Self { rows, row, header });
            }
        }
        Err(no_header())
    }

    pub(super) fn header(&self) -> &Header {
        &self.header
    }

    /// Goes to the next row; false when there is none.
    pub(super) fn next(&mut self) -> Result<bool, Wrong> {
        let read = self.rows.read_byte_record(&mut self.row)?;
        self.rows.get_mut().read = 0;
        Ok(read)
    }

    /// What the row holds in a column: nothing where the table has no such column, or the row ends before it.
    pub(super) fn field(&self, column: Column) -> &[u8] {
        let place = self.header.place(column);
        let field = place.and_then(|place| self.row.get(place));
        field.unwrap_or_default().trim_ascii()
    }
}

fn no_header() -> Wrong {
    Wrong::new("it has no header of a known billing report", WHICH_FILES)
}

/// Ends the reading when a row does not end.
struct Bounded<'a> {
    input: &'a mut dyn Read,
    /// How much was read since the last row.
    read: usize,
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.read > LONGEST_ROW {
            let why = "a row does not end, perhaps because a quote is not closed";
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        }
        let read = self.input.read(buffer)?;
        self.read += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage_types(mut csv: &[u8]) -> Result<Vec<String>, Wrong> {
        let mut table = Table::open(&mut csv)?;
        let mut found = Vec::new();
        while table.next()? {
            let field = table.field(Column::UsageType);
            found.push(String::from_utf8_lossy(field).into_owned());
        }
        Ok(found)
    }

    #[test]
    fn neither_short_nor_long_rows_nor_odd_bytes_end_the_reading() {
        let csv = b"PayerAccountId,UsageType\n1\n2,a,b,c\n\n3,\xff\xfe\r\n4,\"d,\ne\"\n";
        let found = usage_types(csv).expect("a table");
        assert_eq!(found, ["", "a", "\u{fffd}\u{fffd}", "d,\ne"]);
    }

    #[test]
    fn a_mark_of_byte_order_and_a_note_may_stand_before_the_header() {
        let csv = b"\xef\xbb\xbf\"Don't see your tags in the report?\"\n\nPayerAccountId,UsageType\n1,a\n";
        assert_eq!(usage_types(csv).expect("a table"), ["a"]);
        let csv = b"\xef\xbb\xbflineItem/UsageType\na\n";
        assert_eq!(usage_types(csv).expect("a table"), ["a"]);
    }

    #[test]
    fn a_header_is_looked_for_in_the_first_rows_only() {
        let csv = "a\n".repeat(100) + "lineItem/UsageType\n";
        let wrong = usage_types(csv.as_bytes()).expect_err("a refusal");
        assert_eq!(wrong.why, "it has no header of a known billing report");
    }

    #[test]
    fn a_quote_that_is_never_closed_does_not_fill_the_memory() {
        let mut endless = b"lineItem/UsageType\na\n\"".chain(io::repeat(b'x'));
        let mut table = Table::open(&mut endless).expect("a table");
        assert!(table.next().expect("a row"));
        let wrong = table.next().expect_err("no row");
        assert!(wrong.why.contains("a row does not end"), "{}", wrong.why);
    }
}
