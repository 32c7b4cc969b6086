//! What Firehose writes into the backup bucket of what it could not deliver: a line of JSON for each record.
//!
//! The fields: <https://docs.aws.amazon.com/firehose/latest/dev/retry.html>. An object is gzipped where the stream says
//! so. AWS's example has times as numbers of milliseconds; fields are added at times, so what is not known is passed over.

use std::io::{self, BufRead, BufReader, Read};

use base64::{Engine, prelude::BASE64_STANDARD};
use flate2::bufread::MultiGzDecoder;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// How data that are gzipped start.
pub const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A record of Firehose's has at most 1,000 KiB, and CloudWatch Logs may have gzipped it to that.
const LONGEST_LINE: u64 = 256 << 20;

/// The folder of the marks of objects that were replayed.
pub const MARKS: &str = "ctadmin-replayed/";

/// The key of the mark of an object of which all was replayed.
pub fn done(key: &str) -> String {
    format!("{MARKS}{key}.done")
}

/// A record that was not delivered.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failed {
    /// How often Firehose tried again.
    #[serde(default, deserialize_with = "number")]
    pub attempts_made: Option<i64>,
    /// When Firehose received it, in milliseconds since 1970.
    #[serde(default, deserialize_with = "number")]
    pub arrival_timestamp: Option<i64>,
    /// When Firehose gave up, in milliseconds since 1970.
    #[serde(default, deserialize_with = "number")]
    pub attempt_ending_timestamp: Option<i64>,
    /// Why: see [`explanation`].
    pub error_code: String,
    /// The same in AWS's words.
    #[serde(default)]
    pub error_message: String,
    /// The record: as CloudWatch Logs sent it, or decompressed, depending on where it failed.
    #[serde(deserialize_with = "base64")]
    pub raw_data: Vec<u8>,
    /// Firehose's name of it, which need not be unique.
    #[serde(default, rename = "EventId")]
    pub event_id: Option<String>,
}

impl Failed {
    /// Whether the data are gzipped, as CloudWatch Logs sends them.
    pub fn is_compressed(&self) -> bool {
        self.raw_data.starts_with(&GZIP)
    }
}

/// The records of an object, gzipped or not, one at a time.
///
/// # Errors
///
/// For each line that is no failed record, with its number; the data cannot be read on, which is the last.
pub fn records<'a>(
    object: impl BufRead + 'a,
) -> io::Result<impl Iterator<Item = io::Result<Failed>>> {
    let mut object = object;
    let is_compressed = object.fill_buf()?.starts_with(&GZIP);
    let mut lines: Box<dyn BufRead + 'a> = match is_compressed {
        true => Box::new(BufReader::new(MultiGzDecoder::new(object))),
        false => Box::new(object),
    };
    let mut number = 0;
    let mut is_over = false;
    Ok(std::iter::from_fn(move || {
        while !is_over {
            number += 1;
            let mut line = Vec::new();
            let read = lines
                .by_ref()
                .take(LONGEST_LINE)
                .read_until(b'\n', &mut line);
            match read {
                Ok(0) => return None,
                Ok(_) if line.trim_ascii().is_empty() => {}
                Ok(_) => return Some(record(number, &line)),
                Err(error) => {
                    is_over = true;
                    return Some(Err(error));
                }
            }
        }
        None
    }))
}

fn record(number: usize, line: &[u8]) -> io::Result<Failed> {
    serde_json::from_slice(line).map_err(|error| {
        // serde_json says which field it is, and quotes no data but numbers.
        let why = format!("line {number} is not a failed record: {error}");
        io::Error::new(io::ErrorKind::InvalidData, why)
    })
}

/// A number, which may be written as text; nothing for anything else.
fn number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    })
}

fn base64<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
    let text = std::borrow::Cow::<str>::deserialize(from)?;
    BASE64_STANDARD
        .decode(text.as_bytes())
        .map_err(|_| serde::de::Error::custom("rawData is not in base64"))
}

/// Why records are not delivered, and what to do about it. The codes are AWS's, "Splunk data delivery errors":
/// <https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html>. No page of AWS's has
/// InvalidEncodingException, which users report.
pub fn explanation(code: &str) -> Explanation {
    let (reason, advice) = match code.strip_prefix("Splunk.").unwrap_or(code) {
        "DisabledToken" => ("the HEC token is disabled", "enable the token in Splunk"),
        "InvalidToken" => (
            "the HEC token is not one of this collector",
            "give a token of this collector: `ctadmin create push --hec-token-file FILE`, or write it into the secret",
        ),
        "DisabledAck" | "AcknowledgementsDisabled" => (
            "acknowledgment is off for the HEC token",
            "set useACK = 1 in the token's stanza",
        ),
        "InvalidIndex" => (
            "the token does not allow its index, or the index does not exist",
            "correct the index of the token's stanza",
        ),
        "AckTimeout" => (
            "Splunk did not confirm in time that the data are indexed; they may be in Splunk all the same",
            "check the indexers' load and the load balancer's sticky sessions; --ack-timeout waits longer",
        ),
        "ProxyWithoutStickySessions" => (
            "the load balancer asks another indexer for the acknowledgment than the one that has the data",
            "turn on sticky sessions in the load balancer",
        ),
        "SSLUnverified" => (
            "the certificate is not for the host name of the endpoint",
            "use a name of the certificate, or get a certificate for the endpoint's name",
        ),
        "SSLHandshake" => (
            "Firehose refuses the certificate or the TLS version: self-signed, expired, or without its intermediate",
            "serve a certificate of a public authority with its whole chain, and TLS 1.2",
        ),
        "InvalidEndpoint" => (
            "the host name cannot be resolved, or nothing accepts connections there",
            "check the name in public DNS, the port, and that firewalls let Firehose's addresses connect",
        ),
        "ConnectionTimeout" | "ConnectionClosed" | "ConnectionRecycled" => (
            "the connection to Splunk timed out or was closed",
            "check that firewalls let Firehose's addresses connect; --retry tries longer",
        ),
        "IndexerBusy" | "ServerError" | "MaxRetriesFailed" => (
            "the collector answered that it is busy, or with another error of its own",
            "check the indexers' queues and the load balancer's targets; --retry tries longer",
        ),
        "ServerError.ContentTooLarge" => (
            "the collector takes no request of this size",
            "raise max_content_length in limits.conf, [http_input]",
        ),
        "URLNotFound" => (
            "there is no HTTP Event Collector at the endpoint",
            "check host and port, and that the load balancer forwards /services/collector",
        ),
        "InvalidDataFormat" => (
            "Splunk refuses the form of the data",
            "use the Raw endpoint for lines of text",
        ),
        "InvalidHecResponseCharacter" => (
            "the answers are not those of an HTTP Event Collector",
            "check what answers at the endpoint: a proxy or a login page",
        ),
        "InvalidEncodingException" => (
            "the data are compressed: CloudWatch Logs sends gzip, and the stream does not decompress it",
            "`ctadmin create push --replace` creates the stream with decompression",
        ),
        code if code.starts_with("Lambda.") => (
            "the stream's Lambda function failed",
            "look into the function's log group",
        ),
        code if code.starts_with("Decompression.") => (
            "the record could not be decompressed",
            "let only CloudWatch Logs write to the stream",
        ),
        _ => (
            "this code is not known",
            "look the code up in AWS's page on monitoring Firehose with CloudWatch Logs",
        ),
    };
    Explanation { reason, advice }
}

/// What an error code means, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Why nothing was delivered.
    pub reason: &'static str,
    /// What to do about it.
    pub advice: &'static str,
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    const LINES: &str = r#"{"attemptsMade":5,"arrivalTimestamp":1741088772123,"errorCode":"Splunk.AckTimeout","errorMessage":"Did not","attemptEndingTimestamp":"1741092372123","rawData":"R3LDvMOfZQ==","EventId":"4.0"}

{"errorCode":"Splunk.New","rawData":"H4s=","lambdaARN":null,"attemptsMade":null}
{"errorCode":"Splunk.InvalidToken"}
{"errorCode":"Splunk.InvalidToken","rawData":"?"}"#;

    #[test]
    fn records_are_read_gzipped_or_not_and_bad_lines_have_their_number() {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(LINES.as_bytes()).expect("memory");
        for object in [LINES.into(), gzip.finish().expect("memory")] {
            let found = records(object.as_slice()).expect("it starts");
            let found: Vec<io::Result<Failed>> = found.collect();
            let [Ok(first), Ok(second), Err(third), Err(fourth)] = found.as_slice() else {
                panic!("{found:?}");
            };
            assert_eq!(first.raw_data, "Grüße".as_bytes());
            assert_eq!(first.attempt_ending_timestamp, Some(1_741_092_372_123));
            assert_eq!(
                (first.attempts_made, first.is_compressed()),
                (Some(5), false)
            );
            assert_eq!((second.attempts_made, second.is_compressed()), (None, true));
            assert!(
                third
                    .to_string()
                    .starts_with("line 4 is not a failed record: missing field `rawData`")
            );
            assert!(
                fourth
                    .to_string()
                    .contains("line 5 is not a failed record: rawData is not in base64")
            );
        }
    }

    #[test]
    fn an_object_that_ends_too_early_is_an_error_and_no_end() {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(LINES.as_bytes()).expect("memory");
        let whole = gzip.finish().expect("memory");
        let found = records(&whole[..whole.len() - 9]).expect("it starts");
        assert!(found.last().is_some_and(|last| last.is_err()));
    }

    #[test]
    fn a_code_is_explained_with_and_without_its_service() {
        assert!(
            explanation("InvalidEncodingException")
                .advice
                .contains("--replace")
        );
        assert_eq!(
            explanation("Splunk.DisabledAck"),
            explanation("Splunk.AcknowledgementsDisabled")
        );
        assert!(
            explanation("Lambda.FunctionTimedOut")
                .reason
                .contains("Lambda")
        );
        assert_eq!(explanation("Splunk.Later").reason, "this code is not known");
    }
}
