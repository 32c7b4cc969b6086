//! A report's file: found out how it is packed by its first bytes, and unpacked while it is read.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::PathBuf;

use flate2::bufread::MultiGzDecoder;
use zip::ZipArchive;
use zip::result::ZipError;

use super::table::Table;
use super::{WHICH_FILES, Wrong};
use crate::error::{Error, Result};

const GZIP: &[u8] = &[0x1f, 0x8b];
/// Local file, empty archive, archive in parts.
const ZIP: [&[u8]; 3] = [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"];
const PARQUET: &[u8] = b"PAR1";
const UTF_16: [&[u8]; 2] = [&[0xff, 0xfe], &[0xfe, 0xff]];

/// Long enough for every mark above.
const MARK: u64 = 4;

const OTHER_ARCHIVE: &str =
    "unpack it and name the CSV file, or pack it again without a password, by the usual method";

/// What is done with each table.
type Visit<'a> = &'a mut dyn FnMut(&mut Table<'_>) -> Result<(), Wrong>;

/// The file of a report.
#[derive(Clone, Debug)]
pub struct Report {
    path: PathBuf,
}

impl Report {
    /// The report at this path; `-` is stdin.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Opens every table of the report in turn: a zip file may hold several.
    pub(super) fn each_table(&self, visit: Visit<'_>) -> Result<()> {
        self.visit(visit).map_err(|wrong| self.error(wrong))
    }

    /// What is wrong with this very report.
    pub(super) fn error(&self, wrong: Wrong) -> Error {
        let name = match self.is_stdin() {
            true => "stdin".to_owned(),
            false => self.path.display().to_string(),
        };
        Error::failed(format!("{name}: {}", wrong.why)).hint(wrong.hint)
    }

    fn is_stdin(&self) -> bool {
        self.path.as_os_str() == OsStr::new("-")
    }

    fn visit(&self, visit: Visit<'_>) -> Result<(), Wrong> {
        let mut input: Box<dyn Read> = match self.is_stdin() {
            true => Box::new(io::stdin().lock()),
            false => Box::new(File::open(&self.path)?),
        };
        let mut mark = Vec::new();
        input.by_ref().take(MARK).read_to_end(&mut mark)?;
        let begins = |with: &[u8]| mark.starts_with(with);
        if begins(PARQUET) {
            let why = "it is a Parquet file";
            return Err(Wrong::new(why, "create the report, or its export, as CSV"));
        }
        if UTF_16.into_iter().any(begins) {
            return Err(Wrong::new("it is text in UTF-16", "save it as UTF-8"));
        }
        if ZIP.into_iter().any(begins) {
            return self.visit_members(visit);
        }
        let packed = begins(GZIP);
        let all = Cursor::new(mark).chain(input);
        match packed {
            true => {
                let packed = BufReader::with_capacity(1 << 16, all);
                visit(&mut Table::open(&mut MultiGzDecoder::new(packed))?)
            }
            false => visit(&mut Table::open(&mut { all })?),
        }
    }

    /// The members of a zip file: those that are called CSV, or else the only one.
    fn visit_members(&self, visit: Visit<'_>) -> Result<(), Wrong> {
        if self.is_stdin() {
            let why = "a zip file cannot be read from a pipe: its list of members is at its end";
            return Err(Wrong::new(why, "name the file"));
        }
        let file = BufReader::with_capacity(1 << 16, File::open(&self.path)?);
        let mut archive = ZipArchive::new(file)?;
        let mut files = Vec::new();
        for index in 0..archive.len() {
            let member = archive.by_index_data(index)?;
            if member.is_file() {
                files.push((index, member.name()?.into_owned()));
            }
        }
        let (tables, others): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|(_, name)| is_table(name));
        let chosen = match (tables.is_empty(), others.len()) {
            (false, _) => tables,
            (true, 1) => others,
            _ => return Err(Wrong::new("there is no CSV file in it", WHICH_FILES)),
        };
        for (index, name) in chosen {
            let in_member = |wrong: Wrong| Wrong {
                why: format!("{name}: {}", wrong.why),
                ..wrong
            };
            let mut member = archive
                .by_index(index)
                .map_err(Wrong::from)
                .map_err(in_member)?;
            Table::open(&mut member)
                .and_then(|mut table| visit(&mut table))
                .map_err(in_member)?;
        }
        Ok(())
    }
}

/// Whether a member is a table; macOS adds shadows of all members in a folder of their own.
fn is_table(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".csv") && !name.starts_with("__MACOSX/")
}

impl From<ZipError> for Wrong {
    fn from(error: ZipError) -> Self {
        match error {
            ZipError::Io(error) => error.into(),
            ZipError::InvalidPassword => Self::new("it is encrypted", OTHER_ARCHIVE),
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
                Self::new("it is encrypted", OTHER_ARCHIVE)
            }
            ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
                Self::new(format!("it cannot be unpacked: {error}"), OTHER_ARCHIVE)
            }
            _ => Self::new(
                format!("it is not a complete zip file: {error}"),
                "fetch it again, or name another file",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use tempfile::TempDir;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::billing::instance_types;

    const CSV: &[u8] = b"lineItem/UsageType\nBoxUsage:m5.large\nBoxUsage:c5.large\n";

    fn gzip(content: &[u8]) -> Vec<u8> {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(content).expect("memory can be written to");
        packed.finish().expect("memory can be written to")
    }

    fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in members {
            let options = SimpleFileOptions::default();
            archive.start_file(*name, options).expect("a member");
            archive
                .write_all(content)
                .expect("memory can be written to");
        }
        archive.finish().expect("an archive").into_inner()
    }

    fn read(content: &[u8]) -> Result<Vec<String>> {
        let folder = TempDir::new().expect("a folder");
        let path = folder.path().join("report");
        std::fs::write(&path, content).expect("the folder can be written to");
        let types = instance_types(&Report::new(&path))?;
        Ok(types.into_iter().collect())
    }

    /// What is wrong, without the path.
    fn why(content: &[u8]) -> String {
        let error = read(content).expect_err("a refusal");
        assert_eq!(error.hints.len(), 1);
        let (_, why) = error.message.split_once("/report: ").expect("the path");
        why.to_owned()
    }

    #[test]
    fn packed_or_not_a_report_reads_the_same() {
        let (first, second) = CSV.split_at(30);
        let in_parts = [gzip(first), gzip(second)].concat();
        let members = zip(&[
            ("a/Report-1.CSV", b"lineItem/UsageType\nBoxUsage:m5.large\n"),
            ("2.csv", b"line_item_usage_type\nEU-BoxUsage:c5.large\n"),
            ("readme.txt", b"no report"),
            ("__MACOSX/a/._report-1.csv", b"no report"),
        ]);
        for content in [CSV, &gzip(CSV), &in_parts, &members, &zip(&[("x", CSV)])] {
            assert_eq!(read(content).expect("types"), ["c5.large", "m5.large"]);
        }
    }

    #[test]
    fn files_that_are_no_reports_are_refused_with_the_reason() {
        let whole = gzip(CSV);
        let mut flipped = whole.clone();
        let checksum = flipped.len() - 8;
        flipped[checksum] ^= 0xff;
        let damaged = why(&flipped);
        assert!(damaged.starts_with("it is damaged: "), "{damaged}");
        let cut = why(&zip(&[("a.csv", CSV)])[..60]);
        assert!(cut.starts_with("it is not a complete zip file: "), "{cut}");
        let no_table = zip(&[("a.txt", CSV), ("b.txt", CSV)]);
        let wrong_member = zip(&[("a.csv", b"x,y\n")]);
        for (content, wanted) in [
            (&b""[..], "it is empty"),
            (&gzip(b""), "it is empty"),
            (b"PAR1\x15\x04", "it is a Parquet file"),
            (b"\xff\xfea\0", "it is text in UTF-16"),
            (b"{\"a\": 1}", "it has no header of a known billing report"),
            (&zip(&[]), "there is no CSV file in it"),
            (&no_table, "there is no CSV file in it"),
            (
                &wrong_member,
                "a.csv: it has no header of a known billing report",
            ),
            (&encrypted(), "a.csv: it is encrypted"),
        ] {
            assert_eq!(why(content), wanted);
        }
    }

    /// A zip file whose member says, in both of its headers, that it is encrypted.
    fn encrypted() -> Vec<u8> {
        let mut content = zip(&[("a.csv", CSV)]);
        for (header, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
            let mut windows = content.windows(4);
            let at = windows.position(|window| window == header);
            content[at.expect("a header") + flags] |= 1;
        }
        content
    }
}
