//! How a queue encrypts its messages: two attributes of it, of which one at most is in force.
//!
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html>

use std::collections::BTreeMap;

use crate::aws::read::QueueAttributes;

const KEY: &str = "KmsMasterKeyId";
const MANAGED: &str = "SqsManagedSseEnabled";

/// How a queue encrypts its messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// With a key that SQS manages and does not show: SSE-SQS.
    Managed,
    /// With the KMS key of this ARN.
    Key(String),
}

impl Encryption {
    /// The attributes of a new queue.
    pub fn attributes(&self) -> BTreeMap<String, String> {
        let (name, value) = match self {
            Self::Managed => (MANAGED, "true"),
            Self::Key(arn) => (KEY, arn.as_str()),
        };
        BTreeMap::from([(name.to_owned(), value.to_owned())])
    }

    /// The attributes to set on a queue with these; none where it encrypts so already. A key takes the place of
    /// SSE-SQS by itself, but SSE-SQS is refused while there is a key.
    pub fn changes(&self, found: &QueueAttributes) -> BTreeMap<String, String> {
        if self.holds(found) {
            return BTreeMap::new();
        }
        let mut attributes = self.attributes();
        if *self == Self::Managed && key(found).is_some() {
            attributes.insert(KEY.to_owned(), String::new());
        }
        attributes
    }

    fn holds(&self, found: &QueueAttributes) -> bool {
        match (self, key(found)) {
            (Self::Managed, None) => is_managed(found),
            // SQS returns the key as it was given: by ARN or by id.
            (Self::Key(arn), Some(key)) => arn == key || arn.rsplit('/').next() == Some(key),
            _ => false,
        }
    }
}

/// The key that encrypts a queue, if one does.
pub fn key(attributes: &QueueAttributes) -> Option<&str> {
    let key = attributes.get(KEY)?;
    Some(key.as_str()).filter(|key| !key.is_empty())
}

/// Whether a queue encrypts with SSE-SQS.
pub fn is_managed(attributes: &QueueAttributes) -> bool {
    key(attributes).is_none() && attributes.get(MANAGED).is_some_and(|value| value == "true")
}

/// How a queue encrypts its messages: `SSE-SQS`, `none`, or the key.
pub fn name(attributes: &QueueAttributes) -> &str {
    match key(attributes) {
        Some(key) => key,
        None if is_managed(attributes) => "SSE-SQS",
        None => "none",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd";

    fn queue(pairs: &[(&str, &str)]) -> QueueAttributes {
        let pairs = pairs.iter();
        pairs
            .map(|&(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    #[test]
    fn what_differs_is_set_and_a_key_goes_before_sqs_manages_one() {
        let (by_key, managed) = (Encryption::Key(ARN.into()), Encryption::Managed);
        for (wanted, found, set) in [
            (&by_key, &[(KEY, ARN)][..], &[][..]),
            (&by_key, &[(KEY, "1234abcd")], &[]),
            (&by_key, &[(KEY, "alias/aws/sqs")], &[(KEY, ARN)]),
            (&managed, &[(MANAGED, "true")], &[]),
            (&managed, &[(MANAGED, "true"), (KEY, "")], &[]),
            (&managed, &[(MANAGED, "false")], &[(MANAGED, "true")]),
            (
                &managed,
                &[(MANAGED, "false"), (KEY, "alias/aws/sqs")],
                &[(MANAGED, "true"), (KEY, "")],
            ),
        ] {
            assert_eq!(wanted.changes(&queue(found)), queue(set), "{found:?}");
        }
    }
}
