//! Events in whichever shape somebody has them: a log file, a list, one a line, a single one, or the answer of
//! `aws cloudtrail lookup-events`; gzipped or not.
//!
//! A log is streamed record by record, as [`log`](super::log) does it; of anything else one value after the other is in
//! memory.

use std::io::{BufRead, Read};
use std::ops::ControlFlow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::log::{Broken, plain_records, unpacked};

/// Hands each event to `each`, until it has seen enough.
///
/// # Errors
/// When the input is cut off or damaged, or holds no events; what stands before the damage was handed over.
pub fn events(
    input: impl Read,
    mut each: impl FnMut(&RawValue) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Broken> {
    let mut input = unpacked(input)?;
    if begins_like_a_log(input.fill_buf()?) {
        return plain_records(input, each);
    }
    let mut found = false;
    for value in serde_json::Deserializer::from_reader(input).into_iter::<Box<RawValue>>() {
        found = true;
        if value_events(&value?, &mut each)?.is_break() {
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

/// The events in one value.
fn value_events(
    value: &RawValue,
    each: &mut impl FnMut(&RawValue) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Broken> {
    match value.get().as_bytes().first() {
        Some(b'[') => {
            let list: Vec<&RawValue> = serde_json::from_str(value.get())?;
            Ok(list.into_iter().try_for_each(each))
        }
        Some(b'{') => match plain_records(value.get().as_bytes(), &mut *each) {
            Err(Broken::NoRecords) => match looked_up(value)? {
                Some(events) => Ok(events.iter().try_for_each(|event| each(event))),
                None => Ok(each(value)),
            },
            read => read,
        },
        _ => Err(Broken::NoEvent),
    }
}

/// The records in an answer of `lookup-events`, if this is one: there each is a text.
fn looked_up(value: &RawValue) -> Result<Option<Vec<Box<RawValue>>>, Broken> {
    #[derive(Deserialize)]
    struct Answer<'a> {
        #[serde(rename = "Events", borrow)]
        events: Vec<Event<'a>>,
    }
    #[derive(Deserialize)]
    struct Event<'a> {
        #[serde(rename = "CloudTrailEvent", borrow)]
        record: std::borrow::Cow<'a, str>,
    }
    let Ok(answer) = serde_json::from_str::<Answer<'_>>(value.get()) else {
        return Ok(None);
    };
    let records = answer.events.into_iter();
    let records = records.map(|event| RawValue::from_string(event.record.into_owned()));
    Ok(Some(records.collect::<Result<_, _>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    fn read(input: &[u8]) -> (Vec<String>, Result<(), String>) {
        let mut seen = Vec::new();
        let end = events(input, |record| {
            seen.push(record.get().to_owned());
            ControlFlow::Continue(())
        });
        (seen, end.map(drop).map_err(|broken| broken.to_string()))
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
            ("7", "it is no event of CloudTrail"),
            ("\"x\"", "it is no event of CloudTrail"),
            ("hello", "it is damaged: expected"),
            ("{\"a\":1", "it ends too early"),
            ("{\"Records\":7}", "it is damaged: invalid type"),
            ("{\"a\":1}\n{\"b\"", "it ends too early"),
            (
                r#"{"Events":[{"CloudTrailEvent":"x"}]}"#,
                "it is damaged: expected",
            ),
        ] {
            let why_not = read(input.as_bytes()).1.expect_err(input);
            assert!(why_not.starts_with(why), "{input}: {why_not}");
        }
        for cut in ["{\"a\":1}\n{\"b\"", "{\"Records\":[{\"a\":1},{\"b\""] {
            assert_eq!(read(cut.as_bytes()).0, [r#"{"a":1}"#], "{cut}");
        }
    }

    #[test]
    fn reading_ends_when_enough_was_seen() {
        for input in ["[1,2,3]", "{}\n{}\n{}", r#"{"Records":[1,2,3]}"#] {
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
