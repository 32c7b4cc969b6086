//! Records that were not delivered, by error code.

use std::collections::BTreeMap;

use super::failed::Failed;
use crate::error::tame;
use crate::words;

/// How many codes are kept, and how long a message is: the content of a bucket is not trusted.
const CODES: usize = 200;
const LONGEST: usize = 500;
const OTHERS: &str = "other codes";

/// What failed, by error code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failures(pub BTreeMap<String, Group>);

/// The records with one error code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// How many records there are.
    pub records: u64,
    /// How many events are in them, as far as they can be read.
    pub events: u64,
    /// When the first record arrived, in seconds since 1970, if that is known of any.
    pub first: Option<i64>,
    /// When the last one did.
    pub last: Option<i64>,
    /// The message of the last one.
    pub message: String,
}

impl Failures {
    /// Adds a record with so many events.
    pub fn add(&mut self, record: &Failed, events: u64) {
        let code = match record.error_code.as_str() {
            "" => "no error code",
            code => code,
        };
        let arrived = record.arrival_timestamp.map(|time| time.div_euclid(1000));
        self.join(
            words::start(&tame(code), LONGEST),
            Group {
                records: 1,
                events,
                first: arrived,
                last: arrived,
                message: words::start(&tame(&record.error_message), LONGEST),
            },
        );
    }

    /// Adds all that was counted elsewhere.
    pub fn extend(&mut self, others: Self) {
        for (code, group) in others.0 {
            self.join(code, group);
        }
    }

    fn join(&mut self, code: String, group: Group) {
        let is_known = self.0.len() < CODES || self.0.contains_key(&code);
        let code = if is_known { code } else { OTHERS.to_owned() };
        let known = self.0.entry(code).or_default();
        known.records += group.records;
        known.events += group.events;
        if known.records == group.records || group.last > known.last {
            known.message = group.message;
        }
        known.first = known.first.into_iter().chain(group.first).min();
        known.last = known.last.max(group.last);
    }

    /// The number of records, and of their events.
    pub fn total(&self) -> (u64, u64) {
        let groups = self.0.values();
        groups.fold((0, 0), |(records, events), group| {
            (records + group.records, events + group.events)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(code: &str, message: &str, arrived: Option<i64>) -> Failed {
        Failed {
            attempts_made: None,
            arrival_timestamp: arrived.map(|seconds| 1000 * seconds),
            attempt_ending_timestamp: None,
            error_code: code.into(),
            error_message: message.into(),
            raw_data: Vec::new(),
            event_id: None,
        }
    }

    #[test]
    fn the_newest_message_of_a_code_is_kept_in_whatever_order_they_come() {
        let all = [
            record("A", "old", Some(1)),
            record("A", "new", Some(9)),
            record("A", "none", None),
            record("", "", Some(3)),
        ];
        let (mut there, mut back, mut apart) = <(Failures, Failures, Failures)>::default();
        all.iter().for_each(|record| there.add(record, 2));
        all.iter().rev().for_each(|record| back.add(record, 2));
        for record in &all {
            let mut one = Failures::default();
            one.add(record, 2);
            apart.extend(one);
        }
        assert!(there == back && there == apart);
        let group = &there.0["A"];
        assert_eq!((group.records, group.events), (3, 6));
        assert_eq!((group.first, group.last), (Some(1), Some(9)));
        assert_eq!(group.message, "new");
        assert_eq!(there.total(), (4, 8));
        assert!(there.0.contains_key("no error code"));
    }

    #[test]
    fn what_is_kept_does_not_grow_with_the_number_of_codes() {
        let mut failures = Failures::default();
        for code in 0..1_000 {
            failures.add(&record(&code.to_string(), &"x".repeat(10_000), None), 1);
        }
        assert_eq!(failures.0.len(), CODES + 1);
        assert_eq!(failures.total(), (1_000, 1_000));
        assert!(failures.0.values().all(|group| group.message.len() < 1_000));
    }
}
