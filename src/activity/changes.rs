//! Which actions are changes: those that an alert of the catalogue names.
//!
//! Alerts about who acts or how a call ends (denied calls, sign-ins, the root user) are no changes; a report has other
//! tables for these. An alert is about changes if its pattern asks for the event's name and source alone.

use serde_json::json;

use crate::alerts::Catalogue;
use crate::alerts::pattern::Verdict;

/// What an action may be judged by.
const FIELDS: [&str; 2] = ["eventName", "eventSource"];

#[derive(Debug)]
pub(super) struct Changes {
    alerts: Catalogue,
}

impl Changes {
    pub(super) fn new() -> Self {
        let mut alerts = Catalogue::built_in();
        alerts
            .alerts
            .retain(|alert| alert.pattern.asks_only_for(&FIELDS));
        Self { alerts }
    }

    /// The places of the alerts that an action belongs to, in the order of [`titles`](Self::titles).
    pub(super) fn of(&self, source: &str, name: &str) -> Vec<usize> {
        let event = json!({"eventSource": source, "eventName": name});
        let verdicts = self.alerts.judge(&event).enumerate();
        let fits = verdicts.filter(|(_, (_, verdict))| matches!(verdict, Verdict::Fits(_)));
        fits.map(|(place, _)| place).collect()
    }

    /// Names and titles of the alerts.
    pub(super) fn titles(&self) -> impl Iterator<Item = (&str, &str)> {
        let alerts = self.alerts.alerts.iter();
        alerts.map(|alert| (alert.name.as_str(), alert.title.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_are_changes_by_the_alerts_of_the_catalogue() {
        let changes = Changes::new();
        let names: Vec<&str> = changes.titles().map(|(name, _)| name).collect();
        let alerts = |source, name| -> Vec<&str> {
            let places = changes.of(source, name);
            places.into_iter().map(|place| names[place]).collect()
        };
        assert_eq!(
            alerts("cloudtrail.amazonaws.com", "StopLogging"),
            ["cloudtrail-changes"]
        );
        assert_eq!(
            alerts("kms.amazonaws.com", "DisableKey"),
            ["kms-key-deletion"]
        );
        assert_eq!(
            alerts("iam.amazonaws.com", "PutRolePolicy"),
            ["iam-policy-changes"]
        );
        assert!(alerts("iam.amazonaws.com", "ListRoles").is_empty());
        assert!(alerts("other.amazonaws.com", "DisableKey").is_empty());
        assert!(!names.contains(&"root-usage") && !names.contains(&"unauthorized-api-calls"));
    }
}
