//! The trail stack as its readers see it: the queue that tells of logs, and the bucket that holds them.

use std::collections::BTreeSet;

use super::Options;
use super::home::home;
use super::survey::Survey;
use super::wish::bucket_name;
use crate::error::{Error, Result};
use crate::stack::Scheme;

/// Where the logs are, and who tells of them.
#[derive(Clone, Debug)]
pub struct Source {
    /// The region of the queues.
    pub region: String,
    /// The name of the queue.
    pub queue: String,
    /// The name of the queue that takes its dead letters, if it has one.
    pub dead_letters: Option<String>,
    /// The bucket that holds the logs.
    pub bucket: String,
    /// What stands before `AWSLogs/` in the names of log files; an empty one means nothing.
    pub key_prefixes: BTreeSet<String>,
    /// ARNs of the keys that logs, and perhaps messages, are encrypted with.
    pub kms_keys: BTreeSet<String>,
}

impl Source {
    /// The source that stands in the account.
    ///
    /// # Errors
    /// When there is no queue, or it is in doubt which queue or bucket is meant.
    pub fn found(scheme: &Scheme, options: &Options, survey: &Survey) -> Result<Self> {
        if survey.queue_regions().is_empty() {
            let failed = survey.unread.first();
            let message = format!("there is no queue {} to read from", scheme.queue);
            let error = Error::failed(message).hint("`ctadmin create` makes it");
            return Err(match failed {
                Some(unread) => error.hint(format!(
                    "or it stands in {}, which cannot be read: {}",
                    unread.region, unread.error
                )),
                None => error,
            });
        }
        let region = home(scheme, options, survey)?.unwrap_or_default();
        let mut key_prefixes = survey.key_prefixes(scheme);
        if key_prefixes.is_empty() {
            key_prefixes.insert(String::new());
        }
        let mut kms_keys = survey.kms_keys(scheme);
        kms_keys.extend(queue_key(scheme, survey, &region));
        Ok(Self {
            queue: scheme.queue.clone(),
            dead_letters: survey.dead_letter_queue(scheme, &region),
            bucket: bucket_name(scheme, options, survey)?,
            key_prefixes,
            kms_keys,
            region,
        })
    }

    /// The source as `create` would make it.
    ///
    /// # Errors
    /// When nothing says in which region.
    pub fn imagined(scheme: &Scheme, options: &Options) -> Result<Self> {
        let region = options.home.as_ref().or(options.configured_region.as_ref());
        let region = region.ok_or_else(|| {
            Error::usage("no home region: nothing says where the queue stands")
                .hint("give --region, or set AWS_REGION or the profile's region")
        })?;
        Ok(Self {
            region: region.clone(),
            queue: scheme.queue.clone(),
            dead_letters: Some(scheme.dead_letter_queue()),
            bucket: options
                .bucket
                .clone()
                .unwrap_or_else(|| scheme.bucket_name()),
            key_prefixes: BTreeSet::from([options.key_prefix.clone().unwrap_or_default()]),
            kms_keys: options.kms_key_id.clone().into_iter().collect(),
        })
    }

    /// ARNs of the queues.
    pub fn queue_arns(&self, scheme: &Scheme) -> Vec<String> {
        let queues = std::iter::once(&self.queue).chain(&self.dead_letters);
        queues
            .map(|queue| scheme.arn("sqs", &self.region, queue))
            .collect()
    }

    /// ARNs of the logs, as patterns.
    pub fn log_arns(&self, scheme: &Scheme) -> Vec<String> {
        let bucket = scheme.bucket_arn(&self.bucket);
        let prefixes = self.key_prefixes.iter();
        let arns = prefixes.map(|prefix| match prefix.as_str() {
            "" => format!("{bucket}/AWSLogs/*"),
            prefix => format!("{bucket}/{prefix}/AWSLogs/*"),
        });
        arns.collect()
    }
}

/// The ARN of the key that the queue's messages are encrypted with, where the queue names it by ARN or id. The keys
/// of AWS itself (`alias/aws/…`) need no permission.
fn queue_key(scheme: &Scheme, survey: &Survey, region: &str) -> Option<String> {
    let queue = survey.regions.get(region)?.queue.as_ref()?;
    let key = queue.attributes.get("KmsMasterKeyId")?;
    if key.starts_with("arn:") && key.contains(":key/") {
        Some(key.clone())
    } else if key.is_empty() || key.contains('/') {
        None
    } else {
        Some(scheme.arn("kms", region, &format!("key/{key}")))
    }
}
