//! What Firehose archives of log groups: objects by their keys, and the envelopes of CloudWatch Logs in them.
//!
//! An envelope holds many events of one log group, whose messages need not be CloudTrail events; see
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html>. Those of VPC flow logs and of
//! GuardDuty's findings are passed over and counted; a message that begins like an event and ends too early is damage.

use std::ops::ControlFlow;

use serde_json::value::RawValue;

use super::any::{Damage, Each, damage, enveloped};
use super::event::is_record;
use super::fields::Fields;
use super::log::Broken;

/// What an object that Firehose wrote holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivered {
    Records,
    /// Records that it could not process, each with the reason.
    Failed,
}

/// How long the parts of such an object's name are, from its end: a UUID, and the time.
const LENGTHS: [usize; 11] = [12, 4, 4, 4, 8, 2, 2, 2, 2, 2, 4];

impl Delivered {
    /// By the key, `…/<stream>-<version>-<yyyy-MM-dd-HH-mm-ss>-<UUID>[.gz]`; nothing if it is none of Firehose's.
    /// Firehose says in a folder such as `processing-failed` what failed.
    ///
    /// <https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html>
    /// <https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html>
    pub fn of(key: &str) -> Option<Self> {
        let (folders, name) = key.rsplit_once('/').unwrap_or(("", key));
        let mut parts = name.strip_suffix(".gz").unwrap_or(name).rsplit('-');
        let mut is_next = |length: &usize| {
            let part = parts.next().unwrap_or_default();
            part.len() == *length && part.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        let ends = LENGTHS.iter().all(&mut is_next);
        let version = parts.next().unwrap_or_default();
        let is_version = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
        let is_failed = folders.split('/').any(|folder| folder.ends_with("-failed"));
        (ends && is_version && parts.next().is_some()).then_some(match is_failed {
            true => Self::Failed,
            false => Self::Records,
        })
    }
}

/// The log events of an envelope with these fields, if it is one; a control message, which only tests the way, has none.
pub(super) fn log_events<'a>(fields: &Fields<'a>) -> Option<serde_json::Result<Vec<&'a RawValue>>> {
    let events = fields.get("logEvents")?;
    match &*fields.text("messageType")? {
        "CONTROL_MESSAGE" => Some(Ok(Vec::new())),
        "DATA_MESSAGE" => Some(serde_json::from_str(events.get())),
        _ => None,
    }
}

/// Hands over the CloudTrail event that is the message of a log event, which begins in this line, or that another message
/// is in its place.
pub(super) fn message(item: &RawValue, line: usize, each: &mut Each<'_>) -> ControlFlow<()> {
    let without = |why| Damage {
        why,
        line: Some(line),
    };
    let Some(text) = Fields::of(item).text("message") else {
        return each(Err(without(Broken::NoEvent)));
    };
    if !text.trim_start().starts_with('{') {
        return each(Err(without(Broken::OtherMessage)));
    }
    match RawValue::from_string(text.into_owned()) {
        Ok(event) => match enveloped(&event, &Fields::of(&event)) {
            event if is_record(event) => each(Ok(event)),
            _ => each(Err(without(Broken::OtherMessage))),
        },
        Err(error) => each(Err(damage(error, line))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::any;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    const FLOW: &str = "2 111111111111 eni-1 10.0.0.1 10.0.0.2 443 4711 6 1 40 1 2 ACCEPT OK";

    /// The events, how many messages are of another sort, and what is wrong.
    fn read(input: &str) -> (Vec<String>, usize, Vec<String>) {
        let (mut seen, mut others, mut wrong) = (Vec::new(), 0, Vec::new());
        let end = any::events(input.as_bytes(), |found| {
            match found {
                Ok(record) => seen.push(record.get().to_owned()),
                Err(Damage {
                    why: Broken::OtherMessage,
                    ..
                }) => others += 1,
                Err(damage) => wrong.push(damage.at(0)),
            }
            ControlFlow::Continue(())
        });
        wrong.extend(end.err().map(|broken| broken.to_string()));
        (seen, others, wrong)
    }

    fn envelope(sort: &str, messages: &[&str]) -> Value {
        let events = messages
            .iter()
            .map(|message| json!({"id": "1", "timestamp": 1, "message": message}));
        json!({
            "messageType": sort, "owner": "111111111111", "logGroup": "g", "logStream": "s",
            "subscriptionFilters": ["f"], "logEvents": events.collect::<Vec<_>>(),
        })
    }

    #[test]
    fn keys_of_firehose_are_known() {
        let name = "111111111111-central-to-s3-12-2026-01-31-23-59-59-0a1b2c3d-0000-4000-8000-0123456789ab";
        for (key, sort) in [
            (
                format!("logs/2026/01/31/{name}.gz"),
                Some(Delivered::Records),
            ),
            (name.to_owned(), Some(Delivered::Records)),
            (
                format!("failed/processing-failed/2026/01/31/{name}"),
                Some(Delivered::Failed),
            ),
            (format!("{name}.parquet"), None),
            (name.replace("-12-", "-"), None),
            ("logs/2026/01/31/notes.gz".to_owned(), None),
        ] {
            assert_eq!(Delivered::of(&key), sort, "{key}");
        }
    }

    #[test]
    fn messages_are_events_or_others_or_damage() {
        let finding =
            r#"{"source":"aws.guardduty","detail-type":"GuardDuty Finding","detail":{"type":"x"}}"#;
        let call = r#"{"detail-type":"AWS API Call via CloudTrail","detail":{"eventName":"y"}}"#;
        let data = envelope(
            "DATA_MESSAGE",
            &[r#"{"eventName":"x"}"#, FLOW, finding, call],
        );
        let control = envelope("CONTROL_MESSAGE", &["CWL CONTROL MESSAGE: Checking health"]);
        let (seen, others, wrong) = read(&format!("{control}\n{data}\n{control}"));
        assert_eq!(seen, [r#"{"eventName":"x"}"#, r#"{"eventName":"y"}"#]);
        assert_eq!((others, wrong), (2, Vec::new()));
    }

    #[test]
    fn damage_is_reported_with_its_line() {
        let good = envelope("DATA_MESSAGE", &[r#"{"eventName":"x"}"#]).to_string();
        let cut = envelope("DATA_MESSAGE", &[r#"{"eventName":"#]).to_string();
        let half = &good[..good.len() / 2];
        let pretty = cut.replace(r#"{"id""#, "\n{\"id\"");
        for (damaged, why) in [
            (half, "it ends too early, in line 2"),
            (&*cut, "it ends too early, in line 2"),
            (&*pretty, "it ends too early, in line 3"),
            (
                r#"{"messageType":"DATA_MESSAGE","logEvents":7}"#,
                "it is damaged: invalid type: integer `7`, expected a sequence at column 1, in line 2",
            ),
            (
                r#"{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1"}]}"#,
                "it is not a CloudTrail event, in line 2",
            ),
        ] {
            let (seen, others, wrong) = read(&format!("{good}\n{damaged}\n{good}"));
            assert_eq!((seen.len(), others), (2, 0), "{damaged}");
            assert_eq!(wrong, [why], "{damaged}");
        }
        // The end of an object is missing.
        let (seen, _, wrong) = read(&format!("{good}\n{half}"));
        assert_eq!((seen.len(), wrong.len()), (1, 1));
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![
            Just(FLOW.to_owned()),
            r"[^{\s].{0,20}",
            "[a-zé\"\\\\\n]{1,9}"
        ]
    }

    /// A message, and the event in it.
    fn any_message() -> impl Strategy<Value = (String, Option<String>)> {
        prop_oneof![
            text().prop_map(|words| {
                let event = json!({"eventVersion": "1.11", "requestParameters": {"a": words}});
                (event.to_string(), Some(event.to_string()))
            }),
            text().prop_map(|words| (
                json!({"detail-type": words, "detail": {}}).to_string(),
                None
            )),
            text().prop_map(|words| (words, None)),
        ]
    }

    proptest! {
        #[test]
        fn every_message_is_handed_over_or_counted(
            envelopes in prop::collection::vec((any::<bool>(), prop::collection::vec(any_message(), 0..4)), 1..5),
            pretty in any::<bool>(),
            between in "[\n ]{0,2}",
        ) {
            let (mut input, mut events, mut others) = (String::new(), Vec::new(), 0);
            for (is_data, messages) in &envelopes {
                let sort = if *is_data { "DATA_MESSAGE" } else { "CONTROL_MESSAGE" };
                let texts: Vec<&str> = messages.iter().map(|(text, _)| text.as_str()).collect();
                let one = envelope(sort, &texts);
                input += &if pretty { format!("{one:#}") } else { one.to_string() };
                input += &between;
                for (_, event) in messages.iter().filter(|_| *is_data) {
                    others += usize::from(event.is_none());
                    events.extend(event.clone());
                }
            }
            prop_assert_eq!(read(&input), (events, others, Vec::new()));
        }
    }
}
