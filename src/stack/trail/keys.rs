//! The keys that encrypt queue and topics, where the user asks for it.
//!
//! Key policies are not changed: notes show what they must allow. A key is in one region; a multi-Region key has a replica
//! of the same id in others.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::desired::Desired;
use super::statements::topics_send;
use crate::call::{Call, sns::Sns, sqs::Sqs};
use crate::error::{Error, Result};
use crate::plan::Step;
use crate::resource::queue_encryption::{self, Encryption};
use crate::stack::Scheme;
use crate::words::few;

/// The keys of topics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TopicKeys {
    /// ARNs of keys by the region that they were named for.
    pub by_region: BTreeMap<String, String>,
    /// ARN of the key that was named for no region: it must do for all topics.
    pub for_all: Option<String>,
}

impl TopicKeys {
    /// The key of the topics in a region.
    pub fn of(&self, region: &str) -> Option<String> {
        let named = self.by_region.get(region);
        named
            .cloned()
            .or_else(|| in_region(self.for_all.as_ref()?, region))
    }
}

/// The region of a key's ARN.
pub fn region_of(arn: &str) -> &str {
    arn.split(':').nth(3).unwrap_or_default()
}

/// The ARN of a key in this region: its own, or that of a replica of a multi-Region key.
fn in_region(arn: &str, region: &str) -> Option<String> {
    let multi_region = arn.rsplit('/').next()?.starts_with("mrk-");
    if !multi_region && region_of(arn) != region {
        return None;
    }
    let parts = arn.split(':').enumerate();
    let parts = parts.map(|(at, part)| if at == 3 { region } else { part });
    Some(Vec::from_iter(parts).join(":"))
}

/// Refuses keys that are not where they are needed.
pub fn check(desired: &Desired<'_>) -> Result<()> {
    let options = desired.options;
    if let (Some(Encryption::Key(arn)), Some(queue)) = (&options.queue_encryption, &desired.queue)
        && region_of(arn) != queue.region
    {
        let (name, region) = (&queue.name, &queue.region);
        let message = format!(
            "the key of the queue {name} is in {}, the queue in {region}",
            region_of(arn)
        );
        return Err(Error::failed(message).hint("SQS needs both in one region"));
    }
    let keys = &options.topic_keys;
    let mut named = keys.by_region.keys();
    if let Some(region) = named.find(|region| !desired.regions.contains_key(*region)) {
        let message =
            format!("--topic-kms-key-id names {region}, where there is no topic to encrypt");
        return Err(Error::usage(message).hint("a multi-Region trail has one topic, in its home region; other topics are in the regions of --regions"));
    }
    let Some(arn) = &keys.for_all else {
        return Ok(());
    };
    let without = without_key(desired);
    if without.is_empty() {
        return Ok(());
    }
    let message = format!(
        "the key {arn} is in {}, but there are topics in {}",
        region_of(arn),
        few(without)
    );
    Err(Error::usage(message)
        .hint("give --topic-kms-key-id REGION=ARN for each region, or a multi-Region key (mrk-…)"))
}

/// The regions whose topics get no key.
fn without_key<'a>(desired: &'a Desired<'_>) -> Vec<&'a str> {
    let regions = desired.regions.iter();
    let without = regions.filter(|(_, wanted)| wanted.topic.kms_key_id.is_none());
    without.map(|(region, _)| region.as_str()).collect()
}

/// What the policies of newly used keys must allow, and which topics remain without a key.
pub fn notes(desired: &Desired<'_>, steps: &[Step]) -> Vec<String> {
    let mut notes = Vec::new();
    notes.extend(queue_note(desired, steps));
    notes.extend(replaced_keys_note(desired, steps));
    notes.extend(topics_note(desired.scheme(), steps));
    let without = without_key(desired);
    if desired.options.topic_keys != TopicKeys::default() && !without.is_empty() {
        notes.push(format!(
            "no key is given for the topics in {}, which are not changed",
            few(without)
        ));
    }
    notes
}

/// <https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html>
fn queue_note(desired: &Desired<'_>, steps: &[Step]) -> Option<String> {
    let queue = desired.queue.as_ref()?;
    let mut keys = steps.iter().filter_map(|step| match &step.call {
        Call::Sqs(Sqs::CreateQueue(call)) => call.attributes.get("KmsMasterKeyId"),
        Call::Sqs(Sqs::SetQueueAttributes(call)) => call.attributes.get("KmsMasterKeyId"),
        _ => None,
    });
    let key = keys.rfind(|key| !key.is_empty())?;
    let policy = desired
        .found_queue()
        .and_then(|found| found.policy.as_ref());
    let enabled = &desired.survey.scope.account.enabled;
    let sends = topics_send(desired.scheme(), &queue.region, enabled, policy);
    let statement = json!([{
        "Sid": "AllowTopicsToSendToQueue",
        "Effect": "Allow",
        "Principal": sends.to_json()["Principal"],
        "Action": ["kms:GenerateDataKey*", "kms:Decrypt"],
        "Resource": "*",
        "Condition": {"ArnLike": {"aws:SourceArn": desired.scheme().topic_arns()}},
    }]);
    Some(format!(
        "key policies are not changed; without this statement in the policy of {key} SNS cannot deliver to the queue, and readers \
         of the queue need kms:Decrypt:\n{statement:#}"
    ))
}

/// Messages stay encrypted with the key that they were sent with:
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html>
fn replaced_keys_note(desired: &Desired<'_>, steps: &[Step]) -> Option<String> {
    let queue = desired.queue.as_ref()?;
    let replaced = steps.iter().filter_map(|step| match &step.call {
        Call::Sqs(Sqs::SetQueueAttributes(call)) => {
            call.attributes.get("KmsMasterKeyId")?;
            let changed = match step.name == queue.name {
                true => desired.survey.queue(&queue.region),
                false => desired.survey.dead_letters(&queue.region),
            };
            queue_encryption::key(&changed?.attributes)
        }
        _ => None,
    });
    let own = replaced.filter(|key| !key.contains("alias/aws/"));
    let keys: BTreeSet<&str> = own.collect();
    (!keys.is_empty()).then(|| {
        let keys = Vec::from_iter(keys).join(", ");
        format!("messages that wait stay encrypted with {keys}: keep it, and readers' kms:Decrypt for it, until they are read")
    })
}

/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html>; the
/// condition is that of <https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html>.
fn topics_note(scheme: &Scheme, steps: &[Step]) -> Option<String> {
    let keys = steps.iter().filter_map(|step| match &step.call {
        Call::Sns(Sns::CreateTopic(call)) => call.attributes.get("KmsMasterKeyId"),
        Call::Sns(Sns::SetTopicAttributes(call)) if call.attribute_name == "KmsMasterKeyId" => {
            Some(&call.attribute_value)
        }
        _ => None,
    });
    let keys: BTreeSet<&str> = keys.map(String::as_str).collect();
    let each = match keys.len() {
        0 => return None,
        1 => "it",
        _ => "each of them",
    };
    let replicas = match keys.iter().any(|key| key.contains(":key/mrk-")) {
        true => "; a multi-Region key needs a replica in each of these regions",
        false => "",
    };
    let names = Vec::from_iter(keys).join(", ");
    let statement = json!([{
        "Sid": "AllowCloudTrailToPublish",
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": ["kms:GenerateDataKey*", "kms:Decrypt"],
        "Resource": "*",
        "Condition": {"StringLike": {"aws:SourceArn": scheme.trail_arns()}},
    }]);
    Some(format!(
        "key policies are not changed; topics are encrypted with {names}{replicas}; the policy of {each} must have this statement:\n{statement:#}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_multi_region_key_serves_every_region_and_another_key_its_own() {
        let single = "arn:aws:kms:eu-west-1:123456789012:key/1234";
        let multi = "arn:aws:kms:eu-west-1:123456789012:key/mrk-1234";
        let keys = TopicKeys {
            by_region: BTreeMap::from([("us-east-1".into(), "arn:there".into())]),
            for_all: Some(multi.into()),
        };
        assert_eq!(keys.of("us-east-1").as_deref(), Some("arn:there"));
        assert_eq!(keys.of("eu-west-1").as_deref(), Some(multi));
        let replica = "arn:aws:kms:us-west-2:123456789012:key/mrk-1234";
        assert_eq!(keys.of("us-west-2").as_deref(), Some(replica));
        let keys = TopicKeys {
            for_all: Some(single.into()),
            ..TopicKeys::default()
        };
        assert_eq!(keys.of("eu-west-1").as_deref(), Some(single));
        assert_eq!(keys.of("us-west-2"), None);
    }
}
