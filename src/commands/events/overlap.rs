//! How far before the last log a run looks again: logs are not written in the order of their keys.
//!
//! CloudTrail names a log file after the minute of its delivery, and then by chance. Firehose names an object after the
//! arrival of its first record, and delivers it later; of several delivery streams, each has names of its own.
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html>
//! <https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html>

use crate::events::days;
use crate::time::{day, rfc3339, seconds};

const HOUR: u64 = 60 * 60;
const DAY: u64 = 24 * HOUR;

/// The text that keys are behind which may still be written, or may have been read before: for a log file of CloudTrail
/// an hour before it, for an object of Firehose the day before; for anything else it is the key itself.
pub(super) fn start(key: &str) -> String {
    hour_before(key)
        .or_else(|| day_before(key))
        .unwrap_or_else(|| key.to_owned())
}

/// `…/2026/01/31/<account>_CloudTrail_<region>_20260131T1205Z_<chance>.json.gz`
fn hour_before(key: &str) -> Option<String> {
    let (named, _) = key.rsplit_once('_')?;
    let (named, minute) = named.rsplit_once('_')?;
    let (folder, name) = named.rsplit_once('/')?;
    let (year, rest) = minute.split_at_checked(4)?;
    let (month, rest) = rest.split_at_checked(2)?;
    let (date, rest) = rest.split_at_checked(2)?;
    let (hour, rest) = rest.strip_prefix('T')?.split_at_checked(2)?;
    let time = seconds(&format!(
        "{year}-{month}-{date}T{hour}:{}:00Z",
        rest.strip_suffix('Z')?
    ))?;
    let region = folder.strip_suffix(&format!("{year}/{month}/{date}"))?;
    let before = i64::try_from(time.saturating_sub(HOUR)).ok()?;
    let minute = rfc3339(before).replace(['-', ':'], "");
    Some(format!(
        "{region}{}/{name}_{}",
        day(before),
        minute.get(..13)?
    ))
}

fn day_before(key: &str) -> Option<String> {
    let date = days::day_of(key)?;
    let time = seconds(&format!("{}T00:00:00Z", date.replace('/', "-")))?;
    let before = i64::try_from(time.saturating_sub(DAY)).ok()?;
    let (root, _) = key.split_once(date)?;
    Some(format!("{root}{}/", day(before)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_are_looked_for_again() {
        let root = "AWSLogs/123456789012/CloudTrail/eu-west-1/";
        let name = "123456789012_CloudTrail_eu-west-1_";
        for (key, before) in [
            (
                format!("{root}2026/01/09/{name}20260109T1005Z_x.json.gz"),
                format!("{root}2026/01/09/{name}20260109T0905"),
            ),
            (
                format!("{root}2026/03/01/{name}20260301T0030Z_x.json.gz"),
                format!("{root}2026/02/28/{name}20260228T2330"),
            ),
            (
                format!("{root}2026/01/01/other.json.gz"),
                format!("{root}2025/12/31/"),
            ),
            (
                "logs/2026/01/31/archive-1-2026-01-31-12-00-00-x.gz".to_owned(),
                "logs/2026/01/30/".to_owned(),
            ),
            (
                "copied/a_b_c.json".to_owned(),
                "copied/a_b_c.json".to_owned(),
            ),
            ("x".to_owned(), "x".to_owned()),
        ] {
            assert_eq!(start(&key), before);
        }
    }
}
