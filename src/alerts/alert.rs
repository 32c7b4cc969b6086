//! One alert: what to look for, when to raise the alarm, and what the alarm says.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::pattern::Pattern;

/// The set that every alert has: its own pattern, without any variant.
pub const PLAIN: &str = "plain";

/// The longest name, so that a prefix fits before it in the names of filter, metric and alarm.
const LONGEST_NAME: usize = 64;

/// The longest description of an alarm:
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html>.
const LONGEST_DESCRIPTION: usize = 1024;

/// The longest name of an alarm, a metric and a namespace; that of a metric filter may be longer.
const LONGEST_RESOURCE_NAME: usize = 255;

/// Separates an alarm's title from the rest.
const SEVERITY: &str = " (severity ";

/// Seconds in a week, the longest period.
const WEEK: u32 = 7 * 86_400;

/// Something that must not happen unnoticed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Alert {
    /// `[a-z0-9-]`, at most 64 characters; unique in a catalogue.
    pub name: String,
    /// What happened, in a few words.
    pub title: String,
    /// The number in the CIS AWS Foundations Benchmark 1.4, e.g. `4.3`.
    pub cis: Option<String>,
    /// The control of AWS Security Hub that accepts this very pattern, e.g. `CloudWatch.1`.
    pub security_hub: Option<String>,
    /// How bad it is.
    pub severity: Severity,
    /// How many events in a period raise the alarm, at least 1.
    pub threshold: u32,
    /// In seconds: 10, 20, 30 or a multiple of 60, at most a week.
    pub period: u32,
    /// What to look at, and where.
    pub hint: String,
    /// Which events count.
    pub pattern: Pattern,
    /// Other patterns to choose from, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sets: BTreeMap<String, Pattern>,
}

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Low,
    /// Worth a look the same day.
    Medium,
    /// Worth a look now.
    High,
    /// Worth waking a person.
    Critical,
}

/// A field, and why its value is refused.
pub type Unfit = (&'static str, String);

impl Alert {
    /// What a filter, metric or alarm for this alert is called; `base` is what all names of a scheme begin with, e.g.
    /// `123456789012-cloudtrail`.
    pub fn resource_name(&self, base: &str) -> String {
        format!("{base}-{}", self.name)
    }

    /// The description of the alarm; at most 1,024 characters.
    pub fn description(&self) -> String {
        let Self {
            title,
            severity,
            hint,
            ..
        } = self;
        let cis = self.cis.as_ref().map(|cis| format!(", CIS {cis}"));
        let head = format!("{title}{SEVERITY}{severity}{})", cis.unwrap_or_default());
        match hint.as_str() {
            "" => head,
            hint => format!("{head}. {hint}"),
        }
    }

    /// The title of the alert that has this description.
    pub fn title_of(description: &str) -> &str {
        description
            .split_once(SEVERITY)
            .map_or(description, |(title, _)| title)
    }

    /// Whether CloudWatch would accept it.
    ///
    /// # Errors
    /// When a field cannot be what it is.
    pub fn check(&self) -> Result<(), Unfit> {
        check_name("name", &self.name)?;
        let unfit = |field, why: &str| Err((field, why.to_owned()));
        if self.title.trim().is_empty() || self.title.contains(char::is_control) {
            return unfit("title", "it must be one line, and not empty");
        }
        if self.threshold == 0 {
            return unfit("threshold", "it must be 1 or more");
        }
        match self.period {
            10 | 20 | 30 => {}
            1..=WEEK if self.period.is_multiple_of(60) => {}
            _ => {
                let why =
                    format!("it must be 10, 20, 30 or a multiple of 60 seconds, at most {WEEK}");
                return Err(("period", why));
            }
        }
        for set in self.sets.keys() {
            if set == PLAIN {
                return unfit("sets", "plain is the pattern of the alert itself");
            }
            check_name("sets", set)?;
        }
        let length = self.description().chars().count();
        if length > LONGEST_DESCRIPTION {
            let why = format!(
                "the alarm's description, which it is part of, would have {length} characters; the limit is {LONGEST_DESCRIPTION}"
            );
            return Err(("hint", why));
        }
        Ok(())
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// Whether filters, metrics and alarms, and the metrics' namespace, can be called so.
pub(super) fn resource_name(name: &str) -> Result<(), String> {
    let length = name.chars().count();
    if length > LONGEST_RESOURCE_NAME {
        return Err(format!(
            "{name} has {length} characters; the limit is {LONGEST_RESOURCE_NAME}"
        ));
    }
    match name.find([':', '*', '$']) {
        None if !name.is_empty() => Ok(()),
        _ => Err(format!("{name:?} must not be empty or hold :, * or $")),
    }
}

fn check_name(field: &'static str, name: &str) -> Result<(), Unfit> {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    match (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(allowed) {
        true => Ok(()),
        false => {
            let why = format!(
                "{name:?} must have 1 to {LONGEST_NAME} of the letters a-z, digits and hyphens"
            );
            Err((field, why))
        }
    }
}
