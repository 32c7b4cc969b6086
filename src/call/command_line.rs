//! A call as the command line of the AWS CLI.
//!
//! The CLI derives its commands from the same service models: an operation or a parameter is spelled in kebab
//! case, a boolean is a flag with a `no-` form, and whatever is a list, a map or a structure is taken as JSON.
//! The few words that differ stand in `command` and `option`.

use serde_json::{Map, Value};

use super::{Call, Read};

/// The shell's words for a parameter.
#[derive(Debug)]
pub enum Words {
    /// They may be seen by others, in the list of processes.
    Public(String),
    /// They may not. They are JSON.
    Private(String),
}

/// Returns the shell's words for a parameter that holds references.
pub type Expand<'a> = &'a dyn Fn(&Value) -> Option<Words>;

/// The words of `aws <service> <operation> --region <region> …`, quoted for a POSIX shell; `endpoint` takes the place
/// of the service's own. `expand` returns the shell's words for a parameter that holds references, if it does.
///
/// A private parameter is read from a file, which the function `private` of the script makes. It is a part of the whole
/// input, since the CLI reads some parameters from no file of their own (that of `sns subscribe`, for one).
pub fn command_line(
    call: &Call,
    region: &str,
    endpoint: Option<&str>,
    expand: Expand<'_>,
) -> String {
    let (service, operation) = (call.service(), call.operation());
    line(service, operation, call.params(), region, endpoint, expand)
}

/// The words of a read, as [`command_line`].
pub fn read_line(read: &Read, region: &str, endpoint: Option<&str>, expand: Expand<'_>) -> String {
    let (service, operation) = (read.service(), read.operation());
    line(service, operation, read.params(), region, endpoint, expand)
}

fn line(
    service: &str,
    operation: &str,
    params: Map<String, Value>,
    region: &str,
    endpoint: Option<&str>,
    expand: Expand<'_>,
) -> String {
    let mut line = format!("aws {} --region {region}", words(service, operation));
    if let Some(url) = endpoint {
        line.push_str(&format!(" --endpoint-url {}", quoted(url)));
    }
    let mut private = Vec::new();
    for (name, value) in params {
        let option = option(operation, &name);
        let words = match expand(&value) {
            Some(Words::Private(words)) => {
                let before = if private.is_empty() { '{' } else { ',' };
                private.push(format!("'{before}\"{name}\":'{words}"));
                continue;
            }
            Some(Words::Public(words)) => format!("{option}={words}"),
            None => match value {
                Value::Bool(true) => option,
                Value::Bool(false) => format!("no-{option}"),
                Value::String(text) if text.starts_with('-') => {
                    format!("{option}={}", quoted(&text))
                }
                Value::String(text) => format!("{option} {}", quoted(&text)),
                structure => format!("{option} {}", quoted(&structure.to_string())),
            },
        };
        line.push_str(&format!(" --{words}"));
    }
    if !private.is_empty() {
        let input = private.concat();
        line.push_str(&format!(
            " --cli-input-json \"file://$(private {input}'}}')\""
        ));
    }
    line
}

/// `text` as one word of a POSIX shell: in single quotes, within which nothing but a single quote is special.
pub fn quoted(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:=@,+".contains(letter);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The words that name an operation to the CLI.
pub fn words(service: &str, operation: &str) -> String {
    format!("{} {}", command(service), kebab(operation))
}

/// The CLI calls the API of S3 `s3api`.
fn command(service: &str) -> &str {
    match service {
        "s3" => "s3api",
        other => other,
    }
}

/// `--endpoint` would be taken for `--endpoint-url`, and `--code` takes no .zip file.
fn option(operation: &str, parameter: &str) -> String {
    match (operation, parameter) {
        ("Subscribe", "Endpoint") => "notification-endpoint".to_owned(),
        ("CreateFunction", "Code") => "zip-file".to_owned(),
        _ => kebab(parameter),
    }
}

/// `S3BucketName` → `s3-bucket-name`, `OKActions` → `ok-actions`.
pub fn kebab(name: &str) -> String {
    let mut kebab = String::with_capacity(name.len() + 4);
    let letters = name.as_bytes();
    let is_upper = |at: usize| letters.get(at).is_some_and(u8::is_ascii_uppercase);
    let is_lower = |at: usize| letters.get(at).is_some_and(u8::is_ascii_lowercase);
    for (at, letter) in name.char_indices() {
        let begins_word = at > 0 && is_upper(at) && (!is_upper(at - 1) || is_lower(at + 1));
        if begins_word {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::call::{Tag, cloudtrail, sns};

    #[test]
    fn parameters_are_spelled_as_the_cli_spells_them() {
        let call = Call::from(cloudtrail::CloudTrail::CreateTrail(
            cloudtrail::CreateTrail {
                name: "123456789012-cloudtrail-eu-west-1".into(),
                s3_bucket_name: "logs".into(),
                s3_key_prefix: Some("-odd 'one'".into()),
                sns_topic_name: "topic".into(),
                include_global_service_events: false,
                is_multi_region_trail: true,
                enable_log_file_validation: true,
                kms_key_id: None,
                tags_list: vec![Tag {
                    key: "team".into(),
                    value: "sec ops".into(),
                }],
            },
        ));
        insta::assert_snapshot!(command_line(&call, "eu-west-1", None, &|_| None), @r#"aws cloudtrail create-trail --region eu-west-1 --name 123456789012-cloudtrail-eu-west-1 --s3-bucket-name logs --s3-key-prefix='-odd '\''one'\''' --sns-topic-name topic --no-include-global-service-events --is-multi-region-trail --enable-log-file-validation --tags-list '[{"Key":"team","Value":"sec ops"}]'"#);
    }

    #[test]
    fn words_begin_where_the_cli_sees_them_begin() {
        for (name, spelled) in [
            ("S3BucketName", "s3-bucket-name"),
            ("OKActions", "ok-actions"),
            ("ResourceARN", "resource-arn"),
            ("logGroupName", "log-group-name"),
            ("MFADelete", "mfa-delete"),
        ] {
            assert_eq!(kebab(name), spelled);
        }
    }

    #[test]
    fn the_endpoint_of_a_subscription_has_another_name() {
        let call = Call::from(sns::Sns::Subscribe(sns::Subscribe {
            topic_arn: "arn:t".into(),
            protocol: "sqs".into(),
            endpoint: "arn:q".into(),
        }));
        insta::assert_snapshot!(command_line(&call, "us-east-1", Some("http://localhost:1"), &|_| None), @"aws sns subscribe --region us-east-1 --endpoint-url http://localhost:1 --topic-arn arn:t --protocol sqs --notification-endpoint arn:q");
    }
}
