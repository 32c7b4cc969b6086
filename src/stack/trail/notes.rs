//! What the user should know before agreeing to a plan.

use std::collections::BTreeSet;

use serde_json::json;

use super::desired::Desired;
use super::statements::{TOPICS_SEND, cloudtrail_writes};
use super::survey::Survey;
use super::{Layout, hardening, keys, selectors, unmanaged};
use crate::plan::Step;
use crate::policy::Policy;
use crate::region::global_region;
use crate::resource::{bucket, queue::QueueState, queue_encryption};

/// The notes of `create`.
pub fn of_create(desired: &Desired<'_>, steps: &[Step]) -> Vec<String> {
    let prune = desired.options.prune;
    let mut notes = Vec::new();
    notes.extend(global_events(desired));
    notes.extend(logged_all_the_same(desired));
    notes.extend(bucket_found(desired, steps));
    notes.extend(bucket_of_other(desired));
    notes.extend(encryption(desired));
    notes.extend(keys::notes(desired, steps));
    notes.extend(hardening::notes(desired, steps));
    notes.extend(selectors::note(desired));
    notes.extend(unmanaged::trails(desired.survey));
    notes.extend(superseded_trails(desired).filter(|_| !prune));
    notes.extend(multi_region_trail(desired));
    notes.extend(queue_encrypted_for_sqs(desired));
    notes.extend(other_queues(desired));
    if prune && desired.layout == Layout::Regional {
        notes.push("--prune has nothing to do: the layout is regional".to_owned());
    }
    if prune {
        notes.extend(unmanaged::subscribers(desired.survey, desired.superseded()));
    }
    notes
}

/// The notes of `delete`.
pub fn of_delete(survey: &Survey) -> Vec<String> {
    let mut notes = Vec::from_iter(unmanaged::logging_stops(survey));
    let buckets = Vec::from_iter(survey.buckets_in_use());
    notes.push(match buckets.as_slice() {
        [] => "no bucket is ever deleted: it may hold audit logs".to_owned(),
        names => format!(
            "the bucket {} is kept: it may hold audit logs",
            names.join(", ")
        ),
    });
    let trails = survey
        .walked()
        .filter_map(|(_, found)| found.trail.as_ref());
    for trail in trails.map(|found| &found.description) {
        let (name, region, base) = (&trail.name, &trail.home_region, survey.scheme().base());
        notes.extend(trail.log_group().map(|group| format!(
            "the trail {name} sends to the log group {group}: alarms there will receive no more events; \
             `ctadmin delete alerts --region {region}` deletes those of {base}"
        )));
    }
    notes.extend(unmanaged::subscribers(survey, survey.walked()));
    notes.extend(unmanaged::publishers(survey, survey.walked()));
    for (_, found) in survey.walked() {
        if let Some(queue) = &found.queue {
            notes.extend(queue_deletion(survey, queue));
        }
        if let Some(queue) = &found.dead_letters {
            notes.extend(deleted_messages(
                &survey.scheme().dead_letter_queue(),
                survey,
                queue,
            ));
        }
    }
    if let Some(trail) = survey.multi_region_trail()
        && !survey.scope.walks(&trail.home_region)
    {
        notes.push(format!(
            "the multi-region trail {} is kept: it is in {}, which is left out",
            trail.name, trail.home_region
        ));
    }
    notes
}

/// What is deleted with the queue, or why it is kept.
fn queue_deletion(survey: &Survey, found: &QueueState) -> Vec<String> {
    let name = &survey.scheme().queue;
    let fed = feeding_elsewhere(survey);
    if !fed.is_empty() {
        let regions = fed.join(", ");
        return vec![format!(
            "the queue {name} is kept: topics in {regions} still send to it"
        )];
    }
    let mut notes = Vec::from_iter(deleted_messages(name, survey, found));
    let own = survey.scheme().sid(TOPICS_SEND);
    let allowing = found.policy.iter().flat_map(Policy::allowing);
    let others: Vec<&str> = allowing.filter(|sid| *sid != own).collect();
    if !others.is_empty() {
        notes.push(format!(
            "the policy of the queue {name} also allows others, who lose access: {}",
            others.join(", ")
        ));
    }
    notes
}

fn deleted_messages(name: &str, survey: &Survey, found: &QueueState) -> Option<String> {
    let messages = found.messages();
    let is_deleted = messages > 0 && feeding_elsewhere(survey).is_empty();
    is_deleted.then(|| {
        format!(
            "the queue {name} still holds messages, about {messages}, which are deleted with it"
        )
    })
}

/// The regions that are not walked, and whose topics still send to the queue.
pub fn feeding_elsewhere(survey: &Survey) -> Vec<&str> {
    let regions = survey.regions.iter();
    let feeding =
        regions.filter(|(region, found)| !survey.scope.walks(region) && found.topic.is_some());
    feeding.map(|(region, _)| region.as_str()).collect()
}

/// Events of global services reach regional trails in one region only.
fn global_events(desired: &Desired<'_>) -> Option<String> {
    let home = desired.home.as_ref()?;
    let delivered = global_region(&desired.scheme().partition);
    if desired.layout == Layout::MultiRegion {
        return None;
    }
    if !desired.regions.contains_key(delivered) && desired.survey.trail(delivered).is_none() {
        return Some(format!(
            "{delivered} is left out: no trail of this scheme will record events of global services (IAM, STS, CloudFront)"
        ));
    }
    (home != delivered).then(|| {
        format!(
            "AWS delivers events of global services (IAM, STS, CloudFront) to regional trails in {delivered} only: \
             look for them there, not in {home}"
        )
    })
}

/// A multi-region trail cannot leave a region out.
fn logged_all_the_same(desired: &Desired<'_>) -> Option<String> {
    let scope = &desired.survey.scope;
    let enabled = scope.account.enabled.iter();
    let enabled = enabled.map(|region| region.name.as_str());
    let left_out: Vec<&str> = enabled.filter(|region| !scope.walks(region)).collect();
    (desired.layout == Layout::MultiRegion && !left_out.is_empty()).then(|| {
        format!(
            "a multi-region trail logs the regions that are left out, too: {}",
            left_out.join(", ")
        )
    })
}

/// Other queues that are subscribed to the scheme's topics: the user may want one of them.
fn other_queues(desired: &Desired<'_>) -> Option<String> {
    desired.queue.as_ref()?;
    let regions = desired.regions.keys();
    let topics = regions.filter_map(|region| desired.survey.topic(region));
    let subscriptions = topics.flat_map(|topic| &topic.subscriptions);
    let queues = subscriptions.filter(|found| {
        found.protocol == "sqs" && desired.scheme().region_of_queue(&found.endpoint).is_none()
    });
    let queues: BTreeSet<&str> = queues.map(|found| found.endpoint.as_str()).collect();
    (!queues.is_empty()).then(|| {
        format!(
            "the topics also send to other queues: {}; --queue NAME uses one of them",
            Vec::from_iter(queues).join(", ")
        )
    })
}

/// A bucket that the scheme's trails do not write to yet: another owner may have created it.
fn bucket_found(desired: &Desired<'_>, steps: &[Step]) -> Option<String> {
    let (name, _) = desired.survey.bucket.as_ref()?;
    let state = desired.survey.own_bucket()?;
    if desired.survey.buckets_in_use().contains(name.as_str()) {
        return None;
    }
    let steps = steps.iter();
    let changes = steps.filter(|step| std::ptr::eq(step.kind, &bucket::KIND));
    let operations: Vec<&str> = changes.map(|step| step.call.operation()).collect();
    let place = match desired.home.as_ref() == Some(&state.region) {
        true => String::new(),
        false => format!(" in {}", state.region),
    };
    let changes = match operations.as_slice() {
        [] => "ctadmin does not change it".to_owned(),
        some => format!("ctadmin only changes it with {}", some.join(", ")),
    };
    Some(format!("the bucket {name} was found{place}; {changes}"))
}

fn bucket_of_other(desired: &Desired<'_>) -> Option<String> {
    let (scheme, name) = (desired.scheme(), &desired.bucket_name);
    let owner = desired.options.foreign_owner(scheme)?;
    if desired.options.has_central_bucket {
        return Some(format!(
            "the bucket {name} is not touched: `ctadmin create central` in {owner} must admit this account"
        ));
    }
    let statements = cloudtrail_writes(scheme, name, &desired.key_prefixes(None));
    let policy = Policy::new(&statements).to_json();
    Some(format!(
        "the bucket {name} is not touched; its owner {owner} must have these statements in its policy:\n{:#}",
        policy["Statement"]
    ))
}

/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html>. CloudTrail
/// decrypts only where the bucket has an S3 Bucket Key; the caller may not be allowed to see whether it has one.
fn encryption(desired: &Desired<'_>) -> Option<String> {
    let (scheme, key) = (desired.scheme(), desired.options.kms_key_id.as_ref()?);
    let (partition, account) = (&scheme.partition, &scheme.account);
    let cloudtrail = json!({"Service": "cloudtrail.amazonaws.com"});
    let source = scheme.trail_arns();
    let context = format!("arn:{partition}:cloudtrail:*:{account}:trail/*");
    let statements = json!([
        {"Sid": "AllowCloudTrailToEncrypt", "Effect": "Allow", "Principal": cloudtrail,
            "Action": "kms:GenerateDataKey*", "Resource": "*",
            "Condition": {"StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": context, "aws:SourceArn": source}}},
        {"Sid": "AllowCloudTrailToDescribe", "Effect": "Allow", "Principal": cloudtrail,
            "Action": "kms:DescribeKey", "Resource": "*", "Condition": {"StringLike": {"aws:SourceArn": source}}},
        {"Sid": "AllowCloudTrailToDecryptWithBucketKey", "Effect": "Allow", "Principal": cloudtrail,
            "Action": "kms:Decrypt", "Resource": "*", "Condition": {"StringLike": {"aws:SourceArn": source}}},
        {"Sid": "AllowReadersToDecrypt", "Effect": "Allow",
            "Principal": {"AWS": format!("arn:{partition}:iam::{account}:root")},
            "Action": "kms:Decrypt", "Resource": "*",
            "Condition": {"Null": {"kms:EncryptionContext:aws:cloudtrail:arn": "false"}}},
    ]);
    Some(format!(
        "key policies are not changed; the policy of {key} must allow CloudTrail \
         (kms:Decrypt where the bucket has an S3 Bucket Key):\n{statements:#}"
    ))
}

fn superseded_trails(desired: &Desired<'_>) -> Option<String> {
    let regions = desired.superseded().map(|(region, _)| region);
    let names = regions.map(|region| desired.scheme().trail_name(region));
    let names: Vec<String> = names.collect();
    (!names.is_empty()).then(|| format!(
        "superseded by the multi-region trail, and billed beside it: {}; `ctadmin create --prune` deletes them with their topics",
        names.join(", ")
    ))
}

/// What becomes of a multi-region trail in the regional layout.
fn multi_region_trail(desired: &Desired<'_>) -> Option<String> {
    let trail = desired.survey.multi_region_trail()?;
    let (name, region) = (&trail.name, &trail.home_region);
    if desired.layout == Layout::MultiRegion {
        return None;
    }
    if !desired.regions.contains_key(region) {
        return Some(format!(
            "the multi-region trail {name} is not changed: its home {region} is left out"
        ));
    }
    let group = trail.log_group()?;
    Some(format!(
        "the trail {name} sends to the log group {group}: alarms there will receive events of {region} only; `create alerts` requires a multi-region trail"
    ))
}

/// SNS cannot use the key of `alias/aws/sqs`, so messages vanish. A run that changes the encryption fixes that.
fn queue_encrypted_for_sqs(desired: &Desired<'_>) -> Option<String> {
    let queue = desired
        .queue
        .as_ref()
        .filter(|queue| queue.encryption.is_none())?;
    let name = &queue.name;
    let key = queue_encryption::key(&desired.found_queue()?.attributes)?;
    key.ends_with("alias/aws/sqs").then(|| {
        format!(
            "the queue {name} is encrypted with alias/aws/sqs, which SNS cannot use to deliver: \
             use SSE-SQS or a key of your own"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stack::trail::Options;

    #[test]
    fn the_key_lets_cloudtrail_use_a_bucket_key() {
        let survey = Survey::example(&[]);
        let options = Options {
            kms_key_id: Some("arn:aws:kms:eu-west-1:123456789012:key/1".into()),
            ..Options::default()
        };
        let desired = Desired::new(&options, &survey, None).expect("no bucket is in use");
        let note = encryption(&desired).expect("a note");
        let (_, statements) = note.split_once('\n').expect("statements");
        let statements: serde_json::Value = serde_json::from_str(statements).expect("JSON");
        insta::assert_snapshot!(statements[2], @r#"{"Sid":"AllowCloudTrailToDecryptWithBucketKey","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"kms:Decrypt","Resource":"*","Condition":{"StringLike":{"aws:SourceArn":"arn:aws:cloudtrail:*:123456789012:trail/lab-cloudtrail-*"}}}"#);
    }
}
