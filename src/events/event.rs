//! An event, as far as a line or a filter needs it.
//!
//! Records are large and irregular: every field may be missing, or be of another type than the
//! [documentation](https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html)
//! says. What is no text is taken as the JSON that it is; nothing here can fail.

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::fields::{Text, fields, has_any, text};
use super::identity::{Identity, resource};

/// The fields by which events of CloudTrail are known:
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>.
const FIELDS: [&str; 14] = [
    "awsRegion",
    "errorCode",
    "errorMessage",
    "eventCategory",
    "eventID",
    "eventName",
    "eventSource",
    "eventTime",
    "eventType",
    "eventVersion",
    "insightDetails",
    "requestParameters",
    "sourceIPAddress",
    "userIdentity",
];

/// Whether an object has any of the fields by which events of CloudTrail are known.
pub fn is_event(object: &Map<String, Value>) -> bool {
    FIELDS.iter().any(|field| object.contains_key(*field))
}

/// Whether this is an object that has any of these fields; no more of it is read than to the first of them.
pub fn is_record(record: &RawValue) -> bool {
    has_any(record, &FIELDS)
}

/// What is shown of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event<'a> {
    /// `eventTime`, as `2026-01-31T12:00:00Z`.
    pub time: Text<'a>,
    /// `awsRegion`.
    pub region: Text<'a>,
    /// `eventSource`, e.g. `iam.amazonaws.com`.
    pub source: Text<'a>,
    /// `eventName`, e.g. `CreateUser`.
    pub name: Text<'a>,
    /// `sourceIPAddress`: an address, or the name of a service.
    pub from: Text<'a>,
    /// `errorCode`.
    pub error_code: Text<'a>,
    /// `errorMessage`; a failed sign-in has this alone.
    pub error_message: Text<'a>,
    /// `readOnly`, as a flag or as a text.
    pub read_only: Option<bool>,
    /// `recipientAccountId`: the account whose trail recorded it.
    pub recipient: Text<'a>,
    /// `insightType` and `state`, of an Insights event.
    pub insight: Option<String>,
    /// `resources`, `requestParameters` and `responseElements`, as they are written.
    parameters: [Option<&'a str>; 3],
    /// `userIdentity`.
    pub identity: Identity<'a>,
}

impl<'a> Event<'a> {
    /// Picks the fields out of a record, which need not even be an object.
    pub fn of(record: &'a RawValue) -> Self {
        let [
            time,
            region,
            source,
            name,
            from,
            code,
            message,
            read_only,
            identity,
            insight,
            recipient,
            resources,
            asked,
            answered,
        ] = fields(
            record,
            [
                "eventTime",
                "awsRegion",
                "eventSource",
                "eventName",
                "sourceIPAddress",
                "errorCode",
                "errorMessage",
                "readOnly",
                "userIdentity",
                "insightDetails",
                "recipientAccountId",
                "resources",
                "requestParameters",
                "responseElements",
            ],
        );
        let mut event = Self {
            time: text(time),
            region: text(region),
            source: text(source),
            name: text(name),
            from: text(from),
            error_code: text(code),
            error_message: text(message),
            read_only: text(read_only).and_then(|word| flag(&word)),
            recipient: text(recipient),
            insight: None,
            parameters: [resources, asked, answered].map(|part| part.map(RawValue::get)),
            identity: identity.map(Identity::of).unwrap_or_default(),
        };
        if let Some(insight) = insight {
            event.add_insight(insight);
        }
        event
    }

    /// An Insights event is about another event; its own fields say only that it is one.
    fn add_insight(&mut self, insight: &'a RawValue) {
        let [source, name, sort, state, code] = fields(
            insight,
            [
                "eventSource",
                "eventName",
                "insightType",
                "state",
                "errorCode",
            ],
        );
        self.source = text(source).or(self.source.take());
        self.name = text(name).or(self.name.take());
        self.error_code = text(code).or(self.error_code.take());
        let words: Vec<_> = [text(sort), text(state)].into_iter().flatten().collect();
        self.insight = (!words.is_empty()).then(|| words.join(" "));
    }

    /// The service without `.amazonaws.com`.
    pub fn service(&self) -> Option<&str> {
        self.source.as_deref().map(short)
    }

    /// Everything that may be a resource of the request: all texts in `resources`, `requestParameters` and
    /// `responseElements`, and of ARNs also what is behind the account, and the last name.
    pub fn resources(&self) -> Vec<String> {
        let mut texts = Vec::new();
        for part in self.parameters.into_iter().flatten() {
            // What is nested too deeply names nothing.
            if let Ok(value) = serde_json::from_str(part) {
                texts_in(value, &mut texts);
            }
        }
        let arns = texts.iter().filter(|text| text.starts_with("arn:"));
        let names = arns.flat_map(|arn| [resource(arn), last_name(arn)]);
        let names: Vec<String> = names.map(str::to_owned).collect();
        texts.extend(names);
        texts
    }

    /// Whether the request failed.
    pub fn failed(&self) -> bool {
        self.error_code.is_some() || self.error_message.is_some()
    }
}

/// `iam.amazonaws.com` as `iam`.
pub fn short(service: &str) -> &str {
    service.strip_suffix(".amazonaws.com").unwrap_or(service)
}

/// Collects the texts of a value.
fn texts_in(value: Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(items) => items.into_iter().for_each(|item| texts_in(item, texts)),
        Value::Object(fields) => fields
            .into_iter()
            .for_each(|(_, field)| texts_in(field, texts)),
        _ => {}
    }
}

/// `bob` of `arn:aws:iam::123456789012:user/team/bob`.
fn last_name(arn: &str) -> &str {
    arn.rsplit(['/', ':']).next().unwrap_or(arn)
}

fn flag(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn raw(json: impl ToString) -> Box<RawValue> {
        RawValue::from_string(json.to_string()).expect("JSON")
    }

    #[test]
    fn fields_are_picked_out_of_the_rest() {
        let record = raw(
            r#"{"eventVersion": "1.08", "eventTime": "2026-01-31T12:00:00Z", "requestParameters": {"awsRegion": "x"},
                "awsRegion": "eu-west-1", "eventSource": "iam.amazonaws.com", "eventName": "Create\u0055ser",
                "sourceIPAddress": "203.0.113.7", "errorCode": "AccessDenied", "readOnly": false,
                "userIdentity": {"type": "IAMUser", "userName": "alice"}}"#,
        );
        let event = Event::of(&record);
        assert_eq!(event.region.as_deref(), Some("eu-west-1"));
        assert_eq!(event.name.as_deref(), Some("CreateUser"));
        assert_eq!(event.service(), Some("iam"));
        assert_eq!(event.read_only, Some(false));
        assert!(event.failed());
        assert_eq!(event.identity.who().as_deref(), Some("alice"));
    }

    #[test]
    fn no_type_is_wrong() {
        for record in [
            "null",
            "7",
            "[1]",
            "\"x\"",
            "{}",
            "{\"eventTime\":null,\"eventName\":\"\",\"userIdentity\":[]}",
        ] {
            assert_eq!(Event::of(&raw(record)), Event::default(), "{record}");
        }
        let record = raw(
            r#"{"eventTime":7.50,"awsRegion":{"a":[1]},"readOnly":"TRUE","eventName":"\ud800x","eventName":"last","userIdentity":{"arn":true,"sessionContext":7},"\ud800":1,"errorCode":"never reached"}"#,
        );
        let event = Event::of(&record);
        assert_eq!(event.time.as_deref(), Some("7.50"));
        assert_eq!(event.region.as_deref(), Some(r#"{"a":[1]}"#));
        assert_eq!(event.read_only, Some(true));
        assert_eq!(event.name.as_deref(), Some("last"));
        assert_eq!(event.identity.who().as_deref(), Some("true"));
        let half = raw(r#"{"eventName":"\ud800x"}"#);
        assert_eq!(Event::of(&half).name.as_deref(), Some(r"\ud800x"));
        let nested = raw(format!(
            "{{\"a\":{}{},\"eventName\":\"x\"}}",
            "[".repeat(50_000),
            "]".repeat(50_000)
        ));
        assert_eq!(Event::of(&nested).name.as_deref(), Some("x"));
    }

    #[test]
    fn insights_have_the_fields_of_the_event_that_they_are_about() {
        let record = raw(
            json!({"eventType": "AwsCloudTrailInsight", "insightDetails": {"state": "Start",
            "eventSource": "iam.amazonaws.com", "eventName": "DeleteRole", "insightType": "ApiCallRateInsight"}}),
        );
        let event = Event::of(&record);
        assert_eq!(
            (event.service(), event.name.as_deref()),
            (Some("iam"), Some("DeleteRole"))
        );
        assert_eq!(event.insight.as_deref(), Some("ApiCallRateInsight Start"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_strange(words in ".{0,40}") {
            let record = raw(json!({"eventName": words, "userIdentity": {"arn": words, "principalId": words}}));
            let event = Event::of(&record);
            event.identity.who();
            proptest::prop_assert_eq!(event.name.as_deref().unwrap_or_default(), words);
        }
    }
}
