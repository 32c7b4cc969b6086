//! Which errors are because of the file: a hint says what it gives, as the user did not write it on the command line.

use super::Added;
use crate::error::{Error, Kind};

impl Added {
    /// The error, with a hint at the options of the file that it names if it is one of usage: others are about the
    /// account.
    pub fn blamed(&self, error: Error) -> Error {
        let named = match error.kind {
            Kind::Usage => self.named_in(&error.message),
            Kind::Failed | Kind::Interrupted => Vec::new(),
        };
        self.hinted(error, &named)
    }

    /// The error, which there is only with the file, with a hint at the options of the file that it names, or at all.
    pub(in crate::cli) fn at_fault(&self, error: Error) -> Error {
        let named = self.named_in(&error.message);
        match named.is_empty() {
            true => self.hinted(error, &self.options().collect::<Vec<_>>()),
            false => self.hinted(error, &named),
        }
    }

    fn hinted(&self, error: Error, words: &[&str]) -> Error {
        match words {
            [] => error,
            words => error.hint(format!("{} gives {}", self.file.display(), words.join(" "))),
        }
    }

    /// The words of the file whose option or value the message names.
    fn named_in(&self, message: &str) -> Vec<&str> {
        let named = |word: &&str| {
            let (option, value) = word.split_once('=').unwrap_or((word, ""));
            has_word(message, option) || (value.len() > 1 && has_word(message, value))
        };
        self.options().filter(named).collect()
    }

    /// The words but for the file's own name.
    fn options(&self) -> impl Iterator<Item = &str> {
        let words = self.words.iter().map(String::as_str);
        words.filter(|word| !word.starts_with("--config="))
    }
}

/// Whether a text has this word, and not only as a part of a longer name, path or option.
fn has_word(text: &str, word: &str) -> bool {
    let within = |c: char| c.is_alphanumeric() || "-_./@".contains(c);
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let mut behind = text[at + word.len()..].chars();
        // A full stop within a name has something behind it.
        let next = behind
            .next()
            .filter(|c| *c != '.' || behind.next().is_some_and(within));
        !before.is_some_and(within) && !next.is_some_and(within)
    })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn errors_of_usage_name_what_the_file_gives_in_whole_words() {
        for (words, message, named) in [
            ("--queue=a-q", "--queue cannot be that", true),
            ("--prefix=a--b", "a--b: no name of a bucket", true),
            ("--no-dlq --jobs=0", "'--no-dlq' and --jobs", true),
            ("--queue=lab", "--queue-encryption is no key", false),
            ("--queue=lab", "lab-logs, labs and mylab", false),
            ("--prefix=lab", "/srv/lab/x.toml cannot be read", false),
            ("--config=f", "--config f cannot be read", false),
        ] {
            let added = Added {
                file: PathBuf::from("f"),
                words: words.split(' ').map(str::to_owned).collect(),
            };
            let hints = added.blamed(Error::usage(message)).hints.concat();
            let expected = if named {
                format!("f gives {words}")
            } else {
                String::new()
            };
            assert_eq!(hints, expected, "{message}");
            // Other errors are about the account.
            let failed = added.blamed(Error::failed(message));
            assert_eq!(failed.hints, [""; 0], "{message}");
        }
    }
}
