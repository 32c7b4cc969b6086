//! When two statements mean the same although they are written differently.
//!
//! IAM does not care whether a list of one is written as a scalar, in which order lists are, in which case
//! actions and condition keys are written, or whether a condition value is `false` or `"false"`.

use serde_json::{Value, json};

/// Whether two statements have the same meaning.
pub fn equivalent(left: &Value, right: &Value) -> bool {
    normal_statement(left) == normal_statement(right)
}

/// A statement's elements by name, each in one canonical form.
fn normal_statement(statement: &Value) -> Option<Value> {
    let elements = statement.as_object()?;
    let normal = elements.iter().map(|(name, value)| {
        let value = match name.as_str() {
            "Action" | "NotAction" => sorted(value, |text| text.to_lowercase()),
            "Principal" | "NotPrincipal" => principal(value),
            "Condition" => lowercase(value, |keys| lowercase(keys, exact)),
            "Effect" | "Sid" => value.clone(),
            _ => exact(value),
        };
        (name.clone(), value)
    });
    Some(normal.collect())
}

/// `"*"` and `{"AWS": "*"}` are the same principal in a resource policy.
fn principal(value: &Value) -> Value {
    match value {
        Value::Object(kinds) => kinds
            .iter()
            .map(|(kind, names)| (kind.clone(), exact(names)))
            .collect(),
        everyone => json!({ "AWS": exact(everyone) }),
    }
}

/// An object with its keys in lower case, and its values in a canonical form.
fn lowercase(object: &Value, normal: impl Fn(&Value) -> Value) -> Value {
    let Value::Object(entries) = object else {
        return object.clone();
    };
    let entries = entries.iter();
    entries
        .map(|(key, value)| (key.to_lowercase(), normal(value)))
        .collect()
}

/// A list whose entries are compared as they are written.
fn exact(value: &Value) -> Value {
    sorted(value, str::to_owned)
}

/// A scalar or a list as a sorted list of strings without repetitions.
fn sorted(value: &Value, fold: impl Fn(&str) -> String) -> Value {
    let text = |value: &Value| match value {
        Value::String(text) => fold(text),
        other => fold(&other.to_string()),
    };
    let mut entries: Vec<String> = match value {
        Value::Array(entries) => entries.iter().map(text).collect(),
        scalar => vec![text(scalar)],
    };
    entries.sort();
    entries.dedup();
    entries.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_compared_by_meaning() {
        let same = [
            json!([
                {"Sid": "a", "Effect": "Allow", "Action": "s3:GetBucketAcl", "Resource": "r",
                    "Principal": {"Service": "cloudtrail.amazonaws.com"},
                    "Condition": {"StringLike": {"aws:SourceArn": "x"}, "Bool": {"aws:SecureTransport": "false"}}},
                {"Effect": "Allow", "Sid": "a", "Action": ["S3:getbucketacl"], "Resource": ["r"],
                    "Principal": {"Service": ["cloudtrail.amazonaws.com"]},
                    "Condition": {"Bool": {"AWS:SecureTransport": false}, "StringLike": {"AWS:SourceArn": ["x"]}}},
            ]),
            json!([{"Resource": ["a", "b"]}, {"Resource": ["b", "a"]}]),
            json!([{"Principal": "*"}, {"Principal": {"AWS": "*"}}]),
        ];
        let different = [
            json!([{"Resource": ["a", "b"]}, {"Resource": ["a"]}]),
            json!([{"Resource": "A"}, {"Resource": "a"}]),
            json!([{"Condition": {"Bool": {"key": "A"}}}, {"Condition": {"Bool": {"key": "a"}}}]),
            json!([{"Effect": "Allow", "Condition": {"Bool": {"key": "x"}}}, {"Effect": "Allow"}]),
        ];
        for (pairs, expected) in [(&same[..], true), (&different[..], false)] {
            for pair in pairs {
                assert_eq!(equivalent(&pair[0], &pair[1]), expected, "{pair}");
            }
        }
    }
}
