//! The file for new access keys: an AWS credentials file that only its owner may read.
//!
//! AWS returns a secret only once, in the answer of the request that creates it, so the file exists before the request
//! is sent, and it is its own journal: comments say which keys the user had when one was requested. However a run ends,
//! the next one finds out from it which key was created without being saved.

mod journal;

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, Result};

pub use journal::{Entry, Journal};

/// More than any file of this tool has, in bytes.
const LONGEST: u64 = 1 << 16;

/// What there is under the path of a key file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileState {
    /// Nothing.
    Missing,
    /// What an interrupted run left.
    Unfinished(Journal),
    /// Something that must not be touched.
    Taken,
}

/// Reads what there is under the path of a key file.
pub fn look(path: &Path) -> Result<FileState> {
    let about = match path.symlink_metadata() {
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            return in_a_folder(path).map(|()| FileState::Missing);
        }
        about => about.map_err(|error| unusable(path, &error))?,
    };
    // Opening a pipe would wait for a writer.
    if !about.is_file() {
        return Ok(FileState::Taken);
    }
    let mut text = String::new();
    match File::open(path).and_then(|file| file.take(LONGEST).read_to_string(&mut text)) {
        Ok(_) => Ok(Journal::parse(&text).map_or(FileState::Taken, FileState::Unfinished)),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(FileState::Taken),
        Err(error) => Err(unusable(path, &error)),
    }
}

/// A key file that is open, and closed to other runs.
#[derive(Debug)]
pub struct KeyFile {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    file: File,
    /// How many bytes the file has.
    length: u64,
    /// Whether a key is in the file.
    holds_keys: bool,
    /// The users of whom AWS may hold a key that is not in the file, and the keys that they had before.
    in_doubt: BTreeMap<String, Vec<String>>,
    /// The users of whom an interrupted run may have left such a key.
    left: Vec<String>,
}

impl KeyFile {
    /// Creates the file, or takes up one that an interrupted run left, and notes which keys are to be created. `length` is how
    /// many bytes of a journal there were when the plan was made, 0 if there was no file.
    ///
    /// # Errors
    /// When something else is there by now, another run uses it, or the folder cannot be written to.
    pub fn open(path: &Path, length: usize, entries: &[Entry]) -> Result<Self> {
        let mut file = match length {
            0 => create(path),
            _ => OpenOptions::new().append(true).open(path),
        }
        .map_err(|error| unusable(path, &error))?;
        let journal = prepare(path, &mut file, length, entries);
        if journal.is_err() && length == 0 {
            // Left behind, it would only be in the way of the next run.
            let _ = std::fs::remove_file(path);
        }
        let (journal, length) = journal?;
        let asked = journal.missing.iter().filter(|it| it.beside.is_some());
        let left = asked.map(|entry| entry.user.clone()).collect();
        Ok(Self {
            path: path.to_owned(),
            state: Mutex::new(State {
                file,
                length,
                holds_keys: !journal.made.is_empty(),
                in_doubt: BTreeMap::new(),
                left,
            }),
        })
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Notes that a key is about to be requested, beside those that the user has. Without this note, none must be.
    pub fn ask(&self, profile: &str, user: &str, beside: &[String]) -> io::Result<()> {
        let entry = Entry::new(profile, user, Some(beside.to_vec()));
        let mut state = self.state();
        state.append(&entry.line())?;
        state.in_doubt.insert(entry.user, beside.to_vec());
        Ok(())
    }

    /// The keys that the user had when one was requested that AWS may have, and the file does not.
    pub fn in_doubt(&self, user: &str) -> Option<Vec<String>> {
        self.state().in_doubt.get(user).cloned()
    }

    /// Notes that there is no key but those that the user had.
    pub fn settle(&self, profile: &str, user: &str) {
        let entry = Entry::new(profile, user, None);
        let mut state = self.state();
        state.is_settled(user);
        // Without it, the next run looks for a key that is not there.
        let _ = state.append(&entry.line());
    }

    /// Writes a user's key, and makes sure that it is on the disk.
    pub fn write(
        &self,
        user: &str,
        profile: &str,
        region: &str,
        (id, secret): (&str, &str),
    ) -> io::Result<()> {
        let mut state = self.state();
        state.append(&journal::section(profile, region, id, secret))?;
        state.is_settled(user);
        state.holds_keys = true;
        Ok(())
    }

    /// Removes the file if it holds no key and none is in doubt.
    pub fn close(self) {
        let state = self.state();
        if !state.holds_keys && state.in_doubt.is_empty() && state.left.is_empty() {
            // Left behind, it would only be in the way of the next run, which takes it up.
            let _ = std::fs::remove_file(&self.path);
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Writes all of the text, or none of it.
    fn append(&mut self, text: &str) -> io::Result<()> {
        let written = self.file.write_all(text.as_bytes());
        match written.and_then(|()| self.file.sync_all()) {
            Ok(()) => self.length += text.len() as u64,
            Err(error) => {
                let _ = self.file.set_len(self.length);
                return Err(error);
            }
        }
        Ok(())
    }

    fn is_settled(&mut self, user: &str) {
        self.in_doubt.remove(user);
        self.left.retain(|other| other != user);
    }
}

/// A new file, which must not be there yet, for its owner alone whatever the umask.
pub fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    Ok(file)
}

/// Closes a file to other runs, checks that it is as the plan takes it to be, and notes which keys are to be created. What it
/// held before, and how many bytes it has now.
fn prepare(
    path: &Path,
    file: &mut File,
    length: usize,
    entries: &[Entry],
) -> Result<(Journal, u64)> {
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let message = format!("{} is being written by another run", path.display());
            return Err(Error::failed(message));
        }
        Err(TryLockError::Error(error)) => return Err(unusable(path, &error)),
    }
    let journal = match length {
        0 => Journal::default(),
        length => resumed(path, file, length)?,
    };
    let is_new = |entry: &&Entry| {
        let mut missing = journal.missing.iter();
        missing.all(|it| (&it.profile, &it.user) != (&entry.profile, &entry.user))
    };
    let lines: String = entries.iter().filter(is_new).map(Entry::line).collect();
    let noted = file.set_len(journal.whole as u64);
    let noted = noted.and_then(|()| file.write_all(lines.as_bytes()));
    let noted = noted.and_then(|()| file.sync_all());
    noted.map_err(|error| unusable(path, &error))?;
    let length = (journal.whole + lines.len()) as u64;
    Ok((journal, length))
}

/// The journal in a file that the plan takes up, if nothing has changed it since.
fn resumed(path: &Path, file: &File, length: usize) -> Result<Journal> {
    check_private(path, file)?;
    let found = look(path)?;
    match found {
        FileState::Unfinished(journal) if journal.length == length && is_at(path, file) => {
            Ok(journal)
        }
        _ => Err(
            Error::failed(format!("another run has changed {}", path.display()))
                .hint("run the command again"),
        ),
    }
}

/// Whether this very file is under the path still.
fn is_at(path: &Path, file: &File) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let place = |about: io::Result<std::fs::Metadata>| {
            about.ok().map(|about| (about.dev(), about.ino()))
        };
        let file = place(file.metadata());
        file.is_some() && file == place(path.symlink_metadata())
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        path.exists()
    }
}

/// Refuses a file that others may read.
fn check_private(path: &Path, file: &File) -> Result<()> {
    #[cfg(unix)]
    {
        let about = file.metadata().map_err(|error| unusable(path, &error))?;
        if std::os::unix::fs::MetadataExt::mode(&about) & 0o077 != 0 {
            let message = format!("others may read {}", path.display());
            return Err(Error::failed(message).hint(format!("chmod 600 {}", path.display())));
        }
    }
    Ok(())
}

/// Refuses to overwrite.
pub fn taken(path: &Path) -> Error {
    Error::usage(format!("{} exists already", path.display()))
        .hint("an access key goes to a new file only, so that none is lost: name another one")
}

/// Refuses a path whose folder is not there.
fn in_a_folder(path: &Path) -> Result<()> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    if folder.is_dir() {
        return Ok(());
    }
    let (path, folder) = (path.display(), folder.display());
    Err(Error::usage(format!(
        "{path} cannot be created: there is no folder {folder}"
    ))
    .hint("create the folder, or name a file in another"))
}

fn unusable(path: &Path, error: &io::Error) -> Error {
    if error.kind() == io::ErrorKind::AlreadyExists {
        return taken(path);
    }
    Error::failed(format!(
        "cannot use {} for access keys: {error}",
        path.display()
    ))
}
