//! An event, as far as a line or a filter needs it.
//!
//! Records are large and irregular: every field may be missing, or be of another type than the
//! [documentation](https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html)
//! says. What is no text is taken as the JSON that it is; nothing here can fail.

use serde_json::Value;
use serde_json::value::RawValue;

use super::fields::{Fields, Text, has_any};
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

/// Whether this is an object that has any of these fields; no more of it is read than to the first of them.
pub fn is_record(record: &RawValue) -> bool {
    has_any(record, &FIELDS)
}

/// The same of fields that were picked out already.
pub fn has_fields_of_a_record(fields: &Fields<'_>) -> bool {
    fields.have_any(&FIELDS)
}

/// What is shown of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event<'a> {
    /// `eventTime`, as `2026-01-31T12:00:00Z`.
    pub time: Text<'a>,
    pub region: Text<'a>,
    /// `eventSource`, e.g. `iam.amazonaws.com`.
    pub source: Text<'a>,
    /// `eventName`, e.g. `CreateUser`.
    pub name: Text<'a>,
    /// `sourceIPAddress`: an address, or the name of a service.
    pub from: Text<'a>,
    pub error_code: Text<'a>,
    /// A failed sign-in has this alone.
    pub error_message: Text<'a>,
    /// `true` or `false`, as a flag or as a text.
    pub read_only: Text<'a>,
    /// `recipientAccountId`: the account whose trail recorded it.
    pub recipient: Text<'a>,
    /// `insightType` and `state`, of an Insights event.
    pub insight: Option<String>,
    /// `resources`, `requestParameters` and `responseElements`, as they are written.
    parameters: [Option<&'a str>; 3],
    pub identity: Identity<'a>,
}

impl<'a> Event<'a> {
    /// Picks the fields out of a record, which need not even be an object.
    pub fn of(record: &'a RawValue) -> Self {
        Self::with(&Fields::of(record))
    }

    /// The same, of fields that were picked out already.
    pub fn with(fields: &Fields<'a>) -> Self {
        // An Insights event is about another event; its own fields say only that it is one.
        let insight = fields.inner("insightDetails");
        let words = [insight.text("insightType"), insight.text("state")];
        let words: Vec<_> = words.into_iter().flatten().collect();
        let either = |name| insight.text(name).or_else(|| fields.text(name));
        let parameters = ["resources", "requestParameters", "responseElements"];
        Self {
            time: fields.text("eventTime"),
            region: fields.text("awsRegion"),
            source: either("eventSource"),
            name: either("eventName"),
            from: fields.text("sourceIPAddress"),
            error_code: either("errorCode"),
            error_message: fields.text("errorMessage"),
            read_only: fields.text("readOnly"),
            recipient: fields.text("recipientAccountId"),
            insight: (!words.is_empty()).then(|| words.join(" ")),
            parameters: parameters.map(|name| fields.get(name).map(RawValue::get)),
            identity: Identity::of(&fields.inner("userIdentity")),
        }
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

    pub fn failed(&self) -> bool {
        self.error_code.is_some() || self.error_message.is_some()
    }
}

/// `iam.amazonaws.com` as `iam`.
pub fn short(service: &str) -> &str {
    service.strip_suffix(".amazonaws.com").unwrap_or(service)
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn raw(json: impl ToString) -> Box<RawValue> {
        RawValue::from_string(json.to_string()).expect("JSON")
    }

    #[test]
    fn fields_are_picked_out_of_the_rest_whatever_their_type() {
        for nothing in [
            "null",
            "7",
            "[1]",
            "\"x\"",
            "{}",
            "{\"eventTime\":null,\"eventName\":\"\",\"userIdentity\":[]}",
        ] {
            assert_eq!(Event::of(&raw(nothing)), Event::default(), "{nothing}");
        }
        let deep = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
        for (record, fields) in [
            (
                r#"{"eventTime": "2026-01-31T12:00:00Z", "requestParameters": {"awsRegion": "x"}, "awsRegion": "eu-west-1",
                    "eventSource": "iam.amazonaws.com", "eventName": "Create\u0055ser", "errorCode": "AccessDenied"}"#,
                "2026-01-31T12:00:00Z eu-west-1 iam CreateUser AccessDenied",
            ),
            (
                r#"{"eventTime":7.50,"awsRegion":{"a":[1]},"eventName":"\ud800x","eventName":"last","\ud800":1,"errorCode":"x"}"#,
                r#"7.50 {"a":[1]} - last -"#,
            ),
            (r#"{"eventName":"\ud800x"}"#, r"- - - \ud800x -"),
            (
                &format!("{{\"a\":{deep},\"eventName\":\"x\"}}"),
                "- - - x -",
            ),
            (
                r#"{"eventType":"AwsCloudTrailInsight","errorCode":"own","insightDetails":{"eventSource":"iam.amazonaws.com",
                    "eventName":"DeleteRole"}}"#,
                "- - iam DeleteRole own",
            ),
        ] {
            let record = raw(record);
            let event = Event::of(&record);
            let picked = [
                event.time.as_deref(),
                event.region.as_deref(),
                event.service(),
                event.name.as_deref(),
                event.error_code.as_deref(),
            ];
            assert_eq!(picked.map(|text| text.unwrap_or("-")).join(" "), fields);
        }
        let insight =
            raw(r#"{"insightDetails":{"state":"Start","insightType":"ApiCallRateInsight"}}"#);
        let insight = Event::of(&insight).insight;
        assert_eq!(insight.as_deref(), Some("ApiCallRateInsight Start"));
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
