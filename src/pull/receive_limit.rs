//! Messages that must not be received again by a run that would leave them in the queue.
//!
//! Each receive counts, a peek as well as a consumer's own, and whatever is received more than `maxReceiveCount` times
//! is moved to the dead-letter queue. SQS returns the count only with the message, when it has been raised already:
//! it cannot be checked first. So peeking stops at the first message that has one receive left, and this file remembers,
//! for this user on this machine, that the queue holds such messages. The same is remembered of what `--consume` keeps.
//! Until those messages are gone, no run receives them that might keep them again.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::in_flight::Held;
use crate::time;

/// How long SQS keeps messages at most, in seconds.
const LONGEST_RETENTION: u64 = 14 * 24 * 60 * 60;

/// How often a queue allows its messages to be received, and which must not be received again.
#[derive(Debug)]
pub struct ReceiveLimit {
    /// As good as infinite where the queue has no dead-letter queue.
    max_receives: u32,
    /// How long the queue keeps messages, in seconds.
    retention: u64,
    file: Option<PathBuf>,
    messages: BTreeMap<String, Remembered>,
}

/// What is remembered of a message.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
struct Remembered {
    receives: u32,
    /// When the queue drops it, in seconds since 1970.
    gone: u64,
    /// Whether `--consume` kept it for what it is, and not for a filter or the limit: it would do so again.
    #[serde(default)]
    stuck: bool,
}

impl ReceiveLimit {
    /// What is remembered of the queue with this URL.
    pub fn of_queue(url: &str, max_receives: Option<u32>, retention: Option<u64>) -> Self {
        let file = folder().map(|folder| folder.join(file_name(url)));
        let text = file.as_ref().and_then(|file| fs::read(file).ok());
        // A file that cannot be read remembers nothing.
        let messages = text.and_then(|text| serde_json::from_slice(&text).ok());
        Self {
            max_receives: max_receives.unwrap_or(u32::MAX),
            retention: retention.unwrap_or(LONGEST_RETENTION),
            file,
            messages: messages.unwrap_or_default(),
        }
    }

    pub fn max_receives(&self) -> u32 {
        self.max_receives
    }

    /// Whether peeking once at a new message would leave a consumer no more than the last receive.
    pub fn allows_no_peek(&self) -> bool {
        self.is_last(1)
    }

    /// Whether a message that was received so often has one receive left, or none.
    pub fn is_last(&self, receives: u32) -> bool {
        receives.saturating_add(1) >= self.max_receives
    }

    /// How often a message that was received so often, and was not on its last receive, can be peeked at again.
    pub fn peeks_left(&self, receives: u32) -> u32 {
        self.max_receives.saturating_sub(receives.saturating_add(2))
    }

    /// How many messages are known to be in the queue that must not be received again.
    pub fn count(&self) -> usize {
        self.known().count()
    }

    /// How many of those any `--consume` would keep again.
    pub fn stuck(&self) -> usize {
        self.known().filter(|mark| mark.stuck).count()
    }

    fn known(&self) -> impl Iterator<Item = &Remembered> {
        let now = now();
        let still = move |mark: &&Remembered| mark.gone > now && self.is_last(mark.receives);
        self.messages.values().filter(still)
    }

    /// Whether this message must not be received again; it is remembered if so.
    pub fn records_last(&mut self, id: &str, message: &Held) -> bool {
        let last = self.is_last(message.receives);
        if last {
            let sent = message.sent.unwrap_or_else(now);
            let mark = Remembered {
                receives: message.receives,
                gone: sent.saturating_add(self.retention),
                stuck: message.stuck,
            };
            self.messages.insert(id.to_owned(), mark);
        }
        last
    }

    /// Forgets a message that is no longer in the queue; whether it was remembered.
    pub fn remove(&mut self, id: &str) -> bool {
        self.messages.remove(id).is_some()
    }

    /// Forgets everything: the queue is empty.
    pub fn forget(&mut self) {
        self.messages.clear();
        if let Some(file) = &self.file {
            // What cannot be removed is only remembered too long.
            let _ = fs::remove_file(file);
        }
    }

    /// Writes down what is remembered, for the runs to come.
    pub fn save(&self) -> io::Result<()> {
        let Some(file) = &self.file else {
            return Err(io::Error::other("there is no home folder"));
        };
        let now = now();
        let still = self.messages.iter().filter(|(_, mark)| mark.gone > now);
        let still: BTreeMap<_, _> = still.collect();
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        // Renaming leaves either the old file or the new one, whatever happens.
        let new = file.with_extension(format!("{}.new", std::process::id()));
        fs::write(&new, serde_json::to_vec(&still)?)?;
        fs::rename(&new, file)
    }
}

/// `$XDG_STATE_HOME/ctadmin`, or what takes its place.
fn folder() -> Option<PathBuf> {
    let named = |name| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let state = named("XDG_STATE_HOME").or_else(|| match cfg!(windows) {
        true => named("LOCALAPPDATA"),
        false => named("HOME").map(|home| home.join(".local/state")),
    });
    Some(state?.join("ctadmin").join("looked-at"))
}

/// A queue's URL as the name of a file: one for each account, region and endpoint.
fn file_name(url: &str) -> String {
    let (_, place) = url.split_once("://").unwrap_or(("", url));
    let kept = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let name: String = place
        .chars()
        .map(|c| if kept(c) { c } else { '_' })
        .collect();
    format!("{name}.json")
}

fn now() -> u64 {
    u64::try_from(time::now()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_expired_or_may_be_received_again_does_not_count() {
        let mut limit = ReceiveLimit {
            max_receives: 5,
            retention: 3600,
            file: None,
            messages: BTreeMap::new(),
        };
        for (id, gone) in [("gone", now()), ("there", now() + 3600)] {
            let mark = Remembered {
                receives: 4,
                gone,
                stuck: false,
            };
            limit.messages.insert(id.to_owned(), mark);
        }
        assert_eq!(limit.count(), 1);
        limit.max_receives = 10;
        assert_eq!(limit.count(), 0);
        for (max_receives, allows_no_peek) in [(2, true), (3, false)] {
            limit.max_receives = max_receives;
            assert_eq!(limit.allows_no_peek(), allows_no_peek);
        }
    }

    #[test]
    fn queues_have_files_of_their_own() {
        for (url, file) in [
            (
                "https://sqs.us-west-2.amazonaws.com/123456789012/a_b-c",
                "sqs.us-west-2.amazonaws.com_123456789012_a_b-c.json",
            ),
            ("http://127.0.0.1:5000/1/q", "127.0.0.1_5000_1_q.json"),
        ] {
            assert_eq!(file_name(url), file);
        }
    }
}
