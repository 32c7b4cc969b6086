//! Events in any shape: a log file, a list, one a line, a single one, the answer of
//! `aws cloudtrail lookup-events` or of `aws logs filter-log-events`, or in the envelope of EventBridge or CloudWatch
//! Logs; gzipped or not.
//!
//! A log is streamed record by record, as [`log`](super::log) does it; of anything else one value after the other is in
//! memory. There a damaged value is reported, and reading goes on behind it, see `values.rs`.

use std::io::{BufRead, Read};
use std::ops::ControlFlow;

use serde_json::value::RawValue;

use super::archive;
use super::fields::Fields;
use super::log::{Broken, plain_records, records_in, unpacked};
use super::values::Values;

/// Takes an event, or what is damaged in its place; breaks off once it has seen enough.
pub(super) type Each<'e> = dyn FnMut(Result<&RawValue, Damage>) -> ControlFlow<()> + 'e;

/// Something that cannot be read, between events that can.
#[derive(Debug)]
pub struct Damage {
    pub why: Broken,
    /// The line of the input, from 1, where a line says where it is.
    pub line: Option<usize>,
}

impl Damage {
    /// What is wrong, and where: the line, if it is known, else the number of the event, from 1.
    pub fn at(&self, event: u64) -> String {
        let why = &self.why;
        match (self.line, why) {
            (Some(line), Broken::NoObject) => format!("event {event}: {why}, in line {line}"),
            (Some(line), _) => format!("{why}, in line {line}"),
            (None, _) => format!("event {event}: {why}"),
        }
    }
}

/// Hands each event to `each`, and whatever is damaged in between, until it has seen enough. Fails where the input is
/// cut off, holds nothing, or is a damaged log; what comes before was handed over.
pub fn events(
    input: impl Read + Send,
    each: impl FnMut(Result<&RawValue, Damage>) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Broken> {
    events_in(unpacked(input)?, each)
}

/// The same of a text that is not packed.
pub fn events_in(
    mut input: impl BufRead,
    mut each: impl FnMut(Result<&RawValue, Damage>) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Broken> {
    if begins_like_a_log(input.fill_buf()?) {
        return plain_records(input, |record| object(record, None, &mut each));
    }
    let (mut values, mut found) = (Values::of(input), false);
    while let Some((line, text)) = values.next()? {
        found = true;
        let mut here = serde_json::Deserializer::from_slice(text.trim_ascii_end())
            .into_iter::<Box<RawValue>>();
        let end = here.try_for_each(|value| match value {
            Ok(value) => value_events(&value, line, &mut each),
            Err(error) => each(Err(damage(error, line))),
        });
        if end.is_break() {
            return Ok(end);
        }
    }
    match found {
        true => Ok(ControlFlow::Continue(())),
        false => Err(Broken::Short),
    }
}

/// CloudTrail writes `{"Records":[` first.
fn begins_like_a_log(start: &[u8]) -> bool {
    let inner = start.trim_ascii_start().strip_prefix(b"{");
    inner.is_some_and(|inner| inner.trim_ascii_start().starts_with(b"\"Records\""))
}

/// An error of JSON in a text that begins in this line.
pub(super) fn damage(error: serde_json::Error, begins: usize) -> Damage {
    let (line, column) = (error.line(), error.column());
    let why = match Broken::from(error) {
        Broken::Corrupt(words) => {
            let place = format!(" at line {line} column {column}");
            let words = words.strip_suffix(&place).unwrap_or(&words);
            Broken::Corrupt(format!("{words} at column {column}"))
        }
        why => why,
    };
    Damage {
        why,
        line: Some(begins + line.saturating_sub(1)),
    }
}

/// The events in one value, which begins in this line.
fn value_events(value: &RawValue, line: usize, each: &mut Each<'_>) -> ControlFlow<()> {
    let damaged = |why| Damage {
        why,
        line: Some(line),
    };
    match value.get().as_bytes().first() {
        Some(b'[') => match serde_json::from_str::<Vec<&RawValue>>(value.get()) {
            Ok(list) => each_of(&list, value, line, each, unwrapped),
            Err(error) => each(Err(damage(error, line))),
        },
        Some(b'{') => {
            let record = |record: &RawValue| object(record, Some(line), each);
            match records_in(value.get().as_bytes(), record) {
                Ok(flow) => flow,
                Err(Broken::NoRecords) => listed(value, line, each),
                Err(why) => each(Err(damaged(why))),
            }
        }
        _ => each(Err(damaged(Broken::NoEvent))),
    }
}

/// The events that an envelope of CloudWatch Logs holds, or an answer of `lookup-events` or `filter-log-events` lists, if
/// this is one, else the event in it.
fn listed(value: &RawValue, line: usize, each: &mut Each<'_>) -> ControlFlow<()> {
    let fields = Fields::of(value);
    match archive::log_events(&fields) {
        Some(Ok(list)) => return each_of(&list, value, line, each, archive::message),
        Some(Err(error)) => return each(Err(damage(error, line))),
        None => {}
    }
    let list = fields.get("Events").or_else(|| fields.get("events"));
    match list.and_then(|list| serde_json::from_str::<Vec<&RawValue>>(list.get()).ok()) {
        Some(list) => each_of(&list, value, line, each, unwrapped),
        None => unwrapped(value, line, each),
    }
}

/// Hands over the events in the items of a value that begins in this line; `open` hands over that of an item.
fn each_of(
    items: &[&RawValue],
    whole: &RawValue,
    begins: usize,
    each: &mut Each<'_>,
    open: fn(&RawValue, usize, &mut Each<'_>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let (mut line, mut rest) = (begins, whole.get());
    items.iter().try_for_each(|item| {
        // Items are parts of the whole, one behind the other.
        let (start, from) = (item.get().as_ptr().addr(), rest.as_ptr().addr());
        let ahead = start.wrapping_sub(from);
        let (before, behind) = rest.split_at_checked(ahead).unwrap_or_default();
        line += before.matches('\n').count();
        rest = behind;
        open(item, line, each)
    })
}

/// Hands over a record, which must be an object.
fn object(record: &RawValue, line: Option<usize>, each: &mut Each<'_>) -> ControlFlow<()> {
    let why = Broken::NoObject;
    each(match record.get().starts_with('{') {
        true => Ok(record),
        false => Err(Damage { why, line }),
    })
}

/// Hands over the event in an item, which begins in this line: itself, or what a text in it or EventBridge's envelope
/// holds.
fn unwrapped(item: &RawValue, line: usize, each: &mut Each<'_>) -> ControlFlow<()> {
    let fields = Fields::of(item);
    let name = match fields.get("CloudTrailEvent") {
        Some(_) => "CloudTrailEvent",
        None => "message",
    };
    let Some(written) = fields.text(name) else {
        return object(enveloped(item, &fields), Some(line), each);
    };
    match RawValue::from_string(written.into_owned()) {
        Ok(event) => object(enveloped(&event, &Fields::of(&event)), Some(line), each),
        Err(error) => {
            let why = match fields.get("message") {
                // Log groups hold all sorts of messages.
                Some(_) => Broken::NoEvent,
                None => error.into(),
            };
            each(Err(Damage { why, line: None }))
        }
    }
}

/// The event in EventBridge's envelope, if this is one, else this object.
pub(super) fn enveloped<'a>(item: &'a RawValue, fields: &Fields<'a>) -> &'a RawValue {
    let detail = fields.get("detail-type").and(fields.get("detail"));
    detail.unwrap_or(item)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    fn zipped(text: &str) -> Vec<u8> {
        let mut zip = GzEncoder::new(Vec::new(), Compression::fast());
        zip.write_all(text.as_bytes()).expect("memory takes all");
        zip.finish().expect("memory takes all")
    }

    /// The events, and the first thing that is wrong, with its line.
    fn read(input: &[u8]) -> (Vec<String>, Result<(), String>) {
        let (mut seen, mut wrong) = (Vec::new(), Ok(()));
        let end = events(input, |found| {
            match found {
                Ok(record) => seen.push(record.get().to_owned()),
                Err(Damage { why, line }) => {
                    let line = line.map_or(String::new(), |line| format!(", in line {line}"));
                    wrong = wrong.clone().and(Err(format!("{why}{line}")));
                }
            }
            ControlFlow::Continue(())
        });
        let end = end.map(drop).map_err(|broken| broken.to_string());
        (seen, wrong.and(end))
    }

    /// JSON, from a text with quotes that need no escapes in Rust.
    fn json(text: &str) -> String {
        text.replace('\'', "\"")
    }

    #[track_caller]
    fn holds(input: &str, events: &[&str]) {
        let marked = format!("\u{feff}{input}");
        for bytes in [input.as_bytes(), &zipped(input), marked.as_bytes()] {
            let (seen, end) = read(bytes);
            assert_eq!(
                (seen, end),
                (events.iter().map(ToString::to_string).collect(), Ok(()))
            );
        }
    }

    #[test]
    fn every_shape_is_understood() {
        holds("[]", &[]);
        for input in [
            "{'Records':[{'a':1},{'b':2}]}",
            " {\n 'Records' : [ {'a':1}, {'b':2} ] }\n",
            "{'x':{'Records':[0]},'Records':[{'a':1},{'b':2}],'y':[[{}]]}",
            "{'Records':[{'a':1}]}\n{'Records':[{'b':2}]}",
            "{'x':[1],'Records':[{'a':1}]}\n{'b':2}",
            "[{'a':1}, {'b':2}]",
            "[\n{'a':1}\n,\n{'b':2}\n]",
            "{'a':1}\n{'b':2}\n\n",
            "{'a':1}[{'b':2}]",
            r"{'Events':[{'EventId':'1','CloudTrailEvent':'{\'a\':1}'},{'CloudTrailEvent':'{\'b\':2}'}],'NextToken':'n'}",
            r"{'events':[{'timestamp':1,'message':'{\'a\':1}'},{'message':'{\'b\':2}'}],'searchedLogStreams':[]}",
            "{'message':'{\\'a\\':1}'}\n{'message':'{\\'b\\':2}'}",
            "{'detail-type':'x','detail':{'a':1}}\n{'detail-type':'x','detail':{'b':2}}",
            "[{'detail-type':'x','detail':{'a':1}},{'b':2}]",
            r"{'events':[{'message':'{\'detail-type\':\'x\',\'detail\':{\'a\':1}}'},{'message':'{\'b\':2}'}]}",
        ] {
            holds(&json(input), &[r#"{"a":1}"#, r#"{"b":2}"#]);
        }
    }

    #[test]
    fn events_keep_their_text() {
        for event in [
            "{\n  'a': 1\n}",
            "{\n 'b':[\n{}\n]\n}",
            r"{'a': 1.50, 'b':'\u00e9\ud800'}",
            r"{'a':'{\'['}",
            "{'Events':7}",
            "{'detail':{'b':2}}",
        ] {
            let event = json(event);
            holds(&event, &[&event]);
            holds(&format!("{{}}\n{event}\n{{}}"), &["{}", &event, "{}"]);
            holds(&format!("{{\"Records\":[{event}]}}"), &[&event]);
        }
    }

    #[test]
    fn gzip_files_are_read_to_their_end_and_checked() {
        let zip = zipped(r#"{"Records":[{"a":1},{"b":2}]}"#);
        let (seen, end) = read(&[&zip[..], &zip].concat());
        assert_eq!((seen.len(), end), (4, Ok(())));
        let mut flipped = zip.clone();
        flipped[zip.len() - 5] ^= 1;
        for (bytes, why) in [
            (&zip[..zip.len() - 9], "it ends too early"),
            (&flipped, "it is damaged: "),
        ] {
            let end = read(bytes).1.expect_err(why);
            assert!(end.starts_with(why), "{end}");
        }
    }

    #[test]
    fn what_holds_no_events_is_told() {
        let deep = format!("{{'Records':[{}", "[".repeat(100_000));
        for (input, why) in [
            ("", "it ends too early"),
            (" \n", "it ends too early"),
            ("7", "it is not a CloudTrail event"),
            ("'x'", "it is not a CloudTrail event"),
            ("hello", "it is damaged: expected"),
            ("{'a':1", "it ends too early"),
            ("{'Records':7}", "it is damaged: invalid type"),
            ("{'a':1}\n{'b'", "it ends too early"),
            (
                "{'Events':[{'CloudTrailEvent':'x'}]}",
                "it is damaged: expected",
            ),
            ("[\n{},\n[{}]]", "it is not an object, in line 3"),
            ("{'Records':[{},7]}", "it is not an object"),
            (
                "{}\n{'x':1,'Records':[7]}",
                "it is not an object, in line 2",
            ),
            (
                "{'Events':[{'CloudTrailEvent':'[1]'}]}",
                "it is not an object, in line 1",
            ),
            (&deep, "it ends too early"),
        ] {
            let why_not = read(json(input).as_bytes()).1.expect_err(why);
            assert!(why_not.starts_with(why), "{input:.80}: {why_not}");
        }
        for one in [
            "{'a':1}\n{'b'",
            "{'Records':[{'a':1},{'b'",
            r"{'events':[{'message':'START'},{'message':'{\'a\':1}'}]}",
        ] {
            assert_eq!(read(json(one).as_bytes()).0, [r#"{"a":1}"#], "{one}");
        }
    }

    #[test]
    fn damage_between_two_events_is_told_with_its_line() {
        for (damage, why) in [
            (
                "\n{'x' 1}",
                "it is damaged: expected `:` at column 6, in line 3",
            ),
            (
                "{\n\n'x': y\n}",
                "it is damaged: expected value at column 6, in line 4",
            ),
            (
                "hello",
                "it is damaged: expected value at column 1, in line 2",
            ),
            ("{'x':'", "it ends too early, in line 2"),
            ("{'x':{}", "it ends too early, in line 2"),
            ("{'x':7", "it ends too early, in line 2"),
            ("7", "it is not a CloudTrail event, in line 2"),
            (
                "{'events':[{'message':'START'}]}",
                "it is not a CloudTrail event",
            ),
        ] {
            let input = format!("{{'a':1}}\n{damage}\n{{'b':2}}");
            let (seen, end) = read(json(&input).as_bytes());
            assert_eq!(seen, [r#"{"a":1}"#, r#"{"b":2}"#], "{damage}");
            assert_eq!(end.expect_err(damage), why);
        }
    }

    #[test]
    fn reading_ends_when_enough_was_seen() {
        for input in ["[{},{},{}]", "{}\n{}\n{}", r#"{"Records":[{},2,3]}"#] {
            let mut seen = 0;
            let end = events(input.as_bytes(), |_| {
                seen += 1;
                match seen {
                    2 => ControlFlow::Break(()),
                    _ => ControlFlow::Continue(()),
                }
            });
            assert!(
                matches!((end, seen), (Ok(ControlFlow::Break(())), 2)),
                "{input}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_are_too_strange(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = read(&bytes);
            let _ = read(&[&[0x1f, 0x8b], bytes.as_slice()].concat());
        }
    }
}
