//! Cutting records into requests: as many events as a request may hold, and what it completes.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::{Map, Value};

use crate::hec::payload::Payload;
use crate::hec::wrap::Rules;

/// How many bytes a request holds, unless a single event has more: as many as Firehose buffers at least. Splunk Cloud was
/// seen to refuse more than 5 MiB.
const MOST: usize = 1_000_000;

/// Where data go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Way {
    /// Lines, to the raw endpoint.
    #[default]
    Raw,
    /// JSON objects with the event and its metadata, to the event endpoint.
    Event,
}

/// The data of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Batch {
    /// What is sent.
    pub data: Vec<u8>,
    /// Where it goes.
    pub way: Way,
    /// How many events it has.
    pub events: u64,
    /// The records that are complete with it.
    pub records: Vec<u64>,
    /// The record that it breaks off, and how many of its pieces were sent with it and before.
    pub partly: Option<(u64, u64)>,
}

impl Batch {
    /// This batch without its data, and without what it says about these records.
    pub fn without(&self, records: &HashSet<u64>) -> Self {
        let others = self
            .records
            .iter()
            .filter(|record| !records.contains(record));
        Self {
            records: others.copied().collect(),
            partly: self.partly.filter(|(record, _)| !records.contains(record)),
            ..Self::default()
        }
    }
}

/// Collects records.
#[derive(Debug, Default)]
pub(super) struct Cutter<'r> {
    /// How log events are wrapped for the event endpoint; nothing where all data go to the raw endpoint.
    rules: Option<&'r Rules>,
    open: Batch,
}

impl<'r> Cutter<'r> {
    /// A cutter; with rules, data go to the event endpoint.
    pub fn new(rules: Option<&'r Rules>) -> Self {
        Self {
            rules,
            open: Batch::default(),
        }
    }

    /// Adds a record, of which so many pieces were sent before; the batches that are full.
    pub fn add(&mut self, record: u64, payload: &Payload, sent: u64) -> Vec<Batch> {
        let (way, pieces) = self.pieces(payload);
        // Lines are counted, and JSON of the function is sent as a whole.
        let is_whole = way == Way::Event && matches!(payload, Payload::Plain(_));
        let sent = if is_whole { 0 } else { sent };
        let mut full = Vec::new();
        let skipped = usize::try_from(sent).unwrap_or(usize::MAX);
        for (before, piece) in (sent..).zip(pieces.into_iter().skip(skipped)) {
            let open = &mut self.open;
            let length = open.data.len() + piece.len() + 1;
            // The collector takes what is before an event that it refuses, so each such record has a request of its own.
            let is_apart = (way == Way::Event && before == sent) || open.way != way;
            if !open.data.is_empty() && (length > MOST || is_apart) {
                open.partly = (before > sent).then_some((record, before));
                full.push(std::mem::take(open));
            }
            open.way = way;
            open.data.extend_from_slice(&piece);
            // Nothing else keeps the last line of a record from running into the next one.
            if piece.last() != Some(&b'\n') {
                open.data.push(b'\n');
            }
            open.events += 1;
        }
        self.open.records.push(record);
        full
    }

    /// The last batch, which may have no data, only records without any.
    pub fn rest(&mut self) -> Option<Batch> {
        let open = std::mem::take(&mut self.open);
        (!open.records.is_empty()).then_some(open)
    }

    /// What may be sent in requests of its own: messages and lines, without those that are empty.
    fn pieces<'p>(&self, payload: &'p Payload) -> (Way, Vec<Cow<'p, [u8]>>) {
        let (way, pieces): (Way, Vec<Cow<'p, [u8]>>) = match (payload, self.rules) {
            (Payload::Logs(logs), Some(rules)) => {
                let events = logs.iter().flat_map(|logs| rules.wrap(logs));
                (Way::Event, events.map(Cow::Owned).collect())
            }
            (Payload::Logs(logs), None) => {
                let events = logs.iter().flat_map(|logs| &logs.log_events);
                let lines = events.map(|event| Cow::Borrowed(event.message.as_bytes()));
                (Way::Raw, lines.collect())
            }
            (Payload::Plain(data), Some(_)) if is_for_event(data) => {
                (Way::Event, vec![Cow::Borrowed(data)])
            }
            (Payload::Plain(data), _) => {
                let lines = data.split_inclusive(|byte| *byte == b'\n');
                (Way::Raw, lines.map(Cow::Borrowed).collect())
            }
        };
        let pieces = pieces.into_iter();
        let pieces = pieces.filter(|piece| !piece.trim_ascii().is_empty());
        (way, pieces.collect())
    }
}

/// Whether data are what the event endpoint takes: objects with an event and its metadata. The collector stops without an
/// error at an object with another key.
fn is_for_event(data: &[u8]) -> bool {
    const KEYS: [&str; 7] = [
        "event",
        "time",
        "host",
        "source",
        "sourcetype",
        "index",
        "fields",
    ];
    let mut objects = serde_json::Deserializer::from_slice(data).into_iter::<Map<String, Value>>();
    objects.all(|object| {
        object.is_ok_and(|object| {
            object.contains_key("event") && object.keys().all(|key| KEYS.contains(&key.as_str()))
        })
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::hec::payload::{LogEvent, Logs};

    fn logs(messages: &[&str]) -> Payload {
        let event = |message: &&str| LogEvent {
            message: (*message).to_owned(),
            timestamp: json!(1_007),
        };
        Payload::Logs(vec![Logs {
            log_group: "g".to_owned(),
            log_stream: "s".to_owned(),
            log_events: messages.iter().map(event).collect(),
        }])
    }

    fn text(batch: &Batch) -> &str {
        std::str::from_utf8(&batch.data).expect("text")
    }

    #[test]
    fn only_what_the_event_endpoint_takes_goes_there_each_record_by_itself() {
        let rules = Rules::default();
        let mut cutter = Cutter::new(Some(&rules));
        let good = Payload::Plain(br#"{"event":"a"}{"event":"b","host":"h"}"#.to_vec());
        let other = Payload::Plain(br#"{"eventVersion":"1"}"#.to_vec());
        assert_eq!(cutter.add(0, &good, 0), []);
        let before = cutter.add(1, &good, 3);
        assert_eq!(before.len(), 1);
        assert_eq!(
            (before[0].way, &before[0].records[..]),
            (Way::Event, &[0][..])
        );
        let before = cutter.add(2, &other, 0);
        assert_eq!(
            (before[0].way, &before[0].records[..]),
            (Way::Event, &[1][..])
        );
        let last = cutter.rest().expect("a batch");
        assert_eq!((last.way, last.records), (Way::Raw, vec![2]));
    }

    #[test]
    fn records_are_joined_line_by_line() {
        let mut cutter = Cutter::new(None);
        let logs = logs(&["a", "", "b\n"]);
        assert_eq!(cutter.add(0, &logs, 0), []);
        let plain = Payload::Plain(b"c\r\n\n d".to_vec());
        assert_eq!(cutter.add(1, &plain, 0), []);
        assert_eq!(cutter.add(2, &Payload::Logs(Vec::new()), 0), []);
        let batch = cutter.rest().expect("a batch");
        assert_eq!(text(&batch), "a\nb\nc\r\n d\n");
        assert_eq!((batch.events, batch.records), (4, vec![0, 1, 2]));
        assert_eq!(cutter.rest(), None);
        cutter.add(3, &Payload::Plain(Vec::new()), 0);
        let empty = cutter.rest().expect("a batch without data");
        assert!(empty.data.is_empty() && empty.records == [3]);
    }

    #[test]
    fn what_is_too_long_for_a_request_is_cut_and_continued() {
        let message = "x".repeat(MOST / 4);
        let payload = logs(&[message.as_str(); 10]);
        let mut cutter = Cutter::new(None);
        cutter.add(0, &Payload::Plain(b"first".to_vec()), 0);
        let full = cutter.add(1, &payload, 0);
        let shapes: Vec<_> = full
            .iter()
            .map(|it| (it.events, it.records.as_slice(), it.partly))
            .collect();
        let expected: [(u64, &[u64], _); 3] = [
            (4, &[0], Some((1, 3))),
            (3, &[], Some((1, 6))),
            (3, &[], Some((1, 9))),
        ];
        assert_eq!(shapes, expected);
        let rest = cutter.rest().expect("a batch");
        assert_eq!((rest.events, rest.records, rest.partly), (1, vec![1], None));
        assert!(full.iter().all(|batch| batch.data.len() <= MOST));

        cutter.add(1, &payload, 9);
        assert_eq!(cutter.rest().map(|batch| batch.events), Some(1));
        let one = logs(&[&"y".repeat(3 * MOST)]);
        assert_eq!(cutter.add(2, &one, 0), []);
        assert_eq!(cutter.rest().map(|batch| batch.events), Some(1));
    }

    #[test]
    fn log_events_are_wrapped_for_the_event_endpoint_and_cut_between_them() {
        let rules = Rules::default();
        let mut cutter = Cutter::new(Some(&rules));
        let event = Payload::Plain(b"{\"event\":1}\n{\"event\":2}".to_vec());
        cutter.add(0, &event, 0);
        let full = cutter.add(1, &logs(&["m", " ", "{\"n\": 1.0}"]), 0);
        assert_eq!(full.len(), 1);
        assert_eq!((full[0].way, &full[0].records), (Way::Event, &vec![0]));
        assert_eq!(full[0].partly, None);
        let metadata = r#""host":"s","source":"g","sourcetype":"aws:cloudwatchlogs""#;
        let wrapped = [r#""m""#, r#"{"n": 1.0}"#]
            .map(|event| format!("{{\"time\":1.007,{metadata},\"event\":{event}}}\n"));
        let rest = cutter.rest().expect("a batch");
        assert_eq!(
            (text(&rest), rest.way),
            (wrapped.concat().as_str(), Way::Event)
        );

        let long = logs(&["x".repeat(MOST / 2).as_str(); 3]);
        let full = cutter.add(2, &long, 0);
        let partly: Vec<_> = full.iter().map(|batch| batch.partly).collect();
        assert_eq!(partly, [Some((2, 1)), Some((2, 2))]);
        assert_eq!(cutter.rest().map(|batch| batch.records), Some(vec![2]));
        cutter.add(2, &long, 2);
        assert_eq!(cutter.rest().map(|batch| batch.events), Some(1));
        cutter.add(3, &Payload::Plain(b"line".to_vec()), 0);
        assert_eq!(cutter.rest().map(|batch| batch.way), Some(Way::Raw));
    }
}
