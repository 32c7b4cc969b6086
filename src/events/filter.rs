//! Which events to show.
//!
//! `KEY=VALUE` or `KEY!=VALUE`, as often as wanted: of every key that is given, an event must satisfy one value, and
//! none of those with `!`. A value may be a list. Texts are compared without regard to case, as a whole; `*` matches
//! anything. Beside that, an event may have to be of a certain time.

use std::borrow::Cow;
use std::collections::BTreeMap;

use clap::ValueEnum;

use super::event::Event;
use super::network::Network;
use super::wildcard;
use crate::error::{Error, Result};
use crate::time;

const KEYS: &str = "the keys are user, event, source, region, error (any, none or a code), read-only (true or false), \
     source-ip, access-key, account, caller-account and resource; KEY!=VALUE turns a filter round";

/// What an event must satisfy; nothing by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    criteria: BTreeMap<Key, Criterion>,
    since: Option<u64>,
    until: Option<u64>,
}

/// What is asked for of one key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Criterion {
    any_of: Vec<Wanted>,
    none_of: Vec<Wanted>,
}

/// What a filter looks at, named as its variant in lower case: `source-ip`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Key {
    User,
    Event,
    Source,
    Region,
    Error,
    ReadOnly,
    SourceIp,
    #[value(name = "access-key")]
    Credential,
    Account,
    CallerAccount,
    Resource,
}

/// A value of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A text in lower case, with wildcards.
    Like(String),
    Failed(bool),
    Within(Network),
}

impl Filter {
    /// Reads filters as they are typed.
    pub fn parse(filters: &[String]) -> Result<Self> {
        let mut filter = Self::default();
        filters.iter().try_for_each(|text| filter.add(text))?;
        Ok(filter)
    }

    /// The same filter, for events from `since` on and up to the second `until`, in seconds since 1970.
    pub fn between(self, since: Option<u64>, until: Option<u64>) -> Self {
        Self {
            since,
            until,
            ..self
        }
    }

    fn add(&mut self, text: &str) -> Result<()> {
        let wrong = |why: &str| Error::usage(format!("bad filter {text:?}: {why}")).hint(KEYS);
        let (key, value) = text
            .split_once('=')
            .ok_or_else(|| wrong("a filter is written KEY=VALUE"))?;
        let (key, negated) = match key.strip_suffix('!') {
            Some(key) => (key.trim(), true),
            None => (key.trim(), false),
        };
        let known =
            Key::from_str(key, false).map_err(|_| wrong(&format!("there is no key {key:?}")))?;
        let mut wanted = Vec::new();
        for value in value.split(',').map(str::trim) {
            if value.is_empty() {
                return Err(wrong("the value is missing"));
            }
            wanted.push(known.wanted(value).map_err(|why| wrong(&why))?);
        }
        if wanted.len() > 1 {
            // Names may have commas in them.
            wanted.push(Wanted::like(value.trim()));
        }
        let criterion = self.criteria.entry(known).or_default();
        match negated {
            true => criterion.none_of.extend(wanted),
            false => criterion.any_of.extend(wanted),
        }
        Ok(())
    }

    /// By key, the values of which an event must have one, and those of which it must have none.
    pub fn criteria(&self) -> impl Iterator<Item = (Key, &[Wanted], &[Wanted])> {
        let criteria = self.criteria.iter();
        criteria.map(|(key, one)| (*key, one.any_of.as_slice(), one.none_of.as_slice()))
    }

    /// Whether every event satisfies it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether an event is to be shown.
    pub fn admits(&self, event: &Event<'_>) -> bool {
        let mut criteria = self.criteria.iter();
        self.admits_time(event) && criteria.all(|(key, one)| one.admits(*key, event))
    }

    /// An event without a time is of none.
    fn admits_time(&self, event: &Event<'_>) -> bool {
        if self.since.is_none() && self.until.is_none() {
            return true;
        }
        let time = event.time.as_deref().and_then(time::seconds);
        time.is_some_and(|time| {
            self.since.is_none_or(|since| time >= since)
                && self.until.is_none_or(|until| time <= until)
        })
    }
}

impl Criterion {
    fn admits(&self, key: Key, event: &Event<'_>) -> bool {
        let texts = key.texts(event);
        let is = |wanted: &Wanted| wanted.is(event, &texts);
        (self.any_of.is_empty() || self.any_of.iter().any(is)) && !self.none_of.iter().any(is)
    }
}

impl Key {
    /// Reads a value of this key, or says why it cannot be one.
    fn wanted(self, value: &str) -> std::result::Result<Wanted, String> {
        Ok(match (self, value) {
            (Self::Error, "any") => Wanted::Failed(true),
            (Self::Error, "none") => Wanted::Failed(false),
            (Self::ReadOnly, "true" | "false") => Wanted::like(value),
            (Self::ReadOnly, _) => return Err("read-only is true or false".to_owned()),
            (Self::SourceIp, network) => match Network::of(network) {
                Some(network) => Wanted::Within(network),
                None if network.contains('/') => {
                    return Err(format!("{network} is no network: write 203.0.113.0/24"));
                }
                None => Wanted::like(network),
            },
            (_, text) => Wanted::like(text),
        })
    }

    /// What an event says of this key.
    fn texts<'e>(self, event: &'e Event<'_>) -> Vec<Cow<'e, str>> {
        let identity = &event.identity;
        let texts = match self {
            Self::User => {
                let names = identity.names().map(Cow::from);
                return names.chain(identity.who()).collect();
            }
            Self::Resource => return event.resources().into_iter().map(Cow::from).collect(),
            Self::Event => [event.name.as_deref(), None],
            Self::Source => [event.source.as_deref(), event.service()],
            Self::Region => [event.region.as_deref(), None],
            Self::Error => [event.error_code.as_deref(), event.error_message.as_deref()],
            Self::ReadOnly => [event.read_only.as_deref(), None],
            Self::SourceIp => [event.from.as_deref(), None],
            Self::Credential => [identity.access_key.as_deref(), None],
            Self::Account => [identity.account.as_deref(), event.recipient.as_deref()],
            Self::CallerAccount => [identity.account.as_deref(), None],
        };
        texts.into_iter().flatten().map(Cow::from).collect()
    }
}

impl Wanted {
    fn like(pattern: &str) -> Self {
        Self::Like(pattern.to_lowercase())
    }

    /// Whether an event is that; `texts` is what it says of the key.
    fn is(&self, event: &Event<'_>, texts: &[Cow<'_, str>]) -> bool {
        match self {
            Self::Like(pattern) => texts
                .iter()
                .any(|text| wildcard::matches(pattern, &text.to_lowercase())),
            Self::Failed(failed) => event.failed() == *failed,
            Self::Within(network) => texts
                .iter()
                .any(|text| text.parse().is_ok_and(|address| network.has(address))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use serde_json::value::RawValue;

    const RECORD: &str = r#"{"eventTime": "2026-01-31T12:00:00Z", "awsRegion": "us-west-2",
        "eventSource": "iam.amazonaws.com", "eventName": "DeleteUser", "sourceIPAddress": "203.0.113.7",
        "errorCode": "AccessDenied", "errorMessage": "no", "readOnly": "FALSE", "recipientAccountId": "222222222222",
        "requestParameters": {"userName": "bob", "deep": [{"bucketName": "logs"}]},
        "resources": [{"ARN": "arn:aws:iam::222222222222:user/team/bob", "type": "AWS::IAM::User"}],
        "userIdentity": {"type": "AssumedRole", "arn": "arn:aws:sts::1:assumed-role/Admin/alice",
            "accountId": "111111111111", "accessKeyId": "ASIAEXAMPLE"}}"#;

    /// Whether a record satisfies filters with a space between them.
    fn admitted(filters: &str, record: &str) -> bool {
        let filters: Vec<String> = filters.split(' ').map(str::to_owned).collect();
        let record = RawValue::from_string(record.to_owned()).expect("JSON");
        let filter = Filter::parse(&filters).expect("filters");
        filter.admits(&Event::of(&record))
    }

    #[test]
    fn an_event_satisfies_a_value_of_each_key_and_none_of_the_negated_ones() {
        for filters in [
            "event=Create* event=delete* region=us-*",
            "event=CreateUser,DeleteUser",
            "user=alice",
            "user=ADMIN",
            "user=admin/*",
            "user=*:assumed-role/*",
            "user!=bob event!=Create*",
            "source=iam",
            "source=iam.amazonaws.com",
            "error=any",
            "error=access*",
            "error=no",
            "error=none,AccessDenied",
            "error=none error=any",
            "error!=none",
            "read-only=false",
            "access-key=asiaexample",
            "account=111111111111",
            "account=222222222222",
            "caller-account!=222222222222",
            "resource=arn:aws:iam::222222222222:user/team/bob",
            "resource=*:user/*",
            "resource=user/team/bob",
            "resource=bob",
            "resource=logs",
            "source-ip=203.0.113.7",
            "source-ip=203.0.113.*",
            "source-ip=203.0.113.0/24",
            "source-ip=0.0.0.0/0",
            "source-ip=203.0.113.7/32",
        ] {
            assert!(admitted(filters, RECORD), "{filters}");
        }
        for filters in [
            "event=Delete* region=eu-*",
            "event=Delete",
            "event=CreateUser,GetUser",
            "user=bob",
            "user=lice",
            "user!=bob,alice",
            "user=alice event!=Delete*",
            "source=s3",
            "error=none",
            "error!=any",
            "read-only=true",
            "read-only!=false",
            "access-key=ASIA",
            "caller-account=222222222222",
            "account=3*",
            "resource=team",
            "resource=bucketName",
            "source-ip=203.0.113.8/31",
            "source-ip=203.0.114.0/24",
            "source-ip=::/0",
            "source-ip=203.0.113",
        ] {
            assert!(!admitted(filters, RECORD), "{filters}");
        }
        let comma = r#"{"userIdentity":{"userName":"a,b"}}"#;
        assert!(admitted("user=a,b", comma) && !admitted("user!=a,b", comma));
    }

    #[test]
    fn time_is_from_one_second_up_to_another() {
        let at = |text: &str| time::seconds(text);
        let record = RawValue::from_string(RECORD.to_owned()).expect("JSON");
        for (since, until, admits) in [
            (Some("2026-01-31T12:00:00Z"), None, true),
            (Some("2026-01-31T12:00:01Z"), None, false),
            (None, Some("2026-01-31T12:00:00Z"), true),
            (None, Some("2026-01-31T11:59:59Z"), false),
        ] {
            let filter = Filter::default().between(since.and_then(at), until.and_then(at));
            assert!(!filter.is_empty());
            assert_eq!(filter.admits(&Event::of(&record)), admits, "{filter:?}");
            assert!(!filter.admits(&Event::default()));
        }
    }

    #[test]
    fn what_an_event_does_not_say_satisfies_nothing_but_a_negation() {
        for filter in [
            "user=*",
            "event=*",
            "source=*",
            "region=*",
            "error=any",
            "error=*",
            "read-only=true",
            "source-ip=*",
            "source-ip=0.0.0.0/0",
            "resource=*",
            "account=*",
        ] {
            let not = filter.replacen('=', "!=", 1);
            assert!(!admitted(filter, "{}") && admitted(&not, "{}"), "{filter}");
        }
        assert!(admitted("error=none", "{}"));
    }

    #[test]
    fn wrong_filters_are_usage_errors_that_list_the_keys() {
        for filter in [
            "",
            "user",
            "user=",
            "usr=x",
            "=x",
            "!=x",
            "read-only=maybe",
            "User=x",
            "event=a,,b",
            "source-ip=203.0.113.0/33",
            "source-ip=x/8",
        ] {
            let error = Filter::parse(&[filter.into()]).expect_err(filter);
            assert_eq!(error.kind, crate::error::Kind::Usage, "{filter}");
            assert!(error.hints[0].contains("user, event, source, region, error"));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_filter_is_too_strange(text in "(source-ip|resource|user)!?=.{0,20}", address in ".{0,20}") {
            if let Ok(filter) = Filter::parse(&[text]) {
                let record = json!({"sourceIPAddress": address}).to_string();
                let record = RawValue::from_string(record).expect("JSON");
                filter.admits(&Event::of(&record));
            }
        }
    }
}
