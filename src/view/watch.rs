//! The alerts stack as tables for people.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use crate::error::tame;
use crate::stack::alerts::show::{AlertPicture, Picture};
use crate::words::wrapped;

const HEADING: Style = Style::new().bold();
const DRIFT: Style = AnsiColor::Yellow.on_default();
const TROUBLE: Style = AnsiColor::Red.on_default();
const UNKNOWN_PLACE: &str =
    "no trail, no queue and no role tell where the alerts stand; --region does\n";
const NOTHING_HERE: &str =
    "nothing of the alerts stack exists here; `ctadmin create alerts` makes it\n";

/// A row an alert, the chain around them, then what is wrong, for a terminal of this width if it is one.
pub fn watch(picture: &Picture, width: Option<usize>) -> String {
    let mut text = String::new();
    let home = picture.home_region.as_deref().unwrap_or("unknown");
    let (account, prefix) = (&picture.account, &picture.prefix);
    let _ = writeln!(
        text,
        "{HEADING}account {account}, alerts of scheme {prefix}-cloudtrail, home {home}{HEADING:#}\n"
    );
    if is_nothing(picture) {
        text.push_str(match picture.home_region {
            Some(_) => NOTHING_HERE,
            None => UNKNOWN_PLACE,
        });
        return text;
    }
    let _ = writeln!(text, "{}\n", table(&picture.alerts, width));
    // A line fits a terminal: the ARNs are in the JSON.
    let trail = picture.trail.as_deref().map_or("none", name);
    let stopped = match picture.logging {
        Some(false) => " (logging is stopped)",
        _ => "",
    };
    let _ = writeln!(text, "trail      {trail}{stopped}");
    let _ = match &picture.log_group {
        Some(group) => {
            let kept = match group.retention_in_days {
                Some(days) => format!("{days} days"),
                None => "for ever".to_owned(),
            };
            let key = group.kms_key_id.as_deref().map(name);
            let key = key.map_or_else(String::new, |key| format!("\n           key {key}"));
            let last = picture.last_delivery.as_ref();
            let last = last.map_or_else(String::new, |time| {
                format!("\n           last events {time}")
            });
            writeln!(text, "log group  {}: kept {kept}{key}{last}", group.name)
        }
        None => writeln!(text, "log group  none"),
    };
    let _ = match &picture.topic {
        Some(topic) => writeln!(text, "topic      {}", name(&topic.arn)),
        None => writeln!(text, "topic      none of the scheme's"),
    };
    for other in &picture.others_told {
        let _ = writeln!(text, "           alarms tell {}", tame(other));
    }
    for subscriber in picture.topic.iter().flat_map(|topic| &topic.subscribers) {
        let pending = match subscriber.pending {
            true => " (not yet confirmed)",
            false => "",
        };
        let endpoint = tame(&subscriber.endpoint);
        let _ = writeln!(
            text,
            "           {}: {endpoint}{pending}",
            subscriber.protocol
        );
    }
    let dashboard = if picture.dashboard { "yes" } else { "none" };
    let _ = writeln!(text, "dashboard  {dashboard}");
    text.push_str(&complaints(picture, width));
    text
}

fn is_nothing(picture: &Picture) -> bool {
    let around = picture.log_group.is_some() || picture.role.is_some() || picture.topic.is_some();
    !around && picture.alerts.is_empty() && !picture.dashboard
}

/// The last part of an ARN.
fn name(arn: &str) -> &str {
    arn.rsplit([':', '/']).next().unwrap_or(arn)
}

fn table(alerts: &[AlertPicture], width: Option<usize>) -> String {
    let rows = alerts.iter().map(|alert| {
        let filter = if alert.filter { "yes" } else { "missing" };
        let alarm = alert.alarm.as_deref().unwrap_or("missing").to_lowercase();
        let number = |number: Option<String>| number.unwrap_or_else(|| "-".to_owned());
        [
            alert.name.clone(),
            filter.to_owned(),
            alarm.replace('_', " "),
            number(alert.threshold.map(|threshold| threshold.to_string())),
            number(alert.period.map(|seconds| format!("{seconds} s"))),
        ]
    });
    super::table::table(["ALERT", "FILTER", "ALARM", "FROM", "IN"], rows, width)
}

fn complaints(picture: &Picture, width: Option<usize>) -> String {
    let general = picture.drift.iter().map(|words| (None, words));
    let alerts = picture.alerts.iter();
    let alerts = alerts.flat_map(|alert| {
        let drift = alert.drift.iter();
        drift.map(|words| (Some(&alert.name), words))
    });
    let lines = general.chain(alerts).map(|(place, words)| {
        let place = place.map_or_else(String::new, |name| format!("{name}: "));
        let words = wrapped(&format!("{place}{}", tame(words)), 11, width);
        format!("{DRIFT}drift{DRIFT:#}      {words}")
    });
    let lines: Vec<String> = lines.collect();
    let mut text = String::new();
    if !lines.is_empty() {
        let _ = writeln!(
            text,
            "\n{}\n`ctadmin create alerts` mends it",
            lines.join("\n")
        );
    }
    for (at, trouble) in picture.troubles.iter().enumerate() {
        if at == 0 {
            text.push('\n');
        }
        let _ = writeln!(text, "{TROUBLE}trouble{TROUBLE:#}    {}", tame(trouble));
    }
    text
}
