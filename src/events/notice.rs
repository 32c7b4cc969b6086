//! What a message in the queue is: a notification of log files, or something else.
//!
//! CloudTrail notifies SNS of the files it wrote, and SNS wraps that in an envelope of its own unless raw delivery is on.
//! Some feed the queue with the bucket's own event notifications instead; those name log files just as well. See
//! <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/configure-sns-notifications-for-cloudtrail.html> and
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>.

use std::fmt;

use percent_encoding::percent_decode_str;
use serde_json::Value;

/// What CloudTrail publishes when a trail is made.
const VALIDATION: &str = "CloudTrail validation message.";

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// It names these logs, one at least.
    Logs(Vec<Place>),
    /// It names digest files only, which hold no events.
    Digests,
    /// CloudTrail's plain-text check that it may publish.
    Validation,
    Foreign,
}

/// An object in S3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub bucket: String,
    pub key: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)
    }
}

/// What an object is, by its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A log of events: management, data, network activity or Insights.
    Log,
    /// A digest, which proves logs intact and holds no events.
    Digest,
    Other,
}

impl Sort {
    /// CloudTrail writes logs below a folder `CloudTrail` or `CloudTrail-…`, and digests below `CloudTrail-Digest`.
    pub fn of(key: &str) -> Self {
        let mut folders = key.rsplit('/').skip(1);
        let name = |folder: &&str| *folder == "CloudTrail" || folder.starts_with("CloudTrail-");
        match folders.find(name) {
            Some("CloudTrail-Digest") => Self::Digest,
            Some(_) if key.ends_with(".json.gz") => Self::Log,
            _ => Self::Other,
        }
    }
}

impl Notice {
    /// By the body of a message.
    pub fn of(body: &str) -> Self {
        if is_validation(body) {
            return Self::Validation;
        }
        let Ok(mut message) = serde_json::from_str::<Value>(body) else {
            return Self::Foreign;
        };
        if let Some(Value::String(inner)) = message.get_mut("Message").map(Value::take) {
            if is_validation(&inner) {
                return Self::Validation;
            }
            let Ok(unwrapped) = serde_json::from_str(&inner) else {
                return Self::Foreign;
            };
            message = unwrapped;
        }
        let places = cloudtrail(&message).or_else(|| s3(&message));
        places.map_or(Self::Foreign, Self::naming)
    }

    fn naming(mut places: Vec<Place>) -> Self {
        places.retain(|place| is_bucket(&place.bucket));
        let mut sorts = places.iter().map(|place| Sort::of(&place.key));
        let has_digests = sorts.any(|sort| sort == Sort::Digest);
        places.retain(|place| Sort::of(&place.key) == Sort::Log);
        match (places.is_empty(), has_digests) {
            (false, _) => Self::Logs(places),
            (true, true) => Self::Digests,
            (true, false) => Self::Foreign,
        }
    }
}

fn is_validation(text: &str) -> bool {
    text.trim().trim_matches('"') == VALIDATION
}

/// Old buckets may have names that new ones may not; what S3 would take for something else than a name is refused.
fn is_bucket(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    (3..=255).contains(&name.len()) && name.bytes().all(allowed)
}

/// CloudTrail's own notice: a bucket and the keys in it.
fn cloudtrail(message: &Value) -> Option<Vec<Place>> {
    let bucket = message.get("s3Bucket")?.as_str()?;
    let keys = match message.get("s3ObjectKey")? {
        Value::Array(keys) => keys.as_slice(),
        key => std::slice::from_ref(key),
    };
    let keys = keys.iter().filter_map(Value::as_str);
    let places = keys.map(|key| Place {
        bucket: bucket.to_owned(),
        key: key.to_owned(),
    });
    Some(places.collect())
}

/// S3's notification of new objects; keys are encoded as in a form.
fn s3(message: &Value) -> Option<Vec<Place>> {
    let records = message.get("Records")?.as_array()?;
    let places = records.iter().filter_map(|record| {
        let event = record.get("eventName").and_then(Value::as_str);
        if event.is_some_and(|event| !event.starts_with("ObjectCreated:")) {
            return None;
        }
        Some(Place {
            bucket: record.pointer("/s3/bucket/name")?.as_str()?.to_owned(),
            key: decoded(record.pointer("/s3/object/key")?.as_str()?)?,
        })
    });
    Some(places.collect())
}

/// A key as it was before S3 encoded it as in a form; nothing if it was no text.
fn decoded(key: &str) -> Option<String> {
    let key = key.replace('+', " ");
    let decoded = percent_decode_str(&key).decode_utf8().ok()?;
    Some(decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const KEY: &str = "AWSLogs/123456789012/CloudTrail/us-east-2/2016/08/11/a.json.gz";

    fn log(key: &str) -> Notice {
        Notice::Logs(vec![Place {
            bucket: "bucket".into(),
            key: key.into(),
        }])
    }

    #[test]
    fn notices_are_known_with_and_without_an_envelope() {
        let by_s3 = |event: &str, key: &str| {
            let object = json!({"bucket": {"name": "bucket"}, "object": {"key": key}});
            json!({"Records": [{"eventName": event, "s3": object}]}).to_string()
        };
        let validation = "CloudTrail validation message.";
        for (body, notice) in [
            (
                json!({"s3Bucket": "bucket", "s3ObjectKey": [KEY]}).to_string(),
                log(KEY),
            ),
            (
                json!({"s3Bucket": "bucket", "s3ObjectKey": KEY}).to_string(),
                log(KEY),
            ),
            (
                json!({"s3Bucket": "bucket", "s3ObjectKey": ["CloudTrail-Digest/a.json.gz"]})
                    .to_string(),
                Notice::Digests,
            ),
            (
                by_s3("ObjectCreated:Put", "CloudTrail/a+b%2B%C3%A9.json.gz"),
                log("CloudTrail/a b+\u{e9}.json.gz"),
            ),
            (by_s3("ObjectRemoved:Delete", KEY), Notice::Foreign),
            (
                json!({"Service": "Amazon S3", "Event": "s3:TestEvent"}).to_string(),
                Notice::Foreign,
            ),
            (validation.to_owned(), Notice::Validation),
            (format!("\"{validation}\"\n"), Notice::Validation),
        ] {
            let enveloped = json!({"Type": "Notification", "TopicArn": "arn:…", "Message": body});
            assert_eq!(Notice::of(&body), notice, "{body}");
            assert_eq!(Notice::of(&enveloped.to_string()), notice, "{enveloped}");
        }
    }

    #[test]
    fn anything_else_is_foreign() {
        for body in [
            "",
            "{",
            "null",
            "[]",
            "7",
            "{\"Message\":7}",
            "{\"Message\":\"{\"}",
            "{\"s3Bucket\":7,\"s3ObjectKey\":[]}",
            "{\"s3Bucket\":\"bucket\",\"s3ObjectKey\":[7,null]}",
            "{\"s3Bucket\":\"bucket\",\"s3ObjectKey\":[\"secrets.txt\"]}",
            "{\"s3Bucket\":\"arn:aws:s3:::x\",\"s3ObjectKey\":[\"CloudTrail/a.json.gz\"]}",
            "{\"Records\":{}}",
            "{\"Records\":[{},7,{\"s3\":{\"bucket\":{\"name\":\"bucket\"},\"object\":{\"key\":\"%ff\"}}}]}",
            &"[".repeat(100_000),
        ] {
            assert_eq!(Notice::of(body), Notice::Foreign, "{body}");
        }
    }

    #[test]
    fn keys_tell_logs_from_digests_and_the_rest() {
        for (key, sort) in [
            (KEY, Sort::Log),
            ("k/AWSLogs/o-1/1/CloudTrail/eu-west-1/a.json.gz", Sort::Log),
            (
                "AWSLogs/1/CloudTrail-Insight/eu-west-1/a.json.gz",
                Sort::Log,
            ),
            (
                "AWSLogs/1/CloudTrail-Digest/eu-west-1/a.json.gz",
                Sort::Digest,
            ),
            ("AWSLogs/1/CloudTrail/eu-west-1/a.json", Sort::Other),
            ("AWSLogs/1/Config/eu-west-1/a.json.gz", Sort::Other),
            ("AWSLogs/1/", Sort::Other),
            ("CloudTrail.json.gz", Sort::Other),
            ("", Sort::Other),
        ] {
            assert_eq!(Sort::of(key), sort, "{key}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_message_is_too_strange(body in ".{0,200}") {
            Notice::of(&body);
            decoded(&body);
        }
    }
}
