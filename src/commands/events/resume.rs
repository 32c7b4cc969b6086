//! `--resume FILE`: how far an earlier run has come, so that the next one reads on behind it.
//!
//! The file says of each account and region which log was printed last, which others since a while [before](overlap) it,
//! and which could not be read, or not to their end: those are tried again by each run. The file is replaced as a whole,
//! so that it is never half written.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::overlap;
use crate::error::{Error, Result, about_file};
use crate::pull::printing::{KeepReason, PrintedMessage};

/// How often the file is written at most, but at the end.
const INTERVAL: Duration = Duration::from_secs(5);

/// What was read, by folder, `s3://BUCKET/PREFIX`.
pub type Folders = BTreeMap<String, Folder>;

/// What was read of a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Folder {
    /// The last key, in their order.
    last: String,
    /// The keys since a while before that.
    recent: BTreeSet<String>,
    /// The keys that could not be read to the end.
    unread: BTreeSet<String>,
}

impl Folder {
    /// Behind which keys are listed.
    pub(super) fn start(&self) -> String {
        overlap::start(&self.last)
    }

    pub(super) fn has_read(&self, key: &str) -> bool {
        self.recent.contains(key)
    }

    /// The keys to read that are not listed any more.
    pub(super) fn unlisted(&self) -> Vec<String> {
        let start = self.start();
        let keys = self.unread.iter().filter(|key| **key <= start);
        keys.cloned().collect()
    }

    fn pass(&mut self, key: &str, is_read: bool) {
        match is_read {
            true => self.unread.remove(key),
            false => self.unread.insert(key.to_owned()),
        };
        if key > self.last.as_str() {
            key.clone_into(&mut self.last);
        }
        if is_read {
            self.recent.insert(key.to_owned());
        }
        let start = self.start();
        self.recent.retain(|key| *key > start || *key == self.last);
    }
}

/// Keeps the file up to date.
#[derive(Debug)]
pub(super) struct Resume {
    file: PathBuf,
    folders: Folders,
    written: Instant,
}

impl Resume {
    /// Reads the file, or creates it.
    ///
    /// # Errors
    /// When it cannot be read or written, or holds something else.
    pub(super) fn read(file: &Path) -> Result<Self> {
        let folders = match std::fs::read(file) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
                let file = file.display();
                Error::usage(format!("--resume {file} is not a file of keys: {error}"))
                    .hint("remove it to read everything, or name another file")
            })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Folders::new(),
            Err(error) => return Err(failed("reading", file, &error)),
        };
        let mut read = Self {
            file: file.to_owned(),
            folders,
            written: Instant::now(),
        };
        // Not to find out at the end that it cannot be.
        read.write()?;
        Ok(read)
    }

    /// What was read before.
    pub(super) fn folders(&self) -> Folders {
        self.folders.clone()
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
        if !matches!(kept, Some(KeepReason::Limit)) {
            let folder = self.folders.entry(folder.to_owned()).or_default();
            folder.pass(key, !matches!(kept, Some(KeepReason::Unreadable)));
        }
    }

    fn write(&mut self) -> Result<()> {
        let wrong = |error: &std::io::Error| failed("writing", &self.file, error);
        let mut part = self.file.clone().into_os_string();
        part.push(".part");
        let json = serde_json::to_vec_pretty(&self.folders).unwrap_or_default();
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
