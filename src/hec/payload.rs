//! The data of records: as they are, or as CloudWatch Logs packs them for subscribers.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html>. Which of the two the raw data of a
//! failed record are depends on the step that failed.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use serde::Deserialize;
use serde_json::Value;

use super::failed::GZIP;

/// How many bytes the data of a record may have when they are unpacked; packed they have 1,000 KiB at most.
const LONGEST: usize = 64 << 20;

/// The data of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// As Firehose would have sent them.
    Plain(Vec<u8>),
    /// Of CloudWatch Logs, as it sends them to subscribers. Control messages have none.
    Logs(Vec<Logs>),
}

/// Events of a log stream.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Logs {
    /// The log group.
    #[serde(default)]
    pub log_group: String,
    /// The log stream.
    #[serde(default)]
    pub log_stream: String,
    /// The events.
    pub log_events: Vec<LogEvent>,
}

/// A log event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct LogEvent {
    /// Its text.
    pub message: String,
    /// When it happened: a number of milliseconds since 1970, if it is stated.
    #[serde(default)]
    pub timestamp: Value,
}

/// What CloudWatch Logs sends to a subscriber.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Envelope {
    message_type: String,
    #[serde(flatten)]
    logs: Logs,
}

impl Payload {
    /// The data of a record, unpacked where CloudWatch Logs has packed them.
    ///
    /// # Errors
    /// Compressed data that are not of CloudWatch Logs, in words.
    pub fn of(raw: Vec<u8>) -> Result<Self, String> {
        if raw.starts_with(&GZIP) {
            let mut data = Vec::new();
            let mut packed = MultiGzDecoder::new(raw.as_slice()).take(LONGEST as u64 + 1);
            let read = packed.read_to_end(&mut data);
            read.map_err(|error| format!("its data cannot be decompressed: {error}"))?;
            if data.len() > LONGEST {
                return Err(format!("its data decompress to over {LONGEST} bytes"));
            }
            let why = "its data are compressed, and not those of CloudWatch Logs";
            return logs(&data).map(Self::Logs).ok_or_else(|| why.to_owned());
        }
        Ok(match logs(&raw) {
            Some(logs) => Self::Logs(logs),
            None => Self::Plain(raw),
        })
    }

    /// How many events there are: messages, or lines that are not empty.
    pub fn events(&self) -> u64 {
        let count = match self {
            Self::Logs(logs) => logs.iter().map(|logs| logs.log_events.len()).sum(),
            Self::Plain(data) => {
                let lines = data.split(|byte| *byte == b'\n');
                lines.filter(|line| !line.trim_ascii().is_empty()).count()
            }
        };
        count as u64
    }
}

/// The events of data of CloudWatch Logs, if they are that.
fn logs(data: &[u8]) -> Option<Vec<Logs>> {
    if data.trim_ascii_start().first() != Some(&b'{') {
        return None;
    }
    let mut logs = Vec::new();
    for envelope in serde_json::Deserializer::from_slice(data).into_iter::<Envelope>() {
        let envelope = envelope.ok()?;
        match envelope.message_type.as_str() {
            "DATA_MESSAGE" => logs.push(envelope.logs),
            // CloudWatch Logs tests with these whether it can send.
            "CONTROL_MESSAGE" => {}
            _ => return None,
        }
    }
    Some(logs)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use serde_json::json;

    use super::*;

    fn zipped(data: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(data).expect("memory");
        encoder.finish().expect("memory")
    }

    fn sent(kind: &str, messages: &[&str]) -> Vec<u8> {
        let events: Vec<Value> = messages
            .iter()
            .map(|text| json!({"id": "1", "timestamp": 1, "message": text}))
            .collect();
        json!({"messageType": kind, "owner": "1", "logGroup": "g", "logStream": "s", "logEvents": events})
            .to_string()
            .into_bytes()
    }

    fn event(message: &str) -> LogEvent {
        LogEvent {
            message: message.to_owned(),
            timestamp: json!(1),
        }
    }

    #[test]
    fn data_of_cloudwatch_logs_are_unpacked() {
        let messages = ["{\"eventName\":\"A\"}", "Grüße \"\n\" \\"];
        let data = sent("DATA_MESSAGE", &messages);
        let two = [data.clone(), sent("CONTROL_MESSAGE", &["test"])].concat();
        for raw in [data.clone(), zipped(&data), zipped(&two)] {
            let payload = Payload::of(raw).expect("data");
            let expected = Logs {
                log_group: "g".to_owned(),
                log_stream: "s".to_owned(),
                log_events: messages.map(event).to_vec(),
            };
            assert_eq!(payload, Payload::Logs(vec![expected]));
            assert_eq!(payload.events(), 2);
        }
        let control = Payload::of(zipped(&sent("CONTROL_MESSAGE", &["test"])));
        assert_eq!(control, Ok(Payload::Logs(Vec::new())));
        for plain in [
            "",
            "text\n\nmore",
            "{\"eventName\":\"A\"}\n{\"logEvents\":[]}\n",
        ] {
            let payload = Payload::of(plain.into()).expect("data");
            assert_eq!(payload, Payload::Plain(plain.into()));
        }
        let odd = [
            zipped(b"text"),
            zipped(&sent("NEWS", &["a"])),
            data_cut(&data),
        ];
        for raw in odd {
            assert!(Payload::of(raw).is_err());
        }
    }

    fn data_cut(data: &[u8]) -> Vec<u8> {
        let packed = zipped(data);
        packed[..packed.len() / 2].to_vec()
    }

    #[test]
    fn data_that_decompress_to_too_much_are_refused() {
        let bomb = zipped(&vec![b' '; LONGEST + 1]);
        assert!(Payload::of(bomb).is_err_and(|why| why.contains("decompress to over")));
    }

    proptest::proptest! {
        #[test]
        fn no_data_are_too_strange(object in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = Payload::of(object.clone());
            let _ = Payload::of(zipped(&object));
        }
    }
}
