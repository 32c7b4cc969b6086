//! Times as AWS tells them, in seconds since 1970, and as people and programs read them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The seconds since 1970, by this machine's clock.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.map_or(0, |since| since.as_secs());
    i64::try_from(seconds).unwrap_or(i64::MAX)
}

/// Seconds since 1970 as RFC 3339; a time before that is taken for 1970.
pub fn rfc3339(seconds: i64) -> String {
    let since_1970 = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
    humantime::format_rfc3339_seconds(UNIX_EPOCH + since_1970).to_string()
}

/// A time in RFC 3339 as seconds since 1970; nothing for what is no time, or before that.
pub fn seconds(time: &str) -> Option<u64> {
    let time = humantime::parse_rfc3339(time).ok()?;
    let time = time.duration_since(UNIX_EPOCH).ok()?;
    Some(time.as_secs())
}

/// How long ago a time in RFC 3339 was, in seconds; nothing for what is no time, zero for one to come.
pub fn since(time: &str, now: i64) -> Option<u64> {
    let time = seconds(time)?;
    let now = u64::try_from(now).unwrap_or(0);
    Some(now.saturating_sub(time))
}

/// A duration in words, rounded down to a unit that suits it.
pub fn ago(seconds: u64) -> String {
    match seconds {
        0..=119 => format!("{seconds} s ago"),
        120..=7_199 => format!("{} min ago", seconds / 60),
        7_200..=172_799 => format!("{} h ago", seconds / 3_600),
        _ => format!("{} d ago", seconds / 86_400),
    }
}
