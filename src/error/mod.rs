//! What can go wrong, which exit code it has, and what to do about it.
//!
//! [`Error`] ends a command; [`CallError`] is AWS's refusal of one request and may be one of many in a report.
//! Both carry hints, printed on lines of their own. Nothing here ever holds a credential.

mod call;
mod text;

use std::io;
use std::path::Path;

pub use call::{CallError, CallResult, Cause, LAKE_FORMATION, is_of_lake_formation};
pub use text::{is_bidirectional, tame};

/// Why a command ended before its work was done.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// Decides the exit code.
    pub kind: Kind,
    /// Lower case, no full stop, the thing that it is about first.
    pub message: String,
    /// What the user can do, a line each.
    pub hints: Vec<String>,
}

/// Kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Usage or configuration error.
    Usage,
    /// Failed, or refused after looking at the account.
    Failed,
    /// Stopped by the user.
    Interrupted,
}

/// The result of whatever can end a command.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Arguments or configuration are wrong.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// Something failed, or was refused because of what the account holds.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(Kind::Failed, message)
    }

    /// A file that the user named cannot be read as text.
    pub fn unreadable(path: &Path, error: &io::Error) -> Self {
        let failed = Self::failed(format!("{}: it cannot be read: {error}", path.display()));
        failed.hints(about_file(path, error))
    }

    /// The user stopped the command; `what` says what that means for the account.
    pub fn interrupted(what: &str) -> Self {
        Self::new(Kind::Interrupted, format!("interrupted, {what}"))
    }

    fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hints: Vec::new(),
        }
    }

    /// The same error with one more thing to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The same error with more things to do about it.
    pub fn hints(mut self, hints: impl IntoIterator<Item = String>) -> Self {
        self.hints.extend(hints);
        self
    }
}

/// What to do about a file that cannot be read.
pub fn about_file(path: &Path, error: &io::Error) -> Option<String> {
    match error.kind() {
        io::ErrorKind::NotFound if path.starts_with("s3:") => {
            Some(format!("a bucket is read with --from {}", path.display()))
        }
        io::ErrorKind::NotFound if path.is_relative() => {
            let folder = std::env::current_dir().ok()?;
            Some(format!("it was looked for in {}", folder.display()))
        }
        io::ErrorKind::InvalidData => Some("name a text file in UTF-8".to_owned()),
        io::ErrorKind::IsADirectory => Some("name a file; this is a folder".to_owned()),
        _ => None,
    }
}

impl From<CallError> for Error {
    fn from(error: CallError) -> Self {
        let kind = match error.cause {
            Cause::NoCredentials => Kind::Usage,
            _ => Kind::Failed,
        };
        Self {
            hints: error.hint().into_iter().collect(),
            message: error.to_string(),
            kind,
        }
    }
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do.
    Done,
    /// Something failed, was refused, or the user declined.
    Failed,
    /// Usage or configuration error.
    Usage,
    /// With `--detailed-exitcode`: a dry run found pending changes, or `show` found drift.
    Pending,
    /// Stopped by the user.
    Interrupted,
}

impl Exit {
    /// A command that succeeded ends with the code for drift if there is drift.
    pub fn or_drift(self, drift: bool) -> Self {
        match self {
            Self::Done if drift => Self::Pending,
            exit => exit,
        }
    }

    /// The exit code of the process.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Pending => 3,
            Self::Interrupted => 130,
        }
    }
}

impl From<Kind> for Exit {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Usage => Self::Usage,
            Kind::Failed => Self::Failed,
            Kind::Interrupted => Self::Interrupted,
        }
    }
}
