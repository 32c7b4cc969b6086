//! The alerts stack as tables for people.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use crate::error::tame;
use crate::stack::alerts::show::{AlertPicture, Picture};
use crate::words::wrapped;

const HEADING: Style = Style::new().bold();
const DRIFT: Style = AnsiColor::Yellow.on_default();
const TROUBLE: Style = AnsiColor::Red.on_default();
const UNKNOWN_PLACE: &str = "the region of the alerts is unknown: no trail, queue or role of the scheme exists; give --region\n";
const NOTHING_HERE: &str =
    "no resource of the alerts stack exists; `ctadmin create alerts` creates it\n";

/// A row an alert, the chain around them, then what is wrong, for a terminal of this width if it is one.
pub fn text(picture: &Picture, width: Option<usize>) -> String {
    let mut text = String::new();
    let home = picture.home_region.as_deref().unwrap_or("unknown");
    let (account, prefix) = (&picture.account, &picture.prefix);
    let _ = writeln!(
        text,
        "{HEADING}account {account}, alerts of scheme {prefix}-cloudtrail, home {home}{HEADING:#}\n"
    );
    if picture.is_nothing() {
        text.push_str(match picture.home_region {
            Some(_) => NOTHING_HERE,
            None => UNKNOWN_PLACE,
        });
        return text;
    }
    let _ = writeln!(text, "{}\n", table(&picture.alerts, width));
    text.push_str(&chain(picture));
    text.push_str(&complaints(picture, width));
    text
}

/// A line fits a terminal: the ARNs are in the JSON.
fn chain(picture: &Picture) -> String {
    let mut text = String::new();
    let mut line = |head: &str, words: &str| {
        let _ = writeln!(text, "{head:<10} {words}");
    };
    let trail = picture.trail.as_deref().map_or("none", name);
    line(
        "trail",
        &match picture.logging {
            Some(false) => format!("{trail} (logging is stopped)"),
            _ => trail.to_owned(),
        },
    );
    match &picture.log_group {
        Some(group) => {
            let kept = match group.retention_in_days {
                Some(days) => format!("{days} days"),
                None => "forever".to_owned(),
            };
            line("log group", &format!("{}: kept {kept}", group.name));
            if let Some(key) = &group.kms_key_id {
                line("", &format!("key {}", name(key)));
            }
        }
        None => line("log group", "none"),
    }
    if let Some(time) = &picture.last_delivery {
        line("", &format!("last events {time}"));
    }
    match &picture.topic {
        Some(topic) => line("topic", name(&topic.arn)),
        None => line("topic", "none of the scheme"),
    }
    for subscriber in picture.topic.iter().flat_map(|topic| &topic.subscribers) {
        let (protocol, endpoint) = (&subscriber.protocol, tame(&subscriber.endpoint));
        let pending = match subscriber.pending {
            true => " (not yet confirmed)",
            false => "",
        };
        line("", &format!("{protocol}: {endpoint}{pending}"));
    }
    for other in &picture.others_told {
        line("", &format!("alarms notify {}", tame(other)));
    }
    line("dashboard", if picture.dashboard { "yes" } else { "none" });
    text
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
    crate::view::table::table(["ALERT", "FILTER", "ALARM", "FROM", "IN"], rows, width)
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
            "\n{}\n`ctadmin create alerts` fixes it",
            lines.join("\n")
        );
    } else {
        text.push_str("\nno drift\n");
    }
    for (at, trouble) in picture.troubles.iter().enumerate() {
        if at == 0 {
            text.push('\n');
        }
        let words = wrapped(&tame(trouble), 11, width);
        let _ = writeln!(text, "{TROUBLE}trouble{TROUBLE:#}    {words}");
    }
    text
}
