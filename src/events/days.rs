//! Which part of a bucket may hold the events of a time: CloudTrail's folders, from accounts down to days.
//!
//! Logs are at `[PREFIX/]AWSLogs/[o-ID/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/`, see
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html>. The day is that
//! on which the log was written, so an event may be in the folder of its own day or of a later one. So it is with the
//! folders `logs/YYYY/MM/DD/` of a central account's archive, which are of the day on which Firehose received a record.

use crate::time::rfc3339;

const DAY: u64 = 24 * 60 * 60;

/// The folder of a central account's archive.
const ARCHIVE: &str = "logs";

/// The days to look at, as folders are named: `2026/01/31`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Days {
    pub first: Option<String>,
    pub last: Option<String>,
}

/// What a folder holds, by its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Level {
    /// Anything, perhaps `AWSLogs`.
    Outside,
    /// Accounts, or organizations.
    Accounts,
    /// What AWS has written for an account, CloudTrail's logs among it.
    Services,
    Regions,
    /// Days, or what is below one: the folder of the region, with `/` at its end.
    Days(String),
    /// Something else, or it is no whole folder.
    Other,
}

impl Days {
    /// The days of logs that may hold events between these times, in seconds since 1970; `late` is how many days after
    /// an event its log may have been written.
    pub fn between(since: Option<u64>, until: Option<u64>, late: u32) -> Self {
        let last = until.map(|until| until.saturating_add(u64::from(late) * DAY));
        Self {
            first: since.map(folder),
            last: last.map(folder),
        }
    }

    /// Whether this is all of time.
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }

    /// In words, behind what is of these days; nothing for all of time.
    pub fn described(&self) -> String {
        match (&self.first, &self.last) {
            (None, None) => String::new(),
            (Some(first), None) => format!(" of {first} or later"),
            (None, Some(last)) => format!(" of {last} or earlier"),
            (Some(first), Some(last)) => format!(" of {first} to {last}"),
        }
    }

    /// Whether a log may be of one of these days; one without a day in its key may be.
    pub fn may_have(&self, key: &str) -> bool {
        day_of(key).is_none_or(|day| !self.is_before(day) && !self.is_after(day))
    }

    /// Whether a log, and so all behind it in its region's folder, is too late.
    pub fn ends_before(&self, key: &str) -> bool {
        day_of(key).is_some_and(|day| self.is_after(day))
    }

    fn is_before(&self, day: &str) -> bool {
        self.first.as_deref().is_some_and(|first| day < first)
    }

    fn is_after(&self, day: &str) -> bool {
        self.last.as_deref().is_some_and(|last| day > last)
    }
}

impl Level {
    pub fn of(prefix: &str) -> Self {
        if prefix.is_empty() {
            return Self::Outside;
        }
        let Some(path) = prefix.strip_suffix('/') else {
            return Self::Other;
        };
        let names: Vec<&str> = path.split('/').collect();
        let Some(at) = names.iter().position(|name| *name == "AWSLogs") else {
            return match names.as_slice() {
                [ARCHIVE, year, ..] if is_year(year) => Self::Days(format!("{ARCHIVE}/")),
                _ => Self::Outside,
            };
        };
        let below = &names[at + 1..];
        let below = match below {
            [organization, rest @ ..] if organization.starts_with("o-") => rest,
            all => all,
        };
        match below {
            [] => Self::Accounts,
            [account] if is_account(account) => Self::Services,
            [account, service] if is_account(account) && is_cloudtrail(service) => Self::Regions,
            [account, service, _, rest @ ..] if is_account(account) && is_cloudtrail(service) => {
                Self::Days(names[..names.len() - rest.len()].join("/") + "/")
            }
            _ => Self::Other,
        }
    }

    /// Whether a folder in one of this level leads to logs; `name` ends in `/`.
    pub fn leads_to(&self, name: &str) -> bool {
        let name = name.trim_end_matches('/');
        match self {
            Self::Accounts => is_account(name) || name.starts_with("o-"),
            Self::Services => is_cloudtrail(name),
            Self::Outside | Self::Regions => true,
            Self::Days(_) | Self::Other => false,
        }
    }
}

fn is_year(name: &str) -> bool {
    name.len() == 4 && name.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_account(name: &str) -> bool {
    name.len() == 12 && name.bytes().all(|byte| byte.is_ascii_digit())
}

/// `CloudTrail`, `CloudTrail-Insight`, …; digests hold no events.
fn is_cloudtrail(name: &str) -> bool {
    name != "CloudTrail-Digest" && (name == "CloudTrail" || name.starts_with("CloudTrail-"))
}

/// The day in a key, as `2026/01/31`.
pub fn day_of(key: &str) -> Option<&str> {
    let (folder, _) = key.rsplit_once('/')?;
    let Level::Days(region) = Level::of(&format!("{folder}/")) else {
        return None;
    };
    let day = key.get(region.len()..region.len() + "2026/01/31".len())?;
    let shape = |(at, byte): (usize, u8)| match at {
        4 | 7 => byte == b'/',
        _ => byte.is_ascii_digit(),
    };
    day.bytes().enumerate().all(shape).then_some(day)
}

/// The folder of a time's day.
fn folder(seconds: u64) -> String {
    let time = rfc3339(i64::try_from(seconds).unwrap_or(i64::MAX));
    let (day, _) = time.split_once('T').unwrap_or((&time, ""));
    day.replace('-', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_known_by_their_place() {
        let days = |root: &str| Level::Days(root.to_owned());
        for (prefix, level) in [
            ("", Level::Outside),
            ("k/", Level::Outside),
            ("k/AWSLogs/", Level::Accounts),
            ("AWSLogs/o-abc123/", Level::Accounts),
            ("AWSLogs/123456789012/", Level::Services),
            ("AWSLogs/o-abc123/123456789012/", Level::Services),
            ("AWSLogs/123456789012/Config/", Level::Other),
            ("AWSLogs/123456789012/CloudTrail/", Level::Regions),
            (
                "AWSLogs/123456789012/CloudTrail-Digest/eu-west-1/",
                Level::Other,
            ),
            (
                "k/AWSLogs/123456789012/CloudTrail/eu-west-1/2026/",
                days("k/AWSLogs/123456789012/CloudTrail/eu-west-1/"),
            ),
            ("logs/", Level::Outside),
            ("logs/2026/", days("logs/")),
            ("logs/2026/01/31/", days("logs/")),
            ("other/2026/01/31/", Level::Outside),
            ("AWSLogs/1234", Level::Other),
            ("AWSLogs/1234/", Level::Other),
        ] {
            assert_eq!(Level::of(prefix), level, "{prefix}");
        }
    }

    #[test]
    fn objects_of_the_archive_have_days() {
        let days = Days::between(Some(1_769_817_600), Some(1_769_817_600), 1);
        let may_have = |day| days.may_have(&format!("logs/2026/{day}/stream-1.gz"));
        assert_eq!(
            ["01/30", "01/31", "02/01", "02/02"].map(may_have),
            [false, true, true, false]
        );
    }

    proptest::proptest! {
        #[test]
        fn no_key_is_too_strange(key in "(AWSLogs/)?(123456789012/)?(CloudTrail/)?[é/0-9]{0,20}") {
            let days = Days::between(Some(0), Some(u64::MAX), u32::MAX);
            days.may_have(&key);
            days.ends_before(&key);
        }
    }
}
