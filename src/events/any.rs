//! Events in any shape: a log file, a list, one a line, a single one, the answer of
//! `aws cloudtrail lookup-events` or of `aws logs filter-log-events`, or in EventBridge's envelope; gzipped or not.
//!
//! A log is streamed record by record, as [`log`](super::log) does it; of anything else one value after the other is in
//! memory. There a damaged value is reported, and reading goes on behind it, see `values.rs`.

use std::io::{BufRead, Read};
use std::ops::ControlFlow;

use serde_json::value::RawValue;

use super::fields::{fields, text};
use super::log::{Broken, plain_records, unpacked};
use super::values::Values;

/// Something that cannot be read, between events that can.
#[derive(Debug)]
pub struct Damage {
    /// Why.
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

/// Hands each event to `each`, and whatever is damaged in between, until it has seen enough.
///
/// # Errors
/// When the input is cut off, holds nothing, or is a damaged log; what comes before was handed over.
pub fn events(
    input: impl Read,
    mut each: impl FnMut(Result<&RawValue, Damage>) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Broken> {
    let mut input = unpacked(input)?;
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
            return Ok(ControlFlow::Break(()));
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
fn damage(error: serde_json::Error, begins: usize) -> Damage {
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
fn value_events(
    value: &RawValue,
    line: usize,
    each: &mut impl FnMut(Result<&RawValue, Damage>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let damaged = |why| Damage {
        why,
        line: Some(line),
    };
    match value.get().as_bytes().first() {
        Some(b'[') => match serde_json::from_str::<Vec<&RawValue>>(value.get()) {
            Ok(list) => each_of(&list, value, line, each),
            Err(error) => each(Err(damage(error, line))),
        },
        Some(b'{') => match plain_records(value.get().as_bytes(), |record| {
            object(record, Some(line), each)
        }) {
            Ok(flow) => flow,
            Err(Broken::NoRecords) => match listed(value) {
                Some(list) => each_of(&list, value, line, each),
                None => unwrapped(value, line, each),
            },
            Err(why) => each(Err(damaged(why))),
        },
        _ => each(Err(damaged(Broken::NoEvent))),
    }
}

/// What an answer of `lookup-events` or `filter-log-events` lists, if this is one.
fn listed(value: &RawValue) -> Option<Vec<&RawValue>> {
    let [looked_up, logged] = fields(value, ["Events", "events"]);
    serde_json::from_str(looked_up.or(logged)?.get()).ok()
}

/// Hands over the events in the items of a value that begins in this line.
fn each_of(
    items: &[&RawValue],
    whole: &RawValue,
    begins: usize,
    each: &mut impl FnMut(Result<&RawValue, Damage>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let (mut line, mut counted_to) = (begins, whole.get().as_ptr().addr());
    items.iter().try_for_each(|item| {
        // Items are parts of the whole, one behind the other.
        let at = item.get().as_ptr().addr();
        let start = whole.get().as_ptr().addr();
        let (from, to) = (counted_to.wrapping_sub(start), at.wrapping_sub(start));
        let between = whole.get().as_bytes().get(from..to).unwrap_or_default();
        line += between.iter().filter(|byte| **byte == b'\n').count();
        counted_to = at;
        unwrapped(item, line, each)
    })
}

/// Hands over a record, which must be an object.
fn object(
    record: &RawValue,
    line: Option<usize>,
    each: &mut impl FnMut(Result<&RawValue, Damage>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    each(match record.get().starts_with('{') {
        true => Ok(record),
        false => Err(Damage {
            why: Broken::NoObject,
            line,
        }),
    })
}

/// Hands over the event in an item, which begins in this line: itself, or what a text in it or EventBridge's envelope
/// holds.
fn unwrapped(
    item: &RawValue,
    line: usize,
    each: &mut impl FnMut(Result<&RawValue, Damage>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let [record, message] = fields(item, ["CloudTrailEvent", "message"]);
    let written = match text(record.or(message)) {
        None => None,
        Some(written) => match RawValue::from_string(written.into_owned()) {
            Ok(event) => Some(event),
            Err(error) => {
                let why = match message {
                    // Log groups hold all sorts of messages.
                    Some(_) => Broken::NoEvent,
                    None => error.into(),
                };
                return each(Err(Damage { why, line: None }));
            }
        },
    };
    let item = written.as_deref().unwrap_or(item);
    let [sort, detail] = fields(item, ["detail-type", "detail"]);
    object(sort.and(detail).unwrap_or(item), Some(line), each)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

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

    #[test]
    fn every_shape_is_understood() {
        for (input, expected) in [
            (
                r#"{"Records":[{"a":1},{"b":2}]}"#,
                &[r#"{"a":1}"#, r#"{"b":2}"#][..],
            ),
            (" {\n \"Records\" : [ {\"a\":1} ] }\n", &[r#"{"a":1}"#]),
            (r#"{"x":[1],"Records":[{"a":1}]}"#, &[r#"{"a":1}"#]),
            (r#"[{"a":1}, {"b":2}]"#, &[r#"{"a":1}"#, r#"{"b":2}"#]),
            ("[]", &[]),
            ("{\"a\":1}\n{\"b\":2}\n\n", &[r#"{"a":1}"#, r#"{"b":2}"#]),
            ("{\n  \"a\": 1\n}", &["{\n  \"a\": 1\n}"]),
            (
                "{\"Records\":[{\"a\":1}]}\n{\"Records\":[{\"b\":2}]}",
                &[r#"{"a":1}"#, r#"{"b":2}"#],
            ),
            (r#"{"a":1}[{"b":2}]"#, &[r#"{"a":1}"#, r#"{"b":2}"#]),
            (
                r#"{"Events":[{"EventId":"1","CloudTrailEvent":"{\"a\":1}"}],"NextToken":"n"}"#,
                &[r#"{"a":1}"#],
            ),
            (r#"{"Events":7}"#, &[r#"{"Events":7}"#]),
            (
                r#"{"events":[{"timestamp":1,"message":"{\"a\":1}"},{"message":"{\"b\":2}"}],"searchedLogStreams":[]}"#,
                &[r#"{"a":1}"#, r#"{"b":2}"#],
            ),
            (
                "{\"message\":\"{\\\"a\\\":1}\"}\n{\"message\":\"{\\\"b\\\":2}\"}",
                &[r#"{"a":1}"#, r#"{"b":2}"#],
            ),
            (
                "{\"detail-type\":\"x\",\"detail\":{\"a\":1}}\n{\"detail-type\":\"x\",\"detail\":{\"b\":2}}",
                &[r#"{"a":1}"#, r#"{"b":2}"#],
            ),
            (
                r#"[{"detail-type":"x","detail":{"a":1}},{"detail":{"b":2}}]"#,
                &[r#"{"a":1}"#, r#"{"detail":{"b":2}}"#],
            ),
            (
                r#"{"events":[{"message":"{\"detail-type\":\"x\",\"detail\":{\"a\":1}}"}]}"#,
                &[r#"{"a":1}"#],
            ),
            (
                "{\"a\":1}\n{\n \"b\":[\n{}\n]\n}",
                &[r#"{"a":1}"#, "{\n \"b\":[\n{}\n]\n}"],
            ),
            (
                "[\n{\"a\":1}\n,\n{\"b\":2}\n]",
                &[r#"{"a":1}"#, r#"{"b":2}"#],
            ),
            (
                "{\"a\":\"{\\\"[\"}\n{\"b\":2}",
                &[r#"{"a":"{\"["}"#, r#"{"b":2}"#],
            ),
            (r#"{"a":"\ud800"}"#, &[r#"{"a":"\ud800"}"#]),
        ] {
            let mut zip = GzEncoder::new(Vec::new(), Compression::fast());
            zip.write_all(input.as_bytes()).expect("memory takes all");
            let zipped = zip.finish().expect("memory takes all");
            for bytes in [
                input.as_bytes(),
                &zipped,
                format!("\u{feff}{input}").as_bytes(),
            ] {
                let (seen, end) = read(bytes);
                assert_eq!(
                    (seen.as_slice(), end),
                    (
                        &expected.iter().map(ToString::to_string).collect::<Vec<_>>()[..],
                        Ok(())
                    ),
                    "{input}"
                );
            }
        }
    }

    #[test]
    fn what_holds_no_events_is_told() {
        for (input, why) in [
            ("", "it ends too early"),
            (" \n", "it ends too early"),
            ("7", "it is not a CloudTrail event"),
            ("\"x\"", "it is not a CloudTrail event"),
            ("hello", "it is damaged: expected"),
            ("{\"a\":1", "it ends too early"),
            ("{\"Records\":7}", "it is damaged: invalid type"),
            ("{\"a\":1}\n{\"b\"", "it ends too early"),
            (
                r#"{"Events":[{"CloudTrailEvent":"x"}]}"#,
                "it is damaged: expected",
            ),
            ("[\n{},\n[{}]]", "it is not an object, in line 3"),
            ("{\"Records\":[{},7]}", "it is not an object"),
            (
                "{}\n{\"x\":1,\"Records\":[7]}",
                "it is not an object, in line 2",
            ),
            (
                r#"{"Events":[{"CloudTrailEvent":"[1]"}]}"#,
                "it is not an object, in line 1",
            ),
        ] {
            let why_not = read(input.as_bytes()).1.expect_err(input);
            assert!(why_not.starts_with(why), "{input}: {why_not}");
        }
        for (input, why) in [
            (
                "{\"a\":1}\n\n{\"x\" 1}\n{\"b\":2}",
                "it is damaged: expected `:` at column 6, in line 3",
            ),
            (
                "{\"a\":1}\n{\n\n\"x\": y\n}\n{\"b\":2}",
                "it is damaged: expected value at column 6, in line 4",
            ),
            (
                "{\"a\":1}\nhello\n{\"b\":2}",
                "it is damaged: expected value at column 1, in line 2",
            ),
            (
                "{\"a\":1}\n{\"x\":\"\n{\"b\":2}",
                "it ends too early, in line 2",
            ),
            (
                "{\"a\":1}\n{\"x\":{}\n{\"b\":2}",
                "it ends too early, in line 2",
            ),
            (
                "{\"x\":7\n{\"a\":1}\n{\"b\":2}",
                "it ends too early, in line 1",
            ),
            (
                "{\"a\":1}\n7\n{\"b\":2}",
                "it is not a CloudTrail event, in line 2",
            ),
            (
                r#"{"events":[{"message":"{\"a\":1}"},{"message":"START"},{"message":"{\"b\":2}"}]}"#,
                "it is not a CloudTrail event",
            ),
        ] {
            let (seen, end) = read(input.as_bytes());
            assert_eq!(seen, [r#"{"a":1}"#, r#"{"b":2}"#], "{input}");
            let why_not = end.expect_err(input);
            assert!(why_not.starts_with(why), "{input}: {why_not}");
        }
        for cut in ["{\"a\":1}\n{\"b\"", "{\"Records\":[{\"a\":1},{\"b\""] {
            assert_eq!(read(cut.as_bytes()).0, [r#"{"a":1}"#], "{cut}");
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
        }
    }
}
