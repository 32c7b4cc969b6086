//! Times as AWS writes them, in seconds since 1970, and as people and programs read them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAY: u64 = 24 * 60 * 60;

/// The seconds since 1970, by this machine's clock.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.map_or(0, |since| since.as_secs());
    i64::try_from(seconds).unwrap_or(i64::MAX)
}

/// Seconds since 1970 as RFC 3339; a time before that is taken for 1970, one after 9999 for the end of that year.
pub fn rfc3339(seconds: i64) -> String {
    let seconds = u64::try_from(seconds.min(253_402_300_799)).unwrap_or(0);
    let time = UNIX_EPOCH + Duration::from_secs(seconds);
    humantime::format_rfc3339_seconds(time).to_string()
}

/// The day of a time, in UTC, as keys of objects have it: `2026/11/22`.
pub fn day(seconds: i64) -> String {
    rfc3339(seconds)[..10].replace('-', "/")
}

/// A time in RFC 3339 as seconds since 1970; nothing for what is no time, or before that.
pub fn seconds(time: &str) -> Option<u64> {
    let time = humantime::parse_rfc3339(time).ok()?;
    let time = time.duration_since(UNIX_EPOCH).ok()?;
    Some(time.as_secs())
}

/// A time as people write it, in seconds since 1970: RFC 3339 (in UTC where it names no zone), a date, or how long
/// before `now`, e.g. `7d` or `12h`. A date is its first second, or its `last`. Nothing for what is no time.
pub fn moment(text: &str, now: i64, last: bool) -> Option<u64> {
    let now = u64::try_from(now).unwrap_or(0);
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    if let "s" | "m" | "h" | "d" | "w" = unit {
        let ago = humantime::parse_duration(text).ok()?;
        return Some(now.saturating_sub(ago.as_secs()));
    }
    if text.len() == "2026-01-31".len() {
        let day = seconds(&format!("{text}T00:00:00Z"))?;
        return Some(if last { day + DAY - 1 } else { day });
    }
    let (time, east) = zone(text)?;
    let time = match time.ends_with(['Z', 'z']) {
        true => seconds(&time.to_uppercase())?,
        false => seconds(&format!("{}Z", time.to_uppercase()))?,
    };
    time.checked_add_signed(-east)
}

/// A time without the zone `+01:00` at its end, and how many seconds east of UTC that is.
fn zone(text: &str) -> Option<(&str, i64)> {
    let at = text.len().checked_sub("+01:00".len())?;
    let (time, zone) = text.split_at_checked(at).unwrap_or((text, ""));
    let sign = match zone.as_bytes() {
        [b'+', _, _, b':', _, _] => 1,
        [b'-', _, _, b':', _, _] => -1,
        _ => return Some((text, 0)),
    };
    let east = seconds(&format!("1970-01-01T{}:00Z", zone.get(1..)?))?;
    Some((time, sign * i64::try_from(east).ok()?))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_understood_as_people_write_them() {
        let now = 1_769_860_800; // 2026-01-31T12:00:00Z
        assert_eq!(rfc3339(now), "2026-01-31T12:00:00Z");
        let read = |text: &str| moment(text, now, false).and_then(|time| i64::try_from(time).ok());
        for (text, time) in [
            ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"),
            ("2026-01-31t12:00:00z", "2026-01-31T12:00:00Z"),
            ("2026-01-31T12:00:00.5Z", "2026-01-31T12:00:00Z"),
            ("2026-01-31T12:00:00", "2026-01-31T12:00:00Z"),
            ("2026-01-31T12:00:00+01:30", "2026-01-31T10:30:00Z"),
            ("2026-01-31T12:00:00-08:00", "2026-01-31T20:00:00Z"),
            ("2026-01-31", "2026-01-31T00:00:00Z"),
            ("7d", "2026-01-24T12:00:00Z"),
            ("12h", "2026-01-31T00:00:00Z"),
            ("90m", "2026-01-31T10:30:00Z"),
            ("2w", "2026-01-17T12:00:00Z"),
            ("999999999999d", "1970-01-01T00:00:00Z"),
        ] {
            assert_eq!(read(text).map(rfc3339).as_deref(), Some(time), "{text}");
        }
        for wrong in [
            "",
            "d",
            "7",
            "7y",
            "-7d",
            "+7d",
            "2026-02-30",
            "2026-1-31",
            "yesterday",
            "é",
            "12:00",
            "2026-01-31T25:00:00Z",
            "2026-01-31T12:00:00+25:00",
            "99999999999999999999d",
            "9999999999999999999w",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        let last = moment("2026-01-31", now, true).and_then(|time| i64::try_from(time).ok());
        assert_eq!(last.map(rfc3339).as_deref(), Some("2026-01-31T23:59:59Z"));
    }

    proptest::proptest! {
        #[test]
        fn no_time_is_too_strange(text in ".{0,30}", now in proptest::num::i64::ANY) {
            moment(&text, now, true);
        }
    }
}
