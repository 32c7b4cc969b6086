//! A .zip file with one file of text: the code of a Lambda function.
//!
//! Nothing in it depends on when or where it is made, so the same code always has the same hash, by which AWS Lambda
//! says which code a function has. The text is not compressed: what compresses it may change, and a script can hold it
//! as it is.

use std::fmt;
use std::io::{Cursor, Write};
use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use super::definition::Parameter;

/// A .zip file. As JSON it is base64, as AWS takes it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Zip {
    bytes: Vec<u8>,
    /// Where the text is.
    text: Range<usize>,
}

impl Zip {
    /// The .zip file with this text under this name. Others may read it, which Lambda requires:
    /// <https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-deployment.html>.
    pub fn of(name: &str, text: &str) -> Self {
        const MEMORY: &str = "memory takes a file of a few kB";
        let options = SimpleFileOptions::default()
            .last_modified_time(DateTime::default())
            .compression_method(CompressionMethod::Stored)
            .system(System::Unix)
            .unix_permissions(0o644);
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file(name, options).expect(MEMORY);
        zip.write_all(text.as_bytes()).expect(MEMORY);
        let bytes = zip.finish().expect(MEMORY).into_inner();
        let mut places = bytes.windows(text.len().max(1));
        let start = places.position(|part| part == text.as_bytes());
        let start = start.unwrap_or_default();
        Self {
            text: start..start + text.len(),
            bytes,
        }
    }

    /// All of it.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What is before the text, the text, and what is behind it.
    pub fn parts(&self) -> (&[u8], &str, &[u8]) {
        let Range { start, end } = self.text;
        let text = std::str::from_utf8(&self.bytes[start..end]);
        (
            &self.bytes[..start],
            text.unwrap_or_default(),
            &self.bytes[end..],
        )
    }

    /// Its hash, as Lambda returns it: SHA-256 in base64.
    pub fn sha256(&self) -> String {
        STANDARD.encode(Sha256::digest(&self.bytes))
    }
}

impl fmt::Debug for Zip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zip({})", self.sha256())
    }
}

impl Serialize for Zip {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        STANDARD.encode(&self.bytes).serialize(to)
    }
}

impl Parameter for Zip {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_always_has_the_same_hash() {
        let zip = Zip::of(
            "index.py",
            "def handler(event, context):\n    return event\n",
        );
        insta::assert_snapshot!(zip.sha256(), @"RkDcstxQQHQTP66WQhoRF6te0hmQi80FIVryXFdhu8o=");
        let (before, text, after) = zip.parts();
        assert!(before.starts_with(b"PK\x03\x04") && before.ends_with(b"index.py"));
        assert!(text.starts_with("def ") && text.ends_with("event\n"));
        assert!(after.starts_with(b"PK\x01\x02"));
        assert_eq!([before, text.as_bytes(), after].concat(), zip.bytes());
    }
}
