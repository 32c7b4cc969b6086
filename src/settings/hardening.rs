//! The options of the trail stack for encryption and retention.

use super::check;
use crate::call::s3::DefaultRetention;
use crate::cli;
use crate::error::{Error, Result};
use crate::resource::queue_encryption::Encryption;
use crate::stack::trail::Options;
use crate::stack::trail::keys::{TopicKeys, region_of};

/// The same options of the trail stack, with those of encryption and retention.
pub(super) fn hardened(options: Options, args: cli::HardeningArgs) -> Result<Options> {
    super::access_log_bucket(args.access_log_bucket.as_deref())?;
    let mode = args.object_lock_mode;
    Ok(Options {
        queue_encryption: args.queue_encryption.map(encryption).transpose()?,
        topic_keys: topic_keys(args.topic_kms_key_ids)?,
        versioning: args.versioning,
        lifecycle_days: args.lifecycle_days,
        object_lock: args.object_lock.map(|days| retention(days, mode)),
        access_log_bucket: args.access_log_bucket,
        ..options
    })
}

/// A default retention of Object Lock.
pub(super) fn retention(days: i32, mode: Option<cli::LockMode>) -> DefaultRetention {
    let mode = match mode {
        Some(cli::LockMode::Compliance) => "COMPLIANCE",
        Some(cli::LockMode::Governance) | None => "GOVERNANCE",
    };
    DefaultRetention {
        mode: mode.to_owned(),
        days: Some(days),
        years: None,
    }
}

fn encryption(text: String) -> Result<Encryption> {
    if text == "sse" {
        return Ok(Encryption::Managed);
    }
    // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
    if is_managed_by_aws(&text) {
        let message = format!("--queue-encryption {text}: SNS cannot use this AWS managed key");
        return Err(Error::usage(message).hint("give `sse`, or the ARN of a customer managed key"));
    }
    check::kms_key("--queue-encryption", &text)?;
    Ok(Encryption::Key(text))
}

/// `alias/aws/…`, alone or in an ARN: its policy cannot be changed, and allows no other service.
fn is_managed_by_aws(key: &str) -> bool {
    key.starts_with("alias/aws/") || key.contains(":alias/aws/")
}

fn topic_keys(texts: Vec<String>) -> Result<TopicKeys> {
    let mut keys = TopicKeys::default();
    for text in texts {
        let (region, arn) = match text.split_once('=') {
            Some((region, arn)) => (Some(region), arn),
            None => (None, text.as_str()),
        };
        // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
        if is_managed_by_aws(arn) {
            let message =
                format!("--topic-kms-key-id {arn}: CloudTrail cannot use this AWS managed key");
            return Err(Error::usage(message).hint("give the ARN of a customer managed key"));
        }
        check::kms_key("--topic-kms-key-id", arn)?;
        let before = match region {
            Some(region) => {
                check::region(region)?;
                if region_of(arn) != region {
                    let message = format!("--topic-kms-key-id: the key {arn} is not in {region}");
                    return Err(Error::usage(message)
                        .hint("the key of a topic must be in the topic's region"));
                }
                keys.by_region.insert(region.to_owned(), arn.to_owned())
            }
            None => keys.for_all.replace(arn.to_owned()),
        };
        if before.is_some() {
            let place = region.unwrap_or("all topics");
            let message = format!("--topic-kms-key-id gives two keys for {place}");
            return Err(Error::usage(message).hint("use REGION=ARN for the key of one region"));
        }
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "arn:aws:kms:eu-west-1:123456789012:key/1234";

    #[test]
    fn keys_of_aws_are_refused_for_queues_and_topics() {
        for key in ["alias/aws/sqs", "arn:aws:kms:eu-west-1:1:alias/aws/sqs"] {
            assert!(encryption(key.into()).is_err(), "{key}");
            assert!(topic_keys(vec![key.to_owned()]).is_err(), "{key}");
        }
        for (text, expected) in [
            ("sse", Encryption::Managed),
            (KEY, Encryption::Key(KEY.into())),
        ] {
            assert_eq!(encryption(text.into()).expect("a way"), expected);
        }
    }

    #[test]
    fn a_region_has_one_key_in_that_region() {
        let keys = topic_keys(vec![format!("eu-west-1={KEY}")]).expect("keys");
        assert_eq!(keys.of("eu-west-1").as_deref(), Some(KEY));
        for wrong in [
            vec![format!("us-west-2={KEY}")],
            vec![KEY.to_owned(), KEY.to_owned()],
            vec![format!("eu-west-1={KEY}"), format!("eu-west-1={KEY}")],
            vec!["eu-west-1=alias/mine".to_owned()],
            vec![format!("nowhere={KEY}")],
        ] {
            assert!(topic_keys(wrong.clone()).is_err(), "{wrong:?}");
        }
    }
}
