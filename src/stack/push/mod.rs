//! The push stack: what a trail logs goes through CloudWatch Logs and Amazon Data Firehose to Splunk's HTTP Event
//! Collector.
//!
//! A subscription filter of the trail's log group sends to a delivery stream, which decompresses the records, extracts
//! the events and delivers them; what it cannot deliver goes to a backup bucket, and two alarms watch it. A Lambda
//! function can unpack in its place (`function`). A log group of others can be delivered in the same way, under a name
//! of its own. `context` says what is observed, `resources` and `alarms` what should exist, `nodes` which needs which.

pub(crate) mod alarms;
mod context;
pub(crate) mod function;
mod nodes;
pub(crate) mod notes;
mod refusals;
pub(crate) mod resources;

use super::log_delivery::{self, LogDelivery, LogStack};
use super::permissions::Grant;
use super::{Purpose, Scheme, trail};
use crate::resource::delivery_stream::{DeliveryStream, Token, Tuning};
use context::Context;

/// How many days the backup bucket keeps objects, and Firehose's own log group events.
pub const DAYS: i32 = 30;

/// The Python code of the Lambda function between CloudWatch Logs and Splunk.
pub const TRANSFORM: &str = include_str!("transform.py");

/// What is asked of the push stack.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What is asked of the trail, and of what it delivers to.
    pub delivery: log_delivery::Options,
    /// The collector, `https://<host>:<port>`.
    pub endpoint: Option<String>,
    /// The collector's token.
    pub token: Option<Token>,
    /// How the stream delivers.
    pub tuning: Tuning,
    /// The backup bucket, when it is another than the scheme's own; it is not changed.
    pub backup_bucket: Option<String>,
    /// How many days objects of the backup bucket are kept, when an option states it.
    pub backup_days: Option<i32>,
    /// How many days Firehose's own log group keeps events, when an option states it.
    pub log_retention_in_days: Option<i32>,
    /// Which events are sent, when an option states it; an empty text for all.
    pub filter_pattern: Option<String>,
    /// The topic that the alarms notify, when it was named.
    pub alarm_topic: Option<String>,
    /// Whether a stream that cannot be updated is replaced.
    pub replace: bool,
    /// What unpacks the records of CloudWatch Logs, when an option states it.
    pub transform: Option<Transform>,
    /// The type of the collector's endpoint, when an option states it: `Raw`, or `Event` with a function.
    pub endpoint_type: Option<String>,
    /// How many invocations are reserved for the function, when an option states it.
    pub concurrency: Option<i32>,
}

/// What unpacks the records of CloudWatch Logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transform {
    /// A Lambda function.
    Lambda,
    /// The delivery stream itself.
    BuiltIn,
}

impl LogStack for Options {
    type Context<'a> = Context<'a>;

    const STACK: &'static str = "push";
    const PARTS: &'static str = "the stream is";

    fn delivery(&self) -> &log_delivery::Options {
        &self.delivery
    }

    fn context<'a>(&'a self, delivery: LogDelivery<'a>) -> Context<'a> {
        Context {
            options: self,
            delivery,
        }
    }
}

impl Options {
    /// The delivery stream, in any region, and the ARNs of the buckets that can be its backup bucket.
    pub fn stream_and_buckets(&self, scheme: &Scheme) -> (DeliveryStream, Vec<String>) {
        let (purpose, options) = (Purpose::Show, &self.delivery);
        let context = self.context(LogDelivery::widest(Self::STACK, options, scheme, purpose));
        let mut buckets = vec![context.bucket().arn];
        if self.backup_bucket.is_none() {
            buckets.push(context.regional_bucket().arn);
        }
        (context.stream(), buckets)
    }

    /// The ARN of the function that a stream can have, in any region.
    pub fn function_arn(&self, scheme: &Scheme) -> String {
        let (purpose, options) = (Purpose::Show, &self.delivery);
        let widest = LogDelivery::widest(Self::STACK, options, scheme, purpose);
        self.context(widest).function_arn()
    }

    /// What reads the token in the secret that is named.
    pub fn reading_token(&self) -> Option<Grant> {
        match &self.token {
            Some(Token::Secret(arn)) => {
                let read = ["GetSecretValue"];
                Some(Grant::new(
                    "Token",
                    "secretsmanager",
                    &read,
                    vec![arn.clone()],
                ))
            }
            Some(Token::Given(..)) | None => None,
        }
    }

    /// What `doctor push` reads: all that `show push` does, the stream's metrics, and what failed, which may be encrypted
    /// with these keys.
    pub fn permissions_of_doctor(
        &self,
        scheme: &Scheme,
        bucket: &str,
        keys: &[String],
    ) -> Vec<Grant> {
        let mut grants = self.permissions(scheme, Purpose::Show, bucket);
        let (_, buckets) = self.stream_and_buckets(scheme);
        let objects = buckets.iter().map(|bucket| format!("{bucket}/*"));
        let objects = objects.collect();
        let all = vec!["*".to_owned()];
        let read = [
            Grant::new("Metrics", "cloudwatch", &["GetMetricData"], all),
            Grant::new("BackupKeys", "s3", &["ListObjectsV2"], buckets),
            Grant::new("BackupObjects", "s3", &["GetObject"], objects),
        ];
        let decrypting = trail::permissions::decrypting(keys);
        for grant in read
            .into_iter()
            .chain(self.reading_token())
            .chain(decrypting)
        {
            grant.join(&mut grants);
        }
        grants
    }
}
