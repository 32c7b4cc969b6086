//! Log events as JSON for the event endpoint, as the Lambda function of `create push --transform lambda` writes them:
//! `stack/push/transform.py`. What the function could not transform is sent again with the same metadata.

use regex_lite::Regex;
use serde::de::IgnoredAny;
use serde_json::{Map, Value, json};

use super::payload::{LogEvent, Logs};

/// What a rule may set.
const FIELDS: [&str; 4] = ["host", "source", "sourcetype", "index"];

/// The rules of the function's variable `HEC_RULES`: from log group names, in which `*` and `?` are wildcards, to
/// metadata. The first one that matches counts.
#[derive(Clone, Debug, Default)]
pub struct Rules(Vec<(Regex, Map<String, Value>)>);

impl Rules {
    /// The rules of a text.
    ///
    /// # Errors
    /// With what is wrong: the function would transform nothing.
    pub fn parse(text: &str) -> Result<Self, String> {
        let rules: Map<String, Value> =
            serde_json::from_str(text).map_err(|error| error.to_string())?;
        let rules = rules.into_iter().map(|(name, rule)| {
            let Value::Object(rule) = rule else {
                return Err(format!("{name} is not an object"));
            };
            let is_known = |(field, value): (&String, &Value)| {
                FIELDS.contains(&field.as_str()) && value.is_string()
            };
            match rule.iter().all(is_known) {
                true => Ok((pattern(&name)?, rule)),
                false => Err(format!("{name} sets other than {}", FIELDS.join(", "))),
            }
        });
        Ok(Self(rules.collect::<Result<_, String>>()?))
    }

    /// What Splunk is to note of the events of a log stream.
    fn metadata(&self, logs: &Logs) -> Map<String, Value> {
        let mut metadata = Map::from_iter([
            ("host".to_owned(), json!(logs.log_stream)),
            ("source".to_owned(), json!(logs.log_group)),
            ("sourcetype".to_owned(), json!(sourcetype(&logs.log_stream))),
        ]);
        let mut rules = self.0.iter();
        let rule = rules.find(|(name, _)| name.is_match(&logs.log_group));
        metadata.extend(rule.into_iter().flat_map(|(_, rule)| rule.clone()));
        metadata
    }

    /// The events of a log stream, a JSON object each, without those that are blank: the collector refuses them.
    pub fn wrap(&self, logs: &Logs) -> Vec<Vec<u8>> {
        let metadata = Value::Object(self.metadata(logs)).to_string();
        let metadata = metadata.trim_matches(['{', '}']);
        let events = logs.log_events.iter();
        let events = events.filter(|event| !event.message.trim().is_empty());
        events.map(|event| object(event, metadata)).collect()
    }
}

/// Names are matched as a whole.
fn pattern(name: &str) -> Result<Regex, String> {
    let literal = regex_lite::escape(name);
    let pattern = literal.replace(r"\*", ".*").replace(r"\?", ".");
    Regex::new(&format!("(?s)^{pattern}$")).map_err(|error| error.to_string())
}

/// CloudTrail and VPC flow logs name their log streams themselves; the names of log groups are free.
fn sourcetype(stream: &str) -> &'static str {
    let is = |pattern: &str| Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(stream));
    match () {
        () if is(r"[0-9]{12}_CloudTrail_") => "aws:cloudtrail",
        () if is(r"^eni-[0-9a-f]+-(all|accept|reject)$") => "aws:cloudwatchlogs:vpcflow",
        () => "aws:cloudwatchlogs",
    }
}

/// An object in JSON stays as it is written, to the last digit. Without a time, Splunk notes when it receives the event.
fn object(event: &LogEvent, metadata: &str) -> Vec<u8> {
    let message = &event.message;
    let is_object = message.trim_start().starts_with('{')
        && serde_json::from_str::<IgnoredAny>(message).is_ok();
    let body = match is_object {
        true => message.clone(),
        false => json!(message).to_string(),
    };
    let time = event.timestamp.as_u64().map_or_else(String::new, |time| {
        format!(r#""time":{}.{:03},"#, time / 1_000, time % 1_000)
    });
    format!(r#"{{{time}{metadata},"event":{body}}}"#).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(rules: &str, group: &str, stream: &str) -> String {
        let rules = Rules::parse(rules).expect("rules");
        let logs = Logs {
            log_group: group.to_owned(),
            log_stream: stream.to_owned(),
            log_events: Vec::new(),
        };
        Value::Object(rules.metadata(&logs)).to_string()
    }

    #[test]
    fn the_first_rule_that_matches_counts() {
        let rules = r#"{"/vpc/?": {"index": "one"}, "/vpc/*": {"index": "all", "host": "h"}}"#;
        let found = [
            metadata(rules, "/vpc/a", "eni-0a-all"),
            metadata(rules, "/vpc/ab", "1"),
        ];
        assert_eq!(
            found,
            [
                r#"{"host":"eni-0a-all","source":"/vpc/a","sourcetype":"aws:cloudwatchlogs:vpcflow","index":"one"}"#,
                r#"{"host":"h","source":"/vpc/ab","sourcetype":"aws:cloudwatchlogs","index":"all"}"#,
            ]
        );
        assert!(!metadata(rules, "x/vpc/a", "1").contains("index"));
    }

    #[test]
    fn rules_that_the_function_refuses_are_errors() {
        for rules in [
            "",
            "[]",
            r#"{"a": 1}"#,
            r#"{"a": {"time": "1"}}"#,
            r#"{"a": {"host": 1}}"#,
        ] {
            assert!(Rules::parse(rules).is_err(), "{rules}");
        }
    }
}
