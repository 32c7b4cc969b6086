//! Lifecycle rules with ids of ours, under which log files expire, or move to a colder storage class. The rules of others
//! stay as they are.

use std::collections::BTreeSet;

use crate::call::lifecycle::{
    AbortIncompleteMultipartUpload, LifecycleExpiration, LifecycleRule, LifecycleRuleFilter,
    NoncurrentVersionExpiration, NoncurrentVersionTransition, Transition,
};

/// Days after which the parts of an upload that was never completed are deleted.
const ABORT_DAYS: i32 = 7;

/// When the objects below some prefixes expire, or move: lifecycle rules with ids of ours.
#[derive(Clone, Debug, PartialEq)]
pub struct Expiry {
    /// The id of the first rule; further ones have a number behind it.
    pub id: String,
    /// What the keys begin with, a rule each.
    pub prefixes: BTreeSet<String>,
    /// The days for which a version is kept as the current one, and again as a noncurrent one.
    pub days: i32,
    /// The storage class that they move to then, in the place of expiring: `GLACIER`, `DEEP_ARCHIVE`.
    pub class: Option<String>,
}

impl Expiry {
    /// All rules of the bucket with ours as they should be; nothing where they are so already.
    pub fn merged(&self, found: &[LifecycleRule]) -> Option<Vec<LifecycleRule>> {
        let (own, mut rules): (Vec<_>, Vec<_>) =
            found.iter().cloned().partition(|rule| self.is_own(rule));
        let wanted = self.rules(is_older_form(&rules));
        if own == wanted {
            return None;
        }
        rules.extend(wanted);
        Some(rules)
    }

    fn rules(&self, older_form: bool) -> Vec<LifecycleRule> {
        let rules = self.prefixes.iter().enumerate();
        let rules = rules.map(|(at, prefix)| LifecycleRule {
            id: Some(match at {
                0 => self.id.clone(),
                at => format!("{}-{}", self.id, at + 1),
            }),
            prefix: older_form.then(|| prefix.clone()),
            filter: (!older_form).then(|| LifecycleRuleFilter {
                prefix: Some(prefix.clone()),
                ..LifecycleRuleFilter::default()
            }),
            status: "Enabled".to_owned(),
            expiration: self.class.is_none().then(|| LifecycleExpiration {
                days: Some(self.days),
                ..LifecycleExpiration::default()
            }),
            transitions: Vec::from_iter(self.class.clone().map(|class| Transition {
                date: None,
                days: Some(self.days),
                storage_class: Some(class),
            })),
            noncurrent_version_transitions: Vec::from_iter(self.class.clone().map(|class| {
                NoncurrentVersionTransition {
                    noncurrent_days: Some(self.days),
                    storage_class: Some(class),
                    newer_noncurrent_versions: None,
                }
            })),
            noncurrent_version_expiration: self.class.is_none().then_some(
                NoncurrentVersionExpiration {
                    noncurrent_days: Some(self.days),
                    newer_noncurrent_versions: None,
                },
            ),
            abort_incomplete_multipart_upload: Some(AbortIncompleteMultipartUpload {
                days_after_initiation: Some(ABORT_DAYS),
            }),
        });
        rules.collect()
    }

    /// The storage class that objects move to by a rule of ours, if there is one.
    pub fn class_of(&self, found: &[LifecycleRule]) -> Option<String> {
        let own = found.iter().find(|rule| self.is_own(rule))?;
        own.transitions.first()?.storage_class.clone()
    }

    /// Whether a rule's id is one of ours.
    pub fn is_own(&self, rule: &LifecycleRule) -> bool {
        is_expiry(&self.id, rule)
    }

    /// The id of a rule of another owner that S3 would not accept together with ours: rules of the older form whose
    /// prefixes overlap cannot have actions of one kind.
    pub fn in_the_way<'a>(&self, found: &'a [LifecycleRule]) -> Option<&'a str> {
        let others = Vec::from_iter(found.iter().filter(|rule| !self.is_own(rule)));
        if others.first().is_none_or(|rule| rule.filter.is_some()) {
            return None;
        }
        let overlaps = |rule: &LifecycleRule| {
            let theirs = rule.prefix.as_deref().unwrap_or_default();
            let mut prefixes = self.prefixes.iter();
            prefixes.any(|ours| ours.starts_with(theirs) || theirs.starts_with(ours.as_str()))
        };
        let acts = |rule: &LifecycleRule| {
            let expires = rule.expiration.is_some() || rule.noncurrent_version_expiration.is_some();
            let moves =
                !rule.transitions.is_empty() || !rule.noncurrent_version_transitions.is_empty();
            let is_alike = match self.class {
                None => expires,
                Some(_) => moves,
            };
            is_alike || rule.abort_incomplete_multipart_upload.is_some()
        };
        let rule = others.into_iter().find(|rule| acts(rule) && overlaps(rule));
        rule.map(|rule| rule.id.as_deref().unwrap_or("without an id"))
    }
}

/// Whether a rule's id is this one, or this one with a number behind it.
pub fn is_expiry(id: &str, rule: &LifecycleRule) -> bool {
    let rest = rule.id.as_deref().and_then(|found| found.strip_prefix(id));
    rest.is_some_and(|rest| {
        let number = rest.strip_prefix('-').unwrap_or_default();
        rest.is_empty() || (!number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// S3 takes the form of the first rule for that of all: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html>
fn is_older_form(rules: &[LifecycleRule]) -> bool {
    rules.first().is_some_and(|rule| rule.filter.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BELOW: &str = "AWSLogs/1/CloudTrail";

    fn expiry(prefixes: &[&str], days: i32) -> Expiry {
        Expiry {
            id: "ours".into(),
            prefixes: prefixes.iter().map(|&prefix| prefix.into()).collect(),
            days,
            class: None,
        }
    }

    fn theirs(id: &str, prefix: &str, older_form: bool) -> LifecycleRule {
        let expiry = expiry(&[prefix], 1);
        LifecycleRule {
            id: Some(id.into()),
            ..expiry.rules(older_form).remove(0)
        }
    }

    #[test]
    fn rules_of_others_stay_and_ours_are_written_once() {
        let wanted = expiry(&[BELOW, "deep/AWSLogs/1/CloudTrail"], 30);
        let others = ["tmp", "ours-soon"].map(|id| theirs(id, "tmp/", false));
        let merged = wanted.merged(&others).expect("a change");
        let ids: Vec<_> = merged.iter().flat_map(|rule| rule.id.as_deref()).collect();
        assert_eq!(ids, ["tmp", "ours-soon", "ours", "ours-2"]);
        assert_eq!(merged[..2], others);
        assert_eq!(wanted.merged(&merged), None);
        for (other, count) in [(expiry(&[BELOW, "x"], 60), 4), (expiry(&[BELOW], 30), 3)] {
            let merged = other.merged(&merged).map(|rules| rules.len());
            assert_eq!(merged, Some(count), "{other:?}");
        }
    }

    #[test]
    fn objects_move_instead_of_expiring() {
        let moved = Expiry {
            class: Some("GLACIER".to_owned()),
            ..expiry(&["logs/"], 90)
        };
        let rules = moved.merged(&[]).expect("a change");
        assert_eq!(rules[0].expiration, None);
        assert_eq!(rules[0].transitions[0].days, Some(90));
        assert_eq!(moved.merged(&rules), None);
        assert_eq!(moved.class_of(&rules).as_deref(), Some("GLACIER"));
        let expires = LifecycleRule {
            abort_incomplete_multipart_upload: None,
            ..theirs("tmp", "logs/", true)
        };
        assert_eq!(moved.in_the_way(std::slice::from_ref(&expires)), None);
        assert_eq!(expiry(&["logs/"], 90).in_the_way(&[expires]), Some("tmp"));
    }

    #[test]
    fn rules_take_the_form_of_those_found() {
        let wanted = expiry(&[BELOW], 30);
        let others = [theirs("tmp", "tmp/", true)];
        let merged = wanted.merged(&others).expect("a change");
        let is_older = |rule: &LifecycleRule| rule.filter.is_none() && rule.prefix.is_some();
        assert!(merged.iter().all(is_older));
        assert_eq!(wanted.merged(&merged), None);
        assert_eq!(wanted.in_the_way(&others), None);
        assert_eq!(wanted.in_the_way(&[theirs("all", "", true)]), Some("all"));
        assert_eq!(wanted.in_the_way(&[theirs("all", "", false)]), None);
    }
}
