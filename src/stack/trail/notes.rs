//! What the user should know before agreeing to a plan.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::desired::Desired;
use super::statements::{TOPICS_SEND, cloudtrail_writes};
use super::survey::Survey;
use super::{Layout, Options, alarm_notes, hardening, keys, selectors, unmanaged};
use crate::plan::Step;
use crate::policy::Policy;
use crate::region::global_region;
use crate::resource::{bucket, queue};
use crate::stack::Scheme;

/// The notes of `create`.
pub fn of_create(
    scheme: &Scheme,
    options: &Options,
    survey: &Survey,
    desired: &Desired,
    steps: &[Step],
) -> Vec<String> {
    let mut notes = Vec::new();
    notes.extend(global_events(scheme, survey, desired));
    notes.extend(logged_all_the_same(survey, desired));
    notes.extend(bucket_found(scheme, survey, desired, steps));
    notes.extend(bucket_of_other(scheme, options, survey, desired));
    notes.extend(encryption(scheme, options));
    notes.extend(keys::notes(scheme, options, survey, desired, steps));
    notes.extend(hardening::notes(scheme, desired, steps));
    notes.extend(selectors::note(survey, desired));
    notes.extend(unmanaged::trails(scheme, survey));
    notes.extend(superseded_trails(scheme, options, survey, desired));
    notes.extend(remaining_multi_region(scheme, survey, desired));
    notes.extend(alarm_notes::of_create(scheme, survey, desired));
    notes.extend(desired.queue.as_ref().and_then(|wanted| {
        let found = survey.regions.get(&wanted.region)?.queue.as_ref()?;
        // A run that changes its encryption fixes that.
        wanted
            .encryption
            .is_none()
            .then(|| queue_encryption(&wanted.name, found))?
    }));
    notes.extend(other_queues(scheme, survey, desired));
    if options.prune && desired.layout == Layout::Regional {
        notes.push("--prune has nothing to do: the layout is regional".to_owned());
    }
    if options.prune {
        notes.extend(unmanaged::subscribers(
            scheme,
            survey,
            desired.superseded(survey),
        ));
    }
    notes
}

/// The notes of `delete`.
pub fn of_delete(scheme: &Scheme, survey: &Survey) -> Vec<String> {
    let mut notes = Vec::from_iter(unmanaged::logging_stops(scheme, survey));
    let buckets = Vec::from_iter(survey.buckets_in_use(scheme));
    notes.push(match buckets.as_slice() {
        [] => "no bucket is ever deleted: it may hold audit logs".to_owned(),
        names => format!(
            "the bucket {} is kept: it may hold audit logs",
            names.join(", ")
        ),
    });
    notes.extend(alarm_notes::of_delete(scheme, survey));
    let walked = || {
        let regions = survey.regions.iter();
        let regions = regions.filter(|(region, _)| survey.scope.walks(region));
        regions.map(|(region, found)| (region.as_str(), found))
    };
    notes.extend(unmanaged::subscribers(scheme, survey, walked()));
    notes.extend(unmanaged::publishers(scheme, survey, walked()));
    for region in &survey.scope.regions {
        let Some(found) = survey.regions.get(&region.name) else {
            continue;
        };
        if let Some(queue) = &found.queue {
            notes.extend(queue_deletion(scheme, survey, queue));
        }
        if let Some(queue) = &found.dead_letters {
            notes.extend(deleted_messages(&scheme.dead_letter_queue(), survey, queue));
        }
    }
    if let Some(trail) = survey.multi_region_trail(scheme)
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
fn queue_deletion(scheme: &Scheme, survey: &Survey, found: &queue::QueueState) -> Vec<String> {
    let name = &scheme.queue;
    let fed = feeding_elsewhere(survey);
    if !fed.is_empty() {
        let regions = fed.join(", ");
        return vec![format!(
            "the queue {name} is kept: topics in {regions} still send to it"
        )];
    }
    let mut notes = Vec::from_iter(deleted_messages(name, survey, found));
    let own = scheme.sid(TOPICS_SEND);
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

fn deleted_messages(name: &str, survey: &Survey, found: &queue::QueueState) -> Option<String> {
    let messages = found.messages();
    let is_deleted = messages > 0 && feeding_elsewhere(survey).is_empty();
    is_deleted.then(|| {
        format!(
            "the queue {name} still holds messages, about {messages}, which are deleted with it"
        )
    })
}

/// The regions that are not walked, and whose topics still send to the queue.
pub(super) fn feeding_elsewhere(survey: &Survey) -> Vec<&str> {
    let left_out = survey
        .regions
        .iter()
        .filter(|(region, _)| !survey.scope.walks(region));
    let feeding = left_out.filter(|(_, found)| found.topic.is_some());
    feeding.map(|(region, _)| region.as_str()).collect()
}

/// Events of global services reach regional trails in one region only.
fn global_events(scheme: &Scheme, survey: &Survey, desired: &Desired) -> Option<String> {
    let home = desired.home.as_ref()?;
    let delivered = global_region(&scheme.partition);
    let has_trail = |region: &str| {
        survey
            .regions
            .get(region)
            .is_some_and(|found| found.trail.is_some())
    };
    if desired.layout == Layout::MultiRegion {
        return None;
    }
    if !desired.regions.contains_key(delivered) && !has_trail(delivered) {
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
fn logged_all_the_same(survey: &Survey, desired: &Desired) -> Option<String> {
    let enabled = survey
        .scope
        .enabled
        .iter()
        .map(|region| region.name.as_str());
    let left_out: Vec<&str> = enabled
        .filter(|region| !survey.scope.walks(region))
        .collect();
    (desired.layout == Layout::MultiRegion && !left_out.is_empty()).then(|| {
        format!(
            "a multi-region trail logs the regions that are left out, too: {}",
            left_out.join(", ")
        )
    })
}

/// Other queues that are subscribed to the scheme's topics: the user may want one of them.
fn other_queues(scheme: &Scheme, survey: &Survey, desired: &Desired) -> Option<String> {
    desired.queue.as_ref()?;
    let topics = desired
        .regions
        .keys()
        .filter_map(|region| survey.regions.get(region)?.topic.as_ref());
    let subscriptions = topics.flat_map(|topic| &topic.subscriptions);
    let queues = subscriptions.filter(|found| {
        found.protocol == "sqs" && scheme.region_of_queue(&found.endpoint).is_none()
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
fn bucket_found(
    scheme: &Scheme,
    survey: &Survey,
    desired: &Desired,
    steps: &[Step],
) -> Option<String> {
    let Some((name, Ok(bucket::Lookup::Owned(state)))) = &survey.bucket else {
        return None;
    };
    if survey.buckets_in_use(scheme).contains(name.as_str()) {
        return None;
    }
    let operations = steps
        .iter()
        .filter(|step| std::ptr::eq(step.kind, &bucket::KIND));
    let operations: Vec<&str> = operations.map(|step| step.call.operation()).collect();
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

fn bucket_of_other(
    scheme: &Scheme,
    options: &Options,
    survey: &Survey,
    desired: &Desired,
) -> Option<String> {
    let owner = options.foreign_owner(scheme)?;
    let prefixes = desired.key_prefixes(scheme, survey, None);
    let statements = cloudtrail_writes(scheme, &desired.bucket_name, &prefixes);
    let policy = pretty(&Policy::new(&statements).to_json()["Statement"]);
    Some(format!(
        "the bucket {} is not touched; its owner {owner} must have these statements in its policy:\n{policy}",
        desired.bucket_name
    ))
}

/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html>. CloudTrail
/// decrypts only where the bucket has an S3 Bucket Key; the caller may not be allowed to see whether it has one.
fn encryption(scheme: &Scheme, options: &Options) -> Option<String> {
    let key = options.kms_key_id.as_ref()?;
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
    let policy = pretty(&statements);
    Some(format!(
        "key policies are not changed; the policy of {key} must allow CloudTrail \
         (kms:Decrypt where the bucket has an S3 Bucket Key):\n{policy}"
    ))
}

fn superseded_trails(
    scheme: &Scheme,
    options: &Options,
    survey: &Survey,
    desired: &Desired,
) -> Option<String> {
    let regions: Vec<&str> = desired
        .superseded(survey)
        .map(|(region, _)| region)
        .collect();
    if regions.is_empty() || options.prune {
        return None;
    }
    let names: Vec<String> = regions
        .iter()
        .map(|region| scheme.trail_name(region))
        .collect();
    Some(format!(
        "superseded by the multi-region trail, and billed beside it: {}; `ctadmin create --prune` deletes them with their topics",
        names.join(", ")
    ))
}

fn remaining_multi_region(scheme: &Scheme, survey: &Survey, desired: &Desired) -> Option<String> {
    let trail = survey.multi_region_trail(scheme)?;
    let stays =
        desired.layout == Layout::Regional && !desired.regions.contains_key(&trail.home_region);
    stays.then(|| {
        format!(
            "the multi-region trail {} is not changed: its home {} is left out",
            trail.name, trail.home_region
        )
    })
}

/// SNS cannot use the key of `alias/aws/sqs`, so messages vanish.
fn queue_encryption(name: &str, found: &queue::QueueState) -> Option<String> {
    let key = found.attributes.get("KmsMasterKeyId")?;
    key.ends_with("alias/aws/sqs").then(|| {
        format!(
            "the queue {name} is encrypted with alias/aws/sqs, which SNS cannot use to deliver: \
             use SSE-SQS or a key of your own"
        )
    })
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("JSON values can always be written")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_lets_cloudtrail_use_a_bucket_key() {
        let scheme = Scheme {
            account: "123456789012".into(),
            partition: "aws".into(),
            prefix: "p".into(),
            queue: "q".into(),
            sqs_endpoint: None,
        };
        let options = Options {
            kms_key_id: Some("arn:aws:kms:eu-west-1:123456789012:key/1".into()),
            ..Options::default()
        };
        let note = encryption(&scheme, &options).expect("a note");
        let (_, statements) = note.split_once('\n').expect("statements");
        let statements: Value = serde_json::from_str(statements).expect("JSON");
        let mut decrypting = statements
            .as_array()
            .into_iter()
            .flatten()
            .filter(|statement| {
                statement["Action"] == "kms:Decrypt"
                    && statement["Principal"]["Service"] == "cloudtrail.amazonaws.com"
            });
        let condition = &decrypting.next().expect("a statement")["Condition"];
        assert_eq!(
            condition["StringLike"]["aws:SourceArn"],
            scheme.trail_arns()
        );
    }
}
