//! The file that takes new access keys: an AWS credentials file that nobody but its owner may read.
//!
//! The only place where a secret ever stands is the answer of the request that makes it, so the file is there before
//! the request is sent, and it is its own journal: a comment a profile says which keys the user had before. Whatever
//! ends the run, the next one can tell from it which key was made in vain.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::error::{Error, Result};

/// What a line of the journal begins with.
const MARK: &str = "# ctadmin: ";

/// A key that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The profile that gets the key.
    pub profile: String,
    /// The user whose key it is.
    pub user: String,
    /// Ids of the keys that the user had before.
    pub known: Vec<String>,
}

/// A key file that is not finished.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Journal {
    /// Keys that were to be made, and are not in the file.
    pub missing: Vec<Entry>,
    /// The profiles whose keys are in the file.
    pub made: Vec<String>,
}

/// What there is under the path of a key file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Missing,
    /// What an interrupted run left.
    Unfinished(Journal),
    /// Something that must not be touched.
    Taken,
}

/// Looks what there is under the path of a key file.
///
/// # Errors
/// When it cannot be read.
pub fn look(path: &Path) -> Result<Found> {
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(1 << 16).read_to_string(&mut text));
    match read {
        Ok(_) => Ok(unfinished(&text).map_or(Found::Taken, Found::Unfinished)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Found::Missing),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(Found::Taken),
        Err(error) => Err(unusable(path, &error)),
    }
}

/// The journal, if it is one and any key is missing.
fn unfinished(text: &str) -> Option<Journal> {
    if !text.starts_with(MARK) {
        return None;
    }
    let section = |line: &str| Some(line.strip_prefix('[')?.strip_suffix(']')?.to_owned());
    let made: Vec<String> = text.lines().filter_map(section).collect();
    let entries = text.lines().filter_map(Entry::parse);
    let missing: Vec<Entry> = entries
        .filter(|entry| !made.contains(&entry.profile))
        .collect();
    (!missing.is_empty()).then_some(Journal { missing, made })
}

impl Entry {
    fn line(&self) -> String {
        let Self {
            profile,
            user,
            known,
        } = self;
        let known = match known.as_slice() {
            [] => "no key".to_owned(),
            ids => ids.join(" "),
        };
        format!("{MARK}[{profile}] is for {user}, who had {known}\n")
    }

    fn parse(line: &str) -> Option<Self> {
        let (profile, rest) = line
            .strip_prefix(MARK)?
            .strip_prefix('[')?
            .split_once("] is for ")?;
        let (user, known) = rest.split_once(", who had ")?;
        let ids = known.split(' ').filter(|_| known != "no key");
        Some(Self {
            profile: profile.to_owned(),
            user: user.to_owned(),
            known: ids.map(str::to_owned).collect(),
        })
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
    /// Whether a key is in the file.
    holds_keys: bool,
    /// The users of whom AWS may hold a key that is not in the file.
    in_doubt: Vec<String>,
}

impl KeyFile {
    /// Makes the file, or takes up one that an interrupted run left, and notes what is to be made.
    ///
    /// # Errors
    /// When something else is there, another run is at it, or the folder cannot be written to.
    pub fn open(path: &Path, entries: &[Entry]) -> Result<Self> {
        let found = look(path)?;
        let mut options = OpenOptions::new();
        options.append(true).create_new(found == Found::Missing);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = match found {
            Found::Taken => return Err(taken(path)),
            Found::Missing | Found::Unfinished(_) => options.open(path),
        }
        .map_err(|error| unusable(path, &error))?;
        if file.try_lock().is_err() {
            let message = format!("{} is being written by another run", path.display());
            return Err(Error::failed(message));
        }
        let mut holds_keys = false;
        if let Found::Unfinished(journal) = found {
            check_private(path, &file)?;
            holds_keys = !journal.made.is_empty();
            let lines = entries.iter();
            write_lines(
                &mut file,
                lines.filter(|entry| !journal.missing.contains(entry)),
            )
        } else {
            write_lines(&mut file, entries.iter())
        }
        .map_err(|error| unusable(path, &error))?;
        Ok(Self {
            path: path.to_owned(),
            state: Mutex::new(State {
                file,
                holds_keys,
                in_doubt: Vec::new(),
            }),
        })
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Notes that a key is being asked for.
    pub fn ask(&self, user: &str) {
        self.state().in_doubt.push(user.to_owned());
    }

    /// Notes that no key was made that the file does not hold.
    pub fn settle(&self, user: &str) {
        self.state().in_doubt.retain(|other| other != user);
    }

    /// Writes a key, and makes sure that it is on the disk.
    ///
    /// # Errors
    /// When the file cannot take it.
    pub fn write(&self, profile: &str, region: &str, id: &str, secret: &str) -> io::Result<()> {
        let section = format!(
            "[{profile}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\nregion = {region}\n"
        );
        let mut state = self.state();
        state.file.write_all(section.as_bytes())?;
        state.file.sync_all()?;
        state.holds_keys = true;
        Ok(())
    }

    /// Takes the file away again if nothing came of it.
    pub fn close(self) {
        let state = self
            .state
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        if !state.holds_keys && state.in_doubt.is_empty() {
            // Left behind, it would only be in the way of the next run, which takes it up.
            let _ = std::fs::remove_file(&self.path);
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn write_lines<'a>(file: &mut File, entries: impl Iterator<Item = &'a Entry>) -> io::Result<()> {
    for entry in entries {
        file.write_all(entry.line().as_bytes())?;
    }
    file.sync_all()
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

fn unusable(path: &Path, error: &io::Error) -> Error {
    Error::failed(format!(
        "cannot use {} for access keys: {error}",
        path.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(profile: &str, known: &[&str]) -> Entry {
        Entry {
            profile: profile.to_owned(),
            user: format!("{profile}-splunkapp"),
            known: known.iter().map(|&id| id.to_owned()).collect(),
        }
    }

    #[test]
    fn a_journal_tells_what_is_not_finished() {
        let (first, second) = (entry("default", &[]), entry("billing", &["AKIA1", "AKIA2"]));
        let mut text = first.line() + &second.line();
        let journal = unfinished(&text).expect("a journal");
        assert_eq!(journal.missing, [first, second.clone()]);
        text.push_str("[default]\naws_access_key_id = AKIA3\n");
        let journal = unfinished(&text).expect("a journal");
        assert_eq!(
            (journal.missing, journal.made),
            (vec![second], vec!["default".to_owned()])
        );
        text.push_str("[billing]\n");
        assert_eq!(unfinished(&text), None);
    }

    #[test]
    fn other_files_are_taken() {
        for text in ["", "[default]\n", "# mine\n"] {
            assert_eq!(unfinished(text), None, "{text:?}");
        }
    }
}
