//! When two statements mean the same although they are written differently.
//!
//! IAM does not care whether a list of one is written as a scalar, in which order lists are, in which case
//! actions and condition keys are written, or whether a condition value is `false` or `"false"`.

use std::collections::BTreeMap;

use serde_json::Value;

/// Whether two statements have the same meaning.
pub fn equivalent(left: &Value, right: &Value) -> bool {
    normal_statement(left) == normal_statement(right)
}

/// A statement's elements by name, each in one canonical form.
fn normal_statement(statement: &Value) -> Option<BTreeMap<String, Value>> {
    let elements = statement.as_object()?;
    let normal = elements.iter().map(|(name, value)| {
        let value = match name.as_str() {
            "Action" | "NotAction" => sorted(value, |text| text.to_lowercase()),
            "Principal" | "NotPrincipal" => principal(value),
            "Condition" => condition(value),
            "Effect" | "Sid" => value.clone(),
            _ => sorted(value, str::to_owned),
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
            .map(|(kind, names)| (kind.clone(), sorted(names, str::to_owned)))
            .collect(),
        everyone => serde_json::json!({ "AWS": sorted(everyone, str::to_owned) }),
    }
}

fn condition(value: &Value) -> Value {
    let Value::Object(operators) = value else {
        return value.clone();
    };
    operators
        .iter()
        .map(|(operator, keys)| (operator.to_lowercase(), condition_keys(keys)))
        .collect::<BTreeMap<_, _>>()
        .into_iter()
        .collect()
}

fn condition_keys(keys: &Value) -> Value {
    let Value::Object(keys) = keys else {
        return keys.clone();
    };
    keys.iter()
        .map(|(key, values)| (key.to_lowercase(), sorted(values, str::to_owned)))
        .collect::<BTreeMap<_, _>>()
        .into_iter()
        .collect()
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
    use serde_json::json;

    #[test]
    fn writing_style_does_not_matter() {
        let ours = json!({"Sid": "a", "Effect": "Allow", "Action": "s3:GetBucketAcl", "Resource": "r",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Condition": {"StringLike": {"aws:SourceArn": "x"}, "Bool": {"aws:SecureTransport": "false"}}});
        let theirs = json!({"Effect": "Allow", "Sid": "a", "Action": ["S3:getbucketacl"], "Resource": ["r"],
            "Principal": {"Service": ["cloudtrail.amazonaws.com"]},
            "Condition": {"Bool": {"AWS:SecureTransport": false}, "StringLike": {"AWS:SourceArn": ["x"]}}});
        assert!(equivalent(&ours, &theirs));
    }

    #[test]
    fn order_of_lists_does_not_matter_but_their_content_does() {
        assert!(equivalent(
            &json!({"Resource": ["a", "b"]}),
            &json!({"Resource": ["b", "a"]})
        ));
        assert!(!equivalent(
            &json!({"Resource": ["a", "b"]}),
            &json!({"Resource": ["a"]})
        ));
    }

    #[test]
    fn case_of_resources_and_values_matters() {
        assert!(!equivalent(
            &json!({"Resource": "A"}),
            &json!({"Resource": "a"})
        ));
        assert!(!equivalent(
            &json!({"Condition": {"StringLike": {"aws:SourceArn": "A"}}}),
            &json!({"Condition": {"StringLike": {"aws:SourceArn": "a"}}})
        ));
    }

    #[test]
    fn a_missing_condition_is_a_difference() {
        let limited =
            json!({"Effect": "Allow", "Condition": {"StringLike": {"aws:SourceArn": "x"}}});
        assert!(!equivalent(&limited, &json!({"Effect": "Allow"})));
    }

    #[test]
    fn everyone_has_two_spellings() {
        assert!(equivalent(
            &json!({"Principal": "*"}),
            &json!({"Principal": {"AWS": "*"}})
        ));
    }
}
