//! `--resume FILE`: how far an earlier run has come, so that the next one reads on behind it.
//!
//! Logs of an account and region are read in the order of their keys. The file has the last key of each such folder whose
//! log was printed to its end; it is replaced as a whole, so that it is never half written. A log that could not be
//! read, or not to its end, stays to be read, and all behind it in its folder.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use crate::error::{Error, Result, about_file};
use crate::pull::printing::{KeepReason, PrintedMessage};

/// How often the file is written at most, but at the end.
const INTERVAL: Duration = Duration::from_secs(5);

/// The last key by folder, `s3://BUCKET/PREFIX`.
pub(super) type LastKeys = BTreeMap<String, String>;

/// Keeps the file up to date.
#[derive(Debug)]
pub(super) struct Resume {
    file: PathBuf,
    last: LastKeys,
    /// Folders with a log that stays to be read.
    held: Vec<String>,
    written: Instant,
}

impl Resume {
    /// Reads the file; none is one without keys.
    ///
    /// # Errors
    /// When it cannot be read, or is no map of texts.
    pub(super) fn read(file: &Path) -> Result<Self> {
        let last = match std::fs::read(file) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
                let file = file.display();
                Error::usage(format!(
                    "--resume {file} is not a file of last keys: {error}"
                ))
                .hint("remove it to read everything, or name another file")
            })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => LastKeys::new(),
            Err(error) => return Err(failed("reading", file, &error)),
        };
        Ok(Self {
            file: file.to_owned(),
            last,
            held: Vec::new(),
            written: Instant::now(),
        })
    }

    /// The last key by folder.
    pub(super) fn last(&self) -> LastKeys {
        self.last.clone()
    }

    /// Follows what is printed, until nothing more comes.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) async fn follow(
        mut self,
        mut printed: mpsc::Receiver<PrintedMessage>,
    ) -> Result<()> {
        while let Some(PrintedMessage { id, kept }) = printed.recv().await {
            self.pass(&id, kept);
            if self.written.elapsed() >= INTERVAL {
                self.write()?;
            }
        }
        self.write()
    }

    /// A log was printed; `id` is its folder and its key, with a line break between them.
    fn pass(&mut self, id: &str, kept: Option<KeepReason>) {
        let (folder, key) = id.split_once('\n').unwrap_or((id, ""));
        if matches!(kept, Some(KeepReason::Unreadable | KeepReason::Limit)) {
            self.held.push(folder.to_owned());
        }
        if !self.held.iter().any(|held| held == folder) {
            self.last.insert(folder.to_owned(), key.to_owned());
        }
    }

    fn write(&mut self) -> Result<()> {
        let wrong = |error: &std::io::Error| failed("writing", &self.file, error);
        let folder = self
            .file
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let mut part = self.file.clone().into_os_string();
        part.push(".part");
        let json = serde_json::to_vec_pretty(&self.last).unwrap_or_default();
        if let Some(folder) = folder {
            std::fs::create_dir_all(folder).map_err(|error| wrong(&error))?;
        }
        let mut file = std::fs::File::create(&part).map_err(|error| wrong(&error))?;
        let written = file.write_all(&json).and_then(|()| file.sync_all());
        written.map_err(|error| wrong(&error))?;
        std::fs::rename(&part, &self.file).map_err(|error| wrong(&error))?;
        self.written = Instant::now();
        Ok(())
    }
}

fn failed(doing: &str, file: &Path, error: &std::io::Error) -> Error {
    let hint = about_file(file, error);
    Error::failed(format!("{doing} --resume {}: {error}", file.display())).hints(hint)
}
