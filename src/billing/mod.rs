//! Billing reports: the names of accounts and the instance types in use, read out of files of any size.
//!
//! AWS writes two kinds, both as CSV, mostly compressed: the detailed billing report with its monthly summaries, and
//! the Cost and Usage Report. The content shows which kind a file is and how it is packed. Rows are read one by
//! one and forgotten, so memory does not grow with the file. Everything here is synchronous and knows no AWS.

mod columns;
mod instances;
mod names;
mod report;
mod table;

pub use instances::instance_types;
pub use names::account_names;
pub use report::Report;

/// What is wrong with a report; [`Report`] adds which one it is.
#[derive(Debug)]
struct Wrong {
    why: String,
    hint: &'static str,
}

/// What to do about a file that is no report.
const WHICH_FILES: &str = "expected a detailed billing report or a Cost and Usage Report, as CSV, plain or packed with gzip or zip";

impl Wrong {
    fn new(why: impl Into<String>, hint: &'static str) -> Self {
        let why = why.into();
        Self { why, hint }
    }
}

impl From<std::io::Error> for Wrong {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::UnexpectedEof => Self::new(
                "the packed data stops before its end",
                "it was cut off on its way: fetch it again",
            ),
            ErrorKind::InvalidInput | ErrorKind::InvalidData => Self::new(
                format!("it is damaged: {error}"),
                "fetch it again, or name another file",
            ),
            _ => Self::new(
                format!("it cannot be read: {error}"),
                "name a file that can be read, or - for stdin",
            ),
        }
    }
}

impl From<csv::Error> for Wrong {
    fn from(error: csv::Error) -> Self {
        match error.into_kind() {
            csv::ErrorKind::Io(error) => error.into(),
            // Bytes in rows of any length leave nothing else to go wrong.
            _ => Self::new("it is not CSV", WHICH_FILES),
        }
    }
}
