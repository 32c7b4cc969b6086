//! ARNs in facts: which kind of resource each names, and which one.

use super::model::{Resource, State};

/// By service, and by what stands before the name: the kind.
const KINDS: [(&str, &str, &str); 9] = [
    ("es", "domain/", "domain"),
    ("firehose", "deliverystream/", "delivery-stream"),
    ("kinesis", "stream/", "data-stream"),
    ("lambda", "function:", "lambda-function"),
    ("logs", "destination:", "destination"),
    ("logs", "log-group:", "log-group"),
    ("s3", "", "bucket"),
    ("sns", "", "topic"),
    ("sqs", "", "queue"),
];

/// The resource that an ARN names, as one outside of the stack.
pub fn resource(arn: &str) -> Option<Resource> {
    let mut parts = arn.splitn(6, ':');
    let mut next = || parts.next();
    let (Some("arn"), Some(_), Some(service), Some(region), Some(account), Some(named)) =
        (next(), next(), next(), next(), next(), next())
    else {
        return None;
    };
    let mut kinds = KINDS.iter().filter(|(of, ..)| *of == service);
    let (kind, name) = kinds.find_map(|(_, before, kind)| {
        let name = named.strip_prefix(before)?;
        Some((*kind, name.trim_end_matches(":*")))
    })?;
    Some(Resource {
        kind: kind.to_owned(),
        name: name.to_owned(),
        region: region.to_owned(),
        state: State::Outside,
        note: (!account.is_empty()).then(|| format!("account {account}")),
        facts: vec![("arn".to_owned(), arn.to_owned())],
        drift: Vec::new(),
    })
}

/// Whether an ARN, as this resource, is about that one. Buckets have ARNs without a region.
pub fn is_of(arn: &Resource, resource: &Resource) -> bool {
    (&arn.kind, &arn.name) == (&resource.kind, &resource.name)
        && (arn.region.is_empty() || arn.region == resource.region)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_names_a_resource() {
        let named = |arn| resource(arn).map(|it| format!("{} {} {}", it.kind, it.name, it.region));
        let all = [
            "arn:aws:logs:us-west-2:1:log-group:/aws/events/a:*",
            "arn:aws:logs:us-west-2:1:destination:a",
            "arn:aws:s3:::a",
            "arn:aws-cn:sqs:cn-north-1:1:a",
            "arn:aws:es:us-west-2:1:domain/a",
            "arn:aws:iam::1:role/a",
            "text",
        ];
        insta::assert_debug_snapshot!(all.map(named), @r#"
        [
            Some(
                "log-group /aws/events/a us-west-2",
            ),
            Some(
                "destination a us-west-2",
            ),
            Some(
                "bucket a ",
            ),
            Some(
                "queue a cn-north-1",
            ),
            Some(
                "domain a us-west-2",
            ),
            None,
            None,
        ]
        "#);
    }
}
