//! Which events to show.
//!
//! `KEY=VALUE`, as often as wanted: an event must satisfy every key that is given, by one of its values. Texts are
//! compared without regard to case, as a whole; `*` stands for anything.

use std::str::FromStr;

use super::event::Event;
use crate::error::{Error, Result};

const KEYS: &str = "the keys are user, event, source, region, error (any, none or a code) and read-only (true or false)";

/// What an event must satisfy; nothing by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    user: Vec<Pattern>,
    event: Vec<Pattern>,
    source: Vec<Pattern>,
    region: Vec<Pattern>,
    error: Vec<Outcome>,
    read_only: Vec<bool>,
}

/// How a request may have ended.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    Any,
    None,
    Like(Pattern),
}

impl Filter {
    /// Reads filters as they are typed.
    ///
    /// # Errors
    /// When a key is unknown, or a value cannot be one of its key.
    pub fn parse(filters: &[String]) -> Result<Self> {
        let mut filter = Self::default();
        filters.iter().try_for_each(|text| filter.add(text))?;
        Ok(filter)
    }

    fn add(&mut self, text: &str) -> Result<()> {
        let wrong = |why: &str| Error::usage(format!("bad filter {text:?}: {why}")).hint(KEYS);
        let (key, value) = text
            .split_once('=')
            .ok_or_else(|| wrong("a filter is written KEY=VALUE"))?;
        let (key, value) = (key.trim(), value.trim());
        if value.is_empty() {
            return Err(wrong("the value is missing"));
        }
        match key {
            "user" => self.user.push(Pattern::of(value)),
            "event" => self.event.push(Pattern::of(value)),
            "source" => self.source.push(Pattern::of(value)),
            "region" => self.region.push(Pattern::of(value)),
            "error" => self.error.push(match value {
                "any" => Outcome::Any,
                "none" => Outcome::None,
                code => Outcome::Like(Pattern::of(code)),
            }),
            "read-only" => {
                let flag =
                    bool::from_str(value).map_err(|_| wrong("read-only is true or false"))?;
                self.read_only.push(flag);
            }
            _ => return Err(wrong(&format!("there is no key {key:?}"))),
        }
        Ok(())
    }

    /// Whether every event satisfies it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether an event is to be shown.
    pub fn admits(&self, event: &Event<'_>) -> bool {
        let source = event.source.as_deref();
        self.admits_user(event)
            && one_of(&self.event, event.name.as_deref())
            && one_of(&self.source, source.into_iter().chain(event.service()))
            && one_of(&self.region, event.region.as_deref())
            && self.admits_outcome(event)
            && (self.read_only.is_empty()
                || event
                    .read_only
                    .is_some_and(|flag| self.read_only.contains(&flag)))
    }

    fn admits_user(&self, event: &Event<'_>) -> bool {
        if self.user.is_empty() {
            return true;
        }
        let who = event.identity.who();
        one_of(&self.user, event.identity.names().chain(who.as_deref()))
    }

    fn admits_outcome(&self, event: &Event<'_>) -> bool {
        let told = [&event.error_code, &event.error_message];
        let satisfied = |wanted: &Outcome| match wanted {
            Outcome::Any => event.failed(),
            Outcome::None => !event.failed(),
            Outcome::Like(pattern) => told
                .iter()
                .any(|told| told.as_deref().is_some_and(|told| pattern.fits(told))),
        };
        self.error.is_empty() || self.error.iter().any(satisfied)
    }
}

/// Whether a text fits a pattern, where there are any.
fn one_of<'a>(patterns: &[Pattern], texts: impl IntoIterator<Item = &'a str>) -> bool {
    let mut texts = texts.into_iter();
    patterns.is_empty() || texts.any(|text| patterns.iter().any(|pattern| pattern.fits(text)))
}

/// A text in which `*` stands for anything, without regard to case.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pattern(Vec<char>);

impl Pattern {
    fn of(text: &str) -> Self {
        Self(text.to_lowercase().chars().collect())
    }

    fn fits(&self, text: &str) -> bool {
        let text: Vec<char> = text.to_lowercase().chars().collect();
        let (mut at, mut in_text) = (0, 0);
        // Where to go back to: behind the last star, and the place in the text that it has swallowed up to.
        let mut star: Option<(usize, usize)> = None;
        while in_text < text.len() {
            match (self.0.get(at), star) {
                (Some('*'), _) => {
                    at += 1;
                    star = Some((at, in_text));
                }
                (Some(letter), _) if *letter == text[in_text] => {
                    at += 1;
                    in_text += 1;
                }
                (_, Some((behind, swallowed))) => {
                    at = behind;
                    in_text = swallowed + 1;
                    star = Some((behind, in_text));
                }
                (_, None) => return false,
            }
        }
        self.0[at..].iter().all(|letter| *letter == '*')
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use serde_json::value::RawValue;

    fn admitted(filters: &[&str]) -> bool {
        let record = json!({"awsRegion": "us-west-2", "eventSource": "iam.amazonaws.com", "eventName": "DeleteUser",
            "errorCode": "AccessDenied", "errorMessage": "no", "readOnly": false,
            "userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::1:assumed-role/Admin/alice"}});
        let record = RawValue::from_string(record.to_string()).expect("JSON");
        let filters: Vec<String> = filters.iter().map(|&filter| filter.to_owned()).collect();
        Filter::parse(&filters)
            .expect("filters")
            .admits(&Event::of(&record))
    }

    #[test]
    fn keys_are_and_ed_and_values_or_ed() {
        assert!(admitted(&[]));
        assert!(admitted(&["event=Create*", "event=delete*", "region=us-*"]));
        assert!(!admitted(&["event=Delete*", "region=eu-*"]));
        assert!(!admitted(&["event=Delete"]));
    }

    #[test]
    fn each_key_looks_at_its_own_fields() {
        for user in ["alice", "ADMIN", "Admin/alice", "*:assumed-role/*", "adm*"] {
            assert!(admitted(&[&format!("user={user}")]), "{user}");
        }
        assert!(!admitted(&["user=bob"]) && !admitted(&["user=lice"]));
        assert!(
            admitted(&["source=iam"])
                && admitted(&["source=iam.amazonaws.com"])
                && !admitted(&["source=s3"])
        );
        assert!(
            admitted(&["error=any"]) && admitted(&["error=access*"]) && !admitted(&["error=none"])
        );
        assert!(admitted(&["error=none", "error=any"]));
        assert!(admitted(&["read-only=false"]) && !admitted(&["read-only=true"]));
    }

    #[test]
    fn what_an_event_does_not_say_satisfies_nothing() {
        let record = RawValue::from_string("{}".into()).expect("JSON");
        for filter in [
            "user=*",
            "event=*",
            "source=*",
            "region=*",
            "error=any",
            "error=*",
            "read-only=true",
        ] {
            let filter = Filter::parse(&[filter.into()]).expect("a filter");
            assert!(!filter.admits(&Event::of(&record)), "{filter:?}");
        }
        let none = Filter::parse(&["error=none".into()]).expect("a filter");
        assert!(none.admits(&Event::of(&record)));
    }

    #[test]
    fn wrong_filters_are_usage_errors_that_list_the_keys() {
        for filter in [
            "",
            "user",
            "user=",
            "usr=x",
            "=x",
            "read-only=maybe",
            "User=x",
        ] {
            let error = Filter::parse(&[filter.into()]).expect_err(filter);
            assert_eq!(error.kind, crate::error::Kind::Usage, "{filter}");
            assert!(error.hints[0].contains("user, event, source, region, error"));
        }
    }

    proptest::proptest! {
        #[test]
        fn a_pattern_fits_what_it_was_made_of(parts in proptest::collection::vec("[a-c]{0,3}", 1..5), cut in "[a-c]{0,4}") {
            let text = parts.join(&cut);
            proptest::prop_assert!(Pattern::of(&parts.join("*")).fits(&text));
            proptest::prop_assert!(Pattern::of(&text).fits(&text.to_uppercase()));
            let longer = format!("{text}d");
            proptest::prop_assert!(!Pattern::of(&text).fits(&longer));
        }
    }
}
