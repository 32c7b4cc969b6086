//! Whatever the text, the number of threads and the places where it is cut: the same events come out, and the same is said
//! of damage, as where one event after the other is read.

use std::io::{Read, Write};
use std::ops::ControlFlow;

use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use serde_json::value::RawValue;
use tokio::sync::mpsc;

use super::conveyor::{Reader, Way, Work, run};
use super::feed::{Head, Log};
use crate::error::Result;
use crate::events::any::Damage;
use crate::events::batch::{each_record, each_text};
use crate::events::log::Broken;

/// Keeps the texts of the records.
struct Texts {
    with_fields: bool,
}

impl Work for Texts {
    type Done = Vec<String>;

    fn work(&self, batch: &[u8]) -> (Vec<String>, usize) {
        let mut texts = Vec::new();
        let taken = match self.with_fields {
            true => each_record(batch, |record| {
                texts.push(record.text.to_owned());
                true
            }),
            false => each_text(batch, |record| {
                texts.push(record.get().to_owned());
                true
            }),
        };
        (texts, taken)
    }
}

/// What was seen, in order.
#[derive(Default)]
struct Seen(Vec<String>);

impl Reader<Vec<String>> for Seen {
    fn begin(&mut self, log: &Head) {
        self.0.push(format!("begin {}", log.name));
    }

    fn batch(&mut self, texts: Vec<String>) -> ControlFlow<()> {
        self.0.extend(texts);
        ControlFlow::Continue(())
    }

    fn event(&mut self, found: Result<&RawValue, Damage>) -> ControlFlow<()> {
        self.0.push(match found {
            Ok(record) => record.get().to_owned(),
            Err(damage) => format!("damage: {}", damage.at(0)),
        });
        ControlFlow::Continue(())
    }

    fn end(&mut self, _: Head, end: Result<(), Broken>) -> Result<ControlFlow<()>> {
        self.0.push(match end {
            Ok(()) => "end".to_owned(),
            Err(why) => format!("end: {why}"),
        });
        Ok(ControlFlow::Continue(()))
    }
}

fn waiting(logs: &[Vec<u8>]) -> mpsc::Receiver<Log> {
    let (send, receive) = mpsc::channel(logs.len().max(1));
    for (number, log) in logs.iter().enumerate() {
        let log = Log {
            name: number.to_string(),
            body: Ok(Box::new(std::io::Cursor::new(log.clone())) as Box<dyn Read + Send>),
            size: None,
            live: false,
            ends: None,
        };
        assert!(send.try_send(log).is_ok(), "the channel has room");
    }
    receive
}

fn seen(logs: &[Vec<u8>], jobs: usize, batch: Option<usize>, with_fields: bool) -> Vec<String> {
    let (way, work) = (Way { jobs, batch }, Texts { with_fields });
    let mut seen = Seen::default();
    run(waiting(logs), way, work, &mut seen).expect("nothing fails");
    seen.0
}

fn zipped(text: &[u8]) -> Vec<u8> {
    let mut zip = GzEncoder::new(Vec::new(), Compression::fast());
    zip.write_all(text).expect("memory takes all");
    zip.finish().expect("memory takes all")
}

/// Records of all sorts: with escapes, nested, with fields twice, with what looks like the start of another record; and
/// what is no record.
fn record() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just(r#""a":1"#),
        Just(r#""a":"},{\"eventVersion\":""#),
        Just(r#""é":"\u00e9\ud83d\ude00 \\""#),
        Just(r#""b":[{"eventVersion":1},{"eventVersion":"2"}]"#),
        Just(r#""a":{"b":{"c":[[],{},[1.5e3,-0,true,null]]}}"#),
        Just(r#""\ud800":1"#),
        Just(r#""a":"\ud800""#),
        Just(" \"s\" : \"\t\" "),
        Just("\n\"x\":\n[ ]"),
        Just(r#""c":"],""#),
    ];
    let parts = proptest::collection::vec(part, 0..4);
    let object = parts.prop_map(|parts| {
        let rest: String = parts.iter().map(|part| format!(",{part}")).collect();
        format!("{{\"eventVersion\":\"1.08\"{rest}}}")
    });
    prop_oneof![8 => object, 1 => prop_oneof![Just("7"), Just("{}"), Just("\"x\""), Just("[{}]"), Just("{\"a\":}")].prop_map(str::to_owned)]
}

fn log() -> impl Strategy<Value = Vec<u8>> {
    let separator = prop_oneof![6 => Just(","), 1 => Just(" ,\n"), 1 => Just(",,")];
    let end = prop_oneof![6 => Just("]}"), 1 => Just("],\"x\":[{}]}"), 1 => Just(",]}"), 1 => Just(" ] } \n"), 1 => Just("]"),
        1 => Just("]}{\"Records\":[{\"eventVersion\":1}]}")];
    let records = proptest::collection::vec((record(), separator), 0..12);
    let damage = prop_oneof![4 => Just(None), 1 => (any::<prop::sample::Index>(), any::<u8>()).prop_map(Some)];
    let cut = prop_oneof![4 => Just(None), 1 => any::<prop::sample::Index>().prop_map(Some)];
    (records, end, damage, cut, 0..4_u8).prop_map(|(records, end, damage, cut, zip)| {
        let mut text = String::from("{\"Records\":[");
        for (number, (record, separator)) in records.iter().enumerate() {
            let separator = if number > 0 { separator } else { "" };
            text = text + separator + record;
        }
        let mut bytes = (text + end).into_bytes();
        if let Some((at, byte)) = damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if zip > 1 {
            bytes = zipped(&bytes);
        }
        if let Some(at) = cut {
            bytes.truncate(at.index(bytes.len()) + 1);
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn batches_and_threads_change_nothing(logs in proptest::collection::vec(log(), 1..4), length in 1_usize..200, jobs in 1_usize..4) {
        let one_by_one = seen(&logs, 1, None, false);
        for with_fields in [false, true] {
            prop_assert_eq!(&seen(&logs, jobs, Some(length), with_fields), &one_by_one);
        }
    }

    /// Where a log is whole, the events are those that a plain reader of JSON finds.
    #[test]
    fn events_are_those_of_a_plain_reader(log in log(), length in 1_usize..200) {
        #[derive(serde::Deserialize)]
        struct Plain<'a> {
            #[serde(rename = "Records", borrow)]
            records: Vec<&'a RawValue>,
        }
        let Ok(plain) = serde_json::from_slice::<Plain<'_>>(&log) else { return Ok(()); };
        let mut plain: Vec<_> = plain.records.iter().map(|record| record.get()).collect();
        plain.retain(|record| record.starts_with('{'));
        let mut ours = seen(std::slice::from_ref(&log), 2, Some(length), true);
        ours.retain(|line| line.starts_with('{'));
        prop_assert_eq!(ours, plain);
    }
}

#[test]
fn a_record_without_end_is_refused() {
    let mut log = b"{\"Records\":[{\"eventVersion\":1},{\"eventVersion\":\"".to_vec();
    log.resize(17 * 1024 * 1024, b'x');
    for batch in [None, Some(256 * 1024)] {
        let seen = seen(&[zipped(&log)], 2, batch, false);
        let end = [
            "begin 0",
            "{\"eventVersion\":1}",
            "end: a record is longer than 16 MB",
        ];
        assert_eq!(seen, end);
    }
}

#[test]
fn a_log_that_is_cut_off_is_the_same_either_way() {
    let text = br#"{"Records":[{"eventVersion":1},{"eventVersion":2}]}"#;
    let zip = zipped(text);
    let cut = |bytes: &[u8]| (1..bytes.len()).map(|end| bytes[..end].to_vec()).collect();
    let logs: Vec<Vec<Vec<u8>>> = vec![cut(text), cut(&zip)];
    for log in logs.into_iter().flatten() {
        let log = [log];
        let one_by_one = seen(&log, 1, None, false);
        for batch in [1, 20, 1000] {
            assert_eq!(
                seen(&log, 2, Some(batch), false),
                one_by_one,
                "{log:?} {batch}"
            );
        }
    }
}

/// Fails in a thread, as only a bug can.
struct Failing;

impl Work for Failing {
    type Done = Vec<String>;

    fn work(&self, _: &[u8]) -> (Vec<String>, usize) {
        panic!("a bug");
    }
}

#[test]
fn a_thread_that_is_lost_is_an_error() {
    let log = br#"{"Records":[{"eventVersion":1},{"eventVersion":2}]}"#.to_vec();
    let logs = vec![log; 20];
    let way = Way {
        jobs: 2,
        batch: Some(20),
    };
    let mut seen = Seen::default();
    let end = run(waiting(&logs), way, Failing, &mut seen);
    let error = end.expect_err("a thread is lost");
    assert!(error.message.contains("ended unexpectedly"), "{error:?}");
    assert_eq!(seen.0, ["begin 0"]);
}
