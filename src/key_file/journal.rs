//! The journal in a key file: a comment for each key says whose it is, and, once it was requested, which keys the user
//! had before. The keys follow, a section for each profile.

/// What a line of the journal begins with.
const MARK: &str = "# ctadmin: ";
/// Separates user and keys.
const ASKED: &str = ", asked for beside ";
/// Written where there were no keys.
const NONE: &str = "no key";

/// A key that is to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The profile that gets the key.
    pub profile: String,
    /// The user whose key it is.
    pub user: String,
    /// Ids of the keys that the user had when this one was asked for; nothing as long as it was not.
    pub beside: Option<Vec<String>>,
}

/// A key file that is not finished.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Journal {
    /// Keys that were to be created, and are not in the file.
    pub missing: Vec<Entry>,
    /// Keys that are in the file.
    pub made: Vec<Entry>,
    /// How many bytes the file has.
    pub length: usize,
    /// How many of them there are before a line or a section that was not written to its end.
    pub whole: usize,
}

impl Entry {
    /// A key of a user, for a profile.
    pub fn new(profile: &str, user: &str, beside: Option<Vec<String>>) -> Self {
        Self {
            profile: profile.to_owned(),
            user: user.to_owned(),
            beside,
        }
    }

    /// The line that says it.
    pub(super) fn line(&self) -> String {
        let Self {
            profile,
            user,
            beside,
        } = self;
        let asked = beside.as_ref().map(|ids| match ids.as_slice() {
            [] => format!("{ASKED}{NONE}"),
            ids => format!("{ASKED}{}", ids.join(" ")),
        });
        let asked = asked.unwrap_or_default();
        format!("{MARK}[{profile}] is for {user}{asked}\n")
    }

    fn parse(line: &str) -> Option<Self> {
        let line = line.strip_prefix(MARK)?.strip_prefix('[')?;
        let (profile, rest) = line.split_once("] is for ")?;
        let (user, ids) = match rest.split_once(ASKED) {
            Some((user, NONE)) => (user, Some(Vec::new())),
            Some((user, ids)) => (user, Some(ids.split(' ').map(str::to_owned).collect())),
            None => (rest, None),
        };
        Some(Self::new(profile, user, ids))
    }
}

impl Journal {
    /// Reads a file. Nothing if any of it was written by something else, or no key is missing.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut journal = Self::default();
        let mut section: Option<&str> = None;
        let mut made: Vec<&str> = Vec::new();
        for line in text.split_inclusive('\n') {
            journal.length += line.len();
            let Some(words) = line.strip_suffix('\n') else {
                // Whatever it was to become.
                let torn = section.is_some() || line.starts_with('[') || line.starts_with('#');
                torn.then_some(())?;
                break;
            };
            match (section, words.split_once(" = ")) {
                (Some(_), Some(("aws_access_key_id" | "aws_secret_access_key", _))) => continue,
                (Some(profile), Some(("region", _))) => {
                    made.push(profile);
                    section = None;
                }
                (Some(_), _) => return None,
                (None, _) => match Entry::parse(words) {
                    Some(entry) => {
                        entries.retain(|other| other.profile != entry.profile);
                        entries.push(entry);
                    }
                    None => {
                        let profile = words.strip_prefix('[')?.strip_suffix(']')?;
                        let mut entries = entries.iter();
                        entries.find(|entry| entry.profile == profile)?;
                        section = Some(profile);
                        continue;
                    }
                },
            }
            journal.whole = journal.length;
        }
        let is_made = |entry: &Entry| made.contains(&entry.profile.as_str());
        (journal.made, journal.missing) = entries.into_iter().partition(is_made);
        (!journal.missing.is_empty()).then_some(journal)
    }
}

/// A key as it is written in the file.
pub(super) fn section(profile: &str, region: &str, id: &str, secret: &str) -> String {
    format!(
        "[{profile}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\nregion = {region}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(profile: &str, beside: Option<&[&str]>) -> Entry {
        let ids = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect();
        Entry::new(profile, &format!("{profile}-splunkapp"), beside.map(ids))
    }

    fn lines(entries: &[Entry]) -> String {
        entries.iter().map(Entry::line).collect()
    }

    #[test]
    fn a_journal_shows_what_is_not_finished() {
        let (first, second) = (entry("default", None), entry("billing", None));
        let mut text = lines(&[first.clone(), second.clone()]);
        let journal = Journal::parse(&text).expect("a journal");
        assert_eq!(journal.missing, [first, second]);
        let asked = [
            entry("default", Some(&[])),
            entry("billing", Some(&["AKIA1", "AKIA2"])),
        ];
        text.push_str(&lines(&asked));
        let journal = Journal::parse(&text).expect("a journal");
        assert_eq!(journal.missing, asked, "the last entry counts");
        text.push_str(&section("default", "eu-west-1", "AKIA3", "secret"));
        let journal = Journal::parse(&text).expect("a journal");
        assert_eq!(journal.missing, asked[1..]);
        assert_eq!(journal.made, asked[..1]);
        text.push_str(&section("billing", "eu-west-1", "AKIA4", "secret"));
        assert_eq!(Journal::parse(&text), None);
    }

    #[test]
    fn what_was_not_written_to_its_end_does_not_count() {
        let before = lines(&[entry("default", Some(&[]))]);
        let section = section("default", "eu-west-1", "AKIA3", "secret");
        for end in 0..section.len() {
            let text = before.clone() + &section[..end];
            let journal = Journal::parse(&text).expect("a journal");
            assert_eq!(journal.missing.len(), 1, "{text}");
            assert_eq!((journal.whole, journal.length), (before.len(), text.len()));
        }
        assert_eq!(Journal::parse(&(before + &section)), None);
    }

    #[test]
    fn a_file_with_anything_else_is_not_a_journal() {
        let ours = lines(&[entry("default", None)]);
        for theirs in ["", "[default]\n", "# mine\n", "mine"] {
            assert_eq!(Journal::parse(theirs), None, "{theirs:?}");
        }
        for theirs in ["mine\n", "mine", "\n", "[mine]\n", "[default]\nmine = 1\n"] {
            let text = ours.clone() + theirs;
            assert_eq!(Journal::parse(&text), None, "{theirs:?}");
            let text = theirs.to_owned() + &ours;
            assert_eq!(Journal::parse(&text), None, "{theirs:?}");
        }
    }
}
