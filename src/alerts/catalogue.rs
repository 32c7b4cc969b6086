//! The catalogue: which alerts there are, where they come from, and which of them are wanted.

use std::collections::BTreeMap;

use serde::Serialize;

use super::alert::{self, Alert, PLAIN, Severity, Unfit};
use super::file::{self, Entry};
use super::pattern::Verdict;
use crate::error::{Error, Result};

const BUILT_IN: &str = include_str!("catalogue.toml");

/// How often and how long to count where a file does not say.
const THRESHOLD: u32 = 1;
const PERIOD: u32 = 300;

/// Alerts, in the order in which they are shown.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Catalogue {
    /// No two have the same name.
    #[serde(rename = "alert")]
    pub alerts: Vec<Alert>,
}

/// Which alerts are wanted, and how they differ from the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// All of them, whatever exists.
    pub all: bool,
    /// Only these; all when empty.
    pub only: Vec<String>,
    /// Not these.
    pub except: Vec<String>,
    /// Names of sets: alerts that have one of them take its pattern.
    pub sets: Vec<String>,
    /// Other thresholds, by alert.
    pub thresholds: Vec<(String, u32)>,
    /// Other periods in seconds, by alert.
    pub periods: Vec<(String, u32)>,
}

impl Choice {
    /// Whether it was said which alerts are wanted.
    pub fn is_given(&self) -> bool {
        self.all || !self.only.is_empty() || !self.except.is_empty()
    }
}

impl Catalogue {
    /// The alerts that ctadmin knows by itself.
    ///
    /// # Panics
    /// Never: the file is part of the program, and a test reads it.
    pub fn built_in() -> Self {
        let mut catalogue = Self::default();
        let read = catalogue.add("catalogue.toml", BUILT_IN);
        read.expect("the catalogue that is built in is whole");
        catalogue
    }

    /// Adds the alerts of a TOML file, or changes those of the same name field by field. `file` is what to call it.
    ///
    /// # Errors
    /// When the text is no catalogue, or an alert would be none; the error names file, entry and field.
    pub fn add(&mut self, file: &str, text: &str) -> Result<()> {
        for entry in file::read(file, text)? {
            let name = entry.name.clone();
            let wrong =
                |(field, why): Unfit| Error::usage(format!("{file}: alert {name}, {field}: {why}"));
            let at = self.alerts.iter().position(|alert| alert.name == name);
            let alert = match at {
                Some(at) => self.alerts[at].clone(),
                None => new(&entry).map_err(wrong)?,
            };
            let alert = changed(alert, entry);
            alert.check().map_err(wrong)?;
            match at {
                Some(at) => self.alerts[at] = alert,
                None => self.alerts.push(alert),
            }
        }
        Ok(())
    }

    /// The alerts that are wanted, as they are wanted.
    ///
    /// # Errors
    /// When an alert or a set is named that is not there, or a number cannot be what it is; the error names the option.
    pub fn chosen(mut self, choice: &Choice) -> Result<Self> {
        self.know("--only", &choice.only)?;
        self.know("--except", &choice.except)?;
        let wanted = |name: &String| choice.only.is_empty() || choice.only.contains(name);
        self.alerts
            .retain(|alert| wanted(&alert.name) && !choice.except.contains(&alert.name));
        if self.alerts.is_empty() {
            return Err(Error::usage("no alert is left by --only and --except"));
        }
        self.adjusted(choice)
    }

    /// These alerts with the patterns, thresholds and periods that were chosen.
    ///
    /// # Errors
    /// When an option is about none of them, or a number cannot be what it is; the error names the option.
    pub fn adjusted(mut self, choice: &Choice) -> Result<Self> {
        for set in &choice.sets {
            self.take_set(set)?;
        }
        for (name, threshold) in &choice.thresholds {
            let option = format!("--threshold {name}={threshold}");
            self.adjust(&option, name, |alert| alert.threshold = *threshold)?;
        }
        for (name, period) in &choice.periods {
            let option = format!("--period {name}={period}");
            self.adjust(&option, name, |alert| alert.period = *period)?;
        }
        Ok(self)
    }

    /// What each alert says to an event.
    pub fn judge<'a>(
        &'a self,
        event: &'a serde_json::Value,
    ) -> impl Iterator<Item = (&'a Alert, Verdict<'a>)> {
        let alerts = self.alerts.iter();
        alerts.map(|alert| (alert, alert.pattern.judge(event)))
    }

    /// Whether filters, metrics and alarms of these alerts can be called what they would be; `base` is what all names
    /// of a scheme begin with, and the metrics' namespace.
    ///
    /// # Errors
    /// When a name is too long or holds what none may hold.
    pub fn check_names(&self, base: &str) -> Result<()> {
        let names = self.alerts.iter().map(|alert| alert.resource_name(base));
        for name in std::iter::once(base.to_owned()).chain(names) {
            alert::resource_name(&name)
                .map_err(|why| Error::usage(format!("bad name of an alarm: {why}")))?;
        }
        Ok(())
    }

    /// The catalogue as a file that [`Catalogue::add`] reads.
    ///
    /// # Panics
    /// Never: texts, numbers and tables of texts can be written as TOML.
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("alerts are made of texts and numbers")
    }

    fn take_set(&mut self, set: &str) -> Result<()> {
        if set == PLAIN {
            return Ok(());
        }
        let mut taken = false;
        for alert in &mut self.alerts {
            if let Some(pattern) = alert.sets.get(set) {
                alert.pattern = pattern.clone();
                alert.security_hub = None;
                taken = true;
            }
        }
        if taken {
            return Ok(());
        }
        let known: Vec<String> = self.alerts.iter().flat_map(sets).collect();
        let hint = match known.as_slice() {
            [] => "the chosen alerts have no sets".to_owned(),
            _ => format!("there are: {}", known.join(", ")),
        };
        Err(Error::usage(format!(
            "--set {set}: no chosen alert has a set of this name"
        ))
        .hint(hint))
    }

    fn know(&self, option: &str, names: &[String]) -> Result<()> {
        let known = |name: &&String| self.alerts.iter().any(|alert| alert.name == **name);
        match names.iter().find(|name| !known(name)) {
            Some(name) => {
                let why = "there is no alert of this name";
                Err(self.unknown(&format!("{option} {name}"), why))
            }
            None => Ok(()),
        }
    }

    fn adjust(&mut self, option: &str, name: &str, change: impl Fn(&mut Alert)) -> Result<()> {
        let at = self.alerts.iter().position(|alert| alert.name == name);
        let at = at.ok_or_else(|| self.unknown(option, "no such alert is chosen"))?;
        change(&mut self.alerts[at]);
        let checked = self.alerts[at].check();
        checked.map_err(|(_, why)| wrong(option, &why))
    }

    fn unknown(&self, option: &str, why: &str) -> Error {
        let names: Vec<&str> = self
            .alerts
            .iter()
            .map(|alert| alert.name.as_str())
            .collect();
        wrong(option, why).hint(format!("there are: {}", names.join(", ")))
    }
}

fn wrong(option: &str, why: &str) -> Error {
    Error::usage(format!("{option}: {why}"))
}

/// `wide of iam-policy-changes`
fn sets(alert: &Alert) -> impl Iterator<Item = String> {
    let names = alert.sets.keys();
    names.map(|set| format!("{set} of {}", alert.name))
}

/// An alert with the fields that an entry has.
fn changed(alert: Alert, entry: Entry) -> Alert {
    let pattern = entry.pattern.as_ref();
    let is_known = pattern.is_none_or(|pattern| *pattern == alert.pattern);
    let mut sets = alert.sets;
    sets.extend(entry.sets);
    Alert {
        name: alert.name,
        title: entry.title.unwrap_or(alert.title),
        cis: entry.cis.or(alert.cis),
        // Security Hub wants the pattern that it knows.
        security_hub: entry
            .security_hub
            .or(alert.security_hub.filter(|_| is_known)),
        severity: entry.severity.unwrap_or(alert.severity),
        threshold: entry.threshold.unwrap_or(alert.threshold),
        period: entry.period.unwrap_or(alert.period),
        hint: entry.hint.unwrap_or(alert.hint),
        pattern: entry.pattern.unwrap_or(alert.pattern),
        sets,
    }
}

fn new(entry: &Entry) -> Result<Alert, Unfit> {
    let missing = || "a new alert needs it".to_owned();
    Ok(Alert {
        name: entry.name.clone(),
        title: entry.title.clone().ok_or(("title", missing()))?,
        cis: None,
        security_hub: None,
        severity: Severity::Medium,
        threshold: THRESHOLD,
        period: PERIOD,
        hint: String::new(),
        pattern: entry.pattern.clone().ok_or(("pattern", missing()))?,
        sets: BTreeMap::new(),
    })
}
