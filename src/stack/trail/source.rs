//! The trail stack as its readers see it: the queue that receives notifications of logs, and the bucket that holds them.

use std::collections::BTreeSet;

use super::Options;
use super::desired::bucket_name;
use super::home::home;
use super::statements::behind;
use super::survey::Survey;
use crate::error::{Error, Result};
use crate::plan::Unread;
use crate::policy::{Policy, texts};
use crate::resource::queue_encryption;
use crate::stack::{Account, Scheme};

/// Where the logs are, and the queue that receives their notifications.
#[derive(Clone, Debug)]
pub struct Source {
    /// The region of the queues.
    pub region: String,
    /// The name of the queue.
    pub queue: String,
    /// The name of its dead-letter queue, if it has one.
    pub dead_letters: Option<String>,
    /// The buckets that hold the logs; seldom more than one.
    pub buckets: BTreeSet<String>,
    /// The key prefixes before `AWSLogs/`; an empty one is none.
    pub key_prefixes: BTreeSet<String>,
    /// ARNs of the keys that logs, and perhaps messages, are encrypted with.
    pub kms_keys: BTreeSet<String>,
    /// Aliases of keys that messages are encrypted with, where the queues name no key but an alias of one.
    pub kms_aliases: BTreeSet<String>,
}

impl Source {
    /// The source that exists in the account.
    ///
    /// # Errors
    /// When there is no queue, or it is in doubt which queue or bucket is meant.
    pub fn found(options: &Options, survey: &Survey) -> Result<Self> {
        let scheme = survey.scheme();
        if survey.queue_regions().is_empty() {
            let message = format!("the queue {} is missing", scheme.queue);
            let error = Error::failed(message).hint("`ctadmin create` creates it");
            return Err(match survey.unread.first() {
                Some(Unread { region, error: why }) => {
                    error.hint(format!("or it is in {region}, which cannot be read: {why}"))
                }
                None => error,
            });
        }
        let region = home(options, survey)?.unwrap_or_default();
        let mut buckets = BTreeSet::from([bucket_name(options, survey)?]);
        if options.bucket.is_none() {
            let in_use = survey.buckets_in_use().into_iter();
            buckets.extend(in_use.map(str::to_owned));
        }
        let mut kms_keys = survey.kms_keys();
        let (aliases, keys): (Vec<&str>, Vec<&str>) =
            queue_keys(survey, &region).partition(|key| alias(key).is_some());
        kms_keys.extend(keys.into_iter().map(|key| match key.starts_with("arn:") {
            true => key.to_owned(),
            false => scheme.arn("kms", &region, &format!("key/{key}")),
        }));
        let aliases = aliases.into_iter().filter_map(alias);
        // The keys of AWS itself need no permission.
        let own = aliases.filter(|alias| !alias.starts_with("alias/aws/"));
        Ok(Self {
            queue: scheme.queue.clone(),
            dead_letters: survey.dead_letter_queue(&region),
            buckets,
            key_prefixes: survey.key_prefixes(),
            kms_keys,
            kms_aliases: own.map(str::to_owned).collect(),
            region,
        })
    }

    /// The source as `create` would create it.
    ///
    /// # Errors
    /// When nothing says in which region.
    pub fn offline(account: &Account, options: &Options) -> Result<Self> {
        let scheme = &account.scheme;
        let region = options.home.as_ref().or(account.configured_region.as_ref());
        let region = region.ok_or_else(|| {
            Error::usage("no home region: no option says where the queue is")
                .hint("give --region, or set AWS_REGION or the profile's region")
        })?;
        let bucket = options.bucket.clone();
        Ok(Self {
            region: region.clone(),
            queue: scheme.queue.clone(),
            dead_letters: Some(scheme.dead_letter_queue()),
            buckets: BTreeSet::from([bucket.unwrap_or_else(|| scheme.bucket_name())]),
            key_prefixes: BTreeSet::from([options.key_prefix.clone().unwrap_or_default()]),
            kms_keys: options.kms_key_id.clone().into_iter().collect(),
            kms_aliases: BTreeSet::new(),
        })
    }

    /// The same, with the key prefixes and keys that a policy already allows, in the statements of these ids.
    pub fn with_policy(mut self, scheme: &Scheme, policy: &Policy, logs: &str, keys: &str) -> Self {
        let resources = |sid: &str| {
            let statement = policy.statement(sid).into_iter();
            statement.flat_map(|statement| texts(&statement["Resource"]))
        };
        for bucket in self.bucket_arns(scheme) {
            let bucket = format!("{bucket}/");
            let logs = resources(logs)
                .filter_map(|arn| arn.strip_prefix(&bucket)?.strip_suffix("AWSLogs/*"));
            let prefixes = logs.map(|prefix| prefix.trim_end_matches('/').to_owned());
            self.key_prefixes.extend(prefixes);
        }
        self.kms_keys.extend(resources(keys).map(str::to_owned));
        self
    }

    /// ARNs of the queues.
    pub fn queue_arns(&self, scheme: &Scheme) -> Vec<String> {
        let queues = std::iter::once(&self.queue).chain(&self.dead_letters);
        queues
            .map(|queue| scheme.arn("sqs", &self.region, queue))
            .collect()
    }

    /// ARNs of the buckets.
    pub fn bucket_arns(&self, scheme: &Scheme) -> Vec<String> {
        let buckets = self.buckets.iter();
        buckets.map(|bucket| scheme.bucket_arn(bucket)).collect()
    }

    /// ARNs of the logs, as patterns.
    pub fn log_arns(&self, scheme: &Scheme) -> Vec<String> {
        let buckets = self.bucket_arns(scheme).into_iter();
        let logs = buckets.flat_map(|bucket| {
            let prefixes = self.key_prefixes.iter();
            prefixes.map(move |prefix| format!("{bucket}/{}", behind(prefix, "AWSLogs/*")))
        });
        logs.collect()
    }
}

/// What the queues say of the key that their messages are encrypted with.
fn queue_keys<'a>(survey: &'a Survey, region: &str) -> impl Iterator<Item = &'a str> {
    let queues = [survey.queue(region), survey.dead_letters(region)];
    let queues = queues.into_iter().flatten();
    queues.filter_map(|queue| queue_encryption::key(&queue.attributes))
}

/// The alias in what is one, or the ARN of one.
fn alias(key: &str) -> Option<&str> {
    let at = key.find("alias/")?;
    (at == 0 || key[..at].ends_with(':')).then(|| &key[at..])
}
